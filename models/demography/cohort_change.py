"""A place's own cohort change: what its people of each age gained or lost by moving in past years.

The change of a cohort between two counts, over what mortality leaves of it, is what Hamilton and Perry (1962)
carry forward. Here a share of it enters the flows: where the place's own cohorts did something else than
structure and usual flows would have done, the flows are moved by part of the difference.
"""

from __future__ import annotations

from functools import lru_cache

import numpy as np

from models.arrays import FloatArray
from models.demography.area_inputs import AGES
from models.demography.structure import moving_sum


def survivors(population: FloatArray, survive: FloatArray, years: int) -> FloatArray:
    """(2, AGES) who are left of a population after so many years without migration; nobody is born.

    survive: (2, AGES) of those who reach each age within a year.
    """
    people = population
    for _ in range(years):
        aged = np.zeros_like(people)
        aged[:, 1:] = people[:, :-1] * survive[:, 1:]
        aged[:, -1] = (people[:, -2] + people[:, -1]) * survive[:, -1]
        people = aged
    return people


def survival_at_rates(survive: FloatArray, rate: FloatArray, past_rate: FloatArray) -> FloatArray:
    """(2, AGES) survivorship with the chance of dying moved as death rates differ, never below nobody.

    survive, rate, past_rate: (2, AGES); rate is what survivorship stands on.
    """
    return np.asarray(1.0 - np.minimum((1.0 - survive) * past_rate / rate, 1.0))


def unexplained_rates(
    expected: FloatArray,
    found: FloatArray,
    years: int,
    usual_rate: FloatArray,
    window: int,
    prior_people: float,
    smoothing: float,
) -> FloatArray:
    """(2, AGES) yearly net migrants a resident at each age that the usual flows do not explain.

    expected: survivors of the first count; found: the second count, `years` later, both (2, AGES).
    usual_rate: (2, AGES) what fixed and usual flows bring a resident and year. A cohort of age a has passed
    the ages a − years + 1 … a, so its change is a sum over them; the smallest rates that give the changes of
    all cohorts are taken, rough ones damped by `smoothing` (a ridge). window, prior_people: ages taken
    together and people added on both sides, as in `structure.relative_structure`. Raises ValueError for no
    years.
    """
    if years < 1:
        raise ValueError(f"{years} years between two counts; expected at least 1")
    there, carried = (moving_sum(people, window) + prior_people for people in (found, expected))
    change = np.log(there / carried)
    passed, smallest = _ages_passed(years, smoothing)
    return np.asarray((change[:, years:] - usual_rate @ passed.T) @ smallest.T)


@lru_cache(maxsize=16)
def _ages_passed(years: int, smoothing: float) -> tuple[FloatArray, FloatArray]:
    """(AGES − years, AGES) which ages a cohort of each age has passed in so many years, and (AGES, AGES −
    years) what makes of the cohorts' changes the smallest rates that give them."""
    age = np.arange(AGES)
    since = age[years:, None] - age[None, :]
    passed = ((since >= 0) & (since < years)).astype(np.float64)
    smallest = passed.T @ np.linalg.inv(passed @ passed.T + smoothing * np.eye(len(passed)))
    return passed, smallest
