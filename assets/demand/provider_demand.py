"""Demand on each hospital provider to 2050, joined to its monthly forecast."""

from collections.abc import Mapping, Sequence
from typing import NamedTuple

import dagster as dg
import numpy as np
import pandas as pd
import xarray as xr

from assets.demand.demand_variants import Change
from assets.demand.hospital_flows import flow_shares, hospital_services, outside_shares
from assets.demand.level_by_year import level_of_place, level_until
from assets.inputs.assumptions import Assumptions
from assets.inputs.scenarios import read_scenarios
from assets.inputs.settings import RunSettings
from assets.tables.by_place import ByPlace
from assets.tables.uncertain_table import released, uncertain_rows
from models.arrays import FloatArray, IntArray
from models.demand import provider_flows
from models.demand.level_ratios import level_of_providers
from models.uncertainty.ensemble import factor_draws, standard_normal


class Faced(NamedTuple):
    """Demand on providers (scenario, draw, year, provider, service), what the principal run of it is made of
    (scenario, part, year, provider, service), and its level (year, provider, service)."""

    demanded: xr.DataArray
    parts: FloatArray
    level: FloatArray


def faced_by_providers(
    demand_draws: Mapping[str, xr.Dataset],
    recorded_level: pd.DataFrame,
    place_to_provider_shares: pd.DataFrame,
    providers: pd.DataFrame,
    services: pd.DataFrame,
    scenarios: pd.DataFrame,
    assumptions: pd.DataFrame,
    settings: RunSettings,
) -> Faced:
    """What each provider faces of the demand of places, and what the principal run of it is made of."""
    known = Assumptions(assumptions)
    flowing = hospital_services(services)
    shares = flow_shares(place_to_provider_shares, services, providers).sel(place=list(demand_draws))
    of_places = [demand_draws[place]["demand"].sel(service=flowing) for place in demand_draws]
    by_place = ("scenario", "draw", "year", "service")
    residents = xr.DataArray(
        np.stack([of_place.transpose(*by_place).to_numpy() for of_place in of_places], axis=3),
        dims=(*by_place[:3], "place", "service"),
        coords={**of_places[0].coords, "place": list(demand_draws)},
    )
    years = residents["year"].to_numpy()
    elsewhere = providers.loc[providers["kind"] == "other", "provider"].iloc[0]
    drawn = provider_flows.drawn_shares(
        shares.to_numpy(),
        list(shares["provider"].to_numpy()).index(elsewhere),
        _elsewhere_factor(known, list(demand_draws), settings),
    )
    run_scenarios = read_scenarios(scenarios)
    principal = residents.sel(scenario=run_scenarios[0].name).isel(draw=0)
    base = provider_flows.outside_activity(
        (shares * principal.isel(year=0)).sum("place").transpose("provider", "service").to_numpy(),
        outside_shares(providers, services).to_numpy(),
    )
    changes = Change(known, years, settings.seed, settings.draws, level_until(recorded_level))
    of_flowing = services.set_index("service").loc[flowing].reset_index()
    level = _level(principal, shares, recorded_level)
    values, parts = [], []
    for scenario in run_scenarios:
        from_outside = provider_flows.from_outside(
            base, changes.of_people_from_outside(of_flowing, scenario), level
        )
        of_residents = provider_flows.of_residents(residents.sel(scenario=scenario.name).to_numpy(), drawn)
        values.append(of_residents + from_outside)
        parts.append(np.stack([of_residents[0], from_outside[0]]))
    labels = {"provider": shares["provider"].to_numpy(), "service": flowing}
    by_scenario = {"scenario": [scenario.name for scenario in run_scenarios]}
    demanded = xr.DataArray(
        np.stack(values),
        dims=("scenario", "draw", "year", "provider", "service"),
        coords={**by_scenario, "draw": residents["draw"].to_numpy(), "year": years, **labels},
    )
    return Faced(demanded, np.stack(parts), level)


