"""The fused kernel: one area's whole trajectory in one draw, row by row of ages in the processor's cache.

It is the step of `cohort_component.project_step` (mid-period births, even migration) with the migration
chosen inside: so many movers that households from people equal households from dwellings or, without a
housing constraint, a given net total. All that depends on migration is linear in it, and gross flows keep
in × out = in₀ × out₀, so each year is one quadratic, not a search. What the sums need of rates and weights
alone is prepared once an area in `kernel_inputs.py`. No labels, no checks, no drawing of factors here;
`docs/decisions` holds the measurements behind the shape.

An area-draw never looks at another, so results are the same to the byte whatever the number of threads.
Only the long sums may be reassociated, which the compiler settles once: of no consequence between runs.
"""

from __future__ import annotations

import numba
import numpy as np
from numpy.typing import NDArray

from models.demography.kernel_layout import (
    BIRTHS,
    BORN,
    BORN_DYING,
    COME,
    COMMUNAL,
    DEATHS,
    DWELLINGS,
    DYING,
    FAULT_AGE,
    FAULT_AMOUNT,
    FAULT_COUNT,
    FAULT_SEX,
    FAULT_STEP,
    FAULT_SUM,
    FIXED,
    FIXED_COUNT,
    FIXED_RATE,
    GO,
    HOUSEHOLDS,
    INFLOW,
    INFLOW_COUNT,
    INFLOW_RATE,
    NET_MIGRATION,
    NEW_HOME_COUNT,
    OTHER,
    OUTFLOW_RATE,
    PLAIN,
    STAY,
    Floats,
    KernelArea,
    KernelDraws,
)


@numba.njit(cache=True, nogil=True, error_model="numpy", fastmath={"reassoc", "contract"})
def _total(values: Floats) -> float:
    """Sum of a (2, ages) array."""
    total = 0.0
    for sex in range(2):
        row = values[sex]
        for age in range(row.shape[0]):
            total += row[age]
    return total


@numba.njit(cache=True, nogil=True, error_model="numpy")
def _households(weight: Floats, communal_households: float, people: Floats) -> float:
    """Households that residents make up, by weights alone."""
    made = 0.0
    more = 0.0
    for age in range(people.shape[1]):
        made += weight[0, age] * people[0, age]
        more += weight[1, age] * people[1, age]
    return made + more - communal_households


@numba.njit(cache=True, nogil=True, error_model="numpy")
def _communal(share: Floats, constant: float, first: int, people: Floats) -> float:
    communal = constant
    for sex in range(2):
        for age in range(first, people.shape[1]):
            communal += share[sex, age] * people[sex, age]
    return communal


@numba.njit(cache=True, nogil=True, error_model="numpy", fastmath={"reassoc", "contract"})
def _flow_scales(
    people: Floats,
    women: Floats,
    need: Floats,
    lost: Floats,
    born: Floats,
    born_lost: Floats,
    constants: Floats,
    newborn: float,
    first: int,
    last: int,
    needed: float,
    built: float,
    mortality: float,
    turnover: float,
) -> tuple[float, float]:
    """Scales of the usual in- and out-flow that meet the need, after newcomers of `built` dwellings.

    people: (2 × ages,), women: (ages,) of them. newborn: weight of a birth, surviving and both sexes taken
    together, times the fertility factor.
    """
    stay = inflow = outflow = 0.0
    stay_need, stay_lost = need[STAY], lost[STAY]
    inflow_need, inflow_lost = need[COME], lost[COME]
    outflow_need, outflow_lost = need[GO], lost[GO]
    # Both sexes in one run of cells: what is left over after whole vectors is counted cell by cell.
    for cell in range(people.shape[0]):
        stay += (stay_need[cell] - mortality * stay_lost[cell]) * people[cell]
        inflow += (inflow_need[cell] - mortality * inflow_lost[cell]) * people[cell]
        outflow += (outflow_need[cell] - mortality * outflow_lost[cell]) * people[cell]
    if newborn != 0.0:
        children = children_in = children_out = 0.0
        # A woman just below the first fertile age bears at the end of the year, at the age she reaches.
        mothers = women[first - 1 : last + 1]
        staying, staying_lost = born[STAY, first - 1 : last + 1], born_lost[STAY, first - 1 : last + 1]
        coming, coming_lost = born[COME, first - 1 : last + 1], born_lost[COME, first - 1 : last + 1]
        going, going_lost = born[GO, first - 1 : last + 1], born_lost[GO, first - 1 : last + 1]
        for age in range(mothers.shape[0]):
            children += (staying[age] - mortality * staying_lost[age]) * mothers[age]
            children_in += (coming[age] - mortality * coming_lost[age]) * mothers[age]
            children_out += (going[age] - mortality * going_lost[age]) * mothers[age]
        stay += newborn * children
        inflow += newborn * children_in
        outflow += newborn * children_out
    for flow in range(3):
        constant = constants[flow, PLAIN] - mortality * constants[flow, DYING]
        constant += newborn * (constants[flow, BORN] - mortality * constants[flow, BORN_DYING])
        if flow == INFLOW:
            inflow += constant
        elif flow == FIXED:
            stay += constant
        else:
            stay += built * constant
    needed -= stay
    inflow *= turnover
    outflow *= turnover
    root = np.sqrt(needed * needed + 4.0 * inflow * outflow)
    scale = (needed + root) / (2.0 * inflow) if needed > 0 else 2.0 * outflow / (root - needed)
    return scale * turnover, turnover / scale


