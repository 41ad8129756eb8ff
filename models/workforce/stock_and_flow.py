"""Staff in post as stock and flow: a year on, by unit (staff group of an area) and five-year age band.

In a year, of those in post at its start: some leave (retirement and other reasons), of those who stay some
move to another area of the same group or rotate out of a training post, all grow a year older, and joiners
come in from training, from the country, from abroad and from a break. Only heads are counted here; how many
leave and join in the base year, hours per head, bank and agency, and what is needed is worked out elsewhere.
"""

from __future__ import annotations

from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from typing import NamedTuple

import numba
import numpy as np
from numpy.typing import NDArray

from models.arrays import FloatArray

YEARS_IN_A_BAND = 5.0
DRAWS_AT_ONCE = 128
"""Draws the compiled projection takes side by side: enough for the processor to take several at a time, few
enough for their stocks to stay in its cache."""
FLOWS = (
    "opening",
    "retirement",
    "other_leavers",
    "moves_out",
    "moves_in",
    "rotation_out",
    "rotation_in",
    "joiners",
    "closing",
    "recorded_change",
)


@dataclass(frozen=True)
class UnitRates:
    """Central rates of the units, each the same in every draw.

    leaving, retirement: hazards a year (unit, band). moving: share of those who stay that moves (unit,);
    pool: number of the pool within which a unit's staff move (unit,); weight: the unit's share of its pool
    (unit,). rotating: share of those who stay that rotates (unit, band). joiner_ages (unit, source, band) and
    rotation_ages (band,): shares that add to 1.
    """

    leaving: FloatArray
    retirement: FloatArray
    moving: FloatArray
    pool: NDArray[np.int64]
    weight: FloatArray
    rotating: FloatArray
    joiner_ages: FloatArray
    rotation_ages: FloatArray


@dataclass(frozen=True)
class Joiners:
    """Joiners, as factors that are multiplied where they are needed: whole they would fill the memory.

    yearly (draw, unit, source) heads a year, joining (draw, year, unit) a ratio to them, growth (variant,
    year, unit, source) another; extra (variant, year, unit, source) heads on top, times extra_factor (draw,
    source).
    """

    yearly: FloatArray
    joining: FloatArray
    growth: FloatArray
    extra: FloatArray
    extra_factor: FloatArray


@dataclass(frozen=True)
class RecordedStock:
    """Staff in post of years after the base year, as recorded: the stock of such a year is held to them.

    heads (year, unit), 0 where nothing is recorded; factor (draw, year) multiplies them.
    """

    heads: FloatArray
    factor: FloatArray


class Projected(NamedTuple):
    """Heads (variant, draw, year, unit), and of draw 0 flows (variant, year, unit, flow) in FLOWS' order and
    heads by age (variant, year, unit, band).

    In memory the draws of a cell lie side by side, whatever the order of the axes.
    The flows of a year lead from the year before to it; the first year has only its stock. `missed` is the
    largest number of heads by which the flows of any draw, year and unit miss the closing stock, and
    `unmoved` by which moves between units do not cancel.
    """

    heads: FloatArray
    flows: FloatArray
    ages: FloatArray
    missed: float
    unmoved: float


