"""Wrong inputs of the workforce stage are all told before a run starts, with file, row and column."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from pathlib import Path

import pytest

from assets.inputs.checks.workforce_checks import workforce_findings
from assets.inputs.csv_reading import read_table
from assets.inputs.scenarios import load_scenarios
from assets.tables.declarations import INPUT_TABLES
from tests.shipped import DATA

SCENARIO = """name: trial
order: 9
title: A trial
description: For a test
population: housing_led
delivery: calibrated
plans: adopted
mitigation: none
"""


def found(folder: Path, change: Callable[[Path], object]) -> list[str]:
    """Findings on the shipped inputs after a change of them."""
    shutil.copytree(DATA, folder)
    change(folder)
    places = read_table(INPUT_TABLES["places"], folder / "places.csv", None)
    tables = {
        name: read_table(table, folder / f"{name}.csv", list(places["place"]))
        for name, table in INPUT_TABLES.items()
        if table.stage in ("workforce", "demand", "inputs")
    }
    scenarios = load_scenarios(folder / "scenarios")
    return [finding.sentence() for finding in workforce_findings(tables, scenarios, folder)]


def replaced(file: str, old: str, new: str) -> Callable[[Path], object]:
    def change(folder: Path) -> None:
        text = (folder / file).read_text(encoding="utf-8")
        assert old in text
        (folder / file).write_text(text.replace(old, new, 1), encoding="utf-8")

    return change


def added(file: str, text: str) -> Callable[[Path], object]:
    def change(folder: Path) -> None:
        path = folder / file
        path.parent.mkdir(exist_ok=True)
        before = path.read_text(encoding="utf-8") if path.exists() else ""
        path.write_text(before + text, encoding="utf-8")

    return change


def test_the_shipped_inputs_and_a_scenario_of_a_user_s_own_are_good(tmp_path: Path) -> None:
    own = SCENARIO + "skill_mix: wider_team\nworkforce_policy: retention_and_training\n"
    assert found(tmp_path / "data", added("scenarios/trial.yaml", own)) == []


@pytest.mark.parametrize(
    ("change", "said"),
    [
        (
            added("scenarios/trial.yaml", SCENARIO + "workforce_policy: wishful\n"),
            "column workforce_policy: found wishful; expected one of none, retention_and_training",
        ),
        (
            added("scenarios/trial.yaml", SCENARIO + "skill_mix: wishful\n"),
            "trial.yaml, column skill_mix: found wishful; expected one of recorded, wider_team",
        ),
        (
            replaced("shared_trusts.csv", "7291.1,31,22,36,", "7291.1,31,22,30,"),
            "shared_trusts.csv, row 2, column share_percent: found 22, 31, 30",
        ),
        (
            replaced("shared_trusts.csv", "7291.1,31,22,36,", "7291.1,31,10,36,"),
            "id workforce.level_mental_health: found low 0.689 and high 1.193; expected 0.41",
        ),
        (
            added("place_staff_rates.csv", "E06000032,doctors,turnover,9,10,2025,placecast,C,\n"),
            "place_staff_rates.csv, row 6, column staff_group: found doctors; expected one of",
        ),
        (
            added("place_staff_rates.csv", "E06000032,gps,turnover,9,,2025,placecast,C,\n"),
            "place_staff_rates.csv, row 6, column england_percent: found nothing",
        ),
        (
            added("workforce_policies.csv", "p,leavers,wizards,-10,2026,placecast,C,\n"),
            "workforce_policies.csv, row 4, column staff_group: found wizards",
        ),
        (
            added("workforce_policies.csv", "p,leavers,all,-10,2019,placecast,C,\n"),
            "row 4, column from_year: found 2019; expected a projected year, 2025 to 2050",
        ),
        (
            added("staff_pay.csv", "acute,wizards,Wands,30000,40000,,placecast,C,\n"),
            "staff_pay.csv, row 17, column staff_group: found wizards of acute",
        ),
        (
            replaced("staff_pay.csv", "29970,44962", "44962,29970"),
            "staff_pay.csv, row 5, column lowest_pay_gbp: found 44962 to 29970; expected a scale from lowest",
        ),
        (
            added(
                "workforce_lever_limits.csv",
                "one_point_less_sickness,wizards,1,as the lever,,placecast,C,\n",
            ),
            "workforce_lever_limits.csv, row 9, column staff_group: found wizards",
        ),
        (
            added("workforce_budgets.csv", "RXX,all,2030,1000000,placecast,C,\n"),
            "workforce_budgets.csv, row 2, column area: found RXX; expected a place, trust or system",
        ),
        (
            replaced("assumptions.csv", "workforce.plan_year,2035", "workforce.plan_year,2024"),
            "column id workforce.plan_year: found 2024; expected a projected year, 2025 to 2050",
        ),
        (
            replaced("skill_mix.csv", "gps,33.2", "gps,34.2"),
            "skill_mix.csv, row 9, column percent: found 101 % of gp_appointments in wider_team",
        ),
        (
            replaced("skill_mix.csv", "37.8,2025,2030", "37.8,2025,2031"),
            "column before_year: found 2 in wider_team",
        ),
        (
            replaced("staffing_norms.csv", "midwives,births", "midwives,birthz"),
            "staffing_norms.csv, row 15, column service: found birthz",
        ),
        (
            replaced("staffing_norms.csv", "acute,midwives,births", "acute,doctors,births"),
            "staffing_norms.csv, column staff_group: found no row for midwives of acute",
        ),
        (
            replaced("staff_age_profiles.csv", "staff,gps,30-34,14", "staff,gps,30-34,15"),
            "staff_age_profiles.csv, row 97, column percent: found 101 % in gps of staff",
        ),
        (
            added(
                "published_workforce/staff.csv",
                "area,staff_group,age_band,month,headcount,wte\nRD8,wizards,all,2025-03,1,1\n",
            ),
            "staff.csv, row 2, column staff_group: found wizards",
        ),
    ],
)
def test_what_is_wrong_is_said_with_its_place(
    tmp_path: Path, change: Callable[[Path], object], said: str
) -> None:
    assert any(said in finding for finding in found(tmp_path / "data", change))
