"""Gap, bank and agency, vacancy rate, first shortage: per draw, by hand."""

from __future__ import annotations

import numpy as np
import pytest

from models.workforce.staff_gap import (
    SUPPLIED_MEASURES,
    cover_capacity,
    first_year,
    grown_patients,
    required_by_list,
    shortage,
    supplied_measures,
    temporary_cover,
    unfilled,
)


def test_bank_and_agency_cover_what_is_missing_up_to_their_capacity() -> None:
    required = np.full((1, 1, 3, 1), 100.0)
    in_post = np.array([90.0, 96.0, 104.0]).reshape(1, 1, 3, 1)
    # 10 % vacant in the base year, half of it covered: 5 / 90 of staff in post.
    most = cover_capacity(np.array([[10.0]]), np.array([[0.5]]))
    cover = temporary_cover(required, in_post, most)
    assert cover.ravel() == pytest.approx([5.0, 4.0, 0.0])


def test_vacancies_count_posts_without_staff_in_post_covered_or_not() -> None:
    made = supplied_measures(
        np.array([200.0, 100.0]), np.array([180.0, 104.0]), np.array([15.0, 0.0]), np.array([200.0, 110.0])
    )
    of = dict(zip(SUPPLIED_MEASURES, made, strict=True))
    assert of["vacancy_rate"] == pytest.approx([10.0, -4.0])
    assert of["supply_wte"] == pytest.approx([195.0, 104.0])
    assert of["gap_wte"] == pytest.approx([5.0, -4.0])
    assert of["temporary_wte"].tolist() == [15.0, 0.0]
    assert of["headcount"].tolist() == [200.0, 110.0]


def test_what_levers_are_measured_against_is_the_published_gap() -> None:
    required, in_post, temporary = (np.array(each) for each in ([200.0, 100.0], [180.0, 104.0], [15.0, 2.0]))
    published = supplied_measures(required, in_post, temporary, in_post)[SUPPLIED_MEASURES.index("gap_wte")]
    assert unfilled(required, in_post, temporary) == pytest.approx(published)


def test_the_probability_of_a_shortage_counts_draws_and_not_the_principal_run() -> None:
    supplied = np.array(
        [[99.0, 99.0, 99.0, 99.0, 99.0], [94.0, 99.0, 90.0, 99.0, 99.0], [90.0, 90.0, 99.0, 90.0, 99.0]]
    )
    found = shortage(np.full((3, 5), 100.0), supplied, 5.0)
    assert found.in_year.tolist() == [0.0, 0.25, 0.5]
    assert found.by_year.tolist() == [0.0, 0.25, 0.75]
    assert found.principal.tolist() == [False, True, True]
    assert first_year(found.principal).tolist() == [False, True, False]


def test_a_shortage_at_the_tolerance_does_not_exceed_it() -> None:
    found = shortage(np.full((1, 2), 100.0), np.full((1, 2), 95.0), 5.0)
    assert found.in_year.tolist() == [0.0]


def test_gps_by_list_are_patients_over_the_ratio_and_patients_grow_with_people() -> None:
    patients = grown_patients(1000.0, np.array([[50.0, 60.0], [50.0, 40.0]]))
    assert patients == pytest.approx(np.array([[1000.0, 1200.0], [1000.0, 800.0]]))
    assert required_by_list(patients, 2000.0) == pytest.approx(patients / 2000)
    with pytest.raises(ValueError, match="more than 0 patients"):
        required_by_list(patients, 0.0)
