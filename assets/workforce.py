"""Workforce: posts of the base year, and the whole-time equivalents that demand takes from there."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

import dagster as dg
import numpy as np
import pandas as pd
import xarray as xr
from numpy.typing import NDArray

from assets.assumptions import Assumptions
from assets.by_place import ByPlace
from assets.scenarios import read_scenarios
from assets.settings import RunSettings
from assets.uncertain_table import released, uncertain_rows
from models.workforce import base_year as posts
from models.workforce.factors import staffing_factor
from models.workforce.requirement import (
    carried_forward,
    funded_posts,
    required_wte,
    staffing_ratios,
    with_all_groups,
)

FloatArray = NDArray[np.float64]
Group = tuple[str, str]
"""Sector and staff group."""

ALL: Group = ("all", "all")
REQUIRED = {"measure": "required_wte", "unit": "WTE"}


@dg.asset(group_name="workforce", kinds={"pandas"})
def staffing_base(
    staff_groups: pd.DataFrame,
    gp_workforce_and_patients: pd.DataFrame,
    trust_workforce_june_2018: pd.DataFrame,
    recorded_activity: pd.DataFrame,
    demand: pd.DataFrame,
    places: pd.DataFrame,
    scenarios: pd.DataFrame,
    assumptions: pd.DataFrame,
) -> pd.DataFrame:
    """Posts of the base year that requirements are calibrated on: funded establishment, not need."""
    known = Assumptions(assumptions)
    system = str(places.loc[places["kind"] == "system", "place"].item())
    activity = _base_activity(demand, "place", read_scenarios(scenarios)[0].name, known)
    social_care = posts.social_care_base(
        known.value("workforce.social_care_vacancies"),
        known.value("workforce.social_care_vacancy_rate"),
        known.value("workforce.social_care_fte_per_job"),
    )
    community = posts.staff_of_activity(
        activity[system, "community_contacts"], known.value("workforce.community_staff_per_1000_contacts")
    )
    mental_health = posts.staff_of_activity(
        activity[system, "mental_health_people_in_contact"],
        known.value("workforce.mental_health_staff_per_1000_people"),
    )
    rows = [
        (system, "adult_social_care", "adult_social_care_staff", social_care),
        (system, "community", "community_staff", community),
        (system, "mental_health", "mental_health_staff", mental_health),
        *_general_practice(known, gp_workforce_and_patients),
        *_hospitals(known, staff_groups, trust_workforce_june_2018, recorded_activity),
    ]
    table = pd.DataFrame(rows, columns=["area", "sector", "staff_group", "wte"]).merge(
        staff_groups, on=["sector", "staff_group"], how="left", validate="many_to_one"
    )
    return released("staffing_base", [table])


def _base_activity(
    demand: pd.DataFrame, area: str, scenario: str, known: Assumptions
) -> dict[tuple[str, str], float]:
    """Principal demand of the base year by area and service."""
    base = demand[(demand["scenario"] == scenario) & (demand["year"] == int(known.value("demand.base_year")))]
    return dict(zip(zip(base[area], base["service"], strict=True), base["principal"], strict=True))


def _general_practice(known: Assumptions, practices: pd.DataFrame) -> list[tuple[str, str, str, float]]:
    by_group = posts.general_practice_base(
        practices["gp_fte"].to_numpy(),
        practices["registered_patients"].to_numpy(dtype=float),
        known.value("workforce.gp_fully_qualified_fte"),
        known.value("workforce.gp_trainees_fte"),
        known.value("workforce.practice_nurses_per_1000_patients"),
        known.value("workforce.additional_roles_wte"),
    )
    return [
        (place, "general_practice", group, float(wte))
        for group, values in by_group.items()
        for place, wte in zip(practices["place"], values, strict=True)
    ]


def _hospitals(
    known: Assumptions, staff_groups: pd.DataFrame, staff: pd.DataFrame, recorded: pd.DataFrame
) -> list[tuple[str, str, str, float]]:
    """Staff in post of the earlier year, carried to the base year by recorded activity, with vacancies."""
    keys = zip(recorded["measure"], recorded["provider"], recorded["year"], strict=True)
    levels = dict(zip(keys, recorded["level"], strict=True))
    years = [int(known.value(name)) for name in ("workforce.trust_staffing_year", "demand.base_year")]
    acute = staff_groups[staff_groups["calibrated_on"] == "providers"].set_index("staff_group")
    in_post = (
        staff[staff["staff_group"].notna()].groupby(["provider", "staff_group"], as_index=False)["fte"].sum()
    )
    rows = []
    for provider, group, fte in in_post.itertuples(index=False, name=None):
        measure = acute.loc[group, "carried_by"]
        activity = None if pd.isna(measure) else [levels[measure, provider, year] for year in years]
        carried = carried_forward(fte, activity, known.value("workforce.staff_per_activity_since_2018"))
        wte = funded_posts(carried, known.value("workforce.hospital_vacancy_rate"))
        rows.append((provider, str(acute.loc[group, "sector"]), group, wte))
    return rows


@dg.asset(group_name="workforce", kinds={"numpy"})
def workforce(
    demand_draws: ByPlace,
    demand: pd.DataFrame,
    provider_demand: pd.DataFrame,
    staffing_base: pd.DataFrame,
    staff_groups: pd.DataFrame,
    staff_group_drivers: pd.DataFrame,
    places: pd.DataFrame,
    providers: pd.DataFrame,
    scenarios: pd.DataFrame,
    assumptions: pd.DataFrame,
    settings: RunSettings,
) -> pd.DataFrame:
    """Whole-time equivalents that the demand of each place's people takes, wherever they are treated."""
    known = Assumptions(assumptions)
    scenario = read_scenarios(scenarios)[0].name
    system = str(places.loc[places["kind"] == "system", "place"].item())
    activity = _base_activity(demand, "place", scenario, known)
    activity |= _base_activity(provider_demand, "provider", scenario, known)
    trusts = list(providers.loc[providers["kind"] == "acute", "provider"])
    groups = _groups(staff_groups)
    calibrated_on = list(staff_groups["calibrated_on"])

    parts, total, factor = [], None, None
    for place in demand_draws:
        quantity = demand_draws[place]["demand"]
        if factor is None:
            factor = _factors(known, groups, quantity["year"].to_numpy(), settings)
        areas = {"place": [place], "system": [system], "providers": trusts}
        ratios = _ratios(
            groups,
            [areas[basis] for basis in calibrated_on],
            [str(service) for service in quantity["service"].to_numpy()],
            staffing_base,
            staff_group_drivers,
            activity,
        )
        required = _required(quantity, ratios, factor)
        parts.append(_rows(required, groups, {"place": place}))
        total = required if total is None else total + required
    if total is None:
        raise ValueError("no place has demand")
    parts.append(_rows(total, groups, {"place": system}))
    return released("workforce", parts)


