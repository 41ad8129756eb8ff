"""The workforce stage on the shipped figures: recorded posts and ages come out, and what adds up adds up."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from assets.tables.declarations import TABLES
from assets.workforce.supplied_staff import domestic_growth
from assets.workforce.workforce_inputs import StaffingTables
from tests.assets.services_run import services

SYSTEM = "E54000024"
HOSPITAL = (
    "doctors",
    "infrastructure_support",
    "midwives",
    "nurses",
    "scientific_therapeutic_and_technical",
    "support_to_clinical_staff",
)
VALUES = ["principal", "p10", "p50", "p90"]


def rows(name: str = "workforce", measure: str = "required_wte", year: int | None = 2024) -> pd.DataFrame:
    frame = services()[name]
    frame = frame[(frame["scenario"] == "local_plan") & (frame["measure"] == measure)]
    return frame if year is None else frame[frame["year"] == year]


def by_group(name: str, measure: str, year: int, value: str = "principal") -> pd.Series:
    area = "provider" if name == "provider_workforce" else "place"
    return rows(name, measure, year).set_index([area, "staff_group"])[value]


@pytest.mark.parametrize(
    "name",
    [
        "staffing_base",
        "staff_in_post",
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
        "general_practice_gap",
    ],
)
def test_tables_are_as_declared_unique_and_sorted(name: str) -> None:
    frame, table = services()[name], TABLES[name]
    assert list(frame.columns) == table.column_names
    keys = frame[list(table.keys)]
    assert not keys.duplicated().any()
    assert keys.equals(keys.sort_values(list(table.keys), ignore_index=True))
    required = [column.name for column in table.columns if not column.nullable]
    assert not frame[required].isna().any().any()
    for column in table.columns:
        if column.allowed:
            assert set(frame[column.name]) <= set(column.allowed)


def test_every_staff_group_is_required_everywhere_in_every_year() -> None:
    frame = services()["workforce"]
    required = frame[frame["measure"] == "required_wte"]
    assert len(required) == 7 * 5 * 27 * (len(services()["staff_groups"]) + 2)
    assert (required["principal"] > 0).all()


def test_hospital_staff_have_supply_and_gap_by_provider_and_the_rest_by_place() -> None:
    place, provider = services()["workforce"], services()["provider_workforce"]
    measures = set(TABLES["workforce"].allowed("measure"))
    supplied = place[~place["measure"].isin(["required_wte", "headroom_wte"])]
    assert not set(supplied["staff_group"]) & {*HOSPITAL, "all"}
    assert set(supplied["measure"]) == measures - {"required_wte", "headroom_wte"}
    assert set(provider["staff_group"]) == {*HOSPITAL, "all"}
    assert set(provider["measure"]) == measures


def test_gps_of_the_base_year_are_the_recorded_fte_trainees_apart() -> None:
    supply, extra = (by_group("workforce", measure, 2024) for measure in ("supply_wte", "temporary_wte"))
    in_post = supply - extra
    recorded = services()["gp_workforce_and_patients"].set_index("place")["gp_fte"]
    for place, fte in recorded.items():
        assert in_post[place, "gps"] + in_post[place, "gps_in_training"] == pytest.approx(fte)
    assert in_post[SYSTEM, "gps"] == pytest.approx(405.8, abs=0.1)


def test_general_practice_has_vacancies_that_nobody_counts_and_their_interval_says_so() -> None:
    """Between the last official rate, 2.1 %, and the highest of the surveys, 15.3 %; training posts none."""
    vacant = rows("workforce", "vacancy_rate", 2024).set_index(["place", "staff_group"])
    gps = vacant.loc[(SYSTEM, "gps")]
    assert gps["principal"] == pytest.approx(6.4)
    assert 1.0 < gps["p10"] < 4.0 < 10.0 < gps["p90"] < 20.0
    assert vacant.loc[(SYSTEM, "gps_in_training"), VALUES].abs().max() < 1e-9
    gap = rows("workforce", "gap_wte", 2024).set_index(["place", "staff_group"]).loc[(SYSTEM, "gps")]
    assert 0 < gap["p10"] < gap["principal"] < gap["p90"]


def test_gps_are_short_on_two_bases_at_today_s_service_and_at_england_s_patients_a_gp() -> None:
    """1,144,104 patients at 2,278 each are 502 GPs, 96 more than in post; at today's service 14 are short."""
    frame = services()["general_practice_gap"]
    today, england = "at today's service", "at England's ratio"
    keys = ["scenario", "year", "place", "basis", "measure"]
    rows_of = frame.set_index(keys).xs(("local_plan", 2024), level=["scenario", "year"])["principal"]
    patients = services()["gp_workforce_and_patients"]["registered_patients"].sum()
    assert rows_of[SYSTEM, england, "required_wte"] == pytest.approx(patients / 2278)
    workforce = by_group("workforce", "gap_wte", 2024)
    for place in (SYSTEM, "E06000032"):
        assert rows_of[place, today, "gap_wte"] == pytest.approx(workforce[place, "gps"])
        supply = {basis: rows_of[place, basis, "supply_wte"] for basis in (today, england)}
        assert supply[today] == supply[england]
        assert rows_of[place, england, "gap_wte"] == pytest.approx(
            rows_of[place, england, "required_wte"] - supply[england]
        )
    assert 80 < rows_of[SYSTEM, england, "gap_wte"] < 90
    lists = frame.set_index(keys)["patients_per_gp"]
    assert lists["local_plan", 2040, SYSTEM, england, "gap_wte"] == pytest.approx(2278)
    assert 2500 < lists["local_plan", 2024, SYSTEM, today, "gap_wte"] < 2800
    # Every place, year and scenario, and places add up to the system.
    assert len(frame) == 7 * 5 * 27 * 2 * 3
    wide = frame[frame["basis"] == england].pivot_table("principal", ["scenario", "year", "measure"], "place")
    assert (wide.drop(columns=SYSTEM).sum(axis=1) - wide[SYSTEM]).abs().max() < 1e-6
    needed = frame[(frame["basis"] == england) & (frame["measure"] == "gap_wte") & (frame["year"] == 2030)]
    assert (needed["p10"] < needed["p90"]).all()


