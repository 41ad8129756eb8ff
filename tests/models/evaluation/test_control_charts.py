"""XmR charts find the four kinds of signal, and no other; held to worked examples and to shifted series."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from models.evaluation.control_charts import (
    CLOSE,
    DRIFT,
    NO_SIGNAL,
    OUTSIDE,
    SHIFT,
    Limits,
    forecasts_of_trials,
    inside,
    parts_of_chart,
    percent_of_forecast,
    process_limits,
    signals,
)

UNIT = Limits(-3.0, 0.0, 3.0)


def test_limits_are_the_mean_and_two_point_six_six_moving_ranges_either_way() -> None:
    # Moving ranges 2, 1, 3 and 2: mean 2, so limits lie 5.32 from the mean of 12.
    limits = process_limits([11, 13, 12, 15, 13 - 4 + 4])
    assert limits.centre == pytest.approx(12.8)
    assert limits.upper - limits.centre == pytest.approx(2.66 * 2.0)
    assert limits.centre - limits.lower == pytest.approx(2.66 * 2.0)


def test_a_month_that_is_missing_makes_no_moving_range() -> None:
    assert process_limits([10, 12, np.nan, 40, 42]).upper - process_limits(
        [10, 12, np.nan, 40, 42]
    ).centre == pytest.approx(2.66 * 2.0)


def test_a_series_without_two_months_in_succession_has_no_limits() -> None:
    with pytest.raises(ValueError, match="no two values"):
        process_limits([1.0, np.nan, 2.0])


def test_a_point_beyond_a_limit_is_outside() -> None:
    assert signals([0.1, -0.1, 3.1, -0.2], UNIT) == [NO_SIGNAL, NO_SIGNAL, OUTSIDE, NO_SIGNAL]


@pytest.mark.parametrize(("run", "found"), [(6, NO_SIGNAL), (7, SHIFT), (9, SHIFT)])
def test_seven_in_succession_on_one_side_are_a_shift_and_six_are_not(run: int, found: str) -> None:
    above = [0.5, 0.4] * 5
    series = [-0.5, *above[:run], -0.5]
    assert signals(series, UNIT) == [NO_SIGNAL, *[found] * run, NO_SIGNAL]


@pytest.mark.parametrize(("points", "found"), [(6, NO_SIGNAL), (7, DRIFT), (9, DRIFT)])
def test_seven_in_succession_rising_or_falling_are_a_trend_and_six_are_not(points: int, found: str) -> None:
    rising = list(np.linspace(-0.9, 0.9, points))
    assert signals(rising, UNIT) == [found] * points
    assert signals(rising[::-1], UNIT) == [found] * points


def test_a_value_that_repeats_ends_a_trend() -> None:
    assert signals([-0.9, -0.6, -0.3, -0.1, -0.1, 0.3, 0.5, 0.7, 0.9], UNIT) == [NO_SIGNAL] * 9


def test_two_of_three_close_to_one_limit_are_a_signal_and_on_two_sides_are_not() -> None:
    assert signals([2.5, 0.5, 2.6, -0.1], UNIT) == [CLOSE, NO_SIGNAL, CLOSE, NO_SIGNAL]
    assert signals([2.5, -0.5, 2.6, -0.1], UNIT) == [NO_SIGNAL] * 4
    assert signals([2.5, 0.5, -2.6, -0.1], UNIT) == [NO_SIGNAL] * 4


@given(
    values=st.lists(st.integers(-20, 20), min_size=3, max_size=30),
    shift=st.integers(-1000, 1000),
    factor=st.sampled_from([2.0, 4.0, 0.5]),
)
def test_signals_do_not_depend_on_unit_or_level(values: list[int], shift: int, factor: float) -> None:
    series = np.array(values, dtype=float)
    moved = series * factor + shift
    # Values on the very edge of a rule may fall either way with rounding; off it, nothing changes.
    limits = process_limits(series)
    edges = np.array([limits.lower, limits.centre, limits.upper, *_near(limits)])
    if np.abs(series[:, None] - edges).min() < 1e-6:
        return
    assert signals(series, limits) == signals(moved, process_limits(moved))


def _near(limits: Limits) -> tuple[float, float]:
    reach = (limits.upper - limits.centre) * 2 / 3
    return limits.centre - reach, limits.centre + reach


def test_whether_an_actual_lies_inside_is_unknown_without_an_interval() -> None:
    found = inside([5, 5, 5], [4, 6, np.nan], [6, 7, 9])
    assert found[:2].tolist() == [1.0, 0.0]
    assert np.isnan(found[2])


def test_a_trial_gives_back_the_forecast_its_error_was_taken_from() -> None:
    actual, forecast = np.array([110.0]), np.array([100.0])
    made, low, high = forecasts_of_trials(actual, np.log(actual / forecast), [0.1])
    assert made == pytest.approx(forecast)
    assert (low, high) == (pytest.approx(100 * np.exp(-0.1)), pytest.approx(100 * np.exp(0.1)))
    assert percent_of_forecast(actual, made) == pytest.approx(10.0)


def stepped(size: float, at: int = 18, months: int = 36) -> np.ndarray:
    """Months that wander about 1 000 and from one month on about a level higher by `size`."""
    noise = np.random.default_rng(4).normal(0, 10, months)
    return 1000 + noise + size * (np.arange(months) >= at)


def test_a_step_signals_without_a_split_and_not_with_one() -> None:
    values = stepped(120.0)
    (whole,) = parts_of_chart(values, [], fewest=12)
    assert set(whole.signals) != {NO_SIGNAL}
    before, after = parts_of_chart(values, [18], fewest=12)
    assert set(before.signals) == set(after.signals) == {NO_SIGNAL}
    assert before.limits is not None
    assert after.limits is not None
    assert (before.first, before.after, after.first, after.after) == (0, 18, 18, 36)
    assert after.limits.centre - before.limits.centre == pytest.approx(120, abs=10)
    assert before.limits == process_limits(values[:18])


def test_a_step_nobody_explained_still_signals_beside_one_that_is_known() -> None:
    values = stepped(120.0) + 90.0 * (np.arange(36) >= 28)
    before, after = parts_of_chart(values, [18], fewest=12)
    assert set(before.signals) == {NO_SIGNAL}
    assert set(after.signals) != {NO_SIGNAL}


def test_too_short_a_side_has_no_limits_and_shows_no_signal() -> None:
    short, rest = parts_of_chart(stepped(120.0, at=5), [5], fewest=12)
    assert short.limits is None
    assert short.signals == [NO_SIGNAL] * 5
    assert rest.limits is not None


def test_steps_outside_the_months_shown_change_nothing() -> None:
    values = stepped(0.0)
    assert parts_of_chart(values, [-3, 0, 36, 60], fewest=12) == parts_of_chart(values, [], fewest=12)
    (alone,) = parts_of_chart([5.0], [], fewest=12)
    assert alone.limits is None
