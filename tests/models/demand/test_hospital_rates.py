"""Children's and adults' rates join at 18, births are no emergency admissions, stays are England's."""

from __future__ import annotations

import numpy as np
import pytest

from models.demand.age_curves import AGES, stepped
from models.demand.hospital_rates import admission_rates, bed_days_from_stays, children_rates, relative_use

BANDS = ([0, 1, 5, 10, 15], [0, 4, 9, 14, 19])


def _children() -> list[np.ndarray]:
    published = [
        [324.5, 79.8, 38.1, 30.6, 44.8],
        [1437.5, 132.5, 81.2, 70.3, 105.0],
        [150.5, 42.2, 35.9, 33.1, 41.3],
        [3831.1, 327.9, 187.8, 171.0, 267.1],
    ]
    return [stepped(*BANDS, rates, last=19, per=1000) for rates in published]


def test_births_at_age_0_are_neither_elective_admissions_nor_their_bed_days_counted() -> None:
    children = children_rates(*_children(), infant_emergency=0.366, first_adult_age=18)
    assert children.emergency_admissions[0] == 0.366
    assert children.elective_admissions[0] == children.elective_admissions[1] == pytest.approx(0.0105)
    stay = 0.3279 / (0.0798 + 0.0105)
    assert children.emergency_bed_days[0] == pytest.approx(0.366 * stay)


def test_the_15_to_19_rate_serves_15_to_17_only() -> None:
    children = children_rates(*_children(), infant_emergency=0.366, first_adult_age=18)
    assert children.emergency_admissions[17] == pytest.approx(0.0448)
    assert children.emergency_admissions[18] == 0
    assert children.emergency_bed_days[18] == 0


def test_parts_that_exceed_all_admissions_are_refused_with_the_age() -> None:
    emergency, every, day_cases, bed_days = _children()
    with pytest.raises(ValueError, match="age 0"):
        children_rates(emergency + 2, every, day_cases, bed_days, 0.366, 18)


def test_bed_days_are_local_admissions_times_england_s_stay() -> None:
    local = np.full((2, AGES), 0.08)
    england, bed_days = np.full((2, AGES), 0.1), np.full((2, AGES), 0.65)
    assert bed_days_from_stays(local, england, bed_days) == pytest.approx(np.full((2, AGES), 0.08 * 6.5))
    with pytest.raises(ValueError, match="England has none"):
        bed_days_from_stays(local, england * 0, bed_days)


def test_a_place_like_england_uses_as_much() -> None:
    rates = np.where(np.arange(AGES) >= 18, 0.2, 0.0) * np.ones((2, 1))
    assert (relative_use(rates, rates) == 1).all()


def test_adults_and_children_meet_without_gap_or_overlap() -> None:
    adults = {
        name: np.where(np.arange(AGES) >= 18, rate, 0.0) * np.ones((2, 1))
        for name, rate in (
            ("emergency_admissions", 0.1),
            ("emergency_bed_days", 0.6),
            ("elective_admissions", 0.02),
            ("elective_bed_days", 0.1),
            ("day_cases", 0.12),
        )
    }
    children = children_rates(*_children(), infant_emergency=0.366, first_adult_age=18)
    joined = admission_rates(adults, adults, children)
    for name, rates in joined.items():
        assert (rates > 0).all(), name
    assert joined["emergency_admissions"][0, 17] == pytest.approx(0.0448)
    assert joined["emergency_admissions"][1, 18] == pytest.approx(0.1)


def test_children_s_bed_days_are_shared_by_admissions_and_no_rate_reaches_an_adult() -> None:
    emergency, every, day_cases, bed_days = _children()
    children = children_rates(
        emergency, every, day_cases, bed_days, infant_emergency=0.366, first_adult_age=18
    )
    kept = slice(1, 18)
    together = children.emergency_bed_days + children.elective_bed_days
    assert together[kept] == pytest.approx(bed_days[kept])
    admitted = children.emergency_admissions + children.elective_admissions + children.day_cases
    assert admitted[kept] == pytest.approx(every[kept])
    share = children.elective_admissions[kept] / (children.elective_admissions + emergency)[kept]
    assert children.elective_bed_days[kept] == pytest.approx(share * bed_days[kept])
    for name, rates in vars(children).items():
        assert (rates[18:] == 0).all(), name
