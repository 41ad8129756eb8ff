"""One area of many: its ensemble in every scenario, kept as quantiles by sex and age band.

What a worker does for each area of its block. Where blocks run, and what is written, belongs elsewhere.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from models.arrays import FloatArray
from models.demography.age_bands import project_bands
from models.demography.area_inputs import AreaInputs, Factors
from models.uncertainty.ensemble import summarise


class Paths(NamedTuple):
    """A scenario's (draws + 1, years) dwellings at mid-year and, in a trend run, net migrants; else None."""

    dwellings: FloatArray
    net_migration: FloatArray | None = None


def area_summaries(
    area: AreaInputs, factors: Factors, scenarios: Mapping[str, Paths], first_ages: NDArray[np.int64]
) -> FloatArray:
    """(scenarios, 4, years, 2, bands): principal run, p10, p50 and p90 of the draws, in persons.

    Holds one scenario's draws at a time. Raises as `project_bands`.
    """
    made = []
    for paths in scenarios.values():
        bands = project_bands(area, factors, paths.dwellings, first_ages, paths.net_migration)
        made.append(np.stack(summarise(bands, axis=-1)))
    return np.stack(made)
