"""Staff in post as stock and flow: a year on, by unit (staff group of an area) and five-year age band.

In a year, of those in post at its start: some leave (retirement and other reasons), of those who stay some
move to another area of the same group or rotate out of a training post, all grow a year older, and joiners
come in from training, from the country, from abroad and from a break. Only heads are counted here; hours
per head, bank and agency, and what is needed come later.
"""

from __future__ import annotations

from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from typing import NamedTuple

import numba
import numpy as np
from numpy.typing import NDArray

from models.workforce.profile import band_starts
from models.workforce.solving import increasing_root

FloatArray = NDArray[np.float64]

YEARS_IN_A_BAND = 5.0
LANES = 8
"""Draws the compiled projection takes side by side."""
DRAWS_AT_ONCE = 16 * LANES
"""Draws a thread takes at a time."""
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
)
_LARGEST_MULTIPLE = 50.0


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


class Projected(NamedTuple):
    """Heads (variant, draw, year, unit), and flows (variant, year, unit, flow) of draw 0 in FLOWS' order.

    The flows of a year lead from the year before to it; the first year has only its stock. `missed` is the
    largest number of heads by which the flows of any draw, year and unit miss the closing stock, and
    `unmoved` by which moves between units do not cancel.
    """

    heads: FloatArray
    flows: FloatArray
    missed: float
    unmoved: float


def hazard(percent: float | FloatArray) -> FloatArray:
    """Hazard a year of a rate that is a percentage of heads; raises ValueError outside 0 to under 100."""
    share = np.asarray(percent, dtype=np.float64) / 100
    if (share < 0).any() or (share >= 1).any():
        raise ValueError(f"a rate lies between 0 and 100 % of heads, not {percent}")
    return -np.log1p(-share)


def leaving_hazards(
    profile: FloatArray, relative: FloatArray, retirement: FloatArray, percent: FloatArray
) -> FloatArray:
    """Hazards (unit, band) of leaving before retirement, so that `percent` (unit,) of staff leave in all.

    `profile` (unit, band) shares of heads, `relative` (band,) leaving by age as ratios, `retirement` (band,)
    hazards. Raises ValueError where retirement alone takes more than the published rate.
    """

    def missing(multiple: FloatArray) -> FloatArray:
        gone = -np.expm1(-(multiple[:, None] * relative + retirement))
        return np.asarray((profile * gone).sum(axis=1) / profile.sum(axis=1) - percent / 100)

    none = np.zeros(len(profile))
    retiring = missing(none)
    if (retiring > 0).any():
        rate = percent[retiring.argmax()]
        raise ValueError(f"retirement by age alone takes more than {rate:g} % of staff a year")
    return np.asarray(increasing_root(missing, none, none + _LARGEST_MULTIPLE)[:, None] * relative)


def rotating_shares(bands: Sequence[str], in_training: float, percent: float, under: float) -> FloatArray:
    """Share of each band (band,) that rotates: per cent `in_training` under an age × rate in per cent."""
    starts = band_starts(bands)
    return np.where(starts < under, in_training / 100 * percent / 100, 0.0)


def base_joiners(
    heads: FloatArray, percent: FloatArray, per_leaver: FloatArray, shares: FloatArray
) -> FloatArray:
    """Joiners a year (…, unit, source) of the base year: leavers × joiners a leaver × share of each source.

    `heads` (…, unit), `percent` and `per_leaver` (unit,), `shares` (unit, source) adding to 1.
    """
    return np.asarray((heads * percent / 100 * per_leaver)[..., None] * shares)


