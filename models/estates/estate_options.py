"""What an option for premises gains, costs and emits: arrays in, arrays out.

An option gains clinical rooms, floor area or both. Rooms that time gains (longer hours, fuller rooms, fewer
people in person) free the floor of the room alone: waiting, reception and offices follow patients.
Costs are real and of one year's prices; discounting follows the Green Book.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from models.arrays import FloatArray
from models.estates.capacity_formulae import PERCENT


class PresentFactors(NamedTuple):
    """Net present cost of £1 of capital, and of £1 a year, over the horizon."""

    capital: float
    yearly: float


def present_factors(
    discount: FloatArray, lead_years: int, years_of_building: int, life_years: int
) -> PresentFactors:
    """Factors of an option that is decided in the first year of `discount` (year,), the horizon.

    It opens after `lead_years`. Capital is paid evenly over the years of building up to the opening, which is
    the last, and whole again whenever its life ends within the horizon; what it costs a year begins with the
    opening. Raises ValueError where it would open after the horizon or without a life.
    """
    if not 0 <= lead_years < len(discount) or life_years < 1 or years_of_building < 1:
        raise ValueError(f"opens after {lead_years} years of {len(discount)}, with a life of {life_years}")
    begun = max(lead_years - years_of_building + 1, 0)
    first = float(discount[begun : lead_years + 1].mean())
    renewed = discount[lead_years + life_years :: life_years]
    return PresentFactors(first + float(renewed.sum()), float(discount[lead_years:].sum()))


def net_present_cost(
    capital: FloatArray, yearly: FloatArray, factors: PresentFactors, bias_percent: float
) -> FloatArray:
    """Net present cost of capital, raised by optimism bias, and of a cost a year without it."""
    return np.asarray(capital * (1 + bias_percent / PERCENT) * factors.capital + yearly * factors.yearly)


def share_saved_by_time(today: float, ceiling: float) -> float:
    """Share of the rooms required that longer hours, or fuller rooms, save: none where they fall."""
    return max(1.0 - today / ceiling, 0.0)


def share_saved_by_remote(in_person_percent: float, points: float) -> float:
    """Share of the rooms required that `points` fewer of a hundred appointments in person save."""
    return min(points, in_person_percent) / in_person_percent


def saved_beside_the_others(shares: FloatArray) -> FloatArray:
    """(lever,) share each lever saves where all the others are at their ceilings already.

    What levers save does not add: two that save a tenth each save 19 %. Counted so, the sum of any amounts of
    them is never more than they save together.
    """
    kept = 1.0 - shares
    return np.asarray([shares[at] * np.delete(kept, at).prod() for at in range(len(shares))])


def saved_together(shares: FloatArray, amounts: FloatArray) -> FloatArray:
    """Share (…,) of the rooms required that levers save at once: amounts (…, lever) of their ceilings."""
    return np.asarray(1.0 - (1.0 - shares * amounts).prod(axis=-1))


def amount_for(gap: FloatArray, gain: FloatArray, most: FloatArray, least: float = 0.0) -> FloatArray:
    """Units of an option that close a gap, as far as it can: (…,).

    gain: of a unit; most: units at most. Where any is needed it is not less than `least`, the smallest
    building there is.
    """
    wanted = np.divide(np.maximum(gap, 0.0), gain, out=np.zeros_like(gap), where=gain > 0)
    return np.asarray(np.where(wanted > 0, np.clip(wanted, least, np.maximum(most, least)), 0.0))


def gap_at(gap: FloatArray, probability_percent: float) -> FloatArray:
    """The gap (…,) that is not exceeded with a probability, over draws (…, draw); below 0 there is none.

    Draw 0, the principal run, is not counted.
    """
    return np.asarray(np.maximum(np.quantile(gap[..., 1:], probability_percent / PERCENT, axis=-1), 0.0))


def people_without_space(people: FloatArray, required: FloatArray, existing: FloatArray) -> FloatArray:
    """People (…,) whose share of the space required is missing, on average over draws (…, draw)."""
    need = required[..., 1:]
    missing = np.maximum(need - existing[..., 1:], 0.0)
    share = np.divide(missing, need, out=np.zeros_like(missing), where=need > 0)
    return np.asarray(people * share.mean(axis=-1))


def right_of_use(rent_a_year: FloatArray, term_years: int, rate_percent: float) -> FloatArray:
    """The right-of-use asset of a lease: its rent over the term at the lease rate, each year's at its end."""
    rate = rate_percent / PERCENT
    years = np.arange(1, term_years + 1)
    return np.asarray(rent_a_year * ((1 + rate) ** -years).sum())
