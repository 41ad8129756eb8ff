"""First year from which capacity is likely to stay exceeded, and the year to decide by."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
import pandas as pd

from assets.tables.declarations import TABLES
from models.estates.existing_capacity import sustained_from

THRESHOLDS = (50, 80)


def timing_rows(breach: pd.DataFrame, lead_times: Mapping[str, int], first_decision: int) -> pd.DataFrame:
    """A row a scenario, area, facility and threshold, from the released table of breaches."""
    rows = []
    keys = ["scenario", "area", "facility"]
    for (scenario, area, facility), group in breach.groupby(keys, sort=True):
        years, probability = group["year"].to_numpy(), group["probability"].to_numpy()
        lead = lead_times[str(facility)]
        for threshold in THRESHOLDS:
            year = sustained_from(probability, threshold / 100, years)
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
                    "status": _status(decide, first_decision),
                    "short_today": "yes" if probability[0] > threshold / 100 else "no",
                }
            )
    # Where no capacity is known there is no row, and the columns all the same.
    return pd.DataFrame(rows, columns=TABLES["estates_timing"].column_names)


def _status(decide: int | None, first_decision: int) -> str:
    if decide is None:
        return "not reached"
    return "late" if decide < first_decision else "in time"
