"""Workbooks of the corpus, made when the tests run: what CSV cannot hold, such as hidden and merged cells."""

from __future__ import annotations

import zipfile
from collections.abc import Callable
from datetime import datetime
from pathlib import Path

from openpyxl import Workbook
from openpyxl.styles import Font
from openpyxl.worksheet.worksheet import Worksheet

HEADINGS = ["Site Reference", "Site Name", "Planning Status", "Capacity", "2025/26", "2026/27", "2027/28"]
MILL = ["A1", "Mill Lane", "permissioned", 60, 20, 20, 20]
STATION = ["A2", "Station Road", "not permissioned", 30, 0, 10, 20]


def _sheet(*rows: list[object], title: str = "Trajectory") -> tuple[Workbook, Worksheet]:
    book = Workbook()
    sheet = book.active
    assert isinstance(sheet, Worksheet)
    sheet.title = title
    for row in rows:
        sheet.append(row)
    return book, sheet


def plain(path: Path) -> None:
    book, _ = _sheet(HEADINGS, MILL, STATION)
    book.save(path)


def hidden_row(path: Path) -> None:
    book, sheet = _sheet(HEADINGS, MILL, STATION)
    sheet.row_dimensions[3].hidden = True
    book.save(path)


def hidden_column(path: Path) -> None:
    book, sheet = _sheet(HEADINGS, MILL, STATION)
    sheet.column_dimensions["F"].hidden = True
    book.save(path)


def hidden_sheet(path: Path) -> None:
    book, _ = _sheet(HEADINGS, MILL)
    other = book.create_sheet("Old issue")
    other.append(HEADINGS)
    other.append(STATION)
    other.sheet_state = "hidden"
    book.save(path)


def several_sheets(path: Path) -> None:
    book, _ = _sheet(HEADINGS, MILL, title="Large sites")
    small = book.create_sheet("Small sites")
    small.append(["Small sites at 1 April 2025"])
    small.append(HEADINGS)
    small.append(STATION)
    book.create_sheet("Summary").append(["Year", "Completions"])
    book.save(path)


def same_site_on_two_sheets(path: Path) -> None:
    book, _ = _sheet(HEADINGS, MILL, title="Large sites")
    again = book.create_sheet("With permission")
    again.append(HEADINGS)
    again.append(MILL)
    book.save(path)


def merged_years(path: Path) -> None:
    book, sheet = _sheet(HEADINGS, ["A1", "Mill Lane", "permissioned", 60, 60, None, None], STATION)
    sheet.merge_cells("E2:G2")
    book.save(path)


def merged_words(path: Path) -> None:
    third = ["A3", "Dairy", None, 60, 20, 20, 20]
    book, sheet = _sheet(HEADINGS, MILL, third, STATION)
    sheet.merge_cells("C2:C3")
    book.save(path)


def merged_title(path: Path) -> None:
    book, sheet = _sheet(["Housing trajectory 2025", *[None] * 6], HEADINGS, MILL)
    sheet.merge_cells("A1:G1")
    book.save(path)


def values_beneath_a_merge(path: Path) -> None:
    book, _ = _sheet(HEADINGS, MILL, STATION)
    book.save(path)
    _change(path, "</sheetData>", '</sheetData><mergeCells count="1"><mergeCell ref="E2:G2"/></mergeCells>')


def formula_without_value(path: Path) -> None:
    book, sheet = _sheet(HEADINGS, MILL, STATION)
    sheet["F2"] = "=E2*1"
    book.save(path)


def formula_with_value(path: Path) -> None:
    book, sheet = _sheet(HEADINGS, MILL, STATION)
    sheet["F2"] = "=E2*1"
    book.save(path)
    _change(path, "<f>E2*1</f><v></v>", "<f>E2*1</f><v>20</v>")
    _change(path, "<f>E2*1</f><v/>", "<f>E2*1</f><v>20</v>")
    _change(path, "<f>E2*1</f><v />", "<f>E2*1</f><v>20</v>")


def error_values(path: Path) -> None:
    book, sheet = _sheet(HEADINGS, ["A1", "Mill Lane", "permissioned", None, 20, "#N/A", 20])
    sheet["F2"].data_type = "e"
    book.save(path)


def dates_in_homes(path: Path) -> None:
    book, _ = _sheet(HEADINGS, ["A1", "Mill Lane", "permissioned", None, datetime(2025, 10, 5), 45748, 20])
    book.save(path)


def dates_as_years(path: Path) -> None:
    years = [datetime(2026, 3, 31), datetime(2027, 3, 31), datetime(2028, 3, 31)]
    book, _ = _sheet([*HEADINGS[:4], *years], MILL)
    book.save(path)


