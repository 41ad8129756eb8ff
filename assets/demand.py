"""Demand to 2050: what residents of each place need, and what each hospital provider faces."""

import dagster as dg
import numpy as np
import pandas as pd
import xarray as xr
from numpy.typing import NDArray

from assets.activity_rates import activity_rates
from assets.assumptions import Assumptions
from assets.by_place import ByPlace
from assets.calibration import activity_calibration, provider_calibration, recorded_activity
from assets.demand_drivers import demand_drivers, people_without_new_homes
from assets.demand_run import DemandInputs, DemandRun, Residents, growth_factors
from assets.flows import flow_shares, hospital_services, outside_shares
from assets.places import PLACED, place_keys
from assets.scenarios import read_scenarios
from assets.settings import RunSettings
from assets.uncertain_table import released, uncertain_rows
from models.demand import change, provider_flows
from models.ensemble import factor_draws, standard_normal

FloatArray = NDArray[np.float64]

# The stage's assets, those of its other modules included: a stage is loaded by this module's name.
__all__ = [
    "activity_calibration",
    "activity_rates",
    "demand",
    "demand_draws",
    "demand_drivers",
    "people_without_new_homes",
    "provider_calibration",
    "provider_demand",
    "provider_demand_draws",
    "recorded_activity",
]


@dg.asset(
    group_name="demand",
    kinds={"numpy"},
    ins={"projection_draws": dg.AssetIn(metadata={"variables": ["population", "births"]})},
    **PLACED,
)
def demand_draws(
    context: dg.AssetExecutionContext,
    projection_draws: ByPlace,
    activity_rates: pd.DataFrame,
    activity_calibration: pd.DataFrame,
    services: pd.DataFrame,
    mitigation_targets: pd.DataFrame,
    mitigation_exchange: pd.DataFrame,
    scenarios: pd.DataFrame,
    assumptions: pd.DataFrame,
    settings: RunSettings,
) -> ByPlace:
    """Demand of a place's residents by scenario, draw, financial year and service."""
    run = DemandRun(
        DemandInputs(
            services=services,
            activity_rates=activity_rates,
            activity_calibration=activity_calibration,
            mitigation_targets=mitigation_targets,
            mitigation_exchange=mitigation_exchange,
            scenarios=scenarios,
            assumptions=assumptions,
        ),
        settings,
        settings.draws,
    )

    def load(place: str) -> xr.Dataset:
        projection = projection_draws[place]
        names = [str(name) for name in projection["scenario"].to_numpy()]
        parts = [run.demand(place, name, _residents(projection, name)) for name in names]
        return xr.Dataset(
            {"demand": (("scenario", "draw", "year", "service"), np.stack(parts))},
            coords={
                "scenario": names,
                "draw": projection["draw"].to_numpy(),
                "year": run.years,
                "service": run.services,
            },
        )

    return ByPlace(place_keys(context), load)


def _residents(projection: xr.Dataset, scenario: str) -> Residents:
    of_scenario = projection.sel(scenario=scenario)
    return Residents(
        of_scenario["year"].to_numpy().tolist(),
        of_scenario["population"].transpose("draw", "year", "sex", "age").to_numpy(),
        of_scenario["births"].transpose("draw", "year").to_numpy(),
    )


@dg.asset(group_name="demand", kinds={"pandas"})
def demand(demand_draws: ByPlace, services: pd.DataFrame, places: pd.DataFrame) -> pd.DataFrame:
    """What residents of each place need, wherever treated; the system's quantiles from summed draws."""
    place_names = places.set_index("place")["place_name"]
    system = places.loc[places["kind"] == "system", "place"].iloc[0]
    parts, total = [], None
    for place in demand_draws:
        quantity = demand_draws[place]["demand"]
        parts.append(_named(quantity, place, place_names[place]))
        total = quantity if total is None else total + quantity
    if total is None:
        raise ValueError("no place has demand")
    parts.append(_named(total, system, place_names[system]))
    table = pd.concat(parts, ignore_index=True)
    described = services.set_index("service")
    table["setting"] = table["service"].map(described["setting"])
    table["unit"] = table["service"].map(described["unit"])
    return released("demand", [table])


