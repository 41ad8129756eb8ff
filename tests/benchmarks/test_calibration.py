"""Every fitted constant of the population method comes out again of the areas it was fitted on."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from benchmarks.population import calibration
from benchmarks.population.backtest_people import england_assumptions
from benchmarks.population.calibration import History, best, history, misses, next_widths

RANGED = (calibration.SIZE, calibration.PAST_RATE)
"""Assumptions whose range is fitted; of the rest it is the value."""


@pytest.fixture(scope="module")
def past(shared: Callable[[str], Path]) -> History:
    return history(shared("official/backtest_2011_2021"), shared("official/backtest_many_years"))


def held(frame: pd.DataFrame, name: str) -> float:
    row = frame.set_index("id").loc[name]
    return float(np.log(row["high"]) if name in RANGED else row["value"])


def test_another_step_of_the_fit_leaves_every_width_where_it_is(past: History) -> None:
    frame = england_assumptions()
    moved = next_widths(frame, misses(past, frame, past.pairs))
    widths = [
        *calibration.PATTERN,
        calibration.LONDON_PATTERN,
        calibration.LONDON_SIZE,
        calibration.ONE_COUNT,
    ]
    for name in (*widths, calibration.SIZE):
        assert held(moved, name) == pytest.approx(held(frame, name), rel=0.1), name


def test_the_range_of_past_rates_is_what_ten_years_left_unexplained(past: History) -> None:
    frame = england_assumptions()
    assert calibration.past_rate_width(past, frame, past.pairs) == pytest.approx(
        held(frame, calibration.PAST_RATE), rel=0.02
    )


@pytest.mark.long
def test_the_whole_fit_comes_to_what_is_shipped(past: History) -> None:
    frame = england_assumptions()
    fitted = calibration.calibrated(past, frame, calibration.grid_errors(past, frame), past.pairs)
    for name in calibration.fitted_ids():
        tolerance = 0.0 if name in {*calibration.TOTALS, *calibration.AGES_OF} else 0.06
        assert held(fitted, name) == pytest.approx(held(frame, name), rel=tolerance), name


def test_the_best_combination_counts_every_pair_alike() -> None:
    names = list(calibration.AGES_OF)
    rows = [
        {"stage": "ages", names[0]: 0.4, names[1]: 0.2, "origin": 2001, "target": 2006, "error": 1.0},
        {"stage": "ages", names[0]: 0.8, names[1]: 0.2, "origin": 2001, "target": 2006, "error": 1.5},
        # Ten times as far off, a pair must not decide by its size alone: 2.0 of 20 is less than half of 1.
        {"stage": "ages", names[0]: 0.4, names[1]: 0.2, "origin": 2006, "target": 2021, "error": 22.0},
        {"stage": "ages", names[0]: 0.8, names[1]: 0.2, "origin": 2006, "target": 2021, "error": 20.0},
    ]
    errors = pd.DataFrame(rows)
    pairs = [(2001, 2006), (2006, 2021)]
    assert best(errors, "ages", pairs)[names[0]] == 0.4
    assert best(errors, "ages", pairs[1:])[names[0]] == 0.8
