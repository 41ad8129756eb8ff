"""NHS England's monthly A&E attendances and emergency admissions: the CSV of a month, a row a provider.

Layout as of 2020 on: Period (`MSitAE-MARCH-2024`), Org Code, Parent Org, Org name, attendances by type with
booked appointments apart, waits, emergency admissions; a last row that says TOTAL in one or more of the first
four columns. Before August 2020 the columns `Number of A&E attendances …`, and no booked ones. Some months
come with columns that have neither name nor cells, or the name `a`, with two blanks in a name, and with `-`
or nothing for a department there is not.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import datetime

import pandas as pd

from assets.official_files.file_content import Content
from assets.official_files.official_file import OPEN_LICENCE, Known, Publication, Reading, Totals
from assets.tables.declarations import INPUT_TABLES

_PERIOD = re.compile(r"(?:MSitAE-)?([A-Za-z]+)-(\d{4})")
_ATTENDANCES = tuple(f"A&E attendances {kind}" for kind in ("Type 1", "Type 2", "Other A&E Department"))
_BOOKED = tuple(
    f"A&E attendances Booked Appointments {kind}" for kind in ("Type 1", "Type 2", "Other Department")
)
_ADMISSIONS = (
    *(f"Emergency admissions via A&E - {kind}" for kind in ("Type 1", "Type 2", "Other A&E department")),
    "Other emergency admissions",
)
_COUNTS = ("a&e attendances", "emergency admissions", "other emergency admissions")
_FORMERLY = "Number of "
_FIRST = ("Period", "Org Code", "Org name")
_LABELS = ("Period", "Org Code", "Parent Org", "Org name")
_TOTAL = "total"
NONE = ("", "-")
"""A department a provider has not. The row TOTAL proves that nothing was left out with it."""

Row = tuple[int, str, str, dict[str, int]]
"""Row of the file, month, provider's code, counts by column."""


@dataclass(frozen=True)
class ProviderCounts:
    """Every provider of a file, held to its row of totals.

    by_type: the columns that make attendances of type 1, type 2 and other departments. via: those of
    emergency admissions through a department. other: those of the others; empty where the file has none.
    """

    rows: list[Row]
    by_type: tuple[tuple[str, ...], tuple[str, ...], tuple[str, ...]]
    via: tuple[str, ...]
    other: tuple[str, ...]


def recognises(content: Content) -> bool:
    """Whether the first line has a provider's code and attendances by type."""
    header = set(_plain(content.head[0])) if content.head else set()
    return {"period", "org code", _ATTENDANCES[0].lower()} <= {name.lower() for name in header}


def read(content: Content, known: Known) -> Publication:
    """Attendances of all types and emergency admissions of our providers; raises BadInput."""
    reading = Reading(content, known)
    frame = of_our_providers(reading, counts_of(reading))
    return publication(reading, frame)


def counts_of(reading: Reading) -> ProviderCounts:
    """All providers of the file; raises BadInput where they are not its totals."""
    content = reading.content
    header = _plain(content.head[0])
    lower = [name.lower() for name in header]
    booked = tuple(name for name in _BOOKED if name.lower() in lower)
    admissions = tuple(name for name in _ADMISSIONS if name.lower() in lower)
    wanted = (*_ATTENDANCES, *booked, *admissions)
    _no_other_counts(reading, header, wanted)
    at = reading.columns(header, 1, (*_FIRST, *wanted))
    labels = [lower.index(name.lower()) for name in _LABELS if name.lower() in lower]
    rows: list[Row] = []
    totals: dict[str, tuple[int, dict[str, int]]] = {}
    empty = 0
    for number, cells in content.lines():
        if number == 1 or not any(cells):
            continue
        cells = _as_wide(cells, len(header))
        if len(cells) != len(header):
            reading.wrong(number, None, f"{len(cells)} cells", f"{len(header)} cells, one per column")
            continue
        none = {name for name in wanted if cells[at[name]] in NONE}
        empty += len(none)
        values = {
            name: 0 if name in none else reading.whole(number, name, cells[at[name]]) for name in wanted
        }
        period, code = cells[at["Period"]], cells[at["Org Code"]].upper()
        if _TOTAL in {cells[column].lower() for column in labels}:
            month = _month(reading, number, period) if _PERIOD.fullmatch(period) else ""
            totals[month] = number, values
        else:
            rows.append((number, _month(reading, number, period), code, values))
    reading.stop_if_wrong()
    hold_england(reading, rows, totals, wanted)
    say_empty(reading, empty)
    used = {name.lower() for name in (*_FIRST, *wanted)}
    reading.unused += [
        f"column {name}"
        for name, plain in zip(content.head[0], lower, strict=True)
        if name and plain not in used
    ]
    first, second, third = (
        tuple(name for name in pair if name in wanted) for pair in zip(_ATTENDANCES, _BOOKED, strict=True)
    )
    return ProviderCounts(
        rows,
        by_type=(first, second, third),
        via=tuple(name for name in admissions if name != _ADMISSIONS[-1]),
        other=tuple(name for name in admissions if name == _ADMISSIONS[-1]),
    )


