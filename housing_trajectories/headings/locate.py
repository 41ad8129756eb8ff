"""The second pass: where the tables of the sheets are. They are found, not assumed.

A sheet may hold several tables, one beneath the other, or one with years down the side. What a table's
columns mean is told by `columns`; what its rows say belongs in `rows`.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from itertools import pairwise

from housing_trajectories.files.sheets import Row, Sheet, cell_at, is_number
from housing_trajectories.headings.column_names import field_of
from housing_trajectories.headings.columns import Headings, understood
from housing_trajectories.headings.year_labels import year_label
from housing_trajectories.remarks import Remark, on_sheet, remark

_ROWS_SEARCHED = 80
_WIDEST = 200
_LONGEST_NAME, _LONGEST_YEAR = 80, 60
_MAY_BE_HEADING = re.compile(r"(?<!\d)\d\d\s*[/\-–]\s*\d\d(?!\d)|year|\by\d|(?:19|20)\d\d", re.I)
_NUMBER = re.compile(r"^[\s\d,.()\-–]*$")
_SHORTEST_YEAR = 4
_FIELDS_ACROSS = 3
_MOST_TURNED = 3_000


@dataclass(frozen=True)
class LocatedTable:
    """A table as a sheet of its own, and its headings; `lines` as those of a `Remark`."""

    sheet: Sheet
    headings: Headings
    lines: tuple[int, ...] | None = None


@dataclass(frozen=True)
class _Block:
    """A part of a sheet that may be a table; `headings` None where no row looks like any."""

    sheet: Sheet
    headings: Headings | None
    lines: tuple[int, ...] | None = None

    @property
    def table(self) -> LocatedTable | None:
        if self.headings is None or not self.headings.is_table:
            return None
        return LocatedTable(self.sheet, self.headings, self.lines)


def located(sheets: Sequence[Sheet], names: Sequence[str]) -> tuple[list[LocatedTable], list[Remark]]:
    """The tables of the sheets in sight, or of those named, in their order."""
    tables: list[LocatedTable] = []
    remarks: list[Remark] = []
    for sheet in sheets:
        if names and sheet.name not in names:
            continue
        if sheet.hidden and not names:
            has_table = _block(sheet).table is not None
            found = [remark("hidden_table" if has_table else "hidden_sheet")]
        else:
            blocks, found = _blocks(sheet)
            tables += [block.table for block in blocks if block.table is not None]
            if blocks[-1].table is None:
                is_one_of_several = len(sheets) > 1 and not names
                found.append(_no_table(blocks[-1], is_one_of_several))
        remarks += on_sheet(found, sheet.name)
    known = [sheet.name for sheet in sheets]
    remarks += [remark("no_sheet", name=name) for name in names if name not in known]
    return tables, remarks


def _no_table(block: _Block, is_one_of_several: bool) -> Remark:
    sheet, headings = block.sheet, block.headings
    if is_one_of_several:
        return remark("sheet_without_sites", rows=len(sheet.rows))
    if not sheet.rows:
        blank = f"{sheet.blank_rows:,} rows, all of them empty" if sheet.blank_rows else "an empty file"
        return remark("no_table", found=blank)
    if headings is not None and headings.has_sites:
        return remark("register", row=sheet.numbers[headings.last])
    if headings is not None:
        return remark("no_reference", row=sheet.numbers[headings.last])
    return remark("no_headings", row=sheet.numbers[0])


def _block(sheet: Sheet) -> _Block:
    return _Block(sheet, _headings(sheet) if sheet.rows else None)


def _blocks(sheet: Sheet) -> tuple[list[_Block], list[Remark]]:
    """The sheet's tables in their order; the sheet itself where it has one or none."""
    whole = _block(sheet)
    if not sheet.rows:
        return [whole], []
    if whole.table is None:
        turned = _turned(whole)
        if turned is None:
            return [whole], []
        covered = [
            remark("covered", row=row, column=column, value=value)
            for (row, column), value in sheet.covered.items()
        ]
        return [turned], [remark("table_on_its_side", row=sheet.numbers[0]), *covered]
    starts = _starts(sheet, whole.table.headings)
    if len(starts) < 2:
        return [whole], []
    blocks, remarks = [], []
    for number, (start, end) in enumerate(zip([0, *starts[1:]], [*starts[1:], len(sheet.rows)], strict=True)):
        rows, numbers = sheet.rows[start:end], sheet.numbers[start:end]
        blank = 0 if number else sheet.blank_rows
        blocks.append(_block(replace(sheet, rows=rows, numbers=numbers, blank_rows=blank)))
        if number:
            remarks.append(remark("several_tables", row=numbers[0], number=number + 1))
    return blocks, remarks


