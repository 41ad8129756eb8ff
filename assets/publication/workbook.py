"""The workbook of a release, to the government's spreadsheet guidance: one named table a sheet.

Cover, contents, notes, the headlines, then every released table under its own name, and the data dictionary.

gptables makes it, except for the cells of the tables: it looks at every cell for links and note marks, which
a text of a council's file must never become. XlsxWriter writes those as a plain table.
"""

from __future__ import annotations

import warnings
from collections.abc import Mapping, Sequence
from datetime import datetime
from math import isinf
from pathlib import Path
from typing import Any

import pandas as pd

from assets.inputs.scenarios import PRINCIPAL
from assets.publication.dictionary import DECLARED, dictionary
from assets.publication.headlines import HEADLINES, headline_rows
from assets.tables.parquet import read_frame

MOST_ROWS = 1_500
"""Rows a sheet holds at most: past that nobody reads a sheet, and the whole table is in Parquet and CSV."""

MOST_ROWS_TO_PIVOT = {"workforce_flat": 20_000}
"""Rows of tables that are there to be filtered and pivoted: whole but for systems of many areas."""

NOT_A_SHEET = ("headline_draws",)
"""Tables that programs read: a cell with hundreds of draws tells nobody anything."""

MISSING = "[x]"
_CREATED = datetime(2000, 1, 1)
_LONGEST_TEXT = 32_000
_CUT = " [cut: the whole text is in the CSV file]"
_OPTIONS = {"strings_to_formulas": False, "strings_to_urls": False, "strings_to_numbers": False}

_NOTES = (
    (
        "Values",
        "principal is the run with every factor at its central value. p10, p50 and p90 are taken across the "
        "draws: one draw in ten lies below p10, one in ten above p90, so p10 to p90 is an 80 % prediction "
        "interval. Intervals of a total come from summed draws and are not the sum of the parts' intervals.",
    ),
    (
        "Years",
        "For people, homes and households a year is the mid-year, 30 June. For services, staff, buildings "
        "and homes built it is the financial year that starts on 1 April of it.",
    ),
    (
        "Scenarios",
        "local_plan is the principal scenario: adopted plans at the usual delivery rate. "
        "plan_on_schedule is the plans' remaining requirement, every home on time; it is lower where a "
        "council has built more than its plan. The report describes each scenario.",
    ),
    (
        "Evidence grades",
        "A is a published figure, B a derived or second-hand figure, C a working assumption.",
    ),
    ("Missing values", f"{MISSING} means not available. No value is left out because it is small."),
    (
        "Rows",
        f"A table of more than {MOST_ROWS:,} rows is shortened; its second line says to which rows. The "
        "whole table is in the Parquet and the CSV file of the same name. workforce_flat is whole: filter it "
        "by name, or make a pivot table of it with row_kind detail, whose rows count everybody once.",
    ),
)


def write_workbook(
    tables: Mapping[str, pd.DataFrame], path: Path, system_name: str, code_version: str
) -> dict[str, int]:
    """Write the released `tables` as a workbook and return how many rows of each it holds."""
    import gptables

    sheets: dict[str, Any] = {}
    rows: dict[str, int] = {}
    headlines = _headlines(tables)
    of_sheets = {name: frame for name, frame in tables.items() if name not in NOT_A_SHEET}
    frames = {**({"headlines": headlines} if len(headlines) else {}), **of_sheets}
    for name, frame in {**frames, "data_dictionary": dictionary(tables)}.items():
        held, words = narrowed(frame, MOST_ROWS_TO_PIVOT.get(name, MOST_ROWS))
        rows[name] = len(held)
        sheets[name] = gptables.GPTable(
            table=held,
            table_name=name,
            title=_title(name),
            instructions=f"This worksheet holds one table. {words}{_about_missing(held)}",
            source=_source(name),
            index_columns={},
        )
    cover = gptables.Cover(
        title=f"placecast: {_harmless(system_name)}",
        intro=[
            "Population projections from housing trajectories, and the services, staff and buildings that "
            "people will need.",
            "One sheet per table, named like its Parquet and CSV file in the same release.",
        ],
        about=[
            "The report (report.html) shows these numbers with charts, the method and its accuracy.",
            "Every modelling number is on the sheet assumptions, with its source and evidence grade.",
            f"Code version {_harmless(code_version)}. The release's number and date are in manifest.json.",
            "Contains public sector information licensed under the Open Government Licence v3.0.",
        ],
        contact=["The team that publishes the release."],
    )
    notes = pd.DataFrame(_NOTES, columns=["Note", "Text"])
    with warnings.catch_warnings():
        # gptables warns of notes that no cell refers to: these are for the whole workbook.
        warnings.simplefilter("ignore")
        _write(path, sheets, cover, notes)
    return rows


