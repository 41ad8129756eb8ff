"""Staff that demand takes: by hand, in proportion, and refused where it would be silently wrong."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from models.workforce.base_year import general_practice_base, social_care_base, staff_of_activity
from models.workforce.factors import staffing_factor
from models.workforce.requirement import (
    carried_forward,
    funded_posts,
    required_wte,
    staffing_ratios,
    with_all_groups,
)

SERVICES = ["ae_attendances", "bed_days"]


def _ratios(posts: float = 100.0) -> np.ndarray:
    return staffing_ratios(
        [posts],
        {"ae_attendances": 0.25, "bed_days": 0.75},
        {"ae_attendances": [50_000.0], "bed_days": [30_000.0]},
        SERVICES,
    )


def test_the_base_year_s_demand_takes_the_base_year_s_posts() -> None:
    demand = np.array([[[50_000.0, 30_000.0]]])
    assert required_wte(demand, _ratios()[None], np.ones((1, 1, 1))) == pytest.approx(np.array([[[100.0]]]))


def test_ten_per_cent_more_bed_days_take_ten_per_cent_more_of_three_quarters_of_the_staff() -> None:
    demand = np.array([[[50_000.0, 33_000.0]]])
    assert required_wte(demand, _ratios()[None], np.ones((1, 1, 1)))[0, 0, 0] == pytest.approx(107.5)


@given(st.floats(0.1, 10.0))
def test_twice_the_demand_takes_twice_the_staff(times: float) -> None:
    demand = np.array([[[50_000.0, 30_000.0]]])
    once = required_wte(demand, _ratios()[None], np.ones((1, 1, 1)))
    assert required_wte(demand * times, _ratios()[None], np.ones((1, 1, 1))) == pytest.approx(once * times)


def test_posts_and_activity_of_several_areas_make_one_ratio() -> None:
    ratio = staffing_ratios([60.0, 40.0], {"bed_days": 1.0}, {"bed_days": [10_000.0, 10_000.0]}, SERVICES)
    assert ratio.tolist() == [0.0, 0.005]


def test_weights_that_do_not_add_up_and_a_driver_without_activity_are_refused() -> None:
    with pytest.raises(ValueError, match=r"add to 0\.9"):
        staffing_ratios([1.0], {"bed_days": 0.9}, {"bed_days": [1.0]}, SERVICES)
    with pytest.raises(ValueError, match="bed_days drives staff"):
        staffing_ratios([1.0], {"bed_days": 1.0}, {"bed_days": [0.0]}, SERVICES)


def test_all_groups_together_are_the_sum_of_the_groups() -> None:
    assert with_all_groups(np.array([[1.0, 2.0, 3.5]])).tolist() == [[1.0, 2.0, 3.5, 6.5]]


def test_posts_are_staff_in_post_and_vacancies() -> None:
    assert funded_posts(934.0, 6.6) == pytest.approx(1000.0)
    with pytest.raises(ValueError, match="100 %"):
        funded_posts(934.0, 100.0)


def test_staff_are_carried_by_activity_and_intensity_or_by_intensity_alone() -> None:
    assert carried_forward(100.0, [200.0, 260.0], 1.08) == pytest.approx(140.4)
    assert carried_forward(100.0, None, 1.08) == pytest.approx(108.0)


def test_gps_of_a_place_are_its_recorded_fte_with_trainees_apart() -> None:
    base = general_practice_base(
        np.array([144.2, 155.2]), np.array([290_000.0, 345_000.0]), 404.0, 121.0, 0.26, 527.45
    )
    assert base["gps"] + base["gps_in_training"] == pytest.approx([144.2, 155.2])
    assert base["gps"][0] == pytest.approx(144.2 * 404 / 525)
    assert base["practice_nurses"][0] == pytest.approx(75.4)
    assert base["other_direct_patient_care"].sum() == pytest.approx(527.45)


def test_social_care_posts_follow_from_vacancies_and_their_rate() -> None:
    assert social_care_base(2000, 12.6, 0.692) == pytest.approx(10_984, abs=1)
    with pytest.raises(ValueError, match="vacancy"):
        social_care_base(2000, 0.0, 0.692)


def test_staff_of_activity_are_a_rate_a_thousand() -> None:
    assert staff_of_activity(1_217_000, 1.3) == pytest.approx(1582.1)


def test_better_productivity_lowers_the_requirement_and_the_principal_run_has_none() -> None:
    years = np.arange(2024, 2051)
    held = staffing_factor((1, 0.9, 1.1), (0, -0.5, 0.5), "acute", years, 2024, 200, 3)
    assert (held[0] == 1).all()
    better = staffing_factor((1, 1, 1), (1.0, 1.0, 1.0), "acute", years, 2024, 2, 3)
    assert better[0, 10] == pytest.approx(1.01**-10)
