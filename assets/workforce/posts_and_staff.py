"""Posts and staff in post of the base year: recorded where a file or figure has them, by area and by age."""

from __future__ import annotations

import dagster as dg
import numpy as np
import pandas as pd

from assets.inputs.assumptions import Assumptions
from assets.inputs.scenarios import read_scenarios
from assets.inputs.system_totals import SystemTotals, council_codes
from assets.tables.declarations.named_values import AGE_BANDS
from assets.tables.uncertain_table import released
from assets.workforce.norm_matrices import Group, norm_matrix
from assets.workforce.recorded_establishment import (
    Work,
    with_recorded_staff,
    with_recorded_vacancies,
)
from housing_trajectories.schema import financial_year_label
from models.arrays import FloatArray
from models.workforce import base_year_posts as posts
from models.workforce.age_profile import band_starts, older_bands, shifted_shares, tilted_profiles
from models.workforce.staff_requirement import funded_posts, posts_kept

Row = tuple[str, str, str, str, float, str, str]
"""Area, its kind, sector, staff group, WTE, which number it is (posts or staff in post), and its basis."""

NHS_SECTORS = ("acute", "ambulance", "community", "infrastructure", "mental_health")
"""Whose staff the published 4,856 near retirement and 77 % women are: general practice and care are apart."""
SYSTEM_BASED = "system"
GENERAL_PRACTICE_BASIS = {
    "gps": "recorded FTE by place, without a month; trainees taken off at their share",
    "gps_in_training": "recorded FTE by place, without a month; trainees at their share",
    "practice_nurses": "England’s rate to registered patients; September 2022",
    "other_direct_patient_care": "England’s rate of practices, and the networks’ staff of June 2026 by role",
    "practice_administration": "England’s rate of practices, and the networks’ staff of June 2026 by role",
}
"""What staff of general practice rest on without a staff file."""
SYSTEM_BASIS = {
    "posts": "posts of the system, shared out by activity",
    "in_post": "the system’s share of trusts that serve others too, by activity",
}
"""What staff known for the system alone rest on, by which number is known."""
OF_SHARED_TRUSTS = {
    "ambulance": "ambulance_staff",
    "community": "community_staff",
    "mental_health": "mental_health_staff",
}
"""Clinical group by the sector in which a trust serves the area in part."""
INFRASTRUCTURE = "infrastructure_outside_hospital"
NETWORK_GROUPS = {
    "Directors": "practice_administration",
    "Other Admin/Non-clinical staff": "practice_administration",
    "Other Direct Patient Care staff": "other_direct_patient_care",
    "Other Nurses": "other_direct_patient_care",
}
"""Staff group of each group of primary care networks; their GPs are in none, as practices report GPs."""
VACANCY_LEVELS = {"acute": "vacancy_level", "general_practice": "vacancy_level_general_practice"}
"""What brings a sector's rates to the level that is counted; other NHS staff have one of their own."""


