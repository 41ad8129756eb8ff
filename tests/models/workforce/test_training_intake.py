"""Training lead times: the intake that closes a gap, by hand and against the stock it makes."""

from __future__ import annotations

import numpy as np
import pytest

from models.workforce.training_intake import in_training, intake_needed, present_intake


def test_starters_qualify_later_fewer_and_not_all_here() -> None:
    """9 WTE missing in the third year at 0.9 WTE a head are 10 people; two years of training, a quarter drops
    out and 60 % of the others stay: 10 / (0.75 × 0.6) = 22.2 must start in the first year."""
    gap = np.array([[0.0], [0.0], [9.0]])
    started = intake_needed(gap, 0.9, np.ones((1, 3)), 0.0, 2, 25.0, np.array([0.6]), 1)
    assert started == pytest.approx(np.array([[10 / 0.45]]))


def test_intakes_close_the_gap_once_caught_up_leavers_replaced() -> None:
    years, training, leaver = 15, 3, 8.0
    gap = np.linspace(20.0, 90.0, years)[:, None]
    started = intake_needed(gap, 1.0, np.ones((1, years)), leaver, training, 12.5, np.array([0.6]), 5)
    stock, held = 0.0, []
    for intake in started[:, 0]:
        stock = stock * (1 - leaver / 100) + intake * 0.875 * 0.6
        held.append(stock)
    assert held[4:] == pytest.approx(gap[training + 4 :, 0])
    assert held[0] == pytest.approx(gap[training, 0] / 5)


def test_no_intake_is_asked_of_a_year_that_is_past() -> None:
    """A course of two years whose next intake is in the third: whoever is missing before the fifth waits."""
    gap = np.array([5.0, 5.0, 5.0, 5.0, 9.0, 9.0])[:, None]
    started = intake_needed(gap, 0.9, np.ones((1, 6)), 0.0, 2, 25.0, np.array([0.6]), 1, first=2)
    assert started[:, 0] == pytest.approx([10 / 0.45, 0.0])
    with pytest.raises(ValueError, match="2 years are too few for 2"):
        intake_needed(gap, 0.9, np.ones((1, 6)), 0.0, 2, 25.0, np.array([0.6]), 1, first=4)


def test_people_in_training_give_up_evenly_over_the_course() -> None:
    # 100 start a year and 12 give up: 100, 96 and 92 are in their first, second and third year.
    assert in_training(100.0, 12.0, 3) == pytest.approx(288.0)


def test_no_gap_needs_no_intake() -> None:
    gap = np.full((4, 6, 2), -5.0)
    started = intake_needed(gap, 1.0, np.ones((2, 6)), 8.0, 3, 10.0, np.full(2, 0.6), 10)
    assert (started == 0).all()
    assert started.shape == (4, 3, 2)


def test_impossible_courses_are_refused() -> None:
    with pytest.raises(ValueError, match="too few"):
        intake_needed(np.ones((3, 1)), 1.0, np.ones((1, 3)), 8.0, 3, 10.0, np.ones(1), 10)
    with pytest.raises(ValueError, match="attrition"):
        intake_needed(np.ones((4, 1)), 1.0, np.ones((1, 4)), 8.0, 3, 100.0, np.ones(1), 10)


def test_the_present_intake_stands_behind_the_base_year_s_joiners() -> None:
    # 1,000 heads, 10 % leave, 1.1 join for each, half from training: 55, of 100 who started 52.5 join.
    assert present_intake(1000.0, 10.0, 1.1, 50.0, 12.5, 0.6) == pytest.approx(55 / 0.525)
