"""A projection kept as age bands only: for many areas at once, where single years of every draw do not fit.

The same kernel as `projection.project_area`, run in blocks of draws small enough to stay in the processor's
cache and summed to bands while they are there. Whoever needs single years, components or homes of every draw
takes `project_area`.
"""

from __future__ import annotations

import numba
import numpy as np
from numpy.typing import NDArray

from models.demography import kernel, kernel_layout
from models.demography.area import AGES, AreaInputs, Factors
from models.demography.projection import (
    BALANCE_TOLERANCE,
    TOGETHER,
    kernel_arrays,
    raise_if_impossible,
)

Floats = NDArray[np.float64]


def project_bands(
    area: AreaInputs,
    factors: Factors,
    dwellings: Floats,
    first_ages: NDArray[np.int64],
    net_migration: Floats | None = None,
) -> Floats:
    """(steps + 1, 2, bands, draws + 1) people by sex and band; the draw comes last.

    first_ages: (bands,) first age of each band, from 0 on. net_migration: None for a housing-led run, as
    for `project_area`. Raises ImpossibleTrajectory where the principal
    run would make a cell negative, AssertionError where components miss the change in people.
    """
    packed, given = kernel_arrays(area, factors, dwellings, net_migration)
    draws, years = dwellings.shape
    edges = np.append(np.asarray(first_ages, dtype=np.int64), AGES)
    if edges[0] != 0 or (np.diff(edges) <= 0).any():
        raise ValueError(f"bands start at {list(edges[:-1])}; expected ages rising from 0")
    bands = np.empty((years, 2, len(edges) - 1, draws))
    population = np.empty((TOGETHER, years, 2, AGES))
    totals = np.empty((TOGETHER, years, kernel_layout.TOTALS))
    faults = np.empty((TOGETHER, kernel_layout.FAULTS))
    components = np.zeros((years, 4, 2, AGES))
    for start in range(0, draws, TOGETHER):
        count = min(TOGETHER, draws - start)
        block = kernel_layout.KernelDraws(*(values[start : start + count] for values in given))
        kernel.project_draws(packed, block, 0, count, population, totals, faults, components)
        raise_if_impossible(area, faults[0] if start == 0 else np.zeros_like(faults[0]), totals[:count])
        gap = _sum_bands(population, totals, edges, start, count, bands)
        if gap > BALANCE_TOLERANCE:
            raise AssertionError(f"{area.code}: components miss the change in people by {gap:g}")
    return bands


@numba.njit(cache=True, nogil=True, error_model="numpy")
def _sum_bands(
    population: Floats, totals: Floats, edges: NDArray[np.int64], start: int, count: int, bands: Floats
) -> float:
    """Fill bands[..., start: start + count]; return by how much components miss a change at most."""
    worst = 0.0
    for draw in range(count):
        before = 0.0
        for year in range(population.shape[1]):
            women = men = 0.0
            for band in range(edges.shape[0] - 1):
                # Both sexes at once: two sums that do not wait for each other.
                female = male = 0.0
                for age in range(edges[band], edges[band + 1]):
                    female += population[draw, year, 0, age]
                    male += population[draw, year, 1, age]
                bands[year, 0, band, start + draw] = female
                bands[year, 1, band, start + draw] = male
                women += female
                men += male
            people = women + men
            flows = totals[draw, year]
            change = flows[kernel_layout.BIRTHS] - flows[kernel_layout.DEATHS]
            change += flows[kernel_layout.NET_MIGRATION] + flows[kernel_layout.OTHER]
            if year > 0:
                worst = max(worst, abs(people - before - change))
            before = people
    return worst
