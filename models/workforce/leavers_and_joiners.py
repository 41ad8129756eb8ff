"""Who leaves and who joins: hazards of leaving that give the published rate, joiners of the base year.

Central rates alone. How the stock moves with them from year to year, and how uncertain they are, is worked
out elsewhere.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from models.arrays import FloatArray
from models.workforce.age_profile import band_starts
from models.workforce.root_finding import increasing_root

_LARGEST_MULTIPLE = 50.0
_ROUNDING = 1e-9
"""Per cent of heads, so that retirement itself is never taken for more than it takes."""


def hazard(percent: float | FloatArray) -> FloatArray:
    """Hazard a year of a rate that is a percentage of heads; raises ValueError outside 0 to under 100."""
    share = np.asarray(percent, dtype=np.float64) / 100
    if (share < 0).any() or (share >= 1).any():
        raise ValueError(f"a rate lies between 0 and 100 % of heads, not {percent}")
    return -np.log1p(-share)


def leaving_hazards(
    profile: FloatArray, relative: FloatArray, retirement: FloatArray, percent: FloatArray
) -> FloatArray:
    """Hazards (unit, band) of leaving before retirement, so that `percent` (unit,) of staff leave in all.

    `profile` (unit, band) shares of heads, `relative` (band,) leaving by age as ratios, `retirement` (band,)
    hazards. Raises ValueError where retirement alone takes more than the published rate.
    """

    def missing(multiple: FloatArray) -> FloatArray:
        gone = -np.expm1(-(multiple[:, None] * relative + retirement))
        return np.asarray((profile * gone).sum(axis=1) / profile.sum(axis=1) - percent / 100)

    none = np.zeros(len(profile))
    retiring = missing(none)
    if (retiring > 0).any():
        rate = percent[retiring.argmax()]
        raise ValueError(f"retirement by age alone takes more than {rate:g} % of staff a year")
    return np.asarray(increasing_root(missing, none, none + _LARGEST_MULTIPLE)[:, None] * relative)


def leaving_ratio(
    profile: FloatArray,
    relative: FloatArray,
    retirement: FloatArray,
    percent: FloatArray,
    points: float | FloatArray,
) -> FloatArray:
    """Ratio (unit,) of leaving before retirement at which `points` per cent of heads fewer leave in all.

    Nil where retirement alone takes what would be left. Arguments as in `leaving_hazards`.
    """
    retiring = 100 * (profile * -np.expm1(-retirement)).sum(axis=1) / profile.sum(axis=1)
    fewer = np.maximum(percent - points, retiring + _ROUNDING)
    now, then = (leaving_hazards(profile, relative, retirement, rate) for rate in (percent, fewer))
    of_all = now.sum(axis=1)
    return np.divide(then.sum(axis=1), of_all, out=np.ones_like(of_all), where=of_all > 0)


def rotating_shares(bands: Sequence[str], in_training: float, percent: float, under: float) -> FloatArray:
    """Share of each band (band,) that rotates: per cent `in_training` under an age × rate in per cent."""
    starts = band_starts(bands)
    return np.where(starts < under, in_training / 100 * percent / 100, 0.0)


def base_joiners(
    heads: FloatArray, percent: FloatArray, per_leaver: FloatArray, shares: FloatArray
) -> FloatArray:
    """Joiners a year (…, unit, source) of the base year: leavers × joiners a leaver × share of each source.

    `heads` (…, unit), `percent` and `per_leaver` (unit,), `shares` (unit, source) adding to 1.
    """
    return np.asarray((heads * percent / 100 * per_leaver)[..., None] * shares)