@dg.asset(group_name="workforce", kinds={"pandas"})
def staffing_base(
    staff_groups: pd.DataFrame,
    staffing_norms: pd.DataFrame,
    skill_mix: pd.DataFrame,
    gp_workforce_and_patients: pd.DataFrame,
    trust_staff: pd.DataFrame,
    trust_staff_groups: pd.DataFrame,
    shared_trusts: pd.DataFrame,
    network_staff: pd.DataFrame,
    recorded_staff: pd.DataFrame,
    recorded_vacancies: pd.DataFrame,
    demand: pd.DataFrame,
    provider_demand: pd.DataFrame,
    provider_level: pd.DataFrame,
    places: pd.DataFrame,
    system_totals: pd.DataFrame,
    scenarios: pd.DataFrame,
    assumptions: pd.DataFrame,
) -> pd.DataFrame:
    """Posts of the base year that requirements are calibrated on: funded establishment, not need."""
    known, totals = Assumptions(assumptions), SystemTotals(system_totals, places)
    principal, base_year = read_scenarios(scenarios)[0].name, int(known.value("demand.base_year"))
    activity = base_activity(demand, "place", principal, known)
    rows = [
        *_general_practice(known, totals, gp_workforce_and_patients, network_staff),
        *_hospitals(staff_groups, trust_staff, trust_staff_groups),
        *_system_services(
            known, totals, staff_groups, staffing_norms, skill_mix, places, activity, shared_trusts
        ),
    ]
    table = pd.DataFrame(
        rows, columns=["area", "area_kind", "sector", "staff_group", "given", "which", "staff_basis"]
    )
    table["vacancy_percent"] = [
        vacancy_percent(known, sector, group)
        for sector, group in zip(table["sector"], table["staff_group"], strict=True)
    ]
    table["participation"] = [
        known.value(f"workforce.participation_{group}") for group in table["staff_group"]
    ]
    table["in_post_wte"] = [
        posts.in_post(given, percent) if which == "posts" else given
        for given, percent, which in zip(
            table["given"], table["vacancy_percent"], table["which"], strict=True
        )
    ]
    table["recorded"], table["staff_at"] = "figures", financial_year_label(base_year)
    for name in ("later_month", "vacancies_month"):
        table[name] = pd.Series(None, index=table.index, dtype="str")
    for name in ("later_wte", "recorded_vacancy_percent"):
        table[name] = np.nan
    if not recorded_staff.empty:
        table = with_recorded_staff(table, recorded_staff, base_year)
    table["wte"] = [
        funded_posts(wte, percent)
        for wte, percent in zip(table["in_post_wte"], table["vacancy_percent"], strict=True)
    ]
    if not recorded_vacancies.empty:
        of_places, of_trusts = (frame[frame["scenario"] == principal] for frame in (demand, provider_demand))
        groups = list(zip(staff_groups["sector"], staff_groups["staff_group"], strict=True))
        work = _work(known, staffing_norms, skill_mix, groups, of_places, of_trusts, provider_level)
        productivity = known.value("workforce.productivity_change")
        table = with_recorded_vacancies(
            table, recorded_vacancies, recorded_staff, base_year, work, productivity
        )
    counted = table["vacancies_month"].notna()
    table["vacancy_from"] = np.where(counted, "a file of the area", "England's or the system's rate")
    described = staff_groups[["sector", "staff_group", "source_id", "evidence_grade", "note"]]
    table = table.merge(described, on=["sector", "staff_group"], how="left", validate="many_to_one")
    return released("staffing_base", [table])


def _work(
    known: Assumptions,
    staffing_norms: pd.DataFrame,
    skill_mix: pd.DataFrame,
    groups: list[Group],
    demand: pd.DataFrame,
    provider_demand: pd.DataFrame,
    provider_level: pd.DataFrame,
) -> Work:
    """What the norms take of an area's principal activity, of a place's or a trust's, as posts follow it."""
    activity: dict[tuple[str, int, str], float] = {}
    for frame, column in ((demand, "place"), (provider_demand, "provider")):
        rows = frame[[column, "year", "service", "principal"]].itertuples(index=False, name=None)
        activity |= {(area, year, service): value for area, year, service, value in rows}
    columns = provider_level[["provider", "year", "service", "ratio"]].itertuples(index=False, name=None)
    level = {(trust, year, service): ratio for trust, year, service, ratio in columns}
    services = sorted({service for *_, service in activity})
    norms = norm_matrix(known, staffing_norms, skill_mix, groups, services)
    base_year = int(known.value("demand.base_year"))

    def work(area: str, sector: str, group: str, year: int) -> float:
        cells = [[(area, each, name) for name in services] for each in (base_year, year)]
        done = np.array([[activity.get(cell, 0.0) for cell in row] for row in cells])
        at_base_level = done / np.array([[level.get(cell, 1.0) for cell in row] for row in cells])
        of_group = norms[groups.index((sector, group))]
        kept = posts_kept((done @ of_group)[:, None], (at_base_level @ of_group)[:, None], np.ones((2, 1)))
        return float(kept[-1, 0])

    return work


def base_activity(
    demand: pd.DataFrame, area: str, scenario: str, known: Assumptions
) -> dict[tuple[str, str], float]:
    """Principal demand of the base year by area and service."""
    base = demand[(demand["scenario"] == scenario) & (demand["year"] == int(known.value("demand.base_year")))]
    return dict(zip(zip(base[area], base["service"], strict=True), base["principal"], strict=True))


def vacancy_percent(known: Assumptions, sector: str, group: str) -> float:
    """Share of posts that is vacant, in per cent: the printed rate of the group at the counted level."""
    rate, level = vacancy_terms(sector, group)
    return posts.vacancy_percent(known.value(rate), known.value(level))


def vacancy_terms(sector: str, group: str) -> tuple[str, str]:
    """Ids of the group's vacancy rate and of the level it is brought to."""
    if sector == "adult_social_care":
        return "workforce.social_care_vacancy_rate", "workforce.vacancy_level_social_care"
    level = VACANCY_LEVELS.get(sector, "vacancy_level_outside_hospital")
    return f"workforce.vacancy_rate_{group}", f"workforce.{level}"


