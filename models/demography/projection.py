"""Projection of one area: all draws through the fused kernel, with the balances asserted where they are made.

Arrays in, a `Projection` of arrays out. How the inputs are made, and which factors are drawn, is not
decided here; nor is anything published.
"""

from __future__ import annotations

import os
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

from models.arrays import FloatArray
from models.demography.area_inputs import AGES, PATTERN_AGES, AreaInputs, Factors
from models.demography.households import size_path
from models.demography.kernel import fused_kernel, kernel_layout
from models.demography.kernel.kernel_inputs import kernel_area

BALANCE_TOLERANCE = 1e-6
SEXES = ("female", "male")


class ImpossibleTrajectory(ValueError):
    """A trajectory that would take more people than there are: which place, year and cell, by how much."""


@dataclass(frozen=True)
class Projection:
    """One area's ensemble; axis 0 is the draw, 0 being the principal run, axis 1 the year from the base on.

    population: (draws + 1, steps + 1, 2, AGES). births, deaths, net_migration, other, dwellings, households,
    household_population, communal_population: (draws + 1, steps + 1); flows stand at the year they end in,
    0 in the base year. components: (steps + 1, 4, 2, AGES) of the principal
    run: births, deaths, net migration, other, by age at the end. limited_draws: draws in which some cell
    would have lost more people than it had; there the loss stops at zero, the difference stands in `other`
    where the flow had already happened, and limited_people is how many people that is in all draws.
    """

    code: str
    base_year: int
    population: FloatArray
    births: FloatArray
    deaths: FloatArray
    net_migration: FloatArray
    other: FloatArray
    dwellings: FloatArray
    households: FloatArray
    household_population: FloatArray
    communal_population: FloatArray
    components: FloatArray
    limited_draws: int
    limited_people: float

    @property
    def opening(self) -> FloatArray:
        """(steps, 2, AGES) the principal run's people a year earlier, aged on: none at age 0."""
        before = self.population[0, :-1]
        aged = np.zeros_like(before)
        aged[..., 1:] = before[..., :-1]
        aged[..., -1] += before[..., -1]
        return aged


def project_area(
    area: AreaInputs,
    factors: Factors,
    dwellings: FloatArray,
    net_migration: FloatArray | None = None,
    threads: int | None = None,
) -> Projection:
    """Project an area through every draw.

    dwellings: (draws + 1, steps + 1) at each mid-year. net_migration: None for a housing-led run, else the
    net migrants of each year, (draws + 1, steps + 1), for a run that houses whoever comes.
    Raises ImpossibleTrajectory where the principal run would make a cell negative, ValueError for factors
    that no probability can bear.
    """
    draws, years = dwellings.shape
    population = np.empty((draws, years, 2, AGES))
    run = run_kernel(
        area,
        factors,
        dwellings,
        net_migration,
        population=population.reshape(draws, years, 2 * AGES),
        threads=threads,
    )
    totals = run.totals
    projection = Projection(
        code=area.code,
        base_year=area.base_year,
        population=population,
        births=totals[..., kernel_layout.BIRTHS],
        deaths=totals[..., kernel_layout.DEATHS],
        net_migration=totals[..., kernel_layout.NET_MIGRATION],
        other=totals[..., kernel_layout.OTHER],
        dwellings=totals[..., kernel_layout.DWELLINGS],
        households=totals[..., kernel_layout.HOUSEHOLDS],
        household_population=totals[..., kernel_layout.PEOPLE] - totals[..., kernel_layout.COMMUNAL],
        communal_population=totals[..., kernel_layout.COMMUNAL],
        components=run.components,
        limited_draws=int((run.faults[:, kernel_layout.FAULT_COUNT] > 0).sum()),
        limited_people=float(run.faults[:, kernel_layout.FAULT_SUM].sum()),
    )
    _assert_cells_balance(projection)
    return projection


@dataclass(frozen=True)
class KernelRun:
    """What the kernel says beside people: totals (draws + 1, steps + 1, TOTALS), faults (draws + 1, FAULTS),
    components (steps + 1, 4, 2, AGES) of the principal run."""

    totals: FloatArray
    faults: FloatArray
    components: FloatArray


def run_kernel(
    area: AreaInputs,
    factors: Factors,
    dwellings: FloatArray,
    net_migration: FloatArray | None,
    *,
    population: FloatArray | None = None,
    edges: NDArray[np.int64] | None = None,
    bands: FloatArray | None = None,
    threads: int | None = None,
) -> KernelRun:
    """Run every draw, filling what is given of population (draws + 1, steps + 1, 2 × AGES) and bands (steps +
    1, 2, bands, draws + 1), the latter between edges (bands + 1,). The rest as `project_area`.

    Raises as `project_area`, AssertionError where a draw's components miss its change in people.
    """
    packed, given = _kernel_arrays(area, factors, dwellings, net_migration)
    draws, years = dwellings.shape
    totals = np.empty((draws, years, kernel_layout.TOTALS))
    faults = np.empty((draws, kernel_layout.FAULTS))
    components = np.zeros((years, 4, 2, AGES))
    people = np.empty((0, years, 2 * AGES)) if population is None else population
    groups = np.empty((years, 2, 0, 0)) if bands is None else bands
    between = np.zeros(1, dtype=np.int64) if edges is None else edges

    def run(start: int, stop: int) -> None:
        fused_kernel.project_draws(
            packed, given, start, stop, people, between, groups, totals, faults, components
        )

    in_blocks(run, draws, threads)
    _raise_if_impossible(area, faults[0], totals)
    _assert_balance(area, totals)
    return KernelRun(totals, faults, components)


