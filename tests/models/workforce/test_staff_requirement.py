"""Staff that demand takes: by hand, in proportion, and refused where it would be silently wrong."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from models.workforce.base_year_posts import (
    by_age,
    general_practice_base,
    in_post,
    participation,
    people,
    share_of_people,
    shared_by_activity,
    shared_staff,
    shares_of_whole,
    social_care_base,
    staff_of_activity,
)
from models.workforce.productivity import (
    at_productivity,
    base_level,
    counted_once,
    posts_factor,
    staffing_factor,
)
from models.workforce.staff_requirement import (
    calibrated_factor,
    calibration,
    funded_factor,
    funded_posts,
    posts_kept,
    required_wte,
)

NORMS = np.array([0.0005, 0.0025])
"""WTE an attendance and a bed day: 25 and 75 of the base year's 50,000 and 30,000."""
BASE = np.array([[50_000.0, 30_000.0]])


def required(demand: np.ndarray, posts: float = 120.0) -> np.ndarray:
    """One draw's requirement of one group, calibrated on BASE."""
    calibrated = calibration(posts, BASE, NORMS)[:, None]
    norms = np.broadcast_to(NORMS, (demand.shape[1], 1, 2))
    scale = calibrated_factor(calibrated, np.ones((1, demand.shape[1], 1)))
    return required_wte(demand, norms, scale)[0, :, 0]


def test_the_base_year_s_demand_takes_the_base_year_s_posts() -> None:
    assert required(BASE[None]) == pytest.approx([120.0])
    assert calibration(120.0, BASE, NORMS) == pytest.approx([1.2])


def test_ten_per_cent_more_bed_days_take_ten_per_cent_more_of_three_quarters_of_the_staff() -> None:
    assert required(np.array([[[50_000.0, 33_000.0]]])) == pytest.approx([129.0])


@given(st.floats(0.1, 10.0))
def test_twice_the_demand_takes_twice_the_staff(times: float) -> None:
    assert required(BASE[None] * times) == pytest.approx(required(BASE[None]) * times)


def test_each_draw_is_calibrated_on_its_own_activity() -> None:
    """A draw that has more activity in the base year had it done by the same posts."""
    base = np.array([[50_000.0, 30_000.0], [60_000.0, 36_000.0]])
    norms = np.broadcast_to(NORMS, (1, 1, 2))
    calibrated = calibration(120.0, base, NORMS)[:, None]
    held = required_wte(base[:, None, :], norms, calibrated_factor(calibrated, np.ones((2, 1, 1))))
    assert held[0, 0] == pytest.approx([120.0, 120.0])


def test_a_year_s_own_norms_count() -> None:
    demand = np.repeat(BASE[None], 2, axis=1)
    norms = np.array([[[0.0005, 0.0025]], [[0.0005, 0.0020]]])
    calibrated = np.full((1, 1), 1.2)
    held = required_wte(demand, norms, calibrated_factor(calibrated, np.ones((1, 2, 1))))[0, :, 0]
    assert held == pytest.approx([120.0, 102.0])


def test_posts_without_the_activity_they_are_for_are_refused() -> None:
    with pytest.raises(ValueError, match="none of the activity"):
        calibration(10.0, np.zeros((1, 2)), NORMS)


def test_posts_of_the_system_are_shared_out_by_activity() -> None:
    activity = np.array([[100.0, 0.0], [300.0, 5.0]])
    assert shared_by_activity(80.0, activity, np.array([1.0, 0.0])) == pytest.approx([20.0, 60.0])
    with pytest.raises(ValueError, match="no area"):
        shared_by_activity(80.0, activity * 0, np.array([1.0, 0.0]))


def test_a_draw_with_more_vacancies_has_more_posts_in_every_year() -> None:
    factor = funded_factor(np.ones((2, 3, 1)), posts_factor(np.array([[5.0], [10.0]])))
    assert factor[:, :, 0].tolist() == [[1.0] * 3, pytest.approx([0.95 / 0.90] * 3)]


