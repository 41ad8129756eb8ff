"""What a place's own cohorts did is found again, and part of it goes on."""

from __future__ import annotations

import numpy as np
import pytest

from models.demography.area_inputs import AGES
from models.demography.cohort_change import survival_at_rates, survivors, unexplained_rates

SURVIVE = np.exp(-np.stack([3e-4 * np.exp(0.085 * np.arange(AGES)), 4e-4 * np.exp(0.087 * np.arange(AGES))]))
PEOPLE = np.stack([np.linspace(900.0, 300.0, AGES), np.linspace(1000.0, 200.0, AGES)])


def moved(years: int, rate: np.ndarray) -> np.ndarray:
    """People after so many years of survival and of these rates into each age."""
    people = PEOPLE
    for _ in range(years):
        people = survivors(people, SURVIVE, 1) * np.exp(rate)
    return people


@pytest.mark.parametrize("years", [3, 5, 10])
def test_rates_that_moved_the_cohorts_are_found_again(years: int) -> None:
    age = np.arange(AGES)
    rate = np.stack([0.03 * np.exp(-(((age - 27) / 9.0) ** 2)), -0.01 * np.exp(-(((age - 68) / 8.0) ** 2))])
    found = unexplained_rates(
        survivors(PEOPLE, SURVIVE, years), moved(years, rate), years, np.zeros((2, AGES)), 1, 0.0, 0.01
    )
    assert np.abs(found - rate)[:, years : AGES - years].max() < 0.004
    assert found[0, 27] > 0.02 > abs(found[1, 27]) * 10
    assert found[1, 68] < -0.007


def test_what_the_usual_flows_explain_is_not_counted_twice() -> None:
    rate = np.full((2, AGES), 0.012)
    rate[0] *= 1.5
    explained = unexplained_rates(
        survivors(PEOPLE, SURVIVE, 5), moved(5, rate), 5, rate, window=1, prior_people=0.0, smoothing=1.0
    )
    assert np.abs(explained).max() < 1e-9


def test_a_handful_of_residents_says_little() -> None:
    expected, found = np.full((2, AGES), 2.0), np.full((2, AGES), 4.0)
    few = unexplained_rates(expected, found, 5, np.zeros((2, AGES)), 1, 10.0, 1.0)
    many = unexplained_rates(expected * 1e4, found * 1e4, 5, np.zeros((2, AGES)), 1, 10.0, 1.0)
    assert 0 < few[0, 40] < 0.3 * many[0, 40]


def test_two_counts_of_the_same_year_are_refused() -> None:
    with pytest.raises(ValueError, match="0 years between two counts"):
        unexplained_rates(PEOPLE, PEOPLE, 0, np.zeros((2, AGES)), 3, 10.0, 1.0)


def test_survival_follows_death_rates_and_leaves_nobody_less_than_dead() -> None:
    past = survival_at_rates(SURVIVE, np.full((2, AGES), 0.01), np.full((2, AGES), 0.012))
    assert 1.0 - past[0, 50] == pytest.approx(1.2 * (1.0 - SURVIVE[0, 50]))
    assert survival_at_rates(SURVIVE, np.full((2, AGES), 0.01), np.full((2, AGES), 9.0)).min() == 0.0
