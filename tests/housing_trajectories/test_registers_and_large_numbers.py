"""What a file says of sites that have ended, of new towns, of years left out and of numbers that are none."""

from __future__ import annotations

import math
from collections.abc import Callable
from datetime import date
from pathlib import Path

import pandas as pd
import pytest

from housing_trajectories import read
from housing_trajectories.findings import Finding
from housing_trajectories.rows.cell_values import amount, amount_of_site
from tests.conftest import ROOT
from tests.shipped import DATA

CORPUS = Path(__file__).parent / "corpus"


def found(name: str, issue: str) -> list[Finding]:
    return [f for f in read(CORPUS / name).findings if f.issue == issue]


def homes(table: pd.DataFrame) -> dict[str, float]:
    return table.groupby("site_reference")["planned_net_dwellings"].sum().to_dict()  # type: ignore[return-value]


def test_a_site_that_ended_before_the_base_date_is_left_out_and_named() -> None:
    trajectory = read(CORPUS / "register_with_ends.csv")
    planned = trajectory.table[trajectory.table["plan_status"].ne("recorded")]
    recorded = trajectory.table[trajectory.table["plan_status"].eq("recorded")]
    assert homes(planned) == {"G4": 30, "G5": 30, "G6": 30}
    assert homes(recorded) == {"G1": 40, "G2": 20, "G4": 0, "G5": 0, "G6": 0}
    assert "G3" not in set(trajectory.sites["site_reference"])
    first, later = found("register_with_ends.csv", "site has ended")
    assert first.found.endswith("80 homes: G1 Works; G2 Depot; G3 Yard; G7 Quarry")
    assert (later.site, later.found) == ("G5", "an end date of 2025-09-30, and 15 homes after 2025/26")


@pytest.mark.parametrize(("base", "left"), [(None, 95.0), (date(2024, 4, 1), 135.0)])
def test_without_a_base_date_sites_are_held_to_the_first_year(base: date | None, left: float) -> None:
    table = read(CORPUS / "platform_register.csv", base_date=base).table
    assert table["planned_net_dwellings"].sum() == left


def test_the_platforms_spelling_of_a_register_is_read() -> None:
    sites = read(CORPUS / "platform_register.csv").sites.set_index("site_reference")
    assert list(sites.loc["BF2", ["geo_x", "geo_y"]]) == [-0.41, 51.88]
    assert sites.loc["BF2", "permission_date"] == "2023-05-12"
    assert list(sites.loc["BF2", ["capacity_low", "capacity_high"]]) == [85, 100]
    assert math.isnan(float(str(sites.loc["BF3", "geo_x"])))


@pytest.mark.parametrize("name", ["with_end_date", "platform_spelling"])
def test_both_spellings_of_a_register_leave_out_what_has_ended(
    name: str, shared: Callable[[str], Path]
) -> None:
    assert homes(read(shared(f"cases/brownfield_{name}.csv")).table) == {"BF2": 85}


@pytest.mark.parametrize("name", ["45e645b8", "5ed5da3e", "c7e27fdf"])
def test_a_register_without_years_is_said_to_be_one(name: str, shared: Callable[[str], Path]) -> None:
    errors = read(shared(f"england/housing/brownfield_register_{name}.csv")).errors
    assert [f.found for f in errors] == ["sites without a year: a register, not a trajectory"]


def test_a_new_town_has_its_homes_and_those_left_are_counted() -> None:
    trajectory = read(CORPUS / "new_town.csv")
    assert not trajectory.errors
    assert list(trajectory.sites["capacity_dwellings"]) == [40_000]
    (left,) = found("new_town.csv", "homes after the last year")
    assert left.found == "10,400 of 40,000 homes, and building in 2039/40: 29,600 left"


def test_the_homes_that_the_build_out_norm_would_leave_are_counted() -> None:
    one_year, two_years = found("new_town_beyond.csv", "to be confirmed")
    assert one_year.done.endswith("by the norm of 160 a year 4,540 of them would come later")
    assert two_years.done.endswith("by the norm of 107 a year 786 of them would come later")


