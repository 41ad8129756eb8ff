"""Whether small areas, teams, flows and positions agree: what lies where, once each, and inside the area."""

from __future__ import annotations

from collections.abc import Mapping

import pandas as pd

from assets.inputs.csv_reading import numbered
from housing_trajectories.findings import Finding

TEAM_SIZES = (30_000, 60_000)
"""People of a neighbourhood team; others are told and taken."""
_OUTSIDE = "outside"


def small_area_findings(tables: Mapping[str, pd.DataFrame]) -> list[Finding]:
    """What contradicts the list of small areas in the tables that name them."""
    if "small_areas" not in tables or "msoa_population" not in tables:
        return []
    people = tables["msoa_population"].drop_duplicates("msoa")
    place_of = dict(zip(people["msoa"], people["place"], strict=True))
    findings = []
    for name in ("small_areas", "neighbourhood_teams"):
        for row, cells in numbered(tables[name]) if name in tables else ():
            msoa, place = str(cells["msoa"]), str(cells["place"])
            if place_of.get(msoa) != place:
                found = f"{msoa}, which lies in {place_of[msoa]}" if msoa in place_of else msoa
                expected = f"a small area of {place} in msoa_population.csv"
                findings.append(Finding(f"{name}.csv", row, "msoa", found, expected))
    if "neighbourhood_teams" in tables:
        findings += _teams(tables["neighbourhood_teams"], tables["small_areas"])
    if "registered_flows" in tables:
        findings += _flows(tables["registered_flows"], place_of)
    return findings


def _teams(teams: pd.DataFrame, small_areas: pd.DataFrame) -> list[Finding]:
    """Small areas in two teams, teams of two places or names, and sizes beyond the usual."""
    findings = []
    rows = numbered(teams)
    first: dict[str, int] = {}
    first_of: dict[tuple[str, str], tuple[int, str]] = {}
    for row, cells in rows:
        msoa, team = str(cells["msoa"]), str(cells["team"])
        if msoa in first:
            found = f"{msoa} a second time (first in row {first[msoa]})"
            findings.append(Finding("neighbourhood_teams.csv", row, "msoa", found, "each small area once"))
        first.setdefault(msoa, row)
        for column in ("place", "team_name"):
            value = str(cells[column])
            before = first_of.setdefault((team, column), (row, value))
            if before[1] != value:
                expected = f"{before[1]}, as in row {before[0]}: a team is of one council and has one name"
                findings.append(Finding("neighbourhood_teams.csv", row, column, value, expected))
    people = dict(zip(small_areas["msoa"], small_areas["population_latest"], strict=True))
    sizes = teams.assign(people=teams["msoa"].map(people)).groupby("team", sort=True)["people"].sum()
    low, high = TEAM_SIZES
    findings += [
        Finding(
            "neighbourhood_teams.csv",
            next(row for row, cells in rows if cells["team"] == team),
            "team",
            f"{team} of {size:,.0f} people",
            f"{low:,} to {high:,} people",
            severity="warning",
        )
        for team, size in sizes.items()
        if not low <= size <= high
    ]
    return findings


def _flows(flows: pd.DataFrame, place_of: Mapping[str, str]) -> list[Finding]:
    expected = f"a small area of msoa_population.csv, or {_OUTSIDE}"
    return [
        Finding("registered_flows.csv", row, "msoa", str(cells["msoa"]), expected)
        for row, cells in numbered(flows)
        if cells["msoa"] != _OUTSIDE and cells["msoa"] not in place_of
    ]
