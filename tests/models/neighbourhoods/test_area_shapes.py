"""Middles, neighbours, bridges and edges, on shapes worked out by hand."""

from __future__ import annotations

import numpy as np
import pytest

from models.neighbourhoods.area_shapes import (
    joined,
    kilometres,
    middle_of,
    nearest_kilometres,
    pairs_within,
    to_the_edge,
    touching,
)

KM = 1 / 111.32
"""Degrees of latitude of a kilometre."""


def oblong(west: float, south: float, width: float, height: float) -> np.ndarray:
    """A closed ring, in degrees."""
    x, y = west + width, south + height
    return np.array([[west, south], [x, south], [x, y], [west, y], [west, south]])


def test_a_degree_of_longitude_is_shorter_than_one_of_latitude() -> None:
    found = kilometres(np.array([[0.0, 60.0]]), np.array([[0.0, 61.0], [1.0, 60.0], [0.0, 60.0]]))
    assert found[0].tolist() == pytest.approx([111.32, 55.66, 0.0])


def test_the_middle_is_the_centre_of_gravity_of_the_largest_ring_either_way_round() -> None:
    # An L of a square of 2 by 2 without its upper right quarter: three squares of 1.
    ring = np.array([[0, 50], [2, 50], [2, 51], [1, 51], [1, 52], [0, 52], [0, 50]], dtype=float)
    small = oblong(9.0, 50.0, 0.1, 0.1)
    assert middle_of([ring, small]).tolist() == pytest.approx([5 / 6, 50 + 5 / 6])
    assert middle_of([small, ring[::-1]]).tolist() == pytest.approx([5 / 6, 50 + 5 / 6])


def test_areas_touch_by_a_corner_and_are_bridged_from_the_nearest_where_they_do_not() -> None:
    areas = [[oblong(0, 50, 1, 1)], [oblong(1, 51, 1, 1)], [oblong(9, 50, 1, 1)], [oblong(5, 51, 1, 1)]]
    near = touching(areas)
    assert np.argwhere(near).tolist() == [[0, 1], [1, 0]]
    bridged = joined(near, np.array([middle_of(area) for area in areas]))
    assert np.argwhere(np.triu(bridged)).tolist() == [[0, 1], [1, 3], [2, 3]]
    assert (bridged == bridged.T).all()


def test_the_edge_is_the_nearest_side_of_any_ring_and_not_the_nearest_corner() -> None:
    ring = oblong(0.0, -4 * KM, 10 * KM, 8 * KM)
    hole = oblong(7 * KM, -1 * KM, 1 * KM, 2 * KM)
    points = np.array([[3 * KM, 0.0], [6.5 * KM, 0.0], [5 * KM, 3.75 * KM]])
    found = to_the_edge(points, [[ring, hole]] * 3)
    assert found.tolist() == pytest.approx([3.0, 0.5, 0.25], rel=1e-4)


def test_pairs_are_those_within_reach_the_nearest_few_and_nobody_left_alone(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr("models.neighbourhoods.area_shapes._AT_ONCE", 2)
    points = np.array([[0.0, 0.0], [0.0, 10 * KM], [0.0, 100 * KM]])
    others = np.array([[0.0, 1 * KM], [0.0, 4 * KM], [0.0, 12 * KM], [0.0, -50 * KM]])
    found = pairs_within(points, others, 5.0, 1)
    assert sorted(zip(found.one.tolist(), found.other.tolist(), strict=True)) == [
        (0, 0),
        (0, 1),
        (0, 3),
        (1, 2),
        (2, 2),
    ]
    assert found.km[(found.one == 2)] == pytest.approx([88.0])
    assert nearest_kilometres(points, others).tolist() == pytest.approx([1.0, 2.0, 88.0])
