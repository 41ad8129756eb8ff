"""What a workbook hides: rows and columns out of sight, merged cells, formulas whose value was never saved.

Merged words are filled down; merged numbers cannot be told apart and are errors.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence

from housing_trajectories.files.sheets import FindingList, Sheet, column_letter
from housing_trajectories.headings.table_headings import Headings

_FILLED = (
    "place",
    "plan",
    "plan_status",
    "planning_status",
    "permission_type",
    "site_reference",
    "site_name",
    "permission_reference",
    "note",
    "use_class",
    "phasing_basis",
    "permission_date",
    "place_name",
    "deliverable",
)


def fill_merged(sheet: Sheet, headings: Headings, findings: FindingList) -> dict[int, int]:
    """Fill merged words down, report merged numbers and values beneath merges.

    Returns for each row number whose reference was merged with one above it that row's number: parts of
    one site.
    """
    top = sheet.numbers[headings.last]
    index = {number: position for position, number in enumerate(sheet.numbers)}
    words = {headings.fields[name]: name for name in _FILLED if name in headings.fields}
    parts: dict[int, int] = {}
    for (row, column), value in list(sheet.covered.items())[:2_000]:
        findings.add(
            "merged cells that hide values",
            f"'{value}' beneath a merged cell",
            "a cell a value",
            row=row,
            column=column,
            done="not counted",
        )
    used = {year.position for year in headings.years} | set(headings.fields.values())
    for first_row, first_column, last_row, last_column in sheet.merged:
        if last_row <= top or first_row not in index or first_row <= top:
            continue
        value = _at(sheet, index[first_row], first_column - 1)
        if value == "":
            continue
        across = range(first_column - 1, last_column)
        if any(position in used and position not in words for position in across) and (
            first_row != last_row or sum(position in used for position in across) > 1
        ):
            if _is_words(value):
                continue
            where = f"{column_letter(first_column)}{first_row}:{column_letter(last_column)}{last_row}"
            findings.add(
                "merged cells that hide values",
                f"'{value}' merged over {where}",
                "a cell a value",
                row=first_row,
                column=first_column,
                done="counted once, in the first cell",
            )
            continue
        if first_row == last_row or first_column - 1 not in words:
            continue
        name = words[first_column - 1]
        for number in range(first_row + 1, min(last_row, first_row + 2_000) + 1):
            if number in index:
                _put(sheet, index[number], first_column - 1, value)
                if name == "site_reference" or (
                    name == "site_name" and "site_reference" not in headings.fields
                ):
                    parts[number] = first_row
        findings.add(
            "merged cells",
            f"'{value}' merged over {last_row - first_row + 1} rows",
            "a cell a value",
            "mended",
            row=first_row,
            column=first_column,
            done="filled down",
        )
    return parts


def report_hidden(sheet: Sheet, headings: Headings, numbers: Sequence[int], findings: FindingList) -> None:
    """Say which rows and columns that are read are hidden."""
    hidden = [number for number in numbers if number in sheet.hidden_rows]
    for number in hidden[:200]:
        findings.add(
            "hidden row", "a hidden row", "rows in sight", "warning", row=number, done="read and counted"
        )
    findings.count("hidden row", max(0, len(hidden) - 200), "warning")
    used = {year.position + 1 for year in headings.years} | {p + 1 for p in headings.fields.values()}
    for column in sorted(used & sheet.hidden_columns):
        findings.add(
            "hidden column",
            f"'{headings.texts.get(column - 1, '')}' in a hidden column",
            "columns in sight",
            "warning",
            row=sheet.numbers[headings.last],
            column=column,
            done="read and counted",
        )


def report_without_value(
    sheet: Sheet, headings: Headings, numbers: Collection[int], findings: FindingList
) -> None:
    """Say which formulas of rows that are read came without a value."""
    used = {year.position + 1 for year in headings.years} | {p + 1 for p in headings.fields.values()}
    kept = set(numbers)
    for row, column in sorted(sheet.without_value):
        if row in kept and column in used:
            findings.add(
                "formula without a value",
                "a formula whose value was never saved",
                "a value",
                row=row,
                column=column,
                heading=headings.texts.get(column - 1),
                done="not counted: open the file in a spreadsheet and save it",
            )


def _at(sheet: Sheet, position: int, column: int) -> object:
    row = sheet.rows[position]
    return row[column] if column < len(row) else ""


def _put(sheet: Sheet, position: int, column: int, value: object) -> None:
    row = sheet.rows[position]
    if len(row) <= column:
        row.extend([""] * (column + 1 - len(row)))
    if row[column] == "":
        row[column] = value


def _is_words(value: object) -> bool:
    return isinstance(value, str) and not any(character.isdigit() for character in value)
