"""Our projection beside others': the same place, year and measure, and growth from its own base year."""

from __future__ import annotations

from itertools import product
from typing import Any

import pandas as pd
import pytest

from assets.accuracy.accuracy_stage import benchmarks, official_projections_compared, projection_errors
from assets.tables.by_place import ByPlace

LUTON, BEDFORD, SYSTEM = "E06000032", "E06000055", "E54000024"
PLACES = pd.DataFrame(
    {"place": [LUTON, BEDFORD, SYSTEM], "place_name": ["Luton", "Bedford", "BLMK"]}
    | {"kind": ["place", "place", "system"]}
)
YEARS = (2021, 2024, 2030, 2040)
SIZE = {LUTON: 200.0, BEDFORD: 150.0, SYSTEM: 350.0}
SHARE = {"all": 1.0, "65+": 0.17, "85+": 0.03}


def call(asset: Any, **tables: object) -> pd.DataFrame:
    frame: pd.DataFrame = asset.op.compute_fn.decorated_fn(**tables)
    return frame


def ours(place: str, year: int, band: str = "all") -> float:
    """No place, year or band grows as another."""
    return (
        SIZE[place] * SHARE[band] * (1 + (year - 2021) * (0.01 + SIZE[place] / 1e5 + 0.1 * SHARE[band] ** 3))
    )


def population() -> pd.DataFrame:
    rows = [
        {"scenario": scenario, "place": place, "year": year, "sex": sex, "age_band": band}
        | {"principal": ours(place, year, band) * (1.1 if scenario == "trend" else 1.0) * share}
        for scenario, place, year, band in product(("local_plan", "trend"), SIZE, YEARS, SHARE)
        for sex, share in (("persons", 1.0), ("female", 0.51))
    ]
    return pd.DataFrame(rows)


def official() -> pd.DataFrame:
    """Of both places to 2030, of Luton alone to 2040."""
    rows = [
        {"projection": name, "place": place, "year": year, "age_band": band, "source_id": name[:8]}
        | {"population": factor * ours(place, year, band)}
        for name, factor in (("ons_2018_based", 0.9), ("ons_2022_based", 1.02))
        for place, years in ((LUTON, YEARS), (BEDFORD, YEARS[:3]))
        for year in years
        for band in SHARE
    ]
    return pd.DataFrame(rows)


def published() -> pd.DataFrame:
    rows = [
        (BEDFORD, 2030, "population_65_plus", "growth_percent", 2024.0, 20.0, "65+ growth"),
        (LUTON, 2040, "population", "level", None, 260.0, "level"),
        (LUTON, 2045, "population", "level", None, 270.0, "beyond the run"),
    ]
    columns = ["place", "year", "measure", "basis", "base_year", "value", "publisher_words"]
    return pd.DataFrame(rows, columns=columns).assign(source_id="plan")


def beside() -> pd.DataFrame:
    table = call(
        benchmarks,
        population=population(),
        official_projections=official(),
        published_local_figures=published(),
        places=PLACES,
    )
    return table.set_index(["place", "year", "measure", "comparator"])


def test_official_figures_stand_beside_ours_of_the_same_place_year_and_measure() -> None:
    found = beside()
    old, new = "ONS 2018-based principal projection", "ONS 2022-based projection, migration category variant"
    for place, year, (measure, band) in product(
        (LUTON, BEDFORD), YEARS[:3], (("population", "all"), ("population_85_plus", "85+"))
    ):
        row = found.loc[(place, year, measure, old)]
        assert row["ours"] == pytest.approx(ours(place, year, band))
        assert row["theirs"] == pytest.approx(0.9 * ours(place, year, band))
        assert row["difference_percent"] == pytest.approx(100 / 0.9 - 100)
        assert found.loc[(place, year, measure, new), "source"] == "ons_2022"
    assert found.loc[(LUTON, 2040, "population", new), "theirs"] == pytest.approx(1.02 * ours(LUTON, 2040))


