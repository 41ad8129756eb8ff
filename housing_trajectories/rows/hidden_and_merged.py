"""What a workbook hides: rows and columns out of sight, merged cells, formulas whose value was never saved.

Merged words are filled down; merged numbers cannot be told apart and are errors.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from housing_trajectories.files.sheets import cell_at
from housing_trajectories.headings.locate import LocatedTable
from housing_trajectories.remarks import Remark, Words, column_letter, each, remark

_FILLED = (
    *("place", "plan", "plan_status", "planning_status", "permission_type", "site_reference", "site_name"),
    *("permission_reference", "note", "use_class", "phasing_basis", "permission_date", "place_name"),
    "deliverable",
)
_LONGEST_MERGE = 2_000


def filled_down(table: LocatedTable) -> tuple[LocatedTable, dict[int, int], list[Remark]]:
    """The table with merged words filled down; merged numbers and values beneath merges are errors.

    With it for each row number whose reference was merged with one above it that row's number: parts of one
    site.
    """
    sheet, headings = table.sheet, table.headings
    covered = list(sheet.covered)
    remarks = each(
        range(len(covered)),
        lambda at: remark(
            "covered", row=covered[at][0], column=covered[at][1], value=sheet.covered[covered[at]]
        ),
    )
    top = sheet.numbers[headings.last]
    index = {number: position for position, number in enumerate(sheet.numbers)}
    words = {headings.fields[name]: name for name in _FILLED if name in headings.fields}
    names_sites = "site_reference" if "site_reference" in headings.fields else "site_name"
    rows = list(sheet.rows)
    parts: dict[int, int] = {}
    for first_row, first_column, last_row, last_column in sheet.merged:
        column = first_column - 1
        if first_row not in index or first_row <= top:
            continue
        value = cell_at(rows[index[first_row]], column)
        if value == "":
            continue
        here: Words = {"row": first_row, "column": first_column}
        used = headings.used & set(range(column, last_column))
        if used - words.keys() and (first_row != last_row or len(used) > 1):
            if not _is_words(value):
                where = f"{column_letter(first_column)}{first_row}:{column_letter(last_column)}{last_row}"
                remarks.append(remark("merged_numbers", **here, value=value, where=where))
        elif first_row != last_row and column in words:
            for number in range(first_row + 1, min(last_row, first_row + _LONGEST_MERGE) + 1):
                if number in index:
                    rows[index[number]] = _put(rows[index[number]], column, value)
                    if words[column] == names_sites:
                        parts[number] = first_row
            count = last_row - first_row + 1
            remarks.append(remark("merged_words", **here, value=value, rows=count))
    return replace(table, sheet=replace(sheet, rows=rows)), parts, remarks


def out_of_sight(table: LocatedTable, numbers: Sequence[int]) -> list[Remark]:
    """Which of the rows and columns that are read are hidden, and which formulas came without a value."""
    sheet, headings = table.sheet, table.headings
    columns = {position + 1 for position in headings.used}
    hidden = [number for number in numbers if number in sheet.hidden_rows]
    remarks = each(range(len(hidden)), lambda at: remark("hidden_row", row=hidden[at]))
    for column in sorted(columns & sheet.hidden_columns):
        text = headings.texts.get(column - 1, "")
        remarks.append(
            remark("hidden_column", row=sheet.numbers[headings.last], column=column, heading_text=text)
        )
    kept = set(numbers)
    empty = sorted((row, column) for row, column in sheet.without_value if row in kept and column in columns)
    return [
        *remarks,
        *each(
            range(len(empty)),
            lambda at: remark(
                "formula_without_value",
                row=empty[at][0],
                column=empty[at][1],
                heading=headings.texts.get(empty[at][1] - 1),
            ),
        ),
    ]


def _put(row: Sequence[object], column: int, value: object) -> Sequence[object]:
    if cell_at(row, column) != "":
        return row
    return [*row[:column], *[""] * (column - len(row)), value, *row[column + 1 :]]


def _is_words(value: object) -> bool:
    return isinstance(value, str) and not any(character.isdigit() for character in value)
