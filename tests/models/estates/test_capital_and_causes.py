"""Capital in its years, discounting, and causes that add up."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from models.demand.driver_decomposition import DRIVERS
from models.estates import capital_costs
from models.estates.shortfall_causes import CAUSES, home_shares, neighbourhood_causes, place_causes, total


def test_capacity_once_built_is_not_unbuilt() -> None:
    short = np.array([[-3.0, 2.0, 1.0, 5.0]])
    assert capital_costs.capacity_to_build(short).tolist() == [[0, 2, 2, 5]]


def test_a_shortfall_that_a_scheme_ends_before_anything_could_open_is_not_built_for() -> None:
    short = np.array([[7.0, 9.0, 2.0, 1.0, 5.0], [1.0, 1.0, 2.0, 8.0, 3.0]])
    assert capital_costs.capacity_to_build(short, 2).tolist() == [[2, 2, 2, 2, 5], [1, 1, 2, 8, 8]]
    assert (
        capital_costs.capacity_to_build(short, 5).tolist() == capital_costs.capacity_to_build(short).tolist()
    )


def test_growth_to_be_built_is_net_of_what_opens_and_makes_up_for_what_closes() -> None:
    required, planned = np.array([[100.0, 103.0, 111.0]]), np.array([[0.0, -4.0, 9.0]])
    assert capital_costs.growth_since_first(required, planned).tolist() == [[0, 7, 2]]
    assert capital_costs.growth_since_first(required).tolist() == [[0, 3, 11]]


def test_nothing_opens_before_a_decision_and_its_lead_time() -> None:
    built = np.array([[4.0, 4.0, 6.0, 7.0]])
    assert capital_costs.openings(built, 2).tolist() == [[0, 0, 6, 1]]
    assert capital_costs.openings(built, 0).tolist() == [[4, 0, 2, 1]]


@given(arrays(float, (3, 8), elements=st.floats(0, 1e3)), st.integers(1, 4))
def test_all_that_opens_is_paid_for_once(opened: np.ndarray, years: int) -> None:
    paid = capital_costs.spent(opened, years)
    assert paid.sum(axis=1) == pytest.approx(opened.sum(axis=1))
    assert (np.cumsum(paid, axis=1) >= np.cumsum(opened, axis=1) - 1e-9).all()


def test_the_green_book_s_rates() -> None:
    factors = capital_costs.discount_factors(
        np.array([2025, 2026, 2027, 2056, 2057]), 2026, [(30, 3.5), (75, 3.0)]
    )
    assert factors[:2].tolist() == [1.0, 1.0]
    assert factors[2] == pytest.approx(1 / 1.035)
    assert factors[3] == pytest.approx(1.035**-30)
    assert factors[4] == pytest.approx(1.035**-30 / 1.03)


def test_wards_and_buildings_are_whole_and_one_that_is_just_full_is_one() -> None:
    to_build = np.array([[0.0, 0.5, 28.0, 28.4, 57.0]])
    assert capital_costs.in_whole_buildings(to_build, 28.0).tolist() == [[0, 28, 28, 56, 84]]
    assert capital_costs.in_whole_buildings(to_build, float("nan")).tolist() == to_build.tolist()


def test_prices_and_optimism_bias() -> None:
    assert capital_costs.at_prices_of(100.0, 80.0, 100.0) == pytest.approx(125.0)
    assert capital_costs.with_optimism_bias(np.array([100.0]), np.array([24.0]))[0] == pytest.approx(124.0)


@given(
    arrays(float, (len(DRIVERS), 4, 2), elements=st.floats(-1e3, 1e3)),
    arrays(float, 3, elements=st.floats(0.1, 10)),
    st.floats(0, 50),
    st.floats(0, 50),
)
def test_causes_add_up_by_place_and_by_neighbourhood(
    drivers: np.ndarray, people: np.ndarray, before: float, after: float
) -> None:
    drivers[DRIVERS.index("baseline")] = 1000.0
    drivers[:, 0] = 0.0
    drivers[DRIVERS.index("baseline"), 0] = 1000.0
    existing = np.array([before, before, after, after])
    coefficients = np.array([0.2, 0.5])
    required = drivers.sum(axis=0) @ coefficients
    found = place_causes(drivers, list(DRIVERS), coefficients, existing)
    assert total(found) == pytest.approx(required - existing)
    assert found["today"] == pytest.approx(700.0 - before)
    assert set(found) == set(CAUSES)

    # Where it is not known what exists, but what opens beyond the first year.
    opens = place_causes(drivers, list(DRIVERS), coefficients, np.array([0.0, 0.0, after, after]))
    assert total(opens) == pytest.approx(required - [0.0, 0.0, after, after])
    assert opens["planned_capacity"] == pytest.approx([0.0, 0.0, -after, -after])
    assert opens["today"] == pytest.approx(700.0)

    shares = people / people.sum() * np.ones((4, 1))
    homes = home_shares(np.ones((4, 3)) * [1.0, 0.0, 2.0], people / people.sum())
    unknown = place_causes(drivers, list(DRIVERS), coefficients, None)
    near = neighbourhood_causes(unknown, required[:, None] * shares, homes, None)
    assert total(near) == pytest.approx(required[:, None] * shares)
    assert near["local"].sum(axis=1) == pytest.approx(0, abs=1e-6)
    for cause in CAUSES:
        assert near[cause].sum(axis=1) == pytest.approx(unknown[cause], abs=1e-6)
