"""The tables people open: names beside codes, one row a fact to pivot, totals with hospitals, ages."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from tests.assets.services_run import services

SYSTEM = "E54000024"
PARTS = ["required_wte", "supply_wte", "gap_wte", "temporary_wte", "headcount"]


def flat() -> pd.DataFrame:
    return services()["workforce_flat"]


@pytest.mark.parametrize(
    "table",
    [
        "workforce",
        "provider_workforce",
        "workforce_shortage",
        "workforce_flows",
        "workforce_levers",
        "training_intake",
        "workforce_flat",
        "staff_ages",
        "retirements",
        "staffing_positions",
        "lever_effects",
        "workforce_plan",
        "workforce_plan_gaps",
    ],
)
def test_names_stand_beside_all_codes_and_years_are_labelled(table: str) -> None:
    frame = services()[table]
    names = {"area": "area_name", "place": "place_name", "provider": "provider_name", "lever": "lever_name"}
    names |= {"sector": "sector_name", "staff_group": "staff_group_name", "year": "financial_year"}
    for code, name in names.items():
        if code in frame:
            pairs = frame[[code, name]].drop_duplicates()
            assert pairs[name].is_unique, (table, code)
            # A number of people for the system is one in each staff group where groups are added.
            assert pairs[code].is_unique or (table, code) == ("lever_effects", "lever")
            assert (pairs[code].astype(str) != pairs[name]).all(), (table, code)
    labels = dict(zip(frame["year"], frame["financial_year"], strict=True))
    assert labels[2030] == "2030/31" if 2030 in labels else labels[2035] == "2035/36"


def test_a_person_finds_a_group_of_a_place_in_a_year_by_its_names() -> None:
    """Community staff, Luton, gap in 2030/31 with its interval: three filters, one row."""
    frame = flat()
    [row] = frame[
        (frame["area_name"] == "Luton")
        & (frame["staff_group_name"] == "Community health services staff")
        & (frame["financial_year"] == "2030/31")
    ].to_dict("records")
    made = services()["workforce"].set_index(["scenario", "place", "year", "staff_group", "measure"])
    gap = made.loc[("local_plan", "E06000032", 2030, "community_staff", "gap_wte")]
    found = [row["gap_wte"], row["gap_p10"], row["gap_p50"], row["gap_p90"]]
    assert found == pytest.approx(gap[["principal", "p10", "p50", "p90"]].tolist())
    assert row["gap_p10"] < row["gap_wte"] < row["gap_p90"]


def test_every_row_of_detail_counts_once_and_makes_the_total_with_hospitals() -> None:
    frame = flat()
    detail = frame[frame["row_kind"] == "detail"].groupby("year")[PARTS].sum()
    whole = frame[frame["staff_group"] == "all_with_hospitals"].set_index("year")[PARTS]
    assert whole.to_numpy() == pytest.approx(detail.to_numpy())
    assert set(frame.loc[frame["row_kind"] == "detail", "area_kind"]) == {"place", "provider"}
    of_system = frame[(frame["area"] == SYSTEM) & (frame["sector"] != "all")].groupby("year")[PARTS].sum()
    assert of_system.to_numpy() == pytest.approx(detail.to_numpy())


def test_the_total_s_interval_is_of_draws_added_and_not_of_intervals_added() -> None:
    at = flat()[lambda rows: rows["year"] == 2035].set_index(["area", "staff_group"])
    whole = at.loc[(SYSTEM, "all_with_hospitals")]
    parts = at.loc[[("RC9", "all"), ("RD8", "all"), (SYSTEM, "all_outside_hospital")]]
    assert whole["gap_wte"] == pytest.approx(parts["gap_wte"].sum())
    width = whole["gap_p90"] - whole["gap_p10"]
    added = (parts["gap_p90"] - parts["gap_p10"]).sum()
    assert (parts["gap_p90"] - parts["gap_p10"]).max() < width < 0.99 * added


def test_hospital_staff_of_the_system_are_those_of_its_trusts() -> None:
    nurses = flat()[lambda rows: (rows["staff_group"] == "nurses") & (rows["year"] == 2040)].set_index("area")
    assert nurses.loc[SYSTEM, "gap_wte"] == pytest.approx(nurses.loc[["RC9", "RD8"], "gap_wte"].sum())
    assert set(nurses.index) == {"RC9", "RD8", SYSTEM}


def test_staff_by_age_are_the_heads_in_post_in_every_year() -> None:
    ages, heads = services()["staff_ages"], flat().set_index(["area", "staff_group", "year"])["headcount"]
    keys = ["area", "staff_group", "year"]
    by_unit = ages.groupby(keys)["headcount"].sum()
    assert by_unit.to_numpy() == pytest.approx(heads.loc[by_unit.index].to_numpy())
    assert ages.groupby(keys)["share_percent"].sum().to_numpy() == pytest.approx(np.full(len(by_unit), 100.0))
    base = services()["staff_in_post"].set_index(["area", "staff_group", "age_band"])["headcount"]
    first = ages[(ages["year"] == 2024) & (ages["area"] != SYSTEM)]
    first = first.set_index(["area", "staff_group", "age_band"])["headcount"]
    assert first.to_numpy() == pytest.approx(base.loc[first.index].to_numpy())


def test_retirements_are_those_of_the_flows_and_count_up() -> None:
    made = services()["retirements"].set_index(["area", "staff_group", "year"])
    flows = services()["workforce_flows"].set_index(["flow", "area", "staff_group", "year"])["principal"]
    rows = made[made["area_kind"] != "system"]
    assert rows["retirements"].to_numpy() == pytest.approx(
        -flows.loc["retirement"].loc[rows.index].to_numpy()
    )
    assert rows["other_leavers"].to_numpy() == pytest.approx(
        -flows.loc["other_leavers"].loc[rows.index].to_numpy()
    )
    nurses = made.loc[(SYSTEM, "nurses")]
    assert nurses["retirements_so_far"].iloc[-1] == pytest.approx(nurses["retirements"].sum())
    assert 0 < nurses.loc[2030, "retirement_rate_percent"] < 10
    ages = services()["staff_ages"]
    ages = ages[(ages["area"] == SYSTEM) & (ages["staff_group"] == "nurses") & (ages["year"] == 2030)]
    older = ages[ages["age_band"].isin(["55-59", "60-64", "65-69", "70+"])]
    assert nurses.loc[2030, "aged_55_and_over"] == pytest.approx(older["headcount"].sum())


def test_intakes_are_asked_of_the_next_year_and_the_pipeline_is_not_asked_for_twice() -> None:
    frame = services()["training_intake"]
    # On 15 July 2026 that of September is the next.
    assert (frame.groupby("staff_group")["year"].min() == 2026).all()
    nurses = frame[(frame["staff_group"] == "nurses") & (frame["scenario"] == "local_plan")].iloc[0]
    assert nurses["pipeline_joiners"] == pytest.approx(nurses["present_intake"] * 0.875 * 0.6)
    # The supply has them as joiners from training already.
    flows = services()["workforce_flows"]
    joiners = flows[(flows["flow"] == "joiners_training") & (flows["staff_group"] == "nurses")]
    assert joiners.loc[joiners["year"] == 2025, "principal"].sum() == pytest.approx(
        nurses["pipeline_joiners"]
    )
    assert nurses["in_training"] == pytest.approx(nurses["present_intake"] * (3 - 0.125))
    assert (nurses["years_in_training"], nurses["qualifying_financial_year"]) == (3, "2029/30")