def numbers_as_years(path: Path) -> None:
    book, _ = _sheet(["Monitoring years run 1 April to 31 March"], [*HEADINGS[:4], 2025, 2026, 2027], MILL)
    book.save(path)


def two_heading_rows(path: Path) -> None:
    book, _ = _sheet([*HEADINGS[:4], None, None, None], [None] * 4 + HEADINGS[4:], MILL, STATION)
    book.save(path)


def headings_far_down(path: Path) -> None:
    book, sheet = _sheet(["Housing trajectory"], ["Base date: 1 April 2025"])
    for position, heading in enumerate(HEADINGS):
        sheet.cell(9, 3 + position, heading)
        sheet.cell(10, 3 + position, MILL[position])
    book.save(path)


def live_text(path: Path) -> None:
    book, sheet = _sheet(HEADINGS, MILL)
    sheet["B2"] = "=cmd|' /C calc'!A0"
    sheet["B2"].data_type = "s"
    book.save(path)


def struck_through(path: Path) -> None:
    book, sheet = _sheet(HEADINGS, MILL, STATION)
    for cell in sheet[3]:
        cell.font = Font(strike=True)
    book.save(path)


def table_from_c7(path: Path) -> None:
    book, sheet = _sheet()
    sheet["C5"] = "Housing trajectory, position at 1 April 2025"
    for number, row in enumerate((HEADINGS, MILL, STATION), start=7):
        for column, value in enumerate(row, start=3):
            sheet.cell(number, column, value)
    book.save(path)


def merged_reference(path: Path) -> None:
    book, sheet = _sheet(
        HEADINGS, MILL, [None, "Mill Lane, second phase", "permissioned", 20, 0, 5, 15], STATION
    )
    sheet.merge_cells("A2:A3")
    book.save(path)


def summary_on_another_sheet(path: Path) -> None:
    book, _ = _sheet(HEADINGS, MILL, STATION, title="Sites")
    summary = book.create_sheet("Summary")
    summary.append(["Source of supply", "2025/26", "2026/27", "2027/28"])
    summary.append(["Sites with permission", 20, 20, 20])
    summary.append(["Allocations", 0, 10, 20])
    summary.append(["Total", 20, 30, 40])
    book.save(path)


def summary_that_differs(path: Path) -> None:
    book, _ = _sheet(HEADINGS, MILL, STATION, title="Sites")
    summary = book.create_sheet("Summary")
    summary.append(["Source of supply", "2025/26", "2026/27", "2027/28"])
    summary.append(["Sites with permission", 20, 20, 25])
    book.save(path)


def on_its_side(path: Path) -> None:
    book, _ = _sheet(
        ["Site Ref", "A1", "A2", "A3"],
        ["Site Name", "Mill Lane", "Station Road", "Old Dairy"],
        ["Capacity", 40, 30, 25],
        ["2025/26", 20, 10, "10-20"],
        ["2026/27", 20, 20, 10],
        ["Total", 40, 30, 25],
    )
    book.save(path)


def months_as_years(path: Path) -> None:
    book, _ = _sheet(["Ref", "Site", datetime(2026, 3, 1), datetime(2027, 3, 1)], ["A1", "Mill Lane", 10, 20])
    book.save(path)


def joined_years(path: Path) -> None:
    book, _ = _sheet(["Ref", "Site", 20252026, 20262027, 202728], ["A1", "Mill Lane", 10, 20, 30])
    book.save(path)


def _change(path: Path, before: str, after: str) -> None:
    """Replace a text in the first sheet of the workbook at `path`."""
    with zipfile.ZipFile(path) as archive:
        parts = {entry.filename: archive.read(entry) for entry in archive.infolist()}
    name = "xl/worksheets/sheet1.xml"
    parts[name] = parts[name].replace(before.encode(), after.encode())
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for filename, content in parts.items():
            archive.writestr(filename, content)


WORKBOOKS: dict[str, Callable[[Path], None]] = {
    make.__name__: make
    for make in (
        plain,
        hidden_row,
        hidden_column,
        hidden_sheet,
        several_sheets,
        same_site_on_two_sheets,
        merged_years,
        merged_words,
        merged_title,
        values_beneath_a_merge,
        formula_without_value,
        formula_with_value,
        error_values,
        dates_in_homes,
        dates_as_years,
        numbers_as_years,
        two_heading_rows,
        headings_far_down,
        live_text,
        struck_through,
        table_from_c7,
        merged_reference,
        summary_on_another_sheet,
        summary_that_differs,
        on_its_side,
        months_as_years,
        joined_years,
    )
}
