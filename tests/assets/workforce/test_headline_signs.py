"""What decides a gap: an assumption at its ends is the stage run with it there, and what adds up adds up."""

from __future__ import annotations

from functools import cache
from typing import Any
from unittest.mock import patch

import numpy as np
import pandas as pd
import pytest

from assets.publication.report.signs_shown import by_productivity, decided_by, signs
from assets.tables.declarations import TABLES
from assets.workforce import headline_signs
from assets.workforce.gap_shocks import assumption_of
from assets.workforce.headline_signs import gaps_of
from assets.workforce.required_staff import place_needs
from assets.workforce.staff_draws import area_staff
from assets.workforce.workforce_inputs import StaffingTables
from assets.workforce.workforce_stage import staffing
from models.uncertainty.ensemble import Stream, streams_asked_for
from tests.assets.services_run import call_stage, named_outputs, services

SYSTEM = "E54000024"
KEYS = ["area", "sector", "staff_group", "year"]
OUTSIDE = "all_outside_hospital"


def signs_of(group: str, area: str = SYSTEM, year: int = 2040) -> pd.DataFrame:
    rows = services()["headline_signs"]
    rows = rows[(rows["area"] == area) & (rows["staff_group"] == group) & (rows["year"] == year)]
    return rows.set_index("assumption")


@cache
def stage_with(identifier: str, value: float) -> dict[str, Any]:
    """The stage run again, with one assumption at another value and few draws."""
    made = dict(services())
    given = made["assumptions"]
    at = given["id"] == identifier
    made["assumptions"] = given.assign(
        value=given["value"].mask(at, value),
        low=given["low"].mask(at, value),
        high=given["high"].mask(at, value),
    )
    return named_outputs(staffing, call_stage(staffing, made))


@cache
def told_from_few_draws() -> tuple[set[Stream], pd.DataFrame]:
    """The streams that the stage draws from, and its signs with shares of variance of these few draws."""
    made = dict(services())
    with patch.object(headline_signs, "FEWEST_DRAWS", 50), streams_asked_for() as streams:
        again = named_outputs(staffing, call_stage(staffing, made))
    return streams, again["headline_signs"]


def gaps(made: dict[str, Any], year: int = 2040) -> pd.Series:
    parts = [
        made[name].rename(columns={area: "area"})
        for name, area in (("workforce", "place"), ("provider_workforce", "provider"))
    ]
    rows = pd.concat(parts)
    rows = rows[(rows["scenario"] == "local_plan") & (rows["measure"] == "gap_wte") & (rows["year"] == year)]
    return rows.set_index(["area", "staff_group"])["principal"]


@pytest.mark.parametrize("name", ["headline_signs", "gap_by_productivity"])
def test_tables_are_as_declared_unique_and_sorted(name: str) -> None:
    frame, table = services()[name], TABLES[name]
    assert list(frame.columns) == table.column_names
    keys = frame[list(table.keys)]
    assert not keys.duplicated().any()
    assert keys.equals(keys.sort_values(list(table.keys), ignore_index=True))


@pytest.mark.parametrize(
    "identifier", ["workforce.productivity_change", "workforce.joiners_per_leaver_adult_social_care_staff"]
)
def test_a_gap_at_an_end_is_that_of_the_stage_run_with_the_assumption_there(identifier: str) -> None:
    row = signs_of(OUTSIDE).loc[identifier]
    again = gaps(stage_with(identifier, row["high_value"]))
    assert row["at_high"] == pytest.approx(again[SYSTEM, OUTSIDE], rel=1e-9)
    assert row["gap_wte"] == pytest.approx(gaps(services())[SYSTEM, OUTSIDE], rel=1e-9)
    assert row["moves_wte"] == pytest.approx(abs(row["at_high"] - row["at_low"]))


def test_every_gap_of_the_headline_years_has_its_assumptions_ranked() -> None:
    rows = services()["headline_signs"]
    told = rows.drop_duplicates(KEYS).set_index(["area", "staff_group", "year"])["gap_wte"]
    for year in (2030, 2035, 2040):
        for key, value in gaps(services(), year).items():
            if key[1] != "all":
                assert told[(*key, year)] == pytest.approx(value, rel=1e-9, abs=1e-6)
    for _, own in rows.groupby(KEYS):
        own = own.sort_values("rank")
        assert list(own["rank"]) == list(range(1, len(own) + 1))
        assert (np.diff(own["moves_wte"]) <= 0).all()


