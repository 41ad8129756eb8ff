"""A long table, a row a site and year, gathered into a row a site. Cells are read elsewhere."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
import pandas as pd

from housing_trajectories.files.sheets import FindingList
from housing_trajectories.headings.table_headings import Headings
from housing_trajectories.headings.year_columns import YearsAsked, column_weights
from housing_trajectories.headings.year_labels import year_label
from housing_trajectories.rows.coded_cells import AmountBlock, CodedCells
from housing_trajectories.rows.row_words import is_plain_total
from housing_trajectories.rows.site_rows import NUMBERS, SiteRows, empty_rows
from housing_trajectories.rows.text_columns import TextColumns
from housing_trajectories.schema import financial_year_label

_KEYS = ("place", "plan", "plan_status", "site_reference", "use_class", "phasing_basis")
_CATEGORIES = ("planning_status", "permission_type", "use_class", "plan_status", "phasing_basis")
_WORDS = ("place", "plan", "site_reference", "site_name", "deliverable", "note")


def long_rows(
    rows: list[list[object]],
    numbers: list[int],
    headings: Headings,
    asked: YearsAsked,
    words: TextColumns,
    amounts: Mapping[str, np.ndarray],
    findings: FindingList,
) -> SiteRows:
    """A row for each place, plan, plan status, reference and use class, with its homes by financial year."""
    texts = {name: words.plain(name) for name in _WORDS if name in headings.fields}
    texts |= {name: words.category(name) for name in _CATEGORIES if name in headings.fields}
    texts |= {name: words.dates(name) for name in ("permission_date", "end_date") if name in headings.fields}
    if "site_reference" not in texts and "permission_reference" in headings.fields:
        texts["site_reference"] = words.plain("permission_reference")
    if "site_reference" not in texts:
        texts["site_reference"] = texts.get("site_name", np.full(len(rows), "", dtype=object))
    site, first = _sites([texts[name] for name in _KEYS if name in texts], len(rows))
    weights, position = _weights(rows, numbers, headings, asked, findings)
    years = sorted({year for weight in weights if weight for year in weight})
    result = empty_rows(len(first), years)
    result.numbers["row"][:] = np.array(numbers, dtype=float)[first] if len(first) else 0.0
    for name, values in texts.items():
        result.texts[name] = values[first]
    for name, numbers_of in amounts.items():
        if name in NUMBERS and not (headings.own and name in ("communal_bedrooms", "student_bedrooms")):
            result.numbers[name] = numbers_of[first]
    findings.know_sites(numbers, texts["site_reference"])  # type: ignore[arg-type]
    _other_names(texts, site, first, numbers, findings)
    _fill(result, rows, numbers, headings, site, weights, position, years, amounts, findings)
    return result


def _sites(keys: list[np.ndarray], count: int) -> tuple[np.ndarray, np.ndarray]:
    """The number of each row's site, and the first row of each."""
    combined = np.zeros(count, dtype=np.int64)
    for values in keys:
        codes, unique = pd.factorize(values)
        combined = combined * (len(unique) + 1) + codes
    site, _ = pd.factorize(combined)
    _, first = np.unique(site, return_index=True)
    return site, first


def _weights(
    rows: list[list[object]], numbers: list[int], headings: Headings, asked: YearsAsked, findings: FindingList
) -> tuple[list[Mapping[int, float] | None], np.ndarray]:
    """The financial years of each distinct year cell, and which of them each row has."""
    column = headings.fields["year"]
    coded = CodedCells(rows, [column])
    codes = coded.codes[:, 0] if len(rows) else np.zeros(0, dtype=np.int32)
    result: list[Mapping[int, float] | None] = []
    own_year = headings.own
    for code, cell in enumerate(coded.cells):
        row = numbers[int(np.flatnonzero(codes == code)[0])]
        label = year_label(int(cell) if own_year and str(cell).isdecimal() else cell)  # type: ignore[call-overload]
        if own_year and label is not None and label.kind == "bare":
            result.append({label.first: 1.0})
        elif own_year and cell == "":
            result.append(None)  # a site without homes in any year
        elif label is None and is_plain_total(str(cell)):
            findings.add(
                "total row",
                f"'{cell}' in place of a year",
                "a row a site and year",
                "mended",
                row=row,
                column=column + 1,
                heading=headings.heading("year"),
                done="left out",
            )
            result.append(None)
        elif label is None:
            findings.add(
                "year label",
                f"'{cell}'",
                "a year such as 2024/25",
                row=row,
                column=column + 1,
                heading=headings.heading("year"),
                done="its homes are not counted",
            )
            result.append(None)
        else:
            result.append(column_weights(label, str(cell), asked, findings, row, column + 1))
    return result, codes


