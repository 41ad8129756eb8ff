"""Rates from national totals: England's people at those rates give the totals that are published."""

from __future__ import annotations

import numpy as np
import pytest

from models.demand.national_rates import (
    ae_rates,
    care_home_rates,
    community_contact_rates,
    gp_appointment_rates,
    rates_of_two_groups,
    share_of_people,
)

AGE = np.arange(91)
RANDOM = np.random.default_rng(5)
ENGLAND = RANDOM.uniform(2e5, 5e5, (2, 91)) * np.exp(-((AGE / 80.0) ** 4))
GROWTH = 1.03


def use(rates: np.ndarray, ages: slice, people: np.ndarray = ENGLAND * GROWTH) -> float:
    return float((rates * people)[:, ages].sum())


def test_england_s_care_homes_have_the_published_residents_above_either_age() -> None:
    shape = RANDOM.uniform(0.5, 1.5, (2, 91)) * (1 + AGE)
    rates = care_home_rates(ENGLAND, shape, 400_000, 82.0, 60.0, 65, 85, GROWTH)
    assert use(rates, slice(65, None)) == pytest.approx(400_000 * 0.82)
    assert use(rates, slice(85, None)) == pytest.approx(400_000 * 0.82 * 0.60)
    assert use(rates, slice(None, 65)) == 0
    # Within a group ages stand to each other as in the shape.
    assert rates[0, 70] / rates[1, 80] == pytest.approx(shape[0, 70] / shape[1, 80])


def test_two_groups_have_one_rate_each_that_gives_their_totals() -> None:
    rates = rates_of_two_groups(ENGLAND, 3e5, 7e5, 18, 65, GROWTH)
    assert use(rates, slice(18, 65)) == pytest.approx(3e5)
    assert use(rates, slice(65, None)) == pytest.approx(7e5)
    assert (rates[:, :18] == 0).all()
    assert len(np.unique(rates[:, 18:65])) == len(np.unique(rates[:, 65:])) == 1


def test_community_contacts_are_england_s_and_older_people_s_rate_a_multiple() -> None:
    rates = community_contact_rates(ENGLAND, 9e7, 5.0, 65, GROWTH)
    assert use(rates, slice(None)) == pytest.approx(9e7)
    assert rates[1, 65] / rates[0, 64] == pytest.approx(5.0)


def test_gp_appointments_average_england_s_and_the_oldest_stand_to_them_as_consultations_do() -> None:
    rates = gp_appointment_rates(ENGLAND, 5.8, 12.0, 5.0, 40, 85)
    assert use(rates, slice(None), ENGLAND) / ENGLAND.sum() == pytest.approx(5.8)
    assert rates[:, 85:] == pytest.approx(5.8 * 12.0 / 5.0)
    assert (np.diff(rates[0, 40:86]) > 0).all()
    assert (rates[0] == rates[1]).all()


def test_a_share_known_at_some_ages_makes_england_s_together_with_one_share_at_the_others() -> None:
    known = np.where(AGE >= 60, 0.002 * (AGE - 50), 0.0) * np.ones((2, 1))
    shares = share_of_people(known, ENGLAND, 6.0)
    assert use(shares, slice(None), ENGLAND) / ENGLAND.sum() == pytest.approx(0.06)
    assert (shares[:, 60:] == known[:, 60:]).all()
    assert len(np.unique(shares[:, :60])) == 1


def test_attendances_take_the_level_of_infants_the_published_bands_and_the_place_s_arrivals() -> None:
    starts, ends = np.array([0, 5, 20, 65]), np.array([4, 19, 64, 90])
    attendances = np.array([2e6, 3e6, 8e6, 4e6])
    arrivals = np.where(AGE >= 20, 0.2 + 0.002 * AGE, 0.0) * np.array([[1.0], [1.2]])
    here = arrivals * np.where(AGE >= 65, 1.1, 0.9)
    curve = ae_rates(starts, ends, attendances, ENGLAND, arrivals, arrivals, infant_rate=0.8)
    local = ae_rates(starts, ends, attendances, ENGLAND, arrivals, here, infant_rate=0.8)
    of_band = [use(curve, slice(first, last + 1), ENGLAND) for first, last in zip(starts, ends, strict=True)]
    assert np.array(of_band) / of_band[0] == pytest.approx(attendances / attendances[0])
    assert use(curve, slice(0, 1), ENGLAND) / ENGLAND[:, 0].sum() == pytest.approx(0.8)
    # Adults keep the shape of arrivals within a band, children are level, a place stands as its arrivals do.
    assert curve[1, 60] / curve[0, 30] == pytest.approx(arrivals[1, 60] / arrivals[0, 30])
    assert curve[0, 3] == pytest.approx(curve[1, 1])
    assert (local / curve)[:, 70] / (local / curve)[:, 40] == pytest.approx(1.1 / 0.9)
