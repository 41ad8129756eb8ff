"""The workbook of a release, to the government's spreadsheet guidance: one named table a sheet.

Start here, which links to every sheet and says which question it answers; notes; the headlines with charts;
sheets to pivot; then the released tables and the data dictionary. `workbook_sheets` chooses the rows,
`workbook_cells` writes them.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from pathlib import Path

import pandas as pd

from assets.publication.dictionary import dictionary
from assets.publication.workbook_cells import FIGURES, MISSING, OPTIONS, Styles, write_list, write_sheet
from assets.publication.workbook_sheets import Absent, WorkbookSheet, sheets
from assets.tables.parquet import read_frame

START, NOTES = "Start here", "Notes"
_CREATED = datetime(2000, 1, 1)

_NOTES = (
    (
        "Values",
        "principal is the run with every factor at its central value. p10, p50 and p90 are taken across the "
        "draws: one draw in ten lies below p10, one in ten above p90, so p10 to p90 is an 80 % prediction "
        "interval. Intervals of a total come from summed draws and are not the sum of the parts' intervals.",
    ),
    (
        "Years",
        "For people and households a year is the mid-year, 30 June: mid-2024. For services, staff, buildings "
        "and homes built it is the financial year that starts on 1 April of it: 2024/25.",
    ),
    (
        "Gaps",
        "A gap is what is required less what there is: a positive gap is a shortfall, a negative one is "
        "spare.",
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
    (
        "Missing values",
        f"{MISSING} means not available; on sheets to pivot or with a chart a missing number is an empty "
        "cell. No value is left out because it is small.",
    ),
    (
        "Rows",
        "A sheet says how many of its table's rows it holds. Long tables hold the scenario local_plan. The "
        "whole table is in the Parquet and the CSV file of the same name, with all digits: numbers here have "
        f"{FIGURES} significant figures.",
    ),
    (
        "Names",
        "Names stand beside codes. For Power BI and DuckDB the release has a dim_ table for each kind of "
        "code, and csv-metadata.json says which column leads to which.",
    ),
    (
        "Charts",
        "A chart shows the rows that a filter leaves. Sort a copy of the sheet: sorting moves the rows of a "
        "chart's lines.",
    ),
)


def write_workbook(
    tables: Mapping[str, pd.DataFrame], path: Path, system_name: str, code_version: str
) -> dict[str, int]:
    """Write the released `tables` as a workbook and return how many rows the table of each sheet holds.

    Raises ValueError for a number that a cell cannot hold.
    """
    from xlsxwriter import Workbook

    told = [*sheets(tables), _dictionary_sheet(tables)]
    held = [each for each in told if isinstance(each, WorkbookSheet)]
    book = Workbook(str(path), OPTIONS)
    book.set_properties({"title": f"placecast: {system_name}", "author": "placecast", "created": _CREATED})
    styles = Styles(book)
    lines = [
        "People from housing trajectories, and the services, staff and buildings they will need. A name in "
        "the first column leads to its sheet; each sheet leads back. Headline sheets have charts.",
        f"Code version {code_version}. The release's number and date are in manifest.json; report.html shows "
        "charts, method and accuracy.",
        "Contains public sector information licensed under the Open Government Licence v3.0.",
    ]
    start = _start(told, tables)
    links = [START, NOTES, *(each.title for each in held)]
    write_list(book, styles, START, f"placecast: {system_name}", lines, start, links)
    notes = pd.DataFrame(_NOTES, columns=["Note", "Text"])
    write_list(book, styles, NOTES, "Notes on all sheets", [], notes, links)
    for sheet in held:
        write_sheet(book, styles, sheet, START)
    book.close()
    return {sheet.name: len(sheet.frame) for sheet in held}


def _dictionary_sheet(tables: Mapping[str, pd.DataFrame]) -> WorkbookSheet:
    columns = dictionary(tables)
    return WorkbookSheet(
        name="data_dictionary",
        title="Data dictionary",
        asks="What does each column of each table hold, in which unit?",
        group="What it rests on",
        frame=columns,
        said=f"All {len(columns):,} rows.",
        tables=("data_dictionary",),
        whole=len(columns),
    )


def _start(told: Sequence[WorkbookSheet | Absent], tables: Mapping[str, pd.DataFrame]) -> pd.DataFrame:
    """A row a sheet, and for each table without a sheet why it has none."""
    rows: list[tuple[object, ...]] = [
        (NOTES, "What do principal, P10 and P90, years and gaps mean?", "Notes", len(_NOTES), len(_NOTES), "")
    ]
    for each in told:
        if isinstance(each, WorkbookSheet):
            rows.append(
                (each.title, each.asks, each.group, len(each.frame), each.whole, ", ".join(each.tables))
            )
        else:
            rows.append(
                (f"No sheet: {each.title}", each.why, each.group, 0, len(tables[each.name]), each.name)
            )
    columns = ["Sheet", "Question it answers", "Part", "Rows here", "Rows in all", "Parquet and CSV"]
    return pd.DataFrame(rows, columns=columns)


def write_from_files(folder: Path, names: Sequence[str], system_name: str, code_version: str) -> None:
    """Write workbook.xlsx beside the Parquet files of the tables of these names."""
    tables = {name: read_frame(folder / f"{name}.parquet") for name in names}
    write_workbook(tables, folder / "workbook.xlsx", system_name, code_version)


def prepare() -> None:
    """Import what takes long, before a workbook is asked for."""
    import xlsxwriter  # noqa: F401
