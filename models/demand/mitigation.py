"""Mitigation: activity avoided by prevention and other models of care, and what of it arrives elsewhere.

A measure avoids so much of a service's activity by its full year, whether it was published as a target for a
number of people or as the per cent of a type of activity that remains. Here each becomes a share of its
service. Amounts avoided of one service are never taken from another without an exchange rate.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Literal, NamedTuple

import numpy as np
from numpy.typing import NDArray

from models.arrays import FloatArray


class Exchange(NamedTuple):
    """What follows on activity avoided of one service (a position among services) in another.

    `moves`: so many units are gained for each one avoided. `follows`: so many times the same share goes too.
    """

    source: int
    sink: int
    effect: Literal["moves", "follows"]
    quantity: float


def steps_taken(years: NDArray[np.int64], before_year: int, full_year: int) -> FloatArray:
    """Yearly steps of a measure taken by each year (year,): none in `before_year`, all from `full_year`.

    Raises ValueError unless the full year comes after the year before.
    """
    if full_year <= before_year:
        raise ValueError(f"a target cannot be complete in {full_year} when it starts after {before_year}")
    return (np.clip(years, before_year, full_year) - before_year).astype(float)


def avoided(measured_on: FloatArray, annual_change: float, per: float, steps: FloatArray) -> FloatArray:
    """Activity avoided (year,): a change of so much a year for each `per` of what it is measured on (year,).

    `annual_change` is negative where activity falls, as targets are printed. A target in per cent is
    measured on activity with `per` 100, one per 100,000 people on people with `per` 100,000.
    """
    return -annual_change / per * measured_on * steps


def avoided_of_type(
    before: FloatArray,
    share: float,
    remains: float,
    years: NDArray[np.int64],
    before_year: int,
    full_year: int,
) -> FloatArray:
    """Activity avoided (year,) of a service `before` it (year,): of the `share` that is of a type, `remains`
    is left from `full_year` on, reached in equal yearly steps."""
    taken = steps_taken(years, before_year, full_year) / (full_year - before_year)
    return before * share * (1 - remains) * taken


def effect(service: int, fall: FloatArray, exchanges: Sequence[Exchange], before: FloatArray) -> FloatArray:
    """Effect of one measure on every service (year, service), as shares of what they were `before` it.

    `fall` (year,) is what the measure avoids of its service.
    """
    changed = np.zeros_like(before)
    changed[:, service] -= fall
    for one in exchanges:
        if one.source != service:
            continue
        moved = fall * one.quantity
        if one.effect == "follows":
            moved = -moved * before[:, one.sink] / before[:, service]
        changed[:, one.sink] += moved
    return np.divide(changed, before, out=np.zeros_like(before), where=before > 0)


def achieved_effect(effects: FloatArray, achieved: FloatArray) -> FloatArray:
    """Factors (draw, year, service) from full effects (measure, year, service) and how much of each is
    achieved (draw, measure).

    Raises ValueError where a draw would leave nothing or less.
    """
    factors = 1 + np.tensordot(achieved, effects, axes=1)
    if np.any(factors <= 0):
        raise ValueError("mitigation avoids all of a service's activity or more")
    return factors


def difference_made(changed: FloatArray, unchanged: FloatArray) -> tuple[FloatArray, FloatArray]:
    """What measures add to a quantity, and that in per cent of it; NaN where there was nothing before."""
    difference = changed - unchanged
    nothing = np.full_like(difference, np.nan)
    return difference, np.divide(100 * difference, unchanged, out=nothing, where=unchanged != 0)