def test_the_system_has_an_official_figure_only_where_every_place_has_one() -> None:
    found = beside().loc[SYSTEM]
    assert set(found.index.get_level_values("year")) == set(YEARS[:3])
    new = found.xs("ONS 2022-based projection, migration category variant", level="comparator")
    both = ours(LUTON, 2030, "65+") + ours(BEDFORD, 2030, "65+")
    assert new.loc[(2030, "population_65_plus"), "theirs"] == pytest.approx(1.02 * both)


def test_the_whole_area_stands_beside_its_official_projection_at_every_age() -> None:
    people = (
        population()
        .query("sex != 'persons'")
        .assign(age_band="65-69")
        .drop_duplicates(["scenario", "place", "year"])
    )
    official = pd.DataFrame(
        [
            ("ons_2022_based", SYSTEM, year, "female", band, 100, "boards", "Sub-ICB")
            for year in (2030, 2045)
            for band in ("65-69", "70-74")
        ],
        columns=["projection", "place", "year", "sex", "age_band", "population", "source_id", "note"],
    )
    (row,) = call(
        official_projections_compared, population=people, official_projections_by_age=official
    ).to_dict("records")
    own = people.query("scenario == 'local_plan' and place == @SYSTEM and year == 2030")["principal"].iloc[0]
    assert (row["place"], row["year"], row["age_band"], row["theirs"]) == (SYSTEM, 2030, "65-69", 100.0)
    assert row["ours"] == pytest.approx(own)
    assert row["difference_percent"] == pytest.approx(own - 100)
    none = call(
        official_projections_compared, population=people, official_projections_by_age=official.iloc[:0]
    )
    assert list(none.columns) == list(row)
    assert none.empty


def test_published_growth_is_set_on_our_own_figure_of_its_base_year() -> None:
    found = beside()
    row = found.loc[(BEDFORD, 2030, "population_65_plus", "published: 65+ growth")]
    assert row["theirs"] == pytest.approx(1.2 * ours(BEDFORD, 2024, "65+"))
    assert row["ours"] == pytest.approx(ours(BEDFORD, 2030, "65+"))
    assert found.loc[(LUTON, 2040, "population", "published: level"), "theirs"] == 260.0
    assert not found.index.get_level_values("comparator").str.contains("beyond").any()


def test_an_error_is_that_of_the_latest_estimate_and_what_of_it_stood_in_the_base_already() -> None:
    estimates = pd.DataFrame(
        [
            (place, year, 1.05 * ours(place, year))
            for place in (LUTON, BEDFORD)
            for year in (2021, 2023, 2024)
        ],
        columns=["place", "year", "population"],
    )
    # Without what nobody had projected of the base year there is no split.
    projections = official().query(
        "not (place == 'E06000055' and projection == 'ons_2022_based' and year == 2021)"
    )
    own = ByPlace(
        [LUTON, BEDFORD],
        lambda place: pd.DataFrame(
            [
                (homes, place, year, (1.0 if homes == "recorded" else 0.97) * ours(place, year))
                for homes, year in product(("recorded", "past_rate"), (2021, 2024))
            ],
            columns=["homes", "place", "year", "population"],
        ),
    )
    table = call(
        projection_errors,
        unrebased_projection=own,
        mid_year_estimate_totals=estimates,
        official_projections=projections,
        places=PLACES,
    ).set_index(["projection", "place"])
    for (projection, place), row in table.iterrows():
        factor = {"ons_2018_based": 0.9, "ons_2022_based": 1.02, "placecast_2021_based": 1.0}.get(
            projection, 0.97
        )
        assert row["year"] == 2024
        assert row["estimate"] == pytest.approx(1.05 * ours(place, 2024))
        assert row["error"] == pytest.approx((factor - 1.05) * ours(place, 2024))
        assert row["error_percent"] == pytest.approx(100 * (factor / 1.05 - 1))
        if (projection, place) == ("ons_2022_based", BEDFORD):
            assert pd.isna(row["base_error"])
        else:
            assert row["base_error"] == pytest.approx((factor - 1.05) * ours(place, 2021))
            assert row["growth_error"] == pytest.approx(row["error"] - row["base_error"])
    assert len(table) == 8
    assert table.loc[("ons_2018_based", LUTON), "place_name"] == "Luton"
    assert table["base_year"].groupby(level=0).first().tolist() == [2018, 2022, 2021, 2021]
