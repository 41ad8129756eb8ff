"""Which area a point lies in, by the even-odd rule over the rings of its polygons."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from models.arrays import BoolArray, FloatArray, IntArray

NOWHERE = -1
Ring = FloatArray
"""(corners, 2), longitude and latitude, the last corner the first."""


def area_of_points(points: FloatArray, areas: Sequence[Sequence[Ring]]) -> IntArray:
    """Position of the first area each point lies in, NOWHERE for one in none.

    points: (points, 2). areas: the rings of each area, holes among them: a point within two rings is in none.
    """
    found = np.full(len(points), NOWHERE, dtype=np.int64)
    for at, rings in enumerate(areas):
        corners = np.concatenate(list(rings))
        low, high = corners.min(axis=0), corners.max(axis=0)
        near = np.flatnonzero(((points >= low) & (points <= high)).all(axis=1) & (found == NOWHERE))
        if not len(near):
            continue
        inside = np.zeros(len(near), dtype=bool)
        for ring in rings:
            inside ^= _crossings_odd(points[near], ring)
        found[near[inside]] = at
    return found


def nearest_area(points: FloatArray, areas: Sequence[Sequence[Ring]]) -> IntArray:
    """Position of the area with the corner nearest to each point, longitudes shortened by the latitude."""
    corners = np.concatenate([ring for rings in areas for ring in rings])
    sizes = [sum(len(ring) for ring in rings) for rings in areas]
    of_corner = np.repeat(np.arange(len(areas), dtype=np.int64), sizes)
    found = np.zeros(len(points), dtype=np.int64)
    for at, (x, y) in enumerate(points):
        away = (corners - (x, y)) * (np.cos(np.radians(y)), 1.0)
        found[at] = of_corner[np.argmin((away**2).sum(axis=1))]
    return found


def _crossings_odd(points: FloatArray, ring: Ring) -> BoolArray:
    """Whether a line from each point to the east crosses the ring an odd number of times."""
    x, y = points[:, 0:1], points[:, 1:2]
    x1, y1 = ring[:-1, 0], ring[:-1, 1]
    x2, y2 = ring[1:, 0], ring[1:, 1]
    spans = (y1 > y) != (y2 > y)
    with np.errstate(divide="ignore", invalid="ignore"):
        at = x1 + (y - y1) * (x2 - x1) / (y2 - y1)
    crosses: BoolArray = (spans & (x < at)).sum(axis=1) % 2 == 1
    return crosses
