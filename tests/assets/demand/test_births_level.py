"""Births of a place tied to its latest record, and left as modelled where it has none."""

from __future__ import annotations

import pandas as pd
import pytest

from assets.demand.births_level import UNTIED
from assets.demand.recorded_activity import activity_calibration
from housing_trajectories.findings import BadInput
from tests.assets.services_run import call_stage, services

LUTON, BEDFORD = "E06000032", "E06000055"


def births(**changed: pd.DataFrame) -> pd.DataFrame:
    table = call_stage(activity_calibration, {**services(), **changed})
    return table[table["service"] == "births"].set_index("place")


def modelled(place: str, year: int) -> float:
    """Half of the twelve months to the year's own mid-year and half of the next."""
    rows = services()["components_of_change"]
    rows = rows[(rows["place"] == place) & (rows["scenario"] == "local_plan")].set_index("year")["principal"]
    return float(rows[[year, year + 1]].mean())


def test_births_stand_at_the_latest_record_and_the_basis_names_its_year() -> None:
    table = births()
    assert table.loc[LUTON, "factor"] == pytest.approx(3632 / modelled(LUTON, 2024))
    assert table.loc[LUTON, "basis"].startswith("3,632 births recorded in 2024, ")
    assert table.loc[BEDFORD, "factor"] == pytest.approx(1995 / modelled(BEDFORD, 2022))
    assert "recorded in 2022" in table.loc[BEDFORD, "basis"]


def test_a_later_record_replaces_the_same_year_and_an_area_need_not_have_any() -> None:
    longer = services()["births_and_deaths"]
    none = services()["recorded_births"].iloc[:0]
    assert births(recorded_births=none).loc[LUTON, "basis"].startswith("3,304 births recorded in 2022")
    same = services()["recorded_births"].iloc[:1].assign(place=LUTON, year=2022, births=3300)
    assert births(recorded_births=same).loc[LUTON, "basis"].startswith("3,300 births recorded in 2022")
    assert set(longer["year"]) >= {2022}


def test_a_place_with_a_region_s_births_is_left_as_modelled_and_says_so() -> None:
    levels = services()["area_inputs"]
    of_births = (levels["input"] == "births_and_deaths") & (levels["unit"] == BEDFORD)
    assert of_births.sum() == 1
    table = births(area_inputs=levels.assign(level=levels["level"].mask(of_births, "england")))
    assert table.loc[BEDFORD, "factor"] == 1.0
    assert table.loc[BEDFORD, "basis"] == UNTIED
    assert table.loc[LUTON, "factor"] != 1.0


def test_a_record_that_cannot_be_is_refused_in_words() -> None:
    wrong = services()["recorded_births"].assign(births=363)
    with pytest.raises(BadInput, match=r"recorded_births.csv or births_and_deaths.csv, column births"):
        births(recorded_births=wrong)
