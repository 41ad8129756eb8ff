"""Levels of the principal run and what one home more changes of them, as whole numbers for the page.

The page adds and multiplies these; it models nothing. Levels are released figures, responses the rows of
`homes_responses`.
"""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from assets.contributions.contribution_items import HOSPITAL_ITEMS, SERVICE_FUNDING
from assets.inputs.scenarios import CHANGEABLE, PRINCIPAL, Scenario
from housing_trajectories.delivery.changed_homes import EVERY_SITE

MEASURED = Path(__file__).parent / "measured.csv"
"""Errors against full runs by kind of change, as `benchmarks.what_if_accuracy` wrote them."""
NEEDED = ("homes_responses", "room_use", "cover_capacity", "capital_terms", "housing_delivery")
"""Tables without which a release is asked nothing."""
_KEYS = ["area", "response", "sector", "name"]
_STEPS = 2_000
"""Whole numbers a response is told in: a half of one is nothing of any change."""
_LEVEL_DECIMALS = 3
BEDS = "general_acute_beds"


def ask_data(tables: Mapping[str, pd.DataFrame]) -> dict[str, Any] | None:
    """What the page's script multiplies and adds up; None where the release has no responses."""
    if any(name not in tables or tables[name].empty for name in NEEDED):
        return None
    responses = tables["homes_responses"]
    years = sorted(int(year) for year in responses["year"].unique())
    levels = levels_of(tables, years)
    answering = set(responses[_KEYS].itertuples(index=False, name=None))
    keys = sorted(answering & set(levels))
    at = {key: number for number, key in enumerate(keys)}
    packed = []
    for (area, response, sector, name, place), rows in responses.groupby([*_KEYS, "homes_place"], sort=True):
        number = at.get((area, response, sector, name))
        if number is not None and rows["per_home"].any():
            packed.append([number, str(place), *_packed(rows)])
    opened = responses.groupby("homes_place")["homes_year"].agg(["min", "max"])
    return {
        "years": years,
        "keys": [list(key) for key in keys],
        "levels": [_whole(levels[key]) for key in keys],
        "level_decimals": _LEVEL_DECIMALS,
        "responses": packed,
        "homes_years": {str(place): [int(first), int(last)] for place, first, last in opened.itertuples()},
        "existing": _existing(tables, years),
        "cover": _cover(tables["cover_capacity"]),
        "rooms": tables["room_use"].to_dict("records"),
        "capital": _capital(tables["capital_terms"]),
        "homes": _homes(tables["housing_delivery"]),
    }


def ask_setting(tables: Mapping[str, pd.DataFrame], defined: list[Scenario]) -> dict[str, Any]:
    """What the part starts from: assumptions that may change, and the scenario it changes."""
    principal = next((each for each in defined if each.name == PRINCIPAL), None)
    assumptions = tables["assumptions"]
    known = dict(zip(assumptions["id"].astype(str), assumptions["value"].astype(float), strict=True))
    return {
        "scenario": principal.model_dump(exclude={"homes", "assumptions"}) if principal else {},
        "assumptions": {
            name: {"value": known[name], "low": low, "high": high}
            for name, (low, high) in CHANGEABLE.items()
            if name in known
        },
        "hospital_items": sorted({*HOSPITAL_ITEMS, SERVICE_FUNDING}),
        "base_year": int(known["demand.base_year"]),
        "every_site": EVERY_SITE,
    }


def measured_errors() -> dict[str, list[Any]]:
    """Columns, and rows of the change and its errors in %, of the table of measured errors."""
    table = pd.read_csv(MEASURED)
    rows = [
        {"change": str(change), "cells": [f"{value:.1f}" for value in values]}
        for change, *values in table.itertuples(index=False, name=None)
    ]
    return {"columns": list(table.columns[1:]), "rows": rows}


def _packed(rows: pd.DataFrame) -> list[Any]:
    """Size of a step, and responses in steps by year of homes and year."""
    size = float(rows["per_home"].abs().max()) / _STEPS
    # In the order of the table's keys: by year of homes, then by year.
    whole = np.round(rows["per_home"].to_numpy() / size).astype(int)
    homes_year = rows["homes_year"].to_numpy()
    first = np.diff(homes_year, prepend=homes_year[0] - 1) != 0
    steps = np.where(first, whole, np.diff(whole, prepend=0)).tolist()
    return [float(f"{size:.6g}"), steps]


def _whole(values: np.ndarray | pd.Series) -> list[int]:
    return np.round(np.asarray(values, dtype=np.float64) * 10**_LEVEL_DECIMALS).astype(np.int64).tolist()


