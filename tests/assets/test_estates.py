"""The estates stage on the shipped figures: recorded beds come out, and gaps are draws' own differences."""

from __future__ import annotations

import pandas as pd
import pytest

from assets.registry import TABLES
from tests.assets.services_run import services

SYSTEM = "E54000024"


def base(name: str = "estates", year: int = 2024) -> pd.DataFrame:
    frame = services()[name]
    return frame[(frame["scenario"] == "local_plan") & (frame["year"] == year)]


@pytest.mark.parametrize("name", ["estates", "provider_estates", "capacity_breach"])
def test_tables_are_as_declared_unique_and_sorted(name: str) -> None:
    frame, table = services()[name], TABLES[name]
    assert list(frame.columns) == table.column_names
    keys = frame[list(table.keys)]
    assert not keys.duplicated().any()
    assert keys.equals(keys.sort_values(list(table.keys), ignore_index=True))
    assert not frame.isna().any().any()


def test_hospital_facilities_have_a_requirement_by_place_and_existing_and_gap_by_provider_only() -> None:
    assert set(services()["estates"]["measure"]) == {"required"}
    rows = services()["provider_estates"]
    assert set(rows.loc[rows["facility"] == "general_acute_beds", "measure"]) == {
        "required",
        "existing",
        "gap",
    }
    assert set(rows.loc[rows["facility"] != "general_acute_beds", "measure"]) == {"required"}


def test_beds_of_the_base_year_are_those_recorded_as_occupied_at_the_target_occupancy() -> None:
    rows = base("provider_estates").set_index(["provider", "facility", "measure"])["principal"]
    assert rows["RC9", "general_acute_beds", "required"] == pytest.approx(1032.2 / 0.92, abs=0.5)
    assert rows["RD8", "general_acute_beds", "required"] == pytest.approx(497.5 / 0.92, abs=0.5)
    assert rows["RC9", "general_acute_beds", "existing"] == pytest.approx(1074.75)


def test_the_gap_is_what_is_required_beyond_what_exists() -> None:
    rows = services()["provider_estates"].set_index(["scenario", "provider", "year", "facility", "measure"])
    beds = rows.xs("general_acute_beds", level="facility")[["principal", "p10", "p50", "p90"]]
    gap = beds.xs("required", level="measure") - beds.xs("existing", level="measure")
    assert (gap - beds.xs("gap", level="measure")).abs().max().max() < 1e-6


def test_a_breach_is_certain_where_even_the_low_end_is_short_and_impossible_without_a_shortfall() -> None:
    rows = services()["provider_estates"].query("facility == 'general_acute_beds' and measure == 'gap'")
    breach = services()["capacity_breach"].rename(columns={"area": "provider"})
    both = rows.merge(breach, on=["scenario", "provider", "year", "facility"])
    assert len(both) == len(breach) == len(rows)
    assert (both.loc[both["p10"] > 0, "probability"] >= 0.9).all()
    assert (both.loc[both["p90"] < 0, "probability"] <= 0.1).all()


def test_places_add_up_to_the_system() -> None:
    frame = services()["estates"]
    sums = frame.groupby([frame["place"] == SYSTEM, "scenario", "year", "facility"])["principal"].sum()
    assert (sums[True] - sums[False]).abs().max() < 1e-6


@pytest.mark.parametrize(
    ("facility", "low", "high"),
    [
        ("gp_consulting_rooms", 450, 650),
        ("primary_care_gross_internal_area", 75_000, 81_000),
        ("outpatient_rooms", 250, 400),
        ("theatres", 25, 45),
        ("general_acute_beds", 1500, 1950),
    ],
)
def test_the_system_s_requirement_is_of_the_known_size(facility: str, low: float, high: float) -> None:
    rows = base()
    required = rows[(rows["place"] == SYSTEM) & (rows["facility"] == facility)]["principal"].item()
    assert low < required < high
