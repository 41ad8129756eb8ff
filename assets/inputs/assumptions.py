"""The assumptions of the run, asked for by id. The only place a modelling number comes from."""

from __future__ import annotations

import math
from collections.abc import Collection, Iterator, Mapping
from contextlib import contextmanager
from contextvars import ContextVar

import pandas as pd

from assets.tables.declarations import PROMISED
from housing_trajectories.findings import BadInput, Finding

SERVICE_GROUPS = ("growth_group", "uncertainty", "length_of_stay_group", "people")
"""Columns of the services table by which an assumption may name services: `growth_group:elective`."""

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


def lineage_findings(tables: Mapping[str, pd.DataFrame]) -> list[Finding]:
    """Rows of assumptions.csv whose `tables` or `concerns` name what no table has.

    tables: the input tables read so far; where one that holds names is missing, `concerns` is not looked at.
    """
    frame = tables["assumptions"]
    findings = _unknown(frame, "tables", set(PROMISED), "names of released tables, a space between two")
    holders = {"services", "staff_groups", "facilities"}
    if holders <= tables.keys():
        services, staff = tables["services"], tables["staff_groups"]
        known = {
            *services["service"],
            *staff["staff_group"],
            *staff["sector"],
            *tables["facilities"]["facility"],
        }
        known |= {f"{column}:{name}" for column in SERVICE_GROUPS for name in services[column].dropna()}
        expected = (
            "services, staff groups, sectors or facilities, a space between two, "
            f"or services by {', '.join(SERVICE_GROUPS)} as growth_group:elective"
        )
        findings += _unknown(frame, "concerns", known, expected)
    return findings


def _unknown(frame: pd.DataFrame, column: str, known: Collection[str], expected: str) -> list[Finding]:
    cells = frame[column].astype(object).fillna("")
    return [
        Finding("assumptions.csv", row, column, f"{name!r}, which is none", expected)
        for row, cell in enumerate(cells, start=2)
        for name in str(cell).split()
        if name not in known
    ]
