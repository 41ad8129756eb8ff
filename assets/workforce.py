"""Workforce: posts of the base year, and the whole-time equivalents that demand takes from there."""

from __future__ import annotations

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
from models.workforce.requirement import carried_forward, funded_posts, required_wte, staffing_ratios

FloatArray = NDArray[np.float64]

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
    system = places.loc[places["kind"] == "system", "place"].iloc[0]
    activity = _principal_base(demand, "place", read_scenarios(scenarios)[0].name, known)
    of_system = {
        "adult_social_care_staff": posts.social_care_base(
            known.value("workforce.social_care_vacancies"),
            known.value("workforce.social_care_vacancy_rate"),
            known.value("workforce.social_care_fte_per_job"),
        ),
        "community_staff": posts.staff_of_activity(
            activity.loc[system, "community_contacts"],
            known.value("workforce.community_staff_per_1000_contacts"),
        ),
        "mental_health_staff": posts.staff_of_activity(
            activity.loc[system, "mental_health_people_in_contact"],
            known.value("workforce.mental_health_staff_per_1000_people"),
        ),
    }
    rows = [(system, group, wte) for group, wte in of_system.items()]
    rows += _general_practice(known, gp_workforce_and_patients)
    rows += _hospitals(known, staff_groups, trust_workforce_june_2018, recorded_activity)
    table = pd.DataFrame(rows, columns=["area", "staff_group", "wte"]).merge(
        staff_groups, on="staff_group", how="left", validate="many_to_one"
    )
    return released("staffing_base", [table])


def _principal_base(demand: pd.DataFrame, area: str, scenario: str, known: Assumptions) -> pd.DataFrame:
    """Principal demand of the base year: a row an area, a column a service."""
    base = demand[(demand["scenario"] == scenario) & (demand["year"] == int(known.value("demand.base_year")))]
    return base.pivot(index=area, columns="service", values="principal")


def _general_practice(known: Assumptions, practices: pd.DataFrame) -> list[tuple[str, str, float]]:
    by_group = posts.general_practice_base(
        practices["gp_fte"].to_numpy(),
        practices["registered_patients"].to_numpy(dtype=float),
        known.value("workforce.gp_fully_qualified_fte"),
        known.value("workforce.gp_trainees_fte"),
        known.value("workforce.practice_nurses_per_1000_patients"),
        known.value("workforce.additional_roles_wte"),
    )
    return [
        (place, group, float(wte))
        for group, values in by_group.items()
        for place, wte in zip(practices["place"], values, strict=True)
    ]


def _hospitals(
    known: Assumptions, staff_groups: pd.DataFrame, staff: pd.DataFrame, recorded: pd.DataFrame
) -> list[tuple[str, str, float]]:
    """Staff in post of the earlier year, carried to the base year by recorded activity, with vacancies."""
    levels = recorded.pivot(index=["measure", "provider"], columns="year", values="level")
    then, now = (int(known.value(name)) for name in ("workforce.trust_staffing_year", "demand.base_year"))
    carried_by = staff_groups.set_index("staff_group")["carried_by"]
    in_post = (
        staff[staff["staff_group"].notna()].groupby(["provider", "staff_group"], as_index=False)["fte"].sum()
    )
    rows = []
    for provider, group, fte in in_post.itertuples(index=False, name=None):
        measure = carried_by[group]
        activity = (1.0, 1.0) if pd.isna(measure) else tuple(levels.loc[(measure, provider), [then, now]])
        carried = carried_forward(
            np.array(fte), *activity, known.value("workforce.staff_per_activity_since_2018")
        )
        wte = funded_posts(carried, known.value("workforce.hospital_vacancy_rate"))
        rows.append((provider, group, float(wte)))
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
    scenarios: pd.DataFrame,
    assumptions: pd.DataFrame,
    settings: RunSettings,
) -> pd.DataFrame:
    """Whole-time equivalents that the demand of each place's people takes, wherever they are treated."""
    known = Assumptions(assumptions)
    scenario = read_scenarios(scenarios)[0].name
    system = places.loc[places["kind"] == "system", "place"].iloc[0]
    by_place = _principal_base(demand, "place", scenario, known)
    by_provider = _principal_base(provider_demand, "provider", scenario, known)
    names = list(by_place.columns)
    base = staffing_base.pivot(index=["sector", "staff_group"], columns="area", values="wte")
    weights = _weights(staff_group_drivers, staff_groups, names)
    trusts = [area for area in base.columns if area in by_provider.index]
    hospitals = by_provider.reindex(columns=names).loc[trusts].sum()

    def ratios(place: str) -> FloatArray:
        rows = []
        for sector, group, calibrated_on in _group_rows(staff_groups):
            areas = {"place": [place], "system": [system], "providers": trusts}[calibrated_on]
            activity = hospitals if calibrated_on == "providers" else by_place.loc[areas[0]]
            wte = float(base.loc[(sector, group), areas].sum())
            weight = weights.loc[[(sector, group)], names].to_numpy()
            rows.append(staffing_ratios(np.array([wte]), weight, activity.fillna(0.0).to_numpy())[0])
        return np.stack(rows)

    parts, total = [], None
    factor = None
    for place in demand_draws:
        quantity = demand_draws[place]["demand"].sel(service=names)
        if factor is None:
            factor = _factors(known, staff_groups, quantity["year"].to_numpy(), settings)
        required = _required(quantity, ratios(place), factor, staff_groups)
        parts.append(_rows(required, staff_groups, {"place": place}))
        total = required if total is None else total + required
    if total is None:
        raise ValueError("no place has demand")
    parts.append(_rows(total, staff_groups, {"place": system}))
    return released("workforce", parts)


