"""One wrong cell is seen by what stands around it; the shipped tables and other areas' are not refused."""

from __future__ import annotations

from collections.abc import Callable
from functools import cache

import pandas as pd
import pytest

from assets.inputs.checks.plausibility import assumption_range, plausibility_findings, rules
from assets.inputs.csv_reading import read_table, row_numbers
from assets.tables.declarations import INPUT_TABLES
from tests.shipped import DATA

Change = Callable[[pd.DataFrame], pd.DataFrame]
MILTON_KEYNES, LUTON = "E06000042", "E06000032"


@cache
def shipped(name: str) -> pd.DataFrame:
    return read_table(INPUT_TABLES[name], DATA / f"{name}.csv", places=None)


def times(column: str, factor: float, **where: object) -> Change:
    """The first row where columns have these values, its figure multiplied."""

    def change(frame: pd.DataFrame) -> pd.DataFrame:
        made = frame.copy()
        rows = pd.Series(True, index=made.index)
        for key, value in where.items():
            rows &= made[key] == value
        at = made.index[rows & made[column].notna() & (made[column] != 0)][0]
        made[column] = made[column].astype(float)
        made.loc[at, column] *= factor
        return made

    return change


def swapped(column: str, first: dict[str, str], second: dict[str, str]) -> Change:
    def change(frame: pd.DataFrame) -> pd.DataFrame:
        made = frame.copy()
        one, other = (
            made.index[(made[list(where)] == pd.Series(where)).all(axis=1)][0] for where in (first, second)
        )
        made.loc[[one, other], column] = made.loc[[other, one], column].to_numpy()
        return made

    return change


WRONG: dict[str, tuple[str, Change, str, tuple[str, ...]]] = {
    "a hospital rate ×10": (
        "hospital_activity_rates_adults",
        times("female_per_1000", 10, area=MILTON_KEYNES, activity="elective_bed_days", age_from=65),
        "female_per_1000",
        (),
    ),
    "a hospital of 900,000 m2": (
        "premises",
        times("gross_internal_area_m2", 900_000 / 56_850, site_code="RC110"),
        "gross_internal_area_m2",
        (),
    ),
    "a clinic of 9 m2": (
        "premises",
        times("gross_internal_area_m2", 9 / 1_135, site_code="RV3HA"),
        "gross_internal_area_m2",
        (),
    ),
    "census households ÷10": (
        "census_households",
        times("households", 0.1, place=LUTON, census_year=2021),
        "households",
        ("census_based_population",),
    ),
    "GP staff ÷10": (
        "gp_workforce_and_patients",
        times("gp_fte", 0.1, place=LUTON),
        "registered_patients",
        (),
    ),
    "beds of a site ×10": (
        "premises",
        times("quantity", 10, facility="general_acute_beds"),
        "quantity",
        ("acute_beds_monthly",),
    ),
    "participation ×10": (
        "assumptions",
        times("value", 10, id="workforce.participation_nurses"),
        "value",
        (),
    ),
    "sickness ×10": ("assumptions", times("value", 10, id="workforce.sickness_absence"), "value", ()),
    "room hours ÷10": ("assumptions", times("value", 0.1, id="estates.gp_room_hours"), "value", ()),
    "two staff numbers swapped": (
        "trust_staff_groups",
        swapped(
            "fte",
            {"trust": "RD8", "published_staff_group": "HCHS doctors"},
            {"trust": "RD8", "published_staff_group": "Nurses & health visitors"},
        ),
        "fte",
        (),
    ),
    "a small area ×1000": ("msoa_population", times("population", 1000, place=LUTON), "population", ()),
    "a small area's age ×100": ("msoa_population", times("population", 100, age=30), "population", ()),
    "a representative rate ÷10": (
        "household_representative_rates",
        times("household_representative_rate", 0.1, age_band="45-49"),
        "household_representative_rate",
        (),
    ),
    "recorded homes ×10": (
        "net_additional_dwellings",
        times("net_additional_dwellings", 10, place=LUTON, year=2018),
        "net_additional_dwellings",
        (),
    ),
    "recorded homes negative": (
        "net_additional_dwellings",
        times("net_additional_dwellings", -1, place=LUTON, year=2022),
        "net_additional_dwellings",
        (),
    ),
    "GP staff 0": ("gp_workforce_and_patients", times("gp_fte", 0, place=LUTON), "registered_patients", ()),
    "births ×10": ("births_and_deaths", times("births", 10, place=LUTON, year=2018), "births", ()),
    "a month of A&E ×10": (
        "ae_attendances_monthly",
        times("ae_attendances", 10, provider="RC9", month="2023-10"),
        "ae_attendances",
        (),
    ),
    "deaths of an age ÷10": (
        "national_mortality",
        times("deaths_per_100000", 0.1, year=2030, sex="male", age="70"),
        "deaths_per_100000",
        (),
    ),
    "stock ×10": ("dwelling_stock", times("dwellings", 10, place=LUTON, year=2015), "dwellings", ()),
    "minutes ×10": (
        "staffing_norms",
        times("value", 10, norm="minutes_per_contact", service="gp_appointments", staff_group="gps"),
        "value",
        (),
    ),
    "a cost ×10": ("facilities", times("cost_gbp", 10, unit="m2"), "cost_gbp", ()),
}


