"""The level of demand: repeated months are seen and replaced, and providers' records come out again."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from models.demand.demand_level import (
    bed_days,
    births_tie,
    calibrate_places,
    check_providers,
    mean_of_months,
    one_factor,
    recorded_years,
    registered_to_resident_ratio,
    repeated_months,
    year_from_clean_months,
)

NOTHING = np.zeros(36, dtype=bool)


def test_a_month_copied_from_the_year_before_is_seen_and_a_coincidence_in_one_measure_is_not() -> None:
    measures = np.arange(48.0).reshape(24, 2)
    measures[22] = measures[10]
    measures[23, 0] = measures[11, 0]
    assert np.flatnonzero(repeated_months(measures)).tolist() == [22]


def test_a_missing_measure_neither_makes_nor_hides_a_repeat() -> None:
    measures = np.arange(48.0).reshape(24, 2)
    measures[:12, 1] = np.nan
    measures[22, 0] = measures[10, 0]
    measures[23] = np.nan
    assert np.flatnonzero(repeated_months(measures)).tolist() == [22]


def test_a_year_s_level_comes_from_its_clean_months_in_the_proportion_of_the_year_before() -> None:
    before, year = np.full(12, 100.0), np.full(12, 110.0)
    year[10:] = 100.0
    clean = np.arange(12) < 10
    assert year_from_clean_months(year, before, clean) == pytest.approx(1320.0)
    with pytest.raises(ValueError, match="no clean month"):
        year_from_clean_months(year, before, np.zeros(12, dtype=bool))


def test_only_complete_financial_years_count() -> None:
    months = np.full(36, 10.0)
    months[5] = np.nan
    years = recorded_years(months, NOTHING, 2022, 3)
    assert [(year.year, year.recorded) for year in years] == [(2023, 120.0), (2024, 120.0)]


def test_a_repeated_month_is_named_by_its_place_in_the_year() -> None:
    repeated = NOTHING.copy()
    repeated[34] = True
    years = recorded_years(np.full(36, 10.0), repeated, 2022, 0)
    assert years[-1].left_out == (10,)
    assert years[0].left_out == ()


def test_two_places_and_two_hospitals_by_hand() -> None:
    # A sends 90 of 100 to the first hospital; B 10 of 200 there and 190 to the second. The first records
    # 115 with 20 % from outside, so 92 are residents'; the second 190 with none.
    contributions = np.array([[90.0, 10.0], [10.0, 190.0]])
    result = calibrate_places(contributions, contributions / [0.8, 1.0], np.array([115.0, 190.0]))
    factors = np.linalg.solve(contributions.T, [92.0, 190.0])
    assert result.factors == pytest.approx(factors)
    assert result.from_outside == pytest.approx([23.0, 0.0])


@given(
    st.lists(st.floats(0.5, 2.0), min_size=2, max_size=2),
    st.lists(st.floats(0.0, 0.4), min_size=2, max_size=2),
)
def test_records_come_out_again_for_every_provider_that_is_somebody_s_main_one(
    factors: list[float], outside: list[float]
) -> None:
    contributions = np.array([[900.0, 20.0, 80.0], [700.0, 60.0, 240.0], [30.0, 800.0, 170.0]])
    wanted = np.array([factors[0], factors[0], factors[1]])
    share = np.array([*outside, 0.0])
    recorded = (wanted @ contributions) / (1 - share)
    recorded[2] = np.nan
    result = calibrate_places(contributions, contributions / (1 - share), recorded)
    assert result.factors == pytest.approx(wanted)
    calibrated = contributions * result.factors[:, None]
    check = check_providers(calibrated, calibrated / (1 - share), recorded)
    assert check["difference_percent"][:2] == pytest.approx([0.0, 0.0], abs=1e-9)


def test_without_a_record_nothing_is_scaled() -> None:
    result = calibrate_places(np.ones((3, 2)), np.ones((3, 2)), np.full(2, np.nan))
    assert result.factors.tolist() == [1.0, 1.0, 1.0]


def test_records_that_no_positive_factor_explains_are_refused() -> None:
    contributions = np.array([[60.0, 40.0], [40.0, 60.0]])
    with pytest.raises(ValueError, match="not positive"):
        calibrate_places(contributions, contributions, np.array([10.0, 500.0]))


def test_one_factor_brings_what_is_expected_to_what_was_recorded() -> None:
    assert one_factor(800.0, 1000.0) * 800.0 == pytest.approx(1000.0)
    with pytest.raises(ValueError, match="nothing is expected where 1,000"):
        one_factor(0.0, 1000.0)


def test_ratios_and_means_by_hand() -> None:
    assert registered_to_resident_ratio(np.array([110.0]), np.array([100.0])) == pytest.approx([1.1])
    assert bed_days(mean_of_months(12 * 500.0)) == 500.0 * 365


def test_births_are_tied_to_the_latest_calendar_year_that_is_recorded_and_modelled() -> None:
    modelled = np.array([3000.0, 3100.0, 3300.0, 3500.0])
    tie = births_tie(modelled, [2022, 2023, 2024, 2025], {2019: 2900.0, 2022: 3111.0, 2024: 3230.0})
    assert tie is not None
    assert (tie.year, tie.recorded, tie.modelled) == (2024, 3230.0, 3400.0)
    assert tie.factor == pytest.approx(0.95)


def test_births_without_a_year_both_recorded_and_modelled_are_not_tied() -> None:
    modelled = np.array([3000.0, 3100.0])
    assert births_tie(modelled, [2022, 2023], {2021: 2900.0, 2023: 3000.0}) is None
    assert births_tie(modelled, [2022, 2023], {}) is None
