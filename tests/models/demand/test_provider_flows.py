"""Flows move people between hospitals and lose nobody."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from models.demand.provider_flows import drawn_shares, from_outside, of_residents, outside_activity

SHARES = np.array([[[0.61], [0.09], [0.30]], [[0.94], [0.02], [0.04]]])


@given(st.lists(st.floats(0.0, 3.0), min_size=2, max_size=2))
def test_shares_of_every_draw_add_to_1_and_keep_the_hospitals_in_proportion(factor: list[float]) -> None:
    drawn = drawn_shares(SHARES, 2, np.array([factor]))
    assert drawn.sum(axis=2) == pytest.approx(np.ones((1, 2, 1)))
    assert drawn[0, 0, 2, 0] == pytest.approx(0.30 * factor[0])
    assert drawn[0, 0, 0, 0] * 0.09 == pytest.approx(drawn[0, 0, 1, 0] * 0.61)


def test_shares_that_do_not_add_up_and_a_draw_that_sends_everybody_away_are_refused() -> None:
    with pytest.raises(ValueError, match=r"add to 0\.9"):
        drawn_shares(SHARES - 0.1 / 3, 2, np.ones((1, 2)))
    with pytest.raises(ValueError, match="elsewhere"):
        drawn_shares(SHARES, 2, np.array([[3.5, 1.0]]))


def test_providers_together_treat_all_residents_and_the_people_from_outside() -> None:
    residents = np.random.default_rng(5).random((3, 4, 2, 1)) * 1000
    drawn = drawn_shares(SHARES, 2, np.ones((3, 2)))
    outside = np.array([[80.0], [110.0], [0.0]])
    level = np.ones((4, 3, 1))
    level[2:, 0] = 1.5
    others = from_outside(outside, np.ones((3, 4, 1)), level)
    treated = of_residents(residents, drawn) + others
    assert treated[:, :2].sum(axis=2) == pytest.approx(residents[:, :2].sum(axis=2) + 190.0)
    assert treated[:, 2:].sum(axis=2) == pytest.approx(residents[:, 2:].sum(axis=2) + 230.0)


def test_eleven_in_a_hundred_from_outside_are_11_beside_89_residents() -> None:
    assert outside_activity(np.array([[89.0]]), np.array([0.11])) == pytest.approx(np.array([[11.0]]))
