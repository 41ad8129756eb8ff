"""The assumptions of the run, asked for by id. The only place a modelling number comes from."""

from __future__ import annotations

import math
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar

import pandas as pd

from housing_trajectories.findings import BadInput, Finding

_ASKED: ContextVar[set[str] | None] = ContextVar("asked", default=None)


@contextmanager
def asked_for() -> Iterator[set[str]]:
    """The ids that anyone asks for while the context lasts: what a piece of the model rests on."""
    asked: set[str] = set()
    token = _ASKED.set(asked)
    try:
        yield asked
    finally:
        _ASKED.reset(token)


class Assumptions:
    """Values and ranges of `data/assumptions.csv` by id.

    An id that is not there raises BadInput; so does asking for a range where none is declared.
    """

    def __init__(self, frame: pd.DataFrame) -> None:
        self._ranges = {
            identifier: (float(value), float(low), float(high))
            for identifier, value, low, high in zip(
                frame["id"], frame["value"], frame["low"], frame["high"], strict=True
            )
        }

    def value(self, identifier: str) -> float:
        """Central value."""
        asked = _ASKED.get()
        if asked is not None:
            asked.add(identifier)
        if identifier not in self._ranges:
            raise _refused(identifier, "no such row", "a row of this id: the model uses it")
        return self._ranges[identifier][0]

    def low(self, identifier: str) -> float:
        """Lower end of the 80 % range (P10)."""
        return self.range(identifier)[1]

    def high(self, identifier: str) -> float:
        """Upper end of the 80 % range (P90)."""
        return self.range(identifier)[2]

    def ends(self, identifier: str) -> tuple[float, float]:
        """P10 and P90, both NaN where no range is declared."""
        self.value(identifier)
        return self._ranges[identifier][1:]

    def range(self, identifier: str) -> tuple[float, float, float]:
        """Central value, P10 and P90."""
        value = self.value(identifier)
        _, low, high = self._ranges[identifier]
        if math.isnan(low) or math.isnan(high):
            raise _refused(identifier, "no low and high", "an 80 % range: the model draws from it")
        return value, low, high


def _refused(identifier: str, found: str, expected: str) -> BadInput:
    return BadInput([Finding("assumptions.csv", None, f"id {identifier}", found, expected)])


def range_findings(frame: pd.DataFrame) -> list[Finding]:
    """Rows of assumptions.csv whose value does not lie within its own range, or that have half a range."""
    findings = []
    for identifier, value, low, high in zip(
        frame["id"], frame["value"], frame["low"], frame["high"], strict=True
    ):
        if math.isnan(low) and math.isnan(high):
            continue
        if not low <= value <= high:
            found = f"low {low:g}, value {value:g}, high {high:g}"
            findings.append(
                Finding("assumptions.csv", None, f"id {identifier}", found, "low ≤ value ≤ high, or no range")
            )
    return findings
