"""The workbook a council can fill in: one table with lists to choose from, and notes on every column.

It is read by the same reader as any other file; filled from a trajectory, reading it gives that back.
"""

from __future__ import annotations

import math
from pathlib import Path

import pandas as pd
from openpyxl import Workbook
from openpyxl.styles import Alignment, Font, PatternFill
from openpyxl.utils import get_column_letter
from openpyxl.worksheet.datavalidation import DataValidation
from openpyxl.worksheet.worksheet import Worksheet

from housing_trajectories.rows.tidy_table import sites_without_years
from housing_trajectories.schema import (
    DETAIL_COLUMNS,
    DETAIL_NUMBERS,
    IDENTITY_COLUMNS,
    PERMISSION_TYPES,
    PHASING_BASES,
    PLAN_STATUSES,
    PLANNING_STATUSES,
    SITE_COLUMNS,
    Trajectory,
    financial_year_label,
)

SHEET = "Trajectory"
_ROWS = 2_000
_LISTS = {
    "plan_status": PLAN_STATUSES,
    "planning_status": PLANNING_STATUSES,
    "phasing_basis": tuple(basis for basis in PHASING_BASES if basis != "plan_total"),
    "permission_type": PERMISSION_TYPES,
    "use_class": ("C3", "C2", "student"),
}
_BLOCKS = (("planned_net_dwellings", "C3"), ("communal_bedrooms", "C2"), ("student_bedrooms", "student"))
COLUMNS = (*SITE_COLUMNS[:-1], "use_class", *DETAIL_COLUMNS, "base_date")
_MEANING = {
    "place": "GSS code of the council, such as E06000031",
    "plan": "Name of the plan the homes count towards",
    "plan_status": "adopted, draft, beyond_plan for years after the plan's end, recorded for homes "
    "already built",
    "site_reference": "Your reference of the site, the same in every issue and on one row only",
    "site_name": "Name or address; windfall and lapse allowances are rows of their own, named so",
    "planning_status": "Whether it has permission today",
    "phasing_basis": "published where the years are your own; beyond_plan for years after the plan's end",
    "capacity_dwellings": "Net homes over the site's lifetime: built before and all years together",
    "built_before": "Net homes completed before the first year below",
    "use_class": "C3: homes. C2 and student: the years hold bedrooms, on a row of their own",
    "homes_beyond": "Net homes after the last year below, where the year is not known",
    "base_date": "The day from which the years are planned, such as 2025-04-01",
    "note": "Anything a reader should know; demolitions are negative homes named so here",
}


def write_template(path: Path, first_year: int, years: int, filled: Trajectory | None = None) -> None:
    """Write the workbook with `years` financial years from `first_year`, filled from a trajectory if given.

    Raises ValueError where the trajectory has homes in other years.
    """
    span = list(range(first_year, first_year + years))
    book = Workbook()
    sheet = book.active
    assert isinstance(sheet, Worksheet)
    sheet.title = SHEET
    headings = [*COLUMNS, *(financial_year_label(year) for year in span)]
    sheet.append(headings)
    for row in _filled_rows(filled, span) if filled is not None else []:
        _append(sheet, row)
    _style(sheet, headings)
    _validate(sheet, len(span))
    _notes(book)
    book.save(path)


