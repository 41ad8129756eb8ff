"""Totals that stand in a file, held against the sites they should sum: what a total knows and the
rows do not.

Also rows whose reference was merged, which are parts of one site.
"""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np

from housing_trajectories.coded_cells import AmountBlock
from housing_trajectories.headings import Headings
from housing_trajectories.row_kinds import BodyRows
from housing_trajectories.sheets import FindingList, Sheet
from housing_trajectories.site_rows import SiteRows
from housing_trajectories.year_columns import YearsAsked


def check_totals(
    sheet: Sheet, headings: Headings, body: BodyRows, asked: YearsAsked, findings: FindingList
) -> None:
    """Report rows without a site that are no total, and totals of rows or columns that do not sum."""
    positions = [year.position for year in headings.years]
    if not positions or not (body.totals or body.nameless or headings.totals):
        return
    width = max([*positions, *headings.totals]) + 1
    order = sorted([*body.kept, *body.totals, *body.nameless])
    rows = [[*sheet.rows[p], *[""] * max(0, width - len(sheet.rows[p]))] for p in order]
    values = AmountBlock(rows, positions).value
    kept = np.isin(order, body.kept)
    known = np.nan_to_num(values)
    totals, nameless = set(body.totals), set(body.nameless)
    started = 0
    for index, position in enumerate(order):
        if position in totals or position in nameless:
            group = known[started:index][kept[started:index]].sum(axis=0)
            everything = known[:index][kept[:index]].sum(axis=0)
            all_of_it = known[kept].sum(axis=0)
            matches = any(
                np.allclose(known[index], sums, atol=0.51) for sums in (group, everything, all_of_it)
            )
            _report_row(
                sheet, position, position in nameless, matches, known[index], group, everything, findings
            )
            started = index + 1
    _check_row_totals(sheet, headings, rows, order, kept, values, findings)


def _report_row(
    sheet: Sheet,
    position: int,
    nameless: bool,
    matches: bool,
    stated: np.ndarray,
    group: np.ndarray,
    everything: np.ndarray,
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
        nearest = min((group.sum(), everything.sum()), key=lambda total: abs(total - stated.sum()))
        findings.add(
            "total does not match",
            f"a total of {stated.sum():,.0f} homes over the years, its sites {nearest:,.0f}",
            "a total that its sites sum to",
            "warning",
            row=row,
            done="the sites are counted",
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
        stated = AmountBlock(rows, [column]).value[:, 0]
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
        for name in ("capacity_dwellings", "built_before", "gross_capacity", "losses", "remaining", "beyond"):
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
