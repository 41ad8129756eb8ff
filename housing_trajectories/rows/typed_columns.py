"""The columns of a table beside its years, typed: words, categories, dates and numbers, each cell read once.

A file of a million cells has a few hundred ways to write one, so what a cell says is worked out for each
distinct one: by `cell_values` and `words`. The homes of the years are read in `site_tables`.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Sequence
from datetime import date, datetime
from functools import partial
from itertools import chain
from operator import itemgetter
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from housing_trajectories.files.sheets import Row
from housing_trajectories.findings import Severity
from housing_trajectories.headings.columns import Headings
from housing_trajectories.remarks import Remark, Words, each, remark
from housing_trajectories.rows import words
from housing_trajectories.rows.cell_values import LARGE, Amount, amount, amount_of_site, measure, read_date
from housing_trajectories.rows.site_rows import HOME_NUMBERS
from housing_trajectories.rows.words import WordRead
from housing_trajectories.schema import PERMISSION_TYPES, PHASING_BASES, PLAN_STATUSES, PLANNING_STATUSES

Texts = NDArray[np.object_]

_TAG = re.compile(r"<(?=\s*[a-zA-Z/!?])[^<>]*>?")
_NULLS = {"-", "--", "---", "<null>", "null", "n/a", "na", "#n/a", "?", "nan", "none", "tbc", "<na>", "."}
_CATEGORIES: dict[str, tuple[Callable[[str], WordRead], tuple[str, ...], Severity, str]] = {
    "planning_status": (words.planning_status, PLANNING_STATUSES, "warning", "taken as not permissioned"),
    "permission_type": (words.permission_type, PERMISSION_TYPES, "warning", "left empty"),
    "use_class": (words.use_class, ("C3", "C2", "student"), "error", "taken as C3"),
    "plan_status": (words.plan_status, PLAN_STATUSES, "error", "taken as adopted"),
    "phasing_basis": (words.phasing_basis, PHASING_BASES, "warning", "taken as published"),
}
"""How each category is read, its words, and how grave it is and what is done where a word is none of them."""
_WORDS = ("place", "plan", "site_reference", "site_name", "deliverable", "note")
_DATES = ("permission_date", "end_date")
_POINT = re.compile(
    r"^(?:SRID=\d+;)?POINT\s*Z?\s*\(\s*(-?\d+(?:\.\d+)?)[\s,]+(-?\d+(?:\.\d+)?)(?:\s+-?\d+(?:\.\d+)?)?\s*\)$",
    re.I,
)
_MEASURES = ("geo_x", "geo_y", "hectares")
_DIGITS = frozenset("0123456789")
_DECIMALS = frozenset("0123456789.-")
_SMALLEST_ODD = 36_526.0  # from here on a number of homes may be a date, and is looked at one by one
_MOST_ODD = 20_000
_ODD = Amount("unreadable", issue="invalid integer", severity="error", done="not counted, and not taken as 0")
_MOST_TOLD = 500


def text_columns(
    rows: Sequence[Row], numbers: Sequence[int], headings: Headings
) -> tuple[dict[str, Texts], list[Remark]]:
    """The columns of words, categories and dates that the table has, by field; missing words are empty."""
    columns = _TextColumns(rows, numbers, headings)
    names = (*_WORDS, *_CATEGORIES, *_DATES, "permission_reference")
    if headings.is_long and "site_reference" in headings.fields:
        names = names[:-1]
    texts, remarks = {}, []
    for name in (name for name in names if name in headings.fields):
        reading = (
            columns.category if name in _CATEGORIES else columns.dates if name in _DATES else columns.plain
        )
        texts[name], found = reading(name)
        remarks += found
    return texts, remarks


class _TextColumns:
    """The columns of words of a table's rows."""

    def __init__(self, rows: Sequence[Row], numbers: Sequence[int], headings: Headings) -> None:
        self._rows, self._numbers, self._headings = rows, numbers, headings

    def plain(self, name: str) -> tuple[Texts, list[Remark]]:
        """A reference, name or note: stripped, without null markers, inert."""
        cells = self._cells(name)
        remarks = []
        if name in ("site_reference", "permission_reference"):
            of_dates = [at for at, cell in enumerate(cells) if isinstance(cell, datetime | date)]
            tell = self._telling("date_as_reference", name)
            remarks = each(of_dates, lambda at: tell(at, cell=_text(cells[at])))
        texts = [cell.strip() if type(cell) is str else _text(cell) for cell in cells]
        values = np.array(texts, dtype=object)
        if len(values) == 0:
            return values, remarks
        codes, unique = pd.factorize(values)
        mapped = []
        for code, text in enumerate(unique):
            safe = "" if text.lower() in _NULLS else text
            if _may_be_live(safe):
                safe, issue, done = made_inert(safe)
                if issue:
                    tell = partial(self._telling("live_text", name), cell=text, issue=issue, done=done)
                    remarks += each(np.flatnonzero(codes == code), tell)
            mapped.append("" if safe.lower() in _NULLS else safe)
        return np.array(mapped, dtype=object)[codes], remarks

    def category(self, name: str) -> tuple[Texts, list[Remark]]:
        """A column of categories in the project's words, empty where the cell is."""
        reading, allowed, severity, otherwise = _CATEGORIES[name]
        values, remarks = self.plain(name)
        if len(values) == 0:
            return values, remarks
        codes, unique = pd.factorize(values)
        mapped = []
        for code, text in enumerate(unique):
            read = reading(str(text)) if text else WordRead("")
            mapped.append(read.value)
            if read.how and not (self._headings.own and read.how == "another wording"):
                done = f"read as {read.value}" if read.value else "left empty"
                done += f": {read.how}" if read.severity == "warning" else ""
                said = ("category", read.severity, done)
            elif text and not read.value:
                said = ("invalid category", severity, otherwise)
            else:
                continue
            of_kind = dict(zip(("issue", "severity", "done"), said, strict=True))
            tell = partial(self._telling("category", name), cell=text, allowed=", ".join(allowed), **of_kind)
            remarks += each(np.flatnonzero(codes == code), tell)
        return np.array(mapped, dtype=object)[codes], remarks

    def dates(self, name: str) -> tuple[Texts, list[Remark]]:
        """A column of dates as ISO text, empty where the cell is none; each way to write one is told once."""
        known: dict[object, str] = {}
        values, remarks = [], []
        tell = self._telling("date", name)
        for at, cell in enumerate(self._cells(name)):
            if cell not in known:
                read = read_date("" if str(cell).strip().lower() in _NULLS else cell)
                known[cell] = read.value.isoformat() if read.value else ""
                if read.issue and not self._headings.own:
                    grave = read.value is None or read.issue == "far-future-date"
                    severity = "warning" if grave else "mended"
                    said = {"issue": read.issue, "severity": severity, "done": read.done}
                    remarks.append(tell(at, cell=_text(cell), **said))
            values.append(known[cell])
        return np.array(values, dtype=object), remarks

    def _cells(self, name: str) -> list[object]:
        return list(map(itemgetter(self._headings.fields[name]), self._rows))

    def _telling(self, code: str, name: str) -> Callable[..., Remark]:
        """A remark on the column's cell in the row at a position."""
        column, heading = self._headings.fields[name] + 1, self._headings.heading(name)

        def tell(at: int, **words: Any) -> Remark:
            return remark(code, row=self._numbers[at], column=column, heading=heading, **words)

        return tell


