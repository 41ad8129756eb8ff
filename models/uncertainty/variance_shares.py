"""What moves a figure most: shares of its variance by factor, and what one change at a time does to it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np
from numpy.typing import ArrayLike, NDArray

from models.arrays import FloatArray
from models.uncertainty.ensemble import NORMAL_P90


def variance_shares(figure: ArrayLike, shocks: ArrayLike) -> FloatArray:
    """(factors,) share of the variance of a figure's draws that goes with each factor's shocks.

    figure: (draws,); shocks: (draws, factors), independent of one another, as an ensemble's streams are.
    Because they are, the squared correlation of a factor with the figure is the share that goes when the
    factor is held (to first order: what two factors only do together belongs to neither). With D draws an
    idle factor still correlates by chance, 1 ÷ (D − 1) on average; that is taken off, so an idle factor's
    share scatters around nought and may be slightly negative. A factor or figure that never moves has none.
    Raises ValueError with fewer than three draws.
    """
    values = np.asarray(figure, dtype=np.float64)
    if len(values) < 3:
        raise ValueError(f"{len(values)} draws have no shares of variance; expected at least 3")
    return np.asarray(shares_of_many(values[None], shocks)[0])


def shares_of_many(figures: ArrayLike, shocks: ArrayLike) -> FloatArray:
    """(figures, factors) `variance_shares` of each of many figures (figures, draws), all at once."""
    values, streams = np.asarray(figures, dtype=np.float64), np.asarray(shocks, dtype=np.float64)
    apart = values - values.mean(axis=1, keepdims=True)
    moved = streams - streams.mean(axis=0)
    spread = (apart**2).sum(axis=1)[:, None] * (moved**2).sum(axis=0)
    by_chance = 1.0 / (values.shape[1] - 1)
    squared = np.divide((apart @ moved) ** 2, spread, out=np.full(spread.shape, by_chance), where=spread > 0)
    return np.asarray((squared - by_chance) / (1.0 - by_chance))


CHANCE = 2.5
"""Standard errors above nought from which a share is taken for more than chance."""
_BLOCKS = 10
_MOST_COLUMNS = 0.5
"""Of the draws, how many columns of shocks are told apart at most."""


def more_than_chance(figure: ArrayLike, shocks: ArrayLike) -> bool:
    """Whether a factor's share, taken alone, is more than as many idle columns would show by chance.

    The sum of c squared correlations of idle columns scatters by √(2c) ÷ D about what chance gives.
    """
    streams = np.asarray(shocks, dtype=np.float64)
    draws, columns = streams.shape
    return float(variance_shares(figure, streams).sum()) > CHANCE * np.sqrt(2 * columns) / draws


def shares_together(figure: ArrayLike, factors: Sequence[ArrayLike]) -> tuple[FloatArray, FloatArray]:
    """(factors,) shares of a figure's variance estimated together, and their standard errors.

    Least squares of the figure on all columns of all factors: a factor's share is the covariance of its part
    of the fit with the figure over the figure's variance, less what its columns fit by chance. So the shares
    add up to the adjusted coefficient of determination, at most 1, and what one factor does is not noise in
    another's share. Errors by a jackknife of ten blocks of draws. Raises ValueError with fewer than two draws
    a column and block.
    """
    values = np.asarray(figure, dtype=np.float64)
    blocks = [np.asarray(factor, dtype=np.float64) for factor in factors]
    columns = sum(block.shape[1] for block in blocks)
    if len(values) * (_BLOCKS - 1) / _BLOCKS <= columns + 2:
        raise ValueError(f"{len(values)} draws are too few for {columns} columns of shocks")
    whole = _fitted_shares(values, blocks)
    part = np.arange(len(values)) % _BLOCKS
    without = np.stack(
        [_fitted_shares(values[part != n], [block[part != n] for block in blocks]) for n in range(_BLOCKS)]
    )
    spread = ((without - without.mean(axis=0)) ** 2).sum(axis=0)
    return whole, np.sqrt(spread * (_BLOCKS - 1) / _BLOCKS)


def left_over(figure: ArrayLike, factors: Sequence[ArrayLike]) -> FloatArray:
    """(draws,) what least squares on all columns of the factors leaves of a figure."""
    values = np.asarray(figure, dtype=np.float64)
    if not factors:
        return np.asarray(values - values.mean())
    together = np.concatenate([np.asarray(factor, dtype=np.float64) for factor in factors], axis=1)
    together = together - together.mean(axis=0)
    apart = values - values.mean()
    return np.asarray(apart - together @ np.linalg.lstsq(together, apart, rcond=None)[0])


def told_apart(figure: ArrayLike, factors: Mapping[str, FloatArray]) -> list[str]:
    """Factors (draws, columns) that show more than chance, those first that show it beside all others.

    A small one may only show in what the larger ones leave, so they are asked again until none comes; as many
    at most as the draws can tell apart.
    """
    values = np.asarray(figure, dtype=np.float64)
    found: list[str] = []
    while True:
        left = left_over(values, [factors[name] for name in found])
        alone = {
            name: float(variance_shares(left, columns).sum())
            for name, columns in factors.items()
            if name not in found and more_than_chance(left, columns)
        }
        room = len(values) * _MOST_COLUMNS - sum(factors[name].shape[1] for name in found)
        come = []
        for name in sorted(alone, key=lambda each: (-alone[each], each)):
            room -= factors[name].shape[1]
            if room < 0:
                break
            come.append(name)
        if not come:
            return found
        found += come


def _fitted_shares(values: FloatArray, blocks: Sequence[FloatArray]) -> FloatArray:
    apart = values - values.mean()
    if not apart.any():
        return np.zeros(len(blocks))
    moved = [block - block.mean(axis=0) for block in blocks]
    sizes = np.array([block.shape[1] for block in moved])
    weights = np.linalg.lstsq(np.concatenate(moved, axis=1), apart, rcond=None)[0]
    ends = np.cumsum(sizes)
    fitted = [block @ weights[end - size : end] for block, end, size in zip(moved, ends, sizes, strict=True)]
    raw = np.array([part @ apart for part in fitted]) / (apart @ apart)
    left = 1.0 - raw.sum()
    return np.asarray(raw - sizes / (len(values) - sizes.sum() - 1) * left)


def ends_of(figure: ArrayLike, shocks: ArrayLike, share: float) -> tuple[float, float]:
    """The figure expected with a factor at its 10th and at its 90th percentile, given its share of variance.

    Those percentiles are of the part of the figure that goes with the factor, taken as a normal; which end
    is the high one is told by whether shocks and figure rise together.
    """
    values, streams = np.asarray(figure, dtype=np.float64), np.asarray(shocks, dtype=np.float64)
    together = streams.sum(axis=1) @ (values - values.mean())
    reach = NORMAL_P90 * float(values.std()) * float(np.sqrt(max(share, 0.0)))
    reach *= 1.0 if together >= 0 else -1.0
    return float(values.mean()) - reach, float(values.mean()) + reach


def up_to_year(shocks: ArrayLike, year: int, last_year: int) -> FloatArray:
    """Columns of yearly shocks, of which the last is that of `last_year`, up to `year` and the one after it.

    A financial year holds part of the next mid-year, hence the one after.
    """
    streams = np.asarray(shocks, dtype=np.float64)
    return np.asarray(streams[:, : max(1, streams.shape[1] - max(0, last_year - year - 1))])


def pooled(shocks: ArrayLike) -> FloatArray:
    """(draws, columns) mean of the shocks (members, draws, columns) of many small members of one factor."""
    return np.asarray(np.asarray(shocks, dtype=np.float64).mean(axis=0))


def ranked(effect: ArrayLike) -> NDArray[np.int64]:
    """Ranks from 1, the largest effect first; equal effects in their order."""
    sizes = np.asarray(effect, dtype=np.float64)
    ranks = np.empty(len(sizes), dtype=np.int64)
    ranks[np.argsort(-sizes, kind="stable")] = np.arange(1, len(sizes) + 1)
    return ranks


def swing(at_low: ArrayLike, at_high: ArrayLike) -> FloatArray:
    """How far a figure moves between its value at one end and at the other."""
    return np.asarray(np.abs(np.asarray(at_high, dtype=np.float64) - np.asarray(at_low, dtype=np.float64)))
