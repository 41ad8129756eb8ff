"""Monthly records as they come: what is wrong with them, refused or warned of.

A month given twice and a negative count are refused where the file is read. Here: months that are no months,
providers nobody knows, and slips of the hand are refused with their row; missing months are warned of.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

import numpy as np
import pandas as pd

from housing_trajectories.findings import BadInput, Finding
from models.demand.monthly.series_cleaning import jumps

_FIRST_ROW = 2
MONTH = re.compile(r"20\d\d-(0[1-9]|1[0-2])")


def checked_months(
    frame: pd.DataFrame, name: str, measures: Sequence[str], providers: pd.DataFrame
) -> dict[str, pd.DataFrame]:
    """Measures by provider and month without a gap, each from its first month to its last.

    Raises BadInput with every month, provider and value that cannot be.
    """
    file = f"{name}.csv"
    known = set(providers["provider"])
    findings = []
    for position, (provider, month) in enumerate(zip(frame["provider"], frame["month"], strict=True)):
        row = position + _FIRST_ROW
        if provider not in known:
            expected = (
                "a provider of providers.csv; months under an earlier code are added to those of the "
                "provider it became, and the change is noted in intervention_log.csv"
            )
            findings.append(Finding(file, row, "provider", provider, expected))
        if not MONTH.fullmatch(month):
            findings.append(Finding(file, row, "month", month, "a month such as 2025-07"))
    if findings:
        raise BadInput(findings)
    tables: dict[str, pd.DataFrame] = {}
    for provider, rows in frame.groupby("provider"):
        numbers = pd.Series(rows.index + _FIRST_ROW, index=rows["month"])
        indexed = rows.set_index(pd.PeriodIndex(rows["month"], freq="M"))[list(measures)].astype("float64")
        whole = indexed.reindex(pd.period_range(indexed.index.min(), indexed.index.max(), freq="M"))
        for measure in measures:
            for at in jumps(whole[measure].to_numpy()):
                month = str(whole.index[at])
                found = f"{whole[measure].iloc[at]:,.0f} in {month}"
                expected = "a value less than ten times as high or low as the months around it"
                findings.append(Finding(file, int(numbers[month]), measure, found, expected))
        tables[str(provider)] = whole
    if findings:
        raise BadInput(findings)
    return tables


def missing_months(values: pd.Series) -> list[str]:
    """Months without a value between the first and the last that have one."""
    known = np.flatnonzero(values.notna().to_numpy())
    within = values.iloc[known[0] : known[-1] + 1] if len(known) else values.iloc[:0]
    return [str(month) for month in within.index[within.isna()]]
