"""Cells of the registers of premises and schemes read as years and codes: what a row says, no arithmetic."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any

import pandas as pd

_FIRST_MONTH = 4
"""Of a financial year."""


def replaced_sites(scheme: Mapping[Any, Any]) -> list[str]:
    """Codes of the buildings that a scheme stands in place of."""
    told = scheme.get("replaces")
    return [] if told is None or pd.isna(told) else str(told).split()


def end_of(row: Mapping[Any, Any]) -> tuple[float, float, float] | None:
    """The year from which a building is gone, its P10 and P90: it closes, or is left as its lease ends."""
    year = row["closes"]
    if pd.isna(year) and row.get("after_lease") != "stays":
        year = row["lease_end"]
    if pd.isna(year):
        return None
    low, high = (row.get(name) for name in ("closes_low", "closes_high"))
    return (
        float(year),
        float(year if low is None or pd.isna(low) else low),
        float(year if high is None or pd.isna(high) else high),
    )


def financial_year_of(day: object) -> float:
    """First year of the financial year of a date as 2025-06-30; NaN for anything else."""
    try:
        found = date.fromisoformat(str(day))
    except ValueError:
        return float("nan")
    return float(found.year if found.month >= _FIRST_MONTH else found.year - 1)
