"""NHS England's monthly A&E attendances and emergency admissions: the workbook of a month, a row a provider.

Layout as of April 2019 to May 2026: sheet `Provider Level Data`, `Period:` and the month in the lines above,
a row of the groups of columns over the header Code, Region, Name, the row of England and a blank one before
the providers. The names of the types come once in each group. Booked appointments, which have a sheet of
their own since August 2020, are in the figures of this one.
"""

from __future__ import annotations

from datetime import datetime
from itertools import pairwise

from assets.official_files.ae_monthly import (
    NONE,
    ProviderCounts,
    Row,
    hold_england,
    of_our_providers,
    publication,
    say_empty,
)
from assets.official_files.file_content import Content
from assets.official_files.official_file import Known, Publication, Reading, Totals

SHEET = "Provider Level Data"
_CODE = "Code"
_FIRST = ("Code", "Region", "Name")
_TYPES = (
    "Type 1 Departments - Major A&E",
    "Type 2 Departments - Single Specialty",
    "Type 3 Departments - Other A&E/Minor Injury Unit",
)
_ALL_TYPES = "Total attendances"
_VIA = tuple(f"Emergency Admissions via Type {kind} A&E" for kind in ("1", "2", "3 and 4"))
_ALL_VIA = "Total Emergency Admissions via A&E"
_OTHER = "Other Emergency admissions (i.e not via A&E)"
_ADMITTED = "Total Emergency Admissions"
_SUMS = ((_TYPES, _ALL_TYPES), (_VIA, _ALL_VIA), ((_ALL_VIA, _OTHER), _ADMITTED))
"""Columns that together are another one of the same row."""
_COUNTS = (*_TYPES, _ALL_TYPES, *_VIA, _ALL_VIA, _OTHER, _ADMITTED)
_ATTENDANCES = "A&E attendances"
_ENGLAND = "england"
_PERIOD = "period"
_MONTHS = ("%B %Y", "%B %y")


def recognises(content: Content) -> bool:
    """Whether the workbook has the sheet of providers and says that it is of A&E."""
    if SHEET not in content.sheet_names:
        return False
    return any("A&E" in str(cell) for row in content.sheet(SHEET)[:20] for cell in row)


def read(content: Content, known: Known) -> Publication:
    """Attendances of all types and emergency admissions of our providers; raises BadInput."""
    reading = Reading(content, known)
    frame = of_our_providers(reading, counts_of(reading))
    return publication(reading, frame)


def counts_of(reading: Reading) -> ProviderCounts:
    """All providers of the workbook; raises BadInput where they are not its row of England."""
    content = reading.content
    reading.sheet = SHEET
    cells = content.sheet(SHEET)
    header = next((n for n, row in enumerate(cells) if _CODE in _words(row)), None)
    if header is None:
        raise reading.refuse(None, _CODE, "no header", f"a row with {', '.join(_FIRST)}")
    month = _month(reading, cells[:header])
    at = _columns(reading, _words(cells[header - 1]) if header else [], _words(cells[header]), header + 1)
    rows: list[Row] = []
    totals: dict[str, tuple[int, dict[str, int]]] = {}
    empty = 0
    for number, row in enumerate(cells[header + 1 :], start=header + 2):
        words = _words(row)
        code, name = words[at["Code"]].upper(), words[at["Name"]].lower()
        if not code:
            if any(words):
                reading.wrong(number, _CODE, next(filter(None, words)), "the code of a provider")
            continue
        none = [column for column in _COUNTS if words[at[column]] in NONE]
        values = {
            column: 0 if column in none else reading.whole(number, column, row[at[column]])
            for column in _COUNTS
        }
        if name == _ENGLAND:
            totals[month] = number, values
        else:
            empty += len(none)
            rows.append((number, month, code, values))
    reading.stop_if_wrong()
    hold_england(reading, rows, totals, _COUNTS, total="England")
    _hold_rows(reading, rows)
    say_empty(reading, empty)
    reading.unused.append("waits and percentages of the sheet")
    reading.unused += [f"sheet {name}" for name in content.sheet_names if name != SHEET]
    first, second, third = ((name,) for name in _TYPES)
    return ProviderCounts(rows, by_type=(first, second, third), via=_VIA, other=(_OTHER,))


def _words(row: list[object]) -> list[str]:
    return [" ".join(str(cell).split()) for cell in row]


def _month(reading: Reading, above: list[list[object]]) -> str:
    for number, row in enumerate(above, start=1):
        words = _words(row)
        for name, value in pairwise(words):
            if name.rstrip(": ").lower() != _PERIOD:
                continue
            for form in _MONTHS:
                try:
                    return f"{datetime.strptime(value, form):%Y-%m}"
                except ValueError:
                    continue
            raise reading.refuse(number, "Period", value, "a month such as September 2019")
    raise reading.refuse(None, "Period", "no line of it", "the line Period: above the table")


def _columns(reading: Reading, groups: list[str], names: list[str], row: int) -> dict[str, int]:
    """Position of each column that is used; those by type stand in the group of all attendances alone."""
    first = groups.index(_ATTENDANCES) if _ATTENDANCES in groups else None
    if first is None:
        raise reading.refuse(row - 1, None, "no such group of columns", _ATTENDANCES)
    last = next((n for n, group in enumerate(groups) if n > first and group), len(names))
    at = reading.columns(names[first:last], row, (*_TYPES, _ALL_TYPES))
    rest = (*_FIRST, *_VIA, _ALL_VIA, _OTHER, _ADMITTED)
    return {**{name: first + position for name, position in at.items()}, **reading.columns(names, row, rest)}


def _hold_rows(reading: Reading, rows: list[Row]) -> None:
    held = Totals(reading, "a provider, types of department together")
    for number, _, code, values in rows:
        for parts, total in _SUMS:
            held.hold(number, total, sum(values[part] for part in parts), values[total], of=code)
    reading.stop_if_wrong()
    held.close()
