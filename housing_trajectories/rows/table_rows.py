"""One sheet's table as rows of sites: which rows count, what their cells say, which years they fall in.

Judging what the rows say together belongs in the modules of checks.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

import numpy as np

from housing_trajectories.checks.total_rows import check_totals, merge_parts
from housing_trajectories.files.sheet_faults import fill_merged, report_hidden, report_without_value
from housing_trajectories.files.sheets import FindingList, Sheet
from housing_trajectories.headings.heading_findings import report_headings
from housing_trajectories.headings.table_headings import Headings
from housing_trajectories.headings.year_columns import (
    YearsAsked,
    base_date_in,
    column_weights,
    financial_year_of,
    report_missing_years,
    years_asked,
)
from housing_trajectories.headings.year_labels import Meaning, year_label
from housing_trajectories.rows.cell_dates import read_date
from housing_trajectories.rows.cell_values import Amount, amount_of_site
from housing_trajectories.rows.coded_cells import AmountBlock
from housing_trajectories.rows.long_table import long_rows
from housing_trajectories.rows.row_kinds import BodyRows, body_rows
from housing_trajectories.rows.row_words import allowance_of
from housing_trajectories.rows.site_numbers import site_numbers
from housing_trajectories.rows.site_rows import SiteRows, empty_rows, to_financial_years
from housing_trajectories.rows.site_words import planning_status
from housing_trajectories.rows.text_columns import TextColumns
from housing_trajectories.rows.words_beside import put_words_beside
from housing_trajectories.schema import RECORDED_REFERENCE, REMAINDER_REFERENCE

_CATEGORIES = ("planning_status", "permission_type", "use_class", "plan_status", "phasing_basis")
_WORDS = ("place", "plan", "site_reference", "permission_reference", "site_name", "deliverable", "note")
_OF_SITES = ("planning_status", "permission_type", "capacity_dwellings", "geo_x", "hectares", "deliverable")


@dataclass(frozen=True)
class TableRead:
    """A sheet's rows, the words around its table, and the base date it names."""

    rows: SiteRows
    texts: tuple[str, ...]
    base_date: date | None
    own: bool
    described: bool


def read_table(
    sheet: Sheet, headings: Headings, meaning: Meaning | None, base_date: date | None, findings: FindingList
) -> TableRead:
    """The rows of a sheet whose headings were found; never raises for what a cell holds."""
    report_headings(sheet, headings, findings)
    parts = fill_merged(sheet, headings, findings)
    body = body_rows(sheet, headings, findings)
    texts = _texts_around(sheet, headings, body)
    numbers = [sheet.numbers[position] for position in body.kept]
    width = max([*headings.texts, 0]) + 1
    rows = [_padded(sheet.rows[position], width) for position in body.kept]
    report_hidden(sheet, headings, numbers, findings)
    report_without_value(sheet, headings, numbers, findings)
    _report_wide_rows(sheet, headings, body, width, findings)
    base_date = (
        base_date or _base_date(headings, rows) or base_date_in([t for t in texts if year_label(t) is None])
    )
    asked = years_asked(meaning, texts, financial_year_of(base_date) if base_date else None)
    words = TextColumns(rows, numbers, headings, findings)
    row_number = sheet.numbers[headings.last]
    if headings.is_long:
        result = long_rows(
            rows, numbers, headings, asked, words, site_numbers(rows, numbers, headings, findings), findings
        )
    else:
        result = _wide_rows(rows, numbers, headings, asked, row_number, findings)
        _put_texts(result, words, headings)
        for name, values in site_numbers(rows, numbers, headings, findings).items():
            held = result.numbers[name]
            result.numbers[name] = values if np.isnan(held).all() else np.where(np.isnan(held), values, held)
        result = merge_parts(result, parts, findings)
        report_missing_years(result, row_number, findings)
    _put_kinds(
        result,
        headings,
        {sheet.numbers[p]: kind for p, kind in body.allowance.items()},
        sheet,
        body,
        findings,
    )
    if headings.own and headings.is_long and "communal_bedrooms" in headings.fields:
        result.texts["use_class"][:] = "C3"  # bedrooms stand in columns of their own
    else:
        put_words_beside(result, sheet, headings, body)
    result.texts["sheet"][:] = sheet.name or ""
    if not headings.is_long:
        findings.know_sites(result.numbers["row"], result.texts["site_reference"])  # type: ignore[arg-type]
    result.columns = {(sheet.name or "", name): column for (_, name), column in result.columns.items()}
    for name, position in headings.fields.items():
        result.columns[sheet.name or "", name] = position + 1
    if not headings.own and not headings.is_long:
        check_totals(sheet, headings, body, asked, findings)
    return TableRead(result, texts, base_date, headings.own, _is_described(headings))


