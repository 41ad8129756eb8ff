"""An assumption that holds for every area, before a run: where an area's inputs are composed."""

from __future__ import annotations

import csv
from functools import cache

from assets.inputs.defaults import SHARED_DATA


@cache
def _rows() -> dict[str, dict[str, str]]:
    with (SHARED_DATA / "assumptions.csv").open(encoding="utf-8-sig", newline="") as file:
        return {row["id"]: row for row in csv.DictReader(file)}


def shared_row(name: str) -> dict[str, str]:
    """Its row of data/assumptions.csv as text; KeyError where it is not there."""
    return _rows()[name]


def shared_value(name: str) -> float:
    """Its value; KeyError where it is not there."""
    return float(_rows()[name]["value"])
