"""A table's typed columns as rows of sites: wide, a row a site, or long, a row a site and year.

Which rows count is told by `row_kinds`, what a cell says by `typed_columns`. Judging what the rows say
together belongs in `checks`.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date

import numpy as np
from numpy.typing import NDArray

from housing_trajectories.headings.columns import YearColumn
from housing_trajectories.headings.year_columns import (
    column_weights,
)
from housing_trajectories.remarks import Remark, SitesOfRows, Words, each, remark
from housing_trajectories.rows.cell_values import Amount, amount_of_site
from housing_trajectories.rows.long_table import long_rows
from housing_trajectories.rows.site_rows import TEXTS, Array, SiteRows, site_rows, to_financial_years
from housing_trajectories.rows.typed_columns import (
    AmountBlock,
    Texts,
)
from housing_trajectories.rows.typed_table import TypedTable
from housing_trajectories.rows.words import allowance_of, planning_status
from housing_trajectories.schema import RECORDED_REFERENCE, REMAINDER_REFERENCE, financial_year_label

_KEYS = ("place", "plan", "plan_status", "site_reference", "use_class", "phasing_basis")
_OF_SITES = ("planning_status", "permission_type", "capacity_dwellings", "geo_x", "hectares", "deliverable")
_SUMMED = ("capacity_dwellings", "built_before", "gross_capacity", "losses", "remaining", "homes_beyond")
_OWN_WORDS = ("part of a home", "decimal number", "at least")
_SLACK = 0.51
_MOST_TOLD = 2_000
_MOST_NAMED = 6


@dataclass(frozen=True)
class TableOfSites:
    """A table's rows of sites, and what later passes need of it.

    `words_around` stand around the table, `base_date` is the one it names. `described` tells whether it has a
    column that only sites fill, `by_column` what its rows state in each column of years (None in a long
    table), `sites` the site of each of its rows. Its cells are not kept: a large file has many.
    """

    rows: SiteRows
    words_around: tuple[str, ...]
    base_date: date | None
    described: bool
    by_column: Array | None
    sites: SitesOfRows


def table_of_sites(typed: TypedTable) -> tuple[TableOfSites, list[Remark]]:
    """The table's rows of sites by financial year."""
    headings, sheet = typed.headings, typed.table.sheet
    if headings.is_long:
        rows, sites, remarks = long_rows(typed)
        by_column = None
    else:
        rows, by_column, remarks = _wide_rows(typed)
    rows, found = _with_kinds(rows, typed)
    name = sheet.name or ""
    columns = {(name, field): column for (_, field), column in rows.columns.items()}
    columns |= {(name, field): position + 1 for field, position in headings.fields.items()}
    lines = {name: typed.table.lines} if typed.table.lines is not None else {}
    rows = rows.with_texts(sheet=np.full(len(rows), name, dtype=object)).with_places(columns, lines)
    if not headings.is_long:
        numbers = [int(number) for number in rows.numbers["row"]]
        sites = (sheet.name, numbers, list(rows.texts["site_reference"]))
    described = bool({"site_reference", "permission_reference", *_OF_SITES} & headings.fields.keys())
    table = TableOfSites(rows, typed.words_around, typed.base_date, described, by_column, sites)
    return table, [*remarks, *found]


def _wide_rows(typed: TypedTable) -> tuple[SiteRows, Array, list[Remark]]:
    """A row for each row of the table, and what each states in each column of years."""
    headings, count, heading_row = typed.headings, len(typed.rows), typed.heading_row
    remarks: list[Remark] = []
    weights: list[Mapping[int, float]] = []
    chosen, later = [], []
    for at, year in enumerate(headings.years):
        shares, found = column_weights(year.label, year.heading, typed.asked, heading_row, year.position + 1)
        remarks += found
        if shares is not None:
            weights.append(shares)
            chosen.append(at)
        elif year.label.kind == "beyond":
            later.append(at)
    years = sorted({year for weight in weights for year in weight})
    positions = [year.position for year in headings.years]
    block = AmountBlock(typed.rows, positions)
    remarks += _odd_homes(block, chosen, typed)
    texts = _with_permissions(typed)
    numbers = {"row": np.array(typed.numbers, dtype=float), **typed.amounts}
    blocks, unknown_words = _by_financial_year(block, chosen, weights, years, typed.numbers)
    if later:
        beyond = AmountBlock(typed.rows, [positions[at] for at in later], amount_of_site)
        remarks += _odd_homes(beyond, range(len(later)), typed, [headings.years[at] for at in later])
        stated = ~np.isnan(beyond.value)
        given = np.where(stated.any(axis=1), np.nansum(beyond.value, axis=1), np.nan)
        numbers["homes_beyond"] = np.where(np.isnan(given), numbers.get("homes_beyond", given), given)
        first = headings.years[later[0]]
        remarks.append(
            remark(
                "homes_without_year",
                row=heading_row,
                column=first.position + 1,
                heading=first.heading,
                text=first.heading,
                homes=float(np.nansum(beyond.value)),
            )
        )
    columns = {("", str(headings.years[at].label.first)): positions[at] + 1 for at in chosen[::-1]}
    rows = site_rows(count, years, texts, numbers, columns=columns, unknown_words=unknown_words, **blocks)
    rows, found = _merged_parts(rows, typed.parts)
    return rows, block.value, [*remarks, *found, *_missing_years(rows, heading_row)]


