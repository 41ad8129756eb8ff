"""Reading a declared input table from a CSV file, cell by cell, as hostile text until it is checked.

Whatever is wrong is said as a finding with file, row, column, what was found and what is expected, and the
whole file is refused: nothing is filled in, nothing is left out.
"""

from __future__ import annotations

import csv
import io
import math
from collections.abc import Collection, Sequence
from functools import lru_cache
from itertools import product
from pathlib import Path
from typing import Any

import pandas as pd

from assets.tables.declarations.declaration import YEAR, Column, Table
from housing_trajectories.findings import BadInput, Finding

MAXIMUM_BYTES = 64 * 1024 * 1024
FIRST_ROW = 2
"""The header is the first."""

_ROWS = "rows of the file"

LARGEST_NUMBER = 1e15
"""No published figure is larger; whole numbers up to here are exact in every format we write."""


def read_table(
    table: Table, path: Path, places: Collection[str] | None, councils: Collection[str] = ()
) -> pd.DataFrame:
    """The table in `path` as declared: columns in declared order, rows in the order of the file.

    `places` are the known GSS codes that a column named `place` may hold; None leaves codes unchecked.
    `councils` are those of them that a table complete over places must have.
    Raises BadInput with every finding of the file.
    """
    some = frozenset(places) if places is not None else None
    # A run reads most files twice, to check them and to use them; a copy shares the figures until one is set.
    return _read(table, path.name, _content(path), some, frozenset(councils)).copy(deep=False)


@lru_cache(maxsize=128)
def _read(
    table: Table, name: str, content: bytes, places: frozenset[str] | None, councils: frozenset[str]
) -> pd.DataFrame:
    path = Path(name)
    header, rows = _rows(path, content)
    findings = _header_findings(table, path, header)
    if findings:
        raise BadInput(findings)
    position = {name: header.index(name) for name in table.column_names if name in header}
    values: dict[str, list[object]] = {name: [] for name in table.column_names}
    for number, row in rows:
        if len(row) != len(header):
            findings.append(
                Finding(path.name, number, None, f"{len(row)} cells", f"{len(header)} cells, one per column")
            )
            continue
        for column in table.columns:
            at = position.get(column.name)
            text = "" if at is None else row[at].strip()
            value, problem = _value(column, text, places)
            if problem:
                findings.append(Finding(path.name, number, column.name, _shown(text), problem))
            values[column.name].append(value)
    if not rows and not table.may_be_empty:
        findings.append(Finding(path.name, 2, None, "no rows", f"rows of {table.description.lower()}"))
    if not findings:
        findings.extend(_key_findings(table, path, [number for number, _ in rows], values))
        findings.extend(_holes(table, path, values, councils))
    if findings:
        raise BadInput(findings)
    frame = pd.DataFrame({c.name: _series(c, values[c.name]) for c in table.columns})
    numbers = [number for number, _ in rows]
    if numbers != list(range(FIRST_ROW, FIRST_ROW + len(numbers))):
        frame.attrs[_ROWS] = numbers
    return frame


def row_numbers(frame: pd.DataFrame) -> list[int]:
    """Of each row of a table just read, its number as a spreadsheet shows it."""
    return list(frame.attrs.get(_ROWS) or range(FIRST_ROW, FIRST_ROW + len(frame)))


def numbered(frame: pd.DataFrame) -> list[tuple[int, dict[str, Any]]]:
    """Rows of a table just read with their numbers as a spreadsheet shows them, blank rows counted."""
    records = ({str(name): value for name, value in row.items()} for row in frame.to_dict("records"))
    return list(zip(row_numbers(frame), records, strict=True))


def _content(path: Path) -> bytes:
    try:
        size = path.stat().st_size
        if size > MAXIMUM_BYTES:
            raise BadInput(
                [Finding(path.name, None, None, f"{size:,} bytes", f"a file under {MAXIMUM_BYTES:,} bytes")]
            )
        return path.read_bytes()
    except FileNotFoundError:
        raise BadInput(
            [Finding(path.name, None, None, "no such file", f"a CSV file at {path.parent.name}/{path.name}")]
        ) from None


def _rows(path: Path, content: bytes) -> tuple[list[str], list[tuple[int, list[str]]]]:
    """The header and the non-blank rows with their numbers as a spreadsheet shows them."""
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        row = error.object[: error.start].count(b"\n") + 1
        found = f"byte 0x{error.object[error.start]:02x} that is not UTF-8"
        raise BadInput([Finding(path.name, row, None, found, "a file saved as CSV UTF-8")]) from None
    if "\x00" in text:
        row = text[: text.index("\x00")].count("\n") + 1
        raise BadInput([Finding(path.name, row, None, "a NUL character", "text")])
    try:
        records = [
            (number, row) for number, row in enumerate(csv.reader(io.StringIO(text, newline="")), start=1)
        ]
    except csv.Error as error:
        raise BadInput([Finding(path.name, None, None, str(error), "a well-formed CSV file")]) from None
    if not records:
        raise BadInput([Finding(path.name, 1, None, "an empty file", "a row of column names")])
    header = [name.strip() for name in records[0][1]]
    return header, [(number, row) for number, row in records[1:] if any(cell.strip() for cell in row)]