def levels_of(
    tables: Mapping[str, pd.DataFrame], years: list[int], scenario: str = PRINCIPAL
) -> dict[tuple[str, str, str, str], np.ndarray]:
    """Levels (year,) of a scenario's principal run by area, response, sector and name."""
    found: dict[tuple[str, str, str, str], np.ndarray] = {}
    for response, name, area, key, where in (
        ("people", "population", "place", "age_band", {"sex": "persons"}),
        ("demand", "demand", "place", "service", {}),
        ("required", "estates", "place", "facility", {"measure": "required"}),
        ("required", "provider_estates", "provider", "facility", {"measure": "required"}),
        ("required_wte", "workforce", "place", "staff_group", {"measure": "required_wte"}),
        ("required_wte", "provider_workforce", "provider", "staff_group", {"measure": "required_wte"}),
        ("supply_wte", "workforce", "place", "staff_group", {"measure": "supply_wte"}),
        ("supply_wte", "provider_workforce", "provider", "staff_group", {"measure": "supply_wte"}),
        ("temporary_wte", "workforce", "place", "staff_group", {"measure": "temporary_wte"}),
        ("temporary_wte", "provider_workforce", "provider", "staff_group", {"measure": "temporary_wte"}),
    ):
        if name not in tables:
            continue
        rows = _principal(tables[name], where, scenario)
        rows = rows.assign(sector=rows.get("sector", "acute" if "workforce" in name else "all"))
        wide = rows.pivot_table(index=[area, "sector", key], columns="year", values="principal")
        wide = wide.reindex(columns=years).dropna()
        for (code, sector, label), values in zip(wide.index, wide.to_numpy(), strict=True):
            found[str(code), response, str(sector), str(label)] = values
    for code, response, sector, label in [key for key in found if key[1] == "supply_wte"]:
        temporary = found.get((code, "temporary_wte", sector, label))
        if temporary is not None:
            found[code, "in_post_wte", sector, label] = found[code, response, sector, label] - temporary
    return {key: values for key, values in found.items() if key[1] not in ("supply_wte", "temporary_wte")}


def _capital(table: pd.DataFrame) -> list[list[Any]]:
    """Place, facility, whether it is growth, what is short by year, building size, first year of opening,
    years of building and cost of a unit."""
    names = ["building_size", "opens_from", "years_of_building", "appraised_cost_gbp"]
    return [
        [
            str(place),
            str(facility),
            bool(rows["basis"].eq("growth").all()),
            _whole(rows["short"]),
            *(None if pd.isna(each) else round(float(each), 6) for each in rows[names].iloc[0]),
        ]
        for (place, facility), rows in table.sort_values("year").groupby(["place", "facility"], sort=True)
    ]


def _principal(table: pd.DataFrame, where: Mapping[str, str], scenario: str = PRINCIPAL) -> pd.DataFrame:
    rows = table[table["scenario"] == scenario]
    for column, value in where.items():
        rows = rows[rows[column] == value]
    return rows


def _existing(tables: Mapping[str, pd.DataFrame], years: list[int]) -> list[list[Any]]:
    """Area, facility and what exists by year, where it is known."""
    found = []
    for name, area in (("estates", "place"), ("provider_estates", "provider")):
        rows = _principal(tables[name], {"measure": "existing"}) if name in tables else pd.DataFrame()
        if len(rows):
            wide = rows.pivot_table(index=[area, "facility"], columns="year", values="principal")
            wide = wide.reindex(columns=years).dropna()
            found += [
                [str(code), str(facility), _whole(values)]
                for (code, facility), values in zip(wide.index, wide.to_numpy(), strict=True)
            ]
    return found


def _cover(table: pd.DataFrame) -> list[list[Any]]:
    names = ["area", "sector", "staff_group", "cover_percent"]
    return [
        [str(area), str(sector), str(group), round(float(percent), 6)]
        for area, sector, group, percent in table[names].itertuples(index=False, name=None)
    ]


def _homes(table: pd.DataFrame) -> list[list[Any]]:
    """Place, site, its name, and the homes expected in each open year, from the first on."""
    rows = table[(table["scenario"] == PRINCIPAL) & (table["phasing_basis"] != "recorded")]
    rows = rows[rows["site_reference"] != EVERY_SITE]
    found: list[list[Any]] = []
    for (place, site), of_site in rows.sort_values("year").groupby(["place", "site_reference"], sort=True):
        homes = of_site["principal"].to_numpy(np.float64)
        if homes.any():
            found.append(
                [
                    str(place),
                    str(site),
                    str(of_site["site_name"].iloc[0]),
                    int(of_site["year"].iloc[0]),
                    [round(float(each), 3) for each in homes],
                ]
            )
    return found
