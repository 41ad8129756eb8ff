"""What the reader's passes remark on a file, in the words of `remarks.json`, and how that becomes findings.

A pass returns its remarks beside its value. Which passes there are is told by `reading`.
"""

from __future__ import annotations

import json
import string
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from housing_trajectories.findings import Finding, Severity
from housing_trajectories.schema import financial_year_label

MOST_ALIKE = 60
"""Remarks of one kind on one sheet that are told one by one; of more the number is given."""

Words = dict[str, Any]
"""What a message is filled in with, and where it holds."""

SitesOfRows = tuple[str | None, Sequence[int], Sequence[object]]
"""A sheet, the numbers of its rows, and the reference of the site that each row is of."""


@dataclass(frozen=True, slots=True)
class Remark:
    """One thing found by a pass. Rows and columns count from 1.

    `lines` are the file's row numbers where the sheet was turned on its side: rows and columns are given as
    turned and shown as they stand in the file. `more` counts those alike that are not told one by one.
    """

    issue: str
    severity: Severity
    found: str
    expected: str
    done: str
    row: int | None = None
    column: int | None = None
    heading: str | None = None
    site: str | None = None
    sheet: str | None = None
    lines: tuple[int, ...] | None = None
    more: int = 0


class _Message(NamedTuple):
    severity: str
    issue: str
    found: str
    expected: str
    done: str


class _Words(string.Formatter):
    """Fills in a message: `{n:s}` is the plural's s, `{y:year}` a financial year, `{h:homes}` a number."""

    def format_field(self, value: Any, format_spec: str) -> str:
        if format_spec == "s" and not isinstance(value, str):
            return "" if value == 1 else "s"
        if format_spec == "year":
            return financial_year_label(int(value))
        if format_spec == "homes":  # whole where it is, and never as a power of ten
            return f"{value:,.2f}".rstrip("0").rstrip(".")
        return str(super().format_field(value, format_spec))


_FILE = Path(__file__).with_name("remarks.json")
CATALOGUE = {code: _Message(*said) for code, said in json.loads(_FILE.read_text(encoding="utf-8")).items()}
_fill_in = _Words().vformat


def remark(
    code: str,
    /,
    *,
    row: int | None = None,
    column: int | None = None,
    heading: str | None = None,
    site: str | None = None,
    sheet: str | None = None,
    more: int = 0,
    **words: Any,
) -> Remark:
    """The message `code` of the catalogue with its words filled in, and where in the file it holds."""
    severity, issue, found, expected, done = (
        _fill_in(text, (), words) if "{" in text else text for text in CATALOGUE[code]
    )
    return Remark(issue, severity, found, expected, done, row, column, heading, site, sheet, more=more)  # type: ignore[arg-type]


def each(
    where: Sequence[int] | Sequence[np.intp] | NDArray[np.intp], tell: Callable[[int], Remark]
) -> list[Remark]:
    """What is told of the first of many alike; the last told counts the rest."""
    told = [tell(int(at)) for at in where[:MOST_ALIKE]]
    if len(where) > len(told):
        told[-1] = replace(told[-1], more=len(where) - len(told))
    return told


def on_sheet(
    remarks: Iterable[Remark], sheet: str | None, lines: tuple[int, ...] | None = None
) -> list[Remark]:
    """Remarks that name no sheet as remarks on this one."""
    return [r if r.sheet else replace(r, sheet=sheet, lines=r.lines or lines) for r in remarks]


def any_error(remarks: Iterable[Remark]) -> bool:
    """Whether one of them stands in the way of using the file."""
    return any(r.severity == "error" for r in remarks)


def findings_of(
    file: str, remarks: Sequence[Remark], sites: Sequence[SitesOfRows] = ()
) -> tuple[Finding, ...]:
    """The remarks on a file as findings that name their site; many alike are told once with their number."""
    counts: dict[tuple[str | None, str, Severity], int] = {}
    told = []
    for r in remarks:
        key = (r.sheet, r.issue, r.severity)
        counts[key] = counts.get(key, 0) + 1
        if counts[key] <= MOST_ALIKE:
            told.append(r)
        counts[key] += r.more
    site_of: dict[tuple[str | None, int], str] = {}
    if any(r.site is None and r.row is not None for r in told):
        site_of = {
            (sheet, int(number)): str(reference)
            for sheet, numbers, references in sites
            for number, reference in zip(numbers, references, strict=True)
        }
    named = [r if r.site is not None or r.row is None else _of_site(r, site_of) for r in told]
    return (*(_finding(file, r) for r in named), *_rest(file, counts))


def _of_site(r: Remark, site_of: dict[tuple[str | None, int], str]) -> Remark:
    return replace(r, site=site_of.get((r.sheet, r.row or 0)))


def _finding(file: str, r: Remark) -> Finding:
    row, column = r.row, r.column
    if r.lines is not None:
        row, column = r.lines[column - 1] if column is not None and column <= len(r.lines) else None, row
    letter = column_letter(column) if column is not None else None
    return Finding(
        file,
        row,
        r.heading or letter,
        r.found,
        r.expected,
        r.severity,
        sheet=r.sheet,
        site=r.site,
        done=r.done,
        cell=f"{letter}{row}" if letter and row is not None else None,
        issue=r.issue,
    )


def _rest(file: str, counts: dict[tuple[str | None, str, Severity], int]) -> Iterator[Finding]:
    for (sheet, issue, severity), number in counts.items():
        if number > MOST_ALIKE:
            words: Words = {"number": number - MOST_ALIKE, "kind": issue, "severity": severity}
            yield _finding(file, remark("more", sheet=sheet, **words))


def column_letter(number: int) -> str:
    """`A` for 1, `AA` for 27."""
    letters = ""
    while number > 0:
        number, rest = divmod(number - 1, 26)
        letters = chr(65 + rest) + letters
    return letters
