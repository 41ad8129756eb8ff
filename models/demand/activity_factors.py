"""What nobody knows of activity rates: how far the base year's level is off, and how rates wander from it.

One place at a time; the shocks all places share are the same for every place of a run.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from models.arrays import FloatArray
from models.demand.activity_change import drift
from models.uncertainty.ensemble import NORMAL_P90, factor_draws, shared_normal


@dataclass(frozen=True)
class ServiceSpread:
    """A service's uncertainty: 80 % range of its level, of a year's change, and the service it follows.

    `level` is (value, low, high), a ratio, or None for a service with no uncertainty of its own;
    `annual_drift_percent` is half the width of the 80 % range of a year's change. `follows` names a service
    whose factor this one's stands on (bed days on the admissions that bring them). `known_years` is how many
    years from the base year on are on record, and do not wander.
    """

    service: str
    level: tuple[float, float, float] | None
    annual_drift_percent: float
    follows: str | None = None
    known_years: int = 1


def activity_factors(
    spreads: Sequence[ServiceSpread],
    place: str,
    number_of_years: int,
    draws: int,
    seed: int,
    shared_variance: float,
) -> FloatArray:
    """Factors (draw, year, service) of a place in the order of `spreads`; 1 throughout the principal run.

    Raises ValueError if a service follows one that stands nowhere or follows another itself.
    """
    own: dict[str, FloatArray] = {}
    for spread in spreads:
        if spread.level is None:
            own[spread.service] = np.ones((draws + 1, number_of_years))
            continue
        level_shock = shared_normal(
            seed, f"activity_rate_level:{spread.service}", place, draws, 1, shared_variance
        )
        annual_shocks = shared_normal(
            seed, f"activity_rate_drift:{spread.service}", place, draws, number_of_years, shared_variance
        )
        level = factor_draws(*spread.level, level_shock)
        own[spread.service] = level * drift(
            annual_shocks, np.log1p(spread.annual_drift_percent / 100) / NORMAL_P90, spread.known_years
        )
    following = {spread.service for spread in spreads if spread.follows}
    factors = []
    for spread in spreads:
        factor = own[spread.service]
        if spread.follows:
            if spread.follows not in own or spread.follows in following:
                raise ValueError(f"{spread.service} cannot follow {spread.follows}")
            factor = factor * own[spread.follows]
        factors.append(factor)
    return np.stack(factors, axis=-1)
