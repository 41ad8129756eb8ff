"""An unusable file ends in one sentence naming file, row, column, what was found, what is expected."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from housing_trajectories import BadInput, read
from housing_trajectories.findings import Finding
from housing_trajectories.schema import TIDY_COLUMNS, financial_year, financial_year_label

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
    ("row", "column", "found", "expected"),
    [
        (SITE.replace(",40,", ",forty,"), "2024/25", "'forty'", "a whole number"),
        (SITE.replace("E06000042", "E09000034"), "place", "'E09000034'", "E06000042"),
        (SITE.replace("E06000042", "Milton Keynes"), "place", "'Milton Keynes'", "E06000042"),
        (SITE.replace(",100,10,", ",100,-10,"), "built_before", "'-10'", "at least 0"),
        (SITE.replace(",40,50", ",40,-50"), "2025/26", "'-50'", "at least 0"),
        (SITE.replace("permissioned", "permissoned"), "planning_status", "'permissoned'", "one of"),
        (SITE.replace("MK-1", "all"), "site_reference", "'all'", "reference"),
    ],
)
def test_a_cell_that_cannot_be_used_is_named(
    write: Write, row: str, column: str, found: str, expected: str
) -> None:
    with pytest.raises(BadInput) as raised:
        read(write(REST, row), "E06000042")
    message = str(raised.value)
    assert message.startswith(f"milton_keynes.csv, row 3, column {column}")
    assert found in message
    assert expected in message
    assert "\n" not in message


def test_a_missing_column_is_named(write: Write) -> None:
    with pytest.raises(BadInput, match="row 1, column site_reference: found no such column"):
        read(write(SITE, header=HEADER.replace("site_reference", "reference")))


def test_a_missing_file_is_named(tmp_path: Path) -> None:
    with pytest.raises(BadInput, match=r"luton\.csv: found no such file"):
        read(tmp_path / "luton.csv")


def test_a_site_twice_is_named_with_its_first_row(write: Write) -> None:
    with pytest.raises(BadInput, match=r"row 4.*'MK-1' a second time for 2024/25 \(first in row 2\)"):
        read(write(SITE, REST, SITE))


def test_a_column_twice_is_named(write: Write) -> None:
    with pytest.raises(BadInput, match="the column twice"):
        read(write(SITE, header=HEADER.replace("2025/26", "2024/25")))


def test_all_findings_are_carried_and_counted(write: Write) -> None:
    with pytest.raises(BadInput, match=r"\(and 1 more\)") as raised:
        read(write(SITE.replace(",40,50", ",x,y"), REST))
    assert [finding.column for finding in raised.value.findings] == ["2024/25", "2025/26"]


def test_a_finding_is_one_line_whatever_the_cell_holds() -> None:
    finding = Finding("a.csv", 2, "x", "line\nbreak\x1b[31m and \u202eright to left", "a number")
    sentence = finding.sentence()
    assert all(character.isprintable() for character in sentence)


def test_financial_years_are_read_and_written_alike() -> None:
    for year in (1999, 2024, 2099):
        assert financial_year(financial_year_label(year)) == year
    assert financial_year("2024/26") is None
    assert financial_year("2024-25") is None
