"""Errors and intervals by hand: what the tables of accuracy print."""

import numpy as np
import pytest

from models.evaluation.projection_errors import (
    age_sex_error,
    coverage,
    share_at_least,
    winkler_score,
)


def test_age_sex_error_counts_people_in_the_wrong_cell() -> None:
    true = np.array([[100.0, 100.0], [50.0, 50.0]])
    moved = true + np.array([[10, -10], [0, 0]])
    assert age_sex_error(moved, true) == pytest.approx(20 / 300 * 100)
    assert age_sex_error(np.stack([true, moved]), true).shape == (2,)


def test_shares_and_coverage_count_ends_in() -> None:
    assert share_at_least([-5.0, 4.9, 10.0, 0.0], 5) == 50.0
    assert coverage([0, 0, 0, 0], [1, 1, 1, 1], [0, 1, 1.01, -0.01]) == 50.0


def test_winkler_is_the_width_and_ten_times_a_miss_at_eighty_percent() -> None:
    assert winkler_score([0.0], [2.0], [1.0], 0.8) == 2.0
    assert winkler_score([0.0], [2.0], [3.0], 0.8) == pytest.approx(2 + 10)
    with pytest.raises(ValueError, match="between 0 and 1"):
        winkler_score([0.0], [1.0], [0.5], 80)
