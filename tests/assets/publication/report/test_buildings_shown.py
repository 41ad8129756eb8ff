"""The report's table of neighbourhood teams: the largest gap first, and what an estimate is said to be."""

from __future__ import annotations

import pandas as pd

from assets.publication.report.buildings_shown import local_gaps

AREA = "primary_care_gross_internal_area"


def table() -> pd.DataFrame:
    rows = []
    for code, required, existing, basis in (
        ("N01", 900.0, 850.0, "estimated"),
        ("N02", 2000.4, 1500.0, "surveyed"),
    ):
        for measure, value in (("required", required), ("existing", existing), ("gap", required - existing)):
            rows.append(
                {
                    "scenario": "local_plan",
                    "area_kind": "team",
                    "area": code,
                    "facility": AREA,
                    "year": 2035,
                    "measure": measure,
                    "area_name": f"Team {code}",
                    "place": "E06000032",
                    "basis": "modelled" if measure == "required" else basis,
                    "principal": value,
                    "p10": value - 100,
                    "p50": value,
                    "p90": value + 100,
                    "probability_short": 0.75,
                    "probability_short_without_estimate": 0.5,
                    "interval_from_building_percent": 90.0,
                }
            )
    return pd.DataFrame(rows)


def test_teams_come_by_their_gap_with_its_range_and_both_probabilities() -> None:
    others = table().assign(area_kind="place", principal=1e6)
    later = table().assign(year=2040, principal=1e6)
    tables = {"local_estates": pd.concat([table(), others, later])}
    first, second = local_gaps(tables, {"E06000032": "Luton"}, 2035)
    assert first == {
        "code": "N02",
        "team": "Team N02",
        "place": "Luton",
        "required": "2,000",
        "existing": "1,500",
        "gap": "500 (400 to 600)",
        "short": "75 %",
        "alone": "50 %",
        "building": "90 %",
        "basis": "surveyed",
    }
    assert (second["team"], second["gap"]) == ("Team N01", "50 (-50 to 150)")


def test_a_release_without_teams_shows_none() -> None:
    assert local_gaps({}, {}, 2035) == []
    assert local_gaps({"local_estates": table().iloc[:0]}, {}, 2035) == []
