"""The fused kernel: a block of an area's draws through its whole trajectory, in the processor's cache.

It is the step of `cohort_component.project_step` (mid-period births, even migration) with the migration
chosen inside: so many movers that households from people equal households from dwellings or, without a
housing constraint, a given net total. All that depends on migration is linear in it, and gross flows keep
in × out = in₀ × out₀, so each year is one quadratic, not a search. What is linear in the people a year
starts with is one product of the block's people with weights that `kernel_inputs.py` prepares once an area.
No labels, no checks, no drawing of factors here; `docs/decisions` holds the measurements behind the shape.

A draw never looks at another and stands at the same place of its block in every run, so results are the same
to the byte whatever the number of threads. Only the long sums may be reassociated, which the compiler and
the library of the product settle once: of no consequence between runs.
"""

from __future__ import annotations

import numba
import numpy as np
from numpy.typing import NDArray

from models.demography.kernel.kernel_layout import (
    BIRTHS,
    BORN,
    BORN_DYING,
    BUILT,
    COME,
    COMMUNAL,
    COMMUNAL_SHARE,
    DEATHS,
    DWELLINGS,
    DYING,
    EVERYBODY,
    FAULT_AGE,
    FAULT_AMOUNT,
    FAULT_COUNT,
    FAULT_SEX,
    FAULT_STEP,
    FAULT_SUM,
    FIXED,
    FIXED_COUNT,
    FIXED_RATE,
    FLOWS,
    GO,
    GROSS_IN,
    GROSS_OUT,
    HOUSEHOLD_WEIGHT,
    HOUSEHOLDS,
    INFLOW,
    INFLOW_COUNT,
    INFLOW_RATE,
    NET_MIGRATION,
    NEW_HOME_COUNT,
    NEW_HOMES,
    OTHER,
    OUTFLOW_RATE,
    PEOPLE,
    PLAIN,
    STAY,
    TOGETHER,
    WEIGHTS,
    Floats,
    KernelArea,
    KernelDraws,
)

LAYOUT = "4612913257a97079"
"""Digest of kernel_layout.py. Compiled code is kept until this file changes, so a new layout changes it."""


@numba.njit(cache=True, nogil=True, error_model="numpy")
def _read_off(
    area: KernelArea, draws: KernelDraws, step: int, sums: Floats, log_scales: Floats, totals: Floats
) -> None:
    """How many people a step ends with, communal residents among them and, where people set them, households
    and the scale that makes households from people equal those of the dwellings."""
    rebased = step == 0 or area.raked[step]
    known = area.housing_led or step <= area.dwellings_known
    in_communal = area.communal_households + area.new_communal_households[step]
    for draw in range(draws.kept_scale.shape[0]):
        total = totals[draw, step]
        total[PEOPLE] = sums[draw, EVERYBODY]
        total[COMMUNAL] = sums[draw, COMMUNAL_SHARE] + area.communal_constant + area.new_communal[step]
        made = sums[draw, HOUSEHOLD_WEIGHT] - in_communal
        size = draws.household_size[draw, step] if step > 0 else 1.0
        if rebased:
            log_scales[draw] = np.log(total[HOUSEHOLDS] * size / made)
        if not known:
            total[HOUSEHOLDS] = made * np.exp(log_scales[draw]) / size
            total[DWELLINGS] = total[HOUSEHOLDS] / area.occupied_share


@numba.njit(cache=True, nogil=True, error_model="numpy")
def _gross_flows(
    area: KernelArea,
    draws: KernelDraws,
    step: int,
    sums: Floats,
    log_scales: Floats,
    drawn_terms: Floats,
    flows: Floats,
) -> None:
    """Fill scales of the usual in- and outflow that meet the need, after newcomers of new dwellings and the
    drawn net migrants."""
    constants = area.constants[step - 1]
    girls_dying = area.dying[step - 1, 0]
    boys_dying = area.dying[step - 1, area.fertility.shape[1]]
    girl_weight, boy_weight = area.newborn_weight
    in_communal = area.communal_households + area.new_communal_households[step]
    for draw in range(draws.kept_scale.shape[0]):
        mortality, turnover = draws.mortality[draw, step], draws.turnover[draw, step]
        log_scales[draw] *= draws.kept_scale[draw]
        built = 0.0
        needed = draws.net_migration[draw, step]
        if area.housing_led:
            dwellings = draws.dwellings[draw, step]
            built = max(dwellings - draws.dwellings[draw, step - 1], 0.0)
            households = dwellings * area.occupied_share * draws.household_size[draw, step]
            needed = households / np.exp(log_scales[draw]) + in_communal
        # Weight of a birth, surviving and both sexes taken together, times the fertility factor.
        newborn = draws.fertility[draw, step] * (
            area.female_share * girl_weight * (1.0 - mortality * girls_dying)
            + (1.0 - area.female_share) * boy_weight * (1.0 - mortality * boys_dying)
        )
        inflow = outflow = 0.0
        for term in range(4):
            times = 1.0
            if term in (DYING, BORN_DYING):
                times = -mortality
            if term in (BORN, BORN_DYING):
                times *= newborn
            needed -= times * (sums[draw, 3 * term + STAY] + constants[FIXED, term] + drawn_terms[draw, term])
            needed -= times * built * constants[NEW_HOMES, term]
            inflow += times * (sums[draw, 3 * term + COME] + constants[INFLOW, term])
            outflow += times * sums[draw, 3 * term + GO]
        inflow *= turnover
        outflow *= turnover
        root = np.sqrt(needed * needed + 4.0 * inflow * outflow)
        scale = (needed + root) / (2.0 * inflow) if needed > 0 else 2.0 * outflow / (root - needed)
        flows[draw, GROSS_IN] = scale * turnover
        flows[draw, GROSS_OUT] = turnover / scale
        flows[draw, BUILT] = built


