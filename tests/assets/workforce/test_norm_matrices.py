"""Norms as matrices: one recorded share of appointments with GPs decides in every mix."""

from __future__ import annotations

import pandas as pd
import pytest

from assets.workforce.norm_matrices import held_to_gp_share

MIX = pd.DataFrame(
    [
        ("recorded", "gp_appointments", "gps", 38.0),
        ("recorded", "gp_appointments", "gps_in_training", 8.0),
        ("recorded", "gp_appointments", "practice_nurses", 54.0),
        ("recorded", "emergency_bed_days", "nurses", 58.0),
        ("recorded", "emergency_bed_days", "support_to_clinical_staff", 42.0),
        ("wider_team", "gp_appointments", "gps", 33.0),
        ("wider_team", "gp_appointments", "gps_in_training", 8.0),
        ("wider_team", "gp_appointments", "practice_nurses", 59.0),
    ],
    columns=["skill_mix", "service", "staff_group", "percent"],
)


def test_every_mix_keeps_its_proportion_to_the_recorded_share_of_gps() -> None:
    held = held_to_gp_share(MIX, 41.5)["percent"].tolist()
    assert held[:3] == pytest.approx([38 * 41.5 / 46, 8 * 41.5 / 46, 58.5])
    assert held[3:5] == [58.0, 42.0]
    wider = 41 * 41.5 / 46
    assert held[5:] == pytest.approx([33 * 41.5 / 46, 8 * 41.5 / 46, 100 - wider])


def test_a_share_that_is_the_recorded_one_changes_nothing() -> None:
    assert held_to_gp_share(MIX, 46.0)["percent"].tolist() == pytest.approx(MIX["percent"].tolist())
