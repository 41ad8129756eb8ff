"""Rings that cross or touch themselves, and polygons of rings."""

from __future__ import annotations

from models.neighbourhoods.simple_rings import area, inside, simple_rings


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
