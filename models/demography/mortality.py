"""Chances of dying by single year of age: out of rates by band, carried forward, and brought to a place.

What the open age group survives, above all: taking 90+ at a single age's rate leaves far too many. Fertility
and the ratio of a place's deaths to the nation's are in `rates`; which publication is read is the caller's.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import ArrayLike

from models.arrays import FloatArray
from models.demography.area_inputs import AGES


def single_year_probabilities(
    death_rate: ArrayLike,
    edges: Sequence[tuple[int, int]],
    oldest: int,
    early_infant_deaths: float,
    growth_of_the_oldest: float,
) -> FloatArray:
    """(…, 2 + oldest) chances of dying between two mid-years from (…, bands) deaths a person a year.

    edges: first age and the age after the last of each band, the last band open; the first two must be age 0
    and 1 to 4. The first chance is from birth to the first mid-year, the rest from age x at one mid-year to
    the next, 0 … oldest. Log rates run straight between the middles of bands; above the last closed band
    they rise by the slope at which the open band, a stable population whose newcomers grow by
    growth_of_the_oldest a year as in `oldest_shares`, dies at its own rate. early_infant_deaths: share of
    infants' deaths that come before the first mid-year.
    """
    rates = np.asarray(death_rate, dtype=np.float64)
    middles = np.array([0.5 * (first + stop) for first, stop in edges[1:-1]])
    # Someone aged x at a mid-year is x + ½ on average then, and x + 1 in the middle of the year to come.
    ages = np.arange(oldest + 1) + 1.0
    flat = rates.reshape(-1, rates.shape[-1])
    chances = np.empty((len(flat), oldest + 2))
    for row, rate in enumerate(flat):
        logs = np.log(rate[1:-1])
        slope = _slope_above(
            rate[-1],
            float(logs[-1]),
            edges[-1][0] - float(middles[-1]),
            oldest - edges[-1][0],
            growth_of_the_oldest,
        )
        above = ages > middles[-1]
        log_rate = np.where(above, logs[-1] + slope * (ages - middles[-1]), np.interp(ages, middles, logs))
        chances[row, 1:] = 1.0 - np.exp(-np.exp(log_rate))
        chances[row, 0] = rate[0] * early_infant_deaths
        chances[row, 1] = rate[0] * (1.0 - early_infant_deaths) + 0.5 * rate[1]
    return chances.reshape(*rates.shape[:-1], oldest + 2)


def _slope_above(rate: float, log_rate_below: float, distance: float, years: int, growth: float) -> float:
    """Yearly rise of log rates at which an open band dies at `rate`; bisection.

    A growing band is a younger one: for the same rate of the whole its single ages must die faster.
    """
    time = np.arange(years + 1)
    ages = distance + 0.5 + time
    low, high = 0.0, 0.5
    for _ in range(60):
        slope = 0.5 * (low + high)
        force = np.exp(log_rate_below + slope * ages)
        alive = np.exp(-np.cumsum(force) + 0.5 * force - growth * time)
        if (force * alive).sum() / alive.sum() < rate:
            low = slope
        else:
            high = slope
    return 0.5 * (low + high)


def yearly_improvement(years: ArrayLike, death_rate: ArrayLike) -> FloatArray:
    """(…) fall a year of log death rates (years, …), by least squares."""
    time = np.asarray(years, dtype=np.float64)
    logs = np.log(np.asarray(death_rate, dtype=np.float64))
    centred = (time - time.mean()).reshape(-1, *([1] * (logs.ndim - 1)))
    return np.asarray(-(centred * logs).sum(axis=0) / (centred**2).sum())


def carried_forward(death_probability: ArrayLike, improvement: ArrayLike, years: ArrayLike) -> FloatArray:
    """(years, …) chances of dying so many years on, falling by `improvement` a year."""
    time = np.asarray(years, dtype=np.float64)
    chances = np.asarray(death_probability, dtype=np.float64)
    fall = np.asarray(improvement, dtype=np.float64) * time.reshape(-1, *([1] * chances.ndim))
    return np.asarray(chances * np.exp(-fall))


def oldest_shares(
    population: ArrayLike, death_probability: ArrayLike, growth_of_the_oldest: float
) -> FloatArray:
    """(steps, 2, oldest − AGES + 3) how those aged 89 and over split over single ages, as a step starts.

    population: (2, AGES) of the nation at the start. death_probability: (steps, 2, 2 + oldest). The open
    group starts as a stable population whose newly 89-year-olds grow by growth_of_the_oldest a year, and
    then takes in the cohorts that reach it: sizes of the births of ninety years ago are no constant.
    """
    people = np.asarray(population, dtype=np.float64)
    dying = np.asarray(death_probability, dtype=np.float64)
    steps, oldest = len(dying), dying.shape[-1] - 2
    first = AGES - 1
    single = np.zeros((2, oldest + 1))
    single[:, :first] = people[:, :first]
    alive = np.cumprod(1.0 - dying[0, :, 1 + first : 1 + oldest], axis=-1)
    alive = np.concatenate([np.ones((2, 1)), alive], axis=-1)
    alive *= np.exp(-growth_of_the_oldest * np.arange(alive.shape[-1]))
    single[:, first:] = people[:, first:] * alive / alive.sum(axis=-1, keepdims=True)
    shares = np.empty((steps, 2, oldest - first + 2))
    for step in range(steps):
        old = single[:, first - 1 :]
        shares[step] = old / old.sum(axis=-1, keepdims=True)
        surviving = single * (1.0 - dying[step, :, 1:])
        single[:, 1:] = surviving[:, :-1]
        single[:, -1] += surviving[:, -1]
        single[:, 0] = surviving[:, 0]
    return shares


def survivorship_ratios(death_probability: ArrayLike, shares: ArrayLike, ratio: float = 1.0) -> FloatArray:
    """(steps, 2, AGES) survivorship between two mid-years.

    death_probability: (steps, 2, 2 + oldest), from birth to the first mid-year, then from age x to x + 1.
    shares: of those aged 89 and over, by single age (`oldest_shares`): the last ratio is theirs together.
    ratio: a place's mortality over the nation's. Raises ValueError for a probability outside 0 to 1.
    """
    given = np.asarray(death_probability, dtype=np.float64)
    if given.min() < 0 or given.max() > 1:
        raise ValueError(
            f"probabilities of dying run from {given.min():g} to {given.max():g}; expected 0 to 1"
        )
    # The last of life: no place's ratio can make dying more than certain.
    dying = np.minimum(given * ratio, 1.0)
    survive = 1.0 - dying[..., :AGES]
    survive[..., AGES - 1] = (np.asarray(shares) * (1.0 - dying[..., AGES - 1 :])).sum(axis=-1)
    return survive
