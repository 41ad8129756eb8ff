"""A financial year's demand is people × rates over the year, and each factor does what it says."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from models.demand.activity import (
    expected_activity,
    financial_year_average,
    financial_year_births,
    resident_demand,
)
from models.demand.activity_change import compounded, drift, uncertain_growth, widening

YEARS = np.arange(2024, 2051)


def test_a_financial_year_has_three_quarters_of_its_mid_year_and_a_quarter_of_the_next() -> None:
    assert financial_year_average(np.array([100.0, 140.0, 180.0]), axis=0).tolist() == [110.0, 150.0]


def test_births_of_a_financial_year_are_a_quarter_before_its_mid_year_and_three_after() -> None:
    # 400 births from mid-2023 to mid-2024, 440 in the next twelve months: 100 + 330.
    assert financial_year_births(np.array([[400.0, 440.0]]), axis=1).tolist() == [[430.0]]


@settings(max_examples=20)
@given(st.integers(0, 2**32 - 1))
def test_activity_is_people_times_rates_age_by_age(seed: int) -> None:
    random = np.random.default_rng(seed)
    people, rates = random.random((3, 4, 2, 91)) * 1000, random.random((5, 2, 91))
    expected = np.zeros((3, 3, 5))
    for year in range(3):
        exposed = 0.75 * people[:, year] + 0.25 * people[:, year + 1]
        for service in range(5):
            expected[:, year, service] = (exposed * rates[service]).sum(axis=(1, 2))
    assert expected_activity(people, rates) == pytest.approx(expected)


def test_no_people_need_nothing() -> None:
    assert not expected_activity(np.zeros((2, 3, 2, 91)), np.ones((1, 2, 91))).any()


def test_demand_of_a_base_year_without_uncertainty_is_expected_times_calibration() -> None:
    expected = np.full((1, 1, 2), 1000.0)
    ones = np.ones((1, 1, 2))
    demand = resident_demand(expected, np.array([1.2, 0.9]), ones, ones, ones, ones)
    assert demand[0, 0].tolist() == [1200.0, 900.0]


def test_growth_compounds_to_its_horizon_and_is_held_beyond() -> None:
    growth = compounded(np.array([0.0249]), YEARS, 2024, 2041)[0]
    assert growth[0] == 1
    assert growth[17] == pytest.approx(1.0249**17)
    assert (growth[17:] == growth[17]).all()


def test_growth_of_the_principal_run_is_the_published_rate_and_its_range_the_published_range() -> None:
    growth = uncertain_growth((1.31, 1.21, 1.41), "ae", YEARS, 2024, 2041, 4000, 7)
    assert growth[0, 1] == pytest.approx(1.0131)
    low, high = np.quantile(growth[1:, 1], [0.1, 0.9])
    assert low == pytest.approx(1.0121, abs=1e-4)
    assert high == pytest.approx(1.0141, abs=1e-4)


def test_what_widens_starts_at_what_is_known() -> None:
    factor = widening(np.array([1.0, 1.04]), YEARS, 2024, 10)
    assert (factor[0] == 1).all()
    assert factor[1, 0] == 1
    assert factor[1, 5] == pytest.approx(1.02)
    assert factor[1, 10] == factor[1, -1] == pytest.approx(1.04)


def test_a_rate_on_record_wanders_only_after_it() -> None:
    shocks = np.random.default_rng(4).standard_normal((50, len(YEARS)))
    logs = np.log(drift(shocks.copy(), 0.03, known=3))
    assert not logs[:, :3].any()
    assert logs[:, 3:] == pytest.approx(np.cumsum(0.03 * shocks[:, 3:], axis=1))


def test_growth_counts_from_its_own_year_and_ends_with_its_horizon() -> None:
    found = compounded(np.array([0.01]), YEARS, 2027, 2030)[0]
    assert found[:4].tolist() == [1, 1, 1, 1]
    assert found[4:7].tolist() == pytest.approx([1.01, 1.01**2, 1.01**3])
    assert (found[7:] == found[6]).all()


def test_a_wandering_rate_starts_at_1_and_opens_with_the_square_root_of_time() -> None:
    shocks = np.random.default_rng(3).standard_normal((4000, len(YEARS)))
    logs = np.log(drift(shocks, 0.03))
    assert not logs[:, 0].any()
    assert logs[:, 16].std() / logs[:, 4].std() == pytest.approx(2.0, rel=0.05)