def _groups(staff_groups: pd.DataFrame) -> list[Group]:
    return list(zip(staff_groups["sector"], staff_groups["staff_group"], strict=True))


def _ratios(
    groups: list[Group],
    areas: Iterable[list[str]],
    services: list[str],
    staffing_base: pd.DataFrame,
    drivers: pd.DataFrame,
    activity: Mapping[tuple[str, str], float],
) -> FloatArray:
    """WTE per unit of activity (group, service); a group's posts and activity are those of its areas."""
    columns = (staffing_base[name] for name in ("sector", "staff_group", "area"))
    posts_of = dict(zip(zip(*columns, strict=True), staffing_base["wte"], strict=True))
    weight_of: dict[tuple[str, str], dict[str, float]] = {}
    for sector, group, service, weight in drivers[["sector", "staff_group", "service", "weight"]].itertuples(
        index=False, name=None
    ):
        weight_of.setdefault((sector, group), {})[service] = weight
    return np.stack(
        [
            staffing_ratios(
                [posts_of[*group, area] for area in of_group],
                weight_of[group],
                {service: [activity[area, service] for area in of_group] for service in weight_of[group]},
                services,
            )
            for group, of_group in zip(groups, areas, strict=True)
        ]
    )


def _factors(
    known: Assumptions, groups: list[Group], years: NDArray[np.int64], settings: RunSettings
) -> FloatArray:
    """Factor (draw, year, group) on staff per activity."""
    by_sector = {
        sector: staffing_factor(
            known.range(f"workforce.level_{sector}"),
            known.range("workforce.productivity_change"),
            sector,
            years,
            int(known.value("demand.base_year")),
            settings.draws,
            settings.seed,
        )
        for sector in sorted({sector for sector, _ in groups})
    }
    return np.stack([by_sector[sector] for sector, _ in groups], axis=-1)


def _required(quantity: xr.DataArray, ratios: FloatArray, factor: FloatArray) -> xr.DataArray:
    """Requirement by scenario, draw, year and number of the group; the last is all groups together."""
    ordered = quantity.transpose("scenario", "draw", "year", "service").to_numpy()
    values = np.stack([with_all_groups(required_wte(of_scenario, ratios, factor)) for of_scenario in ordered])
    return xr.DataArray(
        values,
        dims=("scenario", "draw", "year", "group"),
        coords={
            **{name: quantity[name].to_numpy() for name in ("scenario", "draw", "year")},
            "group": np.arange(values.shape[-1]),
        },
        name="required_wte",
    )


def _rows(required: xr.DataArray, groups: list[Group], constants: Mapping[str, object]) -> pd.DataFrame:
    names = pd.DataFrame([*groups, ALL], columns=["sector", "staff_group"])
    return uncertain_rows(required, {**constants, **REQUIRED}).join(names, on="group")


@dg.asset(group_name="workforce", kinds={"numpy"})
def provider_workforce(
    provider_demand_draws: xr.Dataset,
    provider_demand: pd.DataFrame,
    staffing_base: pd.DataFrame,
    staff_groups: pd.DataFrame,
    staff_group_drivers: pd.DataFrame,
    providers: pd.DataFrame,
    scenarios: pd.DataFrame,
    assumptions: pd.DataFrame,
    settings: RunSettings,
) -> pd.DataFrame:
    """Whole-time equivalents that each trust's demand takes at its own staffing of the base year."""
    known = Assumptions(assumptions)
    quantity = provider_demand_draws["provider_demand"]
    groups = _groups(staff_groups[staff_groups["calibrated_on"] == "providers"])
    activity = _base_activity(provider_demand, "provider", read_scenarios(scenarios)[0].name, known)
    factor = _factors(known, groups, quantity["year"].to_numpy(), settings)
    services = [str(service) for service in quantity["service"].to_numpy()]
    parts = []
    for provider in providers.loc[providers["kind"] == "acute", "provider"]:
        areas = [[provider]] * len(groups)
        ratios = _ratios(groups, areas, services, staffing_base, staff_group_drivers, activity)
        required = _required(quantity.sel(provider=provider), ratios, factor)
        parts.append(_rows(required, groups, {"provider": provider}))
    table = pd.concat(parts, ignore_index=True)
    table["provider_name"] = table["provider"].map(providers.set_index("provider")["provider_name"])
    return released("provider_workforce", [table])
