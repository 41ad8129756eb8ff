"""Ours beside official and published figures: each beside its own place, year and measure, none but those."""

from __future__ import annotations

from functools import cache
from itertools import product
from typing import Any

import pandas as pd
import pytest

from assets.accuracy import accuracy_stage
from assets.inputs.csv_reading import read_table
from assets.inputs.input_tables import INPUT_TABLES
from assets.tables.by_place import ByPlace
from tests.assets.services_run import call_stage
from tests.shipped import DATA

SYSTEM = "E54000024"
BANDS = {"all": "population", "65+": "population_65_plus", "85+": "population_85_plus"}
NAMES = ("official_projections", "published_local_figures", "mid_year_estimate_totals", "places")


@cache
def tables() -> dict[str, pd.DataFrame]:
    return {name: read_table(INPUT_TABLES[name], DATA / f"{name}.csv", None) for name in NAMES}


def councils() -> list[str]:
    places = tables()["places"]
    return list(places.loc[places["kind"] == "place", "place"])


def people(scenario: str, place: str, year: int, band: str, sex: str = "persons") -> float:
    """A made-up figure that differs with everything it is told by."""
    parts = 1.0 if place == SYSTEM else 0.2 + 0.1 * councils().index(place)
    level = 1e6 * parts * (1.5 if scenario == "draft_plans" else 1.0) * (0.5 if sex == "female" else 1.0)
    return level * {"all": 1.0, "65+": 0.17, "85+": 0.02}[band] * (1 + 0.01 * (year - 2021))


@cache
def beside() -> pd.DataFrame:
    keys = list(
        product(
            ("local_plan", "draft_plans"),
            [*councils(), SYSTEM],
            range(2021, 2051),
            BANDS,
            ("persons", "female"),
        )
    )
    population = pd.DataFrame(keys, columns=["scenario", "place", "year", "age_band", "sex"])
    population["principal"] = [people(*key) for key in keys]
    return call_stage(accuracy_stage.benchmarks, {**tables(), "population": population})


def official(place: str, projection: str, year: int, band: str) -> pd.Series:
    frame = tables()["official_projections"]
    rows = frame[(frame["projection"] == projection) & (frame["year"] == year) & (frame["age_band"] == band)]
    return rows if place == SYSTEM else rows[rows["place"] == place]


@pytest.mark.parametrize("projection", ["ons_2018_based", "ons_2022_based"])
def test_official_figures_stand_beside_ours_of_their_place_year_and_ages_and_add_up(projection: str) -> None:
    rows = beside()[beside()["comparator"] == accuracy_stage.COMPARATORS[projection]]
    assert set(rows["place"]) == {*councils(), SYSTEM}
    bands = {measure: band for band, measure in BANDS.items()}
    for row in rows.itertuples():
        theirs = official(row.place, projection, row.year, bands[row.measure])["population"].sum()
        ours = people("local_plan", row.place, row.year, bands[row.measure])
        assert (row.ours, row.theirs) == (pytest.approx(ours), pytest.approx(theirs))
        assert row.difference_percent == pytest.approx(100 * (ours / theirs - 1))


def test_a_published_growth_is_set_on_our_own_figure_of_its_base_year() -> None:
    published = tables()["published_local_figures"]
    compared = 0
    for figure in published.itertuples():
        rows = beside()[beside()["comparator"] == f"published: {figure.publisher_words}"]
        if not figure.measure.startswith("population") or not 2021 <= figure.year <= 2050:
            assert rows.empty
            continue
        bands = {measure: band for band, measure in BANDS.items()}
        theirs = figure.value
        if figure.basis == "growth_percent":
            base = people("local_plan", figure.place, int(figure.base_year), bands[figure.measure])
            theirs = base * (1 + figure.value / 100)
        assert rows["theirs"].item() == pytest.approx(theirs)
        assert rows["source"].item() == figure.source_id
        compared += 1
    assert compared > 3


def test_errors_of_projections_are_of_the_latest_estimates_and_their_base_s_told_apart() -> None:
    estimates = tables()["mid_year_estimate_totals"].set_index(["place", "year"])["population"]
    latest = int(max(year for _, year in estimates.index))

    def own(place: str) -> pd.DataFrame:
        frames = [
            {"homes": homes, "place": place, "year": year, "population": estimates[place, year] * off}
            for homes, by_year in (("recorded", {2021: 1.01, latest: 1.03}), ("past_rate", {latest: 0.99}))
            for year, off in by_year.items()
        ]
        return pd.DataFrame(frames)

    made: dict[str, Any] = {**tables(), "unrebased_projection": ByPlace(councils(), own)}
    found = call_stage(accuracy_stage.projection_errors, made).set_index(["projection", "place"])
    for place in councils():
        row, base, now = (
            found.loc[("placecast_2021_based", place)], estimates[place, 2021], estimates[place, latest]
        )  # fmt: skip
        assert (row["year"], row["base_year"]) == (latest, 2021)
        assert row["error"] == pytest.approx(0.03 * now)
        assert row["error_percent"] == pytest.approx(3.0)
        assert row["base_error"] == pytest.approx(0.01 * base)
        assert row["growth_error"] == pytest.approx(0.03 * now - 0.01 * base)
        ons = found.loc[("ons_2018_based", place)]
        at = official(place, "ons_2018_based", latest, "all")["population"].item()
        assert ons["error"] == pytest.approx(at - now)
        assert ons["base_year"] == 2018
        assert ons["base_error"] + ons["growth_error"] == pytest.approx(ons["error"])
