"""Stock and flow of staff: by hand, in null cases, in its steady state, and balanced whatever the rates."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from models.workforce.leavers_and_joiners import base_joiners, hazard, leaving_hazards, rotating_shares
from models.workforce.stock_and_flow import (
    FLOWS,
    Joiners,
    Projected,
    UnitRates,
    check_balance,
    project_stock,
    signed_flows,
)


def rates(units: int = 1, bands: int = 3, **changed: Any) -> UnitRates:
    """No flows at all, but those that are given."""
    still = {
        "leaving": np.zeros((units, bands)),
        "retirement": np.zeros((units, bands)),
        "moving": np.zeros(units),
        "pool": np.zeros(units, dtype=np.int64),
        "weight": np.full(units, 1 / units),
        "rotating": np.zeros((units, bands)),
        "joiner_ages": np.tile(np.eye(bands)[0], (units, 1, 1)),
        "rotation_ages": np.eye(bands)[0],
    }
    return UnitRates(**{**still, **changed})


def run(opening: np.ndarray, unit_rates: UnitRates, years: int, joiners: float = 0.0) -> Any:
    """One draw without uncertainty; `joiners` a year in every unit, from one source."""
    units = opening.shape[0]
    one = np.ones((1, years, units))
    joining = Joiners(
        np.full((1, units, 1), joiners), one, one[..., None], np.zeros((1, years, units, 1)), np.ones((1, 1))
    )
    made = project_stock(opening[None], unit_rates, one, one, np.ones(1), joining)
    return made._replace(heads=made.heads[0])


def test_a_hand_worked_year() -> None:
    """100 under 30, 200 of 30 to 34, 50 of 60 and over; 10 % leave, of the oldest half retires instead.

    Leave: 10 and 20; retire: 25. A fifth of the two younger bands grow into the next: 18 and 36. 30 join
    the youngest. 100 - 10 - 18 + 30 = 102; 200 - 20 - 36 + 18 = 162; 50 - 25 + 36 = 61: 325 in all.
    """
    by_hand = rates(
        leaving=hazard(np.array([[10.0, 10.0, 0.0]])), retirement=hazard(np.array([[0.0, 0.0, 50.0]]))
    )
    opening = np.array([[100.0, 200.0, 50.0]])
    projected = run(opening, by_hand, 2, joiners=30.0)
    assert projected.heads[0, :, 0] == pytest.approx([350.0, 325.0])
    flows = dict(zip(FLOWS, projected.flows[0, 1, 0], strict=True))
    assert flows["retirement"] == pytest.approx(25.0)
    assert flows["other_leavers"] == pytest.approx(30.0)
    assert flows["joiners"] == pytest.approx(30.0)
    # The second year shows that the bands stand as worked out: only 61 are left to retire from.
    assert run(opening, by_hand, 3, joiners=30.0).flows[0, 2, 0, 1] == pytest.approx(30.5)


def test_no_flows_keep_the_stock() -> None:
    heads = run(np.array([[10.0, 20.0, 30.0], [5.0, 0.0, 1.0]]), rates(units=2), 30).heads[0]
    assert heads == pytest.approx(np.tile([60.0, 6.0], (30, 1)))


def test_a_closed_cohort_dies_out() -> None:
    closed = rates(leaving=hazard(np.full((1, 3), 9.0)), retirement=hazard(np.array([[0.0, 5.0, 40.0]])))
    heads = run(np.array([[400.0, 300.0, 100.0]]), closed, 200).heads[0, :, 0]
    assert (np.diff(heads) < 0).all()
    assert heads[-1] < 1e-5


def test_the_steady_state_is_the_closed_form() -> None:
    """Joiners J into the youngest band: stay s_b; stocks x_1 = (4/5) s_1 x_1 + J, x_2 = (4/5) s_2 x_2 +
    (1/5) s_1 x_1, and the last band x_3 = s_3 x_3 + (1/5) s_2 x_2."""
    percent = np.array([12.0, 7.0, 25.0])
    stay = 1 - percent / 100
    joiners = 40.0
    youngest = joiners / (1 - 0.8 * stay[0])
    middle = 0.2 * stay[0] * youngest / (1 - 0.8 * stay[1])
    oldest = 0.2 * stay[1] * middle / (1 - stay[2])
    heads = run(np.full((1, 3), 10.0), rates(leaving=hazard(percent[None])), 400, joiners).heads
    assert heads[0, -1, 0] == pytest.approx(youngest + middle + oldest, rel=1e-12)


def test_one_rate_for_all_ages_makes_the_stock_joiners_over_leavers() -> None:
    heads = run(np.full((1, 3), 10.0), rates(leaving=hazard(np.full((1, 3), 8.0))), 600, 24.0).heads
    assert heads[0, -1, 0] == pytest.approx(24.0 / 0.08)


def test_moves_inside_the_system_are_no_losses_and_cancel_where_staff_stand_in_proportion() -> None:
    moving = rates(units=2, moving=np.full(2, 0.1), weight=np.array([0.75, 0.25]))
    projected = run(np.array([[300.0, 0.0, 0.0], [100.0, 0.0, 0.0]]), moving, 20)
    assert projected.heads[0].sum(axis=1) == pytest.approx(np.full(20, 400.0))
    assert projected.heads[0, -1] == pytest.approx([300.0, 100.0])
    assert projected.flows[0, 1, :, 3] == pytest.approx([7.5, 7.5])


def test_staff_move_towards_where_they_have_become_fewer() -> None:
    moving = rates(units=2, moving=np.full(2, 0.1))
    heads = run(np.array([[300.0, 0.0, 0.0], [100.0, 0.0, 0.0]]), moving, 40).heads[0]
    assert heads[1] == pytest.approx([290.0, 110.0])
    assert heads[-1] == pytest.approx([200.0, 200.0], rel=0.05)


def test_pools_do_not_exchange_staff() -> None:
    apart = rates(units=2, moving=np.full(2, 0.5), pool=np.array([0, 1]), weight=np.ones(2))
    projected = run(np.array([[300.0, 0.0, 0.0], [100.0, 0.0, 0.0]]), apart, 5)
    assert projected.heads[0, -1] == pytest.approx([300.0, 100.0])
    assert (projected.flows[..., 3:5] == 0).all()


def test_rotation_changes_who_and_not_how_many() -> None:
    rotating = rates(rotating=np.array([[0.0, 0.5, 0.0]]))
    projected = run(np.array([[0.0, 100.0, 0.0]]), rotating, 3)
    assert projected.heads[0, :, 0] == pytest.approx([100.0, 100.0, 100.0])
    flows = dict(zip(FLOWS, projected.flows[0, 1, 0], strict=True))
    assert flows["rotation_out"] == flows["rotation_in"] == pytest.approx(50.0)
    assert flows["other_leavers"] == 0
    # 50 stayed in the middle band and 40 of them are still in it a year on: half of those rotate.
    assert projected.flows[0, 2, 0, 5] == pytest.approx(0.5 * (40.0 + 10.0))


@settings(max_examples=60)
@given(
    opening=st.lists(st.floats(0, 1e5), min_size=6, max_size=6),
    leaving=st.floats(0, 99),
    retiring=st.floats(0, 99),
    moving=st.floats(0, 1),
    rotating=st.floats(0, 1),
    joiners=st.floats(0, 1e4),
)
def test_flows_balance_and_nobody_is_negative_whatever_the_rates(
    opening: list[float], leaving: float, retiring: float, moving: float, rotating: float, joiners: float
) -> None:
    any_rates = rates(
        units=2,
        leaving=hazard(np.full((2, 3), leaving)),
        retirement=hazard(np.array([[0.0, 0.0, retiring]] * 2)),
        moving=np.full(2, moving),
        weight=np.array([0.6, 0.4]),
        rotating=np.full((2, 3), rotating),
    )
    projected = run(np.array(opening).reshape(2, 3), any_rates, 8, joiners)
    check_balance(projected, 1e-6)
    signs = np.array([1.0, -1.0, -1.0, -1.0, 1.0, -1.0, 1.0, 1.0, -1.0, 1.0])
    assert np.abs(projected.flows[:, 1:] @ signs).max() < 1e-6
    assert (projected.heads[0] == projected.flows[0, :, :, 8]).all()
    assert (projected.heads >= -1e-9).all()
    assert (projected.flows[:, 1:, :, 0] == projected.flows[:, :-1, :, 8]).all()
    named = signed_flows(projected.flows[0], np.full((8, 2, 1), joiners), ("training",))
    parts = sum(values for name, values in named.items() if name != "closing")
    assert parts[1:] == pytest.approx(named["closing"][1:], abs=1e-6)


def test_flows_that_do_not_balance_are_refused() -> None:
    nothing = np.zeros((1, 1, 1, 1))
    with pytest.raises(ValueError, match="by up to 5 heads"):
        check_balance(Projected(nothing, nothing, nothing, 5.0, 0.0), 1e-6)
    with pytest.raises(ValueError, match="moves between areas add to up to 3"):
        check_balance(Projected(nothing, nothing, nothing, 0.0, 3.0), 1e-6)


def test_variants_share_their_draws_and_differ_by_their_policy_alone() -> None:
    unit_rates = rates(units=2, leaving=hazard(np.full((2, 3), 9.0)), moving=np.full(2, 0.02))
    opening = np.array([[300.0, 100.0, 50.0], [100.0, 60.0, 10.0]])
    one = np.ones((1, 6, 2))
    shape = (3, 6, 2, 1)
    joining = Joiners(np.full((1, 2, 1), 20.0), one, np.ones(shape), np.zeros(shape), np.ones((1, 1)))
    policy = np.concatenate([one, one * 0.8, one])
    made = project_stock(opening[None], unit_rates, one, policy, np.ones(1), joining)
    assert made.heads[0] == pytest.approx(made.heads[2])
    assert (made.heads[1, 0, 1:] > made.heads[0, 0, 1:]).all()
    assert made.heads[0, 0] == pytest.approx(run(opening, unit_rates, 6, 20.0).heads[0])


def test_leavers_of_the_base_year_are_the_published_rate_retirement_among_them() -> None:
    profile = np.array([[0.3, 0.5, 0.2]])
    retirement = hazard(np.array([0.0, 0.0, 20.0]))
    hazards = leaving_hazards(profile, np.array([1.5, 1.0, 0.8]), retirement, np.array([9.9]))
    gone = -np.expm1(-(hazards + retirement))
    assert (profile * gone).sum() == pytest.approx(0.099, abs=1e-12)
    assert hazards[0, 0] / hazards[0, 1] == pytest.approx(1.5)
    with pytest.raises(ValueError, match="retirement by age alone takes more than 3 %"):
        leaving_hazards(profile, np.ones(3), retirement, np.array([3.0]))


def test_joiners_of_the_base_year_stand_to_its_leavers() -> None:
    joiners = base_joiners(
        np.array([[1000.0]]), np.array([9.9]), np.array([1.1]), np.array([[0.45, 0.25, 0.25, 0.05]])
    )
    assert joiners.sum() == pytest.approx(108.9)
    assert joiners[0, 0] == pytest.approx([49.005, 27.225, 27.225, 5.445])


def test_only_those_under_an_age_rotate() -> None:
    assert rotating_shares(("25-29", "40-44"), 50.0, 22.6, 40.0) == pytest.approx([0.113, 0.0])


@pytest.mark.parametrize("percent", [-1.0, 100.0, 120.0])
def test_rates_outside_nil_to_a_hundred_are_refused(percent: float) -> None:
    with pytest.raises(ValueError, match="between 0 and 100 %"):
        hazard(percent)