def _by_financial_year(
    block: AmountBlock,
    chosen: Sequence[int],
    weights: Sequence[Mapping[int, float]],
    years: Sequence[int],
    numbers: Sequence[int],
) -> tuple[dict[str, NDArray], dict[int, str]]:
    """Homes, unknown ones and ends of ranges by financial year, and the words for unknown homes by row."""
    if not len(chosen):
        return {}, {}
    value = np.ascontiguousarray(block.value[:, chosen])  # sums depend on the order in memory
    blocks: dict[str, NDArray] = {"homes": to_financial_years(value, weights, years)}
    unknown = block.where(lambda a: a.state == "unknown")[:, chosen]
    words: dict[int, str] = {}
    if unknown.any():
        for row, column in np.argwhere(unknown)[:_MOST_TOLD]:
            words.setdefault(numbers[row], str(block.at(row, chosen[column])[1]))
        blocks["unknown"] = to_financial_years(np.where(unknown, 1.0, np.nan), weights, years) > 0
    if block.has_ends:
        for name, ends in (("low", block.low), ("high", block.high)):
            ends = np.ascontiguousarray(ends[:, chosen])
            given = to_financial_years(ends, weights, years)
            filled = to_financial_years(np.where(np.isnan(ends), value, ends), weights, years)
            blocks[name] = np.where(np.isnan(given), np.nan, filled)
    return blocks, words


def _odd_homes(
    block: AmountBlock, chosen: Sequence[int], typed: TypedTable, years: Sequence[YearColumn] = ()
) -> list[Remark]:
    """Each cell that is not a plain number; blanks are told a row at a time, unknown ones later."""
    columns, own = years or typed.headings.years, typed.headings.own

    def is_told(found: Amount) -> bool:
        if found.state == "unknown" or found.issue in ("blank", ""):
            return False
        if found.issue == "range":
            return not own or found.severity == "warning"
        return not (own and found.issue in _OWN_WORDS)

    remarks = []
    for row, at in np.argwhere(block.where(is_told)[:, chosen])[:_MOST_TOLD]:
        year = columns[chosen[at]]
        remarks.append(block.remark(row, chosen[at], typed.numbers[row], year.position, year.heading))
    if own:
        return remarks
    blank = block.where(lambda a: a.issue == "blank")[:, chosen]
    some = np.flatnonzero(blank.any(axis=1) & ~blank.all(axis=1))
    return [
        *remarks,
        *each(
            some,
            lambda row: remark(
                "blank_years",
                row=typed.numbers[row],
                column=columns[chosen[int(blank[row].argmax())]].position + 1,
                years=int(blank[row].sum()),
            ),
        ),
    ]


def _with_permissions(typed: TypedTable) -> dict[str, Texts]:
    """The texts; a permission's reference or type says that a site has one where no status is given."""
    texts = {name: values for name, values in typed.texts.items() if name in TEXTS}
    given, kinds = typed.texts.get("permission_reference"), texts.get("permission_type")
    if given is not None and "site_reference" not in texts:
        texts["site_reference"] = given
    has_permission = kinds if kinds is not None else given
    if has_permission is not None and "planning_status" not in texts:
        texts["planning_status"] = np.where(has_permission != "", "permissioned", "").astype(object)
    return texts


