"""Totals that stand in a file, held against the sites they should sum, and tables that sum other tables.

What a total knows and the rows do not. Rows that are sums by their words are told by `row_kinds`.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import numpy as np

from housing_trajectories.remarks import Remark, Words, each, on_sheet, remark
from housing_trajectories.rows.cell_values import amount_of_site
from housing_trajectories.rows.row_kinds import is_doubted
from housing_trajectories.rows.site_rows import Array, SiteRows
from housing_trajectories.rows.site_tables import TableOfSites
from housing_trajectories.rows.typed_columns import AmountBlock
from housing_trajectories.rows.typed_table import TypedTable

_SLACK = 0.51
_EXACT = 0.005
_FEWEST_YEARS = 3
_GROUPS_BACK = 12
_MOST_LOOKED_AT = 500
_MOST_YEARS = 3


def checked_totals(typed: TypedTable, kept_values: Array | None) -> list[Remark]:
    """Rows without a site that are no total, and totals of rows or columns that do not sum.

    `kept_values` is what the rows that count state in each column of years.
    """
    headings, body = typed.headings, typed.body
    if headings.own or kept_values is None or not headings.years or not (body.kept or body.nameless):
        return []
    remarks = []
    if body.totals or body.nameless or headings.totals:
        remarks = [*_total_rows(typed, kept_values), *_row_totals(typed, kept_values)]
    return [*remarks, *_unnamed_totals(typed, kept_values)]


def _total_rows(typed: TypedTable, kept_values: Array) -> list[Remark]:
    body = typed.body
    positions = [year.position for year in typed.headings.years]
    order = sorted([*body.kept, *body.totals, *body.nameless])
    kept = np.isin(order, body.kept)
    values = np.full((len(order), len(positions)), np.nan)
    values[kept] = kept_values
    values[~kept] = _amounts(typed, sorted([*body.totals, *body.nameless]), positions)
    known = np.nan_to_num(values)
    nameless = set(body.nameless)
    of_sites = kept & ~np.isin(order, list(body.allowance))
    running, sites_only = _running(known, kept), _running(known, of_sites)
    sections = {position for position, _ in body.sections}
    closes = ~kept
    began = np.zeros(len(order), dtype=np.intp)
    began[1:] = np.maximum.accumulate(np.where(closes, np.arange(len(order)) + 1, 0))[:-1]
    simple = np.zeros(len(order), dtype=bool)
    for sums in (running[-1], running[:-1], running[:-1] - running[began]):
        simple |= (np.isnan(values) | (np.abs(sums - known) <= _SLACK)).all(axis=1)
    remarks: list[Remark] = []
    starts, last, looked_at = [0], order[0], 0
    for index, position in enumerate(order):
        if position - last > 1 and any(between in sections for between in range(last + 1, position)):
            starts.append(index)
        last = position
        if not closes[index]:
            continue
        given = ~np.isnan(values[index])
        matches = bool(simple[index])
        if not matches and looked_at < _MOST_LOOKED_AT:
            looked_at += 1
            sums_of = [sites_only[-1]]
            for start in [0, *starts[-_GROUPS_BACK:]]:
                sums_of += [running[index] - running[start], sites_only[index] - sites_only[start]]
            off = np.abs(np.array(sums_of) - known[index])[:, given]
            matches = bool((off <= _SLACK).all(axis=1).any())
        if looked_at == _MOST_LOOKED_AT and remarks:
            remarks[-1] = replace(remarks[-1], more=remarks[-1].more + (not matches))
        elif matches or position in nameless or known[index].any():
            sums = [running[index] - running[began[index]], running[index]]
            is_grave = given.sum() * 2 >= len(positions)
            is_named = position not in nameless
            remarks += _total_row(typed, position, is_named, matches, known[index], sums, is_grave)
        starts.append(index + 1)
    return remarks


def _amounts(typed: TypedTable, rows: Sequence[int], positions: Sequence[int]) -> Array:
    """What rows of the sheet state in the columns of years."""
    width = max(positions) + 1
    cells = [typed.table.sheet.rows[position] for position in rows]
    return AmountBlock([[*row, *[""] * (width - len(row))] for row in cells], positions).value


def _running(known: Array, counted: np.ndarray) -> Array:
    """Sums of the counted rows above each row, (rows + 1, years)."""
    sums = np.cumsum(np.where(counted[:, None], known, 0.0), axis=0)
    return np.vstack([np.zeros(known.shape[1]), sums])


def _total_row(
    typed: TypedTable,
    position: int,
    is_named: bool,
    matches: bool,
    stated: Array,
    sums: Sequence[Array],
    is_grave: bool,
) -> list[Remark]:
    row = typed.table.sheet.numbers[position]
    if not is_named:
        code = "unnamed_total" if matches else "homes_without_site"
        return [remark(code, row=row, homes=stated.sum())]
    if matches:
        return []
    nearest = min(sums, key=lambda of: abs(of.sum() - stated.sum()))
    off = np.abs(nearest - stated)
    worst = [int(year) for year in np.argsort(-off, kind="stable")[:_MOST_YEARS] if off[year] > _SLACK]
    years = "; ".join(
        f"'{typed.headings.years[year].heading}' {stated[year]:,.0f}, sites {nearest[year]:,.0f}"
        for year in sorted(worst)
    )
    severity = "error" if is_grave else "warning"
    words: Words = {"homes": stated.sum(), "sites": nearest.sum(), "years": years, "severity": severity}
    return [remark("total_differs", row=row, **words)]


def _row_totals(typed: TypedTable, values: Array) -> list[Remark]:
    """A site's own total over all years against its years, where there is such a column."""
    headings = typed.headings
    sums = np.nansum(values, axis=1)
    first = min(year.position for year in headings.years)
    remarks = []
    for column in [c for c in headings.totals if c > first and not _is_part(headings.texts[c])]:
        stated = AmountBlock(typed.rows, [column], amount_of_site).value[:, 0]
        off = ~np.isnan(stated) & (np.abs(stated - sums) > _SLACK)
        if off.sum() * 2 > len(off):
            continue  # the column is the total of something else

        def tell(at: int, column: int = column, stated: Array = stated) -> Remark:
            where: Words = {"row": typed.numbers[at], "column": column + 1, "heading": headings.texts[column]}
            return remark("row_total_differs", total=stated[at], years=sums[at], **where)

        remarks += each(np.flatnonzero(off), tell)
    return remarks