def project_stock(
    opening: FloatArray,
    rates: UnitRates,
    leaving_factor: FloatArray,
    leaving_policy: FloatArray,
    retirement_factor: FloatArray,
    joiners: Joiners,
    recorded: RecordedStock | None = None,
) -> Projected:
    """Heads and flows of all variants and draws from the opening stock (draw, unit, band).

    `leaving_factor` (draw, year, unit), `leaving_policy` (variant, year, unit), `retirement_factor` (draw,)
    multiply hazards; the first year of everything is the base year and is not used. Variants are scenarios:
    they share their draws, what they share is computed once, and of equal ones only the first is run. In a
    year that is `recorded` the stock is scaled to the record at its end, all ages alike.
    """
    draws, units, bands = opening.shape
    _, years, _, _ = joiners.growth.shape
    like = _like_an_earlier_one([joiners.growth, joiners.extra, leaving_policy])
    run = [variant for variant, first in enumerate(like) if variant == first]
    # What differs between draws has them last: the compiled code takes neighbours together.
    heads = np.empty((len(run), years, units, draws))
    flows = np.zeros((len(run), years, units, len(FLOWS)))
    ages = np.zeros((len(run), years, units, bands))
    arrays = [
        np.ascontiguousarray(array)
        for array in (
            opening.transpose(1, 2, 0),
            rates.leaving,
            rates.retirement,
            rates.moving,
            rates.pool,
            rates.weight,
            rates.rotating,
            rates.joiner_ages,
            rates.rotation_ages,
            leaving_factor.transpose(1, 2, 0),
            leaving_policy[run],
            retirement_factor,
            joiners.yearly.transpose(1, 2, 0),
            joiners.joining.transpose(1, 2, 0),
            joiners.growth[run],
            joiners.extra[run],
            joiners.extra_factor.T,
            np.zeros((years, units)) if recorded is None else recorded.heads,
            np.ones((years, draws)) if recorded is None else recorded.factor.T,
        )
    ]

    def project(first: int) -> tuple[float, float]:
        return _project(heads, flows, ages, first, min(first + DRAWS_AT_ONCE, draws), *arrays)

    # No draw knows of another: threads take them in turns, and who takes which changes nothing.
    with ThreadPoolExecutor() as threads:
        off = list(threads.map(project, range(0, draws, DRAWS_AT_ONCE)))
    shown = [run.index(first) for first in like]
    return Projected(
        heads[shown].transpose(0, 3, 1, 2),
        flows[shown],
        ages[shown],
        max(missed for missed, _ in off),
        max(unmoved for _, unmoved in off),
    )


def _like_an_earlier_one(arrays: Sequence[FloatArray]) -> list[int]:
    """For each variant (axis 0) the first that is the same in all arrays: itself where none before is."""
    first: list[int] = []
    for variant in range(len(arrays[0])):
        same = (
            earlier
            for earlier in range(variant)
            if all(np.array_equal(array[variant], array[earlier]) for array in arrays)
        )
        first.append(next(same, variant))
    return first


