"""What new models of care change, on the page: rows that change, with their range, and what they rest on."""

from __future__ import annotations

import pandas as pd

from assets.publication.report.mitigation_shown import mitigation


def tables() -> dict[str, pd.DataFrame]:
    effects = pd.DataFrame(
        [
            (
                "S",
                2040,
                "service",
                "hospital",
                "ae_attendances",
                "attendances",
                -1234.0,
                -2.5,
                -2000.0,
                -400.0,
            ),
            ("S", 2030, "service", "hospital", "ae_attendances", "attendances", -300.0, -0.6, -500.0, -100.0),
            ("S", 2030, "service", "hospital", "births", "births", 0.0, 0.0, 0.0, 0.0),
            ("S", 2040, "staff", "community", "registered_nurses", "WTE", 12.0, 1.5, None, None),
            ("P", 2040, "service", "hospital", "day_cases", "admissions", -9.0, -9.0, -9.0, -9.0),
        ],
        columns=[
            "place",
            "year",
            "subject_kind",
            "sector",
            "subject",
            "unit",
            "difference",
            "difference_percent",
            "p10",
            "p90",
        ],
    ).assign(scenario="new_models_of_care")
    measures = pd.DataFrame(
        [
            ("falls", "Published target: falls", "on", 2017, 2020),
            ("smoking", "Smoking Related Admissions", "on", None, None),
            ("smoking", "Smoking Related Admissions", "off", None, None),
            ("obesity", "Obesity Related Admissions", "off", None, None),
        ],
        columns=["measure", "title", "status", "published_year", "target_year"],
    )
    return {"mitigation_effects": effects, "mitigation_measures": measures}


def test_what_changes_is_shown_of_the_whole_area_with_per_cent_and_range() -> None:
    found = mitigation(tables(), "S")
    assert found["years"] == ["2030/31", "2040/41"]
    service, staff = found["rows"]
    assert service["name"] == "A&E attendances"
    assert service["cells"] == ["-300 (-0.6 %, -500 to -100)", "-1,234 (-2.5 %, -2,000 to -400)"]
    assert staff["name"] == "Registered nurses (community)"
    assert staff["cells"] == ["not available", "+12 (+1.5 %)"]


def test_measures_at_work_are_named_and_types_without_a_share_counted() -> None:
    found = mitigation(tables(), "S")
    assert found["at_work"] == [
        "Published target: falls, published 2017 for 2020/21",
        "Smoking Related Admissions",
    ]
    assert found["without_share"] == 1


def test_a_release_without_effects_shows_nothing() -> None:
    assert mitigation({}, "S") == {}
    assert mitigation({"mitigation_effects": tables()["mitigation_effects"].iloc[:0]}, "S") == {}