def _may_be_live(text: str) -> bool:
    return text[:1] in "'=+-@" or "<" in text or len(text) > 200 or not text.isprintable()


def made_inert(text: str) -> tuple[str, str, str]:
    """The text so that no reader of ours runs it: as it is shown, the issue, and what was done."""
    safe = " ".join("".join(c if c.isprintable() else " " for c in text).split())
    issue, done = ("control character", "left out") if safe != " ".join(text.split(" ")).strip() else ("", "")
    if _TAG.search(safe):
        safe = safe.replace("<", "‹").replace(">", "›")
        issue, done = "markup in a text", "kept as text, its brackets replaced"
    if len(safe) > 200:
        safe = safe[:199] + "…"
        issue, done = issue or "long text", done or "cut to 200 characters"
    bare = safe.lstrip("'")
    if bare and bare[0] in "-+" and bare[1:2] in (" ", ""):
        safe = bare[1:].strip()
    elif bare and bare[0] in "=+@-" and bare == safe:
        safe = "'" + safe
        issue, done = "formula in a text", "kept as text with an apostrophe before it, never run"
    return safe, issue, done


def _text(cell: object) -> str:
    if isinstance(cell, float) and cell.is_integer():
        return str(int(cell))
    if isinstance(cell, datetime):
        return cell.date().isoformat() if cell.hour == cell.minute == 0 else cell.isoformat()
    return str(cell).strip()


