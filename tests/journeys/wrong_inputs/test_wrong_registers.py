"""What can be wrong with the registers of premises and schemes: one message with file, row and column."""

from __future__ import annotations

import csv
import io
from collections.abc import Callable, Mapping
from functools import cache
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from assets.inputs.checks.premises_checks import register_findings
from assets.inputs.csv_reading import read_table
from assets.tables.declarations import INPUT_TABLES
from housing_trajectories.findings import BadInput, errors, raise_errors
from tests.journeys.running import Run
from tests.shipped import DATA

RunWith = Callable[[Mapping[str, Callable[[str], str | None]]], Run]
Rows = list[dict[str, str]]

ROW = 2
"""Row of the file that is spoilt, as a spreadsheet shows it."""
OF_LUTON, OF_BEDFORD = "E02003258", "E02003620"

SPOILT: dict[str, tuple[str, dict[str, str], str, str, str]] = {
    "premises in no known place": (
        "premises", {"place": "E06000099"}, "place", "'E06000099'", "a GSS code of places.csv"),
    "a negative area": (
        "premises", {"gross_internal_area_m2": "-120"}, "gross_internal_area_m2", "'-120'", "at least 0"),
    "a negative quantity": ("premises", {"quantity": "-2"}, "quantity", "'-2'", "a number of at least 0"),
    "a quantity in words": ("premises", {"quantity": "six"}, "quantity", "'six'", "a number of at least 0"),
    "capacity in the wrong unit": (
        "premises", {"unit": "beds"}, "unit", "beds", "rooms, the unit of gp_consulting_rooms"),
    "closing before opening": (
        "premises", {"opened": "2030", "closes": "2025"}, "closes", "2025 with opened 2030", "it opened"),
    "a neighbourhood nobody knows": (
        "premises", {"neighbourhood": "E02999999"}, "neighbourhood", "E02999999",
        "a neighbourhood of neighbourhoods.csv"),
    "a neighbourhood of another place": (
        "premises", {"neighbourhood": OF_BEDFORD}, "neighbourhood", f"{OF_BEDFORD}, which lies in E06000055",
        "a neighbourhood of E06000032"),
    "a planned change without its year": (
        "premises", {"planned_change": "3"}, "planned_change_year", "an empty cell", "change with its year"),
    "the year of a planned change without its size": (
        "premises", {"planned_change_year": "2030"}, "planned_change", "an empty cell", "with its year"),
    "a change before the opening": (
        "premises", {"opened": "2031", "planned_change": "1", "planned_change_year": "2030"},
        "planned_change_year", "2030 with opened 2031", "a year in which it is open"),
    "a change after the closing": (
        "premises", {"closes": "2029", "planned_change": "1", "planned_change_year": "2030"},
        "planned_change_year", "2030 with closes 2029", "a year in which it is open"),
    "more taken away than there is": (
        "premises", {"quantity": "4", "planned_change": "-5", "planned_change_year": "2030"},
        "planned_change", "-5 of 4", "no more than the quantity"),
    "a lease that ends on no date": (
        "premises", {"lease_end": "soon"}, "lease_end", "'soon'", "a year from 1900 to 2200, in four"),
    "a lease end written as a day": (
        "premises", {"lease_end": "31/03/2031"}, "lease_end", "'31/03/2031'", "a year from 1900 to 2200"),
    "a lease of a freehold": (
        "premises", {"tenure": "freehold", "lease_end": "2031"}, "lease_end", "2031 with tenure freehold",
        "tenure of a lease"),
    "a facility nobody knows": (
        "premises", {"facility": "operating_rooms"}, "facility", "'operating_rooms'", "one of "),
    "a condition that is no grade": ("premises", {"condition": "fair"}, "condition", "'fair'", "A, B, C, D"),
    "a provider nobody knows": (
        "premises", {"provider": "RXX"}, "provider", "RXX", "a provider of providers.csv"),
    "hospital beds of nobody": (
        "premises", {"facility": "general_acute_beds", "unit": "beds"}, "provider", "an empty cell",
        "the provider with the general_acute_beds"),
    "a scheme in no known place": (
        "estate_schemes", {"place": "E06000099"}, "place", "'E06000099'", "a GSS code of places.csv"),
    "a lease that ended while the rooms are still counted": (
        "premises",
        {"tenure": "leasehold", "lease_end": "2019", "quantity": "5", "gross_internal_area_m2": "400"},
        "lease_end", "2019, and the building is counted from 2024 on", "after_lease stays"),
    "what comes after no lease": (
        "premises", {"after_lease": "stays"}, "lease_end", "an empty cell", "the year in which the lease"),
    "a closing outside its own range": (
        "premises", {"closes": "2030", "closes_low": "2031", "closes_high": "2033", "quantity": "5",
        "gross_internal_area_m2": "400"}, "closes_low", "2031 to 2033 with 2030", "≤ closes_high"),
    "a range of no closing": (
        "premises", {"closes_low": "2031", "closes_high": "2033"}, "closes_low", "2031 to 2033 with no year",
        "all three or no range"),
    "a survey on no day": (
        "premises", {"surveyed": "last June"}, "surveyed", "last June", "a day that has been, such as"),
    "a survey yet to come": ("premises", {"surveyed": "2125-06-30"}, "surveyed", "2125-06-30", "has been"),
    "more rooms in use than there are": (
        "premises", {"quantity": "9", "spaces": "7", "gross_internal_area_m2": "400"}, "quantity",
        "9 with 7 spaces", "no more than they are"),
    "a net area above the gross one": (
        "premises", {"gross_internal_area_m2": "300", "net_internal_area_m2": "340"}, "net_internal_area_m2",
        "340 with a gross area of 300", "no more than the gross area"),
    "a scheme of nothing": (
        "estate_schemes", {"quantity": "0"}, "quantity", "0", "or in replaces what it takes away"),
    "a scheme of less than nothing": (
        "estate_schemes", {"quantity": "-3"}, "quantity", "'-3'", "a number of at least 0"),
    "a disposal of a building that is on no register": (
        "estate_schemes", {"quantity": "0", "replaces": "E99999"}, "replaces", "E99999",
        "the site code of a row of premises.csv with community_clinic_rooms"),
    "a scheme in the wrong unit": ("estate_schemes", {"unit": "m2"}, "unit", "m2", "rooms, the unit of"),
    "a scheme that opens outside its range": (
        "estate_schemes", {"opening_year": "2040"}, "opening_year", "2040 with 2028 to 2034", "_low ≤"),
    "a scheme neither on nor off": ("estate_schemes", {"switch": "yes"}, "switch", "'yes'", "one of on, off"),
    "a cost below its low end": (
        "facilities", {"cost_gbp": "1", "cost_low_gbp": "2", "cost_high_gbp": "3"}, "cost_gbp",
        "low 2, cost 1, high 3", "low ≤ cost ≤ high"),
}  # fmt: skip


