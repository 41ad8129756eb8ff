"""Demand on each hospital provider to 2050, joined to its monthly forecast."""

import dagster as dg
import numpy as np
import pandas as pd
import xarray as xr

from assets.demand.demand_variants import Change
from assets.demand.hospital_flows import flow_shares, hospital_services, outside_shares
from assets.demand.provider_handover import factors as handover_factors
from assets.inputs.assumptions import Assumptions
from assets.inputs.scenarios import read_scenarios
from assets.inputs.settings import RunSettings
from assets.tables.by_place import ByPlace
from assets.tables.uncertain_table import released, uncertain_rows
from models.arrays import FloatArray
from models.demand import provider_flows
from models.uncertainty.ensemble import factor_draws, standard_normal


@dg.multi_asset(
    group_name="demand",
    outs={
        "provider_demand_draws": dg.AssetOut(
            kinds={"numpy"},
            description="What each hospital provider faces by scenario, draw, financial year and service.",
        ),
        "provider_demand": dg.AssetOut(kinds={"pandas"}),
    },
)
def demand_of_providers(
    demand_draws: ByPlace,
    monthly_series: pd.DataFrame,
    activity_forecast: pd.DataFrame,
    place_to_provider_shares: pd.DataFrame,
    providers: pd.DataFrame,
    services: pd.DataFrame,
    scenarios: pd.DataFrame,
    assumptions: pd.DataFrame,
    settings: RunSettings,
) -> tuple[xr.Dataset, pd.DataFrame]:
    """Demand on each hospital provider, including people from outside the system, as draws and as a table."""
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
    principal = run_scenarios[0].name
    base = residents.sel(scenario=principal).isel(draw=0, year=0)
    outside = provider_flows.outside_activity(
        (shares * base).sum("place").transpose("provider", "service").to_numpy(),
        outside_shares(providers, services).to_numpy(),
    )
    changes = Change(known, years, settings.seed, settings.draws)
    of_flowing = services.set_index("service").loc[flowing].reset_index()
    values = np.stack(
        [
            provider_flows.provider_demand(
                residents.sel(scenario=scenario.name).to_numpy(),
                drawn,
                outside,
                changes.of_people_from_outside(of_flowing, scenario),
            )
            for scenario in run_scenarios
        ]
    )
    demanded = xr.DataArray(
        values,
        dims=("scenario", "draw", "year", "provider", "service"),
        coords={
            "scenario": [scenario.name for scenario in run_scenarios],
            "draw": residents["draw"].to_numpy(),
            "year": years,
            "provider": shares["provider"].to_numpy(),
            "service": flowing,
        },
    )
    yearly = demanded.sel(scenario=principal, drop=True).isel(draw=0, drop=True)
    joined = handover_factors(
        yearly.transpose("provider", "year", "service"), monthly_series, activity_forecast, services, known
    )
    values *= joined.transpose("year", "provider", "service").to_numpy()
    return demanded.to_dataset(name="provider_demand"), _table(demanded, providers, services)


def _table(demanded: xr.DataArray, providers: pd.DataFrame, services: pd.DataFrame) -> pd.DataFrame:
    """Quantiles of the services that each provider has."""
    used = (demanded.isel(draw=0) > 0).any(("scenario", "year")).transpose("provider", "service").to_numpy()
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


@dg.asset(group_name="demand", kinds={"numpy"})
def provider_demand_parts(
    demand: pd.DataFrame,
    provider_demand: pd.DataFrame,
    place_to_provider_shares: pd.DataFrame,
    providers: pd.DataFrame,
    services: pd.DataFrame,
    scenarios: pd.DataFrame,
    assumptions: pd.DataFrame,
    settings: RunSettings,
) -> pd.DataFrame:
    """Why the totals of providers and places differ: residents, people from outside, monthly forecast.

    The residents of all providers together are the demand of the system's places, in every year.
    """
    known = Assumptions(assumptions)
    flowing = hospital_services(services)
    shares = flow_shares(place_to_provider_shares, services, providers)
    councils = list(shares["place"].to_numpy())
    needed = demand[demand["place"].isin(councils) & demand["service"].isin(flowing)]
    residents = needed.set_index(["scenario", "year", "place", "service"])["principal"].to_xarray()
    residents = (residents.sel(place=councils, service=flowing) * shares).sum("place")
    outside = _outside(known, services, providers, scenarios, residents, settings)
    faced = provider_demand.set_index(["scenario", "year", "provider", "service"])["principal"].to_xarray()
    order = ("scenario", "year", "provider", "service")
    residents = residents.transpose(*order)
    faced = faced.reindex_like(residents, fill_value=0.0).fillna(0.0).transpose(*order)
    parts = provider_flows.provider_parts(
        faced.to_numpy(), residents.to_numpy(), outside.sel(scenario=residents["scenario"]).to_numpy()
    )
    frame = (
        xr.DataArray(
            parts, dims=("part", *order), coords={"part": list(provider_flows.PARTS), **faced.coords}
        )
        .to_dataframe("principal")
        .reset_index()
    )
    there = pd.MultiIndex.from_frame(provider_demand[["provider", "service"]].drop_duplicates())
    frame = frame[pd.MultiIndex.from_frame(frame[["provider", "service"]]).isin(there)]
    frame["provider_name"] = frame["provider"].map(providers.set_index("provider")["provider_name"])
    frame["unit"] = frame["service"].map(services.set_index("service")["unit"])
    return released("provider_demand_parts", [frame])


def _outside(
    known: Assumptions,
    services: pd.DataFrame,
    providers: pd.DataFrame,
    scenarios: pd.DataFrame,
    residents: xr.DataArray,
    settings: RunSettings,
) -> xr.DataArray:
    """Activity (scenario, year, provider, service) for people from outside in the principal run."""
    years, flowing = residents["year"].to_numpy(), list(residents["service"].to_numpy())
    run_scenarios = read_scenarios(scenarios)
    base = residents.sel(scenario=run_scenarios[0].name).isel(year=0).transpose("provider", "service")
    outside = provider_flows.outside_activity(base.to_numpy(), outside_shares(providers, services).to_numpy())
    changes = Change(known, years, settings.seed, 0)
    of_flowing = services.set_index("service").loc[flowing].reset_index()
    values = [
        provider_flows.from_outside(outside, changes.of_people_from_outside(of_flowing, scenario))[0]
        for scenario in run_scenarios
    ]
    return xr.DataArray(
        np.stack(values),
        dims=("scenario", "year", "provider", "service"),
        coords={
            "scenario": [scenario.name for scenario in run_scenarios],
            "year": years,
            "provider": residents["provider"].to_numpy(),
            "service": flowing,
        },
    )
