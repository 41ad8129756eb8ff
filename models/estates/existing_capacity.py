"""What exists: premises and schemes by year, what is short of the requirement, and when it runs out.

What exists is known only where every building is known: an unknown quantity is NaN and makes the whole of its
area unknown, never zero.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from models.arrays import FloatArray, IntArray
from models.uncertainty.ensemble import factor_draws


@dataclass(frozen=True)
class Premises:
    """Buildings (rows): quantity, opening and closing year, and a planned change with its year; NaN: none.

    A quantity that is NaN is not known.
    """

    quantity: FloatArray
    opened: FloatArray
    closes: FloatArray
    change: FloatArray
    change_year: FloatArray


def premises_by_year(premises: Premises, years: IntArray) -> FloatArray:
    """(rows, years) what each building holds in a financial year: from the opening to before the closing."""
    at = years[None, :].astype(float)
    changed = np.where(at >= premises.change_year[:, None], premises.change[:, None], 0.0)
    is_open = ~(at < premises.opened[:, None]) & ~(at >= premises.closes[:, None])
    return np.where(is_open, premises.quantity[:, None] + np.where(np.isnan(changed), 0.0, changed), 0.0)


def drawn_year(year: tuple[float, float, float], shock: FloatArray) -> FloatArray:
    """(draw,) a year drawn from value, P10 and P90, rounded to a whole one."""
    return np.asarray(np.rint(factor_draws(*year, shock)))


def opened_by(opens: FloatArray, years: IntArray) -> FloatArray:
    """(draw, year) 1 from the drawn year (draw,) on, 0 before it."""
    return np.asarray(years[None, :] >= opens[:, None], dtype=float)


def held(by_year: FloatArray, gone: FloatArray) -> FloatArray:
    """(draw, year) what a building of (year,) holds where it has not gone (draw, year).

    What is not known is known again once it has gone: nothing.
    """
    return np.where(gone > 0, 0.0, by_year[None, :])


def since_first(held_by_year: FloatArray) -> FloatArray:
    """(…, year) what there is beyond the first year's; 0 where one of the two is not known."""
    return np.nan_to_num(held_by_year - held_by_year[..., :1])


def shortfall(required: FloatArray, existing: FloatArray | float) -> FloatArray:
    """Required beyond what exists, draw by draw; below 0 there is room to spare."""
    return np.asarray(required - existing)


def beyond_need(existing: float, existing_today: float, needed: float) -> tuple[float, float]:
    """What exists at the end beyond today's need, and what of it is to come; NaN where it is not known."""
    return existing - needed, existing - existing_today


def most_to_spare(gap: FloatArray, years: IntArray) -> tuple[float, int, int | None]:
    """Most to spare in a year of a gap (year,), that year, and the one from which there is none for good."""
    at = int(gap.argmin())
    return float(-gap[at]), int(years[at]), sustained_from(gap, 0.0, years)


def breach_probability(gap: FloatArray) -> FloatArray:
    """Share of the draws (axis 0, the principal run left out) in which there is a shortfall."""
    return np.asarray((gap[1:] > 0).mean(axis=0))


def sustained_from(probability: FloatArray, threshold: float, years: IntArray) -> int | None:
    """The first year from which the probability (year,) stays past the threshold to the last; None: none.

    A year that passes and falls back dates nothing: what is decided for it may open to no need.
    """
    below = np.flatnonzero(probability <= threshold)
    first = int(below[-1]) + 1 if below.size else 0
    return int(years[first]) if first < len(years) else None
