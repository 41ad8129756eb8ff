"""NHS England's referral to treatment waiting times, full extract of a month, as CSV or workbook.

Layout: Period (`RTT-June-2024`), Provider Org Code, Commissioner Org Code, RTT Part Type (1A completed
admitted,
1B completed non-admitted, 2 incomplete, 2A those of them with a decision to admit, 3 new clock starts),
Treatment Function Code, a column for each week waited, and Total All. A row C_999 is the total over the
treatment functions of its provider, commissioner and part. Nothing is proved of England: the file is too long
for some spreadsheets, and a copy that went through one is cut.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterator
from datetime import datetime

import pandas as pd

from assets.official_files.file_content import Content
from assets.official_files.official_file import OPEN_LICENCE, Known, Publication, Reading, Totals
from assets.tables.declarations import INPUT_TABLES

_PERIOD, _PROVIDER, _COMMISSIONER = "Period", "Provider Org Code", "Commissioner Org Code"
_PART, _FUNCTION, _ALL = "RTT Part Type", "Treatment Function Code", "Total All"
_COLUMNS = (_PERIOD, _PROVIDER, _COMMISSIONER, _PART, _FUNCTION, _ALL)
_PARTS = {
    "Part_1A": "completed_admitted",
    "Part_1B": "completed_non_admitted",
    "Part_2": "waiting",
    "Part_3": "referrals",
}
_ORDER = ("referrals", "completed_admitted", "completed_non_admitted", "waiting")
_PART_OF_WAITING = "Part_2A"
_TOTAL = "C_999"
_WEEK = re.compile(r"gt (\d+)(?: to \d+)? weeks", re.IGNORECASE)
_STANDARD = 18
_LONGEST = 104
_CUT_AT = 65_536
"""Rows at which an older spreadsheet stops, and a file that went through one is cut."""
Rows = Iterator[tuple[int, list[object]]]


def recognises(content: Content) -> bool:
    """Whether the first line has the part of a pathway, its treatment function and the total."""
    return {_PART, _FUNCTION, _ALL} <= set(_head(content))


def read(content: Content, known: Known) -> Publication:
    """Referrals, completed pathways and waiting lists of our trusts by function; raises BadInput."""
    reading = Reading(content, known)
    header = _head(content)
    at = reading.columns(header, 1, _COLUMNS)
    late = _late_weeks(header)
    trusts = {code for code, kind in known.providers.items() if kind == "acute"}
    counts: dict[tuple[str, str, str], dict[str, int]] = defaultdict(
        lambda: dict.fromkeys(_PARTS.values(), 0)
    )
    over: dict[tuple[str, str, str], int] = defaultdict(int)
    summed: dict[tuple[str, str, str, str], int] = defaultdict(int)
    printed: dict[tuple[str, str, str, str], tuple[int, int]] = {}
    others: set[str] = set()
    row = 1
    for row, cells in _body(content):
        if not any(cells):
            continue
        if len(cells) != len(header):
            reading.wrong(row, None, f"{len(cells)} cells", f"{len(header)} cells, one per column")
            continue
        code = _text(cells[at[_PROVIDER]])
        provider = known.trusts.get(code, code)
        if provider not in trusts:
            others.add(code)
            continue
        period, part, function, buyer = (
            _text(cells[at[name]]) for name in (_PERIOD, _PART, _FUNCTION, _COMMISSIONER)
        )
        month = _month(reading, row, period)
        if part not in _PARTS and part != _PART_OF_WAITING:
            reading.wrong(row, _PART, part, ", ".join((*_PARTS, _PART_OF_WAITING)))
        count = reading.whole(row, _ALL, cells[at[_ALL]])
        if part not in _PARTS or month is None:
            continue
        block = (month, provider, buyer, part)
        if function == _TOTAL:
            printed[block] = (row, count)
            continue
        summed[block] += count
        key = (provider, month, function)
        counts[key][_PARTS[part]] += count
        if part == "Part_2" and late is not None:
            over[key] += sum(reading.whole(row, header[column], cells[column] or 0) for column in late)
    reading.stop_if_wrong()
    if not counts:
        raise reading.refuse(None, _PROVIDER, "no trust of ours", ", ".join(sorted(trusts)))
    _hold(reading, summed, printed)
    reading.unused.append(f"{len(others)} other providers")
    if late is None:
        reading.unused.append("over 18 weeks: not every week from 18 on has a column, so it is left empty")
    if row >= _CUT_AT and row % _CUT_AT == 0:
        reading.unused.append(
            f"the file stops at row {row:,}, where an older spreadsheet cuts it: other trusts may be missing"
        )
    rows = [(*key, *(by[name] for name in _ORDER), over.get(key)) for key, by in sorted(counts.items())]
    table = pd.DataFrame(rows, columns=INPUT_TABLES["waiting_lists"].column_names)
    months = sorted(set(table["month"]))
    return Publication(
        publisher="NHS England",
        title="Referral to treatment waiting times",
        edition=f"{months[0]} to {months[-1]}",
        tables={"waiting_lists": table.astype({"over_18_weeks": "Int64"})},
        proofs=tuple(reading.proofs),
        unused=tuple(reading.unused),
        source={
            "id": "nhs_england_waiting_times",
            "title": "Consultant-led referral to treatment waiting times",
            "publisher": "NHS England",
            "series": "new periods, completed and incomplete pathways by provider and treatment function",
            "release": months[-1],
            "licence": OPEN_LICENCE,
            "coverage": f"{', '.join(sorted(set(table['provider'])))}, {months[0]} to {months[-1]}",
            "note": "Consultant-led care only; a person may wait on more than one pathway.",
        },
    )


def _head(content: Content) -> list[str]:
    if content.head:
        return content.head[0]
    first = content.sheet(content.sheet_names[0])[:1] if content.sheet_names else []
    return [str(cell).strip() for cell in first[0]] if first else []


def _body(content: Content) -> Rows:
    if content.head:
        for number, texts in content.lines():
            if number > 1:
                yield number, list[object](texts)
        return
    for number, cells in enumerate(content.sheet(content.sheet_names[0])[1:], start=2):
        yield number, cells


def _text(cell: object) -> str:
    return f"{cell:.15g}" if isinstance(cell, float) else str(cell).strip()


def _late_weeks(header: list[str]) -> list[int] | None:
    """Columns of the weeks from 18 on; None where one of them is missing."""
    weeks = {
        int(found[1]): column
        for column, name in enumerate(header)
        if (found := _WEEK.match(name)) and int(found[1]) >= _STANDARD
    }
    return list(weeks.values()) if set(range(_STANDARD, _LONGEST + 1)) <= set(weeks) else None


def _month(reading: Reading, row: int, period: str) -> str | None:
    try:
        return f"{datetime.strptime(period.title(), 'Rtt-%B-%Y'):%Y-%m}"
    except ValueError:
        reading.wrong(row, _PERIOD, period, "a month such as RTT-June-2024")
        return None


def _hold(
    reading: Reading,
    summed: dict[tuple[str, str, str, str], int],
    printed: dict[tuple[str, str, str, str], tuple[int, int]],
) -> None:
    """Each provider, commissioner and part held to its own row of totals; a file that was cut lacks one."""
    totals = Totals(reading, "treatment functions of a provider, commissioner and part")
    for block, parts in sorted(summed.items()):
        if block not in printed:
            reading.wrong(
                None,
                _FUNCTION,
                f"no total of {', '.join(block)}",
                f"a row {_TOTAL}: the file may be cut short",
            )
            continue
        row, total = printed[block]
        totals.hold(row, _ALL, parts, total, of=", ".join(block))
    reading.stop_if_wrong()
    totals.close()
