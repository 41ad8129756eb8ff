"""Demand to 2050 of each place's residents."""

import dagster as dg
import pandas as pd
import xarray as xr

from assets.demand.demand_run import DEMAND_INPUTS, DemandInputs, DemandRun, Residents
from assets.inputs.places import PLACED, place_keys
from assets.inputs.settings import RunSettings
from assets.inputs.system_totals import system_code
from assets.tables.by_place import ByPlace, made_place_by_place
from assets.tables.uncertain_table import released, uncertain_rows


@dg.asset(
    group_name="demand",
    kinds={"numpy"},
    ins={**DEMAND_INPUTS, "projection_draws": dg.AssetIn(metadata={"variables": ["population", "births"]})},
    **PLACED,
)
@made_place_by_place
def demand_draws(
    context: dg.AssetExecutionContext,
    projection_draws: ByPlace,
    settings: RunSettings,
    **tables: pd.DataFrame,
) -> ByPlace:
    """Demand of a place's residents by scenario, draw, financial year and service."""
    run = DemandRun(
        DemandInputs(**tables),
        settings,
        settings.draws,
    )

    def load(place: str) -> xr.Dataset:
        projection = projection_draws[place]
        names = [str(name) for name in projection["scenario"].to_numpy()]
        values = run.demands(place, {name: _residents(projection, name) for name in names})
        return xr.Dataset(
            {"demand": (("scenario", "draw", "year", "service"), values)},
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
    """Demand of each place's residents, wherever treated; the system's quantiles from summed draws."""
    place_names = places.set_index("place")["place_name"]
    system = system_code(places)
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
