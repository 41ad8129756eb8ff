"""Levels on the page: every step beside its place, births with their year, and services without a rate."""

from __future__ import annotations

import pandas as pd

from assets.publication.report.levels_shown import levels

NAMES = {"A": "Aplace", "B": "Bplace"}


def tables() -> dict[str, pd.DataFrame]:
    return {
        "activity_levels": pd.DataFrame(
            {
                "place": ["B", "A"],
                "measure": "emergency_admissions",
                "year": 2024,
                "by_age": [95.3, 92.2],
                "need_index": [0.97, 1.04],
                "by_need": [92.7, 96.0],
                "by_own_rates": [86.1, 118.1],
                "level": [80.8, 136.6],
                "factor": [0.938, 1.157],
                "beyond_need": [0.872, 1.424],
                "left_over": "Same-day care",
            }
        ),
        "activity_calibration": pd.DataFrame(
            {
                "place": ["A", "A"],
                "service": ["births", "dementia"],
                "expected": [3641.2, 1.0],
                "calibrated": [3424.6, 1.0],
                "basis": ["3,398 births recorded in 2024, 3,613 modelled for it", "not calibrated"],
            }
        ),
        "social_care_by_age": pd.DataFrame(
            {
                "place": "A",
                "shape": [
                    "one rate from 65, as used",
                    "one rate from 65, as used",
                    "rising as dementia does",
                ],
                "year": [2024, 2040, 2040],
                "growth_percent": [0.0, 52.3, 70.0],
            }
        ),
        "waiting_list_imbalance": pd.DataFrame(
            {
                "place": ["A", "B"],
                "flow_group": "elective",
                "imbalance_percent": [4.26, 0.0],
                "covered_percent": [85.0, 0.0],
                "basis": "RD8: 2024-04 to 2025-03",
            }
        ),
        "services": pd.DataFrame(
            {
                "service_name": ["Sight tests", "Dementia"],
                "status": ["off", "on"],
                "note": ["bring the yearly number to assumed_activity_rates.csv", None],
            }
        ),
    }


def test_every_step_of_a_level_stands_beside_its_place() -> None:
    found = levels(tables(), NAMES)
    assert found["rows"] == [
        ["Emergency admissions, Aplace", "92", "96", "118", "137", "1.16", "+42 %"],
        ["Emergency admissions, Bplace", "95", "93", "86", "81", "0.94", "-13 %"],
    ]
    assert found["left_over"] == ["Emergency admissions: Same-day care."]


def test_births_say_what_they_are_tied_to_and_social_care_what_a_curve_would_do() -> None:
    found = levels(tables(), NAMES)
    assert found["births"] == [
        "Aplace: 3,398 births recorded in 2024, 3,613 modelled for it; base year 3,641 as modelled, "
        "3,425 as published here."
    ]
    assert found["social_care"] == [
        "Aplace to 2040/41: +52 % one rate from 65, as used; +70 % rising as dementia does."
    ]


def test_services_that_are_off_say_what_a_user_must_bring_and_others_are_not_listed() -> None:
    found = levels(tables(), NAMES)
    assert found["off"] == ["Sight tests: bring the yearly number to assumed_activity_rates.csv."]


def test_waiting_lists_say_whom_they_move_or_that_activity_is_taken_for_demand() -> None:
    moved = tables()
    assert levels(moved, NAMES)["waiting"] == [
        "Waiting lists: RD8: 2024-04 to 2025-03.",
        "Aplace, elective care: +4.3 % of a year's activity.",
    ]
    none = {**moved, "waiting_list_imbalance": moved["waiting_list_imbalance"].iloc[1:].assign(basis="none")}
    assert levels(none, NAMES)["waiting"] == ["Waiting lists: none."]


def test_a_release_without_these_tables_shows_nothing() -> None:
    assert not any(levels({}, NAMES).values())