def _is_described(headings: Headings) -> bool:
    """Whether the table has a column that only sites fill."""
    return bool({"site_reference", "permission_reference", *_OF_SITES} & headings.fields.keys())


def _wide_rows(
    rows: list[list[object]],
    numbers: list[int],
    headings: Headings,
    asked: YearsAsked,
    heading_row: int,
    findings: FindingList,
) -> SiteRows:
    weights: list[Mapping[int, float]] = []
    columns, beyond = [], []
    for year in headings.years:
        shares = column_weights(year.label, year.heading, asked, findings, heading_row, year.position + 1)
        if shares is not None:
            weights.append(shares)
            columns.append(year)
        elif year.label.kind == "beyond":
            beyond.append(year)
    years = sorted({year for weight in weights for year in weight})
    result = empty_rows(len(rows), years)
    result.numbers["row"][:] = numbers
    block = AmountBlock(rows, [column.position for column in columns])
    _report_homes(
        block, headings, [c.position for c in columns], [c.heading for c in columns], numbers, findings
    )
    if columns:
        _fill_homes(result, block, weights, years)
    for column in columns:
        result.columns.setdefault(("", str(column.label.first)), column.position + 1)
    if beyond:
        later = AmountBlock(rows, [column.position for column in beyond], amount_of_site)
        _report_homes(
            later, headings, [c.position for c in beyond], [c.heading for c in beyond], numbers, findings
        )
        stated = ~np.isnan(later.value)
        result.numbers["homes_beyond"] = np.where(stated.any(axis=1), np.nansum(later.value, axis=1), np.nan)
        total = float(np.nansum(later.value))
        findings.add(
            "homes without a year",
            f"'{beyond[0].heading}', {total:,.0f} homes",
            "a year such as 2024/25",
            "warning",
            row=heading_row,
            column=beyond[0].position + 1,
            heading=beyond[0].heading,
            done="counted in the sites' capacities, in no year",
        )
    return result


def _fill_homes(
    result: SiteRows, block: AmountBlock, weights: list[Mapping[int, float]], years: list[int]
) -> None:
    result.homes, split = to_financial_years(block.value, weights, years)
    unknown = block.where(lambda a: a.state == "unknown")
    if unknown.any():
        for row, column in np.argwhere(unknown)[:2_000]:
            words = str(block.cells[block.codes[row, column]])
            result.unknown_words.setdefault(int(result.numbers["row"][row]), words)
        result.unknown = to_financial_years(np.where(unknown, 1.0, np.nan), weights, years)[0] > 0
    if block.has_ends:
        for name, ends in (("low", block.low), ("high", block.high)):
            given = to_financial_years(ends, weights, years)[0]
            filled = to_financial_years(np.where(np.isnan(ends), block.value, ends), weights, years)[0]
            setattr(result, name, np.where(np.isnan(given), np.nan, filled))
    del split


def _report_homes(
    block: AmountBlock,
    headings: Headings,
    positions: list[int],
    names: list[str],
    numbers: list[int],
    findings: FindingList,
) -> None:
    """One finding a cell that is not a plain number; blanks are told a row at a time, unknown ones later."""

    def told(found: Amount) -> bool:
        if found.state == "unknown" or found.issue in ("blank", ""):
            return False
        if found.issue == "range":
            return not headings.own or found.severity == "warning"
        return not (headings.own and found.issue in ("part of a home", "decimal number", "at least"))

    where = np.argwhere(block.where(told))
    for row, column in where[:2_000]:
        found = block.amounts[block.codes[row, column]]
        findings.add(
            found.issue,
            f"'{block.cells[block.codes[row, column]]}'",
            "a whole number of homes",
            found.severity,
            row=numbers[row],
            column=positions[column] + 1,
            heading=names[column],
            done=found.done,
        )
    if headings.own:
        return
    blank = block.where(lambda a: a.issue == "blank")
    some = np.asarray(blank.any(axis=1) & ~blank.all(axis=1))
    _report_blanks(blank, some, positions, numbers, findings)


