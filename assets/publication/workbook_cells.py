"""Sheets of the workbook written with XlsxWriter: words, one named table, charts.

Tables have some hundred thousand rows: Arrow puts the XML of their cells together column by column, in a
tenth of the time that XlsxWriter takes for them one by one. No cell is a formula; no text is looked at for
links.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc
from xlsxwriter import Workbook
from xlsxwriter.format import Format
from xlsxwriter.utility import xl_col_to_name, xl_range
from xlsxwriter.worksheet import Worksheet

from assets.publication.dictionary import DECLARED
from assets.publication.workbook_sheets import Chart, WorkbookSheet
from models.significant_figures import to_figures

MISSING = "[x]"
OPTIONS = {"strings_to_formulas": False, "strings_to_urls": False, "strings_to_numbers": False}
FIGURES = 6
"""Significant figures of numbers, units always kept: with all seventeen a workbook is twice as large."""
_LONGEST_TEXT = 32_000
_CUT = " [cut: the whole text is in the CSV file]"
_FONT = {"font_name": "Arial", "font_size": 10}
_WIDEST, _WIDEST_TO_READ = 46, 95
_COLOURS = ("#0072B2", "#D55E00", "#009E73", "#000000", "#CC79A7", "#56B4E9")
"""Okabe and Ito's colours, which the colour-blind tell apart; in print the dashes do."""
_DASHES = ("solid", "dash", "round_dot", "long_dash", "dash_dot", "square_dot")
_ROWS_OF_CHART = 22
_YEARS = ("opens", "decide_by")
"""Columns of years whose names do not say so."""


class Styles:
    """The formats of a workbook, each made once."""

    def __init__(self, book: Workbook) -> None:
        self._book = book
        self._numbers: dict[str, Format] = {}
        self.title = book.add_format({**_FONT, "bold": True, "font_size": 14})
        self.words = book.add_format(_FONT)
        self.wrapped = book.add_format({**_FONT, "text_wrap": True, "valign": "top", "indent": 1})
        self.link = book.add_format({**_FONT, "font_color": "#0050A0", "underline": 1, "valign": "top"})
        self.heading = book.add_format(
            {
                **_FONT,
                "bold": True,
                "bottom": 1,
                "align": "left",
                "indent": 1,
                "valign": "top",
                "text_wrap": True,
            }
        )
        self.number_heading = book.add_format(
            {**_FONT, "bold": True, "bottom": 1, "align": "right", "valign": "top", "text_wrap": True}
        )
        self.text = book.add_format({**_FONT, "align": "left", "indent": 1})

    def number(self, pattern: str) -> Format:
        """The format of numbers that are shown by a pattern."""
        if pattern not in self._numbers:
            self._numbers[pattern] = self._book.add_format(
                {**_FONT, "num_format": pattern, "align": "right", "valign": "top"}
            )
        return self._numbers[pattern]


class TableSheet(Worksheet):
    """A worksheet with rows put together as a whole, below those that are written cell by cell."""

    columns: tuple[_Column, ...] = ()
    first = 0

    def hold(self, first: int, frame: pd.DataFrame, styles: Sequence[Format], empty: bool) -> None:
        """Take the rows of a table, to stand from row `first` on (from 0) in the first columns.

        A missing number is an empty cell where `empty`, else MISSING, as a missing text always is. Raises
        ValueError for a number without end.
        """
        self.first = first
        self.columns = tuple(self._column(frame.iloc[:, at], style, empty) for at, style in enumerate(styles))
        self._check_dimensions(first + len(frame) - 1, frame.shape[1] - 1)

    def _column(self, values: pd.Series, style: Format, empty: bool) -> _Column:
        if is_number(values):
            doubles = values.to_numpy(dtype="float64", na_value=np.nan)
            if np.isinf(doubles).any():
                raise ValueError(f"a cell of the workbook cannot hold inf, which {values.name} has")
            numbers = pa.array(to_figures(doubles, FIGURES), from_pandas=True)
            missing = '"/>' if empty else f'" t="s"><v>{self._shared(MISSING)}</v></c>'
            return _Column(numbers, style, '"><v>', missing)
        codes, texts = pd.factorize(values)
        # Those without a text come last, at -1.
        known = np.array([*(self._shared(_text(each)) for each in texts), self._shared(MISSING)])
        return _Column(pa.array(known[codes]), style, '" t="s"><v>', "")

    def _shared(self, text: str) -> int:
        """The number of a text among the shared strings of the workbook."""
        return int(self.str_table._get_shared_string_index(text))

    def _write_rows(self) -> None:
        super()._write_rows()
        if self.columns:
            self.fh.write(self._rows())

    def _rows(self) -> str:
        """The rows as XML."""
        length = len(self.columns[0].values)
        numbers = pc.cast(pa.array(np.arange(self.first + 1, self.first + 1 + length)), pa.string())
        parts: list[Any] = ['<row r="', numbers, '">']
        for at, column in enumerate(self.columns):
            style = column.style._get_xf_index()
            content = _joined(column.opening, pc.cast(column.values, pa.string()), "</v></c>")
            if content.null_count:
                content = pc.fill_null(content, column.missing)
            parts += [f'<c r="{xl_col_to_name(at)}', numbers, f'" s="{style}', content]
        rows = _joined(*parts, "</row>")
        ends = np.frombuffer(rows.buffers()[1], dtype=np.int32)
        return rows.buffers()[2].to_pybytes()[: ends[length]].decode()


