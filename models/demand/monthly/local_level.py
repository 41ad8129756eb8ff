"""The local level: a level that wanders, a season held near zero where few years are known, and noise.

A Gaussian structural model in closed form: no optimiser, gaps are left out, and the spread of what is ahead
comes with the mean. How fast a level wanders is one of three speeds, weighed by how likely they make the
series. What stands for all series was chosen on trusts of England.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from models.arrays import FloatArray

MONTHS = 12
SPEEDS = (0.05, 0.2, 0.8)
"""Variance that a level gains in a month, over that of the noise of a month."""
SEASON_VARIANCE = 1.0
"""Variance of a calendar month's own level before it is known, over that of the noise of a month."""
USUAL_NOISE = 0.035
"""Standard deviation of noise, in logs, that a series is taken to have until its own errors tell."""
_USUAL_COUNTS_AS = 6
"""Months of own errors that the usual noise counts as."""
_START_VARIANCE = 25.0
"""Variance of the level before any month is known: so large that it decides nothing."""
_RECENT = 12


class Ahead(NamedTuple):
    """What is ahead, means and standard deviations in logs (ahead,), and errors made on the way (clean,).

    `errors` are those of each clean month as the months before foretold it, over what they would be expected
    to be with a noise of 1. The first is of a level that nobody knew.
    """

    mean: FloatArray
    deviation: FloatArray
    errors: FloatArray


def foretold(logs: FloatArray, calendar: NDArray[np.int64]) -> Ahead:
    """Months ahead of logs (month,), nan where not clean; `calendar` (month + ahead,) is 0 for January.

    y = level + season + noise; the level is a random walk, the twelve seasons are drawn about zero. Source:
    Harvey, Forecasting, structural time series models and the Kalman filter (1989), ch. 2, as one regression.
    The spread rests on the last twelve errors, so that it widens and narrows with the series. Raises
    ValueError without any clean month.
    """
    known = np.flatnonzero(np.isfinite(logs))
    if not len(known):
        raise ValueError("no clean month to take a level from")
    each = [_at_speed(logs[known], known, calendar, len(logs), speed) for speed in SPEEDS]
    likelihood = np.array([logged for _, logged in each])
    weights = np.exp(likelihood - likelihood.max())
    weights /= weights.sum()
    means, deviations, errors = (np.stack(values) for values in zip(*(made for made, _ in each), strict=True))
    mean = weights @ means
    return Ahead(mean, np.sqrt(weights @ (deviations**2 + (means - mean) ** 2)), weights @ errors)


def _at_speed(
    values: FloatArray, known: NDArray[np.int64], calendar: NDArray[np.int64], months: int, speed: float
) -> tuple[Ahead, float]:
    """What is ahead at one speed, and the log likelihood of the clean months after the first."""
    at = np.arange(len(calendar))
    same_month = (calendar[:, None] == calendar) - 1 / MONTHS
    shared = _START_VARIANCE + speed * np.minimum(at[:, None], at) + SEASON_VARIANCE * same_month
    centre = values[-MONTHS:].mean()
    root = np.linalg.cholesky(shared[np.ix_(known, known)] + np.eye(len(known)))
    errors = np.linalg.solve(root, values - centre)
    weights = np.linalg.solve(root, shared[known, months:])
    variance = np.diag(shared)[months:] + 1 - (weights**2).sum(axis=0)
    after_first = errors[1:]
    likelihood = -len(after_first) * np.log(_noise(after_first)) - np.log(np.diag(root)[1:]).sum()
    deviation = _noise(after_first[-_RECENT:]) * np.sqrt(variance)
    return Ahead(centre + weights.T @ errors, deviation, errors), float(likelihood)


def _noise(errors: FloatArray) -> float:
    """Standard deviation of a series' noise by its errors, shrunk to the usual."""
    total = _USUAL_COUNTS_AS * USUAL_NOISE**2 + float((errors**2).sum())
    return float(np.sqrt(total / (_USUAL_COUNTS_AS + len(errors))))
