"""Draws of single years and sexes summed to the age bands that are published, and summarised.

System totals come from draws summed over places before any quantile is taken.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]

FIVE_YEAR_BANDS = [*(f"{first}-{first + 4}" for first in range(0, 90, 5)), "90+"]
BROAD_BANDS = {"all": (0, None), "0-15": (0, 16), "16-64": (16, 65), "65+": (65, None), "85+": (85, None)}
PUBLISHED_BANDS = [*FIVE_YEAR_BANDS, *BROAD_BANDS]
SEXES = ["female", "male", "persons"]


def published_bands(population: Floats) -> Floats:
    """(…, 3, 24) by female, male, persons and published band, from (…, 2, ages)."""
    by_sex = np.stack(
        [population[..., 0, :], population[..., 1, :], population.sum(axis=-2)],
        axis=-2,
    )
    five_year = np.add.reduceat(by_sex, np.arange(0, 91, 5), axis=-1)
    broad = [by_sex[..., first:stop].sum(axis=-1) for first, stop in BROAD_BANDS.values()]
    return np.concatenate([five_year, np.stack(broad, axis=-1)], axis=-1)


def average_household_size(household_population: Floats, households: Floats) -> Floats:
    """People a household, draw by draw."""
    return household_population / households
