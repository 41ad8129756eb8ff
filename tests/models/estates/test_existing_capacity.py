"""What exists by year, and when it is short."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from models.estates.existing_capacity import (
    Premises,
    beyond_need,
    breach_probability,
    drawn_year,
    held,
    most_to_spare,
    opened_by,
    premises_by_year,
    since_first,
    sustained_from,
)
from models.estates.neighbourhood_shares import (
    in_neighbourhoods,
    need_shares,
    neighbourhood_breach,
    neighbourhood_draws,
    shares_by_practice,
)
from models.uncertainty.ensemble import Summary, summarise

YEARS = np.arange(2024, 2030)
NONE = np.array([np.nan])


def building(quantity: float, opened: float, closes: float, change: float, year: float) -> list[float]:
    premises = Premises(*(np.array([number]) for number in (quantity, opened, closes, change, year)))
    return list(premises_by_year(premises, YEARS)[0])


def test_a_building_holds_from_its_opening_to_before_its_closing() -> None:
    assert building(8, 2025, 2028, np.nan, np.nan) == [0, 8, 8, 8, 0, 0]


def test_a_planned_change_holds_from_its_year() -> None:
    assert building(8, np.nan, np.nan, -3, 2027) == [8, 8, 8, 5, 5, 5]


def test_an_unknown_quantity_stays_unknown_while_the_building_is_open() -> None:
    assert np.isnan(building(np.nan, np.nan, np.nan, np.nan, np.nan)).all()
    assert building(np.nan, np.nan, 2020, np.nan, np.nan) == [0] * 6


def test_a_scheme_opens_in_its_year_in_the_principal_run_and_later_in_late_draws() -> None:
    opens = drawn_year((2026, 2025, 2028), np.array([0.0, 1.3, -1.3]))
    added = 10.0 * opened_by(opens, YEARS)
    assert added.tolist() == [[0, 0, 10, 10, 10, 10], [0, 0, 0, 0, 10, 10], [0, 10, 10, 10, 10, 10]]


def test_a_building_holds_nothing_once_it_has_gone_and_then_nothing_is_unknown_of_it() -> None:
    gone = opened_by(np.array([2026.0, 2028.0]), YEARS)
    assert held(np.array([8.0] * 6), gone).tolist() == [[8, 8, 0, 0, 0, 0], [8, 8, 8, 8, 0, 0]]
    unknown = held(np.full(6, np.nan), gone)
    assert np.isnan(unknown).sum(axis=1).tolist() == [2, 4]
    assert since_first(held(np.array([8.0, 8, 8, 11, 11, 11]), gone)).tolist() == [
        [0, 0, -8, -8, -8, -8],
        [0, 0, 0, 3, -8, -8],
    ]
    assert since_first(unknown).tolist() == [[0] * 6] * 2


def test_what_is_planned_is_a_part_of_what_there_is_to_spare() -> None:
    assert beyond_need(existing=110.0, existing_today=100.0, needed=95.0) == (15.0, 10.0)
    assert np.isnan(beyond_need(np.nan, np.nan, 95.0)).all()


def test_the_most_to_spare_is_that_of_the_roomiest_year_and_ends_where_the_shortfall_stays() -> None:
    gap = np.array([2.0, -1.0, -6.0, 3.0, -0.5, 4.0])
    assert most_to_spare(gap, YEARS) == (6.0, 2026, 2029)
    assert most_to_spare(-np.abs(gap), YEARS) == (6.0, 2026, None)
    assert most_to_spare(np.abs(gap), YEARS) == (-0.5, 2028, 2024)


def test_breach_counts_draws_and_not_the_principal_run() -> None:
    gap = np.array([[5.0], [1.0], [-1.0], [-2.0], [3.0]])
    assert breach_probability(gap)[0] == 0.5


def test_the_year_of_a_threshold_is_the_first_that_passes_it() -> None:
    probability = np.array([0.1, 0.4, 0.6, 0.7, 0.85, 0.9])
    assert sustained_from(probability, 0.5, YEARS) == 2026
    assert sustained_from(probability, 0.8, YEARS) == 2028
    assert sustained_from(probability, 0.95, YEARS) is None
    assert sustained_from(probability, 0.05, YEARS) == 2024


def test_a_year_that_falls_back_below_the_threshold_is_not_the_year_of_it() -> None:
    dips = np.array([0.9, 0.57, 0.5, 0.78, 0.94, 0.98])
    assert sustained_from(dips, 0.5, YEARS) == 2027
    assert sustained_from(dips, 0.8, YEARS) == 2028
    assert sustained_from(dips[::-1], 0.8, YEARS) == 2029
    assert sustained_from(np.array([0.9, 0.9, 0.9, 0.9, 0.9, 0.4]), 0.8, YEARS) is None


@given(st.lists(st.floats(1, 1e4), min_size=2, max_size=8), st.floats(0, 0.3), st.floats(0, 0.3))
def test_neighbourhoods_add_up_to_their_place(people: list[float], down: float, up: float) -> None:
    by_band = np.array(people)[None, :, None] * np.array([1.0, 2.0])
    shares = need_shares(by_band, np.array([1.0, 3.0]))
    place = Summary(*(np.array([value]) for value in (100.0, 90.0, 101.0, 115.0)))
    spread = (np.full_like(shares, down), np.full_like(shares, up))
    found = in_neighbourhoods(place, shares, spread)
    assert found.principal.sum() == pytest.approx(100.0)
    assert ((found.p10 <= found.p50) & (found.p50 <= found.p90)).all()
    assert (found.p50 - found.p10 >= shares[0] * (101 - 90) - 1e-9).all()


def test_rooms_are_needed_where_the_practices_are() -> None:
    shares = np.array([[0.5, 0.5], [0.25, 0.75]])
    moved = shares_by_practice(shares, np.array([9000.0, 1000.0]))
    assert moved[0].tolist() == [0.9, 0.1]
    # The second's residents grow threefold against the first's: 9,000 × ½ to 1,000 × 1½.
    assert moved[1] == pytest.approx([0.75, 0.25])
    assert shares_by_practice(shares, np.array([0.0, 10.0])).tolist() == [[0, 1], [0, 1]]


def test_a_neighbourhood_without_own_uncertainty_breaches_as_its_draws_do() -> None:
    required = np.array([[0.0], [90.0], [110.0], [120.0], [80.0]])
    share, existing = np.array([0.5]), np.array([[50.0]])
    nothing, half = np.zeros(1), np.full(1, 0.5)
    assert neighbourhood_breach(required, share, (nothing, nothing), existing)[0] == 0.5
    wide = neighbourhood_breach(required, share, (half, half), existing)[0]
    assert 0.45 < wide < 0.55


def test_a_neighbourhood_s_own_spread_breaches_upwards_only_where_there_is_room() -> None:
    required, share = np.array([[0.0], [100.0]]), np.array([0.5])
    nothing, half = np.zeros(1), np.full(1, 0.5)
    with_room, short = np.array([[60.0]]), np.array([[40.0]])
    assert neighbourhood_breach(required, share, (half, nothing), with_room)[0] == 0
    assert 0.2 < neighbourhood_breach(required, share, (nothing, half), with_room)[0] < 0.5
    assert neighbourhood_breach(required, share, (nothing, half), short)[0] == 1


@pytest.mark.parametrize("own", [0.0, 0.05, 0.2])
def test_a_neighbourhood_s_interval_and_breach_are_those_of_its_draws(own: float) -> None:
    draws, years = 40_000, 3
    random = np.random.default_rng(7)
    growth = 1 + 0.08 * random.standard_normal((draws + 1, 1)) * np.arange(1, years + 1) / years
    required = 200.0 * growth
    required[0] = 200.0
    share = np.array([0.1, 0.11, 0.12])
    spread = (np.full(years, own), np.full(years, 1.5 * own))
    shock = np.concatenate([[0.0], random.standard_normal(draws)])
    drawn = neighbourhood_draws(required, share, spread, shock)
    published = in_neighbourhoods(
        summarise(required), share[:, None], (spread[0][:, None], spread[1][:, None])
    )
    # Root of the sum of squares against the draws themselves: within a fiftieth of the requirement.
    for ours, theirs in zip(published, summarise(drawn), strict=True):
        assert ours[:, 0] == pytest.approx(theirs, rel=0.02)
    inside = (drawn[1:] >= published.p10[:, 0]) & (drawn[1:] <= published.p90[:, 0])
    assert (abs(inside.mean(axis=0) - 0.8) < 0.04).all()
    existing = np.full((1, years), 22.0)
    breach = neighbourhood_breach(required, share, spread, existing)
    assert breach == pytest.approx((drawn[1:] > 22.0).mean(axis=0), abs=0.02)