@dataclass(frozen=True)
class _Column:
    """Values or numbers of shared strings, their format, and how a cell with and without one goes on."""

    values: pa.Array
    style: Format
    opening: str
    missing: str


def _joined(*parts: Any) -> pa.Array:
    return pc.binary_join_element_wise(*(pa.scalar(p) if isinstance(p, str) else p for p in parts), "")


def is_number(values: pd.Series) -> bool:
    """Whether a column holds numbers."""
    return pd.api.types.is_numeric_dtype(values) and not pd.api.types.is_bool_dtype(values)


def _text(value: object) -> str:
    """What a cell shows of a text. One in <r>…</r> would be taken for XML of the workbook's own."""
    text = str(value)
    if text.startswith("<r>") and text.endswith("</r>"):
        text = f" {text}"
    return text if len(text) <= _LONGEST_TEXT else text[:_LONGEST_TEXT] + _CUT


def write_sheet(book: Workbook, styles: Styles, sheet: WorkbookSheet, start: str) -> None:
    """A sheet: its name, question and source, a way back to `start`, the table, and charts beside it."""
    worksheet = book.add_worksheet(sheet.title, TableSheet)
    of = " and ".join(sheet.tables)
    known = [DECLARED[name] for name in sheet.tables if name in DECLARED]
    about = f"{known[0].description}. " if len(known) == 1 else ""
    source = (
        "" if len(known) != 1 or not known[0].source_id else f" Source: {known[0].source_id}, see Sources."
    )
    missing = sheet.frame.isna().to_numpy().any()
    lines = [
        sheet.asks,
        f"{about}{sheet.said} Excel table {sheet.name}, released table {of}.{source}"
        + (f" {MISSING} means not available." if missing and not sheet.to_pivot else ""),
    ]
    _words(worksheet, styles, sheet.title, lines)
    first = len(lines) + 1
    worksheet.write_url(first, 0, f"internal:'{start}'!A1", styles.link, f"Back to {start}")
    first += 1
    formats = [
        styles.number(_pattern(sheet.frame.iloc[:, at]))
        if is_number(sheet.frame.iloc[:, at])
        else styles.text
        for at in range(sheet.frame.shape[1])
    ]
    headings = [sheet.headings.get(str(each), str(each)) for each in sheet.frame]
    _table(worksheet, styles, sheet.name, headings, first, sheet.frame)
    worksheet.hold(first + 1, sheet.frame, formats, sheet.to_pivot or bool(sheet.charts))
    for at, heading in enumerate(headings):
        worksheet.set_column(at, at, _width(sheet.frame.iloc[:, at], heading))
    for number, chart in enumerate(sheet.charts):
        _chart(book, worksheet, sheet, chart, first, number)


