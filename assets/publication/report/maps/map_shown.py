"""What the report's map needs beside the numbers of the page: boundaries, and where sites and buildings are.

Boundaries are drawn as the input table has them, in whole steps of a degree's fourth decimal (about ten
metres), each ring taken apart where it crosses itself.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
import pandas as pd

from assets.england.boundaries import COPYRIGHT
from assets.publication.report.report_data import ON_MAP, columns
from models.arrays import FloatArray
from models.estates.points_in_areas import NOWHERE, area_of_points
from models.neighbourhoods.simple_rings import Ring, clockwise, polygons_of, simple_rings, steps_of

STEPS = 10_000
"""Steps of a degree, as the boundaries of England are published."""


@dataclass(frozen=True)
class Geography:
    """Input tables that say where things are."""

    small_area_boundaries: pd.DataFrame
    neighbourhoods: pd.DataFrame
    site_neighbourhoods: pd.DataFrame
    practice_places: pd.DataFrame
    hub_positions: pd.DataFrame


def map_data(tables: Mapping[str, pd.DataFrame], geography: Geography) -> dict[str, object]:
    """Rings of every small area, teams, and the points of the map, for the page's script.

    `areas`: code, neighbourhood and packed polygons of every small area; `points`: by kind the columns of its
    points, those without a position among them; `space`: of every team, neighbourhood, practice and hub what
    its existing space rests on and the first year it is short.
    """
    rings = rings_of(geography.small_area_boundaries)
    neighbourhood = dict(
        zip(geography.neighbourhoods["msoa"], geography.neighbourhoods["neighbourhood"], strict=True)
    )
    within = _Within(geography.small_area_boundaries, neighbourhood)
    teams = tables.get("neighbourhood_teams")
    return {
        "steps": STEPS,
        "areas": [
            [code, str(neighbourhood.get(code, code)), packed_polygons(found)]
            for code, found in rings.items()
        ],
        "team_of": {} if teams is None else dict(zip(teams["msoa"], teams["team"], strict=True)),
        "teams": {} if teams is None else dict(zip(teams["team"], teams["team_name"], strict=True)),
        "points": {
            "site": _sites(tables, geography, within),
            "practice": _practices(geography, within),
            "hub": _hubs(geography, within),
            "trust_site": _trust_sites(tables, within),
        },
        "space": _space(tables),
        "attribution": f"Boundaries: middle layer super output areas of 2021, generalised. {COPYRIGHT}.",
    }


def rings_of(boundaries: pd.DataFrame) -> dict[str, list[Ring]]:
    """By small area its rings in whole steps, as they are, the last corner not repeated."""
    ordered = boundaries.sort_values(["msoa", "ring", "corner"])
    corners = np.round(ordered[["longitude", "latitude"]].to_numpy(dtype=float) * STEPS).astype(int).tolist()
    found: dict[str, dict[int, Ring]] = {}
    for code, ring, (x, y) in zip(ordered["msoa"], ordered["ring"], corners, strict=True):
        found.setdefault(str(code), {}).setdefault(int(ring), []).append((x, y))
    return {
        code: [ring[:-1] if ring[0] == ring[-1] else ring for ring in rings.values()]
        for code, rings in found.items()
    }


def packed_polygons(rings: list[Ring]) -> list[list[list[int]]]:
    """Polygons of rings, made valid: outer rings clockwise, then the holes in each, as steps."""
    simple = [part for ring in rings for part in simple_rings(ring)]
    return [[steps_of(ring) for ring in clockwise(polygon)] for polygon in polygons_of(simple)]


class _Within:
    """The neighbourhood in which a position lies."""

    def __init__(self, boundaries: pd.DataFrame, neighbourhood: Mapping[str, str]) -> None:
        ordered = boundaries.sort_values(["msoa", "ring", "corner"])
        self._codes: list[str] = []
        self._rings: list[list[FloatArray]] = []
        for code, rows in ordered.groupby("msoa"):
            self._codes.append(str(neighbourhood.get(str(code), str(code))))
            self._rings.append(
                [ring[["longitude", "latitude"]].to_numpy(dtype=float) for _, ring in rows.groupby("ring")]
            )
        self._of_msoa = neighbourhood

    def of(self, points: pd.DataFrame) -> list[str | None]:
        """Of each row with longitude and latitude; its own `msoa` counts where it has one."""
        found = area_of_points(points[["longitude", "latitude"]].to_numpy(dtype=float), self._rings)
        own = points["msoa"] if "msoa" in points else pd.Series(None, index=points.index, dtype=object)
        return [
            str(self._of_msoa[msoa]) if msoa in self._of_msoa else None if at == NOWHERE else self._codes[at]
            for msoa, at in zip(own, found, strict=True)
        ]


def _point_columns(frame: pd.DataFrame, within: _Within, wanted: tuple[str, ...]) -> dict[str, list[object]]:
    """Columns of points with the neighbourhood each lies in; positions in whole steps, empty if unknown."""
    at = {name: (frame[name] * STEPS).round().astype("Int64") for name in ("longitude", "latitude")}
    return columns(
        frame.assign(area=pd.Series(within.of(frame), index=frame.index, dtype="str"), **at),
        ("name", "place", "longitude", "latitude", "area", *wanted),
    )


def _sites(
    tables: Mapping[str, pd.DataFrame], geography: Geography, within: _Within
) -> dict[str, list[object]]:
    keys = ["place", "site_reference"]
    told = tables["housing_delivery"][[*keys, "site_name", "planning_status"]].drop_duplicates(keys)
    sites = geography.site_neighbourhoods.merge(told, on=keys, validate="one_to_one")
    return _point_columns(
        sites.rename(columns={"site_name": "name"}), within, ("site_reference", "planning_status")
    )


def _practices(geography: Geography, within: _Within) -> dict[str, list[object]]:
    named = geography.practice_places.rename(columns={"practice_name": "name"})
    return _point_columns(named, within, ("practice", "registered_patients"))


def _hubs(geography: Geography, within: _Within) -> dict[str, list[object]]:
    return _point_columns(geography.hub_positions.rename(columns={"hub_name": "name"}), within, ("hub",))


def _trust_sites(tables: Mapping[str, pd.DataFrame], within: _Within) -> dict[str, list[object]]:
    if "trust_sites" not in tables:
        return {}
    named = tables["trust_sites"].rename(columns={"site_name": "name"})
    wanted = ("site_code", "provider", "trust_name", "site_type", "gross_internal_area_m2", "placed_by")
    return _point_columns(named, within, wanted)


def _space(tables: Mapping[str, pd.DataFrame]) -> dict[str, list[object]]:
    """What existing space rests on and the first year it is short, by area and facility."""
    wanted = ("area_kind", "area", "facility", "basis", "first_year_short")
    if "local_estates" not in tables:
        return {name: [] for name in wanted}
    table = tables["local_estates"]
    gaps = table[(table["measure"] == "gap") & table["area_kind"].isin(ON_MAP)]
    # A gap's basis and first year are the same in every year.
    return columns(gaps.drop_duplicates(["area_kind", "area", "facility"]), wanted)
