"""Options' arithmetic by hand, the Green Book's table of discounting, the least-cost set by brute force."""

from __future__ import annotations

from itertools import product

import numpy as np
import pytest

from models.estates import estate_options as options
from models.estates.budget_fit import Choice, carried
from models.estates.capital_costs import discount_factors
from models.estates.least_cost_set import least_cost_set

GREEN_BOOK = {1: 0.9662, 5: 0.8420, 10: 0.7089, 20: 0.5026, 30: 0.3563, 31: 0.3459, 50: 0.1973, 60: 0.1468}
"""Discount factors by year, to four places: 3.5 % a year to the 30th year, then 3 %."""


def discount(years: int) -> np.ndarray:
    return discount_factors(np.arange(2026, 2026 + years), 2026, [(30, 3.5), (90, 3.0)])


def test_discounting_is_the_green_book_s_table() -> None:
    factors = discount(61)
    assert {year: round(float(factors[year]), 4) for year in GREEN_BOOK} == GREEN_BOOK


def test_a_building_is_paid_up_to_its_opening_renewed_and_costs_from_then_on() -> None:
    factors = options.present_factors(discount(7), lead_years=3, years_of_building=2, life_years=3)
    at = [1 / 1.035**year for year in range(7)]
    assert factors.capital == pytest.approx((at[2] + at[3]) / 2 + at[6])
    assert factors.yearly == pytest.approx(at[3] + at[4] + at[5] + at[6])
    cost = options.net_present_cost(np.array([1000.0]), np.array([50.0]), factors, 13.0)
    assert cost[0] == pytest.approx(1130 * factors.capital + 50 * factors.yearly)
    with pytest.raises(ValueError, match="opens after 7 years"):
        options.present_factors(discount(7), 7, 2, 3)


def test_levers_of_time_save_shares_of_rooms_that_do_not_add() -> None:
    hours = options.share_saved_by_time(2704, 3120)
    fuller = options.share_saved_by_time(60, 70)
    remote = options.share_saved_by_remote(65.3, 5)
    assert (hours, fuller, remote) == pytest.approx((416 / 3120, 10 / 70, 5 / 65.3))
    assert options.share_saved_by_time(70, 60) == 0
    shares = np.array([hours, fuller, remote])
    beside = options.saved_beside_the_others(shares)
    assert beside[1] == pytest.approx(fuller * (1 - hours) * (1 - remote))
    for amounts in product((0.0, 0.4, 1.0), repeat=3):
        together = options.saved_together(shares, np.array(amounts))
        assert together >= np.array(amounts) @ beside - 1e-12
    assert options.saved_together(shares, np.array([1.0, 0.0, 0.5])) == pytest.approx(
        1 - (1 - hours) * (1 - remote / 2)
    )


def test_an_amount_closes_the_gap_or_reaches_its_ceiling_and_no_building_is_too_small() -> None:
    gap, most = np.array([12.0, 90.0, -4.0, 0.4]), np.array([10.0, 20.0, 20.0, 9.0])
    assert options.amount_for(gap, np.full(4, 3.0), most).tolist() == [4.0, 20.0, 0.0, pytest.approx(0.4 / 3)]
    assert options.amount_for(gap, np.full(4, 3.0), most, least=5.0).tolist() == [5.0, 20.0, 0.0, 5.0]


def test_a_gap_at_a_probability_leaves_the_principal_run_out() -> None:
    draws = np.array([[99.0, *range(1, 12)], [99.0, *range(-20, -9)]])
    assert options.gap_at(draws, 80).tolist() == [9.0, 0.0]
    assert options.gap_at(draws, 50).tolist() == [6.0, 0.0]


def test_people_without_space_are_the_share_missing_on_average() -> None:
    required = np.array([[7.0, 100.0, 200.0, 50.0]])
    existing = np.array([[0.0, 75.0, 75.0, 60.0]])
    short = options.people_without_space(np.array([30_000.0]), required, existing)
    assert short[0] == pytest.approx(30_000 * (0.25 + 0.625 + 0) / 3)


def test_a_right_of_use_asset_is_the_rent_of_the_term_at_the_lease_rate() -> None:
    asset = options.right_of_use(np.array([1000.0, 300.0]), 3, 5.0)
    assert asset[0] == pytest.approx(1000 / 1.05 + 1000 / 1.05**2 + 1000 / 1.05**3)
    assert asset[1] == pytest.approx(0.3 * asset[0])


