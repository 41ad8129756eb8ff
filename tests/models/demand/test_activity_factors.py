"""Uncertainty of activity rates: the principal run has none, and places do not disturb each other."""

from __future__ import annotations

import numpy as np
import pytest

from models.demand.activity_factors import ServiceSpread, activity_factors

ADMISSIONS = ServiceSpread("emergency_admissions", (1.0, 0.97, 1.03), 3.7)
BED_DAYS = ServiceSpread("emergency_bed_days", (1.0, 0.97, 1.03), 1.5, follows="emergency_admissions")
BIRTHS = ServiceSpread("births", None, 0.0)


def _factors(spreads: list[ServiceSpread], place: str = "E06000032", draws: int = 300) -> np.ndarray:
    return activity_factors(spreads, place, 27, draws, 11, 0.5)


def test_the_principal_run_and_services_without_uncertainty_stay_at_1() -> None:
    factors = _factors([ADMISSIONS, BED_DAYS, BIRTHS])
    assert (factors[0] == 1).all()
    assert (factors[:, :, 2] == 1).all()
    assert factors[1:, :, 0].std() > 0


def test_a_service_s_draws_do_not_depend_on_which_others_are_in_the_run_nor_on_the_number_of_draws() -> None:
    alone, beside = _factors([ADMISSIONS]), _factors([BIRTHS, ADMISSIONS])
    assert (alone[:, :, 0] == beside[:, :, 1]).all()


def test_bed_days_move_with_the_admissions_that_bring_them() -> None:
    factors = _factors([ADMISSIONS, BED_DAYS])
    assert np.corrcoef(factors[1:, 20, 0], factors[1:, 20, 1])[0, 1] > 0.8


def test_half_the_variance_is_common_to_places() -> None:
    here, there = _factors([ADMISSIONS], draws=4000), _factors([ADMISSIONS], "E06000042", draws=4000)
    correlation = np.corrcoef(np.log(here[1:, 20, 0]), np.log(there[1:, 20, 0]))[0, 1]
    assert correlation == pytest.approx(0.5, abs=0.05)


def test_a_service_cannot_follow_one_that_is_not_there_or_that_follows_itself() -> None:
    with pytest.raises(ValueError, match="cannot follow"):
        _factors([BED_DAYS])
    with pytest.raises(ValueError, match="cannot follow"):
        _factors([ADMISSIONS, BED_DAYS, ServiceSpread("theatre_hours", (1, 1, 1), 1.0, "emergency_bed_days")])


def test_eight_in_ten_draws_keep_the_stated_ranges_of_a_year_s_change_and_of_the_level() -> None:
    level = ServiceSpread("emergency_admissions", (1.0, 0.95, 1.08), 0.0)
    change = ServiceSpread("theatre_hours", (1.0, 1.0, 1.0), 3.7)
    factors = _factors([level, change], draws=4000)[1:]
    assert np.quantile(factors[:, 5, 0], [0.1, 0.9]) == pytest.approx([0.95, 1.08], abs=0.004)
    of_a_year = factors[:, 6, 1] / factors[:, 5, 1]
    assert np.quantile(of_a_year, [0.1, 0.9]) == pytest.approx([1 / 1.037, 1.037], abs=0.002)