def _headings(sheet: Sheet) -> Headings | None:
    """The headings of the sheet's table, None where no row looks like any."""
    rows = sheet.rows[:_ROWS_SEARCHED]
    scores = [_score(row) for row in rows]
    best, most = None, 0
    for position, (names, years) in enumerate(scores):
        if names + years > most and (names >= 2 or years >= 3 or (names >= 1 and years >= 1)):
            best, most = position, names + years
    if best is None:
        return None
    chosen = [best]
    names, years = scores[best]
    named = _names(rows[best])
    long_named = years < 2 and "year" in named
    if years >= 2 and named == {"year"}:
        names = 0  # `Monitoring year` before the years of a row that stands above the names
    for position in (best - 1, best + 1, best - 2, best + 2):
        if not 0 <= position < len(rows) or (
            abs(position - best) > 1 and len(chosen) == 1 and min(chosen) == position + 1
        ):
            continue
        other_names, other_years = scores[position]
        if (
            (years < 2 or _relative_only(rows[best]))
            and not long_named
            and other_years >= 2
            and _labels_only(rows[position])
        ):
            chosen.append(position)
            years += other_years
        elif (
            names == 0
            and other_names >= 1
            and (position < best or (other_names >= 2 and _labels_only(rows[position])))
        ):
            chosen.append(position)
            names += other_names
    return understood(sheet, min(chosen), max(chosen), [rows[position] for position in sorted(chosen)])


def _score(row: Row) -> tuple[int, int]:
    """How many different fields and how many different years a row names."""
    years = set()
    for cell in row[:_WIDEST]:
        if cell == "" or (isinstance(cell, str) and len(cell) > _LONGEST_YEAR):
            continue
        label = year_label(cell)
        if label is not None:
            years.add(label.key)
    return len(_names(row[:_WIDEST])), len(years)


def _names(row: Row) -> set[str]:
    """The fields a row names; a sentence or a number names none."""
    cells = [cell for cell in row if isinstance(cell, str) and len(cell) <= _LONGEST_NAME]
    return {name.field for cell in cells if (name := field_of(cell))}


def _relative_only(row: Row) -> bool:
    """Whether the years of a row are all of the kind `Year 1`, which another row may say better."""
    labels = [label for cell in row[:_WIDEST] if (label := year_label(cell)) is not None]
    return bool(labels) and all(label.kind == "relative" for label in labels)


def _labels_only(row: Row) -> bool:
    """Whether a row holds year labels and other headings, but no data beside them."""
    plain = [cell for cell in row if cell != "" and year_label(cell) is None]
    return all(isinstance(cell, str) and not is_number(cell) for cell in plain)


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
        names, years = _score(row)
        lines = 1
        if position + 1 < count and (names == 0) != (years == 0):
            more_names, more_years = _score(sheet.rows[position + 1])
            if (names == 0) == (more_years == 0) and (more_names or more_years) and more_names != 1:
                names, years, lines = names + more_names, years + more_years, 2
        # In a row a site and year every row has a year, and a note may hold another.
        is_wide = names >= 1 and years >= 2 and not headings.is_long
        if (is_wide and _counts(row) < years and not _are_homes(row)) or _is_long(row):
            here = _columns(sheet.rows[position : position + lines])
            if here != last:
                starts.append(position)
                last = here
            position += lines
        else:
            position += 1
    return starts


