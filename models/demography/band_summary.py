"""Draws of single years and sexes summed to the age bands that are published, and summarised.

System totals come from draws summed over places before any quantile is taken.
"""

from __future__ import annotations

import numpy as np

from models.arrays import FloatArray

FIVE_YEAR_BANDS = [*(f"{first}-{first + 4}" for first in range(0, 90, 5)), "90+"]
BROAD_BANDS = {"all": (0, None), "0-15": (0, 16), "16-64": (16, 65), "65+": (65, None), "85+": (85, None)}
PUBLISHED_BANDS = [*FIVE_YEAR_BANDS, *BROAD_BANDS]
SEXES = ["female", "male", "persons"]


def published_bands(population: FloatArray) -> FloatArray:
    """(…, 3, 24) by female, male, persons and published band, from (…, 2, ages)."""
    cuts = sorted({*range(0, 91, 5), *(first for first, _ in BROAD_BANDS.values())})
    pieces = np.add.reduceat(population, cuts, axis=-1)
    edges = [(first, first + 5 if first < 90 else None) for first in range(0, 91, 5)]
    within = np.array(
        [
            [first <= cut and (stop is None or cut < stop) for first, stop in (*edges, *BROAD_BANDS.values())]
            for cut in cuts
        ],
        dtype=np.float64,
    )
    by_sex = pieces @ within
    return np.concatenate([by_sex, by_sex.sum(axis=-2, keepdims=True)], axis=-2)


def average_household_size(household_population: FloatArray, households: FloatArray) -> FloatArray:
    """People a household, draw by draw."""
    return household_population / households
