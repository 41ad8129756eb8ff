"""A workbook as sheets of values: no formula is run, and what is hidden, merged or missing is noted.

Sheets are streamed with openpyxl's own parser, so that merges, hidden rows and formulas without a cached
value
are seen in one pass and a large file is never held twice. What the values mean does not belong here.
"""

from __future__ import annotations

import io
import warnings
import zipfile
from datetime import timedelta
from pathlib import PurePosixPath
from typing import IO, Any
from xml.etree.ElementTree import Element

from openpyxl.reader.excel import ExcelReader
from openpyxl.styles.stylesheet import apply_stylesheet
from openpyxl.worksheet._reader import FORMULA_TAG, VALUE_TAG, WorkSheetParser

from housing_trajectories.files.sheet_stream import WithoutEmptyRows
from housing_trajectories.files.sheets import (
    LARGEST_RATIO,
    LARGEST_TEXTS,
    LARGEST_UNPACKED,
    LONGEST_TEXT,
    MOST_CELLS,
    MOST_COLUMNS,
    MOST_FILLED_ROWS,
    MOST_ROWS,
    FindingList,
    Sheet,
)
from housing_trajectories.findings import inert

_SMALL = 20_000_000


def workbook_sheets(content: bytes, findings: FindingList) -> list[Sheet]:
    """The sheets of an .xlsx file, hidden ones among them; never raises, and may be none."""
    if not _safe_to_open(content, findings):
        return []
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            return _sheets(content, findings)
    except MemoryError:
        findings.add("too large", "a workbook that does not fit in memory", "a trajectory", done="not read")
    except Exception as error:  # a broken workbook can fail anywhere in the parser, with anything
        shown = inert(f"{type(error).__name__}: {error}")
        findings.add("malformed file", shown, "a workbook saved as .xlsx", done="not read")
    return []


def _safe_to_open(content: bytes, findings: FindingList) -> bool:
    """Whether the archive's own directory says that it unpacks to a size a trajectory may have."""
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            entries = archive.infolist()
    except Exception as error:  # zipfile raises more than its own error on crafted directories
        findings.add("malformed file", inert(str(error)), "a workbook saved as .xlsx", done="not read")
        return False
    if len(entries) > 5_000:
        findings.add("too large", f"{len(entries):,} parts", "a workbook", done="not read")
        return False
    total = sum(entry.file_size for entry in entries)
    worst = max(entries, key=lambda entry: entry.file_size / max(1, entry.compress_size), default=None)
    texts = sum(e.file_size for e in entries if PurePosixPath(e.filename).name.lower() == "sharedstrings.xml")
    ratio = worst.file_size / max(1, worst.compress_size) if worst else 0
    bomb = ratio > LARGEST_RATIO and worst is not None and worst.file_size > _SMALL
    if total > LARGEST_UNPACKED or texts > LARGEST_TEXTS or bomb:
        findings.add(
            "zip bomb",
            f"{len(content):,} bytes that unpack to {total:,} ({ratio:,.0f} times in one part)",
            f"at most {LARGEST_UNPACKED:,} bytes and {LARGEST_RATIO} times",
            done="not opened",
        )
        return False
    names = {entry.filename for entry in entries}
    if not any(name.endswith("workbook.xml") for name in names):
        kind = "an OpenDocument file" if "mimetype" in names else "an archive without a workbook"
        findings.add("malformed file", kind, "a workbook saved as .xlsx", done="not read")
        return False
    if any(name.lower().endswith("vbaproject.bin") for name in names):
        findings.add("macros", "a workbook with macros", "a workbook without", "warning", done="never run")
    return True


def _sheets(content: bytes, findings: FindingList) -> list[Sheet]:
    """Every worksheet, read one after the other; the sizes that a sheet claims are not trusted."""
    reader = ExcelReader(io.BytesIO(content), read_only=True, data_only=True, keep_links=False)
    reader.read_manifest()
    reader.read_strings()
    reader.read_workbook()
    apply_stylesheet(reader.archive, reader.wb)
    sheets: list[Sheet] = []
    cells = 0
    for listed, relation in reader.parser.find_sheets():
        if relation.target not in reader.valid_files or "chartsheet" in relation.Type:
            continue
        findings.sheet = listed.name
        sheet = Sheet(listed.name, hidden=listed.state != "visible")
        with reader.archive.open(relation.target) as source:
            cells = _fill(sheet, source, reader, cells, findings)
        sheets.append(sheet)
        if sheet.left_early:
            break
    findings.sheet = None
    reader.archive.close()
    return sheets


