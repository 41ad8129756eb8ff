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
