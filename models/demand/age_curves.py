"""Rates by single year of age and sex, from what is published: bands, shares, two points, one level.

Curves only: no calibration to a place's records and no change over time.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike, NDArray

from models.arrays import FloatArray

OLDEST_AGE = 90
AGES = OLDEST_AGE + 1
"""Ages 0 to 90, of which the last stands for 90 and over."""


class AgeBandError(ValueError):
    """Age bands that do not tile the ages; `band` is the position of the one to look at."""

    def __init__(self, message: str, band: int) -> None:
        super().__init__(message)
        self.band = band


def band_of_age(age_from: ArrayLike, age_to: ArrayLike, first: int, last: int) -> NDArray[np.intp]:
    """Index of the band each age first…last falls in.

    Bands (inclusive bounds) must tile the ages once each; a gap, an overlap, an upside-down band or one
    outside the ages raises AgeBandError naming the age: of a gap, the band after it is the one to look at.
    """
    bands = np.full(AGES, -1, dtype=np.intp)
    bounds = zip(np.asarray(age_from, dtype=int), np.asarray(age_to, dtype=int), strict=True)
    for index, (low, high) in enumerate(bounds):
        if not first <= low <= high <= last:
            raise AgeBandError(f"age band {low}-{high} does not lie within ages {first} to {last}", index)
        taken = np.flatnonzero(bands[low : high + 1] >= 0)
        if len(taken):
            raise AgeBandError(f"age {low + taken[0]} is in two age bands", index)
        bands[low : high + 1] = index
    missing = np.flatnonzero(bands[first : last + 1] < 0)
    if len(missing):
        age = first + int(missing[0])
        after = bands[age : last + 1]
        raise AgeBandError(
            f"age {age} is in no age band", int(after[after >= 0][0]) if after.max() >= 0 else -1
        )
    return bands


def stepped(
    age_from: ArrayLike,
    age_to: ArrayLike,
    rates: ArrayLike,
    first: int = 0,
    last: int = OLDEST_AGE,
    per: float = 1.0,
) -> FloatArray:
    """Banded rates (…, bands) carried to single years (…, 91): each age has its band's rate, others 0.

    `per` is the number of people the published rate is for; the curve is for one. A step at a band's edge
    is kept rather than smoothed: a band's people times its rate is then what was published for the band.
    """
    values = np.asarray(rates, dtype=float)
    bands = band_of_age(age_from, age_to, first, last)
    curve = np.zeros((*values.shape[:-1], AGES))
    curve[..., first : last + 1] = values[..., bands[first : last + 1]] / per
    return curve


def even_single_years(age_from: ArrayLike, age_to: ArrayLike, people: ArrayLike) -> FloatArray:
    """People in bands (…, bands) spread evenly over the bands' single years (…, 91); totals kept."""
    width = np.asarray(age_to, dtype=int) - np.asarray(age_from, dtype=int) + 1
    return stepped(age_from, age_to, np.asarray(people, dtype=float) / width)


def spread_band_totals(
    age_from: ArrayLike, age_to: ArrayLike, totals: ArrayLike, population: FloatArray, shape: FloatArray
) -> FloatArray:
    """Rates (2, 91) that give each band its total among `population` (2, 91), within it like `shape`.

    `totals` (bands) tile all ages; `shape` (2, 91) says only how ages and sexes stand to each other within a
    band. Raises ValueError where a band has a total but no people or no shape.
    """
    bands = band_of_age(age_from, age_to, 0, OLDEST_AGE)
    wanted = np.asarray(totals, dtype=float)
    given = np.array([(population * shape)[:, bands == band].sum() for band in range(len(wanted))])
    if np.any((given <= 0) & (wanted > 0)):
        band = int(np.flatnonzero((given <= 0) & (wanted > 0))[0])
        raise ValueError(f"age band {np.asarray(age_from)[band]}-{np.asarray(age_to)[band]} has no shape")
    factor = np.divide(wanted, given, out=np.zeros_like(wanted), where=given > 0)
    return shape * factor[bands]


def rising_curve(
    population: FloatArray, mean: float, old_rate: float, rise_from: int, rise_to: int
) -> FloatArray:
    """A two-point curve (91,): flat to `rise_from`, straight up to `old_rate` at `rise_to`, flat beyond.

    The flat level is the one at which `population` (91,) has `mean` as its average rate. Raises ValueError
    if that level would be negative.
    """
    rise = np.clip((np.arange(AGES) - rise_from) / (rise_to - rise_from), 0.0, 1.0)
    weight = float((population * rise).sum() / population.sum())
    level = (mean - old_rate * weight) / (1 - weight)
    if level < 0:
        raise ValueError(f"an average of {mean} leaves no rate below age {rise_from}: {level:.3g}")
    return level + (old_rate - level) * rise


def rest_at_one_rate(population: FloatArray, mean: float, known: FloatArray) -> FloatArray:
    """`known` (…, 91) where it is above 0; elsewhere the one rate that makes `mean` the average.

    `population` has the shape of `known`. Raises ValueError if that rate would be negative.
    """
    rest = known <= 0
    level = float((mean * population.sum() - (population * known).sum()) / population[rest].sum())
    if level < 0:
        raise ValueError(f"an average of {mean} leaves a negative rate for the rest: {level:.3g}")
    return np.where(rest, level, known)


def scaled_to_total(shape: FloatArray, population: FloatArray, total: float) -> FloatArray:
    """`shape` scaled so that `population` gives `total`."""
    given = float((shape * population).sum())
    if given <= 0:
        raise ValueError("a curve without people or rates cannot be scaled to a total")
    return shape * (total / given)
