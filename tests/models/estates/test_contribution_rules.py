"""What a site may be asked for, on random catchments: the rules a barrister would try."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from models.estates.contribution_rules import (
    CatchmentNeed,
    amount,
    as_shown,
    catchment_asks,
    counted_need,
    first_dwelling,
    first_occupants,
    instalments,
    occupants_by_bedrooms,
    shares_of_need,
    short_today,
    together,
    unserved,
    within_growth,
)


@st.composite
def catchments(draw: Any) -> dict[str, Any]:
    """Sites in the order in which they use spare capacity, the committed ones first."""
    sites = draw(st.integers(1, 7))
    needs = st.lists(st.floats(0, 1e4), min_size=sites, max_size=sites)
    first, difference = np.array([draw(needs)]), np.array([draw(needs)])
    committed = np.arange(sites) < draw(st.integers(0, sites))
    return {
        "first": first,
        "difference": difference,
        "share": np.array([draw(st.floats(0, 1))]),
        "spare": np.array([draw(st.floats(-1e4, 2e4))]),
        "growth": np.array([draw(st.floats(0, 3e4))]),
        "committed": committed,
    }


def asked(case: dict[str, Any]) -> np.ndarray:
    needs = counted_need(case["first"], case["share"], case["difference"])
    left = unserved(within_growth(needs, case["growth"]), case["spare"])
    return np.where(case["committed"][None, :], 0.0, left)[0]


@given(catchments())
def test_the_sum_over_sites_never_exceeds_the_growth_part_of_the_gap(case: dict[str, Any]) -> None:
    growth_part = max(case["growth"][0] - max(case["spare"][0], 0.0), 0.0)
    assert asked(case).sum() <= growth_part + 1e-6
    assert (asked(case) >= 0).all()


@given(catchments())
def test_sites_in_a_catchment_with_spare_capacity_ask_for_nothing(case: dict[str, Any]) -> None:
    case["spare"] = case["first"].sum(axis=1)
    assert asked(case) == pytest.approx(0.0, abs=1e-6)


@given(catchments())
def test_a_site_whose_residents_all_move_from_within_the_area_asks_for_nothing(case: dict[str, Any]) -> None:
    case["share"] = np.zeros(1)
    assert (asked(case) == 0).all()


@given(catchments(), st.integers(0, 6))
def test_doubling_the_homes_never_lowers_the_ask(case: dict[str, Any], at: int) -> None:
    site = at % case["first"].shape[1]
    before = asked(case)[site]
    for name in ("first", "difference"):
        case[name] = case[name].copy()
        case[name][:, site] *= 2
    assert asked(case)[site] >= before - 1e-6


@given(catchments())
def test_a_permissioned_site_is_asked_for_nothing_and_uses_spare_capacity_first(case: dict[str, Any]) -> None:
    assert (asked(case)[case["committed"]] == 0).all()
    alone = {**case, "first": np.where(case["committed"], 0.0, case["first"])}
    alone["growth"] = np.array([1e9])
    case["growth"] = np.array([1e9])
    assert (asked(case) >= asked(alone) - 1e-6).all()


@given(catchments(), st.floats(0, 1e4))
def test_an_existing_deficit_is_not_laid_on_homes(case: dict[str, Any], deficit: float) -> None:
    none_spare = {**case, "spare": np.zeros(1)}
    short = {**case, "spare": np.array([-deficit])}
    assert asked(short) == pytest.approx(asked(none_spare))


@given(catchments())
def test_what_movers_leave_refilled_does_not_raise_the_ask_above_the_difference(case: dict[str, Any]) -> None:
    assert (asked(case) <= case["difference"][0] + 1e-6).all()


def test_spare_capacity_is_used_in_order() -> None:
    assert unserved(np.array([[4.0, 4.0, 4.0]]), np.array([6.0])).tolist() == [[0, 2, 4]]


def test_other_funding_is_taken_off_and_nothing_is_asked_twice() -> None:
    quantity = np.array([[10.0, 2.0]])
    assert amount(quantity, np.array([100.0]), np.array([300.0, 500.0])).tolist() == [[700, 0]]


def test_residents_come_from_the_mix_of_homes() -> None:
    people = first_occupants(np.array([[10.0, 20.0]]), np.array([[0.1, 1.2], [0.5, 2.0]]))
    assert people.tolist() == [[11.0, 52.0]]


def test_the_trigger_is_the_first_home_whose_people_find_no_room() -> None:
    assert first_dwelling(1000, 50.0, 50.0) == 1
    assert first_dwelling(1000, 50.0, 20.0) == 601
    assert first_dwelling(1000, 50.0, 0.0) == 1000


@pytest.mark.parametrize(
    ("share", "difference", "growth", "limit", "counted"),
    [
        (0.5, 12.0, 100.0, "net_new_share", 5.0),
        (0.5, 3.0, 100.0, "difference", 3.0),
        (0.5, 12.0, 4.0, "growth", 4.0),
        (0.5, 12.0, np.nan, "net_new_share", 5.0),
    ],
)
def test_the_limit_that_is_named_is_the_one_that_binds(
    share: float, difference: float, growth: float, limit: str, counted: float
) -> None:
    catchment = CatchmentNeed(np.ones((1, 1)), spare=0.0, needed=50.0, growth=growth)
    people, gained = np.full((1, 1, 1), 10.0), np.full((1, 1, 1), difference)
    (ask,) = catchment_asks([catchment], people, gained, np.array([share]), np.ones(1))
    assert ask.limits() == [limit]
    assert ask.counted[0, 0] == counted


def test_what_spare_capacity_serves_is_never_a_residue_of_the_arithmetic() -> None:
    weights = np.linspace(0.1, 0.7, 7)[:, None] ** 1.1
    short = [CatchmentNeed(weights * part, spare=-1.0, needed=9.0, growth=np.nan) for part in (0.3, 0.61)]
    people = np.full((1, 7, 1), 1.37)
    ask = together(catchment_asks(short, people, people, np.array([0.25]), np.ones(1)), 7, 1)
    assert (ask.counted > 0).all()
    assert ask.served.tolist() == [[0.0] * 7]
    assert not np.signbit(ask.served).any()


_FEW = st.lists(st.floats(0, 1e4), min_size=4, max_size=4).map(np.array)


@given(homes=_FEW, people=st.lists(_FEW, min_size=4, max_size=4).map(np.stack))
def test_people_told_by_the_home_they_live_in_are_the_first_occupants(
    homes: np.ndarray, people: np.ndarray
) -> None:
    told = occupants_by_bedrooms(homes[None], people)
    assert told.shape == (1, 4, 4)
    np.testing.assert_allclose(told.sum(axis=1), first_occupants(homes[None], people), rtol=1e-12, atol=1e-9)


@given(
    people=st.lists(st.floats(1, 1e4), min_size=4, max_size=4).map(np.array),
    weights=st.lists(st.floats(0.1, 10), min_size=4, max_size=4).map(np.array),
    flows=st.lists(st.floats(0, 0.3), min_size=1, max_size=3),
)
def test_what_trusts_meet_and_what_is_met_elsewhere_is_the_whole_need(
    people: np.ndarray, weights: np.ndarray, flows: list[float]
) -> None:
    shares, elsewhere = shares_of_need(people, weights, [weights * flow for flow in flows])
    assert shares == pytest.approx(flows)
    assert sum(shares) + elsewhere == pytest.approx(1)


def test_room_in_one_catchment_makes_up_for_no_shortfall_of_another() -> None:
    assert short_today([12.0, -3.0, -4.5]) == 7.5
    assert short_today([]) == 0


def test_a_need_that_takes_more_space_asks_for_so_much_more_and_finds_less_to_spare() -> None:
    catchment = CatchmentNeed(np.ones((1, 1)), spare=2.0, needed=50.0, growth=100.0)
    people = np.full((2, 1, 1), 10.0)
    (ask,) = catchment_asks([catchment], people, people, np.array([0.8, 0.8]), np.array([1.0, 1.02]))
    assert ask.first[:, 0] == pytest.approx([10.0, 10.2])
    assert ask.counted[:, 0] == pytest.approx([8.0, 8.16])
    # Of 52 that there are today's need leaves 2, and at the larger space 52 - 51.
    assert ask.unserved[:, 0] == pytest.approx([6.0, 7.16])


@given(st.floats(0, 1e5))
def test_what_is_shown_is_cut_to_four_decimals_and_never_more_than_there_is(quantity: float) -> None:
    shown = float(as_shown(np.array([quantity]))[0])
    assert shown <= quantity + 1e-9
    assert quantity - shown < 1.001e-4
    assert float(f"{shown:.4f}") == shown
    assert as_shown(np.array([shown])) == shown


def test_catchments_add_up_and_none_adds_nothing() -> None:
    near, far = (
        CatchmentNeed(np.full((1, 1), weight), spare=spare, needed=50.0, growth=np.nan)
        for weight, spare in ((0.1234567, 2.0), (0.3, np.nan))
    )
    people = np.full((1, 1, 1), 100.0)
    asks = catchment_asks([near, far], people, people, np.array([0.5]), np.ones(1))
    whole = together(asks, 1, 1)
    # 12.34567 × 0.5 = 6.172835, cut to 6.1728; 2 of it are served.
    assert asks[0].counted[0, 0] == 6.1728
    assert asks[0].unserved[0, 0] == pytest.approx(4.1728)
    assert whole.unserved[0, 0] == pytest.approx(4.1728 + 15.0)
    assert together([], 1, 1).unserved.tolist() == [[0.0]]


def test_large_sites_pay_in_three_parts_from_the_first_home_that_finds_no_room() -> None:
    assert instalments(1, 3600) == [1, 1201, 2401]
    assert instalments(1801, 3600) == [1801, 2401, 3001]
    assert instalments(1, 299) == [1]
    assert instalments(3500, 3600) == [3500]
