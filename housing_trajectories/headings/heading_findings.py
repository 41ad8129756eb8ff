"""What a person is told of headings: names read as others, columns not used, or not to be left so."""

from __future__ import annotations

import re
from itertools import pairwise

from housing_trajectories.files.sheets import FindingList, Sheet, is_number
from housing_trajectories.headings.column_names import field_of, is_plain, key_of
from housing_trajectories.headings.table_headings import Headings, YearColumn

_LONGEST_INDEX = 7
_LIKE_YEAR = re.compile(r"^(?:\d{3,6}\s*[/\-]\s*\d{1,5}|\d{5,8})$")


def report_headings(sheet: Sheet, headings: Headings, findings: FindingList) -> None:
    """Say what was read under another name, what is not used, and what cannot be left unused."""
    row = sheet.numbers[headings.last]
    above = sheet.numbers[: headings.first]
    if above:
        shown = str(sheet.rows[0][next(i for i, c in enumerate(sheet.rows[0]) if c != "")])
        findings.add(
            "title row",
            f"{len(above)} row{'s' if len(above) > 1 else ''} above the headings, '{shown}' first",
            "headings in the first row",
            "mended",
            row=above[0],
            done="left out",
        )
    for name, position in headings.fields.items():
        text = headings.texts[position]
        read = field_of(text)
        how = read.how if read is not None and read.field == name else "another name"
        how = "" if is_plain(text, name) else how
        if how and not headings.own:
            findings.add(
                "heading",
                f"'{text}' ({how})",
                name,
                "mended",
                row=row,
                column=position + 1,
                done=f"read as {name}",
            )
    _report_unused(sheet, headings, findings, row)
    if headings.totals and not headings.own:
        shown = ", ".join(f"'{headings.texts[position]}'" for position in sorted(headings.totals)[:6])
        findings.add(
            "total column", shown, "a column a year", "mended", row=row, done="left out: each year is counted"
        )
    for position in headings.parts:
        findings.add(
            "part of a year",
            f"'{headings.texts[position]}' beside a column of that year's net or total homes",
            "a column a year",
            "mended",
            row=row,
            column=position + 1,
            done="left out",
        )
    seen: dict[tuple[str, int, int], YearColumn] = {}
    for year in headings.years:
        if year.label.remark:
            findings.add(
                "year label",
                f"'{year.heading}'",
                "a year such as 2024/25",
                "warning",
                row=row,
                column=year.position + 1,
                done=year.label.remark,
            )
        key = (year.label.kind, year.label.first, year.label.last)
        if key in seen and year.position in headings.added and seen[key].position in headings.added:
            findings.add(
                "homes by tenure",
                f"'{year.heading}' beside '{seen[key].heading}'",
                "a column a year",
                "mended",
                row=row,
                column=year.position + 1,
                done="added up",
            )
        elif key in seen and not year.label.quarter:
            findings.add(
                "column twice",
                f"'{year.heading}', as in column {seen[key].position + 1}",
                "each year once",
                row=row,
                column=year.position + 1,
                done="both read",
            )
        seen.setdefault(key, year)


def _report_unused(sheet: Sheet, headings: Headings, findings: FindingList, row: int) -> None:
    positions = [year.position for year in headings.years]
    plain = []
    for position in headings.unused:
        text = headings.texts[position]
        if key_of(text).startswith("unnamed") or key_of(text) == "":
            findings.add(
                "unnamed column",
                f"'{text}'",
                "a heading",
                "mended",
                row=row,
                column=position + 1,
                done="left out",
            )
        elif (
            positions
            and (min(positions) < position < max(positions) or _LIKE_YEAR.match(text.strip()))
            and _numeric(sheet, headings.last, position)
        ):
            findings.add(
                "year label",
                f"'{text}', numbers in a column like a year's",
                "a year such as 2024/25",
                row=row,
                column=position + 1,
                done="not counted",
            )
        else:
            plain.append(text)
    if plain and not headings.own:
        shown = ", ".join(f"'{text}'" for text in plain[:6]) + (" …" if len(plain) > 6 else "")
        found = f"{len(plain)} column{'s' if len(plain) > 1 else ''} not used: {shown}"
        findings.add("column not used", found, "columns of a trajectory", "mended", row=row, done="left out")
    blank = _without_heading(sheet, headings)
    for position in blank:
        index = _is_index(sheet.rows[headings.last + 1 : headings.last + 400], position)
        findings.add(
            "unnamed column" if index else "missing heading",
            "a column that counts the rows" if index else "numbers in a column without a heading",
            "a heading",
            "mended" if index else "error",
            row=row,
            column=position + 1,
            done="left out" if index else "not counted",
        )


def _without_heading(sheet: Sheet, headings: Headings) -> list[int]:
    """Columns without a heading that hold numbers in several rows."""
    if not headings.years or headings.own:
        return []
    counts: dict[int, int] = {}
    body = sheet.rows[headings.last + 1 : headings.last + 400]
    for row in body:
        for position in range(len(row)):
            if position not in headings.texts and row[position] != "" and is_number(row[position]):
                counts[position] = counts.get(position, 0) + 1
    return [position for position, count in sorted(counts.items()) if count >= max(1, len(body) // 3)]


def _is_index(body: list[list[object]], position: int) -> bool:
    """Whether a column counts the rows, as tools write before the first column."""
    cells = [str(row[position]).strip() for row in body if position < len(row) and row[position] != ""]
    numbers = [int(cell) for cell in cells if cell.isdecimal() and len(cell) < _LONGEST_INDEX]
    if position > 0 or len(numbers) != len(cells) or not numbers or numbers[0] not in (0, 1):
        return False
    return all(later == number + 1 for number, later in pairwise(numbers))


def _numeric(sheet: Sheet, last: int, position: int) -> bool:
    cells = [row[position] for row in sheet.rows[last + 1 : last + 200] if position < len(row)]
    return any(is_number(cell) for cell in cells)