@numba.njit(cache=True, nogil=True, error_model="numpy", fastmath={"reassoc"})
def _project(  # type: ignore[no-untyped-def]  # compiled
    heads, flows, ages, first, last, opening, leaving, retirement, moving, pool, weight, rotating,
    joiner_ages, rotation_ages, leaving_factor, leaving_policy, retirement_factor, yearly, joining, growth,
    extra, extra_factor, recorded, recorded_factor,
):  # fmt: skip
    """Draws `first` to `last` into `heads`, those of the principal run into `flows`, `ages`; how they miss.

    Every loop over `lane` runs over those draws: of a row at a time, so that it compiles to few instructions.
    """
    variants, years, units, sources = growth.shape
    bands, size, principal = opening.shape[1], last - first, first == 0
    stock = np.empty((variants, units, bands, size))
    before = np.zeros((variants, units, size))
    unretired = np.empty((units, bands, size))
    staying = np.empty((units, bands, size))
    moved = np.empty((pool.max() + 1, bands, size))
    people = np.empty((sources, size))
    left = np.empty((units, size))
    going, coming, turned = np.empty(size), np.empty(size), np.empty(size)
    joined, closing = np.empty(size), np.empty(size)
    changed, ratio = np.empty(size), np.empty(size)
    balance = np.empty(size)
    missed, unmoved = 0.0, 0.0
    for unit in range(units):
        for band in range(bands):
            there, alive = opening[unit, band, first:last], unretired[unit, band]
            for lane in range(size):
                alive[lane] = np.exp(-retirement[unit, band] * retirement_factor[first + lane])
            for variant in range(variants):
                staff, opened = stock[variant, unit, band], before[variant, unit]
                for lane in range(size):
                    staff[lane] = there[lane]
                    opened[lane] += there[lane]
        for variant in range(variants):
            for lane in range(size):
                heads[variant, 0, unit, first + lane] = before[variant, unit, lane]
            if principal:
                flows[variant, 0, unit, 0] = before[variant, unit, 0]
                flows[variant, 0, unit, 8] = before[variant, unit, 0]
                for band in range(bands):
                    ages[variant, 0, unit, band] = stock[variant, unit, band, 0]
    for year in range(1, years):
        for variant in range(variants):
            for group in range(len(moved)):
                for band in range(bands):
                    for lane in range(size):
                        moved[group, band, lane] = 0.0
            for unit in range(units):
                policy = leaving_policy[variant, year, unit]
                drift = leaving_factor[year, unit, first:last]
                # Exponentials are most of the work: variants with the same policy share them, and bands with
                # the same rate.
                if variant == 0 or policy != leaving_policy[variant - 1, year, unit]:
                    for band in range(bands):
                        rate, stay = leaving[unit, band] * policy, staying[unit, band]
                        if band > 0 and leaving[unit, band] == leaving[unit, band - 1]:
                            for lane in range(size):
                                stay[lane] = staying[unit, band - 1, lane]
                        else:
                            for lane in range(size):
                                stay[lane] = np.exp(-rate * drift[lane])
                if principal:
                    flows[variant, year, unit, 1] = _retired(
                        stock[variant, unit, :, 0],
                        leaving[unit] * policy * leaving_factor[year, unit, 0],
                        retirement[unit] * retirement_factor[0],
                    )
                gone, rate = left[unit], moving[unit]
                for lane in range(size):
                    gone[lane] = 0.0
                for band in range(bands):
                    staff, stay, alive = (
                        stock[variant, unit, band],
                        staying[unit, band],
                        unretired[unit, band],
                    )
                    together = moved[pool[unit], band]
                    for lane in range(size):
                        kept = staff[lane] * (stay[lane] * alive[lane])
                        gone[lane] += staff[lane] - kept
                        staff[lane] = kept
                        together[lane] += kept * rate
            for lane in range(size):
                balance[lane] = 0.0
            for unit in range(units):
                rate, own_weight = moving[unit], weight[unit]
                for lane in range(size):
                    going[lane] = 0.0
                    coming[lane] = 0.0
                    turned[lane] = 0.0
                    joined[lane] = 0.0
                    closing[lane] = 0.0
                for band in range(bands):
                    staff, together = stock[variant, unit, band], moved[pool[unit], band]
                    turning = rotating[unit, band]
                    for lane in range(size):
                        # Those who would move to where they already are have not moved.
                        own = staff[lane] * rate
                        out = own * (1.0 - own_weight)
                        back = (together[lane] - own) * own_weight
                        turn = (staff[lane] - out) * turning
                        going[lane] += out
                        coming[lane] += back
                        turned[lane] += turn
                        staff[lane] += back - out - turn
                drift = joining[year, unit, first:last]
                for source in range(sources):
                    grown, more = growth[variant, year, unit, source], extra[variant, year, unit, source]
                    usual, factor = yearly[unit, source, first:last], extra_factor[source, first:last]
                    come = people[source]
                    for lane in range(size):
                        come[lane] = usual[lane] * drift[lane] * grown + more * factor[lane]
                        joined[lane] += come[lane]
                # From the oldest down: a band takes what the one below it loses.
                for band in range(bands - 1, -1, -1):
                    kept_share = 1.0 if band == bands - 1 else 1.0 - 1.0 / YEARS_IN_A_BAND
                    staff, own_turn = stock[variant, unit, band], rotation_ages[band]
                    for lane in range(size):
                        staff[lane] = (staff[lane] + turned[lane] * own_turn) * kept_share
                    if band > 0:
                        below, below_turn = stock[variant, unit, band - 1], rotation_ages[band - 1]
                        for lane in range(size):
                            staff[lane] += (below[lane] + turned[lane] * below_turn) / YEARS_IN_A_BAND
                for band in range(bands):
                    staff = stock[variant, unit, band]
                    for source in range(sources):
                        share, come = joiner_ages[unit, source, band], people[source]
                        if share > 0.0:
                            for lane in range(size):
                                staff[lane] += come[lane] * share
                    for lane in range(size):
                        closing[lane] += staff[lane]
                counted = recorded[year, unit]
                for lane in range(size):
                    changed[lane] = 0.0
                if counted > 0.0:
                    known = recorded_factor[year, first:last]
                    for lane in range(size):
                        ratio[lane] = counted * known[lane] / closing[lane]
                        changed[lane] = counted * known[lane] - closing[lane]
                        closing[lane] = 0.0
                    for band in range(bands):
                        staff = stock[variant, unit, band]
                        for lane in range(size):
                            staff[lane] *= ratio[lane]
                            closing[lane] += staff[lane]
                opened, gone = before[variant, unit], left[unit]
                for lane in range(size):
                    balance[lane] += coming[lane] - going[lane]
                    kept = opened[lane] - gone[lane] - going[lane] + coming[lane]
                    missed = max(missed, abs(kept + joined[lane] + changed[lane] - closing[lane]))
                if principal:
                    flows[variant, year, unit, 0] = opened[0]
                    flows[variant, year, unit, 2] = gone[0] - flows[variant, year, unit, 1]
                    flows[variant, year, unit, 3] = going[0]
                    flows[variant, year, unit, 4] = coming[0]
                    flows[variant, year, unit, 5] = turned[0]
                    flows[variant, year, unit, 6] = turned[0]
                    flows[variant, year, unit, 7] = joined[0]
                    flows[variant, year, unit, 8] = closing[0]
                    flows[variant, year, unit, 9] = changed[0]
                    for band in range(bands):
                        ages[variant, year, unit, band] = stock[variant, unit, band, 0]
                for lane in range(size):
                    heads[variant, year, unit, first + lane] = closing[lane]
                    opened[lane] = closing[lane]
            for lane in range(size):
                unmoved = max(unmoved, abs(balance[lane]))
    return missed, unmoved


