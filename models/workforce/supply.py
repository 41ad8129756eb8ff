"""Staff in post as stock and flow: a year on, by unit (staff group of an area) and five-year age band.

In a year, of those in post at its start: some leave (retirement and other reasons), of those who stay some
move to another area of the same group or rotate out of a training post, all grow a year older, and joiners
come in from training, from the country, from abroad and from a break. Only heads are counted here; hours
per head, bank and agency, and what is needed come later.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import NamedTuple

import numba
import numpy as np
from numpy.typing import NDArray

from models.workforce.profile import band_starts
from models.workforce.solving import increasing_root

FloatArray = NDArray[np.float64]

YEARS_IN_A_BAND = 5.0
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


class Projected(NamedTuple):
    """Heads (draw, year, unit) and the year's flows (draw, year, unit, flow) in the order of FLOWS.

    The flows of a year lead from the year before to it; the first year has only its stock.
    """

    heads: FloatArray
    flows: FloatArray


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
    retirement_factor: FloatArray,
    joiners: FloatArray,
) -> Projected:
    """Heads and flows of all draws from the opening stock (draw, unit, band).

    `leaving_factor` (draw, year, unit) and `retirement_factor` (draw,) multiply hazards, `joiners` (draw,
    year, unit, source) are heads; their first year is the base year and is not used.
    """
    return Projected(
        *_project(
            np.ascontiguousarray(opening),
            rates.leaving,
            rates.retirement,
            rates.moving,
            rates.pool,
            rates.weight,
            rates.rotating,
            rates.joiner_ages,
            rates.rotation_ages,
            np.ascontiguousarray(leaving_factor),
            np.ascontiguousarray(retirement_factor),
            np.ascontiguousarray(joiners),
        )
    )


@numba.njit(cache=True, nogil=True, error_model="numpy")
def _project(  # type: ignore[no-untyped-def]  # compiled
    opening, leaving, retirement, moving, pool, weight, rotating, joiner_ages, rotation_ages,
    leaving_factor, retirement_factor, joiners,
):  # fmt: skip
    draws, years, units, sources = joiners.shape
    bands = opening.shape[2]
    pools = 0
    for unit in range(units):
        pools = max(pools, pool[unit] + 1)
    heads = np.zeros((draws, years, units))
    flows = np.zeros((draws, years, units, 9))
    stock = np.empty((units, bands))
    moved = np.empty((pools, bands))
    for draw in range(draws):
        for unit in range(units):
            for band in range(bands):
                stock[unit, band] = opening[draw, unit, band]
                heads[draw, 0, unit] += stock[unit, band]
            flows[draw, 0, unit, 0] = heads[draw, 0, unit]
            flows[draw, 0, unit, 8] = heads[draw, 0, unit]
        for year in range(1, years):
            for group in range(pools):
                for band in range(bands):
                    moved[group, band] = 0.0
            for unit in range(units):
                flows[draw, year, unit, 0] = heads[draw, year - 1, unit]
                for band in range(bands):
                    other = leaving[unit, band] * leaving_factor[draw, year, unit]
                    retiring = retirement[unit, band] * retirement_factor[draw]
                    together = other + retiring
                    if together > 0.0:
                        gone = stock[unit, band] * -np.expm1(-together)
                        flows[draw, year, unit, 1] += gone * retiring / together
                        flows[draw, year, unit, 2] += gone * other / together
                        stock[unit, band] -= gone
                    moved[pool[unit], band] += stock[unit, band] * moving[unit]
            for unit in range(units):
                rotated = 0.0
                for band in range(bands):
                    own = stock[unit, band] * moving[unit]
                    # Those who would move to where they already are have not moved.
                    going = own * (1.0 - weight[unit])
                    coming = (moved[pool[unit], band] - own) * weight[unit]
                    rotating_out = (stock[unit, band] - going) * rotating[unit, band]
                    flows[draw, year, unit, 3] += going
                    flows[draw, year, unit, 4] += coming
                    rotated += rotating_out
                    stock[unit, band] += coming - going - rotating_out
                flows[draw, year, unit, 5] = rotated
                flows[draw, year, unit, 6] = rotated
                for source in range(sources):
                    flows[draw, year, unit, 7] += joiners[draw, year, unit, source]
                carried = 0.0
                closing = 0.0
                for band in range(bands):
                    value = stock[unit, band] + rotated * rotation_ages[band]
                    ageing = value / YEARS_IN_A_BAND if band < bands - 1 else 0.0
                    kept = value - ageing + carried
                    carried = ageing
                    for source in range(sources):
                        kept += joiners[draw, year, unit, source] * joiner_ages[unit, source, band]
                    stock[unit, band] = kept
                    closing += kept
                flows[draw, year, unit, 8] = closing
                heads[draw, year, unit] = closing
    return heads, flows


def check_balance(flows: FloatArray, tolerance: float) -> None:
    """Opening − leavers ± moves + joiners = closing in every draw, year and unit; moves between units cancel.

    `tolerance` is in heads. Raises ValueError with the largest difference and where it stands.
    """
    signs = np.array([1.0, -1.0, -1.0, -1.0, 1.0, -1.0, 1.0, 1.0, -1.0])
    left = np.abs(flows[:, 1:] @ signs)
    if left.size and not left.max() <= tolerance:
        draw, year, unit = (int(part) for part in np.unravel_index(int(left.argmax()), left.shape))
        raise ValueError(
            f"staff flows miss {left.max():.3g} heads in draw {draw}, year {year + 1} after the base, "
            f"unit {unit}"
        )
    between = np.abs((flows[:, 1:, :, 4] - flows[:, 1:, :, 3]).sum(axis=-1))
    if between.size and not between.max() <= tolerance:
        raise ValueError(f"moves between areas add to {between.max():.3g} heads, not 0")


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
