"""Places projected from 2011: what was known then and nothing later, and what the table says of each."""

from __future__ import annotations

from functools import cache
from typing import Any

import numpy as np
import pandas as pd
import pytest

from assets.accuracy.england_as_known import national_figures_known_in
from assets.accuracy.population_accuracy import (
    FROM_2011,
    NO_CHANGE,
    SAME_SIZE,
    figures_of_2011,
    population_accuracy,
)
from assets.inputs.assumptions import Assumptions
from assets.inputs.csv_reading import read_table
from assets.inputs.input_tables import INPUT_TABLES
from assets.inputs.settings import RunSettings
from assets.population.population_figures import parameters
from assets.population.population_run import PAST_RATE, RECORDED
from assets.tables.by_place import ByPlace
from tests.assets.services_run import call_stage
from tests.shipped import DATA

PLACES = ["E06000032", "E06000042", "E06000055", "E06000056"]
SYSTEM = "E54000024"
NAMES = (
    "assumptions", "official_projections", "mid_year_estimate_totals", "census_based_population",
    "past_components_of_change", "census_households", "dwelling_stock", "national_deaths",
    "england_population", "household_representative_rates", "national_fertility_2013", "places",
)  # fmt: skip


@cache
def tables() -> dict[str, pd.DataFrame]:
    return {name: read_table(INPUT_TABLES[name], DATA / f"{name}.csv", None) for name in NAMES}


@cache
def found() -> pd.DataFrame:
    """The table by subject, measure and model, without projections since 2021."""
    nothing = pd.DataFrame({"homes": ["recorded"], "place": ["none"], "year": [2021], "population": [1.0]})
    made: dict[str, Any] = {
        **tables(),
        "settings": RunSettings(draws=8, seed=1),
        "unrebased_projection": ByPlace(PLACES, lambda _: nothing),
    }
    table = call_stage(population_accuracy, made)
    return table[table["horizon"] == "10 years"].set_index(["subject", "measure", "model"]).sort_index()


def census(place: str, year: int) -> float:
    frame = tables()["census_based_population"]
    chosen = frame["year"].eq(year) & frame["place"].isin(PLACES if place == SYSTEM else [place])
    return float(frame.loc[chosen, "population"].sum())


def stock(place: str, year: float) -> float:
    of_place = tables()["dwelling_stock"].query("place == @place").set_index("year")["dwellings"]
    return float(np.interp(year, of_place.index, of_place.to_numpy()))


def homes_of_2021(place: str) -> float:
    """At mid-2021, going on as in the year before: what came after is not known."""
    return stock(place, 2021) + (stock(place, 2021) - stock(place, 2020)) / 4


@pytest.mark.parametrize("place", PLACES)
def test_a_place_of_2011_is_as_it_was_known_then(place: str) -> None:
    known = Assumptions(tables()["assumptions"])
    given = (tables()[name] for name in NAMES[7:11])
    national = national_figures_known_in(2011, 10, known, parameters(known).schedule.rates(), *given)
    named = (tables()[name] for name in NAMES[3:7])
    figures, dwellings = figures_of_2011(place, *named, national, known)
    assert figures.base_population.sum() == pytest.approx(census(place, 2011))
    assert max(figures.births) == max(figures.usual_deaths) == 2011
    components = tables()["past_components_of_change"].query("place == @place and year <= 2011")
    recent = components.sort_values("year").tail(int(known.value("demography.flow_averaging_years")))
    for name in ("internal_in", "internal_out", "international_in", "international_out"):
        assert getattr(figures.flows, name) == pytest.approx(recent[name].mean()), name
    assert sorted(figures.usual_deaths) == sorted(recent["year"])
    births = components.set_index("year")["births"]
    assert figures.births == pytest.approx(births.to_dict())
    # The stock is of 31 March, people of 30 June: a quarter of a year's homes later.
    assert figures.base_dwellings == pytest.approx(stock(place, 2011.25), rel=1e-4)
    assert dwellings[-1] == pytest.approx(homes_of_2021(place))
    assert len(dwellings) == 11


@pytest.mark.parametrize("place", [*PLACES, SYSTEM])
def test_simple_rules_are_what_they_say_and_the_model_with_homes_known_is_near(place: str) -> None:
    rows = found().loc[(place, "population")]
    actual = census(place, 2021)
    assert rows.loc[NO_CHANGE, "bias"] == pytest.approx(census(place, 2011) / actual - 1)
    members = PLACES if place == SYSTEM else [place]
    same = sum(census(each, 2011) * homes_of_2021(each) / stock(each, 2011.25) for each in members)
    assert rows.loc[SAME_SIZE, "bias"] == pytest.approx(same / actual - 1, rel=1e-6)
    unchanged = abs(rows.loc[NO_CHANGE, "bias"])
    for model in rows.index:
        assert rows.loc[model, "wape"] == pytest.approx(abs(rows.loc[model, "bias"]))
        assert rows.loc[model, "mase"] == pytest.approx(rows.loc[model, "wape"] / unchanged)
    assert abs(rows.loc[FROM_2011[RECORDED], "bias"]) < 0.06
    assert rows.loc[FROM_2011[PAST_RATE], "bias"] != rows.loc[FROM_2011[RECORDED], "bias"]
    by_age = found().loc[(place, "population by sex and age band")]
    assert set(by_age.index) == set(FROM_2011.values())
    assert (by_age["wape"] > abs(rows.loc[FROM_2011[RECORDED], "bias"])).any()
    assert by_age["wape"].max() < 0.15


def test_the_system_s_people_are_those_of_its_places_in_every_model() -> None:
    for model in (*FROM_2011.values(), NO_CHANGE, SAME_SIZE):
        said = {
            place: census(place, 2021) * (1 + found().loc[(place, "population", model), "bias"])
            for place in [*PLACES, SYSTEM]
        }
        assert said[SYSTEM] == pytest.approx(sum(said[place] for place in PLACES)), model


def test_homes_at_the_past_rate_are_uncertain_and_known_homes_are_less() -> None:
    scores = found()["winkler_80"].dropna()
    for place in [*PLACES, SYSTEM]:
        assert set(scores.loc[(place, "population")].index) == set(FROM_2011.values())
    assert found()["coverage_80"].dropna().isin([0.0, 1.0]).all()