def test_a_site_that_slows_down_short_of_its_capacity_is_an_error() -> None:
    assert [f.site for f in found("five_years_of_larger_sites.csv", "phasing does not meet capacity")] == [
        "N3",
        "N4",
    ]


@pytest.mark.parametrize("cell", [40_000, 40_000.0, "40000", "40,000", "c. 40,000", "40,000 homes"])
def test_a_sites_homes_may_be_as_many_as_a_date_has_days_but_not_a_years(cell: object) -> None:
    assert (amount_of_site(cell).value, amount_of_site(cell).severity) == (40_000, "warning")
    assert (amount(cell).state, amount(cell).issue) == ("unreadable", "serial date")


@pytest.mark.parametrize(
    ("cell", "low", "high"),
    [("87/90", 87, 90), ("87 or 90", 87, 90), ("87-90", 87, 90), ("1,200/1,500", 1_200, 1_500)],
)
def test_a_range_keeps_its_ends_and_is_said(cell: str, low: float, high: float) -> None:
    read_as = amount(cell)
    assert (read_as.low, read_as.high, read_as.issue) == (low, high, "range")


@pytest.mark.parametrize(
    "cell",
    ["3/4", "1/2", "12/13", "12/30", "50/50", "90/87", "2025-26", "2025/2026", "30-5", "50 (20)", "40 + 20"],
)
def test_a_part_a_year_a_sum_or_a_difference_is_no_range(cell: str) -> None:
    assert (amount(cell).state, amount(cell).severity) == ("unreadable", "error")


def test_a_range_with_a_slash_is_said_in_the_projects_own_form_too() -> None:
    trajectory = read(CORPUS / "own_form_with_slashes.csv")
    assert [(f.cell, f.severity) for f in trajectory.findings if f.issue == "range"] == [("K2", "warning")]
    row = trajectory.table[trajectory.table["site_reference"].eq("M1") & trajectory.table["year"].eq(2025)]
    assert list(row[["planned_low", "planned_high"]].iloc[0]) == [87, 90]


def test_a_year_left_out_is_named_and_an_error_where_homes_may_be_lost() -> None:
    (whole,) = found("year_left_out.csv", "missing year")
    (short,) = found("year_left_out_with_its_homes.csv", "missing year")
    (unknown,) = found("year_left_out_without_capacities.csv", "missing year")
    assert (whole.severity, whole.found) == (
        "warning",
        "no column, or only blank cells, for 2027/28, between 2025/26 and 2028/29",
    )
    assert short.severity == "error"
    assert short.found.startswith(
        "no column, or only blank cells, for 2027/28, 2029/30, 2030/31, between 2025/26 and 2031/32; 300"
    )
    assert unknown.severity == "error"


def test_a_site_of_nought_without_a_capacity_is_named_with_its_row() -> None:
    (told,) = [f for f in found("nought_without_capacity.csv", "missing value") if f.site]
    assert (told.site, told.row) == ("F1", 2)
    assert told.found == "a site of 0 homes in every year it states, without a capacity"


def test_a_total_that_does_not_match_names_the_years_in_which_it_does_not() -> None:
    (told,) = found("wrong_total.csv", "total does not match")
    assert told.found == "a total of 450 homes over the years, its sites 90: '2027/28' 400, sites 40"


def test_homes_that_look_like_years_begin_no_table(tmp_path: Path) -> None:
    text = (ROOT / "housing_trajectories" / "blmk" / "milton_keynes.csv").read_text(encoding="utf-8")
    assert text.rstrip().endswith(",2090,2090")
    path = tmp_path / "milton_keynes.csv"
    path.write_text(text.rstrip().removesuffix("2090") + "2095\n", encoding="utf-8")
    trajectory = read(path, "E06000042", data=DATA)
    assert trajectory.errors == ()