def _report_blanks(
    blank: np.ndarray, some: np.ndarray, positions: list[int], numbers: list[int], findings: FindingList
) -> None:
    rows = np.flatnonzero(some)
    room = findings.room("blank", "mended")
    for row in rows[: room + 1]:
        first = int(blank[row].argmax())
        findings.add(
            "blank",
            f"{int(blank[row].sum())} years left blank",
            "a number of homes in each year, 0 for none",
            "mended",
            row=numbers[row],
            column=positions[first] + 1,
            done="taken as no statement, not as 0",
        )
    findings.count("blank", max(0, len(rows) - room - 1), "mended")


def _put_texts(result: SiteRows, words: TextColumns, headings: Headings) -> None:
    for name in _WORDS:
        if name in headings.fields and name in result.texts:
            result.texts[name] = words.plain(name)
    for name in _CATEGORIES:
        if name in headings.fields:
            result.texts[name] = words.category(name)
    if "permission_date" in headings.fields:
        result.texts["permission_date"] = words.dates("permission_date")
    if "end_date" in headings.fields:
        result.texts["end_date"] = words.dates("end_date")
    if "permission_reference" in headings.fields:
        given = words.plain("permission_reference")
        if "site_reference" not in headings.fields:
            result.texts["site_reference"] = given
        permitted = (given != "") & (result.texts["planning_status"] == "")
        if "planning_status" not in headings.fields and "permission_type" not in headings.fields:
            result.texts["planning_status"][permitted] = "permissioned"
    if "planning_status" not in headings.fields and "permission_type" in headings.fields:
        result.texts["planning_status"][result.texts["permission_type"] != ""] = "permissioned"


def _put_kinds(
    result: SiteRows,
    headings: Headings,
    allowance: Mapping[int, str],
    sheet: Sheet,
    body: BodyRows,
    findings: FindingList,
) -> None:
    """Which rows are sites; references for those without one; statuses from the headings between rows."""
    texts = result.texts
    kinds, references, names = texts["kind"], texts["site_reference"], texts["site_name"]
    kinds[:] = "site"
    own = np.isin(references.astype(str), [RECORDED_REFERENCE, REMAINDER_REFERENCE]) & headings.own
    kinds[own] = "allowance"
    used: dict[str, int] = {}
    for index in np.flatnonzero(~own):
        name = str(names[index] or references[index])
        row = int(result.numbers["row"][index])
        kind = allowance.get(row, "") or allowance_of(name) or allowance_of(str(references[index]))
        if kind:
            kinds[index] = kind if kind in ("demolitions", "lapse_allowance") else "allowance"
            if row in allowance or not references[index]:
                used[kind] = used.get(kind, 0) + 1
                references[index] = kind if used[kind] == 1 else f"{kind}_{used[kind]}"
                names[index] = names[index] or name
        elif not references[index]:
            references[index] = name[:80]
            findings.add(
                "missing value",
                "no reference",
                "a reference of its own",
                "warning",
                row=row,
                site=name,
                done="known by its name",
            )
    names[names == ""] = references[names == ""]
    for position, section in body.sections:
        status = planning_status(section).value
        if status and "planning_status" not in headings.fields:
            later = result.numbers["row"] > sheet.numbers[position]
            texts["planning_status"][later & (kinds == "site")] = status


def _texts_around(sheet: Sheet, headings: Headings, body: BodyRows) -> tuple[str, ...]:
    above = [
        str(c) for row in sheet.rows[: headings.last + 1] for c in row if isinstance(c, str) and c.strip()
    ]
    return (
        sheet.name or "",
        *(text[:400] for text in above[:300]),
        *(text for _, text in body.sections[:50]),
    )


def _base_date(headings: Headings, rows: list[list[object]]) -> date | None:
    position = headings.fields.get("base_date")
    if position is None:
        return None
    return next((found for row in rows[:50] if (found := read_date(row[position]).value)), None)


def _padded(row: list[object], width: int) -> list[object]:
    return row if len(row) >= width else [*row, *[""] * (width - len(row))]


def _report_wide_rows(
    sheet: Sheet, headings: Headings, body: BodyRows, width: int, findings: FindingList
) -> None:
    if sheet.name is not None:
        return
    for position in body.kept:
        row = sheet.rows[position]
        if len(row) > width and any(str(cell).strip() for cell in row[width:]):
            findings.add(
                "too many cells",
                f"{len(row)} cells",
                f"{width} cells, as many as headings",
                row=sheet.numbers[position],
                done="read by position: a comma may have moved them",
            )