def _fill(
    result: SiteRows,
    rows: list[list[object]],
    numbers: list[int],
    headings: Headings,
    site: np.ndarray,
    weights: list[Mapping[int, float] | None],
    position: np.ndarray,
    years: list[int],
    amounts: Mapping[str, np.ndarray],
    findings: FindingList,
) -> None:
    column = headings.fields["homes"]
    block = AmountBlock(rows, [column])
    _report(block, numbers, headings, column, findings)
    at = {year: index for index, year in enumerate(years)}
    value, low, high = block.value[:, 0], block.low[:, 0], block.high[:, 0]
    unknown = block.where(lambda a: a.state == "unknown")[:, 0] if len(rows) else np.zeros(0, dtype=bool)
    for name, ends in (("planned_low", "low"), ("planned_high", "high")):
        if name in headings.fields:
            given = AmountBlock(rows, [headings.fields[name]]).value[:, 0]
            low, high = (given, high) if ends == "low" else (low, given)
    _repeated(site, position, numbers, result, weights, findings)
    own = headings.own
    blocks = [(result.homes, value), (result.low, low), (result.high, high)]
    if own:
        blocks += [
            (getattr(result, name), amounts[f"{name}_bedrooms"])
            for name in ("communal", "student")
            if f"{name}_bedrooms" in amounts
        ]
    for code, shares in enumerate(weights):
        here = np.flatnonzero(position == code)
        for year, share in (shares or {}).items():
            for target, source in blocks:
                stated = here[~np.isnan(source[here])]
                cells = (site[stated], np.full(len(stated), at[year]))
                target[cells] = np.where(np.isnan(target[cells]), 0.0, target[cells])
                np.add.at(target, cells, source[stated] * share)
            open_rows = here[unknown[here]]
            result.unknown[site[open_rows], at[year]] = True
            for row in open_rows[:500]:
                words = str(block.cells[block.codes[row, 0]])
                result.unknown_words.setdefault(int(result.numbers["row"][site[row]]), words)
    result.columns |= {("", str(year)): column + 1 for year in years}


def _report(
    block: AmountBlock, numbers: list[int], headings: Headings, column: int, findings: FindingList
) -> None:
    def told(issue: str, state: str) -> bool:
        if state == "unknown" or issue == "":
            return False
        return not (headings.own and issue in ("part of a home", "decimal number", "blank"))

    for row, _ in np.argwhere(block.where(lambda a: told(a.issue, a.state)))[:2_000]:
        found = block.amounts[block.codes[row, 0]]
        findings.add(
            found.issue,
            f"'{block.cells[block.codes[row, 0]]}'",
            "a whole number of homes",
            found.severity,
            row=numbers[row],
            column=column + 1,
            heading=headings.heading("homes"),
            done=found.done,
        )


def _repeated(
    site: np.ndarray,
    position: np.ndarray,
    numbers: list[int],
    result: SiteRows,
    weights: list[Mapping[int, float] | None],
    findings: FindingList,
) -> None:
    """Report a site and year that stands twice."""
    keys = site.astype(np.int64) * (len(weights) + 1) + position
    _, first, inverse = np.unique(keys, return_index=True, return_inverse=True)
    again = np.flatnonzero(first[inverse] != np.arange(len(keys)))
    for row in again[:500]:
        shares = weights[position[row]]
        year = financial_year_label(next(iter(shares))) if shares else "a year"
        findings.add(
            "reference values are not unique",
            f"the site a second time for {year} (first in row {numbers[first[inverse[row]]]})",
            "each site once a year",
            row=numbers[row],
            site=str(result.texts["site_reference"][site[row]]),
            done="both counted",
        )


def _other_names(
    texts: Mapping[str, np.ndarray],
    site: np.ndarray,
    first: np.ndarray,
    numbers: list[int],
    findings: FindingList,
) -> None:
    names = texts.get("site_name")
    if names is None or len(site) == 0:
        return
    other = np.flatnonzero((names != names[first][site]) & (names != ""))
    for row in other[:200]:
        findings.add(
            "reference values are not unique",
            f"'{names[row]}' under the reference of '{names[first[site[row]]]}'",
            "a reference of its own",
            row=numbers[row],
            site=str(texts["site_reference"][row]),
            done="taken as one site",
        )
