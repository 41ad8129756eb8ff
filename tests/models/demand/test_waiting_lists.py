"""A list that grows is demand beyond activity, whatever share of referrals ends without treatment."""

from __future__ import annotations

import numpy as np
import pytest

from models.demand.waiting_lists import demand_factor, imbalance


def months(growth: float, removed: float, number: int = 13) -> dict[str, np.ndarray]:
    """Two functions: one half admitted, one that admits nobody, lists growing by so many a month each."""
    one = np.ones((number, 1))
    admitted, non_admitted = one * [50.0, 0.0], one * [50.0, 200.0]
    starts = (admitted + non_admitted + growth) / (1 - removed)
    waiting = 1000 + growth * np.arange(number)[:, None] * [1.0, 1.0]
    return {
        "referrals": starts,
        "admitted": admitted,
        "non_admitted": non_admitted,
        "waiting": waiting,
        "over_18_weeks": np.full((number, 2), 300.0),
    }


@pytest.mark.parametrize("removed", [0.0, 0.15, 0.3])
def test_the_list_s_growth_is_what_is_asked_for_beyond_what_is_done(removed: float) -> None:
    found = imbalance(**months(5.0, removed))
    # 60 a year of the first function, half of them admitted, over 600; 30 + 60 of both over 3 000.
    assert found.admitted == pytest.approx(30 / 600)
    assert found.non_admitted == pytest.approx(90 / 3000)
    assert found.backlog_admitted == pytest.approx(150 / 600)
    assert found.backlog_non_admitted == pytest.approx(450 / 3000)
    assert found.removed == pytest.approx(removed)


def test_a_list_that_shrinks_is_activity_beyond_demand_and_one_that_stands_is_neither() -> None:
    assert imbalance(**months(-5.0, 0.1)).admitted == pytest.approx(-0.05)
    assert imbalance(**months(0.0, 0.1)).non_admitted == 0.0


def test_twelve_months_are_brought_to_a_year_and_fewer_refused() -> None:
    assert imbalance(**months(5.0, 0.1, number=12)).admitted == pytest.approx(0.05)
    with pytest.raises(ValueError, match="11 months: 12 are needed"):
        imbalance(**months(5.0, 0.1, number=11))


def test_weeks_that_are_not_known_make_no_backlog() -> None:
    unknown = months(5.0, 0.1) | {"over_18_weeks": np.full((13, 2), np.nan)}
    assert imbalance(**unknown).backlog_admitted == 0.0


def test_demand_takes_up_the_gap_over_the_years_said_and_keeps_it() -> None:
    years = np.array([2024, 2025, 2026, 2027, 2028, 2040])
    found = demand_factor([0.06, 0.0], [0.2, 0.0], years, 2024, reached_in=3, cleared_in=0)
    assert found[:, 0] == pytest.approx([1.0, 1.02, 1.04, 1.06, 1.06, 1.06])
    assert (found[:, 1] == 1.0).all()


def test_a_backlog_is_treated_once_in_the_years_said() -> None:
    years = np.array([2024, 2025, 2026, 2027])
    found = demand_factor([0.0], [0.2], years, 2024, reached_in=3, cleared_in=2)
    assert found[:, 0] == pytest.approx([1.0, 1.1, 1.1, 1.0])