def test_heads_counted_in_a_file_give_its_wte_a_head_and_others_keep_theirs() -> None:
    wte, heads = np.array([600.0, 90.0]), np.array([640.0, 0.0])
    assert participation(wte, heads, np.array([0.9, 0.8])) == pytest.approx([600 / 640, 0.8])


def test_people_by_age_hold_their_women_and_their_hours() -> None:
    ages, women, hours = np.array([[0.25, 0.75]]), np.array([0.6]), np.array([0.8])
    people, female, wte = by_age(np.array([200.0]), ages, women, hours)
    assert people.tolist() == [[50.0, 150.0]]
    assert female == pytest.approx(np.array([[30.0, 90.0]]))
    assert wte == pytest.approx(np.array([[40.0, 120.0]]))


def test_posts_are_staff_in_post_and_vacancies() -> None:
    assert funded_posts(934.0, 6.6) == pytest.approx(1000.0)
    assert in_post(1000.0, 6.6) == pytest.approx(934.0)
    for broken in (funded_posts, in_post):
        with pytest.raises(ValueError, match="100 %"):
            broken(934.0, 100.0)


def test_more_vacancies_are_more_posts_for_the_same_staff() -> None:
    factor = posts_factor(np.array([10.0, 10.0, 20.0]))
    assert factor == pytest.approx([1.0, 1.0, 0.9 / 0.8])
    with pytest.raises(ValueError, match="not 100 %"):
        posts_factor(np.array([10.0, 100.0]))


def test_staff_near_retirement_are_a_share_of_people_and_not_of_wte() -> None:
    assert share_of_people(4856, 25_694, 0.88) == pytest.approx(0.1663, abs=1e-4)
    assert people(np.array([88.0]), np.array([0.88])) == pytest.approx([100.0])
    with pytest.raises(ValueError, match="more than 0"):
        people(np.array([88.0]), np.array([0.0]))
    with pytest.raises(ValueError, match="adds to 90"):
        shares_of_whole(np.array([[50.0, 40.0]]))


def test_gps_of_a_place_are_its_recorded_fte_with_trainees_apart() -> None:
    per_1000 = {"practice_nurses": 0.26, "other_direct_patient_care": 0.236}
    networks = {"other_direct_patient_care": np.array([120.0, 90.0])}
    base = general_practice_base(
        np.array([144.2, 155.2]), np.array([290_000.0, 345_000.0]), 404.0, 121.0, per_1000, networks
    )
    assert base["gps"] + base["gps_in_training"] == pytest.approx([144.2, 155.2])
    assert base["gps"][0] == pytest.approx(144.2 * 404 / 525)
    assert base["practice_nurses"][0] == pytest.approx(75.4)
    assert base["other_direct_patient_care"] == pytest.approx([120 + 68.44, 90 + 81.42])


def test_social_care_posts_follow_from_vacancies_and_their_rate() -> None:
    assert social_care_base(2000, 12.6, 0.692) == pytest.approx(10_984, abs=1)
    with pytest.raises(ValueError, match="vacancy"):
        social_care_base(2000, 0.0, 0.692)


def test_a_trust_that_serves_others_too_enters_at_the_area_s_share_infrastructure_apart() -> None:
    clinical, infrastructure = shared_staff(
        np.array([7291.1, 353.9]), np.array([31.0, 100.0]), np.array([10.0, 100.0])
    )
    assert clinical == pytest.approx([7291.1 * 0.31 * 0.9, 0.0])
    assert infrastructure == pytest.approx([7291.1 * 0.031, 353.9])


def test_staff_of_activity_are_a_rate_a_thousand() -> None:
    assert staff_of_activity(1_217_000, 1.3) == pytest.approx(1582.1)


