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
DRAWS_AT_ONCE = 64
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
    they share their draws, and what they share is computed once.
    """
    draws, units, _ = opening.shape
    variants, years, _, _ = joiners.growth.shape
    heads = np.zeros((variants, draws, years, units))
    flows = np.zeros((variants, years, units, len(FLOWS)))
    arrays = [
        np.ascontiguousarray(array)
        for array in (
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
    return Projected(heads, flows, max(missed for missed, _ in off), max(unmoved for _, unmoved in off))


@numba.njit(cache=True, nogil=True, error_model="numpy", fastmath={"reassoc"})
def _project(  # type: ignore[no-untyped-def]  # compiled
    heads, flows, first, last, opening, leaving, retirement, moving, pool, weight, rotating, joiner_ages,
    rotation_ages, leaving_factor, leaving_policy, retirement_factor, yearly, joining, growth, extra,
    extra_factor,
):  # fmt: skip
    variants, years, units, sources = growth.shape
    bands = opening.shape[2]
    pools = 0
    for unit in range(units):
        pools = max(pools, pool[unit] + 1)
    stock = np.empty((variants, units, bands))
    gone_share = np.empty((units, bands))
    retired_part = np.empty((units, bands))
    moved = np.empty((pools, bands))
    of_year = np.empty((units, 9))
    missed = 0.0
    unmoved = 0.0
    for draw in range(first, last):
        for variant in range(variants):
            for unit in range(units):
                for band in range(bands):
                    stock[variant, unit, band] = opening[draw, unit, band]
                    heads[variant, draw, 0, unit] += opening[draw, unit, band]
                if draw == 0:
                    flows[variant, 0, unit, 0] = heads[variant, 0, 0, unit]
                    flows[variant, 0, unit, 8] = heads[variant, 0, 0, unit]
        for year in range(1, years):
            for variant in range(variants):
                for group in range(pools):
                    for band in range(bands):
                        moved[group, band] = 0.0
                for unit in range(units):
                    policy = leaving_policy[variant, year, unit]
                    # Exponentials are most of the work: variants with the same policy share them.
                    if variant == 0 or policy != leaving_policy[variant - 1, year, unit]:
                        for band in range(bands):
                            other = leaving[unit, band] * leaving_factor[draw, year, unit] * policy
                            retiring = retirement[unit, band] * retirement_factor[draw]
                            together = other + retiring
                            gone_share[unit, band] = -np.expm1(-together)
                            retired_part[unit, band] = retiring / together if together > 0.0 else 0.0
                    retired = 0.0
                    left = 0.0
                    # Rows of their own, so that the compiler can take several bands at once.
                    staff, share, part = stock[variant, unit], gone_share[unit], retired_part[unit]
                    together_moved, going_rate = moved[pool[unit]], moving[unit]
                    for band in range(bands):
                        gone = staff[band] * share[band]
                        retired += gone * part[band]
                        left += gone
                        staff[band] -= gone
                        together_moved[band] += staff[band] * going_rate
                    of_year[unit, 0] = heads[variant, draw, year - 1, unit]
                    of_year[unit, 1] = retired
                    of_year[unit, 2] = left - retired
                balance = 0.0
                for unit in range(units):
                    going = 0.0
                    coming = 0.0
                    rotated = 0.0
                    staff, all_moved, turning = stock[variant, unit], moved[pool[unit]], rotating[unit]
                    going_rate, own_weight = moving[unit], weight[unit]
                    for band in range(bands):
                        own = staff[band] * going_rate
                        # Those who would move to where they already are have not moved.
                        out = own * (1.0 - own_weight)
                        back = (all_moved[band] - own) * own_weight
                        turned = (staff[band] - out) * turning[band]
                        going += out
                        coming += back
                        rotated += turned
                        staff[band] += back - out - turned
                    joined = 0.0
                    closing = 0.0
                    for band in range(bands):
                        staff[band] += rotated * rotation_ages[band]
                    # From the oldest down: a band takes what the one below it loses.
                    for band in range(bands - 1, -1, -1):
                        kept_share = 1.0 if band == bands - 1 else 1.0 - 1.0 / YEARS_IN_A_BAND
                        below = staff[band - 1] / YEARS_IN_A_BAND if band > 0 else 0.0
                        staff[band] = staff[band] * kept_share + below
                    for source in range(sources):
                        people = (
                            yearly[draw, unit, source]
                            * joining[draw, year, unit]
                            * growth[variant, year, unit, source]
                            + extra[variant, year, unit, source] * extra_factor[draw, source]
                        )
                        joined += people
                        ages = joiner_ages[unit, source]
                        for band in range(bands):
                            staff[band] += people * ages[band]
                    for band in range(bands):
                        closing += staff[band]
                    heads[variant, draw, year, unit] = closing
                    balance += coming - going
                    kept = of_year[unit, 0] - of_year[unit, 1] - of_year[unit, 2] - going + coming + joined
                    missed = max(missed, abs(kept - closing))
                    if draw == 0:
                        flows[variant, year, unit, 0] = of_year[unit, 0]
                        flows[variant, year, unit, 1] = of_year[unit, 1]
                        flows[variant, year, unit, 2] = of_year[unit, 2]
                        flows[variant, year, unit, 3] = going
                        flows[variant, year, unit, 4] = coming
                        flows[variant, year, unit, 5] = rotated
                        flows[variant, year, unit, 6] = rotated
                        flows[variant, year, unit, 7] = joined
                        flows[variant, year, unit, 8] = closing
                unmoved = max(unmoved, abs(balance))
    return missed, unmoved


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
