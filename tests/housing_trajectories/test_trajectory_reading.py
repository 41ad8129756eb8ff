"""An unusable file ends in one sentence naming file, row, column, what was found, what is expected."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import FrozenInstanceError
from datetime import date
from pathlib import Path

import numpy as np
import pytest

from housing_trajectories import BadInput, read, reading
from housing_trajectories.checks.reference_figures import reference_figures
from housing_trajectories.findings import Finding
from housing_trajectories.reading_options import ReadingOptions
from housing_trajectories.schema import TIDY_COLUMNS, financial_year, financial_year_label
from housing_trajectories.tools.comparison import compare

HEADER = (
    "place,plan,plan_status,site_reference,site_name,planning_status,phasing_basis,"
    "capacity_dwellings,built_before,note,2024/25,2025/26"
)
SITE = "E06000042,Plan:MK,adopted,MK-1,A site,permissioned,published,100,10,,40,50"
REST = "E06000042,Plan:MK,adopted,remainder,Windfall,mixed,plan_balance,,,,5,0"
Write = Callable[..., Path]


@pytest.fixture
def write(tmp_path: Path) -> Write:
    def put(*rows: str, header: str = HEADER) -> Path:
        path = tmp_path / "milton_keynes.csv"
        path.write_text("\n".join([header, *rows]) + "\n", encoding="utf-8")
        return path

    return put


def test_a_clean_file_is_read_as_a_tidy_table(write: Write) -> None:
    trajectory = read(write(SITE, REST), "E06000042")
    assert list(trajectory.table.columns) == list(TIDY_COLUMNS)
    assert trajectory.table["planned_net_dwellings"].sum() == 95
    assert trajectory.findings == ()


def test_an_empty_year_is_not_a_zero(write: Write) -> None:
    table = read(write(SITE.replace(",40,50", ",40,"), REST)).table
    assert table.loc[table["site_reference"].eq("MK-1"), "year"].tolist() == [2024]


@pytest.mark.parametrize(
    ("row", "issue", "cell", "found"),
    [
        (SITE.replace(",40,", ",forty,"), "invalid integer", "K3", "'forty'"),
        (SITE.replace("E06000042", "E09000034"), "unknown or foreign GSS code", "A3", "'E09000034'"),
        (
            SITE.replace("E06000042", "E06000055"),
            "unknown or foreign GSS code",
            "A3",
            "'E06000055 (Bedford)'",
        ),
        (SITE.replace(",40,50", ",140,-50"), "negative homes", "L3", "-50 homes"),
    ],
)
def test_a_cell_that_cannot_be_used_is_named(
    write: Write, row: str, issue: str, cell: str, found: str
) -> None:
    trajectory = read(write(REST, row), "E06000042")
    first = trajectory.errors[0]
    assert (first.issue, first.cell) == (issue, cell)
    assert first.found.startswith(found)
    with pytest.raises(BadInput, match=r"^milton_keynes\.csv, row 3, column "):
        trajectory.usable()


def test_a_place_by_its_name_is_its_code(write: Write) -> None:
    assert read(write(SITE.replace("E06000042", "Milton Keynes"), REST), "E06000042").errors == ()


def test_reserved_references_are_not_taken_for_totals(write: Write) -> None:
    trajectory = read(write(SITE.replace("MK-1", "all"), REST))
    assert "all" not in set(trajectory.table["site_reference"])


def test_a_missing_file_is_a_finding(tmp_path: Path) -> None:
    trajectory = read(tmp_path / "luton.csv")
    assert [f.issue for f in trajectory.errors] == ["no such file"]
    with pytest.raises(BadInput, match=r"luton\.csv: found no such file"):
        trajectory.usable()


def test_a_site_twice_is_named_with_its_first_row(write: Write) -> None:
    (error,) = read(write(SITE, REST, SITE)).errors
    assert (error.issue, error.row) == ("reference values are not unique", 4)
    assert "'MK-1' a second time (first in row 2)" in error.found


def test_a_year_twice_is_named(write: Write) -> None:
    trajectory = read(write(SITE, header=HEADER.replace("2025/26", "2024/25")))
    assert "column twice" in {error.issue for error in trajectory.errors}


def test_reading_the_same_file_again_changes_nothing(write: Write) -> None:
    path = write(SITE, REST)
    first, second = read(path), read(path)
    assert first.sha256 == second.sha256
    assert first.table.equals(second.table)
    assert first.findings == second.findings
    assert compare(first, second).sites == ()


def test_a_file_carries_what_it_is(write: Write) -> None:
    trajectory = read(write(SITE), received=date(2025, 7, 1), base_date=date(2024, 4, 1), issue="July 2025")
    assert (trajectory.received, trajectory.base_date, trajectory.issue) == (
        "2025-07-01",
        "2024-04-01",
        "July 2025",
    )


def test_the_meaning_of_a_bare_year_is_taken_from_the_reader(tmp_path: Path) -> None:
    path = tmp_path / "a.csv"
    path.write_text("Site Reference,Site Name,2025,2026\nA1,Mill,20,40\n", encoding="utf-8")
    assert "meaning of years" in {error.issue for error in read(path).errors}
    for meaning, homes in (
        ("financial", {2025: 20, 2026: 40}),
        ("financial-ending", {2024: 20, 2025: 40}),
        ("calendar", {2024: 5, 2025: 25, 2026: 30}),
        ("mid-year", {2024: 15, 2025: 35, 2026: 10}),
    ):
        trajectory = read(path, years=meaning)  # type: ignore[arg-type]
        assert trajectory.errors == ()
        assert (
            dict(zip(trajectory.table["year"], trajectory.table["planned_net_dwellings"], strict=True))
            == homes
        )


def test_a_refusal_tells_up_to_ten_errors_and_how_many_more() -> None:
    rows = [Finding("premises.csv", row, "place", f"P{row}", "a GSS code") for row in range(2, 14)]
    said = str(BadInput(rows))
    assert all(f"row {row}," in said for row in range(2, 12))
    assert "row 12" not in said
    assert said.endswith("and 2 more")
    assert "more" not in str(BadInput(rows[:10]))
    assert "\n" not in said


def test_a_thousand_findings_of_one_kind_do_not_hide_another() -> None:
    many = [Finding("premises.csv", row, "place", f"P{row}", "a GSS code") for row in range(2, 1002)]
    other = [Finding("premises.csv", 7, "unit", "m2", f"rooms, as in row {row}") for row in (2, 3)]
    said = str(
        BadInput([*many, *other, Finding("providers.csv", None, "kind", "no row of kind system", "one")])
    )
    assert "row 7, column unit: found m2; expected rooms, as in row 3" in said
    assert "providers.csv, column kind: found no row of kind system" in said
    assert "and 993 more of premises.csv, column place" in said
    kinds = [Finding(f"table_{kind}.csv", 2, "place", "P", "a GSS code") for kind in range(13) for _ in "ab"]
    said = str(BadInput(kinds))
    assert said.endswith("and 6 more of other kinds: table_10.csv (2), table_11.csv (2), table_12.csv (2)")
    assert "and 1 more of table_0.csv, column place" in said


def test_a_finding_is_one_line_whatever_the_cell_holds() -> None:
    finding = Finding("a.csv", 2, "x", "line\nbreak\x1b[31m and \u202eright to left", "a number")
    sentence = finding.sentence()
    assert all(character.isprintable() for character in sentence)


def test_financial_years_are_read_and_written_alike() -> None:
    for year in (1999, 2024, 2099):
        assert financial_year(financial_year_label(year)) == year
    assert financial_year("2024/26") is None
    assert financial_year("2024-25") is None


@pytest.mark.parametrize(
    "name", ["supply_annex.csv", "own_form_with_a_care_home.csv", "tbc_with_capacity.csv"]
)
def test_no_pass_can_write_to_the_rows_it_is_given(name: str) -> None:
    content = (Path(__file__).parent / "corpus" / name).read_bytes()
    tables, _ = reading._tables_in(content, name, ReadingOptions())
    [rows] = [table.rows for table in tables]
    for values in (rows.homes, rows.unknown, rows.texts["site_name"], rows.numbers["capacity_dwellings"]):
        with pytest.raises(ValueError, match="read-only"):
            values[:] = 0
    with pytest.raises(FrozenInstanceError):
        rows.homes = rows.low  # type: ignore[misc]
    before = {name: values.copy() for name, values in rows.texts.items()}, rows.homes.copy()
    reading._checked(rows, None, ReadingOptions(), (), None, reference_figures())
    assert all((rows.texts[name] == values).all() for name, values in before[0].items())
    np.testing.assert_array_equal(rows.homes, before[1])