def _general_practice(
    known: Assumptions, totals: SystemTotals, practices: pd.DataFrame, networks: pd.DataFrame
) -> list[Row]:
    of_networks = networks.assign(group=networks["published_staff_group"].map(NETWORK_GROUPS))
    here = of_networks.pivot_table("fte", "place", "group", aggfunc="sum", fill_value=0.0)
    here = here.reindex(list(practices["place"]), fill_value=0.0)
    by_group = posts.general_practice_base(
        practices["gp_fte"].to_numpy(),
        practices["registered_patients"].to_numpy(dtype=float),
        totals.value("workforce.gp_fully_qualified_fte"),
        totals.value("workforce.gp_trainees_fte"),
        {
            "practice_nurses": known.value("workforce.practice_nurses_per_1000_patients"),
            "other_direct_patient_care": known.value("workforce.practice_direct_care_per_1000_patients"),
            "practice_administration": known.value("workforce.practice_administration_per_1000_patients"),
        },
        {str(group): here[group].to_numpy() for group in here},
    )
    return [
        (place, "place", "general_practice", group, float(wte), "in_post", GENERAL_PRACTICE_BASIS[group])
        for group, values in by_group.items()
        for place, wte in zip(practices["place"], values, strict=True)
    ]


def _hospitals(staff_groups: pd.DataFrame, totals: pd.DataFrame, groups: pd.DataFrame) -> list[Row]:
    """Staff in post by trust as published, by group as the latest table of groups has them."""
    acute = staff_groups[staff_groups["calibrated_on"] == "providers"].set_index("staff_group")["sector"]
    whole, year = (totals.set_index("provider")[name] for name in ("fte", "year"))
    by_group = groups.groupby(["provider", "staff_group"], as_index=False, dropna=False)["fte"].sum()
    rows: list[Row] = []
    for provider, own in by_group.groupby("provider"):
        fte = posts.split_total(float(whole[provider]), own["fte"].to_numpy(float))
        basis = f"mean of {financial_year_label(int(year[provider]))}, split as trust_staff_groups"
        rows += [
            (str(provider), "provider", str(acute[group]), str(group), float(wte), "in_post", basis)
            for group, wte in zip(own["staff_group"], fte, strict=True)
            if not pd.isna(group)
        ]
    return rows


def _system_services(
    known: Assumptions,
    totals: SystemTotals,
    staff_groups: pd.DataFrame,
    staffing_norms: pd.DataFrame,
    skill_mix: pd.DataFrame,
    places: pd.DataFrame,
    activity: dict[tuple[str, str], float],
    shared_trusts: pd.DataFrame,
) -> list[Row]:
    """Staff that are known for the system alone, shared out by the activity of its places."""
    codes = council_codes(places)
    counted = {
        "adult_social_care_staff": (
            posts.social_care_base(
                totals.value("workforce.social_care_vacancies"),
                known.value("workforce.social_care_vacancy_rate"),
                known.value("workforce.social_care_fte_per_job"),
            ),
            "posts",
        ),
        **{group: (wte, "in_post") for group, wte in staff_of_shared_trusts(shared_trusts).items()},
    }
    chosen = staff_groups[staff_groups["calibrated_on"] == SYSTEM_BASED]
    groups = list(zip(chosen["sector"], chosen["staff_group"], strict=True))
    services = sorted({service for _, service in activity})
    norms = norm_matrix(known, staffing_norms, skill_mix, groups, services)
    by_place = np.array([[activity.get((code, service), 0.0) for service in services] for code in codes])
    return [
        (code, "place", sector, group, float(wte), counted[group][1], SYSTEM_BASIS[counted[group][1]])
        for (sector, group), of_group in zip(groups, norms, strict=True)
        for code, wte in zip(
            codes, posts.shared_by_activity(counted[group][0], by_place, of_group), strict=True
        )
    ]


def shared_ends(shared: pd.DataFrame) -> dict[str, tuple[float, float]]:
    """Ends of the staff of shared trusts over their centre, by the sector whose level they are."""
    low, centre, high = (
        staff_of_shared_trusts(shared.assign(share_percent=shared[name]))
        for name in ("low_percent", "share_percent", "high_percent")
    )
    of_group = {group: sector for sector, group in OF_SHARED_TRUSTS.items()} | {
        INFRASTRUCTURE: "infrastructure"
    }
    return {of_group[group]: (low[group] / of, high[group] / of) for group, of in centre.items() if of > 0}


def staff_of_shared_trusts(shared: pd.DataFrame) -> dict[str, float]:
    """Staff in post by group of the trusts that serve the area in part, at its share of each."""
    numbers = (
        shared[name].to_numpy(dtype=float) for name in ("fte", "share_percent", "infrastructure_percent")
    )
    clinical, infrastructure = posts.shared_staff(*numbers)
    by_sector = pd.Series(clinical).groupby(shared["sector"].to_numpy()).sum()
    made = {group: float(by_sector.get(sector, 0.0)) for sector, group in OF_SHARED_TRUSTS.items()}
    return {**made, INFRASTRUCTURE: float(infrastructure.sum())}