def test_the_base_year_requires_the_funded_posts_and_has_the_staff_in_post() -> None:
    base = services()["staffing_base"].set_index(["area", "staff_group"])
    for name in ("workforce", "provider_workforce"):
        need = by_group(name, "required_wte", 2024)
        vacant = by_group(name, "vacancy_rate", 2024)
        kind = "provider" if name == "provider_workforce" else "place"
        for (area, group), row in base[base["area_kind"] == kind].iterrows():
            assert need[area, group] == pytest.approx(row["wte"])
            assert vacant[area, group] == pytest.approx(row["vacancy_percent"], abs=1e-9)
    # 489 FTE doctors were recorded at Milton Keynes in April 2022, before two years of growth and vacancies.
    assert 489 < by_group("provider_workforce", "required_wte", 2024)["RD8", "doctors"] < 620


def test_the_worked_example_of_the_method_page() -> None:
    """Doctors at Milton Keynes hospital: 3,913.8 FTE in 2024/25 to 605.3 posts, a gap of 17.2, 598 heads."""
    base = services()["staffing_base"].set_index(["area", "staff_group"]).loc[("RD8", "doctors")]
    assert base["in_post_wte"] == pytest.approx(3913.8 * 411.1 / 2936.4)
    assert base["in_post_wte"] == pytest.approx(547.9, abs=0.05)
    assert base["wte"] == pytest.approx(605.3, abs=0.05)
    extra, gap = (
        by_group("provider_workforce", m, 2024)["RD8", "doctors"] for m in ("temporary_wte", "gap_wte")
    )
    assert extra == pytest.approx(0.7 * (605.3 - 547.9), abs=0.1)
    assert gap == pytest.approx(17.2, abs=0.05)
    heads = by_group("provider_workforce", "headcount", 2025)["RD8", "doctors"]
    assert heads == pytest.approx(547.9 / 0.94 * (1 - 0.063 + 0.063 * 1.4), abs=0.4)


def test_social_care_posts_are_the_printed_vacancies_at_england_s_rate() -> None:
    posts = services()["staffing_base"]
    social = posts.loc[posts["staff_group"] == "adult_social_care_staff", "wte"].sum()
    assert social == pytest.approx(2000 / 0.07 * 0.692)
    vacant = by_group("workforce", "vacancy_rate", 2024)
    assert vacant[SYSTEM, "adult_social_care_staff"] == pytest.approx(7.0)
    # A second way there: England's 470,000 / 27 % posts by the system's share of England's clients.
    need = services()["demand"].set_index(["scenario", "place", "year", "service"])["principal"]
    clients = need["local_plan", SYSTEM, 2024, "adult_social_care_long_term_clients"]
    assert social == pytest.approx(470_000 / 0.27 * 0.692 * clients / (559_220 + 299_500), rel=0.15)


def test_nurses_of_the_trusts_stand_near_the_system_s_own_target() -> None:
    """The system had 2,719 WTE in January 2021 and a target of 3,354 by 2024."""
    base = services()["staffing_base"].set_index(["staff_group", "area"])["in_post_wte"]
    assert base["nurses"].sum() == pytest.approx(3354, rel=0.05)


