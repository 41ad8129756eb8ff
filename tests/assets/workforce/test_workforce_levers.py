"""What levers and policies of the workforce stage change, whom, and from which year."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd
import pytest

from assets.tables.declarations import TABLES
from assets.workforce.required_staff import place_needs
from assets.workforce.staff_draws import area_staff
from assets.workforce.training_places import intake_rows
from assets.workforce.workforce_inputs import StaffingTables
from models.workforce.staffing import together
from tests.assets.services_run import call_stage, named_outputs, services
from tests.assets.workforce.test_workforce_stage import SYSTEM, VALUES, by_group


def lever(name: str, group: str, area: str = SYSTEM, year: int = 2035) -> pd.Series:
    frame = services()["workforce_levers"].set_index(["lever", "staff_group", "area", "year"])
    return frame.loc[(name, group, area, year)]


def test_every_lever_closes_some_of_the_gap_and_says_how_sure_it_is() -> None:
    frame = services()["workforce_levers"]
    assert set(frame["lever"]) == set(TABLES["workforce_levers"].allowed("lever"))
    swap = frame["lever"].str.startswith("one_point_of_appointments")
    training = frame["lever"] == "ten_more_training_places"
    late = frame["year"] >= 2031
    assert (frame.loc[~swap & ~training & (frame["year"] >= 2027), "principal"] > 0).all()
    assert (frame.loc[training & late, "principal"] > 0).all()
    assert (frame["p10"] <= frame["p90"]).all()


def test_ten_training_places_bring_nobody_before_they_qualify() -> None:
    # On 15 July 2026 the next intake is that of September: they qualify in 2029.
    for year in (2025, 2026, 2027, 2028):
        assert lever("ten_more_training_places", "nurses", year=year)["principal"] == 0
    # 10 start, 12.5 % drop out, 60 % of the rest stay, at 0.89 WTE a head.
    first = lever("ten_more_training_places", "nurses", year=2029)["principal"]
    assert first == pytest.approx(10 * 0.875 * 0.6 * 0.89)
    assert lever("ten_more_training_places", "nurses", year=2040)["principal"] > 7 * first


def test_one_fewer_leaver_in_a_hundred_is_a_hundredth_of_staff_in_the_first_year() -> None:
    base = services()["staffing_base"].set_index(["area", "staff_group"])["in_post_wte"]
    gained = lever("one_fewer_leaver_in_a_hundred", "nurses", "RC9", 2027)["principal"]
    assert gained == pytest.approx(base["RC9", "nurses"] / 100, rel=0.12)


def test_no_lever_acts_in_a_year_that_has_begun() -> None:
    frame = services()["workforce_levers"]
    past = frame[frame["year"] <= 2026]
    assert (past[VALUES] == 0).all().all()
    assert (frame.loc[frame["year"] == 2027, "principal"].abs() > 0).any()


def test_a_minute_off_every_appointment_frees_its_share_of_gps() -> None:
    """9.22 minutes a contact take all of the GPs' requirement: a minute is that part of it."""
    need = by_group("workforce", "required_wte", 2035)["E06000032", "gps"]
    freed = lever("one_minute_off_a_contact", "gps", "E06000032")["principal"]
    assert freed == pytest.approx(need / 9.22)


def test_what_gps_hand_over_others_take_on() -> None:
    name = "one_point_of_appointments_from_gps_to_other_direct_patient_care"
    assert lever(name, "gps")["principal"] > 0
    assert lever(name, "other_direct_patient_care")["principal"] < 0


def test_the_system_s_effects_are_those_of_its_areas() -> None:
    name = "one_per_cent_more_hours_a_head"
    parts = sum(lever(name, "nurses", area)["principal"] for area in ("RC9", "RD8"))
    assert lever(name, "nurses")["principal"] == pytest.approx(parts)


def test_intake_comes_years_before_those_who_qualify_and_support_staff_need_none() -> None:
    frame = services()["training_intake"]
    lead = (frame["qualifying_year"] - frame["year"]).groupby(frame["staff_group"]).unique()
    assert list(lead["nurses"]) == [3]
    assert list(lead["doctors"]) == [5]
    assert not {"support_to_clinical_staff", "adult_social_care_staff"} & set(lead.index)
    assert (frame["principal"] >= 0).all()
    assert (frame["present_intake"] > 0).all()