@numba.njit(cache=True, nogil=True, error_model="numpy", fastmath={"reassoc", "contract"})
def _draw_moves(
    area: KernelArea, draws: KernelDraws, step: int, before: Floats, drawn: Floats, drawn_terms: Floats
) -> None:
    """Fill the net migrants of the drawn age pattern, by cell, and their four terms."""
    ages = area.fertility.shape[1]
    plain, dying = area.move_weights[step - 1, PLAIN], area.move_weights[step - 1, DYING]
    born, born_dying = area.move_weights[step - 1, BORN], area.move_weights[step - 1, BORN_DYING]
    rates = np.empty(ages)
    for draw in range(draws.kept_scale.shape[0]):
        pattern = draws.age_pattern[draw, step]
        for age in range(ages):
            below, share = area.node_below[age], area.node_share[age]
            rates[age] = pattern[below] + share * (pattern[below + 1] - pattern[below])
        of_plain = of_dying = of_born = of_born_dying = 0.0
        for age in range(ages):
            women, men = rates[age] * before[draw, age], rates[age] * before[draw, ages + age]
            drawn[draw, age] = women
            drawn[draw, ages + age] = men
            of_plain += women * plain[age] + men * plain[ages + age]
            of_dying += women * dying[age] + men * dying[ages + age]
            of_born += women * born[age]
            of_born_dying += women * born_dying[age]
        drawn_terms[draw, PLAIN] = of_plain
        drawn_terms[draw, DYING] = of_dying
        drawn_terms[draw, BORN] = of_born
        drawn_terms[draw, BORN_DYING] = of_born_dying


@numba.njit(cache=True, nogil=True, error_model="numpy", fastmath={"reassoc", "contract"})
def _carry(
    area: KernelArea,
    draws: KernelDraws,
    step: int,
    flows: Floats,
    before: Floats,
    drawn: Floats,
    after: Floats,
    found: Floats,
    totals: Floats,
    fault: Floats,
    components: Floats,
) -> None:
    """Move, bear, die and age on: fill after, each draw's births, deaths, net migration and, where a cell
    would have been left with less than nobody, what was found for it."""
    ages = area.fertility.shape[1]
    last = ages - 1
    cells = 2 * ages
    dying, dying_next = area.dying[step - 1], area.dying_next[step - 1]
    fertility = area.fertility[step - 1]
    fixed = area.flows[FIXED_COUNT] + area.communal_moves[step - 1]
    # Slices are counted in and out each time they are taken, so none is taken in the loops below.
    new_home, fixed_rate = area.flows[NEW_HOME_COUNT], area.flows[FIXED_RATE]
    inflow_count, inflow_rate = area.flows[INFLOW_COUNT], area.flows[INFLOW_RATE]
    outflow_rate = area.flows[OUTFLOW_RATE]
    # Half of a year's migrants, who come at its start and again at its end; people with the first half.
    half, exposed = np.empty(cells), np.empty(cells)
    for draw in range(draws.kept_scale.shape[0]):
        mortality = draws.mortality[draw, step]
        gross_in, gross_out, built = flows[draw, GROSS_IN], flows[draw, GROSS_OUT], flows[draw, BUILT]
        moved = deaths = short = 0.0
        for cell in range(cells):
            moving = 0.5 * (
                fixed[cell]
                + drawn[draw, cell]
                + built * new_home[cell]
                + gross_in * inflow_count[cell]
                + before[draw, cell]
                * (fixed_rate[cell] + gross_in * inflow_rate[cell] - gross_out * outflow_rate[cell])
            )
            there = before[draw, cell] + moving
            half[cell] = moving
            exposed[cell] = there
            moved += moving
            short += abs(there) - there
        if short > 0:
            moved = _limit_moves(before[draw], half, exposed, step, fault[draw])
        # Both sexes in one run: what it leaves in the first cell of men is overwritten by their births.
        short = 0.0
        for cell in range(cells - 1):
            lost = mortality * dying_next[cell] * exposed[cell]
            closing = exposed[cell] - lost + half[cell + 1]
            after[draw, cell + 1] = closing
            deaths += lost
            short += abs(closing) - closing
        for sex in range(2):
            oldest = sex * ages + last
            lost = mortality * dying[oldest] * exposed[oldest]
            after[draw, oldest] += exposed[oldest] - lost
            deaths += lost
        births = 0.0
        for age in range(area.first_fertile, area.last_fertile + 1):
            births += fertility[age] * (exposed[age] + after[draw, age])
        births *= 0.5 * draws.fertility[draw, step]
        for sex in range(2):
            youngest = sex * ages
            born = births * (area.female_share if sex == 0 else 1.0 - area.female_share)
            lost = mortality * dying[youngest] * born
            closing = born - lost + half[youngest]
            after[draw, youngest] = closing
            deaths += lost
            short += abs(closing) - closing
        totals[draw, step, BIRTHS] = births
        totals[draw, step, DEATHS] = deaths
        totals[draw, step, NET_MIGRATION] = 2.0 * moved
        totals[draw, step, OTHER] = 0.0
        if short > 0 or area.raked[step]:
            found[draw] = 0.0
        if short > 0:
            totals[draw, step, OTHER] = _limit_people(after[draw], found[draw], step, fault[draw])
        if draw == 0 and components.shape[0] > 0:
            _write_components(
                components[step], births, area.female_share, mortality, dying, dying_next, half, exposed
            )
            components[step, OTHER] = 0.0
            if short > 0:
                components[step, OTHER] = found[0].reshape(2, ages)