@numba.njit(cache=True, nogil=True, error_model="numpy", fastmath={"reassoc", "contract"})
def _move(
    people: Floats,
    flows: Floats,
    gross_in: float,
    gross_out: float,
    built: float,
    communal: Floats,
    moving: Floats,
) -> tuple[float, float]:
    """Fill net migrants of (2 × ages,) cells; return their sum, and a number above 0 where their first half
    would leave a cell with less than nobody."""
    total = short = 0.0
    inflow_count, inflow_rate = flows[INFLOW_COUNT], flows[INFLOW_RATE]
    outflow_rate, fixed_count = flows[OUTFLOW_RATE], flows[FIXED_COUNT]
    fixed_rate, new_home_count = flows[FIXED_RATE], flows[NEW_HOME_COUNT]
    for cell in range(people.shape[0]):
        moving[cell] = (
            fixed_count[cell]
            + communal[cell]
            + built * new_home_count[cell]
            + gross_in * inflow_count[cell]
            + people[cell]
            * (fixed_rate[cell] + gross_in * inflow_rate[cell] - gross_out * outflow_rate[cell])
        )
    for cell in range(people.shape[0]):
        left = people[cell] + 0.5 * moving[cell]
        short += abs(left) - left
        total += moving[cell]
    return total, short


@numba.njit(cache=True, nogil=True, error_model="numpy", fastmath={"reassoc", "contract"})
def _age_on(
    before: Floats,
    after: Floats,
    migrants: Floats,
    dying: Floats,
    chances: Floats,
    fertility: Floats,
    first: int,
    last_fertile: int,
    female_share: float,
    mortality: float,
    fertile: float,
) -> tuple[float, float, float]:
    """Fill after and dying by age at the end; return births, deaths and a number above 0 where anyone is
    below nobody."""
    last = before.shape[1] - 1
    deaths = short = 0.0
    for sex in range(2):
        people, moving, chance = before[sex], migrants[sex], chances[sex]
        dead, closing = dying[sex], after[sex]
        # Slices, not age + 1: an index that might be negative for all the compiler knows costs a check.
        leaving, arriving, chance_then = moving[: last - 1], moving[1:last], chance[1:last]
        dead_then, closing_then = dead[1:last], closing[1:last]
        for age in range(last - 1):
            exposed = people[age] + 0.5 * leaving[age]
            lost = mortality * chance_then[age] * exposed
            dead_then[age] = lost
            closing_then[age] = exposed - lost + 0.5 * arriving[age]
        exposed = people[last - 1] + 0.5 * moving[last - 1]
        exposed += people[last] + 0.5 * moving[last]
        dead[last] = mortality * chance[last] * exposed
        closing[last] = exposed - dead[last] + 0.5 * moving[last]
        for age in range(1, last + 1):
            short += abs(closing[age]) - closing[age]
            deaths += dead[age]
    births = 0.0
    for age in range(first, last_fertile + 1):
        births += 0.5 * fertility[age] * (before[0, age] + 0.5 * migrants[0, age] + after[0, age])
    births *= fertile
    for sex in range(2):
        born = births * (female_share if sex == 0 else 1.0 - female_share)
        dying[sex, 0] = born * mortality * chances[sex, 0]
        after[sex, 0] = born - dying[sex, 0] + 0.5 * migrants[sex, 0]
        short += abs(after[sex, 0]) - after[sex, 0]
        deaths += dying[sex, 0]
    return births, deaths, short


