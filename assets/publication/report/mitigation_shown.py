"""What new models of care change, for the page: the whole area's table, and which measures it rests on."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import pandas as pd

from assets.publication.report.wording import financial, words

_KINDS = {
    "service": "Service",
    "staff": "Staff required",
    "rooms_and_beds": "Rooms and beds required",
    "money": "Money",
}
_LEAST_PERCENT = 0.05
"""A change smaller than this in every year shown is none on the page."""


def mitigation(tables: Mapping[str, pd.DataFrame], system: str) -> dict[str, Any]:
    """Years, rows of the whole area and the measures behind them; nothing where a release has no effects."""
    if "mitigation_effects" not in tables or tables["mitigation_effects"].empty:
        return {}
    frame = tables["mitigation_effects"]
    frame = frame[frame["place"] == system]
    years = sorted(set(frame["year"]))
    rows = [
        row
        for scenario in sorted(set(frame["scenario"]))
        for kind in _KINDS
        for row in _rows(
            frame[(frame["scenario"] == scenario) & (frame["subject_kind"] == kind)], kind, years
        )
    ]
    return {"years": [financial(int(year)) for year in years], "rows": rows, **_measures(tables)}


def _rows(frame: pd.DataFrame, kind: str, years: list[Any]) -> list[dict[str, Any]]:
    made = []
    for (sector, subject), of in frame.groupby(["sector", "subject"], sort=True):
        at = of.set_index("year")
        if not (at["difference_percent"].abs() >= _LEAST_PERCENT).any():
            continue
        name = words(subject) if kind != "staff" else f"{words(subject)} ({words(sector).lower()})"
        cells = [_cell(at.loc[year]) if year in at.index else "not available" for year in years]
        made.append(
            {
                "scenario": words(at["scenario"].iloc[0]),
                "kind": _KINDS[kind],
                "name": name,
                "unit": str(at["unit"].iloc[0]),
                "cells": cells,
            }
        )
    return made


def _cell(row: pd.Series) -> str:
    """A difference with its per cent, and its range where it has one."""
    ranged = "" if pd.isna(row["p10"]) else f", {row['p10']:+,.0f} to {row['p90']:+,.0f}"
    percent = "" if pd.isna(row["difference_percent"]) else f"{row['difference_percent']:+.1f} %"
    return f"{row['difference']:+,.0f} ({percent}{ranged})"


def _measures(tables: Mapping[str, pd.DataFrame]) -> dict[str, Any]:
    if "mitigation_measures" not in tables:
        return {"at_work": [], "without_share": 0}
    frame = tables["mitigation_measures"]
    on = frame[frame["status"] == "on"]
    targets = on[on["published_year"].notna()].drop_duplicates("measure")
    types = on[on["published_year"].isna()].drop_duplicates("measure")
    library = frame[frame["published_year"].isna()]
    return {
        "at_work": [
            f"{row['title']}, published {row['published_year']:.0f} for {financial(int(row['target_year']))}"
            for row in targets.to_dict("records")
        ]
        + [str(title) for title in types["title"]],
        "without_share": library["measure"].nunique() - types["measure"].nunique(),
    }
