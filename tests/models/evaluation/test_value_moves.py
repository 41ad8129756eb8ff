"""How far a figure may move between two versions."""

from __future__ import annotations

import numpy as np

from models.evaluation.reconciliation import shares_of_interval
from models.evaluation.value_moves import bounds_of_moves, largest_steps


def test_a_series_tells_its_largest_step_and_a_short_one_none() -> None:
    values = np.array([10.0, 40.0, 35.0, np.nan, 5.0, 9.0])
    steps = largest_steps(values, np.array([0, 0, 0, 0, 1, 1]))
    assert steps[:4].tolist() == [30.0] * 4
    assert np.isnan(steps[4:]).all()


def test_a_figure_may_move_by_what_its_series_did_or_by_a_share_of_itself() -> None:
    bounds = bounds_of_moves(np.array([100.0, 1000.0, 1000.0]), np.array([30.0, 30.0, np.nan]))
    assert bounds.tolist() == [45.0, 100.0, 500.0]


def test_a_nought_may_become_a_small_figure_only() -> None:
    assert bounds_of_moves(np.array([0.0, 400.0, 400.0]), np.full(3, np.nan))[0] == 4.0


def test_a_move_is_told_in_widths_of_its_interval_which_is_never_nothing() -> None:
    shares = shares_of_interval(
        [100.0, 100.0, 0.0], [130.0, 130.0, 0.0], [80.0, 100.0, 0.0], [140.0, 100.0, 0.0], 0.1
    )
    assert shares.tolist() == [0.5, 3.0, 0.0]
