"""Forecasts that are made to add up."""

from __future__ import annotations

import numpy as np
import pytest

from models.demand.monthly.minimum_trace import added_up, shrunk_correlation


def test_the_last_is_the_sum_of_the_others_and_what_adds_up_already_stays() -> None:
    forecasts = np.array([[100.0, 90.0], [50.0, 60.0], [170.0, 150.0]])
    made = added_up(forecasts, 0.05 * forecasts, np.eye(3))
    assert made[:2].sum(axis=0) == pytest.approx(made[2])
    assert made[:, 1] == pytest.approx(forecasts[:, 1])
    assert (made[:2, 0] > forecasts[:2, 0]).all()
    assert made[2, 0] < 170


def test_the_gap_of_20_is_closed_by_variances_when_errors_are_independent() -> None:
    """Variances 1, 4 and 5: of a gap of 20 the parts take a tenth and four tenths, the whole half."""
    forecasts = np.array([[100.0], [50.0], [170.0]])
    made = added_up(forecasts, np.sqrt([[1.0], [4.0], [5.0]]), np.eye(3))
    assert made[:, 0] == pytest.approx([102.0, 58.0, 160.0])


def test_a_part_that_errs_with_the_whole_is_moved_less() -> None:
    forecasts, deviations = np.array([[100.0], [50.0], [170.0]]), np.ones((3, 1))
    tied = np.array([[1.0, 0.0, 0.8], [0.0, 1.0, 0.0], [0.8, 0.0, 1.0]])
    made = added_up(forecasts, deviations, tied)
    # W c = (0.2, 1, -0.2) and c'W c = 1.4, for a gap of -20.
    assert made[:, 0] == pytest.approx(np.array([100.0, 50.0, 170.0]) + 20 / 1.4 * np.array([0.2, 1.0, -0.2]))


def test_correlation_of_many_months_is_kept_and_of_few_is_shrunk_to_none() -> None:
    random = np.random.default_rng(3)
    first = random.standard_normal(4000)
    both = np.stack([first, 0.6 * first + 0.8 * random.standard_normal(4000)], axis=1)
    assert shrunk_correlation(both)[0, 1] == pytest.approx(0.6, abs=0.03)
    assert np.diag(shrunk_correlation(both)).tolist() == [1.0, 1.0]
    few = shrunk_correlation(both[:20])[0, 1]
    assert 0 <= few < np.corrcoef(both[:20].T)[0, 1]
    assert np.array_equal(shrunk_correlation(both[:11]), np.eye(2))
    gaps = both.copy()
    gaps[11:, 0] = np.nan
    assert np.array_equal(shrunk_correlation(gaps), np.eye(2))