def narrowed(frame: pd.DataFrame, most_rows: int = MOST_ROWS) -> tuple[pd.DataFrame, str]:
    """The rows of a table that a sheet holds, and a sentence that says which they are."""
    said: list[str] = []
    held = frame
    for narrow in (_principal_scenario, _fifth_years, _persons, _all_ages, _tenth_years, _system_alone):
        if len(held) <= most_rows:
            break
        held, words = narrow(held)
        said += [words] if words else []
    held = held.reset_index(drop=True)
    if len(held) == len(frame):
        return held, f"All {len(frame):,} rows of the table."
    return (
        held,
        f"{len(held):,} of the table's {len(frame):,} rows: {'; '.join(said)}. "
        "All rows are in Parquet and CSV.",
    )


def _principal_scenario(frame: pd.DataFrame) -> tuple[pd.DataFrame, str]:
    return _only(frame, "scenario", PRINCIPAL)


def _fifth_years(frame: pd.DataFrame) -> tuple[pd.DataFrame, str]:
    return _years(frame, 5)


def _tenth_years(frame: pd.DataFrame) -> tuple[pd.DataFrame, str]:
    return _years(frame, 10)


def _years(frame: pd.DataFrame, every: int) -> tuple[pd.DataFrame, str]:
    if "year" not in frame:
        return frame, ""
    kept = frame[(frame["year"] % every == 0) | (frame["year"] == frame["year"].min())]
    return kept, f"the first year and every {'fifth' if every == 5 else 'tenth'}"


def _persons(frame: pd.DataFrame) -> tuple[pd.DataFrame, str]:
    return _only(frame, "sex", "persons")


def _all_ages(frame: pd.DataFrame) -> tuple[pd.DataFrame, str]:
    return _only(frame, "age_band", "all")


def _system_alone(frame: pd.DataFrame) -> tuple[pd.DataFrame, str]:
    return _only(frame, "area_kind", "system")


def _only(frame: pd.DataFrame, column: str, value: str) -> tuple[pd.DataFrame, str]:
    """The rows of one value of a column, where it has any."""
    if column not in frame:
        return frame, ""
    chosen = frame[column] == value
    return (frame[chosen], f"{column} {value}") if chosen.any() else (frame, "")


def _headlines(tables: Mapping[str, pd.DataFrame]) -> pd.DataFrame:
    titles = {headline.name: headline.title for headline in HEADLINES}
    rows = headline_rows(tables)
    rows.insert(1, "title", rows["headline"].map(titles))
    return rows


def _title(name: str) -> str:
    own = {
        "headlines": "Headline figures, scenario local_plan",
        "data_dictionary": "Every table and column",
    }
    return own.get(name) or DECLARED[name].description


def _source(name: str) -> str:
    if name in DECLARED and DECLARED[name].source_id:
        return f"Source: {DECLARED[name].source_id}, see the sheet sources."
    return (
        "Source: placecast, from the sources on the sheet sources and the numbers on the sheet assumptions."
    )


def _about_missing(frame: pd.DataFrame) -> str:
    return f" {MISSING} means not available." if frame.isna().to_numpy().any() else ""


def _harmless(text: str) -> str:
    """A text from a file for the cover, where gptables would make links and note marks of some characters."""
    return text.replace("](", "] (").replace("$$", "$ $")


