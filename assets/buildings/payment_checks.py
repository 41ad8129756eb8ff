"""Checks of the table of payments for premises against the list of practices."""

from __future__ import annotations

from collections.abc import Mapping

import pandas as pd

from assets.inputs.csv_reading import numbered
from housing_trajectories.findings import Finding, inert


def payment_findings(tables: Mapping[str, pd.DataFrame]) -> list[Finding]:
    """Payments of a practice that is on no list: they would be left out."""
    if not {"practice_premises", "practice_places"} <= set(tables):
        return []
    listed = set(tables["practice_places"]["practice"])
    expected = "a practice of practice_places.csv"
    return [
        Finding("practice_premises.csv", number, "practice", inert(row["practice"], 30), expected)
        for number, row in numbered(tables["practice_premises"])
        if row["practice"] not in listed
    ]
