"""Middles, neighbours and edges of areas given as rings of longitude and latitude; kilometres."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from models.arrays import BoolArray, FloatArray, IntArray
from models.estates.points_in_areas import Ring

_KM_A_DEGREE = 111.32
"""Of latitude; a degree of longitude is shorter by the cosine of the latitude."""
_AT_ONCE = 200
"""Points whose distances are held at once, so that all of England fits into memory."""


def kilometres(points: FloatArray, others: FloatArray) -> FloatArray:
    """(points, others) straight-line distance; both (…, 2) longitude and latitude, a county apart at most."""
    between = points[:, None, :] - others[None, :, :]
    middle = np.radians((points[:, None, 1] + others[None, :, 1]) / 2)
    return np.asarray(_KM_A_DEGREE * np.hypot(between[..., 0] * np.cos(middle), between[..., 1]))


@dataclass(frozen=True)
class Pairs:
    """Points that are near each other: (pairs,) positions among the one and the other, and kilometres."""

    one: IntArray
    other: IntArray
    km: FloatArray


def pairs_within(points: FloatArray, others: FloatArray, reach: float, least: int) -> Pairs:
    """Each point with the others within reach in kilometres, or with the `least` nearest where it has fewer.

    Each of the others also has its nearest point, however far that is.
    """
    found: list[tuple[IntArray, IntArray, FloatArray]] = []
    nearest, nearest_km = np.zeros(len(others), dtype=np.int64), np.full(len(others), np.inf)
    for start in range(0, len(points), _AT_ONCE):
        km = kilometres(points[start : start + _AT_ONCE], others)
        within = km <= reach
        few = within.sum(axis=1) < least
        within[few] |= km[few] <= np.sort(km[few], axis=1)[:, min(least, len(others)) - 1 :][:, :1]
        one, other = np.nonzero(within)
        found.append((one + start, other, km[one, other]))
        nearer = km.min(axis=0) < nearest_km
        nearest[nearer], nearest_km[nearer] = km.argmin(axis=0)[nearer] + start, km.min(axis=0)[nearer]
    one, other, km = (np.concatenate(parts) for parts in zip(*found, strict=True))
    alone = np.setdiff1d(np.arange(len(others)), other)
    return Pairs(
        np.concatenate([one, nearest[alone]]),
        np.concatenate([other, alone]),
        np.concatenate([km, nearest_km[alone]]),
    )


def nearest_kilometres(points: FloatArray, others: FloatArray) -> FloatArray:
    """(points,) kilometres to the nearest of the others."""
    parts = [
        kilometres(points[start : start + _AT_ONCE], others).min(axis=1)
        for start in range(0, len(points), _AT_ONCE)
    ]
    return np.concatenate(parts) if parts else np.zeros(0)


def middle_of(rings: Sequence[Ring]) -> FloatArray:
    """(2,) centre of gravity of an area's largest ring."""
    sizes = [abs(_moments(ring)[0]) for ring in rings]
    whole, x, y = _moments(rings[int(np.argmax(sizes))])
    return np.array([x / whole, y / whole])


def _moments(ring: Ring) -> tuple[float, float, float]:
    """Six times: the signed area of a ring by two, and its moments about both axes, from its first corner."""
    start = ring[0]
    x, y = (ring - start).T
    turn = x[:-1] * y[1:] - x[1:] * y[:-1]
    area = 3.0 * turn.sum()
    across, along = ((x[:-1] + x[1:]) * turn).sum(), ((y[:-1] + y[1:]) * turn).sum()
    return float(area), float(across + start[0] * area), float(along + start[1] * area)


def touching(areas: Sequence[Sequence[Ring]]) -> BoolArray:
    """(areas, areas) whether two areas have a corner in common; false on the diagonal."""
    at_corner: dict[tuple[float, float], set[int]] = {}
    for number, rings in enumerate(areas):
        for ring in rings:
            for x, y in np.round(ring, 6).tolist():
                at_corner.setdefault((x, y), set()).add(number)
    found = np.zeros((len(areas), len(areas)), dtype=np.bool_)
    for numbers in at_corner.values():
        together = sorted(numbers)
        found[np.ix_(together, together)] = True
    np.fill_diagonal(found, False)
    return found


def joined(touching_areas: BoolArray, middles: FloatArray) -> BoolArray:
    """The same, with bridges between the nearest middles of parts that do not touch: all hang together."""
    bridged = touching_areas.copy()
    distance = kilometres(middles, middles)
    while True:
        part = within_reach(bridged, 0)
        if part.all():
            return bridged
        gap = np.where(part[:, None] & ~part[None, :], distance, np.inf)
        one, other = np.unravel_index(int(np.argmin(gap)), gap.shape)
        bridged[one, other] = bridged[other, one] = True


def within_reach(neighbours: BoolArray, start: int) -> BoolArray:
    """(areas,) those that can be reached from one by neighbours of neighbours, itself among them."""
    reached = np.zeros(len(neighbours), dtype=np.bool_)
    reached[start] = True
    while True:
        wider = reached | neighbours[reached].any(axis=0)
        if (wider == reached).all():
            return reached
        reached = wider


def to_the_edge(points: FloatArray, rings: Sequence[Sequence[Ring]]) -> FloatArray:
    """(points,) kilometres from each point to the nearest side of its area; rings: of each point's area."""
    found = np.empty(len(points))
    for at, (point, own) in enumerate(zip(points, rings, strict=True)):
        shrink = np.array([np.cos(np.radians(point[1])), 1.0]) * _KM_A_DEGREE
        found[at] = min(_to_sides((ring - point) * shrink) for ring in own)
    return found


def _to_sides(ring: FloatArray) -> float:
    """Distance of the origin from the nearest side of a ring (corners, 2)."""
    start, side = ring[:-1], np.diff(ring, axis=0)
    length = (side**2).sum(axis=1)
    along = np.divide(-(start * side).sum(axis=1), length, out=np.zeros_like(length), where=length > 0)
    nearest = start + np.clip(along, 0.0, 1.0)[:, None] * side
    return float(np.sqrt((nearest**2).sum(axis=1).min()))