def _write(path: Path, sheets: Mapping[str, Any], cover: Any, notes: pd.DataFrame) -> None:
    from gptables.core.wrappers import GPWorkbook, GPWorksheet
    from xlsxwriter.worksheet import Worksheet

    class PlainTables(GPWorksheet):
        """A sheet whose table is written as what it is, text and number."""

        def _parse_table_urls(self, gptable: Any) -> None: ...

        def _reference_table_annotations(self, gptable: Any, reference_order: list[str]) -> None: ...

        def _write_table_elements(self, pos: list[int], gptable: Any, auto_width: bool) -> list[int]:
            return _write_table(self, self._workbook, gptable)

    class Workbook(GPWorkbook):
        """gptables' workbook with plain tables where `tables_are_plain`."""

        tables_are_plain = False

        def add_worksheet(self, name: str | None = None, gridlines: str = "hide_all") -> Worksheet:
            if not self.tables_are_plain:
                return super().add_worksheet(name, gridlines=gridlines)
            worksheet = super(GPWorkbook, self).add_worksheet(name, PlainTables)
            worksheet.theme, worksheet._workbook = self.theme, self
            worksheet.hide_gridlines(2)
            return worksheet

    book = Workbook(str(path), options=_OPTIONS)
    book.set_properties({"title": cover.title, "author": "placecast", "created": _CREATED})
    book.add_worksheet(cover.cover_label).write_cover(cover)
    contents = book.make_table_of_contents(dict(sheets))
    book._update_annotations({})
    book.add_worksheet("Contents").write_gptable(contents, True, [])
    book.add_worksheet("Notes").write_gptable(book.make_notesheet(notes), True, [])
    book.tables_are_plain = True
    for name, sheet in sheets.items():
        book.add_worksheet(name).write_gptable(sheet, False, [])
    book.close()


def _write_table(worksheet: Any, book: Any, gptable: Any) -> list[int]:
    """The heading row, the cells and the named table around them, under the sheet's text."""
    frame = gptable.table
    first, left, last, right = gptable.data_range
    theme = book.theme
    heading = book.add_format({**theme.column_heading_format, "align": "left"})
    columns, cells = [], []
    for number, column in enumerate(frame.columns, start=left):
        values = frame[column]
        numeric = pd.api.types.is_numeric_dtype(values) and not pd.api.types.is_bool_dtype(values)
        style = {**theme.data_format, "text_wrap": False, "align": "right" if numeric else "left"}
        if numeric and column not in ("year", "age", "position"):
            style["num_format"] = "#,##0" if values.abs().max() >= 1000 else "#,##0.00"
        shown = [_shown(value, numeric) for value in values.to_numpy(dtype=object)]
        width = max((len(text) for text in shown if isinstance(text, str)), default=0)
        worksheet.set_column(number, number, min(max(width, len(str(column)), 10), 60) + 3)
        columns.append({"header": str(column), "header_format": heading, "format": book.add_format(style)})
        cells.append(shown)
    filtered = gptable.table_name in MOST_ROWS_TO_PIVOT
    of_table = {"name": gptable.table_name, "columns": columns, "style": None, "autofilter": filtered}
    rows = list(zip(*cells, strict=True))
    worksheet.add_table(first, left, last, right, {**of_table, "data": rows})
    worksheet.freeze_panes(first + 1, 0)
    return [last + 1, 0]


def _shown(value: Any, numeric: bool) -> float | str:
    """What a cell shows. Raises ValueError for a number that a cell cannot hold."""
    if value is None or value is pd.NA or value != value:
        return MISSING
    if numeric:
        if isinf(value):
            raise ValueError(f"a cell of the workbook cannot hold {value}")
        return value
    text = str(value)
    return text if len(text) <= _LONGEST_TEXT else text[:_LONGEST_TEXT] + _CUT


def write_from_files(folder: Path, names: Sequence[str], system_name: str, code_version: str) -> None:
    """Write workbook.xlsx beside the Parquet files of the tables of these names."""
    tables = {name: read_frame(folder / f"{name}.parquet") for name in names}
    write_workbook(tables, folder / "workbook.xlsx", system_name, code_version)


def prepare() -> None:
    """Import what takes long, before a workbook is asked for."""
    import gptables  # noqa: F401
