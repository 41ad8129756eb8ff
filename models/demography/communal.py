"""People who come to live in communal establishments that open after the base year, by age.

Care homes and halls of residence add people without adding households: whoever lives there is replaced when
they leave or die. Which bedrooms open when is the trajectory's; here they arrive as numbers.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import numpy as np

from models.arrays import FloatArray
from models.demography.area_inputs import AGES, AreaInputs, Households
from models.demography.households import dwellings_at_mid_year


def communal_residents(
    opened: FloatArray,
    occupancy: Sequence[float],
    households: Households,
    base_population: FloatArray,
    student_ages: tuple[int, int],
) -> FloatArray:
    """(years, 2, AGES) people in establishments opened since the base year, at each mid-year.

    opened: (2, years) bedrooms of care homes and of students that open in each financial year; occupancy:
    people a bedroom of each. Residents of care homes have the ages and sexes of the base population's
    communal residents at the ages where these are a share, students are spread evenly over `student_ages`,
    both included.
    """
    care = households.communal_share * base_population
    if opened[0].any() and care.sum() <= 0:
        raise ValueError("bedrooms of care homes, and nobody at the base lives in one at any age")
    students = np.zeros((2, AGES))
    students[:, student_ages[0] : student_ages[1] + 1] = 1.0
    profile = np.stack([care / max(care.sum(), 1.0), students / students.sum()])
    living = dwellings_at_mid_year(0.0, opened * np.array(occupancy)[:, None])
    return np.asarray(np.einsum("ky,ksa->ysa", living - living[:, :1], profile))


def with_communal(
    area: AreaInputs, opened: FloatArray, occupancy: Sequence[float], student_ages: tuple[int, int]
) -> AreaInputs:
    """The area with the people of establishments that open; arguments as `communal_residents`."""
    residents = communal_residents(opened, occupancy, area.households, area.base_population, student_ages)
    return replace(area, new_communal=residents)


def communal_moves(residents: FloatArray, survivorship: FloatArray) -> FloatArray:
    """(steps, 2, AGES) net movers who keep residents (steps + 1, 2, AGES) as they are while they age and die.

    survivorship: (steps, 2, AGES) of those who reach each age.
    """
    carried = np.zeros_like(residents[1:])
    carried[..., 1:] = residents[:-1, :, :-1]
    carried[..., -1] += residents[:-1, :, -1]
    return residents[1:] - carried * survivorship
