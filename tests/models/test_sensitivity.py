"""Shares of variance are those of a figure whose make-up is known."""

from __future__ import annotations

import numpy as np
import pytest

from models.ensemble import NORMAL_P90, standard_normal
from models.sensitivity import factor_effect, ranked, swing, variance_shares

DRAWS = 20_000


def shock(name: str, size: int = 1) -> np.ndarray:
    return standard_normal(1, name, "common", "all", DRAWS, size)[1:]


def test_shares_of_a_sum_of_known_parts_are_theirs_and_an_idle_factor_has_none() -> None:
    one, two, idle = (shock(name)[:, 0] for name in ("one", "two", "idle"))
    shares = variance_shares(100 + 3 * one + 1 * two, np.stack([one, two, idle], axis=1))
    np.testing.assert_allclose(shares, [0.9, 0.1, 0.0], atol=0.01)


def test_idle_factors_have_no_share_on_average_with_few_draws() -> None:
    figure = standard_normal(2, "figure", "common", "all", 30)[1:, 0]
    shares = variance_shares(figure, standard_normal(2, "idle", "common", "all", 30, 2000)[1:])
    assert abs(shares.mean()) < 0.005


def test_shocks_of_many_years_count_together() -> None:
    years = shock("years", 4)
    share, low, high = factor_effect(50 + years.sum(axis=1) + 2 * shock("else")[:, 0], years)
    assert share == pytest.approx(0.5, abs=0.02)
    # Half the variance of 8 is a standard deviation of 2: the 80 % range of this factor alone.
    assert (low, high) == (
        pytest.approx(50 - 2 * NORMAL_P90, abs=0.1),
        pytest.approx(50 + 2 * NORMAL_P90, abs=0.1),
    )


def test_a_factor_that_lowers_a_figure_is_high_where_the_figure_is_low() -> None:
    one = shock("one")
    _, low, high = factor_effect(10 - one[:, 0], one)
    assert low > 10 > high


def test_a_factor_or_figure_that_never_moves_has_no_share() -> None:
    still = np.zeros((DRAWS, 1))
    assert variance_shares(shock("one")[:, 0], still) == pytest.approx([0.0])
    assert variance_shares(np.ones(DRAWS), shock("one")) == pytest.approx([0.0])


def test_two_draws_have_no_shares() -> None:
    with pytest.raises(ValueError, match="at least 3"):
        variance_shares([1.0, 2.0], [[1.0], [2.0]])


def test_ranks_run_from_the_largest_swing() -> None:
    assert ranked(swing([1, 5, 3], [2, 1, 3])).tolist() == [2, 1, 3]
