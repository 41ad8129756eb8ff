"""The assumptions of the run, asked for by id. The only place a modelling number comes from."""

from __future__ import annotations

import math

import pandas as pd


class Assumptions:
    """Values and ranges of `data/assumptions.csv` by id.

    An id that is not there raises KeyError; so does asking for a range where none is declared.
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
        if identifier not in self._ranges:
            raise KeyError(f"no assumption {identifier} in assumptions.csv")
        return self._ranges[identifier][0]

    def low(self, identifier: str) -> float:
        """Lower end of the 80 % range (P10)."""
        return self.range(identifier)[1]

    def high(self, identifier: str) -> float:
        """Upper end of the 80 % range (P90)."""
        return self.range(identifier)[2]

    def range(self, identifier: str) -> tuple[float, float, float]:
        """Central value, P10 and P90."""
        value = self.value(identifier)
        _, low, high = self._ranges[identifier]
        if math.isnan(low) or math.isnan(high):
            raise KeyError(f"assumption {identifier} has no low and high in assumptions.csv")
        if not low <= value <= high:
            raise ValueError(f"assumption {identifier}: {value} does not lie between {low} and {high}")
        return value, low, high