def spoilt(text: str, change: Callable[[Rows], Rows]) -> str:
    reader = csv.DictReader(io.StringIO(text))
    out = io.StringIO()
    writer = csv.DictWriter(out, list(reader.fieldnames or ()), lineterminator="\n")
    writer.writeheader()
    writer.writerows(change(list(reader)))
    return out.getvalue()


def first_row(cells: Mapping[str, str]) -> Callable[[str], str]:
    return lambda text: spoilt(text, lambda rows: [{**rows[0], **cells}, *rows[1:]])


READ = (
    "facilities",
    "premises",
    "register_coverage",
    "estate_schemes",
    "providers",
    "neighbourhoods",
    "msoa_population",
    "assumptions",
)


@cache
def shipped() -> dict[str, pd.DataFrame]:
    return {name: read(DATA / f"{name}.csv") for name in READ}


def read(path: Path) -> pd.DataFrame:
    known = read_table(INPUT_TABLES["places"], DATA / "places.csv", places=None)
    return read_table(INPUT_TABLES[path.stem], path, list(known["place"]))


def practices_of_luton_first(rows: Rows) -> Rows:
    return sorted(
        rows, key=lambda row: (row["place"], row["facility"]) != ("E06000032", "gp_consulting_rooms")
    )


def refused(tmp_path: Path, file: str, change: Callable[[str], str]) -> str:
    """What is said of a file that is changed, read and checked as a run's inputs are."""
    path = tmp_path / file
    text = (DATA / file).read_text(encoding="utf-8")
    if file == "premises.csv":
        text = spoilt(text, practices_of_luton_first)
    path.write_text(change(text), encoding="utf-8")
    with pytest.raises(BadInput) as error:
        raise_errors(register_findings({**shipped(), path.stem: read(path)}))
    return str(error.value)


@pytest.mark.parametrize("case", SPOILT.values(), ids=SPOILT)
def test_a_wrong_register_is_one_message_with_file_row_and_column(
    tmp_path: Path, case: tuple[str, dict[str, str], str, str, str]
) -> None:
    table, cells, column, found, expected = case
    said = refused(tmp_path, f"{table}.csv", first_row(cells))
    assert said.startswith(f"{table}.csv, row {ROW}, column {column}: found {found}")
    assert expected in said.split("; expected ", 1)[1]
    assert "and 1 more" not in said
    assert "\n" not in said


def test_a_site_and_facility_twice_is_told_with_both_rows(tmp_path: Path) -> None:
    said = refused(tmp_path, "premises.csv", lambda text: spoilt(text, lambda rows: [rows[0], *rows]))
    assert said.startswith("premises.csv, row 3, column facility: found site_code E81005, facility gp_cons")
    assert "a second time (first in row 2)" in said


def test_rows_of_a_site_that_stand_in_two_places_are_told(tmp_path: Path) -> None:
    treatment = {"facility": "gp_treatment_rooms"}
    for column, cell in (
        ("place", "E06000055"),
        ("registered_patients", "3600"),
        ("neighbourhood", OF_LUTON),
    ):
        other = {**treatment, column: cell}
        said = refused(
            tmp_path,
            "premises.csv",
            lambda text, other=other: spoilt(text, lambda rows: [rows[0], {**rows[0], **other}, *rows[1:]]),
        )
        assert said.startswith(f"premises.csv, row 3, column {column}: found {cell}")
        assert "as in row 2 of the same site_code" in said


