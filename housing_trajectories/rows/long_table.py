"""A long table, a row a site and year, gathered into a row a site. What a cell says is told elsewhere."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import partial

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from housing_trajectories.headings.year_columns import column_weights
from housing_trajectories.headings.year_labels import year_label
from housing_trajectories.remarks import Remark, SitesOfRows, Words, each, remark
from housing_trajectories.rows.site_rows import TEXTS, Array, SiteRows, site_rows
from housing_trajectories.rows.typed_columns import AmountBlock, CodedCells, Texts
from housing_trajectories.rows.typed_table import TypedTable
from housing_trajectories.rows.words import is_plain_total
from housing_trajectories.schema import financial_year_label

_KEYS = ("place", "plan", "plan_status", "site_reference", "use_class", "phasing_basis")
_MOST_TOLD = 2_000

Weights = Mapping[int, float] | None


def long_rows(typed: TypedTable) -> tuple[SiteRows, SitesOfRows, list[Remark]]:
    """A row for each place, plan, plan status, reference and use class, with its homes by financial year."""
    headings, numbers = typed.headings, typed.numbers
    texts = {name: values for name, values in typed.texts.items() if name in TEXTS}
    if "site_reference" not in texts:
        name = "permission_reference" if "permission_reference" in typed.texts else "site_name"
        texts["site_reference"] = typed.texts[name]
    site, first = _sites([texts[name] for name in _KEYS if name in texts], len(typed.rows))
    weights, code, of_years = _weights_of_rows(typed)
    years = sorted({year for weight in weights if weight for year in weight})
    amounts = {
        name: values[first]
        for name, values in typed.amounts.items()
        if not (headings.own and name in ("communal_bedrooms", "student_bedrooms"))
    }
    of_sites = {name: values[first] for name, values in texts.items()}
    row_numbers = np.array(numbers, dtype=float)[first]
    blocks, unknown_words, of_homes = _homes_by_year(typed, site, row_numbers, weights, code, years)
    rows = site_rows(
        len(first),
        years,
        of_sites,
        {"row": row_numbers, **amounts},
        unknown_words=unknown_words,
        columns={("", str(year)): headings.fields["homes"] + 1 for year in years},
        **blocks,
    )
    repeated = _repeated(texts, site, first, weights, code, numbers)
    sites = (typed.table.sheet.name, numbers, list(texts["site_reference"]))
    return rows, sites, [*of_years, *repeated, *of_homes]


def _sites(keys: list[Texts], count: int) -> tuple[NDArray[np.intp], NDArray[np.intp]]:
    """The number of each row's site, and the first row of each."""
    combined = np.zeros(count, dtype=np.int64)
    for values in keys:
        codes, unique = pd.factorize(values)
        combined = combined * (len(unique) + 1) + codes
    site, _ = pd.factorize(combined)
    _, first = np.unique(site, return_index=True)
    return site, first


def _weights_of_rows(typed: TypedTable) -> tuple[list[Weights], NDArray[np.int32], list[Remark]]:
    """The financial years of each distinct year cell, and which of them each row has."""
    headings = typed.headings
    column, own = headings.fields["year"], headings.own
    coded = CodedCells(typed.rows, [column])
    codes = coded.codes[:, 0] if len(typed.rows) else np.zeros(0, dtype=np.int32)
    result: list[Weights] = []
    remarks: list[Remark] = []
    for code, cell in enumerate(coded.cells):
        row = typed.numbers[int(np.flatnonzero(codes == code)[0])]
        tell = partial(remark, row=row, column=column + 1, heading=headings.heading("year"), cell=cell)
        label = year_label(int(str(cell)) if own and str(cell).isdecimal() else cell)
        shares: Weights = None
        if own and label is not None and label.kind == "bare":
            shares = {label.first: 1.0}
        elif label is not None:
            shares, found = column_weights(label, str(cell), typed.asked, row, column + 1)
            remarks += found
        elif not (own and cell == ""):  # which is a site without homes in any year
            remarks.append(tell("total_as_year" if is_plain_total(str(cell)) else "no_year"))
        result.append(shares)
    return result, codes, remarks


