"""Drivers: they add up, and each is what it says when it acts alone."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from models.demand.driver_decomposition import DRIVERS, USE, People, demand_drivers, use_drivers

SIZE = np.array([100.0, 120.0])
NEEDED = np.array([[50.0], [66.0]])
ONES = np.ones((2, 1))


def parts(people: People, **factors: float) -> dict[str, float]:
    used = {name: np.array([[1.0], [factors.get(name, 1.0)]]) for name in USE}
    demand = people.needed * np.prod(list(used.values()), axis=0)
    values = demand_drivers(people, used, demand)
    assert np.allclose(values.sum(axis=0), demand, rtol=1e-14)
    return dict(zip(DRIVERS, values[:, 1, 0], strict=True))


def test_people_s_drivers_by_hand() -> None:
    found = parts(People(SIZE, np.array([100.0, 104.0]), NEEDED, np.array([[50.0], [55.0]])))
    assert found["baseline"] == 50
    assert found["new_homes"] == pytest.approx(11)
    assert found["other_population_size"] == pytest.approx(2)
    assert found["age_structure"] == pytest.approx(3)


def test_one_factor_alone_leaves_no_interaction() -> None:
    found = parts(People(SIZE, SIZE, NEEDED, NEEDED), mitigation=0.9)
    assert found["mitigation"] == pytest.approx(-6.6)
    assert found["interaction"] == pytest.approx(0, abs=1e-9)


def test_two_factors_meet_in_the_interaction() -> None:
    found = parts(People(SIZE, SIZE, NEEDED, NEEDED), mitigation=0.9, non_demographic_growth=1.2)
    assert found["interaction"] == pytest.approx(66 * 0.2 * -0.1)


@settings(max_examples=40)
@given(st.lists(st.floats(0.3, 3.0), min_size=6, max_size=6))
def test_drivers_add_up_whatever_happens(factors: list[float]) -> None:
    people = People(SIZE, SIZE * factors[4], NEEDED, NEEDED * factors[5])
    parts(people, **dict(zip(USE, factors, strict=False)))


def test_drivers_that_miss_demand_are_refused() -> None:
    with pytest.raises(ValueError, match="miss demand"):
        demand_drivers(People(SIZE, SIZE, NEEDED, NEEDED), dict.fromkeys(USE, ONES), NEEDED + 1)


def test_factors_out_of_order_are_refused() -> None:
    with pytest.raises(ValueError, match="expected"):
        use_drivers(NEEDED, dict.fromkeys(reversed(USE), ONES))