def write_list(
    book: Workbook,
    styles: Styles,
    name: str,
    title: str,
    lines: Sequence[str],
    frame: pd.DataFrame,
    links: Sequence[str],
) -> None:
    """A sheet to read: a short table with wrapped texts, whose first column leads to sheets in `links`."""
    worksheet = book.add_worksheet(name)
    _words(worksheet, styles, title, lines)
    first = len(lines) + 1
    _table(worksheet, styles, f"{name.lower().replace(' ', '_')}_list", list(map(str, frame)), first, frame)
    for at, column in enumerate(frame):
        for row, value in enumerate(frame[column], start=first + 1):
            if at == 0 and value in links and value != name:
                worksheet.write_url(row, at, f"internal:'{value}'!A1", styles.link, str(value))
            elif is_number(frame[column]):
                worksheet.write_number(row, at, value, styles.number("#,##0"))
            else:
                worksheet.write_string(row, at, _text(value), styles.wrapped)
        longest = max([len(str(each)) for each in frame[column]] + [len(str(column))])
        worksheet.set_column(at, at, min(longest, _WIDEST_TO_READ if at == 1 else 40) + 3)
    for row, text in enumerate(frame.iloc[:, 1], start=first + 1):
        # LibreOffice does not make a row as high as its text.
        worksheet.set_row(row, 14 * (1 + len(str(text)) // _WIDEST_TO_READ))


def _words(worksheet: Worksheet, styles: Styles, title: str, lines: Sequence[str]) -> None:
    worksheet.hide_gridlines(2)
    worksheet.set_landscape()
    worksheet.set_paper(9)
    worksheet.fit_to_pages(1, 0)
    worksheet.write_string(0, 0, _text(title), styles.title)
    for row, line in enumerate(lines, start=1):
        worksheet.write_string(row, 0, _text(line), styles.words)


def _table(
    worksheet: Worksheet, styles: Styles, name: str, headings: Sequence[str], first: int, frame: pd.DataFrame
) -> None:
    """The headings of a named table with filters, which stay in view and stand on every printed page."""
    columns = [
        {
            "header": each,
            "header_format": styles.number_heading if is_number(frame.iloc[:, at]) else styles.heading,
        }
        for at, each in enumerate(headings)
    ]
    right = len(headings) - 1
    worksheet.add_table(
        first, 0, first + 1, right, {"name": name, "columns": columns, "style": "Table Style Light 1"}
    )
    # XlsxWriter looks at every cell of a table for another table: it is told of the first row alone.
    if len(worksheet.tables) != 1:
        raise ValueError(f"{name} is no table: two columns have one name, or its own name is none")
    (table,) = worksheet.tables
    table["range"] = table["a_range"] = table["autofilter"] = xl_range(first, 0, first + len(frame), right)
    worksheet.freeze_panes(first + 1, 0)
    worksheet.repeat_rows(first)


def _pattern(values: pd.Series) -> str:
    name, largest = str(values.name), values.abs().max()
    if "year" in name or name in _YEARS:
        return "0" if largest > 1000 else "#,##0.##"
    if pd.api.types.is_integer_dtype(values) or largest >= 1000:
        return "#,##0"
    return "0.0000" if largest < 0.1 else "#,##0.00"


def _width(values: pd.Series, heading: str) -> float:
    if is_number(values):
        return max(11, min(len(heading), 14)) + 3
    longest = max((len(str(each)) for each in values.unique()), default=0)
    return min(max(longest, len(heading), 8), _WIDEST) + 3


def _chart(
    book: Workbook, worksheet: Worksheet, sheet: WorkbookSheet, told: Chart, first: int, number: int
) -> None:
    """A chart of lines right of the table, below those before it."""
    chart = book.add_chart({"type": "line"})
    at = {column: sheet.frame.columns.get_loc(column) for column in sheet.frame}
    for count, line in enumerate(told.series):
        rows = slice(line.first, line.last + 1)
        top, bottom = first + 1 + line.first, first + 1 + line.last
        values = sheet.frame[line.value].iloc[rows]
        chart.add_series(
            {
                "name": line.name,
                "categories": [sheet.title, top, at[line.x], bottom, at[line.x]],
                "values": [sheet.title, top, at[line.value], bottom, at[line.value]],
                # The rows are not where XlsxWriter looks for what a program shows before it has calculated.
                "categories_data": list(sheet.frame[line.x].iloc[rows]),
                "values_data": list(values.where(values.notna(), "")),
                "line": {
                    "color": _COLOURS[count % len(_COLOURS)],
                    "width": 2,
                    "dash_type": _DASHES[count % len(_DASHES)],
                },
            }
        )
    chart.set_title({"name": told.title, "name_font": {"size": 12}})
    years = max(line.last - line.first + 1 for line in told.series)
    chart.set_x_axis(
        {"name": told.x_title, "interval_unit": max(1, years // 9), "num_font": {"size": 8, "rotation": -45}}
    )
    chart.set_y_axis({"name": told.y_title, "num_format": "#,##0", "major_gridlines": {"visible": True}})
    chart.set_legend({"position": "bottom"})
    chart.set_size({"width": 760, "height": 20 * (_ROWS_OF_CHART - 2)})
    lines = ", ".join(dict.fromkeys(line.name for line in told.series))
    worksheet.insert_chart(
        first + number * _ROWS_OF_CHART,
        len(sheet.frame.columns) + 1,
        chart,
        {"description": f"Line chart: {told.title}. Lines: {lines}. The sheet's table has the numbers."},
    )
