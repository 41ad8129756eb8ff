"""Chances of dying: bands reproduced, the open group weighed by who is in it, nothing beyond certainty."""

import numpy as np
import pytest

from models.demography.mortality import (
    carried_forward,
    oldest_shares,
    single_year_probabilities,
    survivorship_ratios,
    yearly_improvement,
)

EDGES = [(0, 1), (1, 5), *((first, first + 5) for first in range(5, 90, 5)), (90, 91)]
MIDDLES = np.array([0.5 * (first + stop) for first, stop in EDGES])
RATES = 0.00003 * np.exp(0.092 * MIDDLES)
RATES[0], RATES[-1] = 0.004, 0.21


def chances(growth: float = 0.0) -> np.ndarray:
    return single_year_probabilities(np.stack([RATES, RATES * 1.3]), EDGES, 110, 0.9, growth)


def test_chances_lie_on_the_rates_of_bands_and_the_open_band_dies_at_its_own() -> None:
    dying = chances()
    # Gompertz rates in bands come back as Gompertz: log force rises by 0.092 a year.
    force = -np.log(1 - dying[0, 20:85])
    assert np.allclose(np.diff(np.log(force)), 0.092, atol=1e-6)
    force = -np.log(1 - dying[0, 91:])
    alive = np.exp(-np.cumsum(force) + 0.5 * force)
    assert (force * alive).sum() / alive.sum() == pytest.approx(RATES[-1], rel=0.05)
    assert dying[0, 0] == pytest.approx(0.0036)


def test_a_growing_open_band_dies_at_its_own_rate_by_dying_faster_at_every_age() -> None:
    # A growing group is a younger one; a slope found for a stationary one would leave too many over 90.
    dying = chances(0.02)
    force = -np.log(1 - dying[0, 91:])
    alive = np.exp(-np.cumsum(force) + 0.5 * force - 0.02 * np.arange(len(force)))
    assert (force * alive).sum() / alive.sum() == pytest.approx(RATES[-1], rel=0.05)
    assert (dying[:, 92:] > chances(0.0)[:, 92:]).all()


def test_improvement_is_the_slope_of_logs_and_carries_on() -> None:
    years = np.arange(2001, 2012)
    past = RATES * np.exp(-0.02 * (years - 2001))[:, None]
    assert np.allclose(yearly_improvement(years, past), 0.02)
    later = carried_forward(RATES, np.full(len(RATES), 0.02), [0, 10])
    assert np.allclose(later[1], RATES * np.exp(-0.2))


def test_the_open_group_survives_as_its_own_ages_do() -> None:
    dying = np.repeat(chances()[None], 3, axis=0)
    people = np.full((2, 91), 1000.0)
    shares = oldest_shares(people, dying, 0.0)
    survive = survivorship_ratios(dying, shares)
    assert np.allclose(shares.sum(axis=-1), 1)
    oldest_at_ninety = 1 - dying[..., 91]
    assert (survive[..., 90] < oldest_at_ninety).all()
    # Projected step by step in single ages, the open group's survivors are the same.
    single = shares[0] * (people[:, 89:90] + people[:, 90:91])
    assert np.allclose((single * (1 - dying[0, :, 90:])).sum(axis=-1), survive[0, :, 90] * 2000)


def test_no_ratio_makes_dying_more_than_certain() -> None:
    dying = np.repeat(chances()[None], 2, axis=0)
    shares = oldest_shares(np.full((2, 91), 10.0), dying, 0.0)
    assert survivorship_ratios(dying, shares, 50.0).min() >= 0
    with pytest.raises(ValueError, match="expected 0 to 1"):
        survivorship_ratios(dying * 9, shares)
