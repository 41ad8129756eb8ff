"""Draws of staff required and supplied, by place and by trust: what every table of the stage is read off."""

from __future__ import annotations

from collections.abc import Sequence

import dagster as dg
import numpy as np
import pandas as pd
import xarray as xr
from numpy.typing import NDArray

from assets.by_place import ByPlace
from assets.settings import RunSettings
from assets.workforce_requirement import Needs, RequirementTables, activity_of, needs, place_bases
from assets.workforce_supply import SupplyTables, Unit, outlooks
from models.workforce.gap import temporary_cover
from models.workforce.outlook import Outlook
from models.workforce.rates import common_share

FloatArray = NDArray[np.float64]
ROW_DIMENSIONS = ("scenario", "draw", "year")


def place_needs(
    tables: RequirementTables,
    demand_draws: ByPlace,
    provider_demand_draws: xr.Dataset,
    providers: pd.DataFrame,
) -> Needs:
    """What the people of each place take of every staff group, wherever they are treated."""
    quantities = {place: demand_draws[place]["demand"] for place in demand_draws}
    first = next(iter(quantities.values()))
    services = [str(name) for name in first["service"].to_numpy()]
    years = first["year"].to_numpy()
    places = {place: activity_of(quantity, services) for place, quantity in quantities.items()}
    trusts = trusts_of(providers)
    faced = provider_demand_draws["provider_demand"]
    hospitals = {trust: activity_of(faced.sel(provider=trust), services) for trust in trusts}
    bases = place_bases(tables, list(places), trusts)
    return needs(tables, places, bases, {**places, **hospitals}, services, years)


def provider_needs(
    tables: RequirementTables, provider_demand_draws: xr.Dataset, providers: pd.DataFrame
) -> Needs:
    """What each trust's patients take of hospital staff, at its own staffing of the base year."""
    faced = provider_demand_draws["provider_demand"]
    services = [str(name) for name in faced["service"].to_numpy()]
    trusts = trusts_of(providers)
    hospitals = {trust: activity_of(faced.sel(provider=trust), services) for trust in trusts}
    bases = {group: {trust: [trust] for trust in trusts} for group in tables.groups("providers")}
    return needs(tables, hospitals, bases, hospitals, services, faced["year"].to_numpy())


def trusts_of(providers: pd.DataFrame) -> list[str]:
    """The acute trusts of the system."""
    return list(providers.loc[providers["kind"] == "acute", "provider"])


@dg.asset(group_name="workforce", kinds={"numpy"})
def place_staffing_draws(
    demand_draws: ByPlace,
    provider_demand_draws: xr.Dataset,
    staffing_base: pd.DataFrame,
    staff_in_post: pd.DataFrame,
    staff_groups: pd.DataFrame,
    staffing_norms: pd.DataFrame,
    skill_mix: pd.DataFrame,
    staff_age_profiles: pd.DataFrame,
    leaving_by_age: pd.DataFrame,
    workforce_policies: pd.DataFrame,
    recorded_staff_flows: pd.DataFrame,
    population_single_year: pd.DataFrame,
    places: pd.DataFrame,
    providers: pd.DataFrame,
    scenarios: pd.DataFrame,
    assumptions: pd.DataFrame,
    settings: RunSettings,
) -> xr.Dataset:
    """Staff each place's people take, and outside hospital those there are, by scenario, draw and year."""
    required = RequirementTables(
        staffing_base, staff_groups, staffing_norms, skill_mix, scenarios, assumptions, settings
    )
    supplied = SupplyTables(
        staff_in_post,
        staffing_base,
        staff_groups,
        staff_age_profiles,
        leaving_by_age,
        workforce_policies,
        recorded_staff_flows,
        population_single_year,
        places,
        scenarios,
        assumptions,
    )
    needed = place_needs(required, demand_draws, provider_demand_draws, providers)
    return _draws(required, supplied, needed, "place", list(demand_draws))


