"""The assumptions a released number depends on, so that a reader gets from the number to them in one step.

assumptions.csv declares it: `tables` names the tables whose numbers rest on an assumption first, `concerns`
the services, staff groups, sectors or facilities it is about. A basis holds its own assumptions and the bases
it builds on.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass

import numpy as np
import pandas as pd

from assets.contributions.contribution_items import FACILITIES_BEHIND
from assets.inputs.assumptions import SERVICE_GROUPS
from models.estates.capacity_formulae import FACILITIES

UPSTREAM: dict[str, tuple[str, ...]] = {
    "housing_delivery": (),
    "housing_need_and_supply": ("housing_delivery",),
    "population": ("housing_delivery",),
    "neighbourhood_population": ("population",),
    "neighbourhood_homes": ("housing_delivery",),
    "registered_flows": (),
    "neighbourhood_teams": ("registered_flows",),
    "hub_catchments": ("neighbourhood_teams",),
    "site_catchments": (),
    "forecast_accuracy": ("population",),
    "demand": ("population", "activity_forecast"),
    "activity_forecast": (),
    "provider_demand": ("demand",),
    "workforce": ("demand", "provider_demand"),
    "general_practice_gap": ("population", "workforce"),
    "workforce_levers": ("workforce",),
    "staffing_positions": ("workforce",),
    "workforce_plan": ("workforce_levers", "staffing_positions"),
    "workforce_coverage": ("workforce",),
    "estates": ("demand", "provider_demand", "neighbourhood_population"),
    "capital_requirement": ("estates",),
    "estates_register": (),
    "local_estates": ("estates", "estates_register"),
    "estates_options": ("local_estates",),
    "estates_plan": ("estates_options",),
    "estates_budgets": ("estates_plan",),
    "estates_pipeline": ("estates_budgets", "neighbourhood_population", "neighbourhood_homes"),
    "mitigation_effects": ("workforce", "capital_requirement"),
    "developer_contributions": ("capital_requirement",),
    "scenario_differences": ("workforce", "capital_requirement"),
}
"""By table whose assumptions are told apart, the tables its numbers are made from."""
_OUTSIDE_HOSPITAL = "all_outside_hospital"
_EVERYWHERE = "all"
_ACUTE = "acute"


@dataclass(frozen=True)
class Basis:
    """Ids of the assumptions a number rests on itself, and names of the bases it builds on."""

    ids: tuple[str, ...]
    upstream: tuple[str, ...] = ()


def bases(tables: Mapping[str, pd.DataFrame]) -> dict[str, Basis]:
    """Every basis by name: tables of UPSTREAM, `service|…`, `staff|sector|group` and `facility|…`.

    tables: those of a release; of services, staff and facilities only what the release has.
    """
    if "assumptions" not in tables:
        return {}
    of = concerning(tables["assumptions"])
    made = {table: Basis(tuple(of.get(table, {})), upstream) for table, upstream in UPSTREAM.items()}
    return {**made, **_of_services(tables, of), **_of_staff(tables, of), **_of_facilities(tables, of)}


def concerning(assumptions: pd.DataFrame) -> dict[str, dict[str, frozenset[str]]]:
    """By table the ids of its assumptions, each with the names it concerns; none where it concerns all."""
    found: dict[str, dict[str, frozenset[str]]] = {}
    names = assumptions["concerns"].astype(object).fillna("")
    for identifier, tables, concerns in zip(assumptions["id"], assumptions["tables"], names, strict=True):
        for table in str(tables).split():
            found.setdefault(table, {})[str(identifier)] = frozenset(str(concerns).split())
    return found


def asks(assumptions: pd.DataFrame) -> dict[str, Basis]:
    """By item of developer_contributions what its amount rests on: the rules and the facilities it buys.

    Capital's own numbers (optimism bias, discounting, years of building) are none of an item's.
    """
    of = concerning(assumptions)
    made = {}
    for item, facilities in FACILITIES_BEHIND.items():
        of_facilities = {each for facility in facilities for each in _of_facility(of, facility)}
        rules = of.get("developer_contributions", {}) if facilities else ()
        space = [each for each in of.get("estates", {}) if each in of_facilities]
        services = dict.fromkeys(
            f"service|{service}" for facility in facilities for service in _services_of(facility)
        )
        made[item] = Basis((*rules, *space), tuple(services))
    return made


def resting_on(made: Mapping[str, Basis], name: str) -> set[str]:
    """All ids a basis rests on, its own and those of what it builds on."""
    found: set[str] = set()
    waiting, seen = [name], set()
    while waiting:
        each = waiting.pop()
        if each not in seen and each in made:
            seen.add(each)
            found.update(made[each].ids)
            waiting.extend(made[each].upstream)
    return found


_Concerning = Mapping[str, Mapping[str, frozenset[str]]]


def _ids(of: _Concerning, table: str, names: Collection[str]) -> tuple[str, ...]:
    """Assumptions of a table that concern one of the names, or everything."""
    return tuple(each for each, own in of.get(table, {}).items() if not own or own & set(names))


def _of_services(tables: Mapping[str, pd.DataFrame], of: _Concerning) -> dict[str, Basis]:
    if "services" not in tables:
        return {}
    made = {}
    for row in tables["services"].astype(object).to_dict("records"):
        names = {str(row["service"]), *(f"{column}:{row[column]}" for column in SERVICE_GROUPS)}
        linked = (f"service|{row['linked_service']}",) if isinstance(row["linked_service"], str) else ()
        made[f"service|{row['service']}"] = Basis(_ids(of, "demand", names), ("population", *linked))
    return made


def _of_staff(tables: Mapping[str, pd.DataFrame], of: _Concerning) -> dict[str, Basis]:
    if "workforce" not in tables:
        return {}
    pairs = tables["workforce"][["sector", "staff_group"]].drop_duplicates().astype(str)
    every = {*pairs["sector"], *pairs["staff_group"]}
    made = {}
    for sector, group in pairs.itertuples(index=False, name=None):
        names = {sector, group}
        if group == _EVERYWHERE:
            names = every
        elif group == _OUTSIDE_HOSPITAL:
            names = every - set(pairs.loc[pairs["sector"] == _ACUTE, "staff_group"]) - {_ACUTE}
        made[f"staff|{sector}|{group}"] = Basis(_ids(of, "workforce", names), UPSTREAM["workforce"])
    return made


def _of_facilities(tables: Mapping[str, pd.DataFrame], of: _Concerning) -> dict[str, Basis]:
    used = {
        facility
        for name in ("estates", "provider_estates", "neighbourhood_estates", "capacity_breach")
        if name in tables
        for facility in tables[name]["facility"].astype(str).unique()
    }
    by_trust = set(tables["provider_estates"]["facility"].unique()) if "provider_estates" in tables else set()
    made = {}
    for facility in sorted(used & FACILITIES.keys()):
        services = [f"service|{service}" for service in _services_of(facility)]
        level = ("provider_demand",) if facility in by_trust else ()
        made[f"facility|{facility}"] = Basis(_of_facility(of, facility), (*services, *level))
    return made


def _of_facility(of: _Concerning, facility: str) -> tuple[str, ...]:
    return _ids(of, "estates", {facility})


def _services_of(facility: str) -> list[str]:
    """The services a facility's formula serves."""
    return list(FACILITIES[facility](lambda name: np.ones(1)))
