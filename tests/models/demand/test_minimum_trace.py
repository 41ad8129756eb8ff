"""Forecasts that are made to add up."""

from __future__ import annotations

import numpy as np
import pytest

from models.demand.monthly.minimum_trace import added_up


def test_the_last_is_the_sum_of_the_others_and_what_adds_up_already_stays() -> None:
    forecasts = np.array([[100.0, 90.0], [50.0, 60.0], [170.0, 150.0]])
    made = added_up(forecasts, 0.05 * forecasts)
    assert made[:2].sum(axis=0) == pytest.approx(made[2])
    assert made[:, 1] == pytest.approx(forecasts[:, 1])
    assert (made[:2, 0] > forecasts[:2, 0]).all()
    assert made[2, 0] < 170


def test_a_gap_of_20_is_closed_by_variances() -> None:
    """Variances 1, 4 and 5: of a gap of 20 the parts take a tenth and four tenths, the whole half."""
    forecasts = np.array([[100.0], [50.0], [170.0]])
    made = added_up(forecasts, np.sqrt([[1.0], [4.0], [5.0]]))
    assert made[:, 0] == pytest.approx([102.0, 58.0, 160.0])
    over = added_up(np.array([[100.0], [50.0], [130.0]]), np.sqrt([[1.0], [4.0], [5.0]]))
    assert over[:, 0] == pytest.approx([98.0, 42.0, 140.0])
