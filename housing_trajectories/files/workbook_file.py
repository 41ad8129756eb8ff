"""A workbook as sheets of values: no formula is run, and what is hidden, merged or missing is noted.

Sheets are streamed with openpyxl's own parser, so that merges, hidden rows and formulas without a cached
value are seen in one pass, a large file is never held twice, and a million empty rows cost no parsing. What
the values mean does not belong here.
"""

from __future__ import annotations

import io
import re
import warnings
import zipfile
from dataclasses import replace
from datetime import timedelta
from pathlib import PurePosixPath
from typing import IO, Any
from xml.etree.ElementTree import Element

from openpyxl.reader.excel import ExcelReader
from openpyxl.styles.stylesheet import apply_stylesheet
from openpyxl.worksheet._reader import FORMULA_TAG, VALUE_TAG, WorkSheetParser

from housing_trajectories.files.sheets import (
    LARGEST_RATIO,
    LARGEST_TEXTS,
    LARGEST_UNPACKED,
    LONGEST_TEXT,
    MOST_CELLS,
    MOST_COLUMNS,
    MOST_FILLED_ROWS,
    MOST_ROWS,
    Sheet,
)
from housing_trajectories.findings import inert
from housing_trajectories.remarks import Remark, Words, each, on_sheet, remark

_SMALL = 20_000_000
_CLOSED_ROW = re.compile(rb"<row\b[^<>]*/>")
_NUMBERED_ROW = re.compile(rb"<row\b[^<>]*\br=[\"']\d")
_BLOCK = 1 << 20
_LONGEST_ROW = 1 << 24


def workbook_sheets(content: bytes) -> tuple[list[Sheet], list[Remark]]:
    """The sheets of an .xlsx file, hidden ones among them; never raises, and may be none.

    One is read after the other; the sizes that a sheet claims are not trusted.
    """
    remarks, is_safe = _safe_to_open(content)
    if not is_safe:
        return [], remarks
    sheets: list[Sheet] = []
    name, cells, is_whole = None, 0, True
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            reader = ExcelReader(io.BytesIO(content), read_only=True, data_only=True, keep_links=False)
            reader.read_manifest()
            reader.read_strings()
            reader.read_workbook()
            apply_stylesheet(reader.archive, reader.wb)
            for listed, relation in reader.parser.find_sheets():
                if not is_whole or relation.target not in reader.valid_files or "chartsheet" in relation.Type:
                    continue
                name = listed.name
                with reader.archive.open(relation.target) as source:
                    sheet, found, cells, is_whole = _read_sheet(name, source, reader, cells)
                sheets.append(replace(sheet, hidden=listed.state != "visible"))
                remarks += on_sheet(found, name)
            reader.archive.close()
    except MemoryError:
        return [], [*remarks, remark("workbook_too_large", sheet=name)]
    except Exception as error:  # a broken workbook can fail anywhere in the parser, with anything
        why = inert(f"{type(error).__name__}: {error}")
        return [], [*remarks, remark("malformed_workbook", sheet=name, why=why)]
    return sheets, remarks


def _safe_to_open(content: bytes) -> tuple[list[Remark], bool]:
    """Whether the archive's own directory says that it unpacks to a size a trajectory may have."""
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            entries = archive.infolist()
    except Exception as error:  # zipfile raises more than its own error on crafted directories
        return [remark("malformed_workbook", why=inert(str(error)))], False
    if len(entries) > 5_000:
        return [remark("many_parts", parts=len(entries))], False
    total = sum(entry.file_size for entry in entries)
    worst = max(entries, key=lambda entry: entry.file_size / max(1, entry.compress_size), default=None)
    texts = sum(e.file_size for e in entries if PurePosixPath(e.filename).name.lower() == "sharedstrings.xml")
    ratio = worst.file_size / max(1, worst.compress_size) if worst else 0
    bomb = ratio > LARGEST_RATIO and worst is not None and worst.file_size > _SMALL
    if total > LARGEST_UNPACKED or texts > LARGEST_TEXTS or bomb:
        limits: Words = {"most": LARGEST_UNPACKED, "most_times": LARGEST_RATIO}
        return [remark("zip_bomb", packed=len(content), unpacked=total, times=ratio, **limits)], False
    names = {entry.filename for entry in entries}
    if not any(name.endswith("workbook.xml") for name in names):
        kind = "an OpenDocument file" if "mimetype" in names else "an archive without a workbook"
        return [remark("malformed_workbook", why=kind)], False
    has_macros = any(name.lower().endswith("vbaproject.bin") for name in names)
    return [remark("macros")] if has_macros else [], True


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