def test_hospitals_have_the_printed_vacancies_together_in_the_printed_pattern_of_groups() -> None:
    """1,820 vacancies are 12.76 % of 14,263 posts: both trusts' posts, as 12,443 are in post of them."""
    base = services()["staffing_base"]
    hospital = base[base["sector"] == "acute"]
    posts, in_post = hospital["wte"].sum(), hospital["in_post_wte"].sum()
    assert (posts - in_post) / posts == pytest.approx(0.1276, abs=2e-4)
    assert posts - in_post == pytest.approx(1820, rel=0.025)
    assert in_post == pytest.approx(1820 / 0.1276 - 1820, rel=0.025)
    rates = hospital.drop_duplicates("staff_group").set_index("staff_group")["vacancy_percent"]
    assert rates["support_to_clinical_staff"] / rates["doctors"] == pytest.approx(20.93 / 11.68)


def test_nhs_staff_outside_hospitals_have_england_s_vacancies() -> None:
    """What the system prints is of its two hospitals; England's mental health trusts had 9.5 %."""
    rates = services()["staffing_base"].drop_duplicates("staff_group").set_index("staff_group")
    assert rates.loc["mental_health_staff", "vacancy_percent"] == pytest.approx(9.5)
    assert rates.loc["ambulance_staff", "vacancy_percent"] == pytest.approx(7.0)


def test_staff_in_post_agree_with_the_published_ages_and_women() -> None:
    frame = services()["staff_in_post"]
    nhs = frame[frame["sector"].isin(["acute", "ambulance", "community", "infrastructure", "mental_health"])]
    older = nhs["age_band"].isin(["55-59", "60-64", "65-69", "70+"])
    near = nhs.loc[older, "headcount"].sum() / nhs["headcount"].sum()
    assert near == pytest.approx(4856 / (25_694 / 0.88), rel=1e-9)
    assert nhs["female_headcount"].sum() / nhs["headcount"].sum() == pytest.approx(0.77, rel=1e-9)
    social = frame[frame["sector"] == "adult_social_care"]
    older = social["age_band"].isin(["55-59", "60-64", "65-69", "70+"])
    assert social.loc[older, "headcount"].sum() / social["headcount"].sum() == pytest.approx(0.29)
    assert (frame["wte"] <= frame["headcount"]).all()


def test_supply_of_the_base_year_is_staff_in_post_and_temporary_staff() -> None:
    base = services()["staffing_base"].set_index(["area", "staff_group"])["in_post_wte"]
    for name in ("workforce", "provider_workforce"):
        supply = by_group(name, "supply_wte", 2024)
        extra = by_group(name, "temporary_wte", 2024)
        for unit in base.index.intersection(supply.index):
            assert supply[unit] - extra[unit] == pytest.approx(base[unit])


def test_gap_is_required_less_supplied_in_the_principal_run() -> None:
    for name in ("workforce", "provider_workforce"):
        for year in (2024, 2035, 2050):
            gap = by_group(name, "gap_wte", year)
            need, supply = (by_group(name, m, year) for m in ("required_wte", "supply_wte"))
            assert (need - supply).loc[gap.index].to_numpy() == pytest.approx(gap.to_numpy())


def test_the_gap_s_interval_is_of_differences_and_not_a_difference_of_intervals() -> None:
    """What is unknown about the base year's level moves requirement and supply alike."""
    for group in ("community_staff", "mental_health_staff"):
        need, supply, gap = (
            rows("workforce", measure, 2026).set_index(["place", "staff_group"]).loc[(SYSTEM, group)]
            for measure in ("required_wte", "supply_wte", "gap_wte")
        )
        width = need["p90"] - supply["p10"] - (need["p10"] - supply["p90"])
        assert gap["p90"] - gap["p10"] < 0.5 * width


def test_groups_add_up_to_all_and_places_to_the_system() -> None:
    frame = services()["workforce"]
    frame = frame[frame["measure"] == "required_wte"]
    groups = ~frame["staff_group"].isin(["all", "all_outside_hospital"])
    keys = ["scenario", "place", "year"]
    whole = frame[frame["staff_group"] == "all"].set_index(keys)["principal"]
    parts = frame[groups].groupby(keys)["principal"].sum()
    assert (whole - parts).abs().max() < 1e-6
    outside = frame[frame["staff_group"] == "all_outside_hospital"].set_index(keys)["principal"]
    some = frame[groups & (frame["sector"] != "acute")].groupby(keys)["principal"].sum()
    assert (outside - some).abs().max() < 1e-6
    by_place = frame.groupby([frame["place"] == SYSTEM, "scenario", "year", "sector", "staff_group"])[
        "principal"
    ].sum()
    assert (by_place[True] - by_place[False]).abs().max() < 1e-6


def test_headroom_is_stated_apart_as_a_fixed_part_of_the_requirement() -> None:
    need, away = (
        rows(measure=measure).set_index(["place", "staff_group"])
        for measure in ("required_wte", "headroom_wte")
    )
    share = away[VALUES] / need[VALUES]
    assert share.to_numpy() == pytest.approx(np.full(share.shape, 0.2138))


