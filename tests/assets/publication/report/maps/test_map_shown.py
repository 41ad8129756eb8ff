"""What the report's map is drawn from: valid packed boundaries, and positions with the area they lie in."""

from __future__ import annotations

import pandas as pd
import pytest

from assets.england.national_tables import england_boundaries
from assets.publication.report.maps.map_shown import STEPS, Geography, map_data, packed_polygons, rings_of
from models.neighbourhoods.simple_rings import Ring, area, crossings
from tests.assets.publication.made_releases import FORMULA, PLACE, SCRIPT, documents, tables

CODE = "E02000001"


def boundaries(*rings: list[tuple[float, float]]) -> pd.DataFrame:
    rows = [
        {"msoa": CODE, "ring": number, "corner": corner, "longitude": x, "latitude": y}
        for number, ring in enumerate(rings, start=1)
        for corner, (x, y) in enumerate(ring, start=1)
    ]
    return pd.DataFrame(rows).sample(frac=1, random_state=1)


def unpacked(steps: list[int]) -> Ring:
    """Corners as the page makes them: sums of steps."""
    x = y = 0
    ring = []
    for dx, dy in zip(steps[::2], steps[1::2], strict=True):
        x, y = x + dx, y + dy
        ring.append((x, y))
    return ring


def covered(polygons: list[list[list[int]]]) -> float:
    """Square steps, clockwise rings counted and those against the clock taken off."""
    return sum(-area(unpacked(ring)) for polygon in polygons for ring in polygon)


def square(low: float, high: float) -> list[tuple[float, float]]:
    return [(low, low), (high, low), (high, high), (low, high), (low, low)]


def test_corners_come_back_as_they_were() -> None:
    ring = [(-0.4224, 51.9205), (-0.4217, 51.9257), (-0.4378, 51.9277), (-0.4224, 51.9205)]
    [[packed]] = packed_polygons(rings_of(boundaries(ring))[CODE])
    assert {(x / STEPS, y / STEPS) for x, y in unpacked(packed)} == set(ring)
    assert len(packed) == 6


def test_a_ring_within_a_ring_is_a_hole_whichever_comes_first() -> None:
    inner, outer = square(1.0, 2.0), square(0.0, 3.0)
    for rings in ((inner, outer), (outer, inner)):
        [polygon] = packed_polygons(rings_of(boundaries(*rings))[CODE])
        assert [area(unpacked(ring)) / STEPS**2 for ring in polygon] == [-9, 1]


def test_a_ring_that_crosses_itself_is_drawn_as_two_and_both_stay() -> None:
    polygons = packed_polygons([[(0, 0), (10, 10), (10, 0), (0, 10)]])
    assert len(polygons) == 2
    assert covered(polygons) == 50


def test_every_small_area_of_england_is_drawn_whole_and_without_crossings() -> None:
    for feature in england_boundaries("msoa_boundaries")["features"]:
        polygons = feature["geometry"]["coordinates"]
        rings = [
            [(round(x * STEPS), round(y * STEPS)) for x, y in ring[:-1]]
            for polygon in polygons
            for ring in polygon
        ]
        found = packed_polygons(rings)
        drawn = [unpacked(ring) for polygon in found for ring in polygon]
        code = feature["properties"]["code"]
        assert sum(map(len, drawn)) == sum(map(len, rings)), code
        assert not any(crossings(ring) for ring in drawn), code
        whole = sum(
            abs(area(ring)) * (1 if outer == 0 else -1)
            for polygon in polygons
            for outer, ring in enumerate(
                [[(round(x * STEPS), round(y * STEPS)) for x, y in ring[:-1]] for ring in polygon]
            )
        )
        assert covered(found) == pytest.approx(whole), code
        assert covered(found) > 0, code


def test_points_have_the_neighbourhood_they_lie_in_and_none_is_lost() -> None:
    made = map_data(tables(), documents().geography)
    points = made["points"]
    assert isinstance(points, dict)
    assert points["site"]["name"] == [SCRIPT, FORMULA]
    assert points["site"]["area"] == [CODE, CODE]
    assert points["practice"]["name"] == [FORMULA]
    assert (points["hub"]["area"], points["hub"]["longitude"]) == ([CODE], [-7000])


def test_a_trust_site_without_a_position_stays_in_the_list_and_is_said_to_have_none() -> None:
    sites = pd.DataFrame(
        [
            {"site_code": "A", "site_name": "Known", "latitude": 52.05, "longitude": -0.7},
            {"site_code": "B", "site_name": "Unknown"},
            {"site_code": "C", "site_name": "Elsewhere", "latitude": 53.0, "longitude": 1.0},
        ]
    ).assign(
        place=PLACE, provider="RD8", trust_name="Trust", site_type="General acute hospital",
        gross_internal_area_m2=5.0, placed_by="postcode",
    )  # fmt: skip
    made = map_data({**tables(), "trust_sites": sites}, documents().geography)["points"]
    assert isinstance(made, dict)
    assert made["trust_site"]["name"] == ["Known", "Unknown", "Elsewhere"]
    assert made["trust_site"]["area"] == [CODE, None, None]
    assert made["trust_site"]["latitude"] == [520500, None, 530000]


def test_a_site_whose_small_area_is_not_told_lies_where_its_position_is() -> None:
    given = documents().geography
    sites = given.site_neighbourhoods.assign(msoa="unallocated")
    geography = Geography(**{**vars(given), "site_neighbourhoods": sites})
    made = map_data(tables(), geography)["points"]
    assert isinstance(made, dict)
    assert made["site"]["area"] == [CODE, CODE]


def test_space_says_what_it_rests_on_and_when_it_is_first_short() -> None:
    keys = {"scenario": "local_plan", "measure": "gap", "facility": "gp_consulting_rooms", "year": 2035}
    local = pd.DataFrame(
        [
            {**keys, "area_kind": "team", "area": "T1", "basis": "estimated", "first_year_short": 2031},
            {**keys, "area_kind": "practice", "area": "K1", "basis": "surveyed", "first_year_short": None},
            {**keys, "area_kind": "place", "area": PLACE, "basis": "mixed", "first_year_short": 2031},
        ]
    ).astype({"first_year_short": "Int64"})
    assert map_data({**tables(), "local_estates": local}, documents().geography)["space"] == {
        "area_kind": ["team", "practice"],
        "area": ["T1", "K1"],
        "facility": ["gp_consulting_rooms"] * 2,
        "basis": ["estimated", "surveyed"],
        "first_year_short": [2031, None],
    }
