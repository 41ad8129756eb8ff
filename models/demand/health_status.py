"""Health status: years of healthy life gained or lost, as a shift of the age curve of activity.

Someone of 80 whose health is that of 79 today uses what 79-year-olds use today. How many years are gained at
one age of reference is drawn from what experts expect; at other ages they go with the life gained there.
"""

from __future__ import annotations

import numpy as np

from models.arrays import FloatArray

STEPS = np.array([-4.0, 0.0, 1.25, 3.0, 8.0])
"""Years gained between which activity is taken to be straight; beyond the ends it stays.

Against steps of half a year: the principal run within 0.11 %, P10 and P90 within 0.83 % (dementia in 2050).
"""

_DECADE = 10.0


def bounded_metalog(terms: FloatArray, probability: FloatArray, low: float, high: float) -> FloatArray:
    """Quantiles (probability, …) of metalog distributions with nine terms (…, 9) between two bounds.

    Keelin's quantile function of the logit of the quantity: terms weigh powers of p − ½, times the logit of
    p or alone, in the order 1, l, (p−½)l, (p−½), (p−½)², (p−½)²l, (p−½)³, (p−½)³l, (p−½)⁴.
    """
    p = np.asarray(probability, dtype=float)
    logit, off = np.log(p / (1 - p)), p - 0.5
    basis = [np.ones_like(p), logit, off * logit, off, off**2, off**2 * logit, off**3, off**3 * logit, off**4]
    inner = np.tensordot(np.stack(basis, axis=-1), terms, axes=(-1, -1))
    return low + (high - low) / (1 + np.exp(-inner))


def healthy_life_gained(share: FloatArray, life: FloatArray) -> FloatArray:
    """Years of healthy life gained since the first year (draw, year, sex).

    `share` (draw, year, sex) of the `life` (year, sex) that people of the age of reference have before them
    is lived in good health. Each draw is held against its own first year: what was recorded then is in the
    rates already.
    """
    healthy = share * life
    return healthy - healthy[:, :1]


def steadily_gained(a_decade: FloatArray, since_base: FloatArray) -> FloatArray:
    """Years gained (draw, year, 2), the same for both sexes, from those gained in ten years (draw,)."""
    gained = a_decade[:, None] * (np.maximum(since_base, 0) / _DECADE)[None, :]
    return np.repeat(gained[:, :, None], 2, axis=2)


def gained_at_ages(first: FloatArray, last: FloatArray, reference: int, from_age: int) -> FloatArray:
    """Years gained at each age for one at the age of `reference` (sex, age), none below `from_age`.

    `first` and `last` (sex, age) is life expectancy in two years: where more life is gained, more of it is
    healthy. Raises ValueError where none is gained at the age of reference.
    """
    gain = last - first
    if np.any(gain[:, reference] <= 0):
        raise ValueError(
            f"life expectancy at {reference} does not rise, so that health has no gain to follow"
        )
    relative = gain / gain[:, [reference]]
    return np.where(np.arange(gain.shape[1]) >= from_age, relative, 0.0)


def shifted_rates(rates: FloatArray, gained: FloatArray, mean_age_of_oldest: float) -> FloatArray:
    """Rates (…, sex, age) when people have the health of those `gained` (sex, age) years younger.

    Linear between single ages. The oldest entry is a group without an upper end, and stands at its
    `mean_age_of_oldest`: a year gained does not give all of it the rate of the age before. Beyond that the
    curve is flat, so that the oldest lose nothing by years lost. Negative `gained` are years lost.
    """
    ages = np.arange(rates.shape[-1], dtype=float)
    ages[-1] = mean_age_of_oldest
    at = np.clip(ages - gained, 0, ages[-1])
    above = np.clip(np.searchsorted(ages, at), 1, len(ages) - 1)
    weight = (at - ages[above - 1]) / (ages[above] - ages[above - 1])
    before = np.take_along_axis(rates, np.broadcast_to(above - 1, rates.shape), axis=-1)
    after = np.take_along_axis(rates, np.broadcast_to(above, rates.shape), axis=-1)
    return before * (1 - weight) + after * weight


def rates_by_step(rates: FloatArray, at_ages: FloatArray, mean_age_of_oldest: float) -> FloatArray:
    """What each step of STEPS changes in rates (step, service, sex, age), `at_ages` (sex, age) as above."""
    shifted = np.stack([shifted_rates(rates, years * at_ages, mean_age_of_oldest) for years in STEPS])
    return np.diff(shifted, axis=0)


def change_of_activity(by_step: FloatArray, gained: FloatArray) -> FloatArray:
    """Change of activity (draw, year, service) with `gained` (draw, year, sex) years of healthy life.

    `by_step` (draw, year, sex, step, service) is what each step changes. Exact at STEPS and straight between.
    """
    first, last = STEPS[:-1], STEPS[1:]
    part = np.clip((gained[..., None] - first) / (last - first), 0.0, 1.0)
    part = np.where(last <= 0, part - 1.0, part)
    draws, years = gained.shape[:2]
    together = part.reshape(draws, years, 1, -1) @ by_step.reshape(draws, years, -1, by_step.shape[-1])
    return together[:, :, 0]
