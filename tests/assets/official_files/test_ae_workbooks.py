"""Monthly A&E workbooks: every month as published, and a small one of the same layout spoilt cell by cell."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from openpyxl import Workbook

from assets.official_files.merging import known_of
from assets.official_files.recognise import read_publication
from housing_trajectories.findings import BadInput, Finding
from tests.assets.official_files.official_examples import known
from tests.shipped import DATA

GROUPS = ["", "", "", "", "A&E attendances", "", "", "", "A&E attendances less than 4 hours", "", "", ""]
TYPES = [
    "Type 1 Departments - Major A&E",
    "Type 2 Departments - Single Specialty",
    "Type 3 Departments - Other A&E/Minor Injury Unit",
]
NAMES = [
    *("", "Code", "Region", "Name"),
    *(*TYPES, "Total attendances", *TYPES, "Total Attendances < 4 hours"),
    *(f"Emergency Admissions via Type {kind} A&E" for kind in ("1", "2", "3 and 4")),
    "Total Emergency Admissions via A&E",
    "Other Emergency admissions (i.e not via A&E)",
    "Total Emergency Admissions",
]
ENGLAND = ["", "-", "-", "England", 330, 7, 40, 377, 0, 0, 0, 0, 66, 1, 2, 69, 11, 80]
PROVIDERS = [
    ["", "RC1", "EAST ", "Bedford", 100, 2, 10, 112, 0, 0, 0, 0, 20, 0, 1, 21, 4, 25],
    ["", "RC9", "EAST ", "Luton", 200, 5, 30, 235, 0, 0, 0, 0, 40, 1, 1, 42, 5, 47],
    ["", "RXX", "LONDON", "Elsewhere", 30, "-", "", 30, "-", "-", "-", "-", 6, "", "", 6, 2, 8],
]
HEADER_ROW, ENGLAND_ROW, FIRST_ROW = 4, 5, 7
TYPE_1, TOTAL = 4, 7


def workbook(
    folder: Path, rows: list[list[object]], england: list[object] | None = None, period: str = "April 26"
) -> Path:
    """The rows under titles, groups, header and England, as a workbook."""
    book = Workbook()
    sheet = book.active
    assert sheet is not None
    sheet.title = "Provider Level Data"
    lines = [["", "Title:", "A&E Attendances"], ["", "Period:", period], GROUPS, NAMES]
    for line in [*lines, ENGLAND if england is None else england, [""], *rows]:
        sheet.append(line)
    book.save(folder / "ae.xlsx")
    return folder / "ae.xlsx"


def refusal(path: Path) -> Finding:
    with pytest.raises(BadInput) as error:
        read_publication(path, known())
    return error.value.findings[0]


def test_every_published_month_is_read_and_holds_its_row_of_england(
    root: Path, shared: Callable[[str], Path]
) -> None:
    there = known_of(DATA)
    months: dict[tuple[str, str], int] = {}
    files = sorted(shared("england/health/ae_xls").glob("*.xls"))
    for path in files:
        read = read_publication(path, there)
        assert read.proofs[0] == "10 totals of England by column, its providers together hold", path.name
        for row in read.tables["ae_attendances_monthly"].to_dict("records"):
            months[row["provider"], row["month"]] = row["ae_attendances"]
    assert len(files) == 86
    assert len(months) == 2 * 86
    assert (min(months)[1], max(months)[1]) == ("2019-04", "2026-05")
    autumn = ("2019-09", "2019-10", "2019-11")
    assert [months["RC9", month] for month in autumn] == [20205, 20811, 21506]
    assert [months["RD8", month] for month in autumn] == [12277, 12778, 13066]


def test_a_month_as_workbook_and_as_csv_is_the_same(root: Path, shared: Callable[[str], Path]) -> None:
    there = known_of(DATA)
    book = read_publication(
        shared("england/health/ae_xls/November-2024-AE-by-provider-XEZnh-revised-1.xls"), there
    )
    text = read_publication(shared("england/health/ae_csv/Monthly-AE-November-2024-revised.csv"), there)
    name = "ae_attendances_monthly"
    assert book.tables[name].values.tolist() == text.tables[name].values.tolist()


def test_trusts_of_before_a_merger_are_added_and_empty_departments_said(tmp_path: Path) -> None:
    read = read_publication(workbook(tmp_path, PROVIDERS), known())
    rows = read.tables["ae_attendances_monthly"]
    assert rows.values.tolist() == [["RC9", "2026-04", 347, 72]]
    assert read.proofs == (
        "10 totals of England by column, its providers together hold",
        "9 totals of a provider, types of department together hold",
        "4 cells with '-' or nothing counted as none: the totals hold with them",
    )
    assert "1 other providers (read for the proofs)" in read.unused


def test_half_of_the_providers_is_refused_with_what_england_has(tmp_path: Path) -> None:
    finding = refusal(workbook(tmp_path, PROVIDERS[:2]))
    assert (finding.sheet, finding.row, finding.column) == ("Provider Level Data", ENGLAND_ROW, NAMES[TYPE_1])
    assert finding.found == "330"
    assert finding.expected.startswith("300")
    whole = workbook(tmp_path, PROVIDERS).read_bytes()
    cut = tmp_path / "cut.xlsx"
    cut.write_bytes(whole[: len(whole) // 2])
    assert "a workbook" in refusal(cut).expected


@pytest.mark.parametrize("left", [0.5, -1, -1024])
def test_an_old_workbook_that_was_cut_is_refused(
    tmp_path: Path, shared: Callable[[str], Path], left: float
) -> None:
    """Cut within a sector, or by whole ones, the parser of workbooks panics: that is no Exception."""
    whole = shared("england/health/ae_xls/Monthly-September-2019-revised-210720-L48uy.xls").read_bytes()
    path = tmp_path / "ae.xls"
    path.write_bytes(whole[: int(len(whole) * left) if left > 0 else int(left)])
    finding = refusal(path)
    assert finding.file == "ae.xls"
    assert "workbook" in finding.expected


def test_spoilt_cells_are_refused_with_row_and_column(tmp_path: Path) -> None:
    def changed(at: int, value: object) -> list[list[object]]:
        return [PROVIDERS[0], [*PROVIDERS[1][:at], value, *PROVIDERS[1][at + 1 :]], PROVIDERS[2]]

    england = [*ENGLAND[:TOTAL], 378, *ENGLAND[TOTAL + 1 :]]
    finding = refusal(workbook(tmp_path, changed(TOTAL, 236), england))
    assert (finding.row, finding.column, finding.found) == (FIRST_ROW + 1, NAMES[TOTAL], "236 of RC9")
    finding = refusal(workbook(tmp_path, changed(TYPE_1, "many")))
    assert (finding.row, finding.column, finding.found) == (FIRST_ROW + 1, NAMES[TYPE_1], "many")
    finding = refusal(workbook(tmp_path, changed(1, "")))
    assert (finding.row, finding.column) == (FIRST_ROW + 1, "Code")
    finding = refusal(workbook(tmp_path, changed(1, "RC1")))
    assert finding.found.startswith("RC1 a second time")
    finding = refusal(workbook(tmp_path, PROVIDERS, period="Q1 2026"))
    assert (finding.row, finding.column, finding.found) == (2, "Period", "Q1 2026")
    finding = refusal(workbook(tmp_path, PROVIDERS, england=[""]))
    assert finding.found == "no row England"
