"""Rows of a released table gathered from labelled arrays: text as numbers until the whole table stands.

For stages that add hundreds of small blocks to a table: gluing and sorting frames of text costs more than
what is in them. Nothing is worked out here.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from assets.inputs.csv_reading import without_rows
from assets.tables.declarations import TABLES
from models.arrays import FloatArray
from models.uncertainty.ensemble import Summary

Labels = Sequence[Any] | NDArray[Any]


class Cells:
    """A released table under way."""

    def __init__(self, name: str) -> None:
        self._declared = TABLES[name]
        self._kinds = {column.name: column.kind for column in self._declared.columns}
        self._words: dict[str, dict[str, int]] = {}
        self._parts: list[tuple[int, dict[str, NDArray[np.generic]]]] = []

    def add(
        self,
        values: Summary | Mapping[str, FloatArray],
        index: Mapping[str, Labels],
        **columns: Any,
    ) -> None:
        """A row a cell of `values`, whose axes are `index` in its order.

        columns: what else is in every row: one value, or an array that broadcasts over the axes. Raises
        ValueError for a value that is not finite.
        """
        shape = tuple(len(labels) for labels in index.values())
        rows = int(np.prod(shape))
        part: dict[str, NDArray[np.generic]] = {}
        for axis, (name, labels) in enumerate(index.items()):
            along = [1] * len(shape)
            along[axis] = -1
            part[name] = _flat(self._coded(name, labels).reshape(along), shape)
        for name, column in columns.items():
            part[name] = _flat(self._coded(name, column), shape)
        named = values._asdict() if isinstance(values, Summary) else values
        for name, array in named.items():
            if not np.isfinite(array).all():
                where = {name: labels for name, labels in columns.items() if np.ndim(labels) == 0}
                raise ValueError(f"{self._declared.name} of {where} holds a {name} that is not finite")
            part[name] = np.asarray(array, dtype=np.float64).reshape(rows)
        self._parts.append((rows, part))

    def table(self, **looked_up: tuple[str, Mapping[str, str]]) -> pd.DataFrame:
        """The declared table, sorted by its keys.

        looked_up: a text column by the text column that decides it, `unit=("facility", {"beds": "beds"})`.
        """
        if not self._parts:
            return without_rows(self._declared)
        total = sum(rows for rows, _ in self._parts)
        held = {
            name: np.concatenate([part[name] for _, part in self._parts])
            for name in self._kinds
            if name not in looked_up
        }
        ranked = {name: self._ranks(name) for name in held if self._kinds[name] == "text"}
        order = _sorted_rows([_codes(held[key], ranked.get(key)) for key in self._declared.keys], total)
        made: dict[str, object] = {}
        for name in self._kinds:
            decides, meaning = looked_up.get(name, (name, None))
            values = held[decides][order]
            if self._kinds[name] != "text":
                made[name] = values
                continue
            words = [meaning[word] if meaning else word for word in self._words.get(decides, ())]
            made[name] = pd.array(words, dtype="str").take(values)
        return pd.DataFrame(made, columns=self._declared.column_names)

    def _coded(self, name: str, labels: object) -> NDArray[np.generic]:
        """Labels of a text column as positions among its words, those of another as numbers."""
        array = np.asarray(labels)
        if self._kinds[name] != "text":
            return array.astype(np.int64 if self._kinds[name] == "integer" else np.float64)
        words = self._words.setdefault(name, {})
        return np.array(
            [words.setdefault(str(label), len(words)) for label in array.reshape(-1)], dtype=np.int64
        ).reshape(array.shape)

    def _ranks(self, name: str) -> NDArray[np.int64]:
        words = self._words.get(name, {})
        ranks = np.empty(len(words), dtype=np.int64)
        ranks[[words[word] for word in sorted(words)]] = np.arange(len(words))
        return ranks


def _flat(array: NDArray[np.generic], shape: tuple[int, ...]) -> NDArray[np.generic]:
    return np.broadcast_to(array, shape).reshape(-1)


def _codes(values: NDArray[np.generic], ranks: NDArray[np.int64] | None) -> NDArray[np.int64]:
    """What sorts as the column does, from 0."""
    codes = ranks[values.astype(np.int64)] if ranks is not None else values.astype(np.int64)
    return codes - codes.min() if codes.size else codes


def _sorted_rows(keys: list[NDArray[np.int64]], rows: int) -> NDArray[np.int64]:
    """Order of the rows by integer keys, the first first."""
    combined = np.zeros(rows, dtype=np.int64)
    for codes in keys:
        combined = combined * (int(codes.max(initial=0)) + 1) + codes
    return np.argsort(combined, kind="stable")
