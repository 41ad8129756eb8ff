"""A council's policy and infrastructure funding statement: what is held for health, and what is missing."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd

from housing_trajectories.schema import financial_year_label
from models.arrays import FloatArray

TO_ENTER = "to be entered by the user"
_ALL = "all"


class FundingStatements:
    """Rows of `contribution_policies`: of an item, or of all items where it has none of its own."""

    def __init__(self, table: pd.DataFrame, first_decision: int) -> None:
        rows = table.to_dict("records")
        self._rows = {(str(row["place"]), str(row["item"])): row for row in rows}
        self._first_decision = first_decision

    def available(self, place: str, item: str) -> float:
        """Pounds held for the item, allocated to nothing and not past their expiry: 0 where not known.

        What is held for all items together is credited to none: for which it may be spent is not known.
        """
        row = self._rows.get((place, item))
        if row is None or pd.isna(row["held_gbp"]) or self._expired(row):
            return 0.0
        allocated = 0.0 if pd.isna(row["allocated_gbp"]) else float(row["allocated_gbp"])
        return max(float(row["held_gbp"]) - allocated, 0.0)

    def credits(self, places: list[str], item: str, before: FloatArray) -> FloatArray:
        """(site,) whole pounds of what is available, by the amounts `before`; never more than these."""
        found = np.zeros(len(places))
        for place in sorted(set(places)):
            here = np.array([each == place for each in places])
            total, available = float(before[here].sum()), self.available(place, item)
            if total > 0 and available > 0:
                found[here] = np.rint(before[here] * min(available / total, 1.0))
        return found

    def policy(self, place: str, item: str) -> tuple[str, bool]:
        """The development plan policy, and whether it is known."""
        row = self._row(place, item)
        named = _text(row, "policy_name")
        reference = _text(row, "policy_reference")
        if reference:
            return f"policy {reference}" + (f", {named}" if named else "") + _graded(row), True
        return (f"{named}; " if named else "") + f"the policy's reference is {TO_ENTER}", False

    def statement(self, place: str, item: str) -> tuple[str, bool]:
        """What is held, spent and allocated by the latest statement, and whether it is known."""
        row = self._row(place, item)
        year = row.get("statement_year")
        if year is None or pd.isna(year):
            missing = "the council's latest infrastructure funding statement (held, spent, allocated) is "
            return missing + TO_ENTER, False
        sums = [(name, row[f"{name}_gbp"]) for name in ("held", "spent", "allocated")]
        words = ", ".join(
            f"{name} £{value:,.0f}" if not pd.isna(value) else f"{name} {TO_ENTER}" for name, value in sums
        )
        known = not any(pd.isna(value) for _, value in sums)
        words = f"funding statement of {financial_year_label(int(year))}: {words}"
        if not pd.isna(row["expiry_year"]):
            words += f"; to be spent by the end of {financial_year_label(int(row['expiry_year']))}"
            words += ", which is past: not credited" if self._expired(row) else ""
        if str(row["item"]) == _ALL and not pd.isna(row["held_gbp"]) and row["held_gbp"] > 0:
            words += "; for which item it is held is not known, so it is credited to none"
        return words + _graded(row), known

    def _row(self, place: str, item: str) -> dict[Any, Any]:
        return self._rows.get((place, item)) or self._rows.get((place, _ALL)) or {}

    def _expired(self, row: dict[Any, Any]) -> bool:
        return not pd.isna(row["expiry_year"]) and int(row["expiry_year"]) < self._first_decision


def _text(row: dict[Any, Any], name: str) -> str:
    value = row.get(name)
    return "" if value is None or pd.isna(value) else str(value)


def _graded(row: dict[Any, Any]) -> str:
    return f" (grade {row['evidence_grade']})"
