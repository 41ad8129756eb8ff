"""Whether registers that name housing sites name those there are, and put them into areas of their place.

A reference that is misspelt matches nothing: the site would be taken for one that nobody knows. The days
of plans are checked here too.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from datetime import date

import pandas as pd

from assets.inputs.csv_reading import numbered
from assets.tables.declarations.named_values import UNALLOCATED
from housing_trajectories.findings import Finding

_REGISTERS = ("site_neighbourhoods", "site_funding", "site_types")


def site_findings(
    tables: Mapping[str, pd.DataFrame], planned: Mapping[str, Collection[str]]
) -> list[Finding]:
    """Rows whose site is in no trajectory and no list of sites, or whose small area is of another place.

    planned: the sites of each place's trajectory. Of a place without a list of sites nothing is said: sites
    that are built stand in no trajectory.
    """
    known: dict[str, set[str]] = {}
    for place, site in _sites(tables["housing_sites"]) if "housing_sites" in tables else ():
        if place in planned:
            known.setdefault(place, set(planned[place])).add(site)
    findings = []
    for name in _REGISTERS:
        for row, cells in numbered(tables[name]) if name in tables else ():
            place, site = str(cells["place"]), str(cells["site_reference"])
            if place in known and site not in known[place]:
                expected = f"a site of the trajectory of {place} or of housing_sites.csv"
                findings.append(Finding(f"{name}.csv", row, "site_reference", site, expected))
    return findings + _areas(tables) + _held(tables)


def _held(tables: Mapping[str, pd.DataFrame]) -> list[Finding]:
    """Funding statements that allocate more than is held, or have sums and no year."""
    findings = []
    name = "contribution_policies"
    for row, cells in numbered(tables[name]) if name in tables else ():
        held, allocated = cells["held_gbp"], cells["allocated_gbp"]
        if not pd.isna(allocated) and (pd.isna(held) or allocated > held):
            has = "nothing" if pd.isna(held) else f"£{held:,.0f}"
            found = f"£{allocated:,.0f} allocated of {has} held"
            findings.append(Finding(f"{name}.csv", row, "allocated_gbp", found, "no more than held_gbp"))
        if not pd.isna(held) and pd.isna(cells["statement_year"]):
            expected = "the financial year of the funding statement"
            findings.append(Finding(f"{name}.csv", row, "statement_year", "an empty cell", expected))
    return findings


def _areas(tables: Mapping[str, pd.DataFrame]) -> list[Finding]:
    if not {"site_neighbourhoods", "msoa_population"} <= set(tables):
        return []
    people = tables["msoa_population"].drop_duplicates("msoa")
    place_of = dict(zip(people["msoa"], people["place"], strict=True))
    findings = []
    for row, cells in numbered(tables["site_neighbourhoods"]):
        area, place = str(cells["msoa"]), str(cells["place"])
        if area != UNALLOCATED and place_of.get(area) != place:
            found = f"{area}, which lies in {place_of[area]}" if area in place_of else area
            expected = f"a small area of {place} in msoa_population.csv, or {UNALLOCATED}"
            findings.append(Finding("site_neighbourhoods.csv", row, "msoa", found, expected))
    return findings


def plan_findings(tables: Mapping[str, pd.DataFrame]) -> list[Finding]:
    """Cells of local_plan_requirements.csv that should be a day and are none."""
    findings = []
    name = "local_plan_requirements"
    for row, cells in numbered(tables[name]) if name in tables else ():
        for column in ("adopted_on", "as_of"):
            text = cells[column]
            if isinstance(text, str) and not _is_day(text):
                findings.append(Finding(f"{name}.csv", row, column, text, "a day such as 2024-03-31"))
    return findings


def _is_day(text: str) -> bool:
    try:
        return date.fromisoformat(text).isoformat() == text
    except ValueError:
        return False


def _sites(frame: pd.DataFrame) -> list[tuple[str, str]]:
    return list(zip(frame["place"].astype(str), frame["site_reference"].astype(str), strict=True))
