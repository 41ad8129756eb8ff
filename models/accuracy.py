"""How far a projection stood from what happened: errors of a total, split into base and growth."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import ArrayLike, NDArray

Floats = NDArray[np.float64]


def percent_difference(ours: ArrayLike, theirs: ArrayLike) -> Floats:
    """How far ours stand above theirs, in percent of theirs; shapes broadcast."""
    reference = np.asarray(theirs, dtype=np.float64)
    return np.asarray((np.asarray(ours, dtype=np.float64) - reference) / reference * 100.0)


class ErrorSplit(NamedTuple):
    """A projection's error in persons (whole), and the parts it owes to its base and to growth."""

    whole: Floats
    base: Floats
    growth: Floats


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


def grown(base: ArrayLike, growth_percent: ArrayLike) -> Floats:
    """What a base becomes after growing by so many percent; shapes broadcast."""
    rate = np.asarray(growth_percent, dtype=np.float64) / 100.0
    return np.asarray(np.asarray(base, dtype=np.float64) * (1.0 + rate))
