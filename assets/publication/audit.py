"""The audit of a whole release before readers see it: totals add up, and no table is empty or zero.

Every rule is a sentence when it is broken. The sums themselves are taken in models.evaluation.reconciliation.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np
import pandas as pd

from assets.publication.dictionary import DECLARED
from assets.tables.declarations import TABLES
from models.evaluation.reconciliation import in_order, largest_gap

TOLERANCE = 1e-6
"""Persons, homes or units: totals are sums of doubles, so they agree far more closely than anyone reads."""

_ADDITIVE_OVER_PLACES: dict[str, dict[str, tuple[str, ...]]] = {
    "population": {},
    "population_single_year": {},
    "components_of_change": {},
    "households": {"measure": ("dwellings", "households", "household_population", "communal_population")},
    "housing_delivery": {"site_reference": ("all",)},
    "demand": {},
    "workforce": {"measure": ("required_wte",)},
    "estates": {"measure": ("required",)},
}
_AGES_OF = {"all": "people", "65+": "people_65_plus", "85+": "people_85_plus"}
"""Measures of people by deprivation, by their age band of population."""
_BANDS = {
    "population": ("age_band", "all", ("0-15", "16-64", "65+")),
}


RULES = (
    "no table is empty, all zero, infinite, or null where it may not be",
    "every table is sorted by its keys",
    "every check of the run that stops a release has passed",
    "every column is declared and described in the data dictionary",
    "headlines lie within the declared bounds of the last release, or somebody has accepted the change",
    "places add up to the system",
    "broad age bands add up to all ages, and the sexes to persons",
    "single years of age add up to all ages",
    "births − deaths + net migration + other is the change in population",
    "sites add up to their place",
    "deprivation quintiles add up to their place, people of all ages and of 65 and over, and demand",
    "providers face their residents and people from outside, and all residents are the places' demand",
    "monthly forecasts of trusts add up to the system that they are said to add up to",
)
"""The rules of the audit in words, for the manifest."""


def audit(tables: Mapping[str, pd.DataFrame], system: str) -> list[str]:
    """What is wrong with the release as a whole; empty when it may be published.

    `tables` are the released tables by name and `system` the code of the system as a place.
    """
    wrong: list[str] = []
    for name, frame in tables.items():
        wrong += _described(name, frame)
        if wrong:
            continue
        wrong += _empty_or_zero(name, frame)
        wrong += _order(name, frame)
    if wrong:
        return wrong
    for name, only in _ADDITIVE_OVER_PLACES.items():
        if name in tables:
            wrong += _places_add_up(name, tables[name], system, only)
    if "population" in tables:
        wrong += _broad_bands_add_up(tables["population"])
        wrong += _single_years_add_up(tables)
        wrong += _components_add_up(tables)
    if "housing_delivery" in tables:
        wrong += _sites_add_up(tables["housing_delivery"], system)
    if "population_by_deprivation" in tables and len(tables["population_by_deprivation"]):
        wrong += _quintiles_add_up(tables, system)
    if {"provider_demand", "provider_demand_parts", "demand"} <= set(tables):
        wrong += _providers_add_up(tables, system)
    if "activity_forecast" in tables:
        wrong += _months_add_up(tables["activity_forecast"])
    return wrong


def principal_outside(tables: Mapping[str, pd.DataFrame]) -> dict[str, int]:
    """How many rows of each table have a principal run outside its own 80 % interval, for the manifest.

    No reason to refuse a release: the principal run is not the middle of skewed draws. The tables in which it
    may be outside say why in their descriptions.
    """
    found = {}
    for name, frame in tables.items():
        if {"principal", "p10", "p90"} <= {*frame.columns}:
            gap = np.fmax(frame["p10"] - frame["principal"], frame["principal"] - frame["p90"])
            found[name] = int((gap > TOLERANCE).sum())
    return found


def failed_checks(checks: Sequence[Mapping[str, object]]) -> list[str]:
    """A sentence for each check of the run that should have stopped it and did not pass."""
    return [
        f"the check {check['check']} of {check['asset']} did not pass: {check['description']}"
        for check in checks
        if check["severity"] == "ERROR" and not check["passed"]
    ]


def _described(name: str, frame: pd.DataFrame) -> list[str]:
    """Columns of a table that the data dictionary does not declare or describe."""
    if name not in DECLARED:
        return [f"{name} is declared nowhere, so the data dictionary cannot describe it"]
    declared = {column.name: column.description for column in DECLARED[name].columns}
    wrong = [f"{name}.{column} is not declared" for column in frame.columns if column not in declared]
    wrong += [f"{name} has no column {column}" for column in declared if column not in frame.columns]
    wrong += [
        f"{name}.{column} has no description" for column, words in declared.items() if not words.strip()
    ]
    return wrong


def _empty_or_zero(name: str, frame: pd.DataFrame) -> list[str]:
    wrong = []
    if frame.empty and not (name in DECLARED and DECLARED[name].may_be_empty):
        wrong.append(f"{name} has no rows")
    values = [
        c.name for c in DECLARED[name].columns if c.kind == "number" and c.name not in DECLARED[name].keys
    ]
    if "principal" in frame:
        values = ["principal"]
    values = [value for value in values if value not in DECLARED[name].may_be_zero]
    if values and len(frame) and not frame[values].fillna(0.0).abs().gt(0).to_numpy().any():
        wrong.append(f"{name} is zero in every row")
    for column in TABLES[name].columns if name in TABLES else ():
        if not column.nullable and frame[column.name].isna().any():
            wrong.append(f"{name}.{column.name} has a null and is not declared nullable")
        if column.kind == "number" and np.isinf(frame[column.name].to_numpy(dtype=float)).any():
            wrong.append(f"{name}.{column.name} has an infinite value")
    return wrong


def _order(name: str, frame: pd.DataFrame) -> list[str]:
    if name not in TABLES:
        return []
    keys = list(TABLES[name].keys)
    # By each key's place among its values: to sort the rows anew takes many times as long.
    places = [pd.factorize(frame[key], sort=True, use_na_sentinel=False)[0] for key in keys]
    if not in_order(np.stack(places)):
        return [f"{name} is not sorted by {', '.join(keys)}"]
    return []


def _compare(
    name: str, parts: pd.DataFrame, totals: pd.DataFrame, keys: list[str], value: str, words: str
) -> list[str]:
    """Whether the parts' sums over `keys` are the totals'; a key on one side only is wrong as well."""
    if totals.empty:
        return [f"{name}: there are no totals to hold {words} against"]
    index = pd.MultiIndex.from_frame(totals[keys])
    group = index.get_indexer(pd.MultiIndex.from_frame(parts[keys]))
    if (group < 0).any():
        orphan = parts.loc[group < 0, keys].iloc[0].to_dict()
        return [f"{name}: {words}: no total for {orphan}"]
    gap, worst = largest_gap(parts[value].to_numpy(), group, totals[value].to_numpy())
    if gap > TOLERANCE:
        return [f"{name}: {words} by {gap:,.6f} at {totals[keys].iloc[worst].to_dict()}"]
    return []


def _places_add_up(
    name: str, frame: pd.DataFrame, system: str, only: Mapping[str, tuple[str, ...]]
) -> list[str]:
    for column, values in only.items():
        frame = frame[frame[column].isin(values)]
    keys = [key for key in TABLES[name].keys if key != "place"]
    parts, totals = frame[frame["place"] != system], frame[frame["place"] == system]
    return _compare(name, parts, totals, keys, "principal", "places do not add up to the system")


def _broad_bands_add_up(population: pd.DataFrame) -> list[str]:
    column, whole, bands = _BANDS["population"]
    keys = ["scenario", "place", "year", "sex"]
    wrong = _compare(
        "population",
        population[population[column].isin(bands)],
        population[population[column] == whole],
        keys,
        "principal",
        "broad age bands do not add up to all ages",
    )
    sexes = population[population["sex"] != "persons"]
    persons = population[population["sex"] == "persons"]
    keys = ["scenario", "place", "year", "age_band"]
    return wrong + _compare(
        "population", sexes, persons, keys, "principal", "the sexes do not add up to persons"
    )


def _single_years_add_up(tables: Mapping[str, pd.DataFrame]) -> list[str]:
    single, bands = tables.get("population_single_year"), tables["population"]
    if single is None:
        return []
    keys = ["scenario", "place", "year", "sex"]
    totals = bands[(bands["age_band"] == "all") & bands["sex"].isin(single["sex"].unique())]
    return _compare(
        "population_single_year", single, totals, keys, "principal", "single years do not add up to all ages"
    )


def _components_add_up(tables: Mapping[str, pd.DataFrame]) -> list[str]:
    components = tables.get("components_of_change")
    if components is None:
        return []
    people = tables["population"].query("sex == 'persons' and age_band == 'all'")
    keys = ["scenario", "place", "year"]
    before = people[[*keys, "principal"]].assign(year=lambda frame: frame["year"] + 1)
    change = people.merge(before, on=keys, suffixes=("", "_before"))
    change = change.assign(principal=change["principal"] - change["principal_before"])
    sign = components["component"].map({"deaths": -1.0}).fillna(1.0)
    signed = components.assign(principal=components["principal"] * sign)
    signed = signed[signed["year"] > people["year"].min()]
    return _compare(
        "components_of_change",
        signed,
        change,
        keys,
        "principal",
        "births − deaths + net migration + other is not the change in population",
    )


def _quintiles_add_up(tables: Mapping[str, pd.DataFrame], system: str) -> list[str]:
    """Every place and year, people by the ages the measure is of and demand by service."""
    name, quintiles = "population_by_deprivation", tables["population_by_deprivation"]
    # Where a place has no small areas, nothing is said of the system as a whole.
    wrong = _places_add_up(name, quintiles, system, {}) if (quintiles["place"] == system).any() else []
    keys = ["scenario", "place", "year", "measure"]
    totals = []
    if "population" in tables:
        people = tables["population"].query("sex == 'persons'")
        totals.append(people.assign(measure=people["age_band"].map(_AGES_OF)).dropna(subset=["measure"]))
    if "demand" in tables:
        totals.append(tables["demand"].rename(columns={"service": "measure"}))
    if not totals:
        return wrong
    whole = pd.concat([frame[[*keys, "principal"]] for frame in totals], ignore_index=True)
    # A place that has any rows of a measure must have those of every scenario and year.
    told = quintiles[["place", "measure"]].drop_duplicates()
    return wrong + _compare(
        name,
        quintiles,
        whole.merge(told, on=["place", "measure"]),
        keys,
        "principal",
        "quintiles do not add up to the place",
    )


def _sites_add_up(delivery: pd.DataFrame, system: str) -> list[str]:
    places = delivery[delivery["place"] != system]
    sites, totals = places[places["site_reference"] != "all"], places[places["site_reference"] == "all"]
    keys = ["scenario", "place", "year"]
    wrong = []
    for value in ("planned_net_dwellings", "principal"):
        wrong += _compare(
            "housing_delivery", sites, totals, keys, value, f"sites' {value} do not add up to the place"
        )
    return wrong


def _providers_add_up(tables: Mapping[str, pd.DataFrame], system: str) -> list[str]:
    """Both ways: a provider is the sum of its parts, and the residents of all are what the places need."""
    name, parts = "provider_demand_parts", tables["provider_demand_parts"]
    keys = ["scenario", "year", "service"]
    residents = parts[parts["part"] == "residents"]
    needed = tables["demand"]
    needed = needed[(needed["place"] == system) & needed["service"].isin(residents["service"])]
    return [
        *_compare(
            name,
            parts,
            tables["provider_demand"],
            ["provider", *keys],
            "principal",
            "parts do not add up to what the provider faces",
        ),
        *_compare(name, residents, needed, keys, "principal", "residents are not the demand of the places"),
    ]


def _months_add_up(forecast: pd.DataFrame) -> list[str]:
    """Every month of a system that some rows say they add up to; where none say so, nothing need add up."""
    parts = forecast.dropna(subset=["adds_up_to"])
    keys = ["adds_up_to", "measure", "month"]
    totals = forecast.assign(adds_up_to=forecast["provider"]).merge(
        parts[keys[:2]].drop_duplicates(), on=keys[:2]
    )
    if parts.empty:
        return []
    return _compare("activity_forecast", parts, totals, keys, "mean", "trusts do not add up to their system")