def project_stock(
    opening: FloatArray,
    rates: UnitRates,
    leaving_factor: FloatArray,
    leaving_policy: FloatArray,
    retirement_factor: FloatArray,
    joiners: Joiners,
) -> Projected:
    """Heads and flows of all variants and draws from the opening stock (draw, unit, band).

    `leaving_factor` (draw, year, unit), `leaving_policy` (variant, year, unit), `retirement_factor` (draw,)
    multiply hazards; the first year of everything is the base year and is not used. Variants are scenarios:
    they share their draws, what they share is computed once, and of equal ones only the first is run.
    """
    draws, units, _ = opening.shape
    variants, years, _, _ = joiners.growth.shape
    like = _like_an_earlier_one([joiners.growth, joiners.extra, leaving_policy])
    run = [variant for variant in range(variants) if like[variant] == variant]
    heads = np.empty((variants, draws, years, units))
    flows = np.zeros((len(run), years, units, len(FLOWS)))
    arrays = [
        np.ascontiguousarray(array)
        for array in (
            np.array(run),
            opening,
            rates.leaving,
            rates.retirement,
            rates.moving,
            rates.pool,
            rates.weight,
            rates.rotating,
            rates.joiner_ages,
            rates.rotation_ages,
            leaving_factor,
            leaving_policy,
            retirement_factor,
            joiners.yearly,
            joiners.joining,
            joiners.growth,
            joiners.extra,
            joiners.extra_factor,
        )
    ]

    def project(first: int) -> tuple[float, float]:
        return _project(heads, flows, first, min(first + DRAWS_AT_ONCE, draws), *arrays)

    # No draw knows of another: threads take them in turns, and who takes which changes nothing.
    with ThreadPoolExecutor() as threads:
        off = list(threads.map(project, range(0, draws, DRAWS_AT_ONCE)))
    for variant, first in enumerate(like):
        if first != variant:
            heads[variant] = heads[first]
    return Projected(
        heads,
        flows[[run.index(first) for first in like]],
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
    heads, flows, first, last, run, opening, leaving, retirement, moving, pool, weight, rotating,
    joiner_ages, rotation_ages, leaving_factor, leaving_policy, retirement_factor, yearly, joining, growth,
    extra, extra_factor,
):  # fmt: skip
    _, years, units, sources = growth.shape
    variants = len(run)
    bands = opening.shape[2]
    pools = 0
    for unit in range(units):
        pools = max(pools, pool[unit] + 1)
    # Draws side by side in the last axis, so that the compiler takes several at once.
    stock = np.empty((variants, units, bands, LANES))
    before = np.empty((variants, units, LANES))
    unretired = np.empty((units, bands, LANES))
    staying = np.empty((units, bands, LANES))
    moved = np.empty((pools, bands, LANES))
    left = np.empty((units, LANES))
    balance = np.empty(LANES)
    going = np.empty(LANES)
    coming = np.empty(LANES)
    turned = np.empty(LANES)
    joined = np.empty(LANES)
    closing = np.empty(LANES)
    people = np.empty((sources, LANES))
    missed = 0.0
    unmoved = 0.0
    for block in range(first, last, LANES):
        # The last block is filled up with its last draw, which is not written twice.
        used = min(LANES, last - block)
        for unit in range(units):
            for band in range(bands):
                for lane in range(LANES):
                    draw = min(block + lane, last - 1)
                    unretired[unit, band, lane] = np.exp(-retirement[unit, band] * retirement_factor[draw])
                    for variant in range(variants):
                        stock[variant, unit, band, lane] = opening[draw, unit, band]
        for variant in range(variants):
            for unit in range(units):
                for lane in range(LANES):
                    before[variant, unit, lane] = 0.0
                for band in range(bands):
                    for lane in range(LANES):
                        before[variant, unit, lane] += stock[variant, unit, band, lane]
                for lane in range(used):
                    heads[run[variant], block + lane, 0, unit] = before[variant, unit, lane]
                if block == 0:
                    flows[variant, 0, unit, 0] = before[variant, unit, 0]
                    flows[variant, 0, unit, 8] = before[variant, unit, 0]
        for year in range(1, years):
            for variant in range(variants):
                shown = run[variant]
                for group in range(pools):
                    for band in range(bands):
                        for lane in range(LANES):
                            moved[group, band, lane] = 0.0
                for unit in range(units):
                    policy = leaving_policy[shown, year, unit]
                    # Exponentials are most of the work: variants with the same policy share them, and bands
                    # with the same rate.
                    if variant == 0 or policy != leaving_policy[run[variant - 1], year, unit]:
                        for band in range(bands):
                            rate = leaving[unit, band] * policy
                            if band > 0 and leaving[unit, band] == leaving[unit, band - 1]:
                                for lane in range(LANES):
                                    staying[unit, band, lane] = staying[unit, band - 1, lane]
                            else:
                                for lane in range(LANES):
                                    draw = min(block + lane, last - 1)
                                    staying[unit, band, lane] = np.exp(
                                        -rate * leaving_factor[draw, year, unit]
                                    )
                    if block == 0:
                        flows[variant, year, unit, 1] = _retired(
                            stock[variant, unit, :, 0],
                            leaving[unit] * policy * leaving_factor[0, year, unit],
                            retirement[unit] * retirement_factor[0],
                        )
                    staff, stay, alive = stock[variant, unit], staying[unit], unretired[unit]
                    together, going_rate, gone = moved[pool[unit]], moving[unit], left[unit]
                    for lane in range(LANES):
                        gone[lane] = 0.0
                    for band in range(bands):
                        for lane in range(LANES):
                            kept = staff[band, lane] * (stay[band, lane] * alive[band, lane])
                            gone[lane] += staff[band, lane] - kept
                            staff[band, lane] = kept
                            together[band, lane] += kept * going_rate
                for lane in range(LANES):
                    balance[lane] = 0.0
                for unit in range(units):
                    staff, together, turning = stock[variant, unit], moved[pool[unit]], rotating[unit]
                    going_rate, own_weight = moving[unit], weight[unit]
                    for lane in range(LANES):
                        going[lane] = 0.0
                        coming[lane] = 0.0
                        turned[lane] = 0.0
                        joined[lane] = 0.0
                        closing[lane] = 0.0
                    for band in range(bands):
                        for lane in range(LANES):
                            # Those who would move to where they already are have not moved.
                            own = staff[band, lane] * going_rate
                            out = own * (1.0 - own_weight)
                            back = (together[band, lane] - own) * own_weight
                            turn = (staff[band, lane] - out) * turning[band]
                            going[lane] += out
                            coming[lane] += back
                            turned[lane] += turn
                            staff[band, lane] += back - out - turn
                    for source in range(sources):
                        grown, more = growth[shown, year, unit, source], extra[shown, year, unit, source]
                        for lane in range(LANES):
                            draw = min(block + lane, last - 1)
                            people[source, lane] = (
                                yearly[draw, unit, source] * joining[draw, year, unit] * grown
                                + more * extra_factor[draw, source]
                            )
                            joined[lane] += people[source, lane]
                    # From the oldest down: a band takes what the one below it loses.
                    for band in range(bands - 1, -1, -1):
                        kept_share = 1.0 if band == bands - 1 else 1.0 - 1.0 / YEARS_IN_A_BAND
                        own_turn = rotation_ages[band]
                        if band > 0:
                            below_turn = rotation_ages[band - 1]
                            for lane in range(LANES):
                                staff[band, lane] = (
                                    staff[band, lane] + turned[lane] * own_turn
                                ) * kept_share + (
                                    staff[band - 1, lane] + turned[lane] * below_turn
                                ) / YEARS_IN_A_BAND
                        else:
                            for lane in range(LANES):
                                staff[band, lane] = (staff[band, lane] + turned[lane] * own_turn) * kept_share
                    for band in range(bands):
                        for source in range(sources):
                            share = joiner_ages[unit, source, band]
                            for lane in range(LANES):
                                staff[band, lane] += people[source, lane] * share
                        for lane in range(LANES):
                            closing[lane] += staff[band, lane]
                    for lane in range(LANES):
                        balance[lane] += coming[lane] - going[lane]
                        kept = before[variant, unit, lane] - left[unit, lane] - going[lane] + coming[lane]
                        missed = max(missed, abs(kept + joined[lane] - closing[lane]))
                    for lane in range(used):
                        heads[shown, block + lane, year, unit] = closing[lane]
                    if block == 0:
                        flows[variant, year, unit, 0] = before[variant, unit, 0]
                        flows[variant, year, unit, 2] = left[unit, 0] - flows[variant, year, unit, 1]
                        flows[variant, year, unit, 3] = going[0]
                        flows[variant, year, unit, 4] = coming[0]
                        flows[variant, year, unit, 5] = turned[0]
                        flows[variant, year, unit, 6] = turned[0]
                        flows[variant, year, unit, 7] = joined[0]
                        flows[variant, year, unit, 8] = closing[0]
                    for lane in range(LANES):
                        before[variant, unit, lane] = closing[lane]
                for lane in range(LANES):
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
    """Opening − leavers ± moves + joiners = closing in every variant, draw, year and unit; moves cancel.

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
        "closing": of["closing"],
    }
