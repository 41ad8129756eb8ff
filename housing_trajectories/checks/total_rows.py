"""Totals that stand in a file, held against the sites they should sum: what a total knows and the
rows do not.

Also rows whose reference was merged, which are parts of one site.
"""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np

from housing_trajectories.files.sheets import FindingList, Sheet
from housing_trajectories.findings import Severity
from housing_trajectories.headings.table_headings import Headings
from housing_trajectories.headings.year_columns import YearsAsked
from housing_trajectories.rows.cell_values import amount_of_site
from housing_trajectories.rows.coded_cells import AmountBlock
from housing_trajectories.rows.row_kinds import BodyRows, is_doubted
from housing_trajectories.rows.site_rows import SiteRows


def check_totals(
    sheet: Sheet, headings: Headings, body: BodyRows, asked: YearsAsked, findings: FindingList
) -> None:
    """Report rows without a site that are no total, and totals of rows or columns that do not sum."""
    positions = [year.position for year in headings.years]
    if not positions or not (body.kept or body.nameless):
        return
    if not (body.totals or body.nameless or headings.totals):
        _check_unnamed_totals(sheet, headings, body, positions, findings)
        return
    width = max([*positions, *headings.totals]) + 1
    order = sorted([*body.kept, *body.totals, *body.nameless])
    rows = [[*sheet.rows[p], *[""] * max(0, width - len(sheet.rows[p]))] for p in order]
    values = AmountBlock(rows, positions).value
    kept = np.isin(order, body.kept)
    known = np.nan_to_num(values)
    totals, nameless = set(body.totals), set(body.nameless)
    of_sites = kept & ~np.isin(order, list(body.allowance))
    running, sites_only = _running(known, kept), _running(known, of_sites)
    sections = {position for position, _ in body.sections}
    closes = np.array([position in totals or position in nameless for position in order])
    began = np.zeros(len(order), dtype=np.intp)
    began[1:] = np.maximum.accumulate(np.where(closes, np.arange(len(order)) + 1, 0))[:-1]
    simple = np.zeros(len(order), dtype=bool)
    for sums in (running[-1], running[:-1], running[:-1] - running[began]):
        simple |= (np.isnan(values) | (np.abs(sums - known) <= _SLACK)).all(axis=1)
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
        severity: Severity = "error" if given.sum() * 2 >= len(positions) else "warning"
        group = running[index] - running[began[index]]
        if looked_at >= _MOST_LOOKED_AT:
            findings.count("total does not match", int(not matches), severity)
        elif not matches or position in nameless:
            _report_row(
                sheet,
                headings,
                position,
                position in nameless,
                matches,
                known[index],
                group,
                running[index],
                severity,
                findings,
            )
        starts.append(index + 1)
    _check_row_totals(sheet, headings, rows, order, kept, values, findings)
    _check_unnamed_totals(sheet, headings, body, positions, findings)


_SUMMED = ("capacity_dwellings", "built_before", "gross_capacity", "losses", "remaining", "homes_beyond")
_SLACK = 0.51
_EXACT = 0.005
_FEWEST_YEARS = 3
_GROUPS_BACK = 12
_MOST_LOOKED_AT = 500
_MOST_YEARS = 3


def _running(known: np.ndarray, counted: np.ndarray) -> np.ndarray:
    """Sums of the counted rows above each row, (rows + 1, years)."""
    sums = np.cumsum(np.where(counted[:, None], known, 0.0), axis=0)
    return np.vstack([np.zeros(known.shape[1]), sums])


def _check_unnamed_totals(
    sheet: Sheet, headings: Headings, body: BodyRows, positions: list[int], findings: FindingList
) -> None:
    """Report rows taken as sites that in every year are the sum of the rows above them.

    Only rows that nothing describes as a site, or that are named as totals are; the others may agree by
    chance.
    """
    if len(body.kept) < 3 or len(positions) < 2:
        return
    width = max(positions) + 1
    rows = [[*sheet.rows[p], *[""] * max(0, width - len(sheet.rows[p]))] for p in body.kept]
    known = np.nan_to_num(AmountBlock(rows, positions).value)
    running = _running(known, np.ones(len(known), dtype=bool))[:-1]
    with_homes = np.cumsum((known != 0).any(axis=1)) - (known != 0).any(axis=1)
    began = np.searchsorted(body.kept, body.totals)
    start = np.zeros(len(known), dtype=np.intp)
    start[began[began < len(known)]] = began[began < len(known)]
    since = running - running[np.maximum.accumulate(start)]
    equal = (np.abs(known - running) <= _EXACT).all(axis=1) | (np.abs(known - since) <= _EXACT).all(axis=1)
    equal &= (with_homes >= 2) & ((known != 0).sum(axis=1) >= min(_FEWEST_YEARS, len(positions)))
    for index in np.flatnonzero(equal)[:300]:
        if is_doubted(headings, sheet.rows[body.kept[index]]):
            findings.add(
                "total counted as a site",
                f"{known[index].sum():,.0f} homes, in every year the sum of the rows above",
                "a row a site",
                row=sheet.numbers[body.kept[index]],
                done="counted: name it a total if it is one",
            )