def _named(quantity: xr.DataArray, place: str, place_name: str) -> pd.DataFrame:
    return uncertain_rows(quantity, {"place": place, "place_name": place_name})


@dg.asset(group_name="demand", kinds={"numpy"})
def provider_demand_draws(
    demand_draws: ByPlace,
    place_to_provider_shares: pd.DataFrame,
    providers: pd.DataFrame,
    services: pd.DataFrame,
    scenarios: pd.DataFrame,
    assumptions: pd.DataFrame,
    settings: RunSettings,
) -> xr.Dataset:
    """What each hospital provider faces by scenario, draw, financial year and service."""
    known = Assumptions(assumptions)
    flowing = hospital_services(services)
    shares = flow_shares(place_to_provider_shares, services, providers).sel(place=list(demand_draws))
    residents = xr.concat(
        [demand_draws[place]["demand"].sel(service=flowing) for place in demand_draws],
        pd.Index(list(demand_draws), name="place"),
    ).transpose("scenario", "draw", "year", "place", "service")
    years = residents["year"].to_numpy()
    elsewhere = providers.loc[providers["kind"] == "other", "provider"].iloc[0]
    drawn = provider_flows.drawn_shares(
        shares.to_numpy(),
        list(shares["provider"].to_numpy()).index(elsewhere),
        _elsewhere_factor(known, list(demand_draws), settings),
    )
    principal = read_scenarios(scenarios)[0].name
    base = residents.sel(scenario=principal).isel(draw=0, year=0)
    outside = provider_flows.outside_activity(
        (shares * base).sum("place").transpose("provider", "service").to_numpy(),
        outside_shares(providers).to_numpy(),
    )
    growth = _outside_growth(known, services, flowing, years, settings)
    values = np.stack(
        [
            provider_flows.provider_demand(
                residents.sel(scenario=scenario).to_numpy(), drawn, outside, growth
            )
            for scenario in residents["scenario"].to_numpy()
        ]
    )
    return xr.Dataset(
        {"provider_demand": (("scenario", "draw", "year", "provider", "service"), values)},
        coords={
            "scenario": residents["scenario"].to_numpy(),
            "draw": residents["draw"].to_numpy(),
            "year": years,
            "provider": shares["provider"].to_numpy(),
            "service": flowing,
        },
    )


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


def _outside_growth(
    known: Assumptions,
    services: pd.DataFrame,
    flowing: list[str],
    years: NDArray[np.int64],
    settings: RunSettings,
) -> FloatArray:
    """Growth (draw, year, service) of activity for people from outside: their number and what they use."""
    base_year = int(known.value("demand.base_year"))
    people = change.non_demographic_growth(
        known.range("demand.outside_people_growth"),
        "outside_people",
        years,
        base_year,
        int(known.value("demand.last_year")),
        settings.draws,
        settings.seed,
    )
    of_flowing = services.set_index("service").loc[flowing].reset_index()
    use = growth_factors(known, of_flowing, years, settings.seed, settings.draws)
    return change.together(people, use)


@dg.asset(group_name="demand", kinds={"pandas"})
def provider_demand(
    provider_demand_draws: xr.Dataset, providers: pd.DataFrame, services: pd.DataFrame
) -> pd.DataFrame:
    """What each hospital provider faces, people from outside the system included."""
    quantity = provider_demand_draws["provider_demand"]
    used = (quantity.isel(draw=0) > 0).any(("scenario", "year"))
    rows = [
        uncertain_rows(
            quantity.sel(provider=provider, service=list(quantity["service"].to_numpy()[used_here])),
            {"provider": provider},
        )
        for provider, used_here in zip(
            quantity["provider"].to_numpy(), used.transpose("provider", "service").to_numpy(), strict=True
        )
    ]
    table = pd.concat(rows, ignore_index=True)
    table["provider_name"] = table["provider"].map(providers.set_index("provider")["provider_name"])
    table["unit"] = table["service"].map(services.set_index("service")["unit"])
    return released("provider_demand", [table])