def test_better_productivity_lowers_the_requirement_and_the_principal_run_has_none() -> None:
    years = np.arange(2024, 2051)
    held = staffing_factor((1, 0.9, 1.1), (0, -0.5, 0.5), "acute", years, 2024, 200, 3)
    assert (held[0] == 1).all()
    better = staffing_factor((1, 1, 1), (1.0, 1.0, 1.0), "acute", years, 2024, 2, 3)
    assert better[0, 10] == pytest.approx(1.01**-10)


def test_a_requirement_at_another_productivity_is_that_of_a_run_made_at_it() -> None:
    made, years = 100 * 1.005 ** -np.arange(4.0), np.arange(4)
    assert at_productivity(made, years, 0.5, 2.0) == pytest.approx(100 * 1.02 ** -np.arange(4.0))


def test_a_gain_in_productivity_is_not_counted_beside_what_measures_save() -> None:
    gain, loss = np.array([0.9]), np.array([1.1])
    # Measures save a twentieth and productivity a tenth: together a tenth, not more.
    assert counted_once(95 * gain, 100 * gain, gain) == pytest.approx(90)
    # Measures save a fifth: that is all of it.
    assert counted_once(80 * gain, 100 * gain, gain) == pytest.approx(80)
    # Work that measures add to a group gets quicker like any other.
    assert counted_once(120 * gain, 100 * gain, gain) == pytest.approx(108)
    assert counted_once(95 * gain, None, gain) == pytest.approx(95)
    assert counted_once(95 * loss, 100 * loss, loss) == pytest.approx(95 * 1.1)


def test_the_level_of_the_base_year_is_the_requirement_s_and_the_supply_s_alike() -> None:
    years = np.arange(2024, 2030)
    factor = staffing_factor((1, 0.9, 1.1), (0, -0.5, 0.5), "acute", years, 2024, 50, 3)
    assert factor[:, 0] == pytest.approx(base_level((1, 0.9, 1.1), "acute", 50, 3))


def test_a_group_without_vacancies_has_all_its_posts_filled_and_one_without_staff_is_refused() -> None:
    assert in_post(120.0, 0.0) == 120.0
    with pytest.raises(ValueError, match="not 100"):
        in_post(120.0, 100.0)


def test_posts_stay_where_activity_on_record_dips_until_it_has_grown_into_them() -> None:
    """120 posts; 6 % less activity from the second year on, and people who bring 2 % a year more."""
    at_base = np.array([[120.0, 122.4, 124.8, 127.3, 129.9]]).T
    dipped = at_base * np.array([[1.0, 0.94, 0.94, 0.94, 0.94]]).T
    assert posts_kept(dipped, at_base, np.ones_like(at_base))[:, 0] == pytest.approx(
        [120.0, 120.0, 120.0, 120.0, 122.106]
    )


def test_posts_fall_with_what_lowers_the_requirement_besides_the_record() -> None:
    """Another model of care takes 10 % of the work; the record is 6 % lower as well."""
    at_base = np.array([[120.0, 114.0, 108.0]]).T
    dipped = at_base * np.array([[1.0, 0.94, 0.94]]).T
    assert posts_kept(dipped, at_base, np.ones_like(at_base))[:, 0] == pytest.approx([120.0, 114.0, 108.0])


def test_posts_rise_with_activity_that_is_above_the_base_year_s_level() -> None:
    at_base = np.array([[120.0, 121.0]]).T
    higher = at_base * np.array([[1.0, 1.05]]).T
    assert posts_kept(higher, at_base, np.ones_like(at_base))[:, 0] == pytest.approx([120.0, 127.05])


def test_posts_that_stay_on_a_dip_follow_productivity() -> None:
    """A gain of 2 % takes 2 % of the posts, whatever the level on record."""
    gain = np.array([[1.0, 0.98]]).T
    at_base = np.array([[120.0, 121.0]]).T * gain
    dipped = at_base * np.array([[1.0, 0.9]]).T
    assert posts_kept(dipped, at_base, gain)[:, 0] == pytest.approx([120.0, 117.6])
