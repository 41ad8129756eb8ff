"""What demand exceeds activity by where waiting lists grow, and the path on which demand takes it up.

Of a year, new clock starts = completed pathways + removals without treatment + growth of the list. So the
list's growth is what was asked for and not done, whatever share is removed; that share follows from it.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike

from models.arrays import FloatArray, IntArray

MONTHS = 12


@dataclass(frozen=True)
class Imbalance:
    """Pathways a year asked for beyond those completed, in shares of the completed ones.

    `admitted` and `non_admitted` are of completed pathways of each kind; the backlog ones are the pathways
    that wait over 18 weeks, once. `removed` is the share of clock starts that end without treatment.
    """

    admitted: float
    non_admitted: float
    backlog_admitted: float
    backlog_non_admitted: float
    removed: float


def imbalance(
    referrals: FloatArray,
    admitted: FloatArray,
    non_admitted: FloatArray,
    waiting: FloatArray,
    over_18_weeks: FloatArray,
) -> Imbalance:
    """The imbalance of a provider from months in succession (month, treatment function).

    The list's growth from the first month's end to the last's, at a yearly rate, falls on admitted and
    non-admitted care as the function's completed pathways do. over_18_weeks is NaN where it is not known;
    then there is no backlog. Raises ValueError with fewer than twelve months, which would show a season.
    """
    months = len(waiting)
    if months < MONTHS:
        raise ValueError(f"{months} months: {MONTHS} are needed, for fewer show a season")
    between = months - 1
    growth = (waiting[-1] - waiting[0]) * (MONTHS / between)
    done = [each[1:].sum(axis=0) * (MONTHS / between) for each in (admitted, non_admitted)]
    both = done[0] + done[1]
    late = np.nan_to_num(over_18_weeks[-1])

    def of_done(pathways: FloatArray, kind: FloatArray) -> float:
        share = np.divide(kind, both, out=np.zeros_like(kind), where=both > 0)
        total = float(kind.sum())
        return float((pathways * share).sum()) / total if total > 0 else 0.0

    starts = float(referrals[1:].sum())
    left = starts - float(admitted[1:].sum() + non_admitted[1:].sum() + (waiting[-1] - waiting[0]).sum())
    return Imbalance(
        admitted=of_done(growth, done[0]),
        non_admitted=of_done(growth, done[1]),
        backlog_admitted=of_done(late, done[0]),
        backlog_non_admitted=of_done(late, done[1]),
        removed=left / starts if starts > 0 else 0.0,
    )


def demand_factor(
    gap: ArrayLike, backlog: ArrayLike, years: IntArray, base_year: int, reached_in: float, cleared_in: float
) -> FloatArray:
    """Demand over activity (year, group): the gap grows to its full size in `reached_in` years and stays.

    gap, backlog: (group,), in shares of a year's activity. The backlog is treated in equal parts in the first
    `cleared_in` years after the base year; 0 leaves it where it is.
    """
    after = (np.asarray(years) - base_year)[:, None].astype(float)
    reached = np.clip(after / reached_in, 0.0, 1.0)
    treated = ((after > 0) & (after <= cleared_in)) / max(cleared_in, 1.0)
    return 1.0 + reached * np.asarray(gap)[None] + treated * np.asarray(backlog)[None]