@dg.multi_asset(
    group_name="demand",
    outs={
        "provider_demand_draws": dg.AssetOut(
            kinds={"numpy"},
            description="What each hospital provider faces by scenario, draw, financial year and service.",
        ),
        "provider_demand": dg.AssetOut(kinds={"pandas"}),
        "provider_demand_parts": dg.AssetOut(kinds={"pandas"}),
        "provider_level": dg.AssetOut(
            kinds={"pandas"},
            description="Level of what each provider treats by service and year, beside the base year's.",
        ),
    },
)
def demand_of_providers(
    demand_draws: ByPlace,
    recorded_level: pd.DataFrame,
    place_to_provider_shares: pd.DataFrame,
    providers: pd.DataFrame,
    services: pd.DataFrame,
    scenarios: pd.DataFrame,
    assumptions: pd.DataFrame,
    settings: RunSettings,
) -> tuple[xr.Dataset, pd.DataFrame, pd.DataFrame, pd.DataFrame]:
    """Demand on each hospital provider, with people from outside the system: draws, a table, parts, level.

    The residents of all providers together are the demand of the system's places, in every year.
    """
    demanded, parts, level = faced_by_providers(
        demand_draws,
        recorded_level,
        place_to_provider_shares,
        providers,
        services,
        scenarios,
        assumptions,
        settings,
    )
    by_scenario = {"scenario": demanded["scenario"].to_numpy()}
    labels = {name: demanded[name].to_numpy() for name in ("provider", "service")}
    years = demanded["year"].to_numpy()
    of_parts = xr.DataArray(
        parts,
        dims=("scenario", "part", "year", "provider", "service"),
        coords={**by_scenario, "part": list(provider_flows.PARTS), "year": years, **labels},
    )
    return (
        demanded.to_dataset(name="provider_demand"),
        _table(demanded, providers, services),
        _parts(of_parts, providers, services),
        _level_rows(level, list(labels["provider"]), list(labels["service"]), years),
    )


def _level(residents: xr.DataArray, shares: xr.DataArray, levels: pd.DataFrame) -> FloatArray:
    """Level (year, provider, service) of what providers treat, from the places' and the principal run."""
    years, flowing = residents["year"].to_numpy(), [str(name) for name in residents["service"].to_numpy()]
    of_places = [
        level_of_place(levels, str(place), years, flowing, int(years[0]))
        for place in residents["place"].to_numpy()
    ]
    return level_of_providers(
        residents.transpose("year", "place", "service").to_numpy(),
        np.stack(of_places, axis=1),
        shares.transpose("place", "provider", "service").to_numpy(),
    )


def _level_rows(
    level: FloatArray, providers: Sequence[str], services: Sequence[str], years: IntArray
) -> pd.DataFrame:
    """Rows provider, service, year, ratio."""
    cells = xr.DataArray(
        level, {"year": years, "provider": providers, "service": services}, ("year", "provider", "service")
    )
    return cells.to_dataframe("ratio").reset_index()[["provider", "service", "year", "ratio"]]


def _table(demanded: xr.DataArray, providers: pd.DataFrame, services: pd.DataFrame) -> pd.DataFrame:
    """Quantiles of the services that each provider has."""
    used = _used(demanded.isel(draw=0)).to_numpy()
    names = providers.set_index("provider")["provider_name"]
    units = services.set_index("service")["unit"]
    rows = []
    for provider, used_here in zip(demanded["provider"].to_numpy(), used, strict=True):
        of_provider = demanded.sel(provider=provider).isel(service=np.flatnonzero(used_here))
        constants = {"provider": provider, "provider_name": names.loc[provider]}
        rows.append(uncertain_rows(of_provider, constants))
    table = pd.concat(rows, ignore_index=True)
    table["unit"] = table["service"].map(units)
    return released("provider_demand", [table])


def _elsewhere_factor(known: Assumptions, places: list[str], settings: RunSettings) -> FloatArray:
    spread = known.range("demand.elsewhere_share_factor")
    return np.concatenate(
        [
            factor_draws(
                *spread, standard_normal(settings.seed, "elsewhere_share", "place", place, settings.draws)
            )
            for place in places
        ],
        axis=1,
    )


def _used(demanded: xr.DataArray) -> xr.DataArray:
    """Which services (provider, service) each provider has."""
    others = [name for name in demanded.dims if name not in ("provider", "service")]
    return (demanded > 0).any(others).transpose("provider", "service")


def _parts(of_parts: xr.DataArray, providers: pd.DataFrame, services: pd.DataFrame) -> pd.DataFrame:
    """What each provider's demand is made of in the principal run."""
    frame = of_parts.to_dataframe("principal").reset_index()
    used = _used(of_parts).to_series()
    frame = frame[used.loc[pd.MultiIndex.from_frame(frame[["provider", "service"]])].to_numpy()]
    frame["provider_name"] = frame["provider"].map(providers.set_index("provider")["provider_name"])
    frame["unit"] = frame["service"].map(services.set_index("service")["unit"])
    return released("provider_demand_parts", [frame])