@dg.asset(group_name="workforce", kinds={"numpy"})
def provider_staffing_draws(
    provider_demand_draws: xr.Dataset,
    staffing_base: pd.DataFrame,
    staff_in_post: pd.DataFrame,
    staff_groups: pd.DataFrame,
    staffing_norms: pd.DataFrame,
    skill_mix: pd.DataFrame,
    staff_age_profiles: pd.DataFrame,
    leaving_by_age: pd.DataFrame,
    workforce_policies: pd.DataFrame,
    recorded_staff_flows: pd.DataFrame,
    population_single_year: pd.DataFrame,
    places: pd.DataFrame,
    providers: pd.DataFrame,
    scenarios: pd.DataFrame,
    assumptions: pd.DataFrame,
    settings: RunSettings,
) -> xr.Dataset:
    """Staff each trust's patients take and those it has, by scenario, draw and year."""
    required = RequirementTables(
        staffing_base, staff_groups, staffing_norms, skill_mix, scenarios, assumptions, settings
    )
    supplied = SupplyTables(
        staff_in_post,
        staffing_base,
        staff_groups,
        staff_age_profiles,
        leaving_by_age,
        workforce_policies,
        recorded_staff_flows,
        population_single_year,
        places,
        scenarios,
        assumptions,
    )
    needed = provider_needs(required, provider_demand_draws, providers)
    return _draws(required, supplied, needed, "provider", trusts_of(providers))


def _draws(
    required: RequirementTables, supplied: SupplyTables, needed: Needs, kind: str, areas: Sequence[str]
) -> xr.Dataset:
    """Requirement by area and group; supply, bank and agency and heads by area and supplied group."""
    settings = required.settings
    units, made = outlooks(supplied, kind, needed.years, settings, settings.draws)
    names = [group for _, group in needed.groups]
    groups = [name for name in names if any(unit[2] == name for unit in units)]
    scenarios = list(made)
    if needed.scenarios != scenarios or needed.areas != list(areas):
        raise ValueError("requirement and supply are not of the same scenarios and areas")
    need = needed.required
    order = [units.index(_unit(units, area, group)) for area in areas for group in groups]
    shape = (*need.shape[:4], len(groups))

    def arranged(values: FloatArray) -> FloatArray:
        return values[..., order].reshape(*values.shape[:2], len(areas), len(groups))

    in_post = np.stack([arranged(made[name].wte) for name in scenarios])
    heads = np.stack([arranged(made[name].heads) for name in scenarios])
    columns = [names.index(group) for group in groups]
    cover = _cover_shares(required, needed, columns)
    temporary = np.empty(shape)
    for position in range(len(scenarios)):
        temporary[position] = temporary_cover(
            need[position][..., columns],
            in_post[position],
            needed.vacancies[:, None, columns],
            cover[:, None, :],
        )
    return xr.Dataset(
        {
            "required_wte": ((*ROW_DIMENSIONS, kind, "staff_group"), need),
            "in_post_wte": ((*ROW_DIMENSIONS, kind, "supplied_group"), in_post),
            "temporary_wte": ((*ROW_DIMENSIONS, kind, "supplied_group"), temporary),
            "headcount": ((*ROW_DIMENSIONS, kind, "supplied_group"), heads),
        },
        coords={
            "scenario": scenarios,
            "draw": np.arange(settings.draws + 1),
            "year": needed.years,
            kind: list(areas),
            "staff_group": names,
            "supplied_group": groups,
        },
    )


def _unit(units: Sequence[Unit], area: str, group: str) -> Unit:
    for unit in units:
        if unit[0] == area and unit[2] == group:
            return unit
    raise KeyError(f"{group} has no staff in post in {area}")


def _cover_shares(required: RequirementTables, needed: Needs, columns: Sequence[int]) -> FloatArray:
    """Share of the base year's vacancies that bank and agency can cover (draw, group)."""
    known, settings = required.known, required.settings
    return np.stack(
        [
            common_share(
                known.range(f"workforce.temporary_cover_{needed.groups[column][0]}"),
                f"temporary_cover:{needed.groups[column][0]}",
                settings.draws,
                settings.seed,
            )
            for column in columns
        ],
        axis=-1,
    )


def principal_flows(
    supplied: SupplyTables, kind: str, years: NDArray[np.int64], settings: RunSettings
) -> tuple[list[Unit], dict[str, Outlook]]:
    """Supply of the principal run alone, with its flows."""
    return outlooks(supplied, kind, years, settings, 0)
