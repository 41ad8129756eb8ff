"""Shares of variance are those of a figure whose make-up is known."""

from __future__ import annotations

import numpy as np
import pytest

from models.uncertainty.ensemble import NORMAL_P90, standard_normal
from models.uncertainty.variance_shares import (
    ends_of,
    left_over,
    more_than_chance,
    pooled,
    ranked,
    shares_together,
    swing,
    told_apart,
    up_to_year,
    variance_shares,
)

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


def test_a_factor_that_lowers_a_figure_is_high_where_the_figure_is_low() -> None:
    one = shock("one")
    low, high = ends_of(10 - 2 * one[:, 0], one, 1.0)
    assert (low, high) == (
        pytest.approx(10 + 2 * NORMAL_P90, abs=0.1),
        pytest.approx(10 - 2 * NORMAL_P90, abs=0.1),
    )


def test_a_factor_or_figure_that_never_moves_has_no_share() -> None:
    still = np.zeros((DRAWS, 1))
    assert variance_shares(shock("one")[:, 0], still) == pytest.approx([0.0])
    assert variance_shares(np.ones(DRAWS), shock("one")) == pytest.approx([0.0])


def test_two_draws_have_no_shares() -> None:
    with pytest.raises(ValueError, match="at least 3"):
        variance_shares([1.0, 2.0], [[1.0], [2.0]])


def test_ranks_run_from_the_largest_swing() -> None:
    assert ranked(swing([1, 5, 3], [2, 1, 3])).tolist() == [2, 1, 3]


def ensemble(seed: int, draws: int, own: float, columns: int) -> tuple[np.ndarray, list[np.ndarray]]:
    """A figure to which a factor of many columns brings `own`, an idle one nothing, another the rest."""
    shocks, idle, rest = (
        standard_normal(seed, name, "common", "all", draws, size)[1:]
        for name, size in (("factor", columns), ("idle", 10), ("rest", 1))
    )
    figure = 50 + np.sqrt(own / columns) * shocks.sum(axis=1) + np.sqrt(1 - own) * rest[:, 0]
    return figure, [shocks, idle, rest]


def test_shares_estimated_together_add_up_to_no_more_than_the_whole() -> None:
    for seed in range(30):
        shares, _ = shares_together(*ensemble(seed, 300, 0.6, 40))
        assert shares.sum() <= 1.0 + 1e-9
        np.testing.assert_allclose(shares, [0.6, 0.0, 0.4], atol=0.12)


def test_shares_of_many_ensembles_scatter_as_their_errors_say() -> None:
    runs = []
    for seed in range(120):
        figure, (shocks, idle, _) = ensemble(seed, 400, 0.5, 20)
        runs.append(shares_together(figure, [shocks, idle]))
    shares, errors = (np.stack(each) for each in zip(*runs, strict=True))
    assert shares.mean(axis=0) == pytest.approx([0.5, 0.0], abs=0.02)
    ratio = np.sqrt((errors**2).mean(axis=0)) / shares.std(axis=0)
    assert ((ratio > 0.7) & (ratio < 1.6)).all(), ratio


def test_idle_factors_are_hardly_ever_more_than_chance_and_real_ones_are() -> None:
    taken = [
        [more_than_chance(figure, factor) for factor in factors]
        for figure, factors in (ensemble(seed, 500, 0.3, 30) for seed in range(100))
    ]
    real, idle, rest = np.mean(taken, axis=0)
    assert (real, rest) == (1.0, 1.0)
    assert idle <= 0.05


def test_more_columns_than_draws_can_tell_apart_are_refused() -> None:
    figure, factors = ensemble(1, 50, 0.5, 40)
    with pytest.raises(ValueError, match="too few"):
        shares_together(figure, factors)


def test_shocks_of_years_that_are_still_to_come_are_left_out() -> None:
    yearly = np.arange(27.0)[None, :]  # 2024 to 2050
    assert up_to_year(yearly, 2030, 2050).shape == (1, 8)
    assert up_to_year(yearly, 2050, 2050).shape == (1, 27)
    assert up_to_year(np.ones((1, 1)), 2030, 2050).shape == (1, 1)


def test_pooled_shocks_are_those_of_the_mean_member() -> None:
    shocks = np.array([[[1.0, 2.0]], [[3.0, 6.0]]])
    np.testing.assert_allclose(pooled(shocks), [[2.0, 4.0]])


def test_factors_are_told_apart_largest_first_and_idle_ones_left_out() -> None:
    factors = {name: shock(name) for name in ("small", "large", "idle")}
    figure = 100 + 3 * factors["large"][:, 0] + 0.2 * factors["small"][:, 0]
    assert told_apart(figure, factors) == ["large", "small"]


def test_no_more_columns_are_told_apart_than_half_the_draws() -> None:
    factors = {name: shock(name, 9)[:30] for name in ("one", "two")}
    figure = 3 * factors["one"][:, 0] + 2 * factors["two"][:, 0]
    assert len(told_apart(figure, factors)) <= 1


def test_what_no_factor_explains_is_the_figure_about_its_mean() -> None:
    figure = 50 + shock("one")[:, 0]
    assert left_over(figure, []) == pytest.approx(figure - figure.mean())
    rest = left_over(figure + 3 * shock("two")[:, 0], [shock("two")])
    assert np.corrcoef(rest, shock("two")[:, 0])[0, 1] == pytest.approx(0, abs=1e-9)
    assert rest.mean() == pytest.approx(0, abs=1e-9)
    assert np.corrcoef(rest, figure)[0, 1] > 0.999