def _group_rows(staff_groups: pd.DataFrame) -> list[tuple[str, str, str]]:
    columns = staff_groups[["sector", "staff_group", "calibrated_on"]]
    return [(str(a), str(b), str(c)) for a, b, c in columns.itertuples(index=False, name=None)]


def _weights(drivers: pd.DataFrame, staff_groups: pd.DataFrame, services: list[str]) -> pd.DataFrame:
    unknown = set(drivers["service"]) - set(services)
    if unknown:
        raise KeyError(f"staff_group_drivers.csv names services without demand: {sorted(unknown)}")
    weights = drivers.pivot(index=["sector", "staff_group"], columns="service", values="weight")
    groups = pd.MultiIndex.from_frame(staff_groups[["sector", "staff_group"]])
    return weights.reindex(index=groups, columns=services).fillna(0.0)


def _factors(
    known: Assumptions, staff_groups: pd.DataFrame, years: NDArray[np.int64], settings: RunSettings
) -> FloatArray:
    """Factor (draw, year, group) on staff per activity."""
    by_sector: dict[str, FloatArray] = {
        sector: staffing_factor(
            known.range(f"workforce.level_{sector}"),
            known.range("workforce.productivity_change"),
            sector,
            years,
            int(known.value("demand.base_year")),
            settings.draws,
            settings.seed,
        )
        for sector in sorted(set(staff_groups["sector"]))
    }
    return np.stack([by_sector[sector] for sector in staff_groups["sector"]], axis=-1)


def _required(
    quantity: xr.DataArray, ratios: FloatArray, factor: FloatArray, staff_groups: pd.DataFrame
) -> xr.DataArray:
    ordered = quantity.transpose("scenario", "draw", "year", "service")
    values = np.stack([required_wte(of_scenario, ratios, factor) for of_scenario in ordered.to_numpy()])
    return xr.DataArray(
        values,
        dims=("scenario", "draw", "year", "staff_group"),
        coords={
            "scenario": quantity["scenario"],
            "draw": quantity["draw"],
            "year": quantity["year"],
            "staff_group": list(staff_groups["staff_group"]),
        },
        name="workforce",
    )


def _rows(required: xr.DataArray, staff_groups: pd.DataFrame, constants: dict[str, object]) -> pd.DataFrame:
    rows = uncertain_rows(required, {**constants, **REQUIRED})
    rows["sector"] = rows["staff_group"].map(staff_groups.set_index("staff_group")["sector"])
    return rows


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
    names = [str(name) for name in quantity["service"].to_numpy()]
    hospital = staff_groups[staff_groups["calibrated_on"] == "providers"].reset_index(drop=True)
    keys = pd.MultiIndex.from_frame(hospital[["sector", "staff_group"]])
    of_hospital = staff_group_drivers["sector"].isin(set(hospital["sector"]))
    weights = _weights(staff_group_drivers[of_hospital], hospital, names).to_numpy()
    activity = _principal_base(provider_demand, "provider", read_scenarios(scenarios)[0].name, known)
    base = staffing_base.pivot(index=["sector", "staff_group"], columns="area", values="wte").reindex(keys)
    factor = _factors(known, hospital, quantity["year"].to_numpy(), settings)
    parts = []
    for provider in sorted(set(providers.loc[providers["kind"] == "acute", "provider"]) & set(base.columns)):
        ratios = staffing_ratios(
            base[provider].to_numpy(), weights, activity.loc[provider, names].fillna(0.0).to_numpy()
        )
        required = _required(quantity.sel(provider=provider), ratios, factor, hospital)
        parts.append(_rows(required, hospital, {"provider": provider}))
    table = pd.concat(parts, ignore_index=True)
    table["provider_name"] = table["provider"].map(providers.set_index("provider")["provider_name"])
    return released("provider_workforce", [table])