@numba.njit(cache=True, nogil=True, error_model="numpy")
def _retired(staff, other, retiring):  # type: ignore[no-untyped-def]  # compiled
    """Of those who leave, the part that retires: as its hazard is to all hazards."""
    retired = 0.0
    for band in range(len(staff)):
        hazards = other[band] + retiring[band]
        if hazards > 0.0:
            retired += staff[band] * -np.expm1(-hazards) * retiring[band] / hazards
    return retired


def check_balance(projected: Projected, tolerance: float) -> None:
    """Opening − leavers ± moves + joiners ± what a record changes = closing in every variant, draw, year and
    unit; moves cancel.

    `tolerance` is in heads. Raises ValueError with the largest difference.
    """
    if not projected.missed <= tolerance:
        raise ValueError(f"staff flows miss the closing stock by up to {projected.missed:.3g} heads")
    if not projected.unmoved <= tolerance:
        raise ValueError(f"moves between areas add to up to {projected.unmoved:.3g} heads, not 0")


def signed_flows(flows: FloatArray, joiners: FloatArray, sources: Sequence[str]) -> dict[str, FloatArray]:
    """Flows (year, unit) of one run by name, leavers and moves out negative, so that they add to the closing.

    `flows` (year, unit, flow) in the order of FLOWS, `joiners` (year, unit, source).
    """
    of = {name: flows[..., position] for position, name in enumerate(FLOWS)}
    return {
        "opening": of["opening"],
        "retirement": -of["retirement"],
        "other_leavers": -of["other_leavers"],
        "moves_in": of["moves_in"],
        "moves_out": -of["moves_out"],
        "rotation_in": of["rotation_in"],
        "rotation_out": -of["rotation_out"],
        **{f"joiners_{source}": joiners[..., position] for position, source in enumerate(sources)},
        "recorded_change": of["recorded_change"],
        "closing": of["closing"],
    }
