"""Hospital activity rates by single year and sex, children's and adults' tables joined.

Adults' rates are a place's own; lengths of stay are England's, because a single authority's bed days hang
on a few long stays. Children's rates are England's. Calibration comes later.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from models.arrays import FloatArray


@dataclass(frozen=True)
class ChildrenRates:
    """Children's rates a person-year, each (91,), 0 from the first adult age on."""

    emergency_admissions: FloatArray
    elective_admissions: FloatArray
    day_cases: FloatArray
    emergency_bed_days: FloatArray
    elective_bed_days: FloatArray


def children_rates(
    emergency: FloatArray,
    all_admissions: FloatArray,
    day_cases: FloatArray,
    bed_days: FloatArray,
    infant_emergency: float,
    first_adult_age: int,
) -> ChildrenRates:
    """Children's rates (91,) from the published ones, all a person-year.

    Ordinary elective admissions are what emergency admissions and day cases leave of all admissions. Bed
    days are shared between emergency and elective admissions by their number; a day case takes none. At age
    0 all admissions and bed days include births: infants have `infant_emergency` admissions, and everything
    else at age 0 follows age 1. Raises ValueError where the parts exceed all admissions.
    """
    elective = all_admissions - emergency - day_cases
    if np.any(elective[:first_adult_age] < 0):
        age = int(np.flatnonzero(elective[:first_adult_age] < 0)[0])
        raise ValueError(f"age {age}: emergency admissions and day cases exceed all admissions")
    stays = emergency + elective
    days_a_stay = np.divide(bed_days, stays, out=np.zeros_like(bed_days), where=stays > 0)
    emergency, elective, days_a_stay = emergency.copy(), elective.copy(), days_a_stay.copy()
    emergency[0] = infant_emergency
    elective[0] = elective[1]
    days_a_stay[0] = days_a_stay[1]
    child = np.arange(len(emergency)) < first_adult_age
    return ChildrenRates(
        emergency_admissions=np.where(child, emergency, 0.0),
        elective_admissions=np.where(child, elective, 0.0),
        day_cases=np.where(child, day_cases, 0.0),
        emergency_bed_days=np.where(child, emergency * days_a_stay, 0.0),
        elective_bed_days=np.where(child, elective * days_a_stay, 0.0),
    )


def bed_days_from_stays(
    local_admissions: FloatArray, england_admissions: FloatArray, england_bed_days: FloatArray
) -> FloatArray:
    """Local admissions × England's bed days per admission of the same age and sex; all (2, 91)."""
    stay = np.divide(
        england_bed_days,
        england_admissions,
        out=np.zeros_like(england_bed_days),
        where=england_admissions > 0,
    )
    if np.any((local_admissions > 0) & (england_admissions <= 0)):
        raise ValueError("local admissions at an age and sex at which England has none")
    return local_admissions * stay


def admission_rates(
    local: Mapping[str, FloatArray], england: Mapping[str, FloatArray], children: ChildrenRates
) -> dict[str, FloatArray]:
    """Rates (2, 91) of admissions, day cases and bed days by service, adults' and children's joined.

    `local` and `england` hold adults' rates (2, 91) by activity, 0 below the first adult age.
    """
    joined = {
        "emergency_admissions": local["emergency_admissions"] + children.emergency_admissions,
        "elective_admissions": local["elective_admissions"] + children.elective_admissions,
        "day_cases": local["day_cases"] + children.day_cases,
    }
    of_children = {"emergency": children.emergency_bed_days, "elective": children.elective_bed_days}
    for kind, child in of_children.items():
        adults = bed_days_from_stays(
            local[f"{kind}_admissions"], england[f"{kind}_admissions"], england[f"{kind}_bed_days"]
        )
        joined[f"{kind}_bed_days"] = adults + child
    return joined


def arrivals(rates: Mapping[str, FloatArray]) -> FloatArray:
    """Arrivals at emergency departments (2, 91), by ambulance and on foot together."""
    return rates["ambulance_arrivals"] + rates["walk_in_arrivals"]


def relative_use(local: FloatArray, england: FloatArray) -> FloatArray:
    """A place's rate over England's by age and sex (2, 91); 1 at ages England has no rate for."""
    return np.divide(local, england, out=np.ones_like(local), where=england > 0)