def test_everyone_s_gap_is_that_of_places_and_trusts_together() -> None:
    now = gaps(services())
    trusts = [area for area, group in now.index if group == "all" and area != SYSTEM]
    everyone = now[SYSTEM, OUTSIDE] + sum(now[area, "all"] for area in trusts)
    assert signs_of("all")["gap_wte"].iloc[0] == pytest.approx(everyone)
    # An end of everyone's gap is those of its parts together, where all of them show it.
    change = "workforce.productivity_change"
    for end in ("at_low", "at_high"):
        parts = signs_of(OUTSIDE).loc[change, end] + sum(
            signs_of("all", area).loc[change, end] for area in trusts
        )
        assert signs_of("all").loc[change, end] == pytest.approx(parts)


def test_in_every_draw_a_gap_is_what_supply_leaves_and_the_groups_add_up() -> None:
    made = services()
    given = StaffingTables(**{name: made[name] for name in StaffingTables.__dataclass_fields__})
    needed = place_needs(given, made["settings"], made["demand_draws"], made["provider_demand_draws"])
    staff = area_staff(given, made["settings"], needed, "place")
    kept = gaps_of(staff)
    at = np.flatnonzero(np.isin(staff.needed.years, kept.years))
    for area, of_area in staff.areas.items():
        required = of_area.required[[*staff.columns, -1], 0][:, at]
        supply = (of_area.in_post + of_area.temporary)[:, 0][:, at]
        assert kept.gaps[area] == pytest.approx(required - supply, abs=1e-9)
        assert kept.gaps[area][-1] == pytest.approx(kept.gaps[area][:-1].sum(axis=0), abs=1e-6)
    assert kept.needed.required[area].shape[1::2] == (1, 1)


def test_a_sign_changes_where_shortfall_and_surplus_are_both_in_reach() -> None:
    rows = services()["headline_signs"]
    reached = rows[["gap_wte", "at_low", "at_high"]]
    both = (reached.max(axis=1) > 1e-6) & (reached.min(axis=1) < -1e-6)
    assert (both == (rows["sign_changes"] == "yes")).all()
    at_nil = ~both & (rows[["at_low", "at_high"]].abs() <= 1e-6).any(axis=1)
    assert at_nil.any()
    assert (at_nil == (rows["sign_changes"] == "to nil")).all()
    assert 0 < both.sum() < len(rows)


def test_every_assumption_that_the_stage_draws_from_is_put_at_its_ends() -> None:
    streams, _ = told_from_few_draws()
    of_demand = ("activity_rate_drift:", "non_demographic_growth:")
    named = {assumption_of(each.factor) for each in streams if not each.factor.startswith(of_demand)}
    known = services()["assumptions"].set_index("id")
    ranged = known[(known["low"] < known["high"]) & known.index.str.startswith("workforce.")].index
    assert named == set(ranged)
    shown = set(services()["headline_signs"]["assumption"])
    # What the levers and training alone draw from moves no gap, and a trust's own year holds in no other.
    assert not shown & {"workforce.training_take_up", "workforce.own_joining_acute"}


def test_what_comes_before_the_stage_is_told_from_the_draws() -> None:
    _, rows = told_from_few_draws()
    told = rows[rows["method"] == "variance"]
    drift = told[(told["assumption"] == "demand.annual_drift_other") & (told["area"] == SYSTEM)]
    assert "gps" in set(drift["staff_group"])
    assert told["share_of_variance"].between(0, 1).all()
    assert (told["at_low"] < told["gap_wte"]).all()
    assert (told["gap_wte"] < told["at_high"]).all()
    # Within the stage too: largest for what is unknown in all years alike, and together not more than all.
    care = rows[(rows["area"] == SYSTEM) & (rows["staff_group"] == "adult_social_care_staff")]
    care = care[care["year"] == 2040].set_index("assumption")["share_of_variance"].dropna()
    later, gain = (
        "workforce.international_joiners_later_adult_social_care_staff",
        "workforce.productivity_change",
    )
    assert set(care.nlargest(2).index) == {later, gain}
    assert 0.1 < care.max() < care.sum() < 1.2
    assert services()["headline_signs"]["share_of_variance"].isna().all()
    # Services outside hospital do not grow beyond demography, and drift of hospital rates is not theirs.
    assert set(told.loc[told["staff_group"] == "gps", "assumption"]) == {"demand.annual_drift_other"}
    assert "demand.annual_drift_stay" in set(told.loc[told["staff_group"] == "nurses", "assumption"])


