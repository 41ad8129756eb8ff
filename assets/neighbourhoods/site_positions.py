"""Where sites and practices stand: the small area of a position, and positions that cannot be right."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
import pandas as pd

from assets.inputs.csv_reading import numbered
from assets.tables.declarations.named_values import UNALLOCATED
from housing_trajectories.findings import Finding
from models.arrays import FloatArray
from models.estates.points_in_areas import NOWHERE, Ring, area_of_points, nearest_area
from models.neighbourhoods.area_shapes import to_the_edge

READ_WITH = {"site_neighbourhoods": ("small_area_boundaries", "small_areas")}
"""Input tables that say where what another one lists lies, by the one that is read with them."""
CLOSE_KM = 0.5
"""Generalised boundaries leave a position so near to a small area in it: they have some 14 corners each."""


class SmallAreaShapes:
    """Rings of small areas by code, from the table of boundaries, and the council each lies in."""

    def __init__(self, boundaries: pd.DataFrame, small_areas: pd.DataFrame) -> None:
        ordered = boundaries.sort_values(["msoa", "ring", "corner"])
        self.rings: dict[str, list[Ring]] = {}
        corners = ordered[["longitude", "latitude"]].to_numpy(dtype=float)
        starts = np.flatnonzero(~ordered.duplicated(["msoa", "ring"]))
        for msoa, ring in zip(ordered["msoa"].iloc[starts], np.split(corners, starts[1:]), strict=True):
            self.rings.setdefault(str(msoa), []).append(ring)
        self._box = {msoa: _box(np.concatenate(rings)) for msoa, rings in self.rings.items()}
        self.place_of = dict(zip(small_areas["msoa"], small_areas["place"], strict=True))
        self._of_place: dict[str, list[str]] = {}
        for msoa in self.rings:
            self._of_place.setdefault(str(self.place_of.get(msoa)), []).append(msoa)

    def containing(self, point: FloatArray) -> str | None:
        """The small area of the area that a position lies in."""
        return self._within(point, list(self.rings))

    def of(self, point: FloatArray, place: str) -> str | None:
        """The small area of a council that a position lies in, or lies close to; None where there is none."""
        own = self._of_place.get(place, [])
        if not own:
            return None
        inside = self._within(point, own)
        if inside is not None:
            return inside
        nearest = own[int(nearest_area(point[None], [self.rings[msoa] for msoa in own])[0])]
        return nearest if self.away(point, nearest) <= CLOSE_KM else None

    def away(self, point: FloatArray, msoa: str) -> float:
        """Kilometres from a position to a small area, 0 inside it."""
        if self._within(point, [msoa]):
            return 0.0
        return float(to_the_edge(point[None], [self.rings[msoa]])[0])

    def _within(self, point: FloatArray, codes: Sequence[str]) -> str | None:
        x, y = point.tolist()
        boxes = ((code, self._box[code]) for code in codes)
        near = [
            code for code, (west, south, east, north) in boxes if west <= x <= east and south <= y <= north
        ]
        at = int(area_of_points(point[None], [self.rings[code] for code in near])[0]) if near else NOWHERE
        return None if at == NOWHERE else near[at]


def _box(corners: FloatArray) -> tuple[float, float, float, float]:
    """West, south, east and north of an area."""
    (west, south), (east, north) = corners.min(axis=0).tolist(), corners.max(axis=0).tolist()
    return west, south, east, north


def with_small_areas(
    sites: pd.DataFrame, boundaries: pd.DataFrame, small_areas: pd.DataFrame
) -> pd.DataFrame:
    """site_neighbourhoods with the small area of each site that has only a position; else unallocated."""
    shapes = SmallAreaShapes(boundaries, small_areas)
    found = []
    for _, cells in numbered(sites):
        msoa = cells["msoa"]
        if pd.isna(msoa) or msoa == UNALLOCATED:
            point = position(cells)
            msoa = None if point is None else shapes.of(point, str(cells["place"]))
        found.append(msoa or UNALLOCATED)
    made = sites.assign(msoa=pd.Series(found, index=sites.index, dtype="str"))
    made.attrs = sites.attrs
    return made


def position(cells: Mapping[str, Any]) -> FloatArray | None:
    """(2,) longitude and latitude of a row; None where it does not give both."""
    point = np.array([cells["longitude"], cells["latitude"]], dtype=np.float64)
    return None if np.isnan(point).any() else point


def position_findings(tables: Mapping[str, pd.DataFrame]) -> list[Finding]:
    """Positions of sites and practices off their council or small area, and halves of positions."""
    if not {"small_area_boundaries", "small_areas"} <= set(tables):
        return []
    shapes = SmallAreaShapes(tables["small_area_boundaries"], tables["small_areas"])
    return [
        finding
        for name in ("site_neighbourhoods", "practice_places", "hub_positions")
        for row, cells in (numbered(tables[name]) if name in tables else ())
        if (finding := _wrong(f"{name}.csv", row, cells, shapes)) is not None
    ]


def _wrong(file: str, row: int, cells: Mapping[str, Any], shapes: SmallAreaShapes) -> Finding | None:
    given = [not pd.isna(cells[column]) for column in ("latitude", "longitude")]
    if any(given) and not all(given):
        column = "longitude" if given[0] else "latitude"
        return Finding(file, row, column, "an empty cell", "a latitude and a longitude, or neither")
    point, place, msoa = position(cells), str(cells["place"]), cells.get("msoa")
    if point is None:
        return None
    where = f"{point[1]:.4f}, {point[0]:.4f}"
    if shapes.of(point, place) is None:
        lies = shapes.containing(point)
        found = f"{where}, " + (f"which lies in {shapes.place_of[lies]}" if lies else "which is off the area")
        return Finding(file, row, "latitude", found, f"a position in {place}")
    if pd.isna(msoa) or msoa == UNALLOCATED or str(msoa) not in shapes.rings:
        return None
    away = shapes.away(point, str(msoa))
    if away <= CLOSE_KM:
        return None
    found = f"{msoa}, {away:.1f} km from the position {where}"
    return Finding(file, row, "msoa", found, f"{shapes.of(point, place)}, in which the position lies")