def _kernel_arrays(
    area: AreaInputs, factors: Factors, dwellings: FloatArray, net_migration: FloatArray | None
) -> tuple[kernel_layout.KernelArea, kernel_layout.KernelDraws]:
    draws, years = dwellings.shape
    if years != area.steps + 1:
        raise ValueError(f"{area.code}: {years} years of dwellings for {area.steps} steps")
    _check_factors(area, factors, draws)
    if dwellings.min() <= 0:
        raise ImpossibleTrajectory(
            f"{area.code}: {dwellings.min():,.1f} dwellings in "
            f"{area.base_year + int(np.unravel_index(dwellings.argmin(), dwellings.shape)[1])}"
        )
    housing_led = net_migration is None
    target = np.zeros_like(dwellings) if net_migration is None else net_migration
    size = factors.household_size * size_path(area.size_drift, dwellings, housing_led=housing_led)
    by_year = (dwellings, target, factors.fertility, factors.mortality, factors.turnover, size)
    return kernel_area(area, housing_led=housing_led), kernel_layout.KernelDraws(
        *(np.ascontiguousarray(values) for values in (*by_year, factors.kept_scale, factors.age_pattern))
    )


def in_blocks(run: Callable[[int, int], None], draws: int, threads: int | None = None) -> None:
    """Call run(start, stop) over 0 … draws, whole blocks to a thread; the kernel leaves the interpreter
    alone."""
    blocks = -(-draws // kernel_layout.TOGETHER)
    workers = max(1, min(threads or os.cpu_count() or 1, blocks))
    edges = np.linspace(0, blocks, workers + 1).astype(int) * kernel_layout.TOGETHER
    parts = [(int(start), min(int(stop), draws)) for start, stop in pairwise(edges)]
    if workers == 1:
        run(0, draws)
        return
    with ThreadPoolExecutor(workers) as pool:
        for future in [pool.submit(run, start, stop) for start, stop in parts]:
            future.result()


def _check_factors(area: AreaInputs, factors: Factors, draws: int) -> None:
    shape = (draws, area.steps + 1)
    for name in ("fertility", "mortality", "turnover", "household_size"):
        values = getattr(factors, name)
        if values.shape != shape:
            raise ValueError(f"{area.code}: factor {name} has shape {values.shape}, expected {shape}")
        if not np.isfinite(values).all() or values.min() <= 0:
            raise ValueError(f"{area.code}: factor {name} must be finite and above 0, found {values.min()}")
    pattern = (*shape, len(PATTERN_AGES))
    if factors.age_pattern.shape != pattern or not np.isfinite(factors.age_pattern).all():
        raise ValueError(
            f"{area.code}: factor age_pattern has shape {factors.age_pattern.shape}, expected {pattern}, "
            "finite"
        )
    highest = float((1.0 - area.survivorship).max() * factors.mortality.max())
    if highest > 1:
        raise ValueError(f"{area.code}: the mortality factor makes a probability of dying of {highest:.3f}")


def _raise_if_impossible(area: AreaInputs, fault: FloatArray, all_totals: FloatArray) -> None:
    """Say where the principal run takes more people than there are, from its fault record and totals."""
    if not np.isfinite(all_totals).all():
        raise ImpossibleTrajectory(f"{area.code}: a draw has no finite solution")
    totals = all_totals[0]
    if fault[kernel_layout.FAULT_COUNT] == 0:
        return
    step, age = int(fault[kernel_layout.FAULT_STEP]), int(fault[kernel_layout.FAULT_AGE])
    sex = SEXES[int(fault[kernel_layout.FAULT_SEX])]
    raise ImpossibleTrajectory(
        f"{area.code}: the dwellings of {area.base_year + step} "
        f"({totals[step, kernel_layout.DWELLINGS]:,.0f}) need "
        f"{totals[step, kernel_layout.NET_MIGRATION]:+,.0f} net migrants, which would leave "
        f"{-fault[kernel_layout.FAULT_AMOUNT]:,.1f} {sex} residents aged {age}"
    )


def _assert_balance(area: AreaInputs, totals: FloatArray) -> None:
    """Components add up to the change in people in every draw."""
    births, deaths, net, other, people = (
        totals[..., column]
        for column in (
            kernel_layout.BIRTHS,
            kernel_layout.DEATHS,
            kernel_layout.NET_MIGRATION,
            kernel_layout.OTHER,
            kernel_layout.PEOPLE,
        )
    )
    gap = np.abs(np.diff(people, axis=1) - (births - deaths + net + other)[:, 1:])
    if gap.max() > BALANCE_TOLERANCE:
        draw, step = np.unravel_index(int(gap.argmax()), gap.shape)
        raise AssertionError(
            f"{area.code}: components miss the change to {area.base_year + int(step) + 1} "
            f"by {gap.max():g} people in draw {int(draw)}"
        )


def _assert_cells_balance(projection: Projection) -> None:
    """Components add up to the change in every cell of the principal run."""
    births, deaths, net, other = (projection.components[1:, index] for index in range(4))
    cells = np.abs(projection.opening + births - deaths + net + other - projection.population[0, 1:])
    if cells.max() > BALANCE_TOLERANCE:
        step, sex, age = np.unravel_index(int(cells.argmax()), cells.shape)
        raise AssertionError(
            f"{projection.code}: components miss the change of {SEXES[int(sex)]}s aged {int(age)} "
            f"to {projection.base_year + int(step) + 1} by {cells.max():g} people"
        )
