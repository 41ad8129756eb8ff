"""What the web interface shows beside a table that was made: its key totals and a line of them by year.

Made only for runs that a web interface sees (DAGSTER_HOME is set), from the frame at hand: nothing is read
again.
"""

from __future__ import annotations

import base64
import os
from collections.abc import Mapping
from html import escape
from typing import Any

import dagster as dg
import pandas as pd

from assets.inputs.scenarios import PRINCIPAL
from assets.tables.declarations import TABLES
from housing_trajectories.plain_text import as_markdown, printable

_WHOLES = ("all", "persons", "local_plan")
_YEARS = (2025, 2030, 2040, 2050)
_LINES = 6
_WIDTH, _HEIGHT = 420, 120


def shown(name: str, value: object) -> Mapping[str, Any]:
    """Metadata of a table with years and principal values; of no other, and not without DAGSTER_HOME."""
    if not os.environ.get("DAGSTER_HOME") or not isinstance(value, pd.DataFrame) or name not in TABLES:
        return {}
    if not {"year", "principal"} <= set(value.columns) or value.empty:
        return {}
    wide = _totals(name, value)
    if wide.empty:
        return {}
    return {"key totals": dg.MetadataValue.md(_markdown(wide)), "plot": dg.MetadataValue.md(_plot(wide))}


def _totals(name: str, frame: pd.DataFrame) -> pd.DataFrame:
    """A row a kind of thing, a column a year: principal scenario, largest place, totals over parts."""
    rows = frame
    if "scenario" in rows:
        rows = rows[rows["scenario"] == PRINCIPAL]
    keys = [key for key in TABLES[name].keys if key not in ("scenario", "year")]
    if "place" in keys and not rows.empty:
        largest = rows.groupby("place")["principal"].sum().abs().idxmax()
        rows = rows[rows["place"] == largest]
    for key in keys:
        whole = next((word for word in _WHOLES if (rows[key] == word).any()), None)
        if whole is not None:
            rows = rows[rows[key] == whole]
    varying = [key for key in keys if len(rows[key].unique()) > 1] or keys[:1]
    said = rows.assign(place=rows["place_name"]) if {"place", "place_name"} <= set(rows.columns) else rows
    labels = said[varying].astype(str).agg(", ".join, axis=1) if varying else pd.Series(name, rows.index)
    wide = rows.assign(label=labels).pivot_table("principal", "label", "year", aggfunc="first", sort=False)
    return wide.head(_LINES)


def _markdown(wide: pd.DataFrame) -> str:
    years = [year for year in _YEARS if year in wide.columns] or [int(year) for year in wide.columns[-4:]]
    lines = ["| principal run | " + " | ".join(map(str, years)) + " |", "|---|" + "---:|" * len(years)]
    for label, row in wide.iterrows():
        cells = " | ".join("–" if pd.isna(row[year]) else f"{row[year]:,.0f}" for year in years)
        lines.append(f"| {as_markdown(str(label))} | {cells} |")
    return "\n".join(lines)


def _plot(wide: pd.DataFrame) -> str:
    """The first row's years as a line, with its first and last value in words beside it."""
    label, row = str(wide.index[0]), wide.iloc[0].dropna()
    low, high = float(row.min()), float(row.max())
    span = (high - low) or 1.0
    step = (_WIDTH - 20) / max(len(row) - 1, 1)
    points = " ".join(
        f"{10 + step * index:.1f},{_HEIGHT - 30 - (float(value) - low) / span * (_HEIGHT - 50):.1f}"
        for index, value in enumerate(row)
    )
    words = f"{label}: {row.iloc[0]:,.0f} in {row.index[0]}, {row.iloc[-1]:,.0f} in {row.index[-1]}"
    svg = (
        f'<svg xmlns="http://www.w3.org/2000/svg" width="{_WIDTH}" height="{_HEIGHT}">'
        f'<rect width="100%" height="100%" fill="white"/>'
        f'<polyline points="{points}" fill="none" stroke="#12436D" stroke-width="2"/>'
        f'<text x="10" y="{_HEIGHT - 8}" font-family="sans-serif" font-size="12">'
        f"{escape(printable(words))}</text></svg>"
    )
    import vl_convert

    png = base64.b64encode(vl_convert.svg_to_png(svg)).decode()
    return f"![{as_markdown(words)}](data:image/png;base64,{png})"