@numba.njit(cache=True, nogil=True, error_model="numpy")
def _rake(estimate: Floats, band_of_age: NDArray[np.int64], after: Floats, found: Floats) -> None:
    """Scale people to the estimate, band by band; what is found stands in `found` by cell."""
    total = np.zeros(estimate.shape[0])
    for sex in range(2):
        for age in range(after.shape[1]):
            total[band_of_age[age]] += after[sex, age]
    for sex in range(2):
        for age in range(after.shape[1]):
            band = band_of_age[age]
            more = after[sex, age] * (estimate[band] / total[band] - 1.0)
            after[sex, age] += more
            found[sex, age] += more


@numba.njit(cache=True, nogil=True, error_model="numpy")
def _limit(values: Floats, floor: Floats, step: int, fault: Floats, cut: Floats) -> None:
    """Raise values below `floor` to it, noting each in fault and what it took in cut."""
    for sex in range(2):
        for age in range(values.shape[1]):
            short = floor[sex, age] - values[sex, age]
            if short > 0.0:
                fault[FAULT_COUNT] += 1.0
                fault[FAULT_SUM] += short
                if short > fault[FAULT_AMOUNT]:
                    fault[FAULT_AMOUNT] = short
                    fault[FAULT_STEP] = step
                    fault[FAULT_SEX] = sex
                    fault[FAULT_AGE] = age
                values[sex, age] = floor[sex, age]
                cut[sex, age] += short


@numba.njit(cache=True, nogil=True, error_model="numpy")
def _write_components(
    components: Floats,
    births: float,
    female_share: float,
    dying: Floats,
    migrants: Floats,
    found: Floats,
) -> None:
    """Births, deaths, net migration and other by age at the end of the step."""
    last = dying.shape[1] - 1
    for sex in range(2):
        components[0, sex, 0] = births * (female_share if sex == 0 else 1.0 - female_share)
        for age in range(last + 1):
            components[1, sex, age] = dying[sex, age]
            components[2, sex, age] = 0.5 * migrants[sex, age]
            if age > 0:
                components[2, sex, age] += 0.5 * migrants[sex, age - 1]
            components[3, sex, age] = found[sex, age]
        components[2, sex, last] += 0.5 * migrants[sex, last]


