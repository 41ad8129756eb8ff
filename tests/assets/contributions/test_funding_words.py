"""What councils hold is credited once and before its expiry; schemes for a need are always told."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd
import pytest

from assets.contributions.funding_statements import TO_ENTER, FundingStatements
from assets.contributions.scheme_words import Schemes
from assets.contributions.secured_funding import Funding
from assets.inputs.checks.site_checks import site_findings
from assets.tables.declarations import INPUT_TABLES

PREMISES = "general_practice_premises"


def held(**cells: Any) -> FundingStatements:
    row = dict.fromkeys(INPUT_TABLES["contribution_policies"].column_names)
    row |= {"place": "P", "item": PREMISES, "statement_year": 2024, "evidence_grade": "A", **cells}
    numbers = ["statement_year", "held_gbp", "spent_gbp", "allocated_gbp", "expiry_year"]
    frame = pd.DataFrame([row])
    frame[numbers] = frame[numbers].astype(float)
    return FundingStatements(frame, 2026)


def test_what_is_held_and_not_allocated_is_credited_once_over_the_sites() -> None:
    statements = held(held_gbp=500_000, allocated_gbp=200_000, expiry_year=2028)
    before = np.array([400_000.0, 200_000.0, 50.0])
    credits = statements.credits(["P", "P", "Q"], PREMISES, before)
    assert credits.tolist() == [200_000, 100_000, 0]
    assert statements.credits(["P"], PREMISES, np.array([1000.0])).tolist() == [1000]
    assert statements.credits(["P"], "hospital_capital", np.array([1000.0])).tolist() == [0]
    words, known = statements.statement("P", PREMISES)
    assert "held £500,000" in words
    assert "spent by the end of 2028/29" in words
    assert not known  # what was spent is not entered


@pytest.mark.parametrize(
    ("cells", "told"),
    [
        ({"held_gbp": 500_000, "expiry_year": 2025}, "which is past: not credited"),
        ({"item": "all", "held_gbp": 500_000}, "credited to none"),
        ({"held_gbp": 100.0, "allocated_gbp": 100.0, "spent_gbp": 0.0}, "allocated £100"),
    ],
)
def test_what_is_past_allocated_or_for_no_item_is_not_credited(cells: dict[str, Any], told: str) -> None:
    statements = held(**cells)
    assert statements.available("P", PREMISES) == 0
    assert told in statements.statement("P", PREMISES)[0]


def test_more_allocated_than_held_and_sums_without_a_year_are_refused_with_their_row() -> None:
    columns = ["held_gbp", "allocated_gbp", "statement_year"]
    frame = pd.DataFrame(
        [(100.0, 50.0, 2024.0), (100.0, 150.0, 2024.0), (100.0, None, None)], columns=columns
    )
    frame.attrs["rows"] = [2, 3, 4]
    found = site_findings({"contribution_policies": frame.astype("float64")}, {})
    assert [(each.column, each.found) for each in found] == [
        ("allocated_gbp", "£150 allocated of £100 held"),
        ("statement_year", "an empty cell"),
    ]
    assert [each.row for each in found] == [3, 4]


def test_blank_cells_are_asked_for() -> None:
    statements = held(statement_year=None, policy_name="Plan")
    assert statements.policy("P", PREMISES) == (f"Plan; the policy's reference is {TO_ENTER}", False)
    assert statements.policy("Q", PREMISES)[1] is False
    words, known = statements.statement("P", PREMISES)
    assert words.endswith(TO_ENTER)
    assert not known
    known_policy = held(policy_reference="INF1", policy_name="Delivering infrastructure")
    assert known_policy.policy("P", PREMISES) == ("policy INF1, Delivering infrastructure (grade A)", True)


SCHEMES = pd.DataFrame(
    [
        ("wc", "birth_rooms", "Women’s", "P", "T1", 14.0, "rooms", 2030, "on", "yes"),
        ("wc", "maternity_beds", "Women’s", "P", "T1", 45.0, "beds", 2030, "on", "yes"),
        ("more", "general_acute_beds", "More beds", "P", "T1", 64.0, "beds", 2027, "off", "no"),
        ("hub", "gp_consulting_rooms", "Hub", "P", None, 10.0, "rooms", 2032, "off", "no"),
        ("hub2", "gp_consulting_rooms", "Hub 2", "P", None, 10.0, "rooms", 2032, "off", "no"),
    ],
    columns=[
        *("scheme", "facility", "scheme_name", "place", "provider", "quantity", "unit", "opening_year"),
        *("switch", "funded"),
    ],
)


def test_schemes_for_the_same_need_are_told_and_open_ones_are_the_project() -> None:
    schemes = Schemes(SCHEMES)
    words = schemes.words("P", "hospital_capital", ["T1", "T2"])
    assert "Women’s (14 birth rooms, 45 maternity beds; funded, so nothing of its cost is requested" in words
    assert "More beds" in words
    assert "Hub" not in words
    assert schemes.words("Q", PREMISES, []) == "the register has no scheme for this need"
    assert schemes.project("P", "hospital_capital", {"T1": 1.5}) == ("More beds, 1.5000 of its 64 beds", True)
    both, known = schemes.project("P", "hospital_capital", {"T1": 1.5, "T2": 0.5})
    assert both.startswith("at T1 More beds, 1.5000 of its 64 beds; at T2 no scheme")
    assert not known
    assert schemes.project("P", PREMISES, {"P": 3.0})[0].startswith("Hub or Hub 2: which of them")
    assert schemes.project("Q", PREMISES, {"Q": 3.0})[0].startswith("no scheme or option is named")


def test_a_hub_of_another_catchment_serves_no_site() -> None:
    near = pd.DataFrame({"hub": ["hub", "hub2", "hub2"], "msoa": ["E1", "E2", "E3"]})
    schemes = Schemes(SCHEMES, near)
    assert schemes.project("P", PREMISES, {"P": 3.0}, "E3")[0] == "Hub 2"
    assert "Hub 2" not in schemes.words("P", PREMISES, [], "E1")
    assert schemes.project("P", PREMISES, {"P": 3.0}, "E9")[0].startswith("no scheme or option is named")
    assert schemes.project("P", PREMISES, {"P": 3.0})[0].startswith("Hub or Hub 2")


@pytest.mark.parametrize(
    ("adopted", "funds", "told", "known"),
    [
        ("no", "no", "no community infrastructure levy is known of", True),
        ("yes", "no", "does not pay for health", True),
        ("yes", "unknown", "may pay for health: how much of the same cost", False),
        ("yes", "yes", "pays for health: how much of the same cost", False),
    ],
)
def test_a_levy_is_asked_about_and_stops_no_request(adopted: str, funds: str, told: str, known: bool) -> None:
    columns = ["place", "adopted", "since", "funds_health", "evidence_grade"]
    levies = pd.DataFrame([("P", adopted, 2014.0, funds, "B")], columns=columns)
    nothing = pd.DataFrame(columns=INPUT_TABLES["site_funding"].column_names)
    words, is_known = Funding(nothing, levies).levy_words("P")
    assert told in words
    assert is_known is known