def test_the_row_is_the_one_a_spreadsheet_shows_though_rows_are_blank(tmp_path: Path) -> None:
    def change(text: str) -> str:
        head, rest = first_row({"unit": "beds"})(text).split("\n", 1)
        return f"{head}\n\n,,,,,,,,,,,,,,,,,,,,\n{rest}"

    assert refused(tmp_path, "premises.csv", change).startswith(
        "premises.csv, row 4, column unit: found beds"
    )


def test_a_register_without_quantities_or_neighbourhoods_is_no_fault(tmp_path: Path) -> None:
    path = tmp_path / "premises.csv"
    text = (DATA / "premises.csv").read_text(encoding="utf-8")
    unknown = {"quantity": "", "neighbourhood": ""}
    path.write_text(spoilt(text, lambda rows: [row | unknown for row in rows]), encoding="utf-8")
    found = register_findings({**shipped(), "premises": read(path)})
    assert not errors(found)


def asked(**tables: pd.DataFrame) -> list[str]:
    """What is asked of registers that a run can take."""
    found = register_findings({**shipped(), **tables})
    assert not errors(found)
    return [finding.sentence() for finding in found]


def test_registers_that_leave_something_open_are_taken_and_asked_about() -> None:
    premises, schemes = (shipped()[name].copy() for name in ("premises", "estate_schemes"))
    at_rest = asked()
    assert len(at_rest) == 1
    assert (
        "column replaces: found RD8; expected the site code of a row of premises.csv with birth_rooms"
        in (at_rest[0])
    )
    practice = premises.index[premises["facility"] == "gp_consulting_rooms"][0]
    told = {"place": "E06000056", "surveyed": "2021-05-31", "quantity": 6.0, "closes": np.nan}
    premises.loc[practice, list(told)] = list(told.values())
    row = f"premises.csv, row {practice + 2}, column"
    said = [line for line in asked(premises=premises) if line not in at_rest]
    assert said[0].startswith(
        f"{row} gross_internal_area_m2: found an empty cell with rooms; expected the area"
    )
    assert said[1].startswith(f"{row} surveyed: found 2021-05-31, before dunstable_hub opened in 2023")
    assert len(said) == 2
    measured = premises.loc[[practice]].assign(
        facility="primary_care_gross_internal_area", unit="m2", quantity=500.0, surveyed=None
    )
    premises.loc[practice, ["quantity", "surveyed", "closes"]] = [np.nan, None, 2030.0]
    said = asked(premises=pd.concat([premises, measured], ignore_index=True))
    assert any("found a building that goes in 2030 with no quantity" in line for line in said)
    assert any("found 500 m2 and no rooms; expected a row of gp_consulting_rooms" in line for line in said)

    unfunded = schemes["scheme"].isin(["biggleswade_hub"]) & (schemes["facility"] == "gp_consulting_rooms")
    schemes.loc[unfunded, "switch"] = "on"
    said = [line for line in asked(estate_schemes=schemes) if line not in at_rest]
    assert ["no, and switched on" in said[0], "its primary_care_gross_internal_area too" in said[1]] == [
        True
    ] * 2
    assert len(said) == 2


def test_a_building_that_two_schemes_replace_is_told_with_both_rows() -> None:
    schemes = shipped()["estate_schemes"]
    second = schemes[schemes["scheme"] == "mk_womens_childrens"].assign(scheme="another wing")
    found = errors(
        register_findings({**shipped(), "estate_schemes": pd.concat([schemes, second], ignore_index=True)})
    )
    first = int(schemes.index[schemes["facility"] == "maternity_beds"][0]) + 2
    assert [finding.row for finding in found] == [len(schemes) + 3]
    assert (
        found[0]
        .sentence()
        .endswith(f"found RD8, which row {first} replaces; expected each building replaced once")
    )


def test_a_register_called_complete_for_a_trust_s_facility_is_told(tmp_path: Path) -> None:
    said = refused(
        tmp_path, "register_coverage.csv", lambda text: f"{text}E06000032,theatres,estates team,site list\n"
    )
    assert said.startswith(
        "register_coverage.csv, row 2, column facility: found theatres; expected a facility"
    )


def test_the_command_line_says_it_in_one_line_and_the_last_release_stays(run_with: RunWith) -> None:
    run = run_with({"data/premises.csv": first_row({"lease_end": "31/03/2031"})})
    assert run.exit_code == 1
    lines = [line for line in run.screen.splitlines() if line.startswith("Not published.")]
    assert len(lines) == 1
    for words in ("premises.csv, row 2, column lease_end: found '31/03/2031'", "a year from 1900 to 2200"):
        assert words in lines[0]
    assert "Traceback" not in run.screen
    assert (run.outputs / "current").resolve().name == "earlier"