GAINS = np.array([[4.0, 60.0], [1.0, 0.0], [0.02, 1.0], [0.01, 1.0]])
MOST = np.array([1.0, 3.0, 40.0, 900.0])
LEAST = np.array([0.0, 0.0, 0.0, 150.0])
COSTS = np.array([90.0, 55.0, 9.0, 4.0])


def of_one(gaps: np.ndarray, most: np.ndarray, least: np.ndarray) -> np.ndarray:
    """The set of an area that stands between two others with gaps of their own."""
    others = np.array([[3.0, 400.0], gaps, [0.5, 10.0]])
    parts = (np.repeat(each[None], 3, axis=0) for each in (GAINS, most, least, COSTS))
    return least_cost_set(others, *parts)[1]


@pytest.mark.parametrize("gaps", [(5.0, 80.0), (2.0, 30.0), (7.0, 20.0), (1.0, 300.0), (6.5, 101.0)])
def test_the_least_cost_set_is_that_of_trying_every_set(gaps: tuple[float, float]) -> None:
    wanted = np.array(gaps)
    found = of_one(wanted, MOST, LEAST)
    assert (found @ GAINS >= wanted * (1 - 2e-6)).all()
    assert found[3] == 0 or found[3] >= 150 - 1e-4
    grids = [np.linspace(0, 1, 11), np.linspace(0, 3, 13), np.linspace(0, 40, 41), [0, *range(150, 460, 2)]]
    tried = np.stack(np.meshgrid(*grids, indexing="ij"), axis=-1).reshape(-1, 4)
    closing = tried[(tried @ GAINS >= wanted - 1e-9).all(axis=-1)]
    best = float((closing @ COSTS).min())
    # The grid is coarse: no grid point is cheaper, and the best of them is near.
    assert found @ COSTS <= best + 1e-3
    assert found @ COSTS >= 0.85 * best


def test_no_gap_needs_nothing_and_what_options_cannot_reach_is_closed_as_far_as_they_do() -> None:
    assert of_one(np.array([-1.0, 0.0]), MOST, LEAST).tolist() == [0, 0, 0, 0]
    little = np.array([1.0, 3.0, 0.0, 0.0])
    found = of_one(np.array([50.0, 50.0]), little, np.zeros(4))
    assert found == pytest.approx([1.0, 3.0, 0.0, 0.0], abs=1e-4)
    with pytest.raises(ValueError, match="as large as their least"):
        of_one(np.array([1.0, 1.0]), little, LEAST)


def test_two_lines_are_never_one_and_an_area_that_fits_neither_waits() -> None:
    build, rent = Choice(5.0, 0.1, 1), Choice(0.0, 0.9, 0)
    too_much = Choice(30.0, 0.0, 0)
    answers, spent, yearly = carried(
        [[build, rent], [build, rent], [rent], [too_much], [Choice(20.0, 3.0, 0)]],
        np.full(5, 2.0),
        np.full(5, 1.15),
    )
    # 2 a year: 5 are there in the third year, and the second area's not within the five once they are spent.
    assert [(each.choice, each.opens) for each in answers] == [(0, 2), (0, 4), (0, 0), (-1, -1), (-1, -1)]
    assert spent.tolist() == [0, 0, 5, 0, 5]
    assert yearly == pytest.approx([0.9, 0.9, 1.0, 1.0, 1.1])
    assert [each.short_of for each in answers] == ["", "", "", "capital", "both lines"]


def test_revenue_must_carry_every_year_from_the_opening_and_capital_no_later_year_takes_back() -> None:
    answers, spent, _ = carried(
        [[Choice(0.0, 2.0, 0)], [Choice(4.0, 0.0, 3)], [Choice(3.0, 0.0, 0)], [Choice(1.0, 0.0, 9)]],
        np.full(4, 1.5),
        np.array([5.0, 5.0, 5.0, 1.0]),
    )
    assert [each.opens for each in answers] == [-1, 3, -1, -1]
    assert [each.short_of for each in answers] == ["premises revenue", "", "capital", "time"]
    assert spent.tolist() == [0, 0, 0, 4]
