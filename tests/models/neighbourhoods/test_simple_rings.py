"""Rings that cross or touch themselves, and polygons of rings."""

from __future__ import annotations

import gzip
import json
from collections.abc import Callable
from pathlib import Path

import pytest

from models.neighbourhoods.simple_rings import (
    area,
    clockwise,
    crossings,
    inside,
    polygons_of,
    simple_rings,
    steps_of,
)


def test_a_ring_that_crosses_itself_becomes_two() -> None:
    bow_tie = [(0, 0), (10, 10), (10, 0), (0, 10)]
    rings = simple_rings(bow_tie)
    assert sorted(abs(area(ring)) for ring in rings) == [25, 25]
    assert all((5, 5) in ring for ring in rings)


def test_a_ring_that_touches_itself_is_taken_apart_and_a_spike_is_left_out() -> None:
    touching = [(0, 0), (4, 0), (4, 4), (2, 2), (0, 4), (0, 3), (2, 2), (0, 1)]
    assert len(simple_rings(touching)) == 2
    assert simple_rings([(0, 0), (4, 0), (4, 4), (8, 8), (4, 4), (0, 4)]) == [
        [(0, 0), (4, 0), (4, 4), (0, 4)]
    ]
    assert simple_rings([(0, 0), (4, 4)]) == []


def test_a_point_is_inside_by_the_even_odd_rule() -> None:
    square = [(0, 0), (4, 0), (4, 4), (0, 4)]
    assert inside((1, 3), square)
    assert not inside((5, 3), square)


def test_polygons_are_wound_as_a_sphere_is_drawn_outer_clockwise_holes_against() -> None:
    outer, hole = [(0, 0), (9, 0), (9, 9), (0, 9)], [(1, 1), (1, 2), (2, 2), (2, 1)]
    for polygon in ([outer, hole], [outer[::-1], hole[::-1]]):
        wound = clockwise(polygon)
        assert [area(ring) for ring in wound] == [-81, 1]
        assert [set(ring) for ring in wound] == [set(outer), set(hole)]


def test_polygons_of_rings_mixed_up() -> None:
    outer, hole, away = (
        [(0, 0), (9, 0), (9, 9), (0, 9)],
        [(1, 1), (2, 1), (2, 2)],
        [(20, 0), (21, 0), (21, 1)],
    )
    assert polygons_of([hole, away, outer]) == [[outer, hole], [away]]
    assert polygons_of([outer], [hole, away]) == [[outer, hole]]


def test_steps_lead_from_corner_to_corner() -> None:
    assert steps_of([(5, -3), (7, -3), (7, 1)]) == [5, -3, 2, 0, 0, 4]


def test_crossings_are_counted() -> None:
    assert crossings([(0, 0), (10, 10), (10, 0), (0, 10)]) == 1
    assert crossings([(0, 0), (10, 0), (10, 10), (0, 10)]) == 0


THREE = {"E02000048": "Barnet 025", "E02002084": "Solihull 004", "E02004482": "Castle Point 010"}
"""Of England's small areas as published, those not valid: two cross themselves, one has a line in it."""


def test_the_three_small_areas_of_england_that_are_not_valid_become_so(
    shared: Callable[[str], Path],
) -> None:
    file = shared("england") / "places" / "msoa21_england.geojson.gz"
    features = json.loads(gzip.decompress(file.read_bytes()))["features"]
    found = [feature for feature in features if feature["properties"]["code"] in THREE]
    assert {feature["properties"]["name"] for feature in found} == set(THREE.values())
    for feature in found:
        published = [
            [(round(x * 10_000), round(y * 10_000)) for x, y in ring[:-1]]
            for polygon in feature["geometry"]["coordinates"]
            for ring in polygon
        ]
        simple = [part for ring in published for part in simple_rings(ring)]
        assert simple
        assert not any(crossings(ring) for ring in simple)
        # Nothing goes but lines, and spikes narrower than a step.
        whole = sum(abs(area(ring)) for ring in published)
        assert sum(abs(area(ring)) for ring in simple) == pytest.approx(whole, rel=0.003)
