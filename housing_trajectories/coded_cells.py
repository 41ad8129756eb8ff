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

from housing_trajectories.cell_values import Amount, amount

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


class AmountBlock:
    """Numbers of a block of cells, (rows, columns) each: `value`, `low`, `high`; and what was said of them."""

    def __init__(
        self,
        rows: Sequence[Sequence[object]],
        positions: Sequence[int],
        reading: Callable[[object], Amount] = amount,
    ) -> None:
        coded = CodedCells(rows, positions)
        self.codes, self.cells = coded.codes, coded.cells
        self.amounts = coded.read(reading)
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
