"""How a factor wandered, read off a panel of areas and years: persistence, spread, and what areas share.

The counterpart of `ensemble`, which draws what is read here. Which series stands for which factor, and what
is done with the answer, is the caller's.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import ArrayLike

from models.uncertainty.ensemble import NORMAL_P90

MOST_PERSISTENT = 0.97
"""Changes that do not fade are taken for this: from a short panel nobody can tell it from a random walk."""


class Wandering(NamedTuple):
    """An autoregressive factor: correlation of a year with the next, distance of P10 and P90 from the centre
    in the long run, share of the variance of changes that all areas have in common; and the standard
    deviations of changes over one year and over `lag` that they were read off."""

    persistence: float
    half_range: float
    shared_variance: float
    one_year: float
    lagged: float


def wandering(panel: ArrayLike, lag: int, noise_variance: float = 0.0) -> Wandering:
    """Match an autoregressive series to changes over one year and over `lag` years, all areas pooled.

    panel: (areas, years), in logs for a ratio; level and so each area's own mean play no part.
    noise_variance: of each value about what it measures (a count of n deaths in logs: 1/n), taken off.
    Var of a change over k years is 2σ²(1 − ρ^k) in the long run; from a known start, which is what a
    projection has, σ²(1 − ρ^2k). The first is matched. Raises ValueError for fewer years than lag + 1.
    """
    values = np.asarray(panel, dtype=np.float64)
    if values.ndim != 2 or values.shape[1] <= lag or lag < 2:
        raise ValueError(f"a panel of shape {values.shape} has no changes over {lag} years to pool")
    yearly, longer = values[:, 1:] - values[:, :-1], values[:, lag:] - values[:, :-lag]
    one = max(float((yearly**2).mean()) - 2.0 * noise_variance, 1e-12)
    many = max(float((longer**2).mean()) - 2.0 * noise_variance, one)
    low, high = 0.0, MOST_PERSISTENT
    for _ in range(50):
        rho = 0.5 * (low + high)
        if (1.0 - rho**lag) / (1.0 - rho) < many / one:
            low = rho
        else:
            high = rho
    sigma = np.sqrt(many / (2.0 * (1.0 - rho**lag)))
    # The mean over areas still holds 1/areas of what is each area's own.
    areas = len(values)
    common = float((longer.mean(axis=0) ** 2).mean())
    shared = (common - many / areas) / (many - many / areas) if areas > 1 else 0.0
    return Wandering(
        rho,
        float(NORMAL_P90 * sigma),
        float(np.clip(shared, 0.0, 1.0)),
        float(np.sqrt(one)),
        float(np.sqrt(many)),
    )
