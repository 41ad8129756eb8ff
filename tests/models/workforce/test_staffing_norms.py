"""Norms, headroom and skill mix: by hand, and refused where they would be silently wrong."""

from __future__ import annotations

import numpy as np
import pytest

from models.workforce.staffing_norms import (
    headroom_share,
    productive_hours,
    skill_mix_shares,
    staffing_norms,
    wte_per_unit,
)

YEARS = np.array([2024, 2025, 2026, 2027, 2030], dtype=np.int64)


def test_contacts_times_minutes_over_productive_time() -> None:
    hours = productive_hours(2000.0, headroom_share([14.0, 4.0, 2.0]))
    assert hours == pytest.approx(1600.0)
    # 96,000 contacts of 10 minutes are 16,000 hours: ten people's year.
    assert 96_000 * wte_per_unit("minutes_per_contact", 10.0, hours) == pytest.approx(10.0)


def test_staff_per_occupied_bed_theatre_session_and_caseload() -> None:
    # 8 care hours a bed day, 365 days, 1,600 hours a head: 1.825 WTE an occupied bed.
    assert 365 * wte_per_unit("hours_per_bed_day", 8.0, 1600.0) == pytest.approx(1.825)
    # 500 cases at 5 a session of 4 hours with 3 staff: 1,200 hours.
    session = wte_per_unit("staff_per_theatre_session", 3.0, 1600.0, 4.0, 5.0)
    assert 500 * session == pytest.approx(0.75)
    assert 295 * wte_per_unit("caseload", 29.5, 1600.0) == pytest.approx(10.0)


def test_unknown_norms_and_impossible_values_are_refused() -> None:
    with pytest.raises(ValueError, match="no norm is called staff_by_feel"):
        wte_per_unit("staff_by_feel", 1.0, 1600.0)
    with pytest.raises(ValueError, match="expected more than 0"):
        wte_per_unit("caseload", 0.0, 1600.0)
    with pytest.raises(ValueError, match="theatre session takes"):
        wte_per_unit("staff_per_theatre_session", 1.0, 1600.0, 4.0, 0.0)
    with pytest.raises(ValueError, match="headroom of 101"):
        headroom_share([100.0, 1.0])


def test_a_scenario_moves_work_between_groups_in_a_straight_line() -> None:
    recorded = {(0, 0): 60.0, (1, 0): 40.0}
    wanted = {(0, 0): 50.0, (1, 0): 50.0}
    shares = skill_mix_shares(recorded, wanted, (2025, 2027), YEARS, 3, 2)
    assert shares[:, 0, 0] == pytest.approx([0.6, 0.6, 0.55, 0.5, 0.5])
    assert shares[:, :2, 0].sum(axis=1) == pytest.approx(np.ones(5))
    assert (shares[:, :, 1] == 1).all()
    assert (shares[:, 2] == 1).all()


def test_a_skill_mix_that_does_not_add_up_or_names_a_stranger_is_refused() -> None:
    with pytest.raises(ValueError, match="adds to 90 %"):
        skill_mix_shares({(0, 0): 50.0, (1, 0): 40.0}, {}, (0, 0), YEARS, 2, 1)
    with pytest.raises(ValueError, match="group 2"):
        skill_mix_shares({(0, 0): 100.0}, {(0, 0): 50.0, (2, 0): 50.0}, (0, 0), YEARS, 3, 1)


def test_norms_stand_where_they_were_given() -> None:
    assert staffing_norms({(1, 0): 0.5}, 2, 2).tolist() == [[0.0, 0.0], [0.5, 0.0]]
