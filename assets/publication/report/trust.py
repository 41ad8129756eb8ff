"""Accuracy of a release: errors against estimates, backtests and known weaknesses."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import pandas as pd

from assets.publication.report.backtest_shown import backtests
from assets.publication.report.editions_shown import editions
from assets.publication.report.supply_shown import supply
from assets.publication.report.wording import WORDS, words
from models.evaluation.projection_errors import in_percent

_ACCURACY_HEADINGS = {
    "coverage_80": "Within the 80 % interval, %",
    "wape": "Absolute error, %",
    "bias": "Bias, %",
    "mase": "MASE",
    "relative_mase": "MASE over seasonal naive",
}


def accuracy(tables: Mapping[str, pd.DataFrame], names: Mapping[str, str]) -> list[dict[str, Any]]:
    """Blocks of words and a table: projections against estimates, and backtests."""
    blocks = [*backtests(tables), *supply(tables), *editions(tables)]
    if "projection_errors" in tables:
        errors = tables["projection_errors"]
        blocks.append(
            _block(
                f"Against the mid-{int(errors['year'].max())} estimates",
                "Projected minus estimated. Part of an old projection's error was already in its base, "
                "because the 2021 census found people the estimates had missed. This model starts at "
                "mid-2021 and does not use later estimates here. Compare an official projection only with "
                "the run that has homes at the past rate. The three look one to six years ahead.",
                errors,
                {
                    "place_name": "Place",
                    "projection": "Projection",
                    "error": "Error, people",
                    "error_percent": "Error, %",
                    "base_error": "of which at mid-2021",
                    "growth_error": "of which growth since",
                },
                open_at_first=True,
            )
        )
    if "forecast_accuracy" in tables:
        tried = tables["forecast_accuracy"]
        tried = tried.assign(
            subject=tried["subject"].map(lambda each: names.get(each, each)).replace("all", "All trusts"),
            measure=tried["measure"].replace("all", "All activity"),
        )
        people = tried["measure"].str.startswith("population")
        columns = {"subject": "Subject", "measure": "Measure", "model": "Method", "horizon": "Horizon"}
        percent = tried.assign(
            **{name: in_percent(tried[name]) for name in ("coverage_80", "wape", "bias") if name in tried}
        )
        blocks.append(
            _block(
                "Population: backtests",
                "Projections compared with later estimates. With homes at the past rate they are forecasts "
                "from what was known at the time. With recorded homes they test the demography only. "
                "Coverage is the share of figures that fell within the 80 % interval: 80 is right; less "
                "means the intervals are too narrow. One decade with shocks that all places share is close "
                "to a single draw, and each line is a single trial.",
                percent[people],
                {**columns, "wape": "Absolute error, %", "bias": "Bias, %", "coverage_80": "In interval, %"},
            )
        )
        monthly = percent[~people & percent["model"].isin(["selected", "seasonal_naive"])]
        blocks.append(
            _block(
                "Monthly hospital activity: backtests",
                "The method that would have been chosen at each of ten origins, compared with the same month "
                "of the year before (seasonal naive).",
                monthly,
                {
                    **columns,
                    **{name: words for name, words in _ACCURACY_HEADINGS.items() if name in monthly},
                },
            )
        )
    return blocks


def _block(
    title: str, says: str, frame: pd.DataFrame, columns: Mapping[str, str], *, open_at_first: bool = False
) -> dict[str, Any]:
    numeric = {name: pd.api.types.is_numeric_dtype(frame[name]) for name in columns}
    return {
        "title": title,
        "says": says,
        "open": open_at_first,
        "points": [],
        "headings": [{"words": words, "number": numeric[name]} for name, words in columns.items()],
        "rows": [
            [_shown(value, numeric[name]) for name, value in zip(columns, row, strict=True)]
            for row in frame[list(columns)].itertuples(index=False)
        ],
    }


def _shown(value: Any, numeric: bool) -> str:
    if pd.isna(value):
        return "not available"
    if not numeric:
        return WORDS.get(str(value), str(value).replace("_", " "))
    return f"{value:,.0f}" if abs(value) >= 1000 else f"{value:,.2f}"


def weaknesses(tables: Mapping[str, pd.DataFrame]) -> list[tuple[str, list[tuple[str, str, str]]]]:
    """By page of the method, in the order of the table: topic, weakness and effect of each."""
    if "weaknesses" not in tables:
        return []
    found = []
    for page, rows in tables["weaknesses"].groupby("page", sort=False):
        columns = (rows[name].astype(str) for name in ("topic", "weakness", "effect"))
        found.append((words(page), list(zip(*columns, strict=True))))
    return found
