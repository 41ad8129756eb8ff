"""The net flow that keeps a place's age structure its own: students who come and leave, families who go.

A place with a university has many more people of 20 than of 17 for its size, and will have in ten years:
those who are 17 now do not explain it, movers do. How far a place's people at each age stand above or below
the nation's is its structure; the flow is what a cohort must gain or lose each year to follow it. How many
more come with new homes is not decided here.
"""

from __future__ import annotations

import numpy as np

from models.arrays import FloatArray
from models.demography.area_inputs import AGES


def relative_structure(
    population: FloatArray, nation: FloatArray, window: int, prior_people: float
) -> FloatArray:
    """(2, AGES) log ratio of a place's people to the nation's at the place's size, smoothed over ages.

    population, nation: (2, AGES). Women and men are both set against half of all the nation's people of the
    age: that men outnumber women at 18 and not at 30 is of the ages as well, in the nation as in the place.
    window: odd number of ages taken together. prior_people: people an age that are added to both, so that a
    handful of residents says little.
    """
    expected = nation.mean(axis=0, keepdims=True) * population.sum() / nation.sum()
    return np.asarray(
        np.log(
            (moving_sum(population, window) + prior_people) / (moving_sum(expected, window) + prior_people)
        )
    )


def kept_at_turnover(kept: FloatArray, turnover: float, power: FloatArray) -> FloatArray:
    """(AGES,) share of the structure that is of the age, in a place where more (or fewer) come and go.

    kept: (AGES,) at usual turnover. turnover: gross migrants a resident over the usual. What is left of a
    cohort's own structure, 1 − kept, shrinks as its people are replaced: (1 − kept) ** (turnover ** power).
    power: (AGES,), 0 where turnover says nothing, as at ages that hardly move.
    Raises ValueError for a turnover that is not above 0.
    """
    if not turnover > 0:
        raise ValueError(f"turnover is {turnover:g} of the usual; expected above 0")
    return np.asarray(1.0 - (1.0 - kept) ** (turnover**power))


def structural_flow(
    population: FloatArray, nation: FloatArray, kept: FloatArray, window: int, prior_people: float
) -> tuple[FloatArray, FloatArray]:
    """Net migrants (2, AGES) by count where they come, and a resident where they leave.

    kept: (AGES,) share of the structure at an age that is of the age (its people are always so many) and
    not of the cohort (they were so many when younger). The flow into age a is what people of age a − 1 must
    grow by for that share of the way from the structure at a − 1 to that at a. Half of a year's migrants
    move at the age before their birthday and half after, so an age's flow is the mean of the two about it.
    """
    structure = relative_structure(population, nation, window, prior_people)
    growth = kept[1:-1] * np.diff(structure[:, :-1], axis=1)
    into = np.zeros((2, AGES + 1))
    into[:, 1 : AGES - 1] = np.expm1(growth) * population[:, :-2]
    migrants = 0.5 * (into[:, :-1] + into[:, 1:])
    leaving = np.divide(
        np.minimum(migrants, 0.0), population, out=np.zeros_like(population), where=population > 0
    )
    # Nobody leaves twice: where the next age is all but empty, the cohort before it pays.
    return np.maximum(migrants, 0.0), np.maximum(leaving, -1.0)


def moving_sum(values: FloatArray, window: int) -> FloatArray:
    """(2, ages) sums over `window` ages about each; the outermost age stands in for those beyond it."""
    if window < 1 or window % 2 == 0:
        raise ValueError(f"window of {window} ages; expected an odd number")
    half = window // 2
    padded = np.pad(values, ((0, 0), (half, half)), mode="edge")
    return np.lib.stride_tricks.sliding_window_view(padded, window, axis=1).sum(axis=-1)