def number_columns(
    rows: Sequence[Row], numbers: Sequence[int], headings: Headings
) -> tuple[dict[str, NDArray[np.float64]], list[Remark]]:
    """The columns of numbers beside the years, by field; ranges of a capacity give its ends."""
    result: dict[str, NDArray[np.float64]] = {}
    remarks: list[Remark] = []
    for name in (*HOME_NUMBERS, *_MEASURES):
        position = headings.fields.get(name)
        if position is None:
            continue
        plain_column = plain_numbers(rows, [position], whole=name in HOME_NUMBERS)
        if plain_column is not None:
            result[name] = plain_column[:, 0]
            continue
        block = AmountBlock(rows, [position], amount_of_site if name in HOME_NUMBERS else measure)
        dates = not headings.own and _are_dates(block)
        result[name] = np.where(dates & block.where(lambda a: a.issue == LARGE), np.nan, block.value)[:, 0]
        if name == "capacity_dwellings" and block.has_ends:
            for end, values in (("capacity_low", block.low), ("capacity_high", block.high)):
                result[end] = values[:, 0]
        remarks += _odd_numbers(name, block, dates, numbers, headings)
    points, found = _points(rows, numbers, headings) if "geo_x" not in result else ({}, [])
    result |= points
    low, high = result.get("capacity_low"), result.get("capacity_high")
    if low is not None and high is not None:
        middle = (low + high) / 2
        stated = result.get("capacity_dwellings", np.full(len(rows), np.nan))
        result["capacity_dwellings"] = np.where(np.isnan(stated), middle, stated)
    elif low is not None and "capacity_dwellings" not in result:
        result["capacity_dwellings"] = low
    return result, [*remarks, *found]


def _odd_numbers(
    name: str, block: AmountBlock, dates: bool, numbers: Sequence[int], headings: Headings
) -> list[Remark]:
    plain = {"", "blank"}
    if headings.own or name in _MEASURES:
        plain |= {"decimal number", "part of a home", LARGE}
    remarks = []
    for row, _ in np.argwhere(block.where(lambda a: a.issue not in plain))[:_MOST_TOLD]:
        found, cell = block.at(row, 0)
        if dates and found.issue == LARGE:
            found = amount(cell)
        odd = found.state == "unreadable" and (name in _MEASURES or found.issue == "percentage")
        remarks.append(
            remark(
                "number",
                row=numbers[row],
                column=headings.fields[name] + 1,
                heading=headings.heading(name),
                cell=cell,
                name=name,
                issue=found.issue,
                severity="warning" if found.state == "unknown" or odd else found.severity,
                done=found.done or "left out",
            )
        )
    return remarks


def _are_dates(block: AmountBlock) -> bool:
    """Whether most of a column's different numbers are such as a spreadsheet counts days with: dates."""
    large = sum(a.issue == LARGE for a in block.amounts)
    return large > 1 and 2 * large > sum(a.state == "number" for a in block.amounts)


def _points(
    rows: Sequence[Row], numbers: Sequence[int], headings: Headings
) -> tuple[dict[str, NDArray[np.float64]], list[Remark]]:
    """Coordinates of a column such as `POINT (-0.41 51.88)`."""
    position = headings.fields.get("point")
    if position is None:
        return {}, []
    texts = [str(row[position]).strip() for row in rows]
    found = [_POINT.match(text) for text in texts]
    ends = [[float(match[end]) if match else np.nan for match in found] for end in (1, 2)]
    odd = [at for at, text in enumerate(texts) if text and not found[at]]
    at_column: Words = {"column": position + 1, "heading": headings.heading("point")}
    remarks = each(odd, lambda at: remark("point", row=numbers[at], cell=texts[at], **at_column))
    return {"geo_x": np.array(ends[0]), "geo_y": np.array(ends[1])}, remarks


class _Codes(dict[object, int]):
    """A number for each distinct cell, in the order they are met."""

    def __init__(self) -> None:
        super().__init__()
        self.cells: list[object] = []

    def __missing__(self, cell: object) -> int:
        code = len(self.cells)
        self[cell] = code
        self.cells.append(cell)
        return code


