"""Figures beside their neighbours and beside others."""

from __future__ import annotations

import numpy as np
import pytest

from models.evaluation.figures_compared import beside_neighbours, beside_others, times_apart


def test_a_value_between_two_neighbours_is_drawn_straight_in_logs_by_distance() -> None:
    values, position = np.array([100.0, 7.0, 1600.0]), np.array([0.0, 1.0, 4.0])
    expected, steps = beside_neighbours(values, position, np.zeros(3, dtype=np.int64))
    assert expected[1] == pytest.approx(100.0 * 16.0**0.25), "a quarter of the way"
    assert expected[0] == 7.0
    assert expected[2] == 7.0, "an end has one neighbour"
    assert steps[2] == pytest.approx(3.0 / 2.0), "three years where two are usual"
    assert steps[0] == 1.0


def test_series_do_not_touch_each_other_and_a_value_alone_is_not_compared() -> None:
    values = np.array([1.0, 50.0, 2.0, 60.0, 9.0])
    position, series = np.array([2.0, 1.0, 1.0, 2.0, 1.0]), np.array([0, 1, 0, 1, 2])
    expected, _ = beside_neighbours(values, position, series)
    assert expected[:4].tolist() == [2.0, 60.0, 1.0, 50.0]
    assert np.isnan(expected[4])


def test_the_others_are_a_median_without_the_value_itself() -> None:
    expected = beside_others(np.array([1.0, 2.0, 30.0, 5.0]), np.array([0, 0, 0, 1]))
    assert expected[:3].tolist() == [16.0, 15.5, 1.5]
    assert np.isnan(expected[3])


def test_more_and_less_are_apart_alike() -> None:
    assert times_apart(np.array([10.0, 0.1, 3.0]), np.array([1.0, 1.0, 3.0])) == pytest.approx(
        [10.0, 10.0, 1.0]
    )