@numba.njit(cache=True, nogil=True, error_model="numpy")
def _note(fault: Floats, short: float, step: int, sex: int, age: int) -> None:
    """Add a cell short of so many people to a draw's record."""
    fault[FAULT_COUNT] += 1.0
    fault[FAULT_SUM] += short
    if short > fault[FAULT_AMOUNT]:
        fault[FAULT_AMOUNT] = short
        fault[FAULT_STEP] = step
        fault[FAULT_SEX] = sex
        fault[FAULT_AGE] = age


@numba.njit(cache=True, nogil=True, error_model="numpy")
def _limit_moves(people: Floats, half: Floats, exposed: Floats, step: int, fault: Floats) -> float:
    """Let no more go than there are, noting where; return half of the net migrants."""
    ages = people.shape[0] // 2
    moved = 0.0
    for cell in range(people.shape[0]):
        short = -people[cell] - 2.0 * half[cell]
        if short > 0.0:
            _note(fault, short, step, cell // ages, cell % ages)
            half[cell] = -0.5 * people[cell]
            exposed[cell] = people[cell] + half[cell]
        moved += half[cell]
    return moved


@numba.njit(cache=True, nogil=True, error_model="numpy")
def _limit_people(people: Floats, found: Floats, step: int, fault: Floats) -> float:
    """Raise cells below nobody to nobody, noting where; return how many people were found for it."""
    ages = people.shape[0] // 2
    total = 0.0
    for cell in range(people.shape[0]):
        short = -people[cell]
        if short > 0.0:
            _note(fault, short, step, cell // ages, cell % ages)
            people[cell] = 0.0
            found[cell] = short
            total += short
    return total


@numba.njit(cache=True, nogil=True, error_model="numpy")
def _write_components(
    components: Floats,
    births: float,
    female_share: float,
    mortality: float,
    dying: Floats,
    dying_next: Floats,
    half: Floats,
    exposed: Floats,
) -> None:
    """Births, deaths and net migration by age at the end of the step."""
    ages = components.shape[2]
    for sex in range(2):
        start = sex * ages
        born = births * (female_share if sex == 0 else 1.0 - female_share)
        components[0, sex, 0] = born
        components[1, sex, 0] = mortality * dying[start] * born
        components[2, sex, 0] = half[start]
        for cell in range(start + 1, start + ages):
            components[1, sex, cell - start] = mortality * dying_next[cell - 1] * exposed[cell - 1]
            components[2, sex, cell - start] = half[cell - 1] + half[cell]
        oldest = start + ages - 1
        components[1, sex, ages - 1] += mortality * dying[oldest] * exposed[oldest]
        components[2, sex, ages - 1] += half[oldest]


@numba.njit(cache=True, nogil=True, error_model="numpy")
def _rake(estimate: Floats, band_of_age: NDArray[np.int64], people: Floats, found: Floats) -> float:
    """Scale people to the estimate, band by band; what is found is added in `found`, its sum returned."""
    ages = band_of_age.shape[0]
    total = np.zeros(estimate.shape[0])
    for cell in range(people.shape[0]):
        total[band_of_age[cell % ages]] += people[cell]
    added = 0.0
    for cell in range(people.shape[0]):
        band = band_of_age[cell % ages]
        more = people[cell] * (estimate[band] / total[band] - 1.0)
        people[cell] += more
        found[cell] += more
        added += more
    return added


@numba.njit(cache=True, nogil=True, error_model="numpy")
def _sum_bands(people: Floats, edges: NDArray[np.int64], bands: Floats) -> None:
    """Fill bands (2, bands, draws) from people (draws, 2 × ages)."""
    men = edges[-1]
    for draw in range(bands.shape[2]):
        for band in range(edges.shape[0] - 1):
            # Both sexes at once: two sums that do not wait for each other.
            female = male = 0.0
            for age in range(edges[band], edges[band + 1]):
                female += people[draw, age]
                male += people[draw, men + age]
            bands[0, band, draw] = female
            bands[1, band, draw] = male


@numba.njit(cache=True, nogil=True, error_model="numpy")
def _project_block(
    area: KernelArea,
    draws: KernelDraws,
    population: Floats,
    edges: NDArray[np.int64],
    bands: Floats,
    totals: Floats,
    fault: Floats,
    components: Floats,
) -> None:
    """`project_draws` of at most TOGETHER draws."""
    count, cells = draws.kept_scale.shape[0], area.base_population.shape[0]
    sums, flows = np.empty((TOGETHER, WEIGHTS)), np.empty((TOGETHER, FLOWS))
    drawn, drawn_terms = np.empty((count, cells)), np.empty((count, 4))
    log_scales, found = np.empty(count), np.zeros((count, cells))
    # A year's people and the next's, by turns: they stay in the cache.
    people = np.zeros((2, TOGETHER, cells))
    fault[:] = 0.0
    totals[:, 0] = 0.0
    for step in range(area.dying.shape[0] + 1):
        before, after = people[(step + 1) % 2], people[step % 2]
        for draw in range(count):
            totals[draw, step, DWELLINGS] = draws.dwellings[draw, step]
            totals[draw, step, HOUSEHOLDS] = draws.dwellings[draw, step] * area.occupied_share
        if step == 0:
            after[:] = area.base_population
        else:
            _draw_moves(area, draws, step, before, drawn, drawn_terms)
            _gross_flows(area, draws, step, sums, log_scales, drawn_terms, flows)
            _carry(area, draws, step, flows, before, drawn, after, found, totals, fault, components)
        if area.raked[step]:
            for draw in range(count):
                added = _rake(area.estimates[step], area.band_of_age, after[draw], found[draw])
                totals[draw, step, OTHER] += added
            if components.shape[0] > 0:
                components[step, OTHER] = found[0].reshape(2, cells // 2)
        # All rows, though the last block has fewer draws: a product of the same shape takes the same course.
        np.dot(after, area.weights[step], sums)
        _read_off(area, draws, step, sums, log_scales, totals)
        if population.shape[0] > 0:
            population[:, step] = after[:count]
        if bands.shape[2] > 0:
            _sum_bands(after, edges, bands[step])


@numba.njit(cache=True, nogil=True, error_model="numpy")
def project_draws(
    area: KernelArea,
    draws: KernelDraws,
    start: int,
    stop: int,
    population: Floats,
    edges: NDArray[np.int64],
    bands: Floats,
    totals: Floats,
    fault: Floats,
    components: Floats,
) -> None:
    """Fill draws start … stop − 1, start being a multiple of TOGETHER; of each year's people what is wanted.

    population: (draws, steps + 1, 2 × ages), or no draw. bands: (steps + 1, 2, bands, draws) between edges
    (bands + 1,), or no band. totals: (draws, steps + 1, TOTALS). fault: (draws, FAULTS). components: (steps
    + 1, 4, 2, ages) of draw 0: births, deaths, net migration, other.
    """
    for first in range(start, stop, TOGETHER):
        last = min(first + TOGETHER, stop)
        block = KernelDraws(
            draws.dwellings[first:last],
            draws.net_migration[first:last],
            draws.fertility[first:last],
            draws.mortality[first:last],
            draws.turnover[first:last],
            draws.household_size[first:last],
            draws.kept_scale[first:last],
            draws.age_pattern[first:last],
        )
        _project_block(
            area,
            block,
            population[first:last],
            edges,
            bands[..., first:last],
            totals[first:last],
            fault[first:last],
            components if first == 0 else components[:0],
        )