@numba.njit(cache=True, nogil=True, error_model="numpy")
def project_draws(
    area: KernelArea,
    draws: KernelDraws,
    start: int,
    stop: int,
    population: Floats,
    totals: Floats,
    fault: Floats,
    components: Floats,
) -> None:
    """Fill draws start … stop − 1 of arrays whose axis 0 is the draw; year by year, all draws through each.

    population: (draws, steps + 1, 2, ages). totals: (draws, steps + 1, TOTALS). fault: (draws, FAULTS).
    components: (steps + 1, 4, 2, ages) of draw 0: births, deaths, net migration, other.
    """
    base, death_probability, fertility = area.base_population, area.death_probability, area.fertility
    need, lost, born, born_lost = area.need, area.lost, area.born, area.born_lost
    constants, flows = area.constants, area.flows
    weight, share, communal_households = area.household_weight, area.communal_share, area.communal_households
    estimates, raked, band_of_age = area.estimates, area.raked, area.band_of_age
    first, last, female_share = area.first_fertile, area.last_fertile, area.female_share
    girl_weight, boy_weight = area.newborn_weight
    occupied_share, constant, first_communal = (
        area.occupied_share,
        area.communal_constant,
        area.first_communal,
    )
    steps = death_probability.shape[0]
    migrants, dying = np.empty(base.shape), np.empty(base.shape)
    # The same cells in one run: a vector's worth at a time, with fewer left over than by sex.
    run = population.reshape(population.shape[0], population.shape[1], base.size)
    moving = migrants.reshape(base.size)
    found, unused = np.zeros(base.shape), np.zeros(base.shape)
    log_scales = np.empty(stop - start)
    for draw in range(start, stop):
        dwellings = draws.dwellings[draw]
        population[draw, 0] = base
        fault[draw] = 0.0
        totals[draw, 0] = 0.0
        totals[draw, 0, DWELLINGS] = dwellings[0]
        totals[draw, 0, HOUSEHOLDS] = dwellings[0] * occupied_share
        totals[draw, 0, COMMUNAL] = _communal(share, constant, first_communal, base)
        # The scale that makes households from people equal those of the dwellings, found by each rebasing.
        log_scales[draw - start] = np.log(
            dwellings[0] * occupied_share / _households(weight, communal_households, base)
        )
    for step in range(1, steps + 1):
        for draw in range(start, stop):
            dwellings = draws.dwellings[draw]
            log_scale = log_scales[draw - start]
            before, after = population[draw, step - 1], population[draw, step]
            chances = death_probability[step - 1]
            mortality, fertile = draws.mortality[draw, step], draws.fertility[draw, step]
            size = draws.household_size[draw, step]
            in_communal = communal_households + area.new_communal_households[step]
            log_scale *= draws.kept_scale[draw]
            built = 0.0
            needed = draws.net_migration[draw, step]
            if area.housing_led:
                built = max(dwellings[step] - dwellings[step - 1], 0.0)
                needed = dwellings[step] * occupied_share * size / np.exp(log_scale) + in_communal
            newborn = fertile * (
                female_share * girl_weight * (1.0 - mortality * chances[0, 0])
                + (1.0 - female_share) * boy_weight * (1.0 - mortality * chances[1, 0])
            )
            gross_in, gross_out = _flow_scales(
                run[draw, step - 1],
                before[0],
                need,
                lost[step - 1],
                born[step - 1],
                born_lost[step - 1],
                constants[step - 1],
                newborn,
                first,
                last,
                needed,
                built,
                mortality,
                draws.turnover[draw, step],
            )
            moved, negative = _move(
                run[draw, step - 1], flows, gross_in, gross_out, built, area.communal_moves[step - 1], moving
            )
            if negative > 0:
                _limit(migrants, -before, step, fault[draw], unused)
                moved = _total(migrants)
            births, deaths, negative = _age_on(
                before,
                after,
                migrants,
                dying,
                chances,
                fertility[step - 1],
                first,
                last,
                female_share,
                mortality,
                fertile,
            )
            if negative > 0 or raked[step]:
                found[:] = 0.0
            if negative > 0:
                unused[:] = 0.0
                _limit(after, unused, step, fault[draw], found)
            if raked[step]:
                _rake(estimates[step], band_of_age, after, found)

            known = area.housing_led or step <= area.dwellings_known
            households = dwellings[step] * occupied_share
            if raked[step] or not known:
                made = _households(weight, in_communal, after)
                if raked[step]:
                    log_scale = np.log(households * size / made)
                if not known:
                    households = made * np.exp(log_scale) / size
            log_scales[draw - start] = log_scale
            total = totals[draw, step]
            total[BIRTHS] = births
            total[DEATHS] = deaths
            total[NET_MIGRATION] = moved
            total[OTHER] = _total(found) if negative > 0 or raked[step] else 0.0
            total[DWELLINGS] = dwellings[step] if known else households / occupied_share
            total[HOUSEHOLDS] = households
            total[COMMUNAL] = _communal(share, constant, first_communal, after) + area.new_communal[step]
            if draw == 0:
                _write_components(components[step], births, female_share, dying, migrants, found)
                if not (negative > 0 or raked[step]):
                    components[step, 3] = 0.0