class _Parser(WorkSheetParser):
    """openpyxl's parser, noting which formulas came without a value."""

    def __init__(self, *arguments: Any, **named: Any) -> None:
        super().__init__(*arguments, **named)
        self.without_value: set[tuple[int, int]] = set()
        self.struck_styles: frozenset[int] = frozenset()
        self.struck: dict[int, int] = {}

    def parse_cell(self, element: Element) -> dict[str, Any]:
        cell: dict[str, Any] = super().parse_cell(element)
        if self.struck_styles and cell["style_id"] in self.struck_styles and cell["value"] is not None:
            self.struck.setdefault(cell["row"], cell["column"])
        if cell["value"] is None and element.find(FORMULA_TAG) is not None:
            value = element.find(VALUE_TAG)
            if value is None or cell["data_type"] != "str":
                self.without_value.add((cell["row"], cell["column"]))
        return cell


def _struck_styles(reader: ExcelReader) -> frozenset[int]:
    """The styles of cells whose font is struck through."""
    fonts, styles = reader.wb._fonts, reader.wb._cell_styles  # type: ignore[attr-defined]
    struck = {number for number, font in enumerate(fonts) if font.strike}
    return (
        frozenset(number for number, style in enumerate(styles) if style.fontId in struck)
        if struck
        else frozenset()
    )


def _fill(sheet: Sheet, source: IO[bytes], reader: ExcelReader, cells: int, findings: FindingList) -> int:
    widest = blank = 0
    stream = WithoutEmptyRows(source)
    parser = _Parser(
        stream,
        reader.shared_strings,
        data_only=True,
        epoch=reader.wb.epoch,
        date_formats=reader.wb._date_formats,  # type: ignore[attr-defined]
        timedelta_formats=reader.wb._timedelta_formats,  # type: ignore[attr-defined]
    )
    parser.struck_styles = _struck_styles(reader)
    for number, row in parser.parse():
        values = _row(row)
        if not values:
            blank += 1
            if number > MOST_ROWS:
                sheet.left_early = True
                break
            continue
        sheet.blank_rows += blank
        blank = 0
        widest = max(widest, row[-1]["column"])
        cells += len(values)
        if cells > MOST_CELLS or number > MOST_ROWS or len(sheet.rows) >= MOST_FILLED_ROWS:
            sheet.left_early = True
            found = f"more than {MOST_CELLS:,} cells or {MOST_FILLED_ROWS:,} rows"
            findings.add("too large", found, "a trajectory", row=number, done="not read beyond")
            break
        sheet.rows.append(values)
        sheet.numbers.append(number)
    sheet.blank_rows += blank + stream.dropped
    if widest > MOST_COLUMNS:
        findings.add(
            "too many columns",
            f"{widest:,} columns",
            f"at most {MOST_COLUMNS}",
            done="the columns beyond are not read",
        )
    for row_number, column in list(parser.struck.items())[:300]:
        findings.add(
            "struck through",
            "cells that are struck through",
            "rows that count, and no others",
            "warning",
            row=row_number,
            column=column,
            done="counted as if they were not: take them out if they do not count",
        )
    sheet.without_value = parser.without_value
    sheet.hidden_rows = {int(r) for r, a in parser.row_dimensions.items() if a.get("hidden") in ("1", "true")}
    for attributes in parser.column_dimensions.values():
        if attributes.get("hidden") in ("1", "true"):
            last = min(int(attributes["max"]), MOST_COLUMNS)
            sheet.hidden_columns.update(range(int(attributes["min"]), last + 1))
    if parser.merged_cells is not None:
        ranges = parser.merged_cells.mergeCell[:20_000]
        sheet.merged = [(m.min_row, m.min_col, m.max_row, m.max_col) for m in ranges]
        _take_from_under(sheet)
    return cells


def _row(row: list[dict[str, Any]]) -> list[object]:
    """The values of a row by column, "" where there is none; empty if the whole row is."""
    values: list[object] = []
    for cell in row:
        value, column = cell["value"], cell["column"]
        if value is None or column > MOST_COLUMNS:
            continue
        if isinstance(value, str):
            if not value.strip():
                continue
            value = value[: LONGEST_TEXT + 1]
        elif isinstance(value, bool | timedelta):
            value = str(value).upper()
        if len(values) < column - 1:
            values.extend([""] * (column - 1 - len(values)))
        if len(values) == column - 1:
            values.append(value)
    return values


def _take_from_under(sheet: Sheet) -> None:
    """Note and blank the values that merged cells cover: a spreadsheet shows only the first."""
    index = {number: position for position, number in enumerate(sheet.numbers)}
    for first_row, first_column, last_row, last_column in sheet.merged:
        for number in range(first_row, min(last_row, first_row + 5_000) + 1):
            if number not in index:
                continue
            row = sheet.rows[index[number]]
            for column in range(first_column, min(last_column, len(row)) + 1):
                if (number, column) != (first_row, first_column) and row[column - 1] != "":
                    sheet.covered[number, column] = row[column - 1]
                    row[column - 1] = ""
