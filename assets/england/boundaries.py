"""National tables of boundaries, generalised: every ring closed and free of crossings.

Rings that cross or touch themselves are taken apart at the point, so that point-in-polygon rules and map
programs agree on what is inside.
"""

from __future__ import annotations

import gzip
import json
from collections.abc import Iterator
from typing import Any

from assets.england.authorities import AuthorityCodes, authority_codes
from assets.england.msoas import MSOAS
from assets.england.published_files import PublishedFiles, proved, refused
from assets.england.register import NationalTable, Origin

AUTHORITY_BOUNDARIES = "places/ltla24_england.geojson.gz"
MSOA_BOUNDARIES = "places/msoa21_england.geojson.gz"
_STEPS = 10_000
"""Coordinates are whole steps of a degree's fourth decimal, about ten metres."""
_COPYRIGHT = (
    "Source: Office for National Statistics licensed under the Open Government Licence v3.0. "
    "Contains OS data © Crown copyright and database right 2024"
)

Point = tuple[int, int]
Ring = list[Point]
"""Corners in order, the first not repeated at the end."""


def build(published: PublishedFiles) -> list[NationalTable]:
    """authority_boundaries (296) and msoa_boundaries (6,856), each feature with `code` and `name`."""
    codes = authority_codes(published)
    return [
        _table(published, "authority_boundaries", AUTHORITY_BOUNDARIES, "2024", codes, len(codes.current)),
        _table(published, "msoa_boundaries", MSOA_BOUNDARIES, "2021", None, MSOAS),
    ]


def _table(
    published: PublishedFiles,
    name: str,
    file: str,
    vintage: str,
    codes: AuthorityCodes | None,
    count: int,
) -> NationalTable:
    try:
        collection = json.loads(gzip.decompress(published.path(file).read_bytes()))
        features = [_feature(file, feature, codes) for feature in collection["features"]]
    except (OSError, EOFError, ValueError, KeyError, TypeError) as error:
        expected = "a GeoJSON collection of multipolygons with code and name"
        raise refused(file, f"{type(error).__name__}: {error}", expected) from None
    mended = sum(feature.pop("mended") for feature in features)
    features.sort(key=lambda feature: str(feature["properties"]["code"]))
    proof = proved(file, "areas", len({feature["properties"]["code"] for feature in features}), count)
    note = f"{mended} areas had a ring that crossed or touched itself; {_COPYRIGHT}"
    content = {"type": "FeatureCollection", "attribution": _COPYRIGHT, "features": features}
    return NationalTable(name, content, (Origin(file, "ons_boundaries", vintage, proof, note),))


def _feature(file: str, feature: dict[str, Any], codes: AuthorityCodes | None) -> dict[str, Any]:
    code, name = feature["properties"]["code"], feature["properties"]["name"]
    if codes:
        if code not in codes.current_of:
            raise refused(file, str(code), "the code of an authority of England")
        code = codes.current_of[code]
    geometry = feature["geometry"]
    if geometry["type"] != "MultiPolygon":
        raise refused(file, f"{geometry['type']} of {code}", "MultiPolygon")
    polygons = []
    mended = False
    for polygon in geometry["coordinates"]:
        rings = [_corners(ring) for ring in polygon]
        parts = [simple_rings(ring) for ring in rings]
        mended |= parts != [[ring] for ring in rings]
        polygons += _polygons(parts)
    if not polygons:
        raise refused(file, f"no area of {code}", "a polygon")
    return {
        "type": "Feature",
        "properties": {"code": code, "name": name},
        "geometry": {"type": "MultiPolygon", "coordinates": [_degrees(polygon) for polygon in polygons]},
        "mended": mended,
    }


def _corners(ring: list[list[float]]) -> Ring:
    corners = [(round(x * _STEPS), round(y * _STEPS)) for x, y in ring]
    return corners[:-1] if corners[0] == corners[-1] else corners


def _degrees(polygon: list[Ring]) -> list[list[list[float]]]:
    return [[[x / _STEPS, y / _STEPS] for x, y in [*ring, ring[0]]] for ring in polygon]


def _polygons(parts: list[list[Ring]]) -> list[list[Ring]]:
    """Polygons of the parts an outer ring fell into, with the holes that lie in each."""
    outer, *holes = parts
    ordered = sorted(outer, key=lambda ring: -abs(area(ring)))
    polygons: list[list[Ring]] = []
    for ring in [*ordered, *(part for hole in holes for part in hole)]:
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