def _filled_rows(trajectory: Trajectory, span: list[int]) -> list[list[object]]:
    table = trajectory.table
    outside = sorted(set(table["year"]) - set(span))
    if outside:
        raise ValueError(
            f"homes in {financial_year_label(int(outside[0]))}, which the workbook does not have"
        )
    details = trajectory.sites.set_index(["place", "site_reference"]) if len(trajectory.sites) else None
    rows = []
    for _, site in table.groupby(list(IDENTITY_COLUMNS), sort=False, dropna=False):
        first = site.iloc[0]
        key = (first["place"], first["site_reference"])
        known = details.loc[key] if details is not None and key in details.index else None
        blocks = [(c, u) for c, u in _BLOCKS if u == "C3" or site[c].ne(0).any()]
        if (
            len(blocks) > 1
            and site["planned_net_dwellings"].eq(0).all()
            and pd.isna(first["capacity_dwellings"])
        ):
            blocks = blocks[1:]
        for number, (column, use) in enumerate(blocks):
            row: list[object] = [first[name] for name in IDENTITY_COLUMNS]
            row += (
                [_number(first[name]) for name in ("capacity_dwellings", "built_before")]
                if use == "C3"
                else [None, None]
            )
            row.append(use)
            for name in DETAIL_COLUMNS:
                value = None if known is None or number else known[name]
                row.append(_number(value) if name in DETAIL_NUMBERS else value or None)
            row.append(trajectory.base_date or None)
            by_year = site.set_index("year")
            row += [_cell(by_year, year, column) for year in span]
            rows.append(row)
    silent = sites_without_years(trajectory).to_dict("records") if details is not None else []
    for known_site in silent:
        row = [known_site[name] for name in IDENTITY_COLUMNS]
        row += [_number(known_site[name]) for name in ("capacity_dwellings", "built_before")]
        row.append("")
        for name in DETAIL_COLUMNS:
            value = known_site[name]
            row.append(_number(value) if name in DETAIL_NUMBERS else value or None)
        rows.append([*row, trajectory.base_date or None, *[None] * len(span)])
    return rows


def _cell(by_year: pd.DataFrame, year: int, column: str) -> object:
    """A number, a range where its ends are known, or nothing where the row does not speak of the year."""
    if year not in by_year.index:
        return None
    row = by_year.loc[year]
    value, low, high = (float(str(row[name])) for name in (column, "planned_low", "planned_high"))
    if column == "planned_net_dwellings" and not math.isnan(low):
        return f"{low:.15g}+" if math.isnan(high) else f"{low:.15g}-{high:.15g}"
    return _number(value)


def _number(value: object) -> float | int | None:
    if value is None or not isinstance(value, int | float) or math.isnan(value):
        return None
    return int(value) if float(value).is_integer() else float(value)


def _append(sheet: Worksheet, row: list[object]) -> None:
    """Append a row whose texts stay texts: nothing a council wrote becomes a formula."""
    sheet.append(row)
    for cell in sheet[sheet.max_row]:
        if isinstance(cell.value, str):
            cell.data_type = "s"


def _style(sheet: Worksheet, headings: list[str]) -> None:
    for position, heading in enumerate(headings, start=1):
        cell = sheet.cell(1, position)
        cell.font = Font(bold=True, color="FFFFFF")
        cell.fill = PatternFill("solid", fgColor="12436D")
        cell.alignment = Alignment(wrap_text=True, vertical="top")
        sheet.column_dimensions[get_column_letter(position)].width = 28 if heading == "site_name" else 14
    sheet.freeze_panes = sheet.cell(2, COLUMNS.index("site_name") + 2).coordinate


def _validate(sheet: Worksheet, years: int) -> None:
    for name, allowed in _LISTS.items():
        letter = get_column_letter(COLUMNS.index(name) + 1)
        choice = DataValidation(type="list", formula1=f'"{",".join(allowed)}"', allow_blank=True)
        choice.error, choice.errorTitle, choice.showErrorMessage = "One of the list, please", name, True
        if len(str(choice.formula1)) > 255:
            choice = DataValidation(type="list", formula1=f"Lists!$A$1:$A${len(allowed)}", allow_blank=True)
        sheet.add_data_validation(choice)
        choice.add(f"{letter}2:{letter}{_ROWS}")
    whole = DataValidation(
        type="decimal", operator="between", formula1="-100000", formula2="100000", allow_blank=True
    )
    whole.errorStyle, whole.error = "warning", "A number of net homes; leave empty what is not known"
    whole.showErrorMessage = True
    sheet.add_data_validation(whole)
    first, last = get_column_letter(len(COLUMNS) + 1), get_column_letter(len(COLUMNS) + years)
    whole.add(f"{first}2:{last}{_ROWS}")


def _notes(book: Workbook) -> None:
    notes = book.create_sheet("Notes")
    notes.append(["column", "what belongs in it"])
    for name in COLUMNS:
        notes.append([name, _MEANING.get(name, name.replace("_", " ") + ", where known")])
    notes.append(
        ["2025/26 and so on", "Net homes completed from 1 April to 31 March; empty says nothing, 0 says none"]
    )
    lists = book.create_sheet("Lists")
    for value in PERMISSION_TYPES:
        lists.append([value])
    lists.sheet_state = "hidden"
