"""The uncertain factors of a projection, drawn: how far each spreads, how long a shock lasts, what is shared.

Spreads are numbers of the assumptions table; this turns them into the (draws + 1, years) arrays that a
projection takes. Housing delivery arrives as draws of its own from the housing stage.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np

from models.arrays import FloatArray
from models.demography.area_inputs import PATTERN_AGES, Factors
from models.uncertainty.ensemble import (
    NORMAL_P90,
    accumulated,
    autoregressive,
    factor_draws,
    shared_normal,
    yearly_steps,
)


@dataclass(frozen=True)
class Spread:
    """One factor: central value, its P10 and P90, yearly persistence, shared variance.

    The factor is known (central) until known_until. From there it wanders about its centre, low and high
    being those of the long run; with a horizon it drifts away by steps that persist, and low and high are
    those after so many years.
    """

    factor: str
    value: float
    low: float
    high: float
    persistence: float
    shared_variance: float
    known_until: int
    horizon: int | None = None


@dataclass(frozen=True)
class PatternSpread:
    """How far the age pattern of net migration is unknown.

    after_horizon: (PATTERN_AGES,) P90 of what people who stay at an age's rate for `horizon` years gain or
    lose beside the usual, in logs. Yearly steps persist as said, from known_until on; part of their variance
    is common to all places.
    """

    after_horizon: FloatArray
    persistence: float
    shared_variance: float
    known_until: int
    horizon: int


@dataclass(frozen=True)
class Spreads:
    """The factors of a projection. net_migration is in migrants a thousand residents, for trend runs."""

    fertility: Spread
    mortality: Spread
    turnover: Spread
    household_size: Spread
    net_migration: Spread
    kept_scale: Spread
    age_pattern: PatternSpread

    def widened(self, size: float, age_pattern: float) -> Spreads:
        """The same for places whose household size and age pattern are so many times as uncertain."""
        central = self.household_size
        return replace(
            self,
            household_size=replace(
                central,
                low=central.value - size * (central.value - central.low),
                high=central.value + size * (central.high - central.value),
            ),
            age_pattern=replace(self.age_pattern, after_horizon=self.age_pattern.after_horizon * age_pattern),
        )


def wander(spread: Spread, seed: int, code: str, draws: int, base_year: int, steps: int) -> FloatArray:
    """(draws + 1, steps + 1) a factor by year, central in row 0 and until known_until."""
    first = max(1, spread.known_until - base_year + 1)
    values = np.full((draws + 1, steps + 1), spread.value)
    if first <= steps:
        z = shared_normal(seed, spread.factor, code, draws, steps + 1 - first, spread.shared_variance)
        if spread.horizon is None:
            path = autoregressive(z, spread.persistence, start="known")
        else:
            path = accumulated(z, spread.persistence, spread.horizon)
        values[:, first:] = factor_draws(spread.value, spread.low, spread.high, path)
    return values


def draw_age_pattern(
    spread: PatternSpread, seed: int, code: str, draws: int, base_year: int, steps: int
) -> FloatArray:
    """(draws + 1, steps + 1, PATTERN_AGES) net migrants a resident beside the usual; none in row 0, and none
    up to known_until."""
    ages = len(PATTERN_AGES)
    first = max(1, spread.known_until - base_year + 1)
    rates = np.zeros((draws + 1, steps + 1, ages))
    years = steps + 1 - first
    if years > 0:
        z = shared_normal(seed, "age_pattern", code, draws, years * ages, spread.shared_variance)
        by_age = z.reshape(draws + 1, years, ages).swapaxes(1, 2)
        drawn = yearly_steps(by_age, spread.persistence, spread.horizon).swapaxes(1, 2)
        rates[:, first:] = drawn * spread.after_horizon / NORMAL_P90
    return rates


def draw_factors(spreads: Spreads, seed: int, code: str, draws: int, base_year: int, steps: int) -> Factors:
    """The factors of one place's draws; the same whatever other places and scenarios are in the run."""
    kept = spreads.kept_scale
    z = shared_normal(seed, kept.factor, code, draws, 1, kept.shared_variance)[:, 0]
    return Factors(
        fertility=wander(spreads.fertility, seed, code, draws, base_year, steps),
        mortality=wander(spreads.mortality, seed, code, draws, base_year, steps),
        turnover=wander(spreads.turnover, seed, code, draws, base_year, steps),
        household_size=wander(spreads.household_size, seed, code, draws, base_year, steps),
        kept_scale=np.clip(factor_draws(kept.value, kept.low, kept.high, z), 0.0, 1.0),
        age_pattern=draw_age_pattern(spreads.age_pattern, seed, code, draws, base_year, steps),
    )


def draw_net_migration(
    spreads: Spreads,
    yearly: float,
    residents: float,
    seed: int,
    code: str,
    draws: int,
    base_year: int,
    steps: int,
) -> FloatArray:
    """(draws + 1, steps + 1) net migrants a year of a trend run, about `yearly`."""
    spread = spreads.net_migration
    return yearly + wander(spread, seed, code, draws, base_year, steps) * residents / 1000.0