def _homes_by_year(
    typed: TypedTable,
    site: NDArray[np.intp],
    row_numbers: Array,
    weights: Sequence[Weights],
    code: NDArray[np.int32],
    years: Sequence[int],
) -> tuple[dict[str, NDArray], dict[int, str], list[Remark]]:
    """Each site's homes, ends of ranges and bedrooms by financial year; also the words for unknown homes."""
    headings, own = typed.headings, typed.headings.own
    column = headings.fields["homes"]
    block = AmountBlock(typed.rows, [column])
    given = {"homes": block.value[:, 0], "low": block.low[:, 0], "high": block.high[:, 0]}
    for end in ("low", "high"):
        if f"planned_{end}" in headings.fields:
            given[end] = AmountBlock(typed.rows, [headings.fields[f"planned_{end}"]]).value[:, 0]
    for name in ("communal", "student"):
        if own and f"{name}_bedrooms" in typed.amounts:
            given[name] = typed.amounts[f"{name}_bedrooms"]
    shape = (len(row_numbers), len(years))
    blocks: dict[str, NDArray] = {name: np.full(shape, np.nan) for name in given}
    blocks["unknown"] = np.zeros(shape, dtype=bool)
    unknown = (
        block.where(lambda a: a.state == "unknown")[:, 0] if len(typed.rows) else np.zeros(0, dtype=bool)
    )
    words: dict[int, str] = {}
    for number, shares in enumerate(weights):
        here = np.flatnonzero(code == number)
        for year, share in (shares or {}).items():
            at = years.index(year)
            for name, source in given.items():
                stated = here[~np.isnan(source[here])]
                target, cells = blocks[name], (site[stated], np.full(len(stated), at))
                target[cells] = np.nan_to_num(target[cells])
                np.add.at(target, cells, source[stated] * share)
            open_rows = here[unknown[here]]
            blocks["unknown"][site[open_rows], at] = True
            for row in open_rows[:_MOST_TOLD]:
                words.setdefault(int(row_numbers[site[row]]), str(block.at(row, 0)[1]))
    quiet = ("", "part of a home", "decimal number", "blank") if own else ("",)
    told = block.where(lambda a: a.state != "unknown" and a.issue not in quiet)
    heading = headings.heading("homes")
    remarks = [
        block.remark(row, 0, typed.numbers[row], column, heading) for row, _ in np.argwhere(told)[:_MOST_TOLD]
    ]
    return blocks, words, remarks


def _repeated(
    texts: Mapping[str, Texts],
    site: NDArray[np.intp],
    first: NDArray[np.intp],
    weights: Sequence[Weights],
    code: NDArray[np.int32],
    numbers: Sequence[int],
) -> list[Remark]:
    """Rows of a site with another name, and sites that stand twice in a year."""
    references, names = texts["site_reference"], texts.get("site_name")
    remarks: list[Remark] = []
    if names is not None and len(site):
        other = np.flatnonzero((names != names[first][site]) & (names != ""))
        remarks += each(
            other,
            lambda row: remark(
                "reference_of_another",
                row=numbers[row],
                site=str(references[row]),
                name=names[row],
                other=names[first[site[row]]],
            ),
        )
    keys = site.astype(np.int64) * (len(weights) + 1) + code
    _, at, inverse = np.unique(keys, return_index=True, return_inverse=True)
    again = np.flatnonzero(at[inverse] != np.arange(len(keys)))

    def tell(row: int) -> Remark:
        shares = weights[code[row]]
        year = financial_year_label(next(iter(shares))) if shares else "a year"
        where: Words = {"row": numbers[row], "site": str(references[first[site[row]]])}
        return remark("year_twice", year=year, first_row=numbers[at[inverse[row]]], **where)

    return [*remarks, *each(again, tell)]
