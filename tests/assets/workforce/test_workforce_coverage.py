"""The table of coverage on the shipped figures: every row says what it is, and what adds up adds up."""

from __future__ import annotations

import pandas as pd
import pytest

from assets.tables.declarations import TABLES
from assets.workforce.workforce_coverage import workforce_coverage
from tests.assets.services_run import call_stage, services

ADDED = ("modelled", "counted", "not modelled")


def coverage(scope: str = "nhs") -> pd.DataFrame:
    table = services()["workforce_coverage"]
    return table[table["scope"] == scope]


def wte(row: str, scope: str = "nhs") -> float:
    return float(coverage(scope).set_index("row").loc[row, "wte"])


def test_the_table_is_as_declared_and_says_why_of_every_row() -> None:
    table = services()["workforce_coverage"]
    assert list(table.columns) == TABLES["workforce_coverage"].column_names
    assert table["number"].is_unique
    assert table["number"].is_monotonic_increasing
    assert table["reason"].str.len().gt(10).all()
    assert set(table["icb_code"]) == {"S1Y5D"}


def test_modelled_counted_and_unmodelled_add_up_to_the_published_total() -> None:
    for scope in ("nhs", "adult_social_care"):
        rows = coverage(scope)
        added = rows.loc[rows["status"].isin(ADDED), "wte"].sum()
        total = rows.loc[rows["status"] == "total", "wte"]
        whole = total.item() if len(total) else services_in_post("adult_social_care_staff")
        assert added == pytest.approx(whole)
        assert rows.loc[rows["status"].isin(ADDED), "percent_of_total"].sum() == pytest.approx(100.0)
    assert coverage().set_index("status").loc["total", "wte"] == 25_694


def services_in_post(group: str) -> float:
    base = services()["staffing_base"]
    return float(base.loc[base["staff_group"] == group, "in_post_wte"].sum())


def test_nine_tenths_of_the_published_total_stand_in_a_row_with_bank_and_agency() -> None:
    rows = coverage()
    stand = rows[rows["status"].isin(["modelled", "counted"])]
    assert stand["percent_of_total"].sum() > 90.0
    staff = stand[stand["row"] != "Bank and agency"]
    assert 84.0 < staff["percent_of_total"].sum() < 86.0


def test_groups_stand_with_their_staff_in_post_and_every_one_of_them() -> None:
    base = services()["staffing_base"]
    rows = services()["workforce_coverage"].dropna(subset="staff_group").set_index("staff_group")
    assert set(rows.index) == set(base["staff_group"])
    for group, own in base.groupby("staff_group"):
        assert rows.loc[group, "wte"] == pytest.approx(own["in_post_wte"].sum())


def test_parts_are_within_what_they_are_a_part_of() -> None:
    rows = coverage()
    parts = rows[rows["status"] == "part"].groupby("part_of")["wte"].sum()
    assert parts["infrastructure_support"] == pytest.approx(services_in_post("infrastructure_support"))
    assert parts["support_to_clinical_staff"] == pytest.approx(services_in_post("support_to_clinical_staff"))
    networks = services()["network_staff"].set_index("staff_role")["fte"]
    assert wte("Pharmacists (networks)") == pytest.approx(networks["Pharmacists"].sum())
    assert 80 < wte("Pharmacists (networks)") < 95


def test_a_trust_that_serves_others_enters_with_its_share_and_range() -> None:
    row = coverage()[coverage()["row"].str.startswith("East London NHS Foundation Trust: 31 %")].iloc[0]
    assert row["wte"] == pytest.approx(7291.1 * 0.31)
    assert row["wte_low"] == pytest.approx(7291.1 * 0.22)
    assert row["wte_high"] == pytest.approx(7291.1 * 0.36)
    assert row["evidence_grade"] == "C"


def test_both_readings_of_the_printed_vacancies_stand_beside_what_is_modelled() -> None:
    percents = coverage("vacancies").set_index("row")["percent_of_total"]
    assert percents["Printed, of the hospitals: the reading taken"] == 12.76
    other = percents["Printed, of all NHS staff: the other reading"]
    assert other == pytest.approx(100 * 1820 / (1820 + 25_694))
    assert percents["As modelled: hospitals"] == pytest.approx(12.76, abs=0.02)
    assert "14,263 posts, so 12,443 are in post" in coverage("vacancies").iloc[0]["reason"]


def test_an_area_that_prints_no_total_is_held_against_england_s_staff_a_head() -> None:
    made = dict(services())
    totals = made["system_totals"]
    printed = totals["total"] == "workforce.nhs_staff_in_post"
    made["system_totals"] = totals.assign(
        unit=totals["unit"].mask(printed, "per cent"), value=totals["value"].mask(printed, 100.0)
    )[~totals["total"].isin(["workforce.nhs_vacancies"])]
    table = call_stage_coverage(made)
    total = table[table["status"] == "total"].iloc[0]
    base = made["staffing_base"]
    practice = base.loc[base["sector"] == "general_practice", "in_post_wte"].sum()
    assert total["wte"] == pytest.approx(1_465_206 * 0.018011 + practice, rel=1e-4)
    added = table[(table["scope"] == "nhs") & table["status"].isin(ADDED)]["wte"].sum()
    assert added == pytest.approx(total["wte"])
    assert not table["row"].str.startswith("Printed").any()


def test_hospitals_that_serve_other_areas_too_are_not_taken_whole_without_a_printed_total() -> None:
    """Three quarters of the trusts' requirement are the area's here: its people take that much."""
    made = dict(services())
    totals, place = made["system_totals"], made["workforce"]
    printed = totals["total"] == "workforce.nhs_staff_in_post"
    made["system_totals"] = totals.assign(
        unit=totals["unit"].mask(printed, "per cent"), value=totals["value"].mask(printed, 100.0)
    )
    whole = call_stage_coverage(made).set_index("staff_group")["wte"]
    fewer = (place["measure"] == "required_wte") & (place["staff_group"] == "doctors")
    trusts = made["provider_workforce"]
    base = trusts[(trusts["scenario"] == "local_plan") & (trusts["year"] == 2024)]
    posts = base[(base["measure"] == "required_wte") & (base["staff_group"] == "doctors")]["principal"].sum()
    made["workforce"] = place.assign(principal=place["principal"].mask(fewer, 0.75 * posts))
    table = call_stage_coverage(made)
    here = table.set_index("staff_group")["wte"]
    assert here["doctors"] == pytest.approx(0.75 * services_in_post("doctors"))
    assert here["nurses"] == whole["nurses"]
    added = table[(table["scope"] == "nhs") & table["status"].isin(ADDED)]["wte"].sum()
    assert added == pytest.approx(table.set_index("status").loc["total", "wte"])


def call_stage_coverage(made: dict[str, object]) -> pd.DataFrame:
    table: pd.DataFrame = call_stage(workforce_coverage, made)
    return table
