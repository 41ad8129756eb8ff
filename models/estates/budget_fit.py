"""Which plans two budget lines carry, in order of rank, and from when: capital and premises revenue.

The lines are never added. Capital that a year leaves over is kept for a later one, since no building fits
one year of a small line; what a plan costs a year must fit every year from its opening on.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np

from models.arrays import FloatArray

ROUNDING = 0.005
"""GBP within which a plan fits."""


class Choice(NamedTuple):
    """A way to close an area's gap: its capital, what it costs the premises line a year, first opening."""

    capital: float
    premises: float
    earliest: int


class CarriedPlan(NamedTuple):
    """Which of an area's choices is carried and the position of the year it opens; -1 and -1: it waits.

    `short_of` says which line a waiting area's first choice exceeds: capital, premises revenue, both, or time
    where both would carry it but it cannot open within the years.
    """

    choice: int
    opens: int
    short_of: str


def carried(
    ranked: Sequence[Sequence[Choice]], capital: FloatArray, premises: FloatArray
) -> tuple[list[CarriedPlan], FloatArray, FloatArray]:
    """What is carried of areas in their order, and committed capital and premises revenue (year,).

    capital, premises: (year,) what each line has for what is new. Of an area's choices the first that fits
    stands, in the first year in which it does. An area that does not fit waits, and the next may fit.
    """
    spent = np.zeros(len(capital))
    yearly = np.zeros(len(premises))
    together = np.cumsum(capital)
    answers = []
    for choices in ranked:
        answer = None
        for number, choice in enumerate(choices):
            opens = _opening(choice, together - np.cumsum(spent), premises - yearly)
            if opens is not None:
                spent[opens] += choice.capital
                yearly[opens:] += choice.premises
                answer = CarriedPlan(number, opens, "")
                break
        answers.append(
            answer or CarriedPlan(-1, -1, _short_of(choices[0], together, spent, premises - yearly))
        )
    return answers, spent, yearly


def _opening(choice: Choice, capital_left: FloatArray, premises_left: FloatArray) -> int | None:
    """The first year from which there is capital, then and later, and revenue for good."""
    fits = (capital_left >= choice.capital - ROUNDING) & (premises_left >= choice.premises - ROUNDING)
    for year in range(max(choice.earliest, 0), len(fits)):
        if fits[year:].all():
            return year
    return None


def _short_of(choice: Choice, together: FloatArray, spent: FloatArray, premises_left: FloatArray) -> str:
    no_capital = together[-1] - spent.sum() < choice.capital - ROUNDING
    no_revenue = premises_left[-1] < choice.premises - ROUNDING
    if no_capital and no_revenue:
        return "both lines"
    return "capital" if no_capital else "premises revenue" if no_revenue else "time"