def _report_row(
    sheet: Sheet,
    headings: Headings,
    position: int,
    nameless: bool,
    matches: bool,
    stated: np.ndarray,
    group: np.ndarray,
    everything: np.ndarray,
    severity: Severity,
    findings: FindingList,
) -> None:
    row = sheet.numbers[position]
    if nameless and matches:
        findings.add(
            "total row",
            "a row without a site that sums those above",
            "a row a site",
            "mended",
            row=row,
            done="left out",
        )
    elif nameless:
        findings.add(
            "homes without a site",
            f"{stated.sum():,.0f} homes in a row without a reference or name",
            "a site's reference and name",
            row=row,
            done="not counted",
        )
    elif not matches and stated.any():
        nearest = min((group, everything), key=lambda sums: abs(sums.sum() - stated.sum()))
        off = np.abs(nearest - stated)
        worst = [int(year) for year in np.argsort(-off, kind="stable")[:_MOST_YEARS] if off[year] > _SLACK]
        years = "; ".join(
            f"'{headings.years[year].heading}' {stated[year]:,.0f}, sites {nearest[year]:,.0f}"
            for year in sorted(worst)
        )
        findings.add(
            "total does not match",
            f"a total of {stated.sum():,.0f} homes over the years, its sites {nearest.sum():,.0f}: {years}",
            "a total that its sites sum to",
            severity,
            row=row,
            done="the sites are counted, and the total's own row is not",
        )


def _check_row_totals(
    sheet: Sheet,
    headings: Headings,
    rows: list[list[object]],
    order: list[int],
    kept: np.ndarray,
    values: np.ndarray,
    findings: FindingList,
) -> None:
    """A site's own total over all years against its years, where there is such a column."""
    sums = np.nansum(values, axis=1)
    first = min(year.position for year in headings.years)
    for column in [c for c in headings.totals if c > first and not _is_part(headings.texts[c])]:
        stated = AmountBlock(rows, [column], amount_of_site).value[:, 0]
        off = kept & ~np.isnan(stated) & (np.abs(stated - sums) > 0.51)
        if off.sum() * 2 > kept.sum():
            continue  # the column is the total of something else
        for index in np.flatnonzero(off)[:200]:
            findings.add(
                "total does not match",
                f"a total of {stated[index]:,.0f}, its years {sums[index]:,.0f}",
                "a total that the years sum to",
                "warning",
                row=sheet.numbers[order[index]],
                column=column + 1,
                heading=headings.texts[column],
                done="the years are counted",
            )


def _is_part(heading: str) -> bool:
    return any(character.isdigit() for character in heading) or "five" in heading.lower()


def merge_parts(rows: SiteRows, parts: Mapping[int, int], findings: FindingList) -> SiteRows:
    """Rows whose reference was merged with the row above become one: homes and capacities are summed."""
    if not parts:
        return rows
    numbers = [int(number) for number in rows.numbers["row"]]
    index = {number: position for position, number in enumerate(numbers)}
    drop = []
    for number, top in parts.items():
        if number not in index or top not in index:
            continue
        part, whole = index[number], index[top]
        for block in (rows.homes, rows.low, rows.high):
            block[whole] = np.where(
                np.isnan(block[whole]), block[part], block[whole] + np.nan_to_num(block[part])
            )
        rows.unknown[whole] |= rows.unknown[part]
        for name in _SUMMED:
            values = rows.numbers[name]
            if not np.isnan(values[part]):
                values[whole] = values[part] + np.nan_to_num(values[whole])
        drop.append(part)
        findings.add(
            "merged cells",
            f"a row under the reference of row {top}",
            "a row a site",
            "warning",
            row=number,
            site=str(rows.texts["site_reference"][whole]),
            done="added to that site",
        )
    return rows.take(np.array([p for p in range(len(numbers)) if p not in set(drop)], dtype=np.intp))
