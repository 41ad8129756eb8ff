"""Draws of what is uncertain about supply: rates that drift, levels that are not known, hours per head.

Each factor has its own stream; a part of its variance is common to all areas, the rest the area's own.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from models.arrays import FloatArray
from models.uncertainty.ensemble import autoregressive, factor_draws, shared_normal, standard_normal

Range = tuple[float, float, float]
"""Central value, P10 and P90."""


def positive_factor(known: Range, shocks: FloatArray) -> FloatArray:
    """Ratios to the central value whose logarithm has the range's spread: never nil or less."""
    value, low, high = np.log(known)
    return np.asarray(np.exp(factor_draws(value, low, high, shocks) - value))


def drifting_factor(
    known: Range,
    factor: str,
    scope: str,
    area: str,
    years: int,
    draws: int,
    seed: int,
    persistence: float,
    shared_variance: float,
) -> FloatArray:
    """Ratio (draw, year) of a yearly rate to its central value, as likely above as below in any year."""
    shocks = shared_normal(seed, factor, area, draws, years, shared_variance, scope)
    return positive_factor(known, autoregressive(shocks, persistence))


def own_factor(
    known: Range, factor: str, scope: str, area: str, years: int, draws: int, seed: int
) -> FloatArray:
    """Ratio (draw, year) of what an area does for itself in a year: no other year's or area's."""
    return positive_factor(known, standard_normal(seed, factor, scope, area, draws, years))


def common_factor(known: Range, factor: str, draws: int, seed: int) -> FloatArray:
    """Ratio (draw,) of an unknown level to its central value, the same for all areas and years."""
    return positive_factor(known, standard_normal(seed, factor, "common", "all", draws)[:, 0])


def common_level(known: Range, factor: str, draws: int, seed: int) -> FloatArray:
    """An unknown level itself (draw,), normal within its range."""
    return factor_draws(*known, standard_normal(seed, factor, "common", "all", draws)[:, 0])


def common_share(known: Range, factor: str, draws: int, seed: int) -> FloatArray:
    """An unknown share (draw,), between nil and one whatever the draw: normal in its log-odds."""
    value, low, high = (np.log(share / (1 - share)) for share in known)
    odds = factor_draws(value, low, high, standard_normal(seed, factor, "common", "all", draws)[:, 0])
    drawn = np.asarray(1 / (1 + np.exp(-odds)))
    # The principal run holds the value itself, not what is left of it after there and back.
    drawn[0] = known[0]
    return drawn


def vacancy_percents(printed_percent: float, level: Range, factor: str, draws: int, seed: int) -> FloatArray:
    """Vacant share of posts (draw,), per cent: a group's printed rate at an unknown level (ratios)."""
    if printed_percent == 0:
        return np.zeros(draws + 1)
    central, low, high = (printed_percent / 100 * ratio for ratio in level)
    return 100 * common_share((central, low, high), factor, draws, seed)


def participation_path(change_percent: Range, years: int, draws: int, seed: int) -> FloatArray:
    """Ratio (draw, year) of WTE per head to that of the base year, from a constant change a year."""
    change = common_level(change_percent, "participation", draws, seed) / 100
    return np.asarray((1 + change)[:, None] ** np.arange(years)[None, :])


def from_year(change_percent: float, years: NDArray[np.int64], first: int) -> FloatArray:
    """Ratio (year,) of a rate that changes by a percentage from a year on; raises ValueError under −100 %."""
    if change_percent < -100:
        raise ValueError(f"a rate cannot fall by {-change_percent:g} %")
    return np.where(years >= first, 1 + change_percent / 100, 1.0)


def phased(final: float, years: NDArray[np.int64], reached_in: float) -> FloatArray:
    """Ratio (year,) from 1 in the first of the years to `final` after `reached_in` years, then held."""
    share = np.clip((years - years[0]) / reached_in, 0.0, 1.0)
    return np.asarray(1 + (final - 1) * share)


def at_turnover(percent: float, own: float, england: float) -> float:
    """Leavers in per cent of a place whose turnover is `own` where England's is `england`.

    Who leaves the service is taken for the same share of those who leave a role everywhere. Raises ValueError
    where England has none.
    """
    if not england > 0:
        raise ValueError(f"a turnover of {own:g} % has nothing of England's beside it")
    return percent * own / england


def recorded_rates(leavers: float, joiners: FloatArray, heads: float) -> tuple[float, float, FloatArray]:
    """Leavers in per cent of heads, joiners a leaver and shares of sources from recorded counts."""
    if leavers <= 0 or joiners.sum() <= 0:
        raise ValueError("recorded flows need leavers and joiners of more than nil")
    return 100 * leavers / heads, float(joiners.sum() / leavers), np.asarray(joiners / joiners.sum())
