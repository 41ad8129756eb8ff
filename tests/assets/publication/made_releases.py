"""A small release of doctored tables: every table the report needs, few rows, and hostile names in them.

No two rows hold the same number, so that a cell taken for another shows.
"""

from __future__ import annotations

from itertools import product
from typing import Any

import numpy as np
import pandas as pd

from assets.population.custom_age_ranges import PATTERNS
from assets.publication.documents import Documents
from assets.tables.declarations import TABLES
from assets.tables.declarations.declaration import Column
from models.demography.age_range_packs import pack

SYSTEM, PLACE = "E54000024", "E06000042"
NAMES = {SYSTEM: "Bedfordshire, Luton and Milton Keynes", PLACE: "Milton Keynes"}
SCRIPT = "<script>alert(1)</script>"
FORMULA = '=HYPERLINK("http://example.org","pay")'
YEARS = (2024, 2025, 2030, 2035, 2040, 2050)
SCENARIOS = ("local_plan", "trend")
LEVEL = 1000.0

_LABELS: dict[str, tuple[Any, ...]] = {
    "scenario": SCENARIOS,
    "place": (PLACE, SYSTEM),
    "year": YEARS,
    "service": ("ae_attendances", "gp_appointments"),
    "driver": ("baseline", "new_homes", "age_structure"),
    "neighbourhood": ("E02000001",),
    "provider": ("RD8",),
    "facility": ("general_acute_beds", "gp_consulting_rooms"),
    "measure": ("required",),
    "sector": ("all",),
    "staff_group": ("all_outside_hospital",),
    "area": (PLACE, SYSTEM),
    "quantity": ("people", "gp_consulting_rooms_gap"),
}
_NEEDED = (
    "population",
    "population_single_year",
    "households",
    "neighbourhood_population",
    "housing_delivery",
    "demand",
    "demand_drivers",
    "provider_demand",
    "workforce",
    "estates",
    "capacity_breach",
    "housing_need_and_supply",
    "headline_draws",
    "scenario_differences",
)
_OWN: dict[str, dict[str, tuple[Any, ...]]] = {
    "population_single_year": {"age": tuple(range(91)), "year": (2024, 2035)},
    "households": {"measure": ("dwellings", "households")},
    "workforce": {"sector": ("all",), "measure": ("required_wte", "supply_wte", "gap_wte")},
    "neighbourhood_population": {"place": (PLACE,)},
    "housing_delivery": {"site_reference": ("S1", "S2", "all")},
    "housing_need_and_supply": {"place": (PLACE,), "plan": (f"Plan {SCRIPT}",), "years_ahead": (5, 15)},
    "scenario_differences": {"scenario": ("trend",), "compared_with": ("local_plan",), "year": (2030, 2035)},
    "headline_draws": {"year": (2030, 2035)},
    "capacity_breach": {"area": ("RD8",), "facility": ("general_acute_beds",)},
}
_TEXTS = {
    "unit": "people",
    "setting": "hospital",
    "planning_status": "permissioned",
    "phasing_basis": "published",
    "provider_name": "Milton Keynes University Hospital NHS Foundation Trust",
    "neighbourhood_name": f"Newport {SCRIPT}",
    "area_kind": "provider",
    "subject_kind": "people",
    "quantity_name": f"People {SCRIPT}",
}


def tables() -> dict[str, pd.DataFrame]:
    """Tables by name, as the registry declares their columns."""
    made = {name: _table(name) for name in _NEEDED}
    delivery = made["housing_delivery"]
    delivery["site_name"] = delivery["site_reference"].map({"S1": SCRIPT, "S2": FORMULA, "all": "All homes"})
    delivery.loc[delivery["year"] == YEARS[0], "phasing_basis"] = "recorded"
    made["capacity_breach"]["probability"] = np.linspace(0, 1, len(made["capacity_breach"]))
    for name in ("headline_draws", "scenario_differences"):
        rooms = made[name]["quantity"] == "gp_consulting_rooms_gap"
        made[name].loc[rooms, ["subject_kind", "quantity_name"]] = ["rooms_and_beds", "Rooms, gap"]
    made["projection_errors"] = _errors()
    made["assumptions"] = _assumptions()
    made["sources"] = _sources()
    made["input_files"] = pd.DataFrame(
        [
            {
                "id": "data/places.csv",
                "table": "places",
                "sha256": "0" * 64,
                "size_bytes": 1,
                "source_id": "ons",
            }
        ]
    )
    return made


