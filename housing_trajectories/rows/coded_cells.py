"""Cells read by the distinct values they hold: a file of a million cells has a few hundred ways to write one.

What a value means is told by `cell_values` and `site_words`; here it is only asked once for each value.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from itertools import chain
from operator import itemgetter
from typing import TypeVar

import numpy as np
from numpy.typing import NDArray

from housing_trajectories.rows.cell_values import Amount, amount, amount_of_site

Read = TypeVar("Read")


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

    def __init__(self, rows: Sequence[Sequence[object]], positions: Sequence[int]) -> None:
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

    def read(self, reading: Callable[[object], Read]) -> list[Read]:
        """What `reading` says of each distinct cell."""
        return [reading(cell) for cell in self.cells]


_DIGITS = frozenset("0123456789")
_DECIMALS = frozenset("0123456789.-")
_SMALLEST_ODD = 36_526.0  # from here on a number of homes may be a date, and is looked at one by one


def plain_numbers(
    rows: Sequence[Sequence[object]], positions: Sequence[int], whole: bool = True
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


_MOST_ODD = 20_000
_ODD = Amount("unreadable", issue="invalid integer", severity="error", done="not counted, and not taken as 0")


def _read_all(cells: Sequence[object], reading: Callable[[object], Amount]) -> list[Amount]:
    """Each cell read; where thousands are no plain numbers, the file is no trajectory and the rest is
    not tried.
    """
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
    """Numbers of a block of cells, (rows, columns) each: `value`, `low`, `high`; and what was said of
    them.
    """

    def __init__(
        self,
        rows: Sequence[Sequence[object]],
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

    def _over(self, part: Callable[[Amount], float]) -> NDArray[np.float64]:
        values = np.array([part(a) for a in self.amounts], dtype=np.float64)
        return values[self.codes] if len(values) else np.full(self.codes.shape, np.nan)
