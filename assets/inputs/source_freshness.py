"""Which sources are past due: a newer release than ours was expected by now. Only months are compared.

The months themselves are data (`data/source_freshness.csv`); what a run writes never depends on today.
"""

from __future__ import annotations

import re
from datetime import date
from pathlib import Path

import pandas as pd

from assets.inputs.csv_reading import read_table
from assets.tables.declarations import INPUT_TABLES
from housing_trajectories.findings import Finding

_MONTH = re.compile(r"(\d{4})-(0[1-9]|1[0-2])")
PAST_DUE, AWAITED, NO_RHYTHM = "past due", "up to date", "no rhythm"


def read_source_freshness(data: Path) -> pd.DataFrame:
    """The table as declared; raises BadInput where it is not."""
    return read_table(INPUT_TABLES["source_freshness"], data / "source_freshness.csv", places=None)


def month_findings(frame: pd.DataFrame) -> list[Finding]:
    """Cells of source_freshness.csv that are no months, and releases that come before the one we hold."""
    findings = []
    for row in frame.to_dict("records"):
        for column in ("released", "next_release"):
            text = row[column]
            if pd.notna(text) and not _MONTH.fullmatch(str(text)):
                where = f"{column} of {row['source_id']}"
                findings.append(
                    Finding("source_freshness.csv", None, where, str(text), "a month such as 2026-07")
                )
        both = pd.notna(row["released"]) and pd.notna(row["next_release"])
        if both and str(row["next_release"]) <= str(row["released"]):
            found = f"{row['next_release']} of {row['source_id']}"
            expected = f"a month after {row['released']}"
            findings.append(Finding("source_freshness.csv", None, "next_release", found, expected))
    return findings


def state(next_release: object, today: date) -> str:
    """Past due once the month in which the next release was expected has gone by."""
    if not isinstance(next_release, str):
        return NO_RHYTHM
    return PAST_DUE if next_release < f"{today:%Y-%m}" else AWAITED


def past_due(frame: pd.DataFrame, today: date) -> pd.DataFrame:
    """The sources past due, the longest overdue first."""
    due = frame["next_release"].map(lambda month: state(month, today)) == PAST_DUE
    return frame[due].sort_values(["next_release", "source_id"], ignore_index=True)