def _merged_parts(rows: SiteRows, parts: Mapping[int, int]) -> tuple[SiteRows, list[Remark]]:
    """Rows whose reference was merged with the row above become one: homes and capacities are summed."""
    index = {int(number): position for position, number in enumerate(rows.numbers["row"])}
    pairs = [(index[part], index[top]) for part, top in parts.items() if part in index and top in index]
    if not pairs:
        return rows, []
    blocks = {name: getattr(rows, name).copy() for name in ("homes", "low", "high", "unknown")}
    numbers = {name: rows.numbers[name].copy() for name in _SUMMED}
    remarks = []
    for part, whole in pairs:
        for values in [blocks["homes"], blocks["low"], blocks["high"], *numbers.values()]:
            both = values[whole] + np.nan_to_num(values[part])
            values[whole] = np.where(np.isnan(values[whole]), values[part], both)
        blocks["unknown"][whole] |= blocks["unknown"][part]
        site = rows.reference(whole)
        remarks.append(remark("merged_part", row=rows.row(part), site=site, top=rows.row(whole)))
    dropped = {part for part, _ in pairs}
    kept = np.array([at for at in range(len(rows)) if at not in dropped], dtype=np.intp)
    return rows.with_numbers(**numbers).with_blocks(**blocks).take(kept), remarks


def _missing_years(rows: SiteRows, heading_row: int) -> list[Remark]:
    """Years without a column or blank in every row between a wide table's first and last: homes are lost.

    Only where the sites' homes meet their capacities without them is that no error.
    """
    told = np.atleast_1d(~np.isnan(rows.homes).all(axis=0) | rows.unknown.any(axis=0))
    stated = [year for year, is_told in zip(rows.years, told, strict=True) if is_told] or rows.years
    missing = sorted(set(range(min(stated, default=0), max(stated, default=0))) - set(stated))
    if not missing:
        return []
    phased = np.nansum(rows.homes, axis=1)
    beside = np.nan_to_num(rows.numbers["built_before"]) + np.nan_to_num(rows.numbers["homes_beyond"])
    smallest = np.fmin(rows.numbers["capacity_dwellings"], rows.numbers["capacity_low"])
    short = smallest - phased - beside
    lacking = short > _SLACK
    words = ", ".join(financial_year_label(year) for year in missing[:_MOST_NAMED])
    words += f" and {len(missing) - _MOST_NAMED} more" if len(missing) > _MOST_NAMED else ""
    at: Words = {"first": stated[0], "last": stated[-1], "years": words}
    if lacking.any():
        lost: Words = {"sites": int(lacking.sum()), "homes": short[lacking].sum()}
        return [remark("year_with_homes_missing", row=heading_row, **at, **lost)]
    code = "year_not_needed" if np.isfinite(short).any() else "year_missing"
    return [remark(code, row=heading_row, **at)]


def _with_kinds(rows: SiteRows, typed: TypedTable) -> tuple[SiteRows, list[Remark]]:
    """Which rows are sites; references for those without one; statuses from the headings between rows."""
    sheet, headings, body = typed.table.sheet, typed.headings, typed.body
    kinds = np.full(len(rows), "site", dtype=object)
    references, names = rows.texts["site_reference"].copy(), rows.texts["site_name"].copy()
    own = np.isin(references.astype(str), [RECORDED_REFERENCE, REMAINDER_REFERENCE]) & headings.own
    kinds[own] = "allowance"
    allowance = {sheet.numbers[position]: kind for position, kind in body.allowance.items()}
    used: dict[str, int] = {}
    remarks = []
    for index in np.flatnonzero(~own):
        name, row = str(names[index] or references[index]), rows.row(index)
        kind = allowance.get(row, "") or allowance_of(name) or allowance_of(str(references[index]))
        if kind:
            kinds[index] = kind if kind in ("demolitions", "lapse_allowance") else "allowance"
            if row in allowance or not references[index]:
                used[kind] = used.get(kind, 0) + 1
                references[index] = kind if used[kind] == 1 else f"{kind}_{used[kind]}"
                names[index] = names[index] or name
        elif not references[index]:
            references[index] = name[:80]
            remarks.append(remark("no_reference_of_row", row=row, site=name))
    names[names == ""] = references[names == ""]
    statuses = rows.texts["planning_status"].copy()
    for position, section in body.sections if "planning_status" not in headings.fields else ():
        status = planning_status(section).value
        if status:
            statuses[(rows.numbers["row"] > sheet.numbers[position]) & (kinds == "site")] = status
    rows = rows.with_texts(kind=kinds, site_reference=references, site_name=names, planning_status=statuses)
    return rows, remarks