def _header_findings(table: Table, path: Path, header: list[str]) -> list[Finding]:
    findings = []
    for name in table.column_names:
        if name not in header and name not in table.optional:
            findings.append(
                Finding(path.name, 1, name, "no such column", f"the columns {', '.join(table.column_names)}")
            )
    for name in header:
        if header.count(name) > 1:
            findings.append(Finding(path.name, 1, name, "the column twice", "each column once"))
            break
        if name not in table.column_names:
            findings.append(
                Finding(path.name, 1, name, "an unknown column", f"only {', '.join(table.column_names)}")
            )
    return findings


def _value(column: Column, text: str, places: Collection[str] | None) -> tuple[object, str | None]:
    """The cell's value, and what was expected instead where it is not acceptable."""
    if text == "":
        return None, None if column.nullable else f"a value ({_expected(column)})"
    if column.kind == "text":
        if column.allowed is not None and text not in column.allowed:
            return text, _expected(column)
        if column.name == "place" and places is not None and text not in places:
            return text, "a GSS code of places.csv: " + ", ".join(sorted(places))
        return text, None
    try:
        number = int(text) if column.kind == "integer" else float(text)
    except ValueError:
        return None, _expected(column)
    if not math.isfinite(number) or abs(number) > LARGEST_NUMBER:
        return None, _expected(column)
    if (column.minimum is not None and number < column.minimum) or (
        column.maximum is not None and number > column.maximum
    ):
        return number, _expected(column)
    return number, None


def _expected(column: Column) -> str:
    if column.allowed is not None:
        return "one of " + ", ".join(column.allowed)
    if column.unit == YEAR:
        return f"a year from {column.minimum:.0f} to {column.maximum:.0f}, in four figures"
    words = {"text": "text", "integer": "a whole number", "number": "a number"}[column.kind]
    if column.minimum is not None:
        words += f" of at least {column.minimum:,g}"
    if column.maximum is not None:
        words += f"{' and' if column.minimum is not None else ''} at most {column.maximum:,g}"
    return words


def _key_findings(
    table: Table, path: Path, numbers: list[int], values: dict[str, list[object]]
) -> list[Finding]:
    seen: dict[tuple[object, ...], int] = {}
    findings = []
    for index, number in enumerate(numbers):
        key = tuple(values[name][index] for name in table.keys)
        if key in seen:
            shown = ", ".join(f"{name} {value}" for name, value in zip(table.keys, key, strict=True))
            findings.append(
                Finding(
                    path.name,
                    number,
                    table.keys[-1],
                    f"{shown} a second time (first in row {seen[key]})",
                    "each " + " × ".join(table.keys) + " once",
                )
            )
        seen.setdefault(key, number)
    return findings


def _holes(
    table: Table, path: Path, values: dict[str, list[object]], councils: Collection[str]
) -> list[Finding]:
    """Combinations of the table's `complete` keys that have no row."""
    if not table.complete:
        return []
    columns = {column.name: column for column in table.columns}
    others = [name for name in table.keys if name not in table.complete]
    wanted: list[Sequence[object]] = []
    for name in table.complete:
        allowed = columns[name].allowed
        if name == "place" and councils:
            wanted.append(sorted(councils))
        else:
            wanted.append(allowed if allowed is not None else sorted(set(values[name]), key=str))
    order = [*others, *table.complete]
    present = set(zip(*(values[name] for name in order), strict=True))
    groups = sorted({key[: len(others)] for key in present}, key=str)
    # What is missing altogether is said once, and not of each combination with it.
    lost = [
        (name, value)
        for name, some in zip(table.complete, wanted, strict=True)
        for value in some
        if value not in set(values[name])
    ]
    gone = {value for _, value in lost}
    missing = [
        key
        for group in groups
        for rest in product(*wanted)
        if (key := (*group, *rest)) not in present and not gone.intersection(rest)
    ]
    return [
        Finding(path.name, None, name, f"no row for {name} {value}", f"rows of each {name}")
        for name, value in lost
    ] + [
        Finding(
            path.name,
            None,
            table.complete[-1],
            "no row for " + ", ".join(f"{name} {value}" for name, value in zip(order, key, strict=True)),
            "a row for each " + " × ".join(table.complete),
        )
        for key in missing
    ]


def without_rows(table: Table) -> pd.DataFrame:
    """A table as it is declared, of nothing."""
    return pd.DataFrame({column.name: _series(column, []) for column in table.columns})


def _series(column: Column, values: list[object]) -> pd.Series:
    if column.kind == "text":
        return pd.Series(values, dtype="str")
    if column.kind == "integer" and not column.nullable:
        return pd.Series(values, dtype="int64")
    return pd.Series(values, dtype="float64")


def _shown(text: str) -> str:
    shown = text if len(text) <= 60 else text[:57] + "..."
    return f"'{shown}'" if shown else "an empty cell"