def test_evidence_grades_say_what_is_recorded_and_what_is_assumed() -> None:
    grades = services()["staffing_base"].groupby("staff_group")["evidence_grade"].first()
    assert grades["gps"] == "A"
    for group in ("practice_nurses", "community_staff", "mental_health_staff"):
        assert grades[group] == "C"


def test_staff_grow_with_the_demand_that_drives_them() -> None:
    staff = rows(year=None).set_index(["place", "year", "staff_group"])["principal"]
    need = services()["demand"].set_index(["scenario", "place", "year", "service"])["principal"]
    for year in (2030, 2050):
        for group, service in (("midwives", "births"), ("community_staff", "community_contacts")):
            grown = staff[SYSTEM, year, group] / staff[SYSTEM, 2024, group]
            demand = need["local_plan", SYSTEM, year, service] / need["local_plan", SYSTEM, 2024, service]
            assert grown == pytest.approx(demand, rel=2e-3)


def test_flows_add_up_to_the_closing_stock_and_close_where_the_next_year_opens() -> None:
    frame = services()["workforce_flows"]
    wide = frame.pivot_table(
        index=["scenario", "area", "staff_group", "year"], columns="flow", values="principal"
    )
    parts = wide.drop(columns="closing").sum(axis=1)
    assert (parts - wide["closing"]).abs().max() < 1e-6
    flat = wide.reset_index().sort_values(["scenario", "area", "staff_group", "year"])
    next_opening = flat.groupby(["scenario", "area", "staff_group"])["opening"].shift(-1)
    assert (next_opening - flat["closing"]).abs().max() < 1e-6
    heads = by_group("workforce", "headcount", 2040)
    closing = wide.loc["local_plan"].xs(2040, level="year")["closing"]
    assert closing["E06000032", "gps"] == pytest.approx(heads["E06000032", "gps"])


def test_moves_inside_the_system_cancel_and_rotation_is_no_loss() -> None:
    frame = services()["workforce_flows"].set_index("flow")
    for out, back in (("moves_out", "moves_in"), ("rotation_out", "rotation_in")):
        keys = ["scenario", "staff_group", "year"]
        total = frame.loc[[out, back]].groupby(keys)["principal"].sum()
        assert total.abs().max() < 1e-6
    turned = frame.loc["rotation_out"].groupby("staff_group")["principal"].min()
    assert turned["doctors"] < -10
    assert turned["nurses"] == 0


def test_shortages_have_a_probability_and_one_first_year() -> None:
    frame = services()["workforce_shortage"]
    keys = ["scenario", "area", "sector", "staff_group"]
    assert frame["probability"].between(0, 1).all()
    assert (frame["probability_by"] >= frame["probability"]).all()
    assert frame.groupby(keys)["probability_by"].apply(lambda p: p.is_monotonic_increasing).all()
    assert (frame["first_year"] == "yes").groupby([frame[key] for key in keys]).sum().max() == 1
    nurses = frame[
        (frame["scenario"] == "local_plan") & (frame["area"] == "RC9") & (frame["staff_group"] == "nurses")
    ].set_index("year")
    first = nurses.index[nurses["first_year"] == "yes"][0]
    gap, need = (by_group("provider_workforce", m, int(first)) for m in ("gap_wte", "required_wte"))
    assert gap["RC9", "nurses"] / need["RC9", "nurses"] > 0.05
    gap, need = (by_group("provider_workforce", m, int(first) - 1) for m in ("gap_wte", "required_wte"))
    assert gap["RC9", "nurses"] / need["RC9", "nurses"] <= 0.05


def test_recruits_of_the_country_grow_with_people_of_working_age_of_the_place_or_of_a_trust_s_system() -> (
    None
):
    made = services()
    tables = StaffingTables(**{name: made[name] for name in StaffingTables.__dataclass_fields__})
    luton, central = "E06000032", "E06000056"
    units = [
        (luton, "general_practice", "gps"),
        ("RC9", "acute", "nurses"),
        (central, "general_practice", "gps"),
    ]
    found = domestic_growth(tables, units, np.array([2024, 2030, 2045]))
    people = made["population_single_year"]
    people = people[(people["age"] >= 16) & (people["age"] < 65)]
    people = people.groupby(["scenario", "year", "place"])["principal"].sum().unstack()
    assert set(found) == set(made["scenarios"]["scenario"])
    for scenario, growth in found.items():
        of_years = people.loc[scenario].loc[[2024, 2030, 2045]]
        together = pd.concat([of_years[luton], of_years.sum(axis=1), of_years[central]], axis=1)
        assert growth == pytest.approx((together / together.iloc[0]).to_numpy()), scenario
    ends = found["local_plan"][-1]
    assert len(set(ends.round(3))) == len(units)
