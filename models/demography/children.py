"""Young children's migration, read off the births before the base: who was born here and is still here.

A structure that the nation's ages explain says nothing of families who leave once a child is born, because
births themselves rise and fall. Births of each of the last years are recorded, though, and so is how many
children of those years the base counts. Structure at other ages is `structure`'s.
"""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from models.arrays import FloatArray
from models.demography.area_inputs import Flows

NEWTON_STEPS = 20


def gain_since_birth(children: float, births: FloatArray, survival: FloatArray) -> float:
    """Net migrants a year, of each child, that make `children` of the survivors of their births.

    births: (ages,) of the twelve months to the base for age 0, to a year earlier for age 1 and so on.
    survival: (ages,) from birth to the base. Children of age a have been there to move for a + ½ years, at
    one rate: births × survival × exp(rate × (a + ½)) add up to `children`.
    Raises ValueError without children or without births.
    """
    survivors = births * survival
    if children <= 0 or survivors.sum() <= 0:
        raise ValueError(f"{children:g} children of {births.sum():g} births; expected both above 0")
    years = np.arange(len(births)) + 0.5
    rate = 0.0
    for _ in range(NEWTON_STEPS):
        there = survivors * np.exp(rate * years)
        rate += float(np.log(children / there.sum()) * there.sum() / (there * years).sum())
    return rate


def with_children_moving(flows: Flows, population: FloatArray, rate: float, ages: int) -> Flows:
    """Flows whose fixed net part brings the usual net flow of the first `ages` ages to `rate` a child.

    population: (2, AGES). By count where more come than usual and by rate where more leave, as elsewhere in
    the fixed flow.
    """
    people = population[:, :ages]
    usual = (flows.inflow_rate - flows.outflow_rate)[:, :ages] * people + flows.inflow_count[:, :ages]
    more = rate - float(usual.sum() / people.sum())
    count, leaving = flows.fixed_count.copy(), flows.fixed_rate.copy()
    count[:, :ages] = max(more, 0.0) * people
    leaving[:, :ages] = max(min(more, 0.0), -1.0)
    return replace(flows, fixed_count=count, fixed_rate=leaving)
