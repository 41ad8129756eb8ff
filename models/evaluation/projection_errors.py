"""How far a projection stood from what happened: errors of a total, split into base and growth."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import ArrayLike

from models.arrays import FloatArray


def percent_difference(ours: ArrayLike, theirs: ArrayLike) -> FloatArray:
    """How far ours stand above theirs, in percent of theirs; shapes broadcast."""
    reference = np.asarray(theirs, dtype=np.float64)
    return np.asarray((np.asarray(ours, dtype=np.float64) - reference) / reference * 100.0)


def in_percent(share: ArrayLike) -> FloatArray:
    """Shares of one as percent."""
    return np.asarray(np.asarray(share, dtype=np.float64) * 100.0)


class ErrorSplit(NamedTuple):
    """A projection's error in persons (whole), and the parts it owes to its base and to growth."""

    whole: FloatArray
    base: FloatArray
    growth: FloatArray


def error_split(
    projected_at_base: ArrayLike, estimate_at_base: ArrayLike, projected: ArrayLike, estimate: ArrayLike
) -> ErrorSplit:
    """The error of a projection at a later date, split into what it was already out at an earlier one.

    All four have the same shape, in persons. The whole is projected − estimate; the base's part is the
    same difference at the earlier date; the growth's part is the rest, so the two add up to the whole.
    """
    whole = np.asarray(projected, dtype=np.float64) - np.asarray(estimate, dtype=np.float64)
    base = np.asarray(projected_at_base, dtype=np.float64) - np.asarray(estimate_at_base, dtype=np.float64)
    return ErrorSplit(whole, base, whole - base)


def grown(base: ArrayLike, growth_percent: ArrayLike) -> FloatArray:
    """What a base becomes after growing by so many percent; shapes broadcast."""
    rate = np.asarray(growth_percent, dtype=np.float64) / 100.0
    return np.asarray(np.asarray(base, dtype=np.float64) * (1.0 + rate))


def age_sex_error(projected: ArrayLike, true: ArrayLike) -> FloatArray:
    """(…) percent of the people who stand in the wrong cell: Σ|projected − true| ÷ Σ true.

    projected, true: (…, sexes, bands). Half of it would be the share to be moved, were totals equal.
    """
    theirs = np.asarray(true, dtype=np.float64)
    apart = np.abs(np.asarray(projected, dtype=np.float64) - theirs)
    return np.asarray(apart.sum(axis=(-2, -1)) / theirs.sum(axis=(-2, -1)) * 100.0)


def share_at_least(errors: ArrayLike, percent: float) -> float:
    """Percent of errors whose size is at least so many percent."""
    return float((np.abs(np.asarray(errors, dtype=np.float64)) >= percent).mean() * 100.0)


def within(low: float, high: float, true: float) -> float:
    """1 where a value lies within its interval, else 0: the coverage of a single case."""
    return coverage(low, high, true) / 100.0


def coverage(low: ArrayLike, high: ArrayLike, true: ArrayLike) -> float:
    """Percent of true values within their intervals, ends included. Shapes broadcast."""
    value = np.asarray(true, dtype=np.float64)
    inside = (np.asarray(low, dtype=np.float64) <= value) & (value <= np.asarray(high, dtype=np.float64))
    return float(inside.mean() * 100.0)


def winkler_score(low: ArrayLike, high: ArrayLike, true: ArrayLike, level: float) -> float:
    """Mean width of intervals of a level (0.8), misses fined by 2 ÷ (1 − level) of their distance.

    Source: Winkler, A decision-theoretic approach to interval estimation (1972). Raises ValueError for a
    level outside 0 to 1.
    """
    if not 0 < level < 1:
        raise ValueError(f"level is {level}; expected between 0 and 1")
    lower, upper, value = (np.asarray(item, dtype=np.float64) for item in (low, high, true))
    missed = np.maximum(lower - value, 0.0) + np.maximum(value - upper, 0.0)
    return float((upper - lower + 2.0 / (1.0 - level) * missed).mean())
