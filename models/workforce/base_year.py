"""Posts of the base year by staff group: what is recorded, carried to one year and one definition.

Each function is one group's evidence. Which of it is graded what is data.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

FloatArray = NDArray[np.float64]


def general_practice_base(
    gp_fte: FloatArray,
    registered_patients: FloatArray,
    fully_qualified: float,
    trainees: float,
    nurses_per_1000: float,
    additional_roles: float,
) -> dict[str, FloatArray]:
    """WTE (place,) of general practice by staff group.

    The recorded FTE of GPs counts trainees; the share of `fully_qualified` among both parts them. Practice
    nurses stand at a rate to registered patients; the system's additional roles are shared out by them.
    """
    qualified = fully_qualified / (fully_qualified + trainees)
    return {
        "gps": gp_fte * qualified,
        "gps_in_training": gp_fte * (1 - qualified),
        "practice_nurses": registered_patients * nurses_per_1000 / 1000,
        "other_direct_patient_care": additional_roles * registered_patients / registered_patients.sum(),
    }


def social_care_base(vacancies: float, vacancy_percent: float, fte_per_job: float) -> float:
    """Funded WTE from the number of vacant posts and the share they are of all posts."""
    if not 0 < vacancy_percent < 100:
        raise ValueError(f"a vacancy rate lies between 0 and 100 %, not {vacancy_percent}")
    return vacancies / (vacancy_percent / 100) * fte_per_job


def staff_of_activity(activity: float, per_thousand: float) -> float:
    """WTE from activity at a rate a thousand."""
    return activity * per_thousand / 1000