def test_gaps_by_productivity_add_up_and_the_central_one_is_the_published_gap() -> None:
    rows = services()["gap_by_productivity"]
    now = gaps(services())
    central = rows[(rows["productivity"] == "central") & (rows["year"] == 2040)].set_index(
        ["area", "staff_group"]
    )
    assert central["gap_wte"].to_dict() == pytest.approx(now[central.index].to_dict(), rel=1e-9, abs=1e-6)
    groups = rows[~rows["staff_group"].isin([OUTSIDE, "all"])]
    sums = rows[rows["staff_group"].isin([OUTSIDE, "all"])]
    keys = ["area", "year", "productivity"]
    for value in ("required_wte", "gap_wte"):
        parts = groups.groupby(keys)[value].sum()
        assert parts.to_numpy() == pytest.approx(sums.set_index(keys)[value].sort_index().to_numpy())
    base = rows[rows["year"] == 2024].groupby(["area", "staff_group"])["required_wte"]
    assert (base.max() - base.min()).max() < 1e-9


def test_a_rate_of_productivity_is_the_stage_run_at_it() -> None:
    again = gaps(stage_with("workforce.productivity_change", 0.6))
    rows = services()["gap_by_productivity"]
    rows = rows[(rows["productivity"] == "long_run") & (rows["year"] == 2040)]
    told = rows.set_index(["area", "staff_group"])["gap_wte"]
    assert told.to_dict() == pytest.approx(again[told.index].to_dict(), rel=1e-9, abs=1e-6)


def test_a_scenario_with_mitigation_and_shorter_stays_does_not_count_a_gain_twice() -> None:
    def required(made: dict[str, Any], scenario: str) -> pd.Series:
        rows = made["provider_workforce"]
        rows = rows[(rows["scenario"] == scenario) & (rows["measure"] == "required_wte")]
        return rows[rows["staff_group"] != "all"].set_index(["provider", "staff_group", "year"])["principal"]

    faster = stage_with("workforce.productivity_change", 0.6)
    now, then = (required(made, "new_models_of_care") for made in (services(), faster))
    usual = required(faster, "local_plan")
    saved = required(services(), "new_models_of_care") < required(services(), "local_plan")
    assert saved.any()
    assert then[saved].to_numpy() == pytest.approx(np.minimum(now, usual)[saved].to_numpy())
    # Some groups' measures save less than the gain and others' more, or this would show only one of the two.
    assert 0 < (then[saved] < now[saved] - 1e-9).sum() < saved.sum()


def test_the_report_names_two_assumptions_that_could_change_a_headline_s_sign() -> None:
    tables = {name: services()[name] for name in ("headline_signs", "gap_by_productivity")}
    first = signs_of(OUTSIDE)
    turning = first[first["sign_changes"] == "yes"].sort_values("rank")
    told = decided_by(tables, SYSTEM, OUTSIDE, 2040)
    assert told[0].startswith("Its sign depends on ")
    for row in turning.head(2).to_dict("records"):
        assert f"({row['at_low']:,.0f} to {row['at_high']:,.0f}, grade {row['evidence_grade']})" in told[0]
    # Where fewer than two change it, those that come nearest are named as such: always two.
    held = tables["headline_signs"].assign(sign_changes="no")
    none, nearest = decided_by({"headline_signs": held}, SYSTEM, OUTSIDE, 2040)
    assert none == "No single assumption changes its sign within its range."
    assert nearest.count(" to ") - 1 == 2
    lowest = first[["at_low", "at_high"]].min(axis=1).mul(np.sign(first["gap_wte"])).nsmallest(2)
    for identifier in lowest.index:
        row = first.loc[identifier]
        assert f"({row['at_low']:,.0f} to {row['at_high']:,.0f}" in nearest
    assert "productivity (" in nearest
    assert told[-1].startswith("At the national target of 2 % a year: ")
    assert decided_by(tables, "nowhere", OUTSIDE, 2040) == []
    table = signs(tables, SYSTEM, 2040)
    sizes = [abs(float(row["gap"].replace(",", ""))) for row in table]
    assert len(table) == 5
    assert sizes == sorted(sizes, reverse=True)
    assert [row["percent"] for row in by_productivity(tables, SYSTEM, 2035)] == ["0", "0", "0.6", "2"]
