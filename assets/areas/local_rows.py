"""An area's own rows beside England's: as text, held against each other, and the rung each unit stands on."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import pandas as pd

from assets.areas.national_rows import NationalRows
from assets.tables.declarations.declaration import Column, Table
from housing_trajectories.findings import Finding, inert

LARGEST_FACTOR = 2.0
"""An area's figure may be so many times England's of the same key, or a part as small."""
_SMALLEST = 100.0
"""Smaller figures differ by more than that without being wrong."""

Row = dict[str, str]


def text_rows(table: Table, rows: pd.DataFrame) -> list[Row]:
    """Rows of a table as they stand in its file."""
    columns = {column.name: [_text(column, value) for value in rows[column.name]] for column in table.columns}
    return [dict(zip(columns, cells, strict=True)) for cells in zip(*columns.values(), strict=True)]


def _text(column: Column, value: object) -> str:
    if value is None or value != value:
        return ""
    if column.kind == "text":
        return str(value)
    number = float(str(value))
    return str(int(number)) if number == int(number) else repr(round(number, 10))


def contradictions(
    table: Table, own: Sequence[tuple[int, Mapping[str, str]]], national: Sequence[Mapping[str, str]]
) -> list[Finding]:
    """Figures of the area that are more than LARGEST_FACTOR times England's of the same key, or so much less.

    own: rows with their numbers in the file. Only figures of a date can be held against each other: a list
    of another year may have grown for good reasons.
    """
    if not {"year", "month", "census_year"} & set(table.keys):
        return []
    figures = [c.name for c in table.columns if c.kind != "text" and c.name not in table.keys]
    known = {tuple(row[key] for key in table.keys): row for row in national}
    findings = []
    for number, row in own:
        other = known.get(tuple(row[key] for key in table.keys))
        for name in figures if other else ():
            ours, theirs = _number(row[name]), _number(other[name] if other else "")
            if ours is None or theirs is None or max(ours, theirs) < _SMALLEST:
                continue
            if max(ours, theirs) > LARGEST_FACTOR * max(min(ours, theirs), 1.0):
                expected = (
                    f"at most {LARGEST_FACTOR:g} times the national table's {theirs:,.0f}, or half of it: "
                    "look at the unit and the place, or renew the national table"
                )
                findings.append(Finding(f"{table.name}.csv", number, name, inert(row[name], 40), expected))
    return findings


def _number(text: str) -> float | None:
    try:
        return abs(float(text))
    except ValueError:
        return None


def levels_of(
    national: NationalRows, own: Sequence[Mapping[str, str]], rest: Sequence[Mapping[str, str]]
) -> list[Row]:
    """A row of `area_inputs` for each unit of a table: what its rows are of.

    own: the area\'s rows; rest: England\'s that none of them replaces.
    """
    unit = national.of
    local = dict.fromkeys(row[unit] for row in own) if unit else {"all": None} if own else {}
    left = dict.fromkeys(row[unit] for row in rest) if unit else {"all": None} if rest else {}
    # Rows that hold for every area, such as England's own rates, are of no unit here.
    of_area = set(national.rows[unit]) | set(local) if unit else {"all"}
    made = []
    for code in dict.fromkeys([*local, *left]):
        if code not in of_area:
            continue
        level = (national.levels or {}).get(code, national.level)
        made.append(
            {
                "unit": code,
                "input": national.table,
                "level": "local" if code not in left else "partly_local" if code in local else level,
                "source_id": national.source_id if code in left else "",
                "vintage": national.vintage if code in left else "",
            }
        )
    return made
