"""The tables of a sheet, each as a sheet of its own: one beneath the other, or with years down the side.

Where a table's headings are is told by `headings`; what its rows say belongs in `tables`.
"""

from __future__ import annotations

import re
from dataclasses import replace

from housing_trajectories.files.sheets import FindingList, Sheet
from housing_trajectories.headings.column_names import field_of
from housing_trajectories.headings.heading_rows import find_headings, heading_score
from housing_trajectories.headings.table_headings import Headings
from housing_trajectories.headings.year_labels import year_label

_MAY_BE_HEADING = re.compile(r"(?<!\d)\d\d\s*[/\-–]\s*\d\d(?!\d)|year|\by\d|(?:19|20)\d\d", re.I)
_NUMBER = re.compile(r"^[\s\d,.()\-–]*$")
_SHORTEST_YEAR = 4
_FIELDS_ACROSS = 3
_MOST_TURNED = 3_000


def tables_in(sheet: Sheet, findings: FindingList) -> list[Sheet]:
    """The sheet's tables in their order; the sheet itself where it has one or none."""
    if not sheet.rows:
        return [sheet]
    headings = find_headings(sheet)
    if not _is_table(headings):
        turned = _turned(sheet, findings)
        return [sheet] if turned is None else [turned]
    assert headings is not None
    starts = _starts(sheet, headings)
    if len(starts) < 2:
        return [sheet]
    ends = [*starts[1:], len(sheet.rows)]
    blocks = []
    for number, (start, end) in enumerate(zip([0, *starts[1:]], ends, strict=True)):
        rows, numbers = sheet.rows[start:end], sheet.numbers[start:end]
        blocks.append(
            replace(sheet, rows=rows, numbers=numbers, blank_rows=0 if number else sheet.blank_rows)
        )
        if number:
            findings.add(
                "several tables",
                f"table {number + 1} of the sheet, with headings of its own",
                "a table a sheet",
                "mended",
                row=numbers[0],
                done="read as a table of its own",
            )
    return blocks


def _is_table(headings: Headings | None) -> bool:
    return headings is not None and headings.has_sites and bool(headings.years or headings.is_long)


def _starts(sheet: Sheet, headings: Headings) -> list[int]:
    """Positions of the rows that begin a table: those with headings that are not the last ones again."""
    probe = min((year.position for year in headings.years), default=0)
    starts: list[int] = []
    last: dict[int, object] = {}
    position, count = 0, len(sheet.rows)
    while position < count:
        row = sheet.rows[position]
        if position > headings.last and not _may_be_heading(row, probe):
            position += 1
            continue
        names, years = heading_score(row)
        lines = 1
        if position + 1 < count and (names == 0) != (years == 0):
            more_names, more_years = heading_score(sheet.rows[position + 1])
            if (names == 0) == (more_years == 0) and (more_names or more_years) and more_names != 1:
                names, years, lines = names + more_names, years + more_years, 2
        # In a row a site and year every row has a year, and a note may hold another.
        if (names >= 1 and years >= 2 and not headings.is_long) or _is_long(row):
            here = _columns(sheet.rows[position : position + lines])
            if here != last:
                starts.append(position)
                last = here
            position += lines
        else:
            position += 1
    return starts


def _may_be_heading(row: list[object], probe: int) -> bool:
    cell = row[probe] if probe < len(row) else ""
    text = str(cell)
    if text.isdecimal() and len(text) < _SHORTEST_YEAR:
        return False
    if isinstance(cell, int | float) or (text and _NUMBER.match(text)):
        return year_label(cell) is not None
    return bool(_MAY_BE_HEADING.search(" ".join(map(str, row[:200]))))


def _is_long(row: list[object]) -> bool:
    found = {read.field for cell in row[:200] if isinstance(cell, str) and (read := field_of(cell))}
    return {"year", "homes"} <= found and bool({"site_reference", "site_name"} & found)


def _columns(rows: list[list[object]]) -> dict[int, object]:
    """What each column of headings is: the year it means, or else the field."""
    found: dict[int, object] = {}
    for row in rows:
        for position, cell in enumerate(row[:200]):
            if cell == "":
                continue
            label = year_label(cell)
            read = field_of(cell) if isinstance(cell, str) else None
            if label is not None:
                found[position] = (label.kind, label.first, label.last)
            elif read is not None:
                found.setdefault(position, read.field)
    return found


def _turned(sheet: Sheet, findings: FindingList) -> Sheet | None:
    """The sheet with years across, where it has them down the side and sites across; None where not."""
    width = max(len(row) for row in sheet.rows)
    if len(sheet.rows) > _MOST_TURNED or width > _MOST_TURNED:
        return None
    upright = find_headings(sheet)
    if upright is not None and upright.has_sites and len(upright.fields) >= _FIELDS_ACROSS:
        return None  # a register, whose references such as `SH 2036` may look like years
    down = [
        sum(year_label(row[c]) is not None for row in sheet.rows if len(row) > c)
        for c in range(min(width, 5))
    ]
    column = max(range(len(down)), key=down.__getitem__, default=0)
    if not down or down[column] < 2:
        return None
    rows: list[list[object]] = [
        [row[c] if c < len(row) else "" for row in sheet.rows] for c in range(column, width)
    ]
    numbers = list(range(column + 1, width + 1))
    first = next((p for p, cell in enumerate(rows[0]) if year_label(cell) is not None), 0)
    named = [field_of(str(cell)) for cell in rows[0][:first]]
    if not any(read and read.field in ("site_reference", "site_name") for read in named):
        if first == 0:
            return None
        rows[0][first - 1] = "Site name"
    filled = [any(cell != "" for cell in row) for row in rows]
    turned = Sheet(
        sheet.name,
        [row for row, is_filled in zip(rows, filled, strict=True) if is_filled],
        [number for number, is_filled in zip(numbers, filled, strict=True) if is_filled],
        hidden=sheet.hidden,
        hidden_rows=sheet.hidden_columns,
        hidden_columns={p + 1 for p, number in enumerate(sheet.numbers) if number in sheet.hidden_rows},
        without_value=_swapped(sheet.without_value, sheet.numbers),
        left_early=sheet.left_early,
    )
    if not _is_table(find_headings(turned)):
        return None
    findings.add(
        "table on its side",
        "years down the side and sites across",
        "a row a site and a column a year",
        "mended",
        row=sheet.numbers[0],
        done="read with rows as columns",
    )
    for row, column_number in sheet.covered:
        findings.add(
            "merged cells that hide values",
            f"'{sheet.covered[row, column_number]}' beneath a merged cell",
            "a cell a value",
            row=row,
            column=column_number,
            done="not counted",
        )
    findings.turned[sheet.name] = tuple(sheet.numbers)
    return turned


def _swapped(cells: set[tuple[int, int]], numbers: list[int]) -> set[tuple[int, int]]:
    position = {number: at + 1 for at, number in enumerate(numbers)}
    return {(column, position[row]) for row, column in cells if row in position}
