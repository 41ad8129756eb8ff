"""A projection kept as age bands only: for many areas at once, where single years of every draw do not fit.

The same kernel as `projection.project_area`, run in blocks of draws small enough to stay in the processor's
cache and summed to bands while they are there. Whoever needs single years, components or homes of every draw
takes `project_area`. Where blocks of areas run, and what is written, belongs elsewhere.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from models.arrays import FloatArray
from models.demography.area_inputs import AGES, AreaInputs, Factors
from models.demography.projection import run_kernel
from models.uncertainty.ensemble import summarise


def project_bands(
    area: AreaInputs,
    factors: Factors,
    dwellings: FloatArray,
    first_ages: NDArray[np.int64],
    net_migration: FloatArray | None = None,
) -> FloatArray:
    """(steps + 1, 2, bands, draws + 1) people by sex and band; the draw comes last.

    first_ages: (bands,) first age of each band, from 0 on. net_migration: None for a housing-led run, as
    for `project_area`. One thread: where there are many areas, those run side by side. Raises
    ImpossibleTrajectory where the principal run would make a cell negative, AssertionError where components
    miss the change in people.
    """
    draws, years = dwellings.shape
    edges = np.append(np.asarray(first_ages, dtype=np.int64), AGES)
    if edges[0] != 0 or (np.diff(edges) <= 0).any():
        raise ValueError(f"bands start at {list(edges[:-1])}; expected ages rising from 0")
    bands = np.empty((years, 2, len(edges) - 1, draws))
    run_kernel(area, factors, dwellings, net_migration, edges=edges, bands=bands, threads=1)
    return bands


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
