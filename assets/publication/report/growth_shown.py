"""Growth of services for the page: with and without growth beyond demography, on record, and by level."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import pandas as pd

from assets.publication.headlines import HEADLINE_YEARS
from assets.publication.report.wording import financial, short, words


def growth(tables: Mapping[str, pd.DataFrame], names: Mapping[str, str], system: str) -> dict[str, Any]:
    """Rows of the page's tables on growth; nothing of a table that the release has not."""
    return {
        "to": financial(HEADLINE_YEARS[-1]),
        "base": base_year(tables),
        "services": _with_and_without(tables, system),
        "record": _record(tables),
        "levels": _levels(tables, names),
        "findings": _findings(tables, names),
    }


def base_year(tables: Mapping[str, pd.DataFrame]) -> str:
    """The financial year that growth is counted from; empty where the release has no demand."""
    return financial(int(tables["demand"]["year"].min())) if "demand" in tables else ""


def _with_and_without(tables: Mapping[str, pd.DataFrame], system: str) -> list[list[str]]:
    """A row a service: today, later with its interval, growth with and without in per cent."""
    if "growth_beyond_demography" not in tables:
        return []
    rows = tables["growth_beyond_demography"]
    rows = rows[(rows["place"] == system) & (rows["year"] == HEADLINE_YEARS[-1])]
    return [
        [
            words(row["service"]),
            f"{row['base_value']:,.0f}",
            f"{row['principal']:,.0f} ({row['p10']:,.0f} to {row['p90']:,.0f})",
            *(
                "not run" if pd.isna(row[name]) else f"{row[name]:+.1f} %"
                for name in ("growth_percent", "growth_without_percent")
            ),
        ]
        for row in sorted(rows.to_dict("records"), key=lambda row: words(row["service"]))
    ]


def _record(tables: Mapping[str, pd.DataFrame]) -> list[list[str]]:
    if "recorded_growth" not in tables:
        return []
    return [
        [
            short(str(row["provider_name"])),
            words(row["measure"]),
            f"{financial(row['first_year'])} to {financial(row['last_year'])}",
            *(f"{row[name]:+.1f}" for name in ("recorded_growth", "people_growth", "growth_a_person")),
            f"{row['assumed_growth']:+.1f} ({row['assumed_low']:+.1f} to {row['assumed_high']:+.1f})",
        ]
        for row in tables["recorded_growth"].to_dict("records")
    ]


def _recorded(tables: Mapping[str, pd.DataFrame]) -> pd.DataFrame:
    if "demand_growth" not in tables:
        return pd.DataFrame()
    rows = tables["demand_growth"]
    return rows[rows["level_difference"].notna()]


def _levels(tables: Mapping[str, pd.DataFrame], names: Mapping[str, str]) -> list[list[str]]:
    """A row a provider or place and service with a record: its growth, the months', the drivers'."""
    return [
        [
            _who(row, names),
            words(row["service"]),
            financial(row["level_year"]),
            f"{row['growth_to_level']:+.1f}",
            "" if pd.isna(row["forecast_to_level"]) else f"{row['forecast_to_level']:+.1f}",
            f"{row['drivers_to_level']:+.1f}",
            f"{row['growth_to_2030']:+.1f}",
            f"{row['drivers_to_2030']:+.1f}",
            f"{row['largest_change']:+.1f} in {financial(row['largest_change_year'])}",
            f"{row['level_difference']:+.1f} (±{row['level_uncertainty']:.1f})",
        ]
        for row in _recorded(tables).to_dict("records")
    ]


def _findings(tables: Mapping[str, pd.DataFrame], names: Mapping[str, str]) -> list[str]:
    """A sentence for each level that differs from what drivers bring by more than its uncertainty."""
    rows = _recorded(tables)
    if rows.empty:
        return []
    rows = rows[(rows["subject_kind"] == "provider") & rows["finding"].isin(["above", "below"])]
    return [
        f"{_who(row, names)}, {words(row['service']).lower()}: {financial(row['level_year'])} stands "
        f"{abs(row['level_difference']):.0f} % {row['finding']} what people, ages and growth would have "
        f"brought since the base year (uncertainty ±{row['level_uncertainty']:.0f} %). The level is kept; "
        "whether catchment, counting or capacity explains it is to be found out."
        for row in rows.to_dict("records")
    ]


def _who(row: Mapping[Any, Any], names: Mapping[str, str]) -> str:
    return names.get(str(row["subject"]), short(str(row["subject_name"])))
