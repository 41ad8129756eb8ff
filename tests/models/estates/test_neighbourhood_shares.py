"""Intervals of neighbourhoods are those of draws in which the place and the neighbourhood both move."""

from __future__ import annotations

import numpy as np
import pytest

from models.estates.neighbourhood_shares import (
    in_neighbourhoods,
    need_shares,
    neighbourhood_breach,
    neighbourhood_draws,
    own_spread,
    shares_by_practice,
)
from models.uncertainty.ensemble import Summary

DRAWS = 40_000
SHARES = np.array([0.5, 0.3, 0.2])
OWN = np.array([0.0, 0.06, 0.03])
"""Standard deviation of each neighbourhood beside its place's."""
RANDOM = np.random.default_rng(11)
OF_PLACE = 1 + 0.04 * RANDOM.standard_normal(DRAWS)
SHOCKS = RANDOM.standard_normal((DRAWS, 3))


def summary(draws: np.ndarray, principal: float | np.ndarray) -> Summary:
    """(…) of (draw, …)."""
    return Summary(np.asarray(principal), *np.quantile(draws, [0.1, 0.5, 0.9], axis=0))


def people() -> tuple[Summary, Summary, np.ndarray]:
    """Neighbourhoods' people, their place's, and the draws of the former."""
    place = 1000.0 * OF_PLACE
    near = place[:, None] * SHARES * (1 + OWN * SHOCKS)
    return summary(near, 1000.0 * SHARES), summary(place, 1000.0), near


def test_a_neighbourhood_that_moves_with_its_place_has_no_spread_of_its_own() -> None:
    near, place, _ = people()
    down, up = own_spread(near, place)
    assert (down[0], up[0]) == (pytest.approx(0, abs=0.005), pytest.approx(0, abs=0.005))
    for at in (1, 2):
        assert (down[at], up[at]) == (pytest.approx(1.2816 * OWN[at], rel=0.1),) * 2
    assert np.all(np.diff(up[[0, 2, 1]]) > 0)


def test_the_interval_of_a_neighbourhood_is_that_of_draws_in_which_both_move() -> None:
    near, place, draws = people()
    spread = own_spread(near, place)
    made = in_neighbourhoods(place, SHARES, spread)
    assert made.principal == pytest.approx(1000.0 * SHARES)
    for name in ("p10", "p50", "p90"):
        assert getattr(made, name) == pytest.approx(getattr(near, name), rel=0.01), name
    own = neighbourhood_draws(
        1000.0 * OF_PLACE[:, None], SHARES[1:2], (spread[0][1:2], spread[1][1:2]), SHOCKS[:, 1]
    )
    assert np.quantile(own, [0.1, 0.9]) == pytest.approx(np.quantile(draws[:, 1], [0.1, 0.9]), rel=0.01)


@pytest.mark.parametrize("rooms", [260.0, 285.0, 300.0, 310.0, 340.0])
def test_a_breach_is_as_likely_as_draws_that_need_more_than_there_is(rooms: float) -> None:
    near, place, draws = people()
    spread = own_spread(near, place)
    required = np.concatenate([[1.0], OF_PLACE])[:, None] * 1000.0
    found = neighbourhood_breach(required, SHARES[1:2], (spread[0][1:2], spread[1][1:2]), np.array([[rooms]]))
    assert found[0] == pytest.approx((draws[:, 1] > rooms).mean(), abs=0.01)


def test_shares_of_need_follow_people_and_what_they_need() -> None:
    shares = need_shares(np.array([[100.0, 10.0], [100.0, 40.0]]), np.array([1.0, 5.0]))
    assert shares == pytest.approx([150 / 450, 300 / 450])


def test_need_stands_where_practices_are_and_grows_as_residents_there_do() -> None:
    residents = np.array([[0.5, 0.3, 0.2], [0.4, 0.4, 0.2]])
    lists = np.array([6000.0, 0.0, 2000.0])
    found = shares_by_practice(residents, lists)
    assert found[0] == pytest.approx([0.75, 0.0, 0.25])
    assert found[1] == pytest.approx(np.array([6000 * 0.8, 0.0, 2000.0]) / 6800)
