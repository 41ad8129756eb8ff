"""When space runs out: the years in which a breach is likely, and the decision that comes in time."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
import pandas as pd

from models.estates.capacity import first_year_at

THRESHOLDS = (50, 80)


def timing_rows(breach: pd.DataFrame, lead_times: Mapping[str, int], first_decision: int) -> pd.DataFrame:
    """A row a scenario, area, facility and threshold, from the released table of breaches."""
    rows = []
    keys = ["scenario", "area", "facility"]
    for (scenario, area, facility), group in breach.groupby(keys, sort=True):
        years, probability = group["year"].to_numpy(), group["probability"].to_numpy()
        lead = lead_times[str(facility)]
        for threshold in THRESHOLDS:
            year = first_year_at(probability, threshold / 100, years)
            decide = None if year is None else year - lead
            rows.append(
                {
                    "scenario": scenario,
                    "area": area,
                    "facility": facility,
                    "threshold_percent": threshold,
                    "area_kind": group["area_kind"].iloc[0],
                    "year": np.nan if year is None else float(year),
                    "lead_time_years": lead,
                    "decide_by": np.nan if decide is None else float(decide),
                    "status": _status(year, decide, int(years[0]), first_decision),
                }
            )
    return pd.DataFrame(rows)


def _status(year: int | None, decide: int | None, first: int, first_decision: int) -> str:
    if year is None or decide is None:
        return "not reached"
    if year == first:
        return "short today"
    return "late" if decide < first_decision else "in time"
