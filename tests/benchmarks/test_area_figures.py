"""A figure outside its bounds is explained only where England's rates by need would put it inside."""

from __future__ import annotations

import pytest

from benchmarks.speed.areas import Bounds, Figure

BOUNDS = Bounds(100.0, 0.6, 1.5, "recorded")


@pytest.mark.parametrize(
    ("value", "factor", "outside", "explained"),
    [(100, 1.0, False, True), (50, 0.5, True, True), (50, 1.0, True, False), (400, 2.0, True, False)],
)
def test_what_is_outside_and_what_explains_it(
    value: float, factor: float, outside: bool, explained: bool
) -> None:
    figure = Figure("A&E attendances", value, BOUNDS, factor, "")
    assert (figure.is_outside, figure.is_explained) == (outside, explained)