def _read_sheet(
    name: str, source: IO[bytes], reader: ExcelReader, cells: int
) -> tuple[Sheet, list[Remark], int, bool]:
    """A sheet, what is remarked on it, the cells read so far, and whether it was read to its end."""
    rows: list[list[object]] = []
    numbers: list[int] = []
    remarks: list[Remark] = []
    widest = blank = blank_above = 0
    is_whole = True
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
                is_whole = False
                break
            continue
        blank_above += blank
        blank = 0
        widest = max(widest, row[-1]["column"])
        cells += len(values)
        if cells > MOST_CELLS or number > MOST_ROWS or len(rows) >= MOST_FILLED_ROWS:
            is_whole = False
            remarks.append(remark("many_cells", row=number, cells=MOST_CELLS, rows=MOST_FILLED_ROWS))
            break
        rows.append(values)
        numbers.append(number)
    if widest > MOST_COLUMNS:
        remarks.append(remark("many_columns", columns=widest, most=MOST_COLUMNS))
    struck = list(parser.struck.items())
    remarks += each(
        range(len(struck)), lambda at: remark("struck_through", row=struck[at][0], column=struck[at][1])
    )
    hidden_columns: set[int] = set()
    for attributes in parser.column_dimensions.values():
        if attributes.get("hidden") in ("1", "true"):
            last = min(int(attributes["max"]), MOST_COLUMNS)
            hidden_columns.update(range(int(attributes["min"]), last + 1))
    merged = [
        (m.min_row, m.min_col, m.max_row, m.max_col)
        for m in (parser.merged_cells.mergeCell[:20_000] if parser.merged_cells is not None else ())
    ]
    sheet = Sheet(
        name,
        rows,
        numbers,
        blank_above + blank + stream.dropped,
        hidden_rows=frozenset(
            int(row) for row, a in parser.row_dimensions.items() if a.get("hidden") in ("1", "true")
        ),
        hidden_columns=frozenset(hidden_columns),
        merged=merged,
        without_value=frozenset(parser.without_value),
        covered=_taken_from_under(merged, rows, numbers),
    )
    return sheet, remarks, cells, is_whole


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


def _taken_from_under(
    merged: list[tuple[int, int, int, int]], rows: list[list[object]], numbers: list[int]
) -> dict[tuple[int, int], object]:
    """Blank the values that merged cells cover, and return them: a spreadsheet shows only the first."""
    covered: dict[tuple[int, int], object] = {}
    index = {number: position for position, number in enumerate(numbers)}
    for first_row, first_column, last_row, last_column in merged:
        for number in range(first_row, min(last_row, first_row + 5_000) + 1):
            if number not in index:
                continue
            row = rows[index[number]]
            for column in range(first_column, min(last_column, len(row)) + 1):
                if (number, column) != (first_row, first_column) and row[column - 1] != "":
                    covered[number, column] = row[column - 1]
                    row[column - 1] = ""
    return covered


class WithoutEmptyRows:
    """A stream of the worksheet `source` that leaves out rows without a value, formula or text.

    Only where rows carry their numbers and no namespace prefix, as every spreadsheet writes them; any other
    sheet passes unchanged. `dropped` counts the rows left out.
    """

    def __init__(self, source: IO[bytes]) -> None:
        self._source = source
        self._ready = b""
        self._rest = b""
        self._started = False
        self._plain = False
        self.dropped = 0

    def read(self, size: int = -1) -> bytes:
        """Up to `size` bytes, all of them where it is negative."""
        while size < 0 or len(self._ready) < size:
            block = self._source.read(_BLOCK)
            if not block:
                self._ready += self._closed(self._rest)
                self._rest = b""
                break
            self._ready += self._filtered(block)
        result = self._ready if size < 0 else self._ready[:size]
        self._ready = self._ready[len(result) :]
        return result

    def close(self) -> None:
        """Nothing to close: the source belongs to whoever opened it."""

    def _filtered(self, block: bytes) -> bytes:
        if self._plain:
            return block
        data = self._rest + block
        if not self._started:
            if b"<row" not in data and len(data) < _LONGEST_ROW:
                self._rest = data
                return b""
            self._started = True
            if not _NUMBERED_ROW.search(data):
                self._plain, self._rest = True, b""
                return data
        *rows, self._rest = data.split(b"</row>")
        kept = []
        for row in rows:
            if b"<v" in row or b"<is" in row or b"<f" in row or b"<sheetData" in row:
                kept.append(self._closed(row) + b"</row>")
            else:
                self.dropped += 1 + (len(_CLOSED_ROW.findall(row)) if b"/>" in row else 0)
        if len(self._rest) > _BLOCK:
            self._rest = self._closed(self._rest)
        return b"".join(kept)

    def _closed(self, data: bytes) -> bytes:
        """Without rows that are one empty tag."""
        if b"<row" not in data:
            return data
        result, count = _CLOSED_ROW.subn(b"", data)
        self.dropped += count
        return result
