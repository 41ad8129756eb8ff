"""Why services stand at the level they do, for the page: places beside each other, births, social care,
waiting lists, and services that have no rate."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import pandas as pd

from assets.publication.report.wording import financial, words


def levels(tables: Mapping[str, pd.DataFrame], names: Mapping[str, str]) -> dict[str, Any]:
    """What the page says of levels; a part whose table a release lacks is empty."""
    return {
        "rows": _rows(tables, names),
        "left_over": _left_over(tables),
        "births": _births(tables, names),
        "social_care": _social_care(tables, names),
        "waiting": _waiting(tables, names),
        "off": _off(tables),
    }


def _rows(tables: Mapping[str, pd.DataFrame], names: Mapping[str, str]) -> list[list[str]]:
    if "activity_levels" not in tables:
        return []
    table = tables["activity_levels"].sort_values(["measure", "place"])
    steps = ["by_age", "by_need", "by_own_rates", "level"]
    return [
        [
            f"{words(row['measure'])}, {names.get(str(row['place']), str(row['place']))}",
            *(f"{row[step]:,.0f}" for step in steps),
            f"{row['factor']:.2f}",
            f"{100 * (row['beyond_need'] - 1):+.0f} %",
        ]
        for row in table.to_dict("records")
    ]


def _left_over(tables: Mapping[str, pd.DataFrame]) -> list[str]:
    if "activity_levels" not in tables:
        return []
    each = tables["activity_levels"].drop_duplicates("measure").sort_values("measure")
    return [f"{words(row['measure'])}: {row['left_over']}." for row in each.to_dict("records")]


def _births(tables: Mapping[str, pd.DataFrame], names: Mapping[str, str]) -> list[str]:
    if "activity_calibration" not in tables:
        return []
    rows = tables["activity_calibration"]
    rows = rows[rows["service"] == "births"]
    return [
        f"{names.get(str(row['place']), str(row['place']))}: {row['basis']}; base year "
        f"{row['expected']:,.0f} as modelled, {row['calibrated']:,.0f} as published here."
        for row in rows.to_dict("records")
    ]


def _social_care(tables: Mapping[str, pd.DataFrame], names: Mapping[str, str]) -> list[str]:
    if "social_care_by_age" not in tables:
        return []
    table = tables["social_care_by_age"]
    last = table[table["year"] == table["year"].max()]
    said = []
    for place, rows in last.groupby("place"):
        shapes = [f"{row['growth_percent']:+.0f} % {row['shape']}" for row in rows.to_dict("records")]
        year = financial(int(rows["year"].iloc[0]))
        said.append(f"{names.get(str(place), str(place))} to {year}: {'; '.join(shapes)}.")
    return said


def _waiting(tables: Mapping[str, pd.DataFrame], names: Mapping[str, str]) -> list[str]:
    """One sentence where no waiting list moves anything, and what moves each place where one does."""
    if "waiting_list_imbalance" not in tables or tables["waiting_list_imbalance"].empty:
        return []
    table = tables["waiting_list_imbalance"]
    basis = str(table["basis"].iloc[0])
    moved = table[table["covered_percent"] > 0]
    return [
        f"Waiting lists: {basis}.",
        *(
            f"{names.get(str(row['place']), str(row['place']))}, {words(row['flow_group']).lower()} care: "
            f"{row['imbalance_percent']:+.1f} % of a year's activity."
            for row in moved.to_dict("records")
        ),
    ]


def _off(tables: Mapping[str, pd.DataFrame]) -> list[str]:
    if "services" not in tables:
        return []
    rows = tables["services"]
    return [
        f"{row['service_name']}: {row['note']}."
        for row in rows[rows["status"] == "off"].astype(object).to_dict("records")
    ]
