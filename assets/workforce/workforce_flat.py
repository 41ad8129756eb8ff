"""Every staff group with supply by area and year, a row each: the table people filter and pivot.

Every whole-time equivalent stands in one row that is no total: hospital staff by trust, all others by place.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from assets.tables.uncertain_table import Labels, labelled
from assets.workforce.workforce_inputs import Group
from models.uncertainty.ensemble import Summary
from models.workforce.staff_gap import SUPPLIED_MEASURES

WITH_INTERVAL = {"supply_wte": "supply", "gap_wte": "gap"}


def flat_rows(
    area: tuple[str, str],
    groups: Sequence[Group],
    years: NDArray[np.int64],
    required: Summary,
    supplied: Summary,
) -> pd.DataFrame:
    """Rows of `workforce_flat` of the groups of an area (its code and kind), first scenario.

    `required` (group, scenario, year), `supplied` (measure, group, scenario, year) have these groups first.
    """
    code, kind = area
    size = len(groups)
    sectors, names = zip(*groups, strict=True)
    labels: Labels = {
        "sector": ("staff_group", sectors),
        "staff_group": ("staff_group", names),
        "year": ("year", years),
        "row_kind": (
            "staff_group",
            ["total" if sector == "all" or kind == "system" else "detail" for sector in sectors],
        ),
    }
    columns: dict[str, object] = {**labelled({"staff_group": size, "year": len(years)}, labels)}
    _values(columns, "required", Summary(*(values[:, 0] for values in required)), size)
    for measure, of in WITH_INTERVAL.items():
        position = SUPPLIED_MEASURES.index(measure)
        _values(columns, of, Summary(*(values[position, :, 0] for values in supplied)), size)
    for measure in SUPPLIED_MEASURES:
        if measure not in WITH_INTERVAL:
            values = supplied.principal[SUPPLIED_MEASURES.index(measure), :size, 0]
            columns[measure] = values.ravel()
    return pd.DataFrame({"area": code, "area_kind": kind, **columns})


def _values(columns: dict[str, object], of: str, summary: Summary, size: int) -> None:
    columns[f"{of}_wte"] = summary.principal[:size].ravel()
    for name in ("p10", "p50", "p90"):
        columns[f"{of}_{name}"] = getattr(summary, name)[:size].ravel()
