"""Capital: what a shortfall costs, in which years it is spent, and what that is worth today.

Prices are those of one year: real, without inflation to come. Discounting follows the Green Book.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from models.arrays import FloatArray, IntArray
from models.estates.capacity_formulae import PERCENT


def at_prices_of(cost: float, index_then: float, index_now: float) -> float:
    """A cost brought from the prices of one year to those of another by a price index."""
    return cost * index_now / index_then


def with_optimism_bias(cost: FloatArray, bias_percent: FloatArray) -> FloatArray:
    """A cost raised by the optimism bias of the Green Book's supplementary guidance."""
    return np.asarray(cost * (1 + bias_percent / PERCENT))


def growth_since_first(required: FloatArray, planned: FloatArray | float = 0.0) -> FloatArray:
    """(…, year) requirement beyond the first year's: what is built where it is not known what exists.

    planned: (…, year) what opens less what closes after the first year, which need not be built again.
    """
    return np.asarray(required - required[..., :1] - planned)


def part_of_shortfall(short: FloatArray, share_percent: FloatArray) -> FloatArray:
    """(draw, …) a place's part of what a provider is to build, by its share (…) of the provider's need."""
    return np.maximum(short, 0.0) * share_percent / PERCENT


def running_cost(opened: FloatArray, of_a_unit: float) -> FloatArray:
    """(…, year) running cost a year of all that has opened by then."""
    return np.asarray(np.cumsum(opened, axis=-1) * of_a_unit)


def capacity_to_build(short: FloatArray, earliest: int = 0) -> FloatArray:
    """(…, year) capacity that must have been built by a year: the largest shortfall so far, never unbuilt.

    A shortfall before position `earliest`, when nothing can have been built, counts as far as it lasts until
    then: a scheme that opens in the meantime is not bought a second time.
    """
    needed = np.maximum(short, 0.0)
    if earliest < needed.shape[-1]:
        needed[..., : max(earliest, 0)] = np.minimum(
            needed[..., : max(earliest, 0)], needed[..., max(earliest, 0), None]
        )
    return np.asarray(np.maximum.accumulate(needed, axis=-1))


def in_whole_buildings(to_build: FloatArray, size: float) -> FloatArray:
    """(…, year) capacity to build in whole wards or buildings of a size; as it is where the size is NaN."""
    if np.isnan(size):
        return to_build
    # A millionth of a building is rounding, not another one.
    return np.asarray(np.maximum(np.ceil(to_build / size - 1e-6), 0.0) * size)


def openings(to_build: FloatArray, earliest: int) -> FloatArray:
    """(…, year) capacity that opens in each year; none can before the year at position `earliest`.

    What is short before then opens in that year. Nothing opens where it lies beyond the last year.
    """
    opened = np.diff(to_build, axis=-1, prepend=0.0)
    if earliest <= 0:
        return np.asarray(opened)
    late = np.zeros_like(opened)
    if earliest < opened.shape[-1]:
        late[..., earliest:] = opened[..., earliest:]
        late[..., earliest] += opened[..., :earliest].sum(axis=-1)
    return late


def spent(opened: FloatArray, years_of_building: int) -> FloatArray:
    """(…, year) capacity paid for: evenly over the years of building up to the opening, which is the last.

    Building that would have begun before the first year is paid for in the first.
    """
    paid = np.zeros_like(opened)
    part = opened / years_of_building
    for before in range(years_of_building):
        paid[..., : opened.shape[-1] - before] += part[..., before:]
        paid[..., 0] += part[..., :before].sum(axis=-1)
    return paid


def paid_up_to(paid: FloatArray) -> FloatArray:
    """(…, year) all that has been paid by the end of each year."""
    return np.asarray(np.cumsum(paid, axis=-1))


def discount_factors(years: IntArray, base_year: int, rates: Sequence[tuple[int, float]]) -> FloatArray:
    """Factors (year,) to the base year's money; rates are (until so many years, % a year).

    The Green Book takes 3.5 % a year for the first 30 years and 3 % for the 45 after them. Years before the
    base year keep what they are.
    """
    factors = np.ones(len(years))
    for position, year in enumerate(years):
        factor, reached = 1.0, 0
        for until, rate in rates:
            steps = max(min(int(year) - base_year, until) - reached, 0)
            factor /= (1 + rate / PERCENT) ** steps
            reached += steps
        factors[position] = factor
    return factors
