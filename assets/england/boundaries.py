"""National tables of boundaries, generalised: every ring closed and free of crossings.

Rings that cross or touch themselves are taken apart at the point, so that point-in-polygon rules and map
programs agree on what is inside.
"""

from __future__ import annotations

import gzip
import json
from typing import Any

from assets.england.authorities import AuthorityCodes, authority_codes
from assets.england.msoas import MSOAS
from assets.england.published_files import PublishedFiles, proved, refused
from assets.england.register import NationalTable, Origin
from models.neighbourhoods.simple_rings import Ring, polygons_of, simple_rings

AUTHORITY_BOUNDARIES = "places/ltla24_england.geojson.gz"
MSOA_BOUNDARIES = "places/msoa21_england.geojson.gz"
_STEPS = 10_000
"""Coordinates are whole steps of a degree's fourth decimal, about ten metres."""
COPYRIGHT = (
    "Source: Office for National Statistics licensed under the Open Government Licence v3.0. "
    "Contains OS data © Crown copyright and database right 2024"
)


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
    note = f"{mended} areas had a ring that crossed or touched itself; {COPYRIGHT}"
    content = {"type": "FeatureCollection", "attribution": COPYRIGHT, "features": features}
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
        polygons += polygons_of(parts[0], [part for hole in parts[1:] for part in hole])
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
