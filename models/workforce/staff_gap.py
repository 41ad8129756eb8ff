"""Required beside supplied, draw by draw: bank and agency, the gap, the vacancy rate, the first shortage."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from models.arrays import FloatArray

WHOLE = 100.0
SUPPLIED_MEASURES = ("supply_wte", "temporary_wte", "gap_wte", "headcount", "vacancy_rate")


class Shortage(NamedTuple):
    """Share of draws whose shortage exceeds the tolerance in a year, and in it or an earlier one."""

    in_year: FloatArray
    by_year: FloatArray
    principal: NDArray[np.bool_]


def cover_capacity(vacancy_percent: FloatArray, share: FloatArray) -> FloatArray:
    """The most bank and agency staff for each WTE in post (group, draw).

    It is `share` (group, draw) of the base year's vacancies (group, draw), beside those in post then.
    """
    vacant = vacancy_percent / 100
    return np.asarray(share * vacant / (1 - vacant))


def temporary_cover(required: FloatArray, substantive: FloatArray, most: FloatArray) -> FloatArray:
    """WTE of bank and agency staff (group, scenario, year, draw): what is missing, up to their capacity.

    Capacity is `most` (group, draw) for each WTE in post and follows staff in post: most bank shifts are
    worked by the same people. Nothing is covered that is not missing.
    """
    capacity = most[:, None, None] * substantive
    missing = required - substantive
    return np.clip(missing, 0.0, capacity, out=missing)


def unfilled(required: FloatArray, in_post: FloatArray, temporary: FloatArray) -> FloatArray:
    """The gap: what staff in post with bank and agency leave of the requirement, negative where they are
    more."""
    return required - (in_post + temporary)


def grown_patients(registered: float, people: FloatArray) -> FloatArray:
    """Registered patients (scenario, year) as people (scenario, year) grow from the first year on."""
    return np.asarray(registered * people / people[:, :1])


def required_by_list(patients: FloatArray, patients_per_gp: float) -> FloatArray:
    """GPs that patients (…) need at so many patients for each; raises ValueError unless that is positive."""
    if not patients_per_gp > 0:
        raise ValueError(f"a GP has more than {patients_per_gp:g} patients")
    return np.asarray(patients / patients_per_gp)


def supplied_measures(
    required: FloatArray, in_post: FloatArray, temporary: FloatArray, heads: FloatArray
) -> FloatArray:
    """SUPPLIED_MEASURES (measure, …), each in the arguments' shape; the gap is what supply leaves open."""
    made = np.empty((len(SUPPLIED_MEASURES), *required.shape))
    supply, cover, gap, people, vacant = made
    cover[:] = temporary
    people[:] = heads
    np.add(in_post, cover, out=supply)
    np.subtract(required, supply, out=gap)
    np.subtract(required, in_post, out=vacant)
    vacant *= WHOLE
    vacant /= required
    return made


def shortage(required: FloatArray, supplied: FloatArray, tolerance_percent: float) -> Shortage:
    """How likely the unfilled share of the requirement (…, year, draw) exceeds the tolerance.

    Draw 0 is the principal run and is not counted among the draws. The result has (…, year).
    """
    exceeds = supplied < required * (1 - tolerance_percent / WHOLE)
    drawn = exceeds[..., 1:]
    return Shortage(
        drawn.mean(axis=-1),
        np.logical_or.accumulate(drawn, axis=-2).mean(axis=-1),
        np.array(exceeds[..., 0]),
    )


def first_year(exceeds: NDArray[np.bool_]) -> NDArray[np.bool_]:
    """True in the first year of (…, year) in which `exceeds` is, nowhere else."""
    return np.asarray(exceeds & (np.cumsum(exceeds, axis=-1) == 1))