def test_the_intake_of_a_group_follows_what_is_required_of_it_and_of_no_other() -> None:
    made = services()
    tables = StaffingTables(**{name: made[name] for name in StaffingTables.__dataclass_fields__})
    settings = made["settings"]
    needed = place_needs(tables, settings, made["demand_draws"], made["provider_demand_draws"])
    staff = area_staff(tables, settings, needed, "place")
    whole = together(list(staff.areas.values()))

    def starters(required: np.ndarray) -> pd.Series:
        rows = intake_rows(whole._replace(required=required), staff, tables.known, settings)
        return pd.concat(rows).groupby("staff_group")["principal"].sum()

    usual = starters(whole.required)
    for number, (_, group) in enumerate(staff.groups):
        if group in usual.index:
            none = whole.required.copy()
            none[number] = 0.0
            found = starters(none)
            assert usual[group] > found[group] == 0, group
            assert found.drop(group).equals(usual.drop(group)), group


def test_a_fall_of_activity_on_record_cuts_no_post_and_a_rise_asks_for_more() -> None:
    made = services()
    lower, higher = (made["provider_level"].assign(ratio=ratio) for ratio in (0.9, 1.0))
    dipped = rerun({"provider_level": lower}, "provider_workforce")
    level = rerun({"provider_level": higher}, "provider_workforce")
    keys = ["scenario", "provider", "year", "staff_group"]
    of_both = [
        frame[(frame["measure"] == "required_wte") & (frame["staff_group"] != "all")]
        .set_index(keys)["principal"]
        .sort_index()
        for frame in (dipped, level)
    ]
    # The same activity, once as what a tenth less than usual makes of it, once as usual.
    kept, usual = of_both
    posts = usual.xs(2024, level="year").reindex(usual.index.droplevel("year")).to_numpy()
    short = usual.to_numpy() < posts - 1e-9
    assert short.any()
    assert (kept[short] > usual[short]).all()
    assert (kept[short] <= posts[short] + 1e-9).all()
    assert kept[~short].equals(usual[~short])


def rerun(change: dict[str, Any], name: str = "workforce") -> pd.DataFrame:
    """The workforce table, or another of the stage, made anew with other inputs."""
    from assets.workforce import workforce_stage

    made = {**services(), **change}
    stage = workforce_stage.staffing
    frame: pd.DataFrame = named_outputs(stage, call_stage(stage, made))[name]
    return frame


def in_scenario(field: str, value: str) -> dict[str, Any]:
    frame = services()["scenarios"].copy()
    old = f'"{field}":"{"recorded" if field == "skill_mix" else "none"}"'
    last = frame["scenario"] == "new_models_of_care"
    assert frame.loc[last, "definition_json"].str.contains(old).all()
    frame["definition_json"] = frame["definition_json"].where(
        ~last, frame["definition_json"].str.replace(old, f'"{field}":"{value}"', regex=False)
    )
    return {"scenarios": frame}


def test_a_scenario_changes_the_skill_mix() -> None:
    changed = rerun(in_scenario("skill_mix", "wider_team")).set_index(
        ["scenario", "place", "year", "staff_group", "measure"]
    )["principal"]
    key = (SYSTEM, 2030, "gps", "required_wte")
    assert changed["new_models_of_care", *key] == pytest.approx(
        changed["local_plan", *key] * 33.2 / 38.2, rel=1e-3
    )
    other = (SYSTEM, 2030, "other_direct_patient_care", "required_wte")
    assert changed["new_models_of_care", *other] > 1.1 * changed["local_plan", *other]
    before = (SYSTEM, 2025, "gps", "required_wte")
    assert changed["new_models_of_care", *before] == pytest.approx(changed["local_plan", *before], rel=1e-3)


def test_a_policy_scenario_changes_supply_from_its_year() -> None:
    changed = rerun(in_scenario("workforce_policy", "retention_and_training")).set_index(
        ["scenario", "place", "year", "staff_group", "measure"]
    )["principal"]
    for year, more in ((2025, False), (2030, True)):
        key = (SYSTEM, year, "community_staff", "headcount")
        gained = changed["new_models_of_care", *key] - changed["local_plan", *key]
        assert bool(gained > 1) is more


def test_unknown_skill_mixes_and_policies_are_refused_by_name() -> None:
    from housing_trajectories.findings import BadInput

    with pytest.raises(BadInput, match=r"wishful.*recorded, wider_team"):
        rerun(in_scenario("skill_mix", "wishful"))
    with pytest.raises(BadInput, match=r"wishful.*workforce_policies\.csv"):
        rerun(in_scenario("workforce_policy", "wishful"))