def documents() -> Documents:
    places = pd.DataFrame(
        [
            {"place": PLACE, "place_name": NAMES[PLACE], "kind": "place", "trajectory_file": "mk.csv"},
            {"place": SYSTEM, "place_name": NAMES[SYSTEM], "kind": "system", "trajectory_file": None},
        ]
    )
    definition = (
        '{"name":"%s","order":%d,"title":"A title","description":"d","population":"housing_led",'
        '"delivery":"calibrated","plans":"adopted","mitigation":"none"}'
    )
    scenarios = pd.DataFrame(
        {
            "scenario": list(SCENARIOS),
            "definition_json": [definition % (name, order) for order, name in enumerate(SCENARIOS)],
        }
    )
    return Documents(places=places, scenarios=scenarios, age_patterns=_patterns(), **_geography())


def _geography() -> dict[str, pd.DataFrame]:
    """A square with a hostile site, practice and hub in it."""
    square = [(-0.75, 52.0), (-0.75, 52.1), (-0.65, 52.1), (-0.65, 52.0), (-0.75, 52.0)]
    at = {"place": PLACE, "msoa": "E02000001", "latitude": 52.05, "longitude": -0.7}
    return {
        "small_area_boundaries": pd.DataFrame(
            [
                {"msoa": "E02000001", "ring": 1, "corner": corner, "longitude": x, "latitude": y}
                for corner, (x, y) in enumerate(square, start=1)
            ]
        ),
        "neighbourhoods": pd.DataFrame(
            [{"msoa": "E02000001", "neighbourhood": "E02000001", "neighbourhood_name": f"Newport {SCRIPT}"}]
        ),
        "site_neighbourhoods": pd.DataFrame([{**at, "site_reference": "S1"}, {**at, "site_reference": "S2"}]),
        "practice_places": pd.DataFrame(
            [{**at, "practice": "K1", "practice_name": FORMULA, "registered_patients": 9000}]
        ),
        "hub_positions": pd.DataFrame([{**at, "hub": "h", "hub_name": SCRIPT}]).drop(columns="msoa"),
    }


def _patterns() -> pd.DataFrame:
    import base64

    spread = np.linspace(0.9, 1.1, 21)
    draws = np.concatenate([[1.0], spread])[:, None] * np.full((22, 91), 100.0)
    text = base64.b64encode(pack(draws, PATTERNS)).decode("ascii")
    return pd.DataFrame(
        [
            {"scenario": scenario, "place": place, "year": year, "patterns": PATTERNS, "pack": text}
            for scenario, place, year in product(SCENARIOS, (PLACE, SYSTEM), (2030, 2035))
        ]
    )


def _table(name: str) -> pd.DataFrame:
    table = TABLES[name]
    columns = {column.name: column for column in table.columns}
    keys = {key: _OWN.get(name, {}).get(key) or _labels(columns[key]) for key in table.keys}
    frame = pd.DataFrame(list(product(*keys.values())), columns=list(keys))
    level = LEVEL * (1 + _NEEDED.index(name)) + 7.0 * np.arange(len(frame))
    for number, column in enumerate(table.columns):
        if column.name in keys:
            continue
        if column.name == "place_name":
            frame[column.name] = frame["place"].map(NAMES)
        elif column.kind == "text":
            frame[column.name] = _TEXTS.get(column.name, "text")
        else:
            frame[column.name] = level * {"p10": 0.9, "p50": 1.03, "p90": 1.1}.get(
                column.name, 1 + number / 1e4
            )
    ordered = frame[table.column_names]
    return ordered.sort_values(list(table.keys), ignore_index=True)


def _labels(column: Column) -> tuple[Any, ...]:
    return column.allowed or _LABELS[column.name]


def _errors() -> pd.DataFrame:
    return pd.DataFrame(
        [
            {
                "place": PLACE,
                "place_name": NAMES[PLACE],
                "projection": "ons_2018_based",
                "base_year": 2018,
                "year": 2024,
                "projected": 900.0,
                "estimate": 1000.0,
                "error": -100.0,
                "error_percent": -10.0,
                "base_error": -60.0,
                "growth_error": -40.0,
            }
        ]
    )


CONCERNS = {
    "demand.number": ("demand", ""),
    "demography.number": ("population", ""),
    "estates.gp_minutes": ("estates", "gp_consulting_rooms"),
    "estates.number": ("estates", "general_acute_beds"),
    "housing.number": ("housing_delivery", ""),
    "workforce.number": ("workforce", ""),
}


def _assumptions() -> pd.DataFrame:
    return pd.DataFrame(
        [
            {
                "id": identifier,
                "value": 0.25,
                "low": 0.1,
                "high": 0.5,
                "unit": "%",
                "source_id": "ons",
                "evidence_grade": "C",
                "tables": tables,
                "concerns": concerns,
                "note": SCRIPT,
            }
            for identifier, (tables, concerns) in CONCERNS.items()
        ]
    )


def _sources() -> pd.DataFrame:
    return pd.DataFrame(
        [
            {
                "id": "ons",
                "title": f"Estimates {SCRIPT}",
                "publisher": "ONS",
                "series": "s",
                "release": "2024",
                "licence": "OGL",
                "coverage": "England",
                "note": FORMULA,
            }
        ]
    )