def _is_part(heading: str) -> bool:
    return any(character.isdigit() for character in heading) or "five" in heading.lower()


def _unnamed_totals(typed: TypedTable, values: Array) -> list[Remark]:
    """Rows taken as sites that in every year are the sum of the rows above them.

    Only rows that nothing describes as a site, or that are named as totals are; the others may agree by
    chance.
    """
    headings, body, sheet = typed.headings, typed.body, typed.table.sheet
    if len(body.kept) < 3 or len(headings.years) < 2:
        return []
    known = np.nan_to_num(values)
    running = _running(known, np.ones(len(known), dtype=bool))[:-1]
    with_homes = np.cumsum((known != 0).any(axis=1)) - (known != 0).any(axis=1)
    began = np.searchsorted(body.kept, body.totals)
    start = np.zeros(len(known), dtype=np.intp)
    start[began[began < len(known)]] = began[began < len(known)]
    since = running - running[np.maximum.accumulate(start)]
    equal = (np.abs(known - running) <= _EXACT).all(axis=1) | (np.abs(known - since) <= _EXACT).all(axis=1)
    equal &= (with_homes >= 2) & ((known != 0).sum(axis=1) >= min(_FEWEST_YEARS, len(headings.years)))
    doubted = [
        int(at) for at in np.flatnonzero(equal) if is_doubted(headings, sheet.rows[body.kept[int(at)]])
    ]
    return each(doubted, lambda at: remark("total_counted", row=typed.numbers[at], homes=known[at].sum()))


def without_sums(tables: Sequence[TableOfSites]) -> tuple[list[TableOfSites], list[Remark]]:
    """The tables without those whose homes by year are exactly all the others': they would stand twice.

    A table of names and years alone beside tables of sites, with half as many homes as those or more, that
    does not sum them is an error: it may hold the same homes.
    """
    if len(tables) < 2:
        return list(tables), []
    years = sorted({year for table in tables for year in table.rows.years})
    homes = np.array([_by_year(table.rows, years) for table in tables])
    drop: list[int] = []
    remarks: list[Remark] = []
    for number, table in enumerate(tables):
        rows, own = table.rows, homes[number].sum()
        others = homes.sum(axis=0) - homes[number] - homes[drop].sum(axis=0)
        others_described = any(o.described for o in tables if o is not table)
        if not len(rows) or not homes[number].any() or table.described or not others_described:
            continue
        words: Words = {"homes": own, "rows": len(rows), "others": others.sum(), "row": rows.row(0)}
        code = ""
        if (np.abs(others - homes[number]) <= _SLACK).all():
            drop.append(number)
            code = "table_of_sums"
        elif own * 2 >= others.sum() and (rows.texts["kind"] == "site").any():
            code = "table_like_sums"
        if code:
            lines = rows.lines.get(rows.sheet_of(0) or "")
            remarks += on_sheet([remark(code, **words)], rows.sheet_of(0), lines)
    return [table for number, table in enumerate(tables) if number not in drop], remarks


def _by_year(rows: SiteRows, years: Sequence[int]) -> Array:
    result = np.zeros(len(years))
    result[[years.index(year) for year in rows.years]] = np.nansum(rows.homes, axis=0)
    return result
