"""Checks of the registers of premises, schemes and facilities, row by row.

Cells are checked where a file is read; here is what contradicts another cell, another row or another table.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np
import pandas as pd

from assets.inputs.csv_reading import numbered
from housing_trajectories.findings import Finding


def register_findings(tables: Mapping[str, pd.DataFrame]) -> list[Finding]:
    """Rows of premises.csv and estate_schemes.csv that contradict themselves or another table."""
    if not {"facilities", "premises", "estate_schemes"} <= set(tables):
        return []
    found = [
        finding
        for name in ("premises", "estate_schemes")
        for finding in _shared_findings(f"{name}.csv", tables[name], tables)
    ]
    found.extend(_site_findings(tables["premises"]))
    for index, row in numbered(tables["premises"]):
        found.extend(_premises_findings(index, row))
    for index, row in numbered(tables["estate_schemes"]):
        low, value, high = row["opening_low"], row["opening_year"], row["opening_high"]
        if not low <= value <= high:
            found.append(
                Finding(
                    "estate_schemes.csv",
                    index,
                    "opening_year",
                    f"{value} with {low} to {high}",
                    "opening_low ≤ opening_year ≤ opening_high",
                )
            )
    for index, row in numbered(tables["facilities"]):
        found.extend(_cost_findings(index, row))
    if "register_coverage" in tables:
        found.extend(_coverage_findings(tables["register_coverage"], tables["facilities"]))
    return found


def _coverage_findings(coverage: pd.DataFrame, facilities: pd.DataFrame) -> list[Finding]:
    """Rows that call the register complete for what is not counted by place."""
    by_provider = set(facilities.loc[facilities["level"] == "provider", "facility"])
    expected = "a facility that facilities.csv counts by place or neighbourhood"
    return [
        Finding("register_coverage.csv", index, "facility", str(row["facility"]), expected)
        for index, row in numbered(coverage)
        if row["facility"] in by_provider
    ]


def _site_findings(premises: pd.DataFrame) -> list[Finding]:
    """Rows of one site that do not agree on where it is or how many patients it has."""
    found, first = [], dict[str, tuple[int, dict[str, Any]]]()
    for index, row in numbered(premises):
        at, before = first.setdefault(str(row["site_code"]), (index, row))
        for column in ("place", "neighbourhood", "registered_patients"):
            ours, theirs = row[column], before[column]
            if ours != theirs and not (pd.isna(ours) and pd.isna(theirs)):
                expected = f"{_cell(theirs)}, as in row {at} of the same site_code"
                found.append(Finding("premises.csv", index, column, _cell(ours), expected))
                break
    return found


def _cell(value: Any) -> str:
    if pd.isna(value):
        return "an empty cell"
    return f"{value:g}" if isinstance(value, float) else str(value)


def _shared_findings(file: str, register: pd.DataFrame, tables: Mapping[str, pd.DataFrame]) -> list[Finding]:
    facilities = tables["facilities"].set_index("facility")
    providers = set(tables["providers"]["provider"]) if "providers" in tables else None
    neighbourhoods = set(tables["neighbourhoods"]["neighbourhood"]) if "neighbourhoods" in tables else None
    place_of = _place_of_neighbourhood(tables)
    found = []
    for index, row in numbered(register):
        facility = str(row["facility"])
        if facility not in facilities.index:
            found.append(Finding(file, index, "facility", facility, "a facility of facilities.csv"))
            continue
        unit = str(facilities.loc[facility, "unit"])
        if row["unit"] != unit:
            found.append(Finding(file, index, "unit", str(row["unit"]), f"{unit}, the unit of {facility}"))
        if pd.notna(row["provider"]) and providers is not None and row["provider"] not in providers:
            found.append(
                Finding(file, index, "provider", str(row["provider"]), "a provider of providers.csv")
            )
        if pd.isna(row["provider"]) and facilities.loc[facility, "level"] == "provider":
            found.append(
                Finding(file, index, "provider", "an empty cell", f"the provider with the {facility}")
            )
        known = neighbourhoods is None or row["neighbourhood"] in neighbourhoods
        if pd.notna(row["neighbourhood"]) and not known:
            expected = "a neighbourhood of neighbourhoods.csv, or an empty cell"
            found.append(Finding(file, index, "neighbourhood", str(row["neighbourhood"]), expected))
        elif place_of.get(str(row["neighbourhood"]), row["place"]) != row["place"]:
            lies_in = place_of[str(row["neighbourhood"])]
            expected = f"a neighbourhood of {row['place']}, the place of the row"
            at = f"{row['neighbourhood']}, which lies in {lies_in}"
            found.append(Finding(file, index, "neighbourhood", at, expected))
    return found


def _place_of_neighbourhood(tables: Mapping[str, pd.DataFrame]) -> dict[str, str]:
    if not {"neighbourhoods", "msoa_population"} <= set(tables):
        return {}
    people = tables["msoa_population"].drop_duplicates("msoa")
    place = dict(zip(people["msoa"], people["place"], strict=True))
    lookup = tables["neighbourhoods"]
    return {
        str(code): str(place[msoa])
        for msoa, code in zip(lookup["msoa"], lookup["neighbourhood"], strict=True)
        if msoa in place
    }


def _premises_findings(index: int, row: Mapping[str, Any]) -> list[Finding]:
    file, found = "premises.csv", []
    opened, closes = _number(row["opened"]), _number(row["closes"])
    if closes <= opened:
        found.append(
            Finding(file, index, "closes", f"{closes:.0f} with opened {opened:.0f}", "a year after it opened")
        )
    change, year = _number(row["planned_change"]), _number(row["planned_change_year"])
    if np.isnan(change) != np.isnan(year):
        column = "planned_change_year" if np.isnan(year) else "planned_change"
        found.append(Finding(file, index, column, "an empty cell", "a planned change with its year"))
    if year < opened:
        words = f"{year:.0f} with opened {opened:.0f}"
        found.append(Finding(file, index, "planned_change_year", words, "a year in which it is open"))
    if year >= closes:
        words = f"{year:.0f} with closes {closes:.0f}"
        found.append(Finding(file, index, "planned_change_year", words, "a year in which it is open"))
    if row["tenure"] == "freehold" and not np.isnan(_number(row["lease_end"])):
        words = f"{row['lease_end']:.0f} with tenure freehold"
        found.append(Finding(file, index, "lease_end", words, "an empty cell, or the tenure of a lease"))
    quantity = _number(row["quantity"])
    if quantity + change < 0:
        found.append(
            Finding(file, index, "planned_change", f"{change:g} of {quantity:g}", "no more than the quantity")
        )
    return found


def _cost_findings(index: int, row: Mapping[str, Any]) -> list[Finding]:
    low, cost, high = (_number(row[name]) for name in ("cost_low_gbp", "cost_gbp", "cost_high_gbp"))
    given = [not np.isnan(value) for value in (low, cost, high)]
    file = "facilities.csv"
    if any(given) and not (all(given) and low <= cost <= high):
        found = f"low {low:g}, cost {cost:g}, high {high:g}"
        return [Finding(file, index, "cost_gbp", found, "low ≤ cost ≤ high, or none of them")]
    if all(given):
        for name in ("cost_year", "building", "running_cost_gbp"):
            if pd.isna(row[name]):
                return [Finding(file, index, name, "an empty cell", "a value where there is a cost")]
    return []


def _number(value: object) -> float:
    return float(value) if isinstance(value, int | float) else float("nan")