def publication(reading: Reading, frame: pd.DataFrame) -> Publication:
    """The months of providers as they are kept, with their source."""
    months = sorted(set(frame["month"]))
    return Publication(
        publisher="NHS England",
        title="Monthly A&E attendances and emergency admissions",
        edition=", ".join(months),
        tables={"ae_attendances_monthly": frame},
        proofs=tuple(reading.proofs),
        unused=tuple(reading.unused),
        source={
            "id": "nhs_england_ae_statistics",
            "title": "A&E attendances and emergency admissions",
            "publisher": "NHS England",
            "series": "Monthly A&E statistics, all types",
            "release": months[-1] if months else "",
            "licence": OPEN_LICENCE,
            "coverage": "providers in England",
            "note": "",
        },
    )


def _no_other_counts(reading: Reading, header: list[str], wanted: tuple[str, ...]) -> None:
    """Refuse a count under a name that is not known: left out, its people would be missing in silence."""
    known = {name.lower() for name in wanted}
    for name in header:
        if name.lower().startswith(_COUNTS) and name.lower() not in known:
            reading.wrong(1, name, "a count that the reader does not know", "one of " + "; ".join(wanted))
    reading.stop_if_wrong()


def _plain(header: list[str]) -> list[str]:
    """The names of columns as they are today, with single blanks: some months have two."""
    return [re.sub(f"^{_FORMERLY}", "", " ".join(name.split()), flags=re.IGNORECASE) for name in header]


def _as_wide(cells: list[str], columns: int) -> list[str]:
    """A row without the empty cells beyond the header."""
    while len(cells) > columns and not cells[-1]:
        cells = cells[:-1]
    return cells


def _month(reading: Reading, row: int, period: str) -> str:
    found = _PERIOD.fullmatch(period)
    try:
        if found is None:
            raise ValueError
        return f"{datetime.strptime(f'{found[1].title()} {found[2]}', '%B %Y'):%Y-%m}"
    except ValueError:
        reading.wrong(row, "Period", period, "a month such as MSitAE-MARCH-2024")
        return ""


def hold_england(
    reading: Reading,
    rows: list[Row],
    totals: dict[str, tuple[int, dict[str, int]]],
    wanted: tuple[str, ...],
    total: str = "TOTAL",
) -> None:
    """Each provider once a month, and all of them together the row of totals; raises BadInput."""
    seen: dict[tuple[str, str], int] = {}
    for number, month, code, _ in rows:
        if (month, code) in seen:
            reading.wrong(
                number, "Org Code", f"{code} a second time (first in row {seen[month, code]})", "once"
            )
        seen.setdefault((month, code), number)
    if not totals:
        expected = "the row of totals the file is published with"
        raise reading.refuse(None, "Org Code", f"no row {total}", expected)
    held = Totals(reading, "England by column, its providers together")
    for month, (number, printed) in totals.items():
        for name in wanted:
            added = sum(values[name] for _, of, _, values in rows if month in ("", of))
            held.hold(number, name, added, printed[name])
    reading.stop_if_wrong()
    held.close()


def say_empty(reading: Reading, empty: int) -> None:
    """Keep how many cells without a number were taken for none."""
    if empty:
        reading.proofs.append(f"{empty} cells with '-' or nothing counted as none: the totals hold with them")


def of_our_providers(reading: Reading, counts: ProviderCounts) -> pd.DataFrame:
    """Attendances and admissions of our providers by month, a trust of before a merger with its own."""
    attendances = [name for columns in counts.by_type for name in columns]
    admissions = (*counts.via, *counts.other)
    found: dict[tuple[str, str], tuple[int, int | None]] = {}
    others = set()
    for _, month, code, values in counts.rows:
        provider = reading.known.trusts.get(code, code)
        if provider not in reading.known.providers:
            others.add(code)
            continue
        before = found.get((provider, month), (0, 0))
        came = sum(values[name] for name in attendances)
        admitted = sum(values[name] for name in admissions) if admissions else None
        found[provider, month] = (
            before[0] + came,
            None if admitted is None else admitted + (before[1] or 0),
        )
    if not found:
        raise reading.refuse(
            None, "Org Code", "none of our providers", "rows of " + ", ".join(sorted(reading.known.providers))
        )
    reading.unused.append(f"{len(others)} other providers (read for the proofs)")
    reading.unused.append("no row of the system: the file is by provider")
    listed = [(provider, month, *pair) for (provider, month), pair in sorted(found.items())]
    return pd.DataFrame(listed, columns=INPUT_TABLES["ae_attendances_monthly"].column_names)