def _counts(row: Row) -> int:
    """How many numbers a row has that are no years: homes may be 2,090 one year and 2,095 the next."""
    return sum(is_number(cell) and year_label(cell) is None for cell in row[:_WIDEST] if cell != "")


def _are_homes(row: Row) -> bool:
    """Whether bare numbers that look like years are homes: years run on, or begin again at the first."""
    labels = [label for cell in row[:_WIDEST] if (label := year_label(cell)) is not None]
    years = [label.first for label in labels if label.kind == "bare"]
    again = any(later < earlier and later != years[0] for earlier, later in pairwise(years))
    return again or len(years) > 2 * len(set(years))


def _may_be_heading(row: Row, probe: int) -> bool:
    cell = cell_at(row, probe)
    text = str(cell)
    if text.isdecimal() and len(text) < _SHORTEST_YEAR:
        return False
    if isinstance(cell, int | float) or (text and _NUMBER.match(text)):
        return year_label(cell) is not None
    return bool(_MAY_BE_HEADING.search(" ".join(map(str, row[:_WIDEST]))))


def _is_long(row: Row) -> bool:
    found = {name.field for cell in row[:_WIDEST] if isinstance(cell, str) and (name := field_of(cell))}
    return {"year", "homes"} <= found and bool({"site_reference", "site_name"} & found)


def _columns(rows: Sequence[Row]) -> dict[int, object]:
    """What each column of headings is: the year it means, or else the field."""
    found: dict[int, object] = {}
    for row in rows:
        for position, cell in enumerate(row[:_WIDEST]):
            label = year_label(cell)
            if label is not None:
                found[position] = label.key
            elif isinstance(cell, str) and (name := field_of(cell)):
                found.setdefault(position, name.field)
    return found


def _turned(block: _Block) -> _Block | None:
    """The sheet with years across, where it has them down the side and sites across; None where not."""
    sheet, upright = block.sheet, block.headings
    width = max(len(row) for row in sheet.rows)
    if len(sheet.rows) > _MOST_TURNED or width > _MOST_TURNED:
        return None
    if upright is not None and upright.has_sites and len(upright.fields) >= _FIELDS_ACROSS:
        return None  # a register, whose references such as `SH 2036` may look like years
    down = [
        sum(year_label(row[c]) is not None for row in sheet.rows if len(row) > c)
        for c in range(min(width, 5))
    ]
    column = max(range(len(down)), key=down.__getitem__, default=0)
    if not down or down[column] < 2:
        return None
    rows = [[cell_at(row, c) for row in sheet.rows] for c in range(column, width)]
    first = next((p for p, cell in enumerate(rows[0]) if year_label(cell) is not None), 0)
    named = [field_of(str(cell)) for cell in rows[0][:first]]
    if not any(name and name.field in ("site_reference", "site_name") for name in named):
        if first == 0:
            return None
        rows[0][first - 1] = "Site name"
    filled = [position for position, row in enumerate(rows) if any(cell != "" for cell in row)]
    position_of = {number: at + 1 for at, number in enumerate(sheet.numbers)}
    turned = Sheet(
        sheet.name,
        [rows[position] for position in filled],
        [column + 1 + position for position in filled],
        hidden=sheet.hidden,
        hidden_rows=sheet.hidden_columns,
        hidden_columns=frozenset(position_of[n] for n in sheet.numbers if n in sheet.hidden_rows),
        without_value=frozenset((c, position_of[r]) for r, c in sheet.without_value if r in position_of),
    )
    found = _Block(turned, _headings(turned), tuple(sheet.numbers))
    return found if found.table is not None else None
