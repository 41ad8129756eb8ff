"""How far the supply of staff would have been out, for the page of accuracy."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import pandas as pd

from assets.publication.report.wording import words

_METHODS = {"placecast": "This model", "no_change": "no change", "linear_trend": "own trend"}
_MEASURES = {"mape": "mean error, %", "medape": "median error, %"}
_SERIES = {
    "trust_totals_2024_25": "All staff of each trust of England",
    "june_2018_to_2024_25": "Trusts of June 2018",
    "supplied": "Supplied history",
}
_SAYS = (
    "Staff in post of trusts, projected by the stock and flow at England's rates. Descriptive: the rates are "
    "partly of later years. Coverage under 80 means that an interval is too narrow; half of the trusts then "
    "say how much wider, and the others show what that holds. Not measured: staff groups (no history of them "
    "by trust is at hand; one command scores files that are supplied), general practice, community and "
    "social care."
)
_CASE = ["series", "origin", "target", "staff_group"]


def supply(tables: Mapping[str, pd.DataFrame]) -> list[dict[str, Any]]:
    """A block of errors by method and of intervals held; none without scores."""
    if "supply_backtest" not in tables or tables["supply_backtest"].empty:
        return []
    frame = tables["supply_backtest"]
    values = frame.set_index([*_CASE, "method", "measure"])["value"]
    headings = ["Staff", "From", "To", "Group", "Trusts"]
    headings += [f"{name}: {measure}" for name in _METHODS.values() for measure in _MEASURES.values()]
    headings += ["In the 80 % interval, %", "Interval wanted, times as wide", "Then held, %"]
    rows = []
    for case, _ in frame.groupby(_CASE, sort=False):
        series, origin, target, group = (str(each) for each in case)
        cells = [_SERIES.get(series, words(series)), origin, target, words(group)]
        wanted = [
            ("placecast", "trusts"),
            *((method, measure) for method in _METHODS for measure in _MEASURES),
            ("placecast", "coverage_80"),
            ("placecast_widened", "widened_by"),
            ("placecast_widened", "coverage_80"),
        ]
        rows.append([*cells, *(_shown(values.get((*case, *each))) for each in wanted)])
    return [
        {
            "title": "Supply of staff: backtest",
            "says": _SAYS,
            "open": False,
            "points": [],
            "headings": [{"words": text, "number": at > 3} for at, text in enumerate(headings)],
            "rows": rows,
        }
    ]


def _shown(value: Any) -> str:
    return "not measured" if value is None else f"{value:,.1f}".removesuffix(".0")
