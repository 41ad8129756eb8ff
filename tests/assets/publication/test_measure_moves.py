"""Every measure of a place or provider is held to the width of its own interval in the last release."""

from __future__ import annotations

from pathlib import Path

import pandas as pd
import pytest

from assets.publication.measure_moves import EVERY_TABLE, compared_tables, moves_since, sentences
from assets.tables.parquet import write_frame

LUTON, BEDFORD, SYSTEM = "E06000032", "E06000055", "E54000024"
NAMES = {LUTON: "Luton", BEDFORD: "Bedford", "RC9": "Bedfordshire Hospitals"}


def demand(**principal: float) -> pd.DataFrame:
    """Births (an interval of 200) and admissions (of 4,000) of two places in 2035 and 2036."""
    rows = [
        {"scenario": scenario, "place": place, "year": year, "service": service, "place_name": "",
         "setting": "", "unit": "", "principal": principal.get(f"{service}_{place}_{year}", value),
         "p10": value - width / 2, "p50": value, "p90": value + width / 2}
        for scenario in ("local_plan", "trend")
        for place in (LUTON, BEDFORD)
        for year in (2035, 2036)
        for service, value, width in (("births", 1_000.0, 200.0), ("admissions", 20_000.0, 4_000.0))
    ]  # fmt: skip
    return pd.DataFrame(rows)


@pytest.fixture
def last(tmp_path: Path) -> Path:
    write_frame(demand(), tmp_path / "demand.parquet")
    return tmp_path


def test_a_move_is_told_from_half_an_interval_with_its_measure_and_year(last: Path) -> None:
    assert moves_since({"demand": demand(births_E06000032_2035=1_090.0)}, last) == []
    (move,) = moves_since({"demand": demand(births_E06000032_2035=1_140.0)}, last)
    assert (move.table, move.area, move.measure, move.year) == ("demand", LUTON, "births", 2035)
    assert move.share == pytest.approx(0.7)
    assert moves_since({"demand": demand(births_E06000032_2036=9_000.0)}, last) == [], "another year"


def test_more_than_the_interval_needs_an_acceptance_for_its_table_and_place(last: Path) -> None:
    found = moves_since(
        {"demand": demand(births_E06000032_2035=1_300.0, admissions_E06000055_2035=22_500.0)}, last
    )
    told, refused = sentences(found, NAMES, "data/services.csv", set(), SYSTEM)
    assert len(told) == len(refused) == 1
    for words in (
        "demand, births of Luton in 2035",
        "1,300",
        "1,000",
        "1.5 times",
        "data/services.csv",
        "demand",
    ):
        assert words in refused[0]
    assert "Bedford" in told[0]
    for accepted in (("demand", LUTON), (EVERY_TABLE, LUTON)):
        assert sentences(found, NAMES, "", {accepted}, SYSTEM)[1] == []
    for other in (("demand", BEDFORD), ("population", LUTON)):
        assert sentences(found, NAMES, "", {other}, SYSTEM)[1]


def test_a_providers_move_is_accepted_with_the_systems_code(tmp_path: Path) -> None:
    before = pd.DataFrame(
        [{"scenario": "local_plan", "provider": "RC9", "year": 2035, "service": "births", "principal": 100.0,
          "p10": 90.0, "p50": 100.0, "p90": 110.0}]
    )  # fmt: skip
    write_frame(before, tmp_path / "provider_demand.parquet")
    found = moves_since({"provider_demand": before.assign(principal=150.0)}, tmp_path)
    assert "Bedfordshire Hospitals" in sentences(found, NAMES, "", set(), SYSTEM)[1][0]
    assert sentences(found, NAMES, "", {("provider_demand", SYSTEM)}, SYSTEM)[1] == []


def test_what_the_last_release_has_not_is_not_compared(tmp_path: Path) -> None:
    assert moves_since({"demand": demand()}, tmp_path) == []


def test_measures_of_all_stages_are_compared_and_their_parts_are_not() -> None:
    named = set(compared_tables())
    assert {"population", "households", "demand", "provider_demand", "workforce", "estates"} <= named
    assert not {"neighbourhood_estates", "demand_drivers", "population_single_year"} & named
