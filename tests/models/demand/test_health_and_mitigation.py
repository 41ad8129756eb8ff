"""Health status shifts curves; mitigation turns published targets into factors."""

from __future__ import annotations

import numpy as np
import pytest

from models.demand.health_status import shifted_activity, shifted_rates, years_gained
from models.demand.mitigation import achieved_effect, avoided, effect, steps_taken

CURVE = np.arange(91, dtype=float)
YEARS = np.arange(2024, 2051)


def test_a_year_gained_gives_everybody_the_rate_of_those_a_year_younger() -> None:
    shifted = shifted_rates(CURVE, 1.0, 45, 92.5)
    assert shifted[80] == 79
    assert shifted[44] == 44
    assert shifted_rates(CURVE, -0.5, 45, 92.5)[80] == 80.5


def test_no_years_gained_change_nothing() -> None:
    assert shifted_rates(CURVE, 0.0, 45, 92.5) == pytest.approx(CURVE)


def test_a_year_gained_does_not_make_everybody_over_90_those_of_89() -> None:
    curve = CURVE.copy()
    curve[90] = 124.0
    # The group stands at 92.5: 3.5 years and 35 above those of 89, 10 a year.
    assert shifted_rates(curve, 1.0, 45, 92.5)[90] == pytest.approx(114.0)
    assert shifted_rates(curve, -1.0, 45, 92.5)[89] == pytest.approx(99.0)


def test_beyond_the_oldest_age_the_curve_is_flat() -> None:
    assert shifted_rates(CURVE, -1.0, 45, 92.5)[90] == 90


def test_years_gained_grow_evenly_from_the_base_year() -> None:
    gained = years_gained(np.array([0.5]), YEARS, 2024)[0]
    assert gained[0] == 0
    assert gained[10] == pytest.approx(0.5)


def test_activity_with_a_whole_year_gained_or_lost_is_that_of_the_shifted_curve() -> None:
    level, more, less = (np.full((1, 3, 1), value) for value in (100.0, 90.0, 112.0))
    found = shifted_activity(level, more, less, np.array([[0.0, 1.0, -1.0]]))
    assert found[0, :, 0].tolist() == [100, 90, 112]


def test_a_target_steps_from_the_year_after_to_its_full_year() -> None:
    steps = steps_taken(YEARS, 2025, 2030)
    assert steps[:4].tolist() == [0, 0, 1, 2]
    assert steps[-1] == 5
    with pytest.raises(ValueError, match="complete"):
        steps_taken(YEARS, 2030, 2030)


def test_fifty_a_year_for_each_100_000_of_a_million_are_2_500_after_five_years() -> None:
    fall = avoided(np.array([1e6]), -50, 100_000, np.array([5.0]))
    assert fall.tolist() == [2500]


def test_more_than_all_cannot_be_avoided() -> None:
    with pytest.raises(ValueError, match="avoids all"):
        effect(np.array([-10.0]), np.array([10.0]))
    with pytest.raises(ValueError, match="avoids all"):
        achieved_effect(np.array([[-0.9]]), np.array([1.0, 1.2]))


def test_a_half_achieved_effect_is_half() -> None:
    assert achieved_effect(np.array([[-0.2]]), np.array([1.0, 0.5]))[:, 0, 0].tolist() == [0.8, 0.9]
