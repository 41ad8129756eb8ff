"""What a neighbourhood's people are uncertain by beyond their place's, downwards and upwards apart."""

from __future__ import annotations

import numpy as np
import pytest

from models.estates.neighbourhood_shares import in_neighbourhoods, own_spread
from models.uncertainty.ensemble import Summary

# Two years of two neighbourhoods: below and above the place's own width, and the ends unlike each other.
PEOPLE = Summary(
    np.array([[210.0, 320.0], [220.0, 340.0]]),
    np.array([[190.0, 261.0], [180.0, 240.0]]),
    np.array([[200.0, 300.0], [200.0, 300.0]]),
    np.array([[212.0, 360.0], [230.0, 390.0]]),
)
PLACE = Summary(
    np.array([530.0, 560.0]), np.array([485.0, 470.0]), np.full(2, 500.0), np.array([540.0, 560.0])
)


def test_its_own_half_width_and_the_place_s_make_up_the_whole_at_each_end() -> None:
    down, up = own_spread(PEOPLE, PLACE)
    assert down == pytest.approx(
        np.sqrt([[0.05**2 - 0.03**2, 0.13**2 - 0.03**2], [0.1**2 - 0.06**2, 0.2**2 - 0.06**2]])
    )
    assert up[:, 1] == pytest.approx(np.sqrt([0.2**2 - 0.08**2, 0.3**2 - 0.12**2]))
    # 6 % above the middle is less than the place's 8 %: it adds nothing of its own.
    assert up[0, 0] == 0
    assert up[1, 0] == pytest.approx(np.sqrt(0.15**2 - 0.12**2))


def test_of_need_that_grows_as_people_do_it_gives_the_people_s_interval_back() -> None:
    shares = PEOPLE.p50 / PLACE.p50[:, None]
    found = in_neighbourhoods(PLACE, shares, own_spread(PEOPLE, PLACE))
    assert found.p10 == pytest.approx(PEOPLE.p10)
    assert found.p90[:, 1] == pytest.approx(PEOPLE.p90[:, 1])