class CodedCells:
    """A block of cells: `codes` (rows, columns) into `cells`, the distinct ones."""

    def __init__(self, rows: Sequence[Row], positions: Sequence[int]) -> None:
        """The cells of `rows` at `positions`; every row must reach the last of them."""
        known = _Codes()
        if len(positions) == 1:
            flat: Iterable[object] = map(itemgetter(positions[0]), rows)
        else:
            flat = chain.from_iterable(map(itemgetter(*positions), rows)) if positions else ()
        count = len(rows) * len(positions)
        codes = np.fromiter(map(known.__getitem__, flat), dtype=np.int32, count=count)
        self.codes: NDArray[np.int32] = codes.reshape(len(rows), len(positions))
        self.cells = known.cells


def plain_numbers(
    rows: Sequence[Row], positions: Sequence[int], whole: bool = True
) -> NDArray[np.float64] | None:
    """A block of texts that are all plain numbers, (rows, columns); None where one cell is anything else."""
    if not rows or not positions:
        return None
    if len(positions) == 1:
        flat = list(map(itemgetter(positions[0]), rows))
    else:
        flat = list(chain.from_iterable(map(itemgetter(*positions), rows)))
    if not isinstance(flat[0], str):
        return None
    try:
        if not set("".join(flat)) <= (_DIGITS if whole else _DECIMALS):
            return None
        values = np.fromiter(map(float, flat), dtype=np.float64, count=len(flat))
    except (TypeError, ValueError):
        return None
    if whole and values.max() >= _SMALLEST_ODD:
        return None
    return values.reshape(len(rows), len(positions))


def _read_all(cells: Sequence[object], reading: Callable[[object], Amount]) -> list[Amount]:
    """Each cell read; where thousands are no plain numbers, the file is no trajectory, the rest not tried."""
    result, odd = [], 0
    for cell in cells:
        if odd > _MOST_ODD and not str(cell).isdecimal():
            result.append(_ODD)
            continue
        found = reading(cell)
        odd += found.issue != ""
        result.append(found)
    return result


class AmountBlock:
    """Numbers of a block of cells, (rows, columns) each: `value`, `low`, `high`; and what they say."""

    def __init__(
        self,
        rows: Sequence[Row],
        positions: Sequence[int],
        reading: Callable[[object], Amount] = amount,
    ) -> None:
        plain = plain_numbers(rows, positions) if reading in (amount, amount_of_site) else None
        if plain is not None:
            self.value, self.has_ends = plain, False
            self.codes, self.cells = np.zeros(plain.shape, dtype=np.int32), list[object]([""])
            self.amounts = [Amount("number", 0.0)]
            self.low = self.high = np.full(plain.shape, np.nan)
            return
        coded = CodedCells(rows, positions)
        self.codes, self.cells = coded.codes, coded.cells
        self.amounts = _read_all(coded.cells, reading)
        self.value = self._over(lambda a: a.value)
        self.has_ends = any(a.low == a.low or a.high == a.high for a in self.amounts)
        self.low = self._over(lambda a: a.low) if self.has_ends else np.full(self.codes.shape, np.nan)
        self.high = self._over(lambda a: a.high) if self.has_ends else self.low

    def where(self, wanted: Callable[[Amount], bool]) -> NDArray[np.bool_]:
        """(rows, columns): the cells of which `wanted` holds."""
        flags = np.array([wanted(a) for a in self.amounts], dtype=bool)
        return flags[self.codes] if len(flags) else np.zeros(self.codes.shape, dtype=bool)

    def at(self, row: int, column: int) -> tuple[Amount, object]:
        """What was read at a row and column, and the cell."""
        code = self.codes[row, column]
        return self.amounts[code], self.cells[code]

    def remark(self, row: int, column: int, number: int, position: int, heading: str) -> Remark:
        """That the cell of a year's homes at a row and column is no plain number."""
        found, cell = self.at(row, column)
        said: Words = {"issue": found.issue, "severity": found.severity, "done": found.done}
        return remark("homes", row=number, column=position + 1, heading=heading, cell=cell, **said)

    def _over(self, part: Callable[[Amount], float]) -> NDArray[np.float64]:
        values = np.array([part(a) for a in self.amounts], dtype=np.float64)
        return values[self.codes] if len(values) else np.full(self.codes.shape, np.nan)
