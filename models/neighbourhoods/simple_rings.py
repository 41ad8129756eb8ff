"""Rings taken apart where they cross or touch themselves, so that all programs agree on what is inside.

Corners are whole steps of a grid: what is equal is equal to the last bit.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import pairwise

Point = tuple[int, int]
Ring = list[Point]
"""Corners in order, the first not repeated at the end."""


def polygons_of(rings: Sequence[Ring], holes: Sequence[Ring] = ()) -> list[list[Ring]]:
    """Polygons of rings without crossings, each an outer ring and the holes in it.

    A ring within another one is a hole in it, so rings and holes may come mixed up; of `holes`, one that
    lies in no ring is left out.
    """
    ordered = sorted(rings, key=lambda ring: -abs(area(ring)))
    polygons: list[list[Ring]] = []
    for ring in [*ordered, *holes]:
        around = next((p for p in polygons if all(inside(_between(ring, n), p[0]) for n in range(3))), None)
        if around:
            around.append(ring)
        elif ring in ordered:
            polygons.append([ring])
    return polygons


def _between(ring: Ring, corner: int) -> tuple[float, float]:
    """A point on a side of the ring: corners may be shared with the ring around it."""
    (x1, y1), (x2, y2) = ring[corner], ring[(corner + 1) % len(ring)]
    return (x1 + x2) / 2, (y1 + y2) / 2


def simple_rings(ring: Ring) -> list[Ring]:
    """The rings without crossings that a ring is made of; those without an area are left out."""
    crossed = _with_crossings(ring)
    rings: list[Ring] = []
    path: Ring = []
    for point in crossed:
        if point in path:
            start = path.index(point)
            rings.append(path[start:])
            path = path[:start]
        path.append(point)
    rings.append(path)
    return [part for part in rings if len(part) > 2 and area(part)]


def _with_crossings(ring: Ring) -> Ring:
    """The ring with a corner, to the nearest step, wherever two of its sides cross."""
    for first, second in _side_pairs(len(ring)):
        point = _crossing(ring, first, second)
        if point is not None:
            with_second = [*ring[: second + 1], point, *ring[second + 1 :]]
            return _with_crossings([*with_second[: first + 1], point, *with_second[first + 1 :]])
    return [point for n, point in enumerate(ring) if point != ring[n - 1]]


def _side_pairs(sides: int) -> Iterator[tuple[int, int]]:
    """Sides of a ring that have no corner in common, by the number of their first corner."""
    for first in range(sides):
        for second in range(first + 2, sides):
            if (second + 1) % sides != first:
                yield first, second


def _crossing(ring: Ring, first: int, second: int) -> Point | None:
    a, b = ring[first], ring[first + 1]
    c, d = ring[second], ring[(second + 1) % len(ring)]
    if max(a[0], b[0]) < min(c[0], d[0]) or max(c[0], d[0]) < min(a[0], b[0]):
        return None
    to_c, to_d, to_a, to_b = _turn(a, b, c), _turn(a, b, d), _turn(c, d, a), _turn(c, d, b)
    if (to_c > 0) == (to_d > 0) or (to_a > 0) == (to_b > 0) or not (to_c and to_d and to_a and to_b):
        return None
    along = to_a / (to_a - to_b)
    point = round(a[0] + along * (b[0] - a[0])), round(a[1] + along * (b[1] - a[1]))
    return None if point in (a, b) and point in (c, d) else point


def _turn(a: Point, b: Point, c: Point) -> int:
    """Above nought where c lies left of the line from a to b."""
    return (b[0] - a[0]) * (c[1] - a[1]) - (b[1] - a[1]) * (c[0] - a[0])


def crossings(ring: Ring) -> int:
    """How often sides of a ring cross each other, away from their corners."""
    return sum(_crossing(ring, first, second) is not None for first, second in _side_pairs(len(ring)))


def area(ring: Ring) -> float:
    """Area in square steps, above nought where the ring runs against the clock."""
    return sum(x1 * y2 - x2 * y1 for (x1, y1), (x2, y2) in zip(ring, [*ring[1:], ring[0]], strict=True)) / 2


def inside(point: tuple[float, float], ring: Ring) -> bool:
    """Whether a point lies in a ring, by the even-odd rule."""
    x, y = point
    odd = False
    for (x1, y1), (x2, y2) in zip(ring, [*ring[1:], ring[0]], strict=True):
        if (y1 > y) != (y2 > y) and x < (x2 - x1) * (y - y1) / (y2 - y1) + x1:
            odd = not odd
    return odd


def clockwise(polygon: Sequence[Ring]) -> list[Ring]:
    """A polygon with its outer ring clockwise and its holes against the clock, north up.

    d3-geo, which draws on a sphere, fills the side to the right of a ring: the other way round would be all
    of the world but the area.
    """
    return [
        ring if (area(ring) < 0) == (at == 0) else [ring[0], *reversed(ring[1:])]
        for at, ring in enumerate(polygon)
    ]


def steps_of(ring: Ring) -> list[int]:
    """A ring as x and y of its first corner, then how far each further one is from the one before."""
    from_before = [(x - before[0], y - before[1]) for before, (x, y) in pairwise(ring)]
    return [number for point in (ring[0], *from_before) for number in point]
