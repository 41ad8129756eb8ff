"""Which rows of a sheet hold the headings of its table. They are found, not assumed.

What their columns mean is `headings.py`.
"""

from __future__ import annotations

from housing_trajectories.files.sheets import Sheet, is_number
from housing_trajectories.headings.column_names import field_of
from housing_trajectories.headings.table_headings import Headings, understood
from housing_trajectories.headings.year_labels import year_label

_ROWS_SEARCHED = 80


def heading_score(row: list[object]) -> tuple[int, int]:
    """How many fields and how many years a row names."""
    return _names_in(row), _years_in(row)


def find_headings(sheet: Sheet) -> Headings | None:
    """The headings of the sheet's table, None where no row looks like any. Reports nothing."""
    rows = sheet.rows[:_ROWS_SEARCHED]
    scores = [(_names_in(row), _years_in(row)) for row in rows]
    best, most = None, 0
    for position, (names, years) in enumerate(scores):
        if names + years > most and (names >= 2 or years >= 3 or (names >= 1 and years >= 1)):
            best, most = position, names + years
    if best is None:
        return None
    chosen = [best]
    names, years = scores[best]
    long_named = years < 2 and any(_field_name(cell) == "year" for cell in rows[best])
    if years >= 2 and {_field_name(cell) for cell in rows[best]} - {None} == {"year"}:
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
    first, last = min(chosen), max(chosen)
    return understood(sheet, first, last, [rows[position] for position in sorted(chosen)])


def _field_name(cell: object) -> str | None:
    read = field_of(cell) if isinstance(cell, str) and len(cell) <= 80 else None
    return read.field if read else None


def _names_in(row: list[object]) -> int:
    """How many different fields a row names; a sentence or a number names none."""
    return len({name for cell in row[:200] if (name := _field_name(cell)) is not None})


def _years_in(row: list[object]) -> int:
    found = set()
    for cell in row[:200]:
        if cell == "" or (isinstance(cell, str) and len(cell) > 60):
            continue
        label = year_label(cell)
        if label is not None:
            found.add((label.kind, label.first, label.last))
    return len(found)


def _relative_only(row: list[object]) -> bool:
    """Whether the years of a row are all of the kind `Year 1`, which another row may say better."""
    labels = [found for cell in row[:200] if (found := year_label(cell)) is not None]
    return bool(labels) and all(label.kind == "relative" for label in labels)


def _labels_only(row: list[object]) -> bool:
    """Whether a row holds year labels and other headings, but no data beside them."""
    cells = [cell for cell in row if cell != ""]
    plain = [cell for cell in cells if year_label(cell) is None]
    return all(isinstance(cell, str) and not is_number(cell) for cell in plain)
