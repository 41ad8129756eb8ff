"""Which assumptions a released number rests on, so that a reader gets from the number to them in one step.

Read off what is declared already: `used_in` of assumptions.csv says which function uses a number, so which
kind of number rests on it; a name of a service, staff group or facility in its id says of which one. What a
facility takes is asked of its own formula. A basis holds its own assumptions and the bases it builds on.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass

import numpy as np
import pandas as pd

from assets.contributions.contribution_items import FACILITIES_BEHIND
from models.estates.capacity_formulae import FACILITIES

_USED_IN: dict[str, tuple[str, ...]] = {
    "homes": ("housing_trajectories/", "assets/housing/housing_stage.py"),
    "population": ("models/demography/", "assets/population/population_figures.py"),
    "accuracy": (
        "benchmarks/",
        "models/demography/as_known.py",
        "assets/accuracy/population_accuracy.py",
        "assets/population/population_figures.py:past_rate",
        "assets/population/population_run.py:unrebased",
    ),
    "services": (
        "models/demand/",
        "assets/demand/",
        "models/uncertainty/ensemble.py",
    ),
    "months": (
        "models/demand/rolling_origin.py",
        "models/demand/series_cleaning.py",
        "assets/demand/activity_forecast.py",
        "assets/release_history/",
    ),
    "hospital_activity": ("models/demand/monthly_to_yearly.py", "models/demand/provider_flows.py"),
    "staff": ("models/workforce/", "assets/workforce/"),
    "levers": ("assets/workforce/workforce_levers.py",),
    "buildings": ("models/estates/capacity_formulae.py",),
    "capital": ("models/estates/capital_costs.py",),
    "contributions": ("models/estates/contribution_rules.py", "assets/contributions/"),
}
"""By kind of number where its assumptions are used: the longest beginning of `used_in` that fits decides."""

_UPSTREAM: dict[str, tuple[str, ...]] = {
    "population": ("homes",),
    "accuracy": ("population",),
    "services": ("population",),
    "hospital_activity": ("services", "months"),
    "staff": ("services", "hospital_activity"),
    "levers": ("staff",),
    "buildings": ("services", "hospital_activity"),
    "capital": ("buildings",),
    "contributions": ("capital",),
}
_OUTSIDE_HOSPITAL = "all_outside_hospital"
_EVERYWHERE = "all"
_ACUTE = "acute"
_STAY = "stay_change"


@dataclass(frozen=True)
class Basis:
    """Ids of the assumptions a number rests on itself, and names of the bases it builds on."""

    ids: tuple[str, ...]
    upstream: tuple[str, ...] = ()


def kind_of(used_in: str) -> str | None:
    """The kind of number for which an assumption is used; None where no kind is declared to use it."""
    fitting = [
        (len(beginning), kind)
        for kind, beginnings in _USED_IN.items()
        for beginning in beginnings
        if used_in.startswith(beginning)
    ]
    return max(fitting)[1] if fitting else None


def bases(tables: Mapping[str, pd.DataFrame]) -> dict[str, Basis]:
    """Every basis by name: kinds of numbers, `service|…`, `staff|sector|group` and `facility|…`.

    tables: those of a release; of services, staff and facilities only what the release has.
    """
    if "assumptions" not in tables:
        return {}
    frame = tables["assumptions"]
    kinds = frame["used_in"].map(kind_of)
    of = {kind: list(frame.loc[kinds == kind, "id"]) for kind in _USED_IN}
    made = {kind: Basis(tuple(ids), _UPSTREAM.get(kind, ())) for kind, ids in of.items()}
    return {**made, **_of_services(tables, of), **_of_staff(tables, of), **_of_facilities(tables, of)}


def asks(assumptions: pd.DataFrame) -> dict[str, Basis]:
    """By item of developer_contributions what its ask rests on: the rules of asks and the facilities it buys.

    Capital's own numbers (optimism bias, discounting, years of building) are none of an ask's.
    """
    kinds = assumptions["used_in"].map(kind_of)
    rules, of_buildings = (list(assumptions.loc[kinds == k, "id"]) for k in ("contributions", "buildings"))
    made = {}
    for item, facilities in FACILITIES_BEHIND.items():
        formulas = [_formula(facility) for facility in facilities]
        asked = {identifier for ids, _ in formulas for identifier in ids}
        own = (*rules, *(each for each in of_buildings if each in asked)) if facilities else ()
        services = dict.fromkeys(f"service|{service}" for _, served in formulas for service in served)
        made[item] = Basis(own, tuple(services))
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


def _of_services(tables: Mapping[str, pd.DataFrame], of: Mapping[str, list[str]]) -> dict[str, Basis]:
    if "services" not in tables:
        return {}
    columns = ["service", "growth_group", "uncertainty", "length_of_stay_group", "people", "linked_service"]
    rows = tables["services"][columns].astype(object).to_dict("records")
    groups = {str(row[name]) for row in rows for name in columns if isinstance(row[name], str)}
    # An id that begins as a column's name does (health_status) is of every service, not of one so called.
    first_words = {_first_word(row["service"]) for row in rows} - {
        _first_word(column) for column in tables["services"].columns
    }
    made = {}
    for row in rows:
        own = {str(row[name]) for name in columns if isinstance(row[name], str)}
        ids = _concerning(of["services"], own, groups, first_words)
        linked = (f"service|{row['linked_service']}",) if isinstance(row["linked_service"], str) else ()
        made[f"service|{row['service']}"] = Basis(ids, ("population", *linked))
    return made


def _concerning(
    ids: Iterable[str], own: Collection[str], groups: Collection[str], first_words: Collection[str]
) -> tuple[str, ...]:
    """Those of the ids whose words name one of `own`, or no group at all."""
    own_words = {_first_word(each) for each in own}
    found = []
    for identifier in ids:
        words = identifier.split(".", 1)[1].removesuffix("_elicited")
        named = _named(words, groups)
        if named is not None:
            wanted = named in own
        else:
            wanted = _first_word(words) not in first_words or _first_word(words) in own_words
        if wanted:
            found.append(identifier)
    return tuple(found)


def _named(words: str, groups: Iterable[str]) -> str | None:
    """The longest of the groups with whose name the words end."""
    return max((each for each in groups if f"_{words}".endswith(f"_{each}")), key=len, default=None)


def _first_word(name: object) -> str:
    return str(name).split("_", 1)[0]


def _of_staff(tables: Mapping[str, pd.DataFrame], of: Mapping[str, list[str]]) -> dict[str, Basis]:
    if "workforce" not in tables:
        return {}
    pairs = tables["workforce"][["sector", "staff_group"]].drop_duplicates().astype(str)
    sectors = set(pairs["sector"]) - {_EVERYWHERE}
    groups = set(pairs["staff_group"]) | sectors | {sector.removeprefix("adult_") for sector in sectors}
    made = {}
    for sector, group in pairs.itertuples(index=False, name=None):
        if group == _EVERYWHERE:
            own = groups
        elif group == _OUTSIDE_HOSPITAL:
            acute = pairs["sector"] == _ACUTE
            own = groups - set(pairs.loc[acute, "staff_group"]) - {_ACUTE}
        else:
            own = {group, sector, sector.removeprefix("adult_")}
        named = {identifier: _named(identifier, groups) for identifier in of["staff"]}
        ids = tuple(each for each, name in named.items() if name is None or name in own)
        made[f"staff|{sector}|{group}"] = Basis(ids, _UPSTREAM["staff"])
    return made


def _of_facilities(tables: Mapping[str, pd.DataFrame], of: Mapping[str, list[str]]) -> dict[str, Basis]:
    used = {
        facility
        for name in ("estates", "provider_estates", "neighbourhood_estates", "capacity_breach")
        if name in tables
        for facility in tables[name]["facility"].astype(str).unique()
    }
    by_trust = set(tables["provider_estates"]["facility"].unique()) if "provider_estates" in tables else set()
    stay = tuple(each for each in of["buildings"] if _STAY in each)
    made = {}
    for facility in sorted(used & FACILITIES.keys()):
        asked, served = _formula(facility)
        services = [f"service|{service}" for service in served]
        of_stays = stay if any("bed_days" in service for service in services) else ()
        ids = tuple(each for each in of["buildings"] if each in asked or each in of_stays)
        level = ("hospital_activity",) if facility in by_trust else ()
        made[f"facility|{facility}"] = Basis(ids, (*services, *level))
    return made


def _formula(facility: str) -> tuple[set[str], list[str]]:
    """Ids of the assumptions that a facility's formula asks for, and the services it serves."""
    asked: set[str] = set()

    def value(name: str) -> np.ndarray:
        asked.add(f"estates.{name}")
        return np.ones(1)

    served = list(FACILITIES[facility](value))
    return asked, served
