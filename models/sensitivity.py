"""What moves a figure most: shares of its variance by factor, and what one change at a time does to it."""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike, NDArray

from models.ensemble import NORMAL_P90

Floats = NDArray[np.float64]


def variance_shares(figure: ArrayLike, shocks: ArrayLike) -> Floats:
    """(factors,) share of the variance of a figure's draws that goes with each factor's shocks.

    figure: (draws,); shocks: (draws, factors), independent of one another, as an ensemble's streams are.
    Because they are, the squared correlation of a factor with the figure is the share that goes when the
    factor is held (to first order: what two factors only do together belongs to neither). With D draws an
    idle factor still correlates by chance, 1 ÷ (D − 1) on average; that is taken off, so an idle factor's
    share scatters around nought and may be slightly negative. A factor or figure that never moves has none.
    Raises ValueError with fewer than three draws.
    """
    values, streams = np.asarray(figure, dtype=np.float64), np.asarray(shocks, dtype=np.float64)
    draws = len(values)
    if draws < 3:
        raise ValueError(f"{draws} draws have no shares of variance; expected at least 3")
    apart, moved = values - values.mean(), streams - streams.mean(axis=0)
    spread = (apart @ apart) * (moved * moved).sum(axis=0)
    by_chance = 1.0 / (draws - 1)
    squared = np.divide(
        (apart @ moved) ** 2, spread, out=np.full(streams.shape[1], by_chance), where=spread > 0
    )
    return np.asarray((squared - by_chance) / (1.0 - by_chance))


def factor_effect(figure: ArrayLike, shocks: ArrayLike) -> tuple[float, float, float]:
    """A factor's share of variance, and the figure expected with the factor at its 10th and 90th percentile.

    shocks: (draws, columns), all the shocks of one factor: its own in each year, common and local. Their
    shares add up. The percentiles are those of the part of the figure that goes with the factor, taken as a
    normal; which end is the high one is told by whether shocks and figure rise together.
    """
    values, streams = np.asarray(figure, dtype=np.float64), np.asarray(shocks, dtype=np.float64)
    share = float(variance_shares(values, streams).sum())
    together = streams.sum(axis=1) @ (values - values.mean())
    reach = (
        NORMAL_P90 * float(values.std()) * float(np.sqrt(max(share, 0.0))) * (1.0 if together >= 0 else -1.0)
    )
    return share, float(values.mean()) - reach, float(values.mean()) + reach


def ranked(effect: ArrayLike) -> NDArray[np.int64]:
    """Ranks from 1, the largest effect first; equal effects in their order."""
    sizes = np.asarray(effect, dtype=np.float64)
    ranks = np.empty(len(sizes), dtype=np.int64)
    ranks[np.argsort(-sizes, kind="stable")] = np.arange(1, len(sizes) + 1)
    return ranks


def swing(at_low: ArrayLike, at_high: ArrayLike) -> Floats:
    """How far a figure moves between its value at one end and at the other."""
    return np.asarray(np.abs(np.asarray(at_high, dtype=np.float64) - np.asarray(at_low, dtype=np.float64)))
