"""Levers side by side, the plan and what posts cost: by hand, and against the tables they are made of."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from assets.workforce.planning.plan_at_once import gaps_at_once, principal_staff
from assets.workforce.planning.staff_pay import UnitStaff, position_rows, unit_costs
from assets.workforce.planning.workforce_plan import plan_rows
from assets.workforce.required_staff import place_needs
from assets.workforce.staff_draws import area_staff
from assets.workforce.workforce_inputs import StaffingTables
from assets.workforce.workforce_levers import (
    LEAVERS,
    MOVED,
    SICKNESS,
    SIZES,
    TRAINING,
    LeverEffects,
    lever_effects,
    lever_names,
)
from tests.assets.services_run import services

SYSTEM = "E54000024"
GPS, OTHERS = ("general_practice", "gps"), ("general_practice", "other_direct_patient_care")


def tables(**changed: pd.DataFrame) -> StaffingTables:
    made = {**services(), **changed}
    return StaffingTables(**{name: made[name] for name in StaffingTables.__dataclass_fields__})


def test_a_nurse_costs_the_middle_of_the_scale_with_on_costs_and_a_cost_given_whole_stands() -> None:
    middle = (29_970 + 44_962) / 2
    costs = unit_costs(tables())
    assert costs["acute", "nurses"].gbp == pytest.approx(
        middle * (1 + 0.2378 + 0.005) + (middle - 9_100) * 0.138
    )
    assert ("adult_social_care", "adult_social_care_staff") not in costs
    own = services()["staff_pay"].assign(full_cost_gbp=61_000.0)
    assert unit_costs(tables(staff_pay=own))["acute", "nurses"].gbp == 61_000.0


def test_need_funded_and_present_staff_stand_apart_and_agree_with_the_gap() -> None:
    made = services()["staffing_positions"]
    flat = services()["workforce_flat"].set_index(["area", "staff_group", "year"])
    rows = made[made["row_kind"] == "detail"].set_index(["area", "staff_group", "year"])
    of = flat.loc[rows.index]
    assert rows["need_wte"].to_numpy() == pytest.approx(of["required_wte"].to_numpy())
    assert rows["unfilled_wte"].to_numpy() == pytest.approx(of["gap_wte"].to_numpy())
    assert (rows["bank_wte"] + rows["agency_wte"]).to_numpy() == pytest.approx(of["temporary_wte"].to_numpy())
    assert (rows["substantive_wte"] + rows["bank_wte"] + rows["agency_wte"]).to_numpy() == pytest.approx(
        of["supply_wte"].to_numpy()
    )
    base = services()["staffing_base"].set_index(["area", "staff_group"])["wte"]
    for year in (2024, 2040):
        funded = rows.xs(year, level="year")["funded_wte"]
        assert funded.to_numpy() == pytest.approx(base.loc[funded.index].to_numpy())
    nurses = rows.loc[("RC9", "nurses", 2030)]
    assert nurses["agency_wte"] == pytest.approx(0.23 * of.loc[("RC9", "nurses", 2030), "temporary_wte"])
    paid = nurses["substantive_wte"] + nurses["bank_wte"] + 1.2 * nurses["agency_wte"]
    assert nurses["pay_bill_gbp"] == pytest.approx(paid * nurses["unit_cost_gbp"])


def test_totals_are_those_of_their_rows_and_say_whose_cost_is_not_in_them() -> None:
    made = services()["staffing_positions"].set_index(["area", "staff_group", "year"])
    columns = ["need_wte", "funded_wte", "substantive_wte", "bank_wte", "agency_wte", "pay_bill_gbp"]
    detail = made[made["row_kind"] == "detail"].groupby("year")[columns].sum()
    whole = made.xs((SYSTEM, "all_with_hospitals"), level=("area", "staff_group"))
    assert whole[columns].to_numpy() == pytest.approx(detail.to_numpy())
    social = made.xs((SYSTEM, "adult_social_care_staff"), level=("area", "staff_group"))
    assert social["pay_bill_gbp"].isna().all()
    assert whole["without_cost_wte"].to_numpy() == pytest.approx(social["need_wte"].to_numpy())
    assert made["affordable_wte"].isna().all()
    assert set(made["affordable_basis"]) == {"no budget is given for this row"}


def positions(need: float = 100.0) -> pd.DataFrame:
    """Two groups of a trust in a year: one at 50,000 GBP, one at 100,000, with a budget of 6m for both."""
    frame = pd.DataFrame(
        {
            "area": "RC9",
            "area_kind": "provider",
            "sector": "acute",
            "staff_group": ["nurses", "doctors"],
            "year": 2030,
            "need_wte": [need, 50.0],
            "funded_wte": [80.0, 40.0],
            "substantive_wte": [70.0, 38.0],
            "temporary_wte": [5.0, 1.0],
        }
    )
    pay = services()["staff_pay"]
    pay = pay.assign(full_cost_gbp=pay["staff_group"].map({"nurses": 50_000.0, "doctors": 100_000.0}))
    budget = {
        "area": "RC9",
        "sector": "all",
        "year": 2030,
        "budget_gbp": 6_000_000.0,
        "source_id": "placecast",
    }
    given = tables(staff_pay=pay, workforce_budgets=pd.DataFrame([budget]))
    return position_rows(given, unit_costs(given), [UnitStaff(frame)]).set_index(["area", "staff_group"])


def test_a_budget_pays_posts_at_the_mean_cost_of_the_funded_ones() -> None:
    made = positions()
    # 80 posts at 50,000 and 40 at 100,000 cost 8m: 6m pay three quarters of the 120.
    assert made.loc[("RC9", "all"), "affordable_wte"].dropna().tolist() == pytest.approx([90.0])
    assert np.isnan(made.loc[("RC9", "nurses"), "affordable_wte"])
    assert made.loc[(SYSTEM, "all_with_hospitals"), "funded_pay_gbp"] == pytest.approx(8_000_000.0)


def test_levers_together_are_the_sum_of_their_groups_and_a_share_of_the_whole_gap() -> None:
    board = services()["lever_effects"]
    assert sorted(set(board["year"])) == [2030, 2035]
    rows = board[(board["area"] == SYSTEM) & (board["year"] == 2035)]
    whole = rows[rows["staff_group"] == "all_with_hospitals"].set_index("lever")
    parts = rows[rows["sector"] != "all"].groupby("lever")
    assert whole["principal"].to_numpy() == pytest.approx(
        parts["principal"].sum().loc[whole.index].to_numpy()
    )
    assert whole["pay_cost_gbp"].to_numpy() == pytest.approx(
        parts["pay_cost_gbp"].sum().loc[whole.index].to_numpy()
    )
    flat = services()["workforce_flat"].set_index(["area", "staff_group", "year"])["gap_wte"]
    gap = flat[SYSTEM, "all_with_hospitals", 2035]
    assert whole["share_of_gap_percent"].to_numpy() == pytest.approx(
        100 * whole["principal"].to_numpy() / gap
    )
    # What moves together adds up, what does not is surer together: the interval is of draws added.
    width = (parts["p90"].sum() - parts["p10"].sum()).loc[whole.index]
    assert (whole["p90"] - whole["p10"] <= width + 1e-9).all()
    assert (whole["p90"] - whole["p10"] < 0.99 * width).any()


def test_a_lever_says_when_it_begins_to_bite_and_what_pay_it_adds() -> None:
    board = services()["lever_effects"]
    at = board[(board["area"] == SYSTEM) & (board["year"] == 2035)].set_index(["lever", "staff_group"])
    assert at.loc[(TRAINING, "nurses"), "first_year"] == 2029
    assert at.loc[(TRAINING, "doctors"), "first_year"] == 2031
    assert (at.loc[SICKNESS, "first_year"] == 2027).all()
    nurses = at.loc[(LEAVERS, "nurses")]
    assert nurses["pay_cost_gbp"] == pytest.approx(
        nurses["principal"] * unit_costs(tables())["acute", "nurses"].gbp
    )
    assert (at.loc[SICKNESS, "pay_cost_gbp"] == 0).all()
    assert at.loc[(LEAVERS, "adult_social_care_staff"), "without_cost_wte"] > 0
    assert at.loc[(SICKNESS, "nurses"), "lever_name"] == "Sickness absence one percentage point lower"


def test_lever_names_have_the_size_of_the_change() -> None:
    changed = services()["assumptions"].copy()
    changed.loc[changed["id"] == "workforce.lever_sickness", "value"] = 1.5
    changed.loc[changed["id"] == "workforce.lever_training_places", "value"] = 1.0
    names = lever_names(tables(assumptions=changed).known)
    assert names[SICKNESS] == "Sickness absence 1.5 percentage points lower"
    assert names[TRAINING] == "One more training place a year"


def test_the_plan_keeps_its_limits_and_what_is_closed_and_remains_makes_the_gaps() -> None:
    plan, gaps = services()["workforce_plan"], services()["workforce_plan_gaps"]
    assert (plan["year"] == 2035).all()
    assert (plan["amount"] <= plan["limit"] + 1e-9).all()
    assert (plan.loc[plan["amount"] > 0, "binds"].isin(["its limit", "the gap"])).all()
    groups = gaps[gaps["sector"] != "all"].set_index("staff_group")
    closed = plan.groupby("staff_group")["closed_wte"].sum()
    assert groups["closed_wte"].to_numpy() == pytest.approx(closed.loc[groups.index].to_numpy(), abs=1e-6)
    short = groups[groups["gap_wte"] > 0]
    assert (short["closed_wte"] + short["remaining_wte"]).to_numpy() == pytest.approx(
        short["gap_wte"].to_numpy(), abs=2e-3
    )
    flat = services()["workforce_flat"].set_index(["area", "staff_group", "year"])["gap_wte"]
    assert groups["gap_wte"].to_numpy() == pytest.approx(
        [flat[SYSTEM, group, 2035] for group in groups.index]
    )
    levers = services()["workforce_levers"].set_index(["area", "staff_group", "lever", "year"])["principal"]
    nurses = plan[(plan["staff_group"] == "nurses") & (plan["lever"] == SICKNESS)].iloc[0]
    assert nurses["closed_wte"] == pytest.approx(nurses["amount"] * levers[SYSTEM, "nurses", SICKNESS, 2035])


def test_a_plan_of_one_lever_run_at_once_closes_what_the_lever_does_alone() -> None:
    made, given = services(), tables()
    needed = place_needs(given, made["settings"], made["demand_draws"], made["provider_demand_draws"])
    staff = area_staff(given, made["settings"], needed, "place")
    run, levers = principal_staff(staff), lever_effects(given, made["settings"], staff)
    flat = made["workforce_flat"].set_index(["area", "staff_group", "year"])["gap_wte"]
    effect = made["workforce_levers"].set_index(["area", "lever", "staff_group", "year"])["principal"]
    # A tenth of each: no place is left without a gap, where a lever would replace bank and agency staff.
    sizes = {lever: given.known.value(size) / 10 for lever, size in SIZES.items()}
    for lever in ("", *SIZES):
        amount = sizes[lever] if lever else 0.0
        # Appointments go to a group with a row of its own.
        rows = [(lever, *GPS, amount), *([(lever, *OTHERS, amount)] if lever == MOVED else [])]
        plan = pd.DataFrame(rows, columns=["lever", "sector", "staff_group", "amount"])
        found = gaps_at_once(given, made["settings"], plan, [(run, levers)])
        closed = flat[SYSTEM, "gps", 2035] - found[GPS][2035 - 2024]
        alone = effect[SYSTEM, lever, "gps", 2035] / 10 if lever else 0.0
        # More staff in post are more who take bank shifts.
        assert closed == pytest.approx(alone, rel=0.06, abs=1e-9), lever
        assert found["community", "community_staff"][11] == pytest.approx(
            flat[SYSTEM, "community_staff", 2035]
        )


def test_the_plan_at_once_leaves_what_replaces_bank_and_agency_where_a_place_has_no_gap_left() -> None:
    gaps = services()["workforce_plan_gaps"].set_index("staff_group")
    parts = gaps.drop("all_with_hospitals")
    assert gaps.loc["all_with_hospitals", "gap_at_once_wte"] == pytest.approx(parts["gap_at_once_wte"].sum())
    off = parts["gap_at_once_wte"] - (parts["gap_wte"] - parts["closed_wte"])
    # Groups that every lever leaves short: what one lever keeps, another finds kept already.
    assert (off > -0.1 * parts["closed_wte"] - 0.5).all()
    assert 0 < off.sum() < 0.25 * parts["closed_wte"].sum()


def test_the_plan_in_the_draws_closes_a_group_without_a_gap_more_often_and_leaves_an_interval() -> None:
    gaps = services()["workforce_plan_gaps"].set_index("staff_group")
    assert gaps["probability_closed"].between(0, 1).all()
    nothing_used = gaps.loc["midwives"]
    flat = services()["workforce_flat"].set_index(["area", "staff_group", "year"])
    row = flat.loc[(SYSTEM, "midwives", 2035)]
    assert nothing_used[["left_p10", "left_p50", "left_p90"]].tolist() == pytest.approx(
        row[["gap_p10", "gap_p50", "gap_p90"]].tolist()
    )
    assert nothing_used["probability_closed"] > gaps.loc["nurses", "probability_closed"] > 0
    whole, before = gaps.loc["all_with_hospitals"], flat.loc[(SYSTEM, "all_with_hospitals", 2035)]
    # Levers do more in draws with more staff, in which less is missing.
    done = before["gap_p50"] - whole["left_p50"]
    assert 0.7 * whole["closed_wte"] < done < 1.3 * whole["closed_wte"]


YEARS = np.arange(2024, 2041)


def effects(moved: float = 4.0) -> LeverEffects:
    """A point of sickness frees 10 WTE of GPs, ten places bring 5, a point of appointments moves 6 to 4."""
    of = {(SICKNESS, GPS): 10.0, (TRAINING, GPS): 5.0, (MOVED, GPS): 6.0, (MOVED, OTHERS): -moved}
    values = np.stack([np.full((3, len(YEARS)), value) for value in of.values()])
    return LeverEffects(
        "place",
        SYSTEM,
        YEARS,
        [(SYSTEM, *group) for _, group in of],
        [lever for lever, _ in of],
        values,
        {(TRAINING, GPS): 40.0},
    )


def planned(gps: float, others: float, **limits: float) -> tuple[pd.DataFrame, pd.DataFrame]:
    rows = [
        {
            "lever": {"sickness": SICKNESS, "training": TRAINING, "moved": MOVED}[name],
            "staff_group": "all",
            "limit": limit,
            "limit_unit": "% of today's number" if name == "training" else "as the lever",
            "programme_cost_gbp": np.nan,
        }
        for name, limit in limits.items()
    ]
    gaps = {(SYSTEM, *GPS): np.full(len(YEARS), gps), (SYSTEM, *OTHERS): np.full(len(YEARS), others)}
    given = tables(workforce_lever_limits=pd.DataFrame(rows))
    plan, left = plan_rows(given, [effects()], gaps, unit_costs(given))
    return plan.set_index(["lever", "staff_group"]), left.set_index("staff_group")


def test_a_limit_may_be_a_share_of_today_s_number_and_a_lever_without_one_is_not_used() -> None:
    """A quarter of 40 places are ten, which bring 5; sickness frees 10 of the 20 missing: 5 remain."""
    plan, left = planned(20.0, 0.0, sickness=1.0, training=25.0)
    assert plan.loc[(TRAINING, "gps"), ["amount", "limit"]].tolist() == pytest.approx([10.0, 10.0])
    assert plan.loc[(MOVED, "gps"), "limit"] == 0
    assert left.loc["gps", "remaining_wte"] == pytest.approx(5.0, abs=1e-3)
    assert left.loc["gps", "explained"].startswith("not closed: every lever is at its limit (")
    assert left.loc["all_with_hospitals", "explained"] == "5 WTE stay missing within the limits"


def test_appointments_move_only_to_where_there_are_staff_for_them() -> None:
    plan, left = planned(22.0, -8.0, sickness=1.0, moved=3.0)
    assert plan.loc[(MOVED, "gps"), "amount"] == pytest.approx(2.0, abs=1e-3)
    assert plan.loc[(MOVED, "other_direct_patient_care"), "closed_wte"] == pytest.approx(-8.0, abs=1e-2)
    assert left["remaining_wte"].to_numpy() == pytest.approx(np.zeros(3), abs=1e-2)
    none_there, short = planned(16.0, 0.0, sickness=1.0, moved=3.0)
    # Each point closes 6 and opens 4: what stays missing is less, and stands where it is.
    assert none_there.loc[(MOVED, "gps"), "amount"] == pytest.approx(1.0, abs=1e-3)
    assert short.loc["other_direct_patient_care", "remaining_wte"] == pytest.approx(4.0, abs=1e-2)
