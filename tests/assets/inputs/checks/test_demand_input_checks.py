"""The shipped tables of demand agree with each other, and each way to spoil one is said with its row."""

from __future__ import annotations

from collections.abc import Callable
from functools import cache

import pandas as pd
import pytest

from assets.inputs.checks.demand_input_checks import demand_findings
from assets.inputs.scenarios import load_scenarios
from tests.assets.services_run import shipped_inputs
from tests.shipped import DATA

Change = Callable[[pd.DataFrame], pd.DataFrame]


@cache
def shipped() -> dict[str, pd.DataFrame]:
    return shipped_inputs()


def findings(name: str, change: Change) -> list[str]:
    tables = {**shipped(), name: change(shipped()[name].copy())}
    found = demand_findings(tables, load_scenarios(DATA / "scenarios"))
    return [finding.sentence() for finding in found]


def with_cell(row: int, column: str, value: object) -> Change:
    def change(frame: pd.DataFrame) -> pd.DataFrame:
        frame[column] = frame[column].astype(object)
        frame.loc[row, column] = value
        return frame

    return change


def test_nothing_is_wrong_with_the_shipped_tables() -> None:
    assert findings("services", lambda frame: frame) == []


@pytest.mark.parametrize(
    ("name", "row", "column", "value", "said"),
    [
        ("place_to_provider_shares", 4, "share", 0.5, "in all for"),
        ("place_to_provider_shares", 3, "provider", "RXX", "row 5, column provider: found RXX"),
        ("mitigation_targets", 2, "service", "nothing", "row 4, column service: found nothing"),
        ("mitigation_targets", 2, "measured_on", "nothing", "row 4, column measured_on: found nothing"),
        ("mitigation_exchange", 0, "to_service", "nothing", "row 2, column to_service: found nothing"),
        ("mitigation_targets", 1, "full_year", 2025, "row 3, column full_year: found 2025"),
        ("mitigation_library", 3, "services", "ae_attendances ae", "row 5, column services: found ae;"),
        (
            "mitigation_library",
            0,
            "remains_low",
            99.0,
            "row 2, column remains_percent: found 99, 75.36, 94.8",
        ),
        ("mitigation_shares", 0, "type", "falls", "row 2, column type: found falls"),
        ("mitigation_shares", 0, "service", "day_cases", "row 2, column service: found day_cases"),
        ("mitigation_shares", 0, "applies_to", "E06000099", "row 2, column applies_to: found E06000099"),
        ("assumed_activity_rates", 1, "service", "nothing", "row 3, column service: found nothing"),
        ("prevalence_by_age", 1, "service", "nothing", "row 3, column service: found nothing"),
        ("intervention_log", 1, "provider", "RXX", "row 3, column provider: found RXX"),
        ("intervention_log", 1, "first_month", "2025-13", "row 3, column first_month: found 2025-13"),
        ("intervention_log", 1, "last_month", "1999-01", "row 3, column last_month: found 1999-01"),
        ("intervention_log", 1, "effect", "planned_change", "row 3, column change_percent: found an empty"),
        ("monthly_interval_ratios", 0, "first_month", 2, "found 2 as the first of ae_attendances"),
        ("ae_attendances_monthly", 5, "month", "2025-13", "row 7, column month: found 2025-13"),
        ("ae_attendances_by_age", 2, "age_from", 6, "age 5 is in no age band"),
    ],
)
def test_one_spoilt_cell_is_said_with_its_row(
    name: str, row: int, column: str, value: object, said: str
) -> None:
    found = findings(name, with_cell(row, column, value))
    assert any(f"{name}.csv" in sentence and said in sentence for sentence in found), found


def test_types_that_make_up_more_than_all_of_a_service_are_refused_at_the_council_they_do_so() -> None:
    def with_row(place: str, kind: str, percent: float) -> Change:
        def change(frame: pd.DataFrame) -> pd.DataFrame:
            row = frame.iloc[[0]].assign(applies_to=place, type=kind, share_percent=percent)
            return pd.concat([frame, row], ignore_index=True)

        return change

    assert findings("mitigation_shares", with_row("all", "smoking", 96.6)) == []
    assert findings("mitigation_shares", with_row("E06000032", "falls_related_admissions", 99.0)) == []
    said = findings("mitigation_shares", with_row("E06000032", "smoking", 96.7))
    assert len(said) == 1
    assert "found 100.1 % of emergency_admissions at E06000032; expected at most 100 %" in said[0]


def test_a_measure_without_ratios_has_those_of_all_so_there_must_be_some() -> None:
    assert findings("monthly_interval_ratios", lambda frame: frame[frame["measure"] == "all"]) == []
    [said] = findings("monthly_interval_ratios", lambda frame: frame[frame["measure"] != "all"])
    assert "no row of all" in said


def test_shares_within_rounding_of_one_are_taken() -> None:
    def nearly(frame: pd.DataFrame) -> pd.DataFrame:
        frame.loc[0, "share"] += 1e-11
        return frame

    assert findings("place_to_provider_shares", nearly) == []


def test_a_waiting_list_of_no_month_or_of_no_trust_is_refused_before_a_run() -> None:
    row = {"referrals": 9, "completed_admitted": 1, "completed_non_admitted": 5, "waiting": 40}
    rows = [
        {"provider": "RXX", "month": "2025-04", "treatment_function": "C_100", **row},
        {"provider": "RD8", "month": "April", "treatment_function": "C_100", **row},
    ]
    said = findings("waiting_lists", lambda _: pd.DataFrame(rows))
    assert sorted(said) == [
        "waiting_lists.csv, row 2, column provider: found RXX; expected an acute trust of providers.csv",
        "waiting_lists.csv, row 3, column month: found April; expected a month such as 2025-07",
    ]