@pytest.mark.parametrize("fault", WRONG)
def test_a_wrong_cell_is_refused_with_file_column_found_and_expected(fault: str) -> None:
    name, change, column, beside = WRONG[fault]
    tables = {each: shipped(each) for each in {name, "assumptions", *beside}}
    assert not plausibility_findings(tables), "the shipped tables are plausible"
    findings = plausibility_findings({**tables, name: change(tables[name])})
    assert findings, f"{fault} passes"
    assert {finding.file for finding in findings} <= {f"{each}.csv" for each in (name, *beside)}
    assert any(finding.column in (column, "population") for finding in findings)
    assert all(finding.found and " to " in finding.expected for finding in findings)


def test_englands_rows_are_not_held_to_what_tells_slips_and_an_areas_own_are() -> None:
    table = shipped("net_additional_dwellings")
    tables = {
        "assumptions": shipped("assumptions"),
        "net_additional_dwellings": times("net_additional_dwellings", 10, place=LUTON, year=2018)(table),
    }

    def at(luton: str) -> pd.DataFrame:
        levels = {LUTON: luton, MILTON_KEYNES: "local"}
        rows = [
            {"unit": unit, "input": "net_additional_dwellings", "level": level}
            for unit, level in levels.items()
        ]
        return pd.DataFrame(rows)

    assert not plausibility_findings({**tables, "area_inputs": at("published")})
    for level in ("local", "partly_local"):
        assert plausibility_findings({**tables, "area_inputs": at(level)}), level


def test_the_row_that_is_told_is_the_wrong_one() -> None:
    table = shipped("net_additional_dwellings")
    wrong = times("net_additional_dwellings", 10, place=LUTON, year=2018)(table)
    (finding,) = plausibility_findings(
        {"assumptions": shipped("assumptions"), "net_additional_dwellings": wrong}
    )
    at = table.index[(table["place"] == LUTON) & (table["year"] == 2018)][0]
    assert finding.row == row_numbers(table)[at]
    assert finding.found.startswith(
        f"{table.loc[at, 'net_additional_dwellings'] * 10:,.0f} for place {LUTON}"
    )


def test_every_rule_names_columns_that_there_are() -> None:
    for kind in ("rows", "smooth", "alike", "ratios"):
        for rule in rules()[kind]:
            for side in ("value", "over"):
                table, dot, column = str(rule.get(side, "")).partition(".")
                if dot:
                    assert column in INPUT_TABLES[table].column_names, rule
            table = str(rule["value"]).partition(".")[0]
            for key in ("along", "across"):
                assert rule.get(key, INPUT_TABLES[table].keys[0]) in INPUT_TABLES[table].keys, rule


def test_every_assumption_has_a_range_of_its_own_or_a_plausible_one() -> None:
    known = shipped("assumptions")
    bare = [
        row["id"]
        for row in known.to_dict("records")
        if pd.isna(row["low"]) and not assumption_range(row["id"])
    ]
    assert bare == []