@dg.asset(group_name="workforce", kinds={"pandas"})
def staff_in_post(
    staffing_base: pd.DataFrame,
    staff_groups: pd.DataFrame,
    staff_age_profiles: pd.DataFrame,
    recorded_staff: pd.DataFrame,
    places: pd.DataFrame,
    system_totals: pd.DataFrame,
    assumptions: pd.DataFrame,
) -> pd.DataFrame:
    """Staff in post of the base year by age and sex, scaled to their published totals."""
    known, totals = Assumptions(assumptions), SystemTotals(system_totals, places)
    base = staffing_base.merge(
        staff_groups[["sector", "staff_group", "age_profile", "female_percent"]],
        on=["sector", "staff_group"],
        how="left",
        validate="many_to_one",
    )
    heads = posts.people(base["in_post_wte"].to_numpy(), base["participation"].to_numpy())
    shapes = profiles(staff_age_profiles, "staff").loc[base["age_profile"]].to_numpy()
    ages = held_to_published(known, totals, base, heads, shapes)
    ages = _recorded_ages(base, ages, recorded_staff)
    women = posts.share_of(base["female_percent"].to_numpy())
    nhs = base["sector"].isin(NHS_SECTORS).to_numpy()
    published = float(posts.share_of(totals.value("workforce.nhs_female_percent")))
    women[nhs] = shifted_shares(women[nhs], heads[nhs], published)
    table = base.loc[base.index.repeat(len(AGE_BANDS)), ["area", "sector", "staff_group"]].reset_index(
        drop=True
    )
    table["age_band"] = pd.Series(list(AGE_BANDS) * len(base), dtype="str")
    counted = posts.by_age(heads, ages, women, base["participation"].to_numpy())
    for name, values in zip(("headcount", "female_headcount", "wte"), counted, strict=True):
        table[name] = values.ravel()
    return released("staff_in_post", [table])


def profiles(staff_age_profiles: pd.DataFrame, of: str) -> pd.DataFrame:
    """Age profiles as shares, a row a profile, the bands in their order."""
    chosen = staff_age_profiles[staff_age_profiles["of"] == of]
    wide = chosen.pivot_table(index="profile", columns="age_band", values="percent")[list(AGE_BANDS)]
    return pd.DataFrame(posts.shares_of_whole(wide.to_numpy()), index=wide.index, columns=wide.columns)


def held_to_published(
    known: Assumptions, totals: SystemTotals, base: pd.DataFrame, heads: FloatArray, shapes: FloatArray
) -> FloatArray:
    """The shapes (unit, band), tilted to the published share of staff near retirement."""
    starts = band_starts(AGE_BANDS)
    older = older_bands(AGE_BANDS, known.value("workforce.ten_years_before_retirement"))
    targets = {
        NHS_SECTORS: posts.share_of_people(
            totals.value("workforce.within_ten_years_of_retirement"),
            totals.value("workforce.nhs_staff_in_post"),
            known.value("workforce.nhs_participation"),
        ),
        ("adult_social_care",): float(posts.share_of(known.value("workforce.social_care_aged_55_and_over"))),
    }
    held = shapes.copy()
    for sectors, share in targets.items():
        chosen = base["sector"].isin(sectors).to_numpy()
        held[chosen] = tilted_profiles(shapes[chosen], heads[chosen], starts, older, share)
    chosen = (base["staff_group"] == "gps").to_numpy()
    share = float(posts.share_of(known.value("workforce.gps_aged_55_and_over")))
    held[chosen] = tilted_profiles(shapes[chosen], heads[chosen], starts, older, share)
    return held


def _recorded_ages(base: pd.DataFrame, ages: FloatArray, recorded: pd.DataFrame) -> FloatArray:
    """Ages as the latest file records them, for the units it records by age."""
    by_age = recorded[recorded["age_band"].isin(AGE_BANDS)]
    if by_age.empty:
        return ages
    last = by_age.groupby(["area", "staff_group"])["month"].transform("max")
    by_age = by_age[by_age["month"] == last]
    wide = by_age.pivot_table(index=["area", "staff_group"], columns="age_band", values="headcount")
    wide = wide.reindex(columns=list(AGE_BANDS)).fillna(0.0)
    held = ages.copy()
    for row, key in enumerate(zip(base["area"], base["staff_group"], strict=True)):
        if key in wide.index:
            held[row] = posts.shares(wide.loc[key].to_numpy(dtype=float))
    return held
