"""Care homes' and students' bedrooms house the communal population; they never count as homes in silence."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from housing_trajectories import Trajectory, read
from housing_trajectories.checks.bedrooms import Kind, may_tell, said
from housing_trajectories.rows.tidy_table import write_tidy
from housing_trajectories.tools.template import write_template

CORPUS = Path(__file__).parent / "corpus"
RATIOS: dict[Kind, float] = {"C2": 1.8, "student": 2.5}
COLUMNS = ["planned_net_dwellings", "communal_bedrooms", "student_bedrooms"]


def by_site(trajectory: Trajectory) -> dict[str, tuple[float, ...]]:
    """Homes, communal and student bedrooms of each site."""
    sums = trajectory.table.groupby("site_reference")[COLUMNS].sum()
    return {str(site): tuple(row) for site, row in zip(sums.index, sums.to_numpy(), strict=True)}


def test_bedrooms_in_names_notes_and_types_are_kept_apart() -> None:
    assert by_site(read(CORPUS / "care_homes_and_students.csv")) == {
        "A1": (60, 0, 0),
        "A2": (0, 66, 0),
        "A3": (0, 0, 220),
        "A4": (0, 40, 0),
        "A5": (0, 0, 300),
        "A6": (50, 0, 0),
        "A7": (12, 0, 0),
        "A8": (90, 0, 0),
        "A9": (1, 0, 0),
    }


def test_homes_counted_for_bedrooms_become_those_bedrooms() -> None:
    found = by_site(read(CORPUS / "homes_counted_for_bedrooms.csv"))
    assert found == {"C1": (0, 66, 0), "C2": (0, 0, 250), "C3": (0, 66, 0), "C4": (0, 36, 0)}


def test_bedrooms_come_in_their_own_years() -> None:
    table = read(CORPUS / "care_homes_and_students.csv").table
    rows = table[table["site_reference"].eq("A3")].set_index("year")["student_bedrooms"]
    assert rows.to_dict() == {2025: 0, 2026: 110, 2027: 110}


def test_bedrooms_are_said_once_for_each_class() -> None:
    findings = [f for f in read(CORPUS / "care_homes_and_students.csv").findings if f.issue == "bedrooms"]
    assert [f.found for f in findings] == [
        "2 rows of class C2, 106 bedrooms; class by name, notes or type: A2, A4",
        "2 rows of class student, 520 bedrooms; class by name, notes or type: A3, A5",
    ]


def test_a_number_that_may_be_either_is_an_error_with_site_and_row() -> None:
    errors = {(f.site, f.row): f.found for f in read(CORPUS / "homes_or_bedrooms.csv").errors}
    assert set(errors) == {("B1", 2), ("B2", 3), ("B3", 4), ("B4", 5), ("B5", 6), ("B6", 7), ("B7", 8)}
    assert errors["B1", 2].startswith(
        "30 may be bedrooms, or homes counted for 54 bedrooms: 'Manor Care Home'"
    )


@pytest.mark.parametrize(
    ("text", "number", "verdict"),
    [
        ("4-bed house, Mill Lane", 4, "homes"),
        ("12 x 2 bed flats", 12, "homes"),
        ("Beds Road", 30, "homes"),
        ("Retirement living, 45 units", 45, "homes"),
        ("Student Union building, 40 flats", 40, "homes"),
        ("Erection of 20 residential homes", 20, "homes"),
        ("8 bed HMO", 1, "homes"),
        ("Change of use from licensed HMO to 15 self-contained studio flats", 15, "homes"),
        ("70 dwellings and 512 sqm of class D1 (Non-Residential Institution)", 70, "homes"),
        ("16 one bedroom sheltered self-contained residential units", 16, "homes"),
        ("Former Oaklands Care Home", 12, "maybe homes"),
        ("Land adjacent to The Nursing Home", 12, "maybe homes"),
        ("Redevelopment of care home for 30 houses", 30, "maybe homes"),
        ("Extra care (C2), 60 apartments", 60, "maybe homes"),
        ("Demolition of the care home and 50 self-contained flats (11 x 1 bed)", 50, "maybe homes"),
        ("Demolition of depot and erection of 66-bed care home", 66, "bedrooms"),
        ("Nursing home: 24 more bedrooms beside its 40 beds", 24, "bedrooms"),
        ("12 Manor House Nursing Home (40 bed)", 40, "bedrooms"),
        ("12 High Street 66 bed care home", 66, "bedrooms"),
        ("Old people's home of 30 beds", 30, "bedrooms"),
        ("1,200 student bedrooms", 1_200, "bedrooms"),
        ("500 student bedspaces in 80 cluster flats", 500, "bedrooms"),
        ("Change of use of offices to student rooms, 8 studio rooms", 8, "bedrooms"),
        ("Student hall, 240 rooms", 100, "equivalents"),
        ("C2 care home, 37 dwellings equivalent", 37, "equivalents"),
        ("Care village: 60 bed care home and 80 extra care units", 140, "unclear"),
        ("Student village of 300 rooms and a 60 bed care home", 360, "unclear"),
        ("736 student bed spaces (603 rooms), 85 residential flats", 250, "unclear"),
        ("Co-living, 150 studios", 150, "unclear"),
        ("North Street Care Home", 40, "unclear"),
        ("Extra care (C2)", 60, "unclear"),
    ],
)
def test_words_and_number_tell_homes_from_bedrooms(text: str, number: float, verdict: str) -> None:
    assert said(text, [number], None, 0.0, set(), RATIOS).verdict == verdict
    assert may_tell(text) or verdict == "homes"


def test_a_heading_between_rows_tells_what_stands_beneath_it_up_to_its_total() -> None:
    trajectory = read(CORPUS / "bedrooms_under_headings.csv")
    assert by_site(trajectory)["D2"] == (0, 0, 100)
    assert [f.site for f in trajectory.errors] == ["D3", "D4"]


def test_what_is_written_of_bedrooms_is_read_back_without_a_doubt(tmp_path: Path) -> None:
    first = read(CORPUS / "care_homes_and_students.csv")
    write_tidy(first, tmp_path / "tidy.csv")
    write_template(tmp_path / "filled.xlsx", 2025, 3, first)
    for name in ("tidy.csv", "filled.xlsx"):
        again = read(tmp_path / name)
        assert by_site(again) == by_site(first)
        assert not [f for f in again.findings if f.issue in ("homes or bedrooms", "use class not stated")]


@pytest.mark.parametrize(
    ("name", "homes"), [("messy_40_sites.xlsx", 22_042), ("messy_40_sites_cleaned.xlsx", 22_050)]
)
def test_a_councils_workbook_keeps_its_care_home_and_students_apart(
    name: str, homes: int, shared: Callable[[str], Path]
) -> None:
    table = read(shared(f"cases/{name}")).table
    assert tuple(table[COLUMNS].sum()) == (homes, 66, 220)
