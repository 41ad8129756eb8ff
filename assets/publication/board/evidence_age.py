"""How old the evidence behind the headlines is: the newest input, the oldest, and which are to be renewed.

Evidence is what was counted or recorded: inputs whose rows have a vintage (`area_inputs`), and inputs of a
source with a rhythm (`source_freshness`). Assumptions have their own list, with a grade each.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass

import pandas as pd

PEOPLE, SERVICES, STAFF, BUILDINGS = "people and homes", "services", "staff", "buildings"

BEHIND: dict[str, tuple[str, ...]] = {
    "acute_beds_monthly": (SERVICES, STAFF, BUILDINGS),
    "ae_attendances_monthly": (SERVICES, STAFF, BUILDINGS),
    "births_and_deaths": (PEOPLE,),
    "census_based_population": (PEOPLE,),
    "census_households": (PEOPLE,),
    "dwelling_stock": (PEOPLE,),
    "gp_appointments_monthly": (SERVICES, STAFF, BUILDINGS),
    "gp_workforce_and_patients": (SERVICES, STAFF, BUILDINGS),
    "hospital_activity_rates_adults": (SERVICES, STAFF, BUILDINGS),
    "hospital_activity_rates_children": (SERVICES, STAFF, BUILDINGS),
    "international_migration_profile": (PEOPLE,),
    "local_plan_requirements": (PEOPLE,),
    "msoa_population": (BUILDINGS,),
    "national_fertility": (PEOPLE,),
    "national_mortality": (PEOPLE,),
    "need_indices": (SERVICES, STAFF, BUILDINGS),
    "neighbourhood_teams": (BUILDINGS,),
    "neighbourhoods": (BUILDINGS,),
    "net_additional_dwellings": (PEOPLE,),
    "network_staff": (STAFF,),
    "outpatient_attendance_rates": (SERVICES, STAFF, BUILDINGS),
    "past_components_of_change": (PEOPLE,),
    "place_staff_rates": (STAFF,),
    "place_to_provider_shares": (SERVICES, STAFF, BUILDINGS),
    "population_estimates": (PEOPLE,),
    "practice_places": (STAFF, BUILDINGS),
    "practice_premises": (BUILDINGS,),
    "premises": (BUILDINGS,),
    "providers": (SERVICES, STAFF, BUILDINGS),
    "published_staff_groups": (STAFF,),
    "registered_flows": (BUILDINGS,),
    "shared_trusts": (STAFF,),
    "small_areas": (BUILDINGS,),
    "system_totals": (SERVICES, STAFF, BUILDINGS),
    "trust_staff": (STAFF,),
    "trust_staff_groups": (STAFF,),
}
"""Dated inputs by the first headlines they reach; all others only compare, name or describe.

The asset graph says so, and a test holds this list against it.
"""


_OWN = "placecast"
"""The source of what this project assumes itself."""


@dataclass(frozen=True)
class Dated:
    """An input and how old it is: `as_of` in the words of its file, `year` as a number."""

    table: str
    used_for: tuple[str, ...]
    as_of: str
    year: int
    source_id: str
    source: str


def dated_evidence(tables: Mapping[str, pd.DataFrame]) -> list[Dated]:
    """Every dated input behind a headline, the oldest first; several rows where its vintages differ.

    An input's own vintage counts before its source's month of publication; one without either is left out.
    """
    if not {"area_inputs", "input_files", "sources"} <= tables.keys():
        return []
    titles = dict(zip(tables["sources"]["id"], tables["sources"]["title"], strict=True))
    found = {
        Dated(table, BEHIND[table], as_of, year, source, str(titles.get(source, source)))
        for table, as_of, source in (*_by_vintage(tables), *_by_source(tables))
        if table in BEHIND and (year := _year_of(as_of)) is not None
    }
    return sorted(found, key=lambda one: (one.year, one.as_of, one.table))


def _by_vintage(tables: Mapping[str, pd.DataFrame]) -> list[tuple[str, str, str]]:
    rows = tables["area_inputs"].dropna(subset=["vintage", "source_id"])
    rows = rows[rows["source_id"] != _OWN]
    return [
        (str(table), str(vintage), str(source))
        for table, vintage, source in rows[["input", "vintage", "source_id"]].itertuples(index=False)
    ]


def _by_source(tables: Mapping[str, pd.DataFrame]) -> list[tuple[str, str, str]]:
    """Inputs that are all of one source with a month of publication, where no row gives a vintage."""
    if "source_freshness" not in tables:
        return []
    known = tables["source_freshness"].dropna(subset="released").set_index("source_id")["released"]
    files = tables["input_files"]
    files = files[files["source_id"].isin(known.index)].dropna(subset="table")
    own = {table for table, _, _ in _by_vintage(tables)}
    return [
        (str(table), str(known[source]), str(source))
        for table, source in files[["table", "source_id"]].itertuples(index=False)
        if table not in own
    ]


def _year_of(words: str) -> int | None:
    years = [int(each) for each in re.findall(r"\b(?:19|20)\d\d\b", words)]
    return max(years) if years else None


def in_one_line(found: list[Dated]) -> str:
    """The newest year, the oldest, and what the oldest is; nothing where no input is dated."""
    if not found:
        return ""
    oldest = [one for one in found if one.year == found[0].year]
    named = sorted({one.source for one in oldest})
    return f"newest {found[-1].year}, oldest that matters {found[0].year} ({'; '.join(named)})"


def overdue_at(tables: Mapping[str, pd.DataFrame], month: str) -> tuple[int, int]:
    """How many sources had a newer release due before `month` (as 2026-07), and of how many."""
    if "source_freshness" not in tables:
        return 0, 0
    due = tables["source_freshness"]["next_release"].dropna().astype(str)
    return int((due < month).sum()), len(due)
