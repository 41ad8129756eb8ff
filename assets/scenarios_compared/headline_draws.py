"""The released table `headline_draws`: the draws by which any two scenarios or releases are compared."""

from __future__ import annotations

import json
from collections.abc import Iterable

import dagster as dg
import numpy as np
import pandas as pd
import xarray as xr

from assets.inputs.system_totals import system_code
from assets.scenarios_compared.compared_draws import VALUE, ComparedDraws, area_and_quantity
from assets.scenarios_compared.headline_quantities import HOMES, SERVICES, Quantity, quantities
from assets.tables.by_place import ByPlace
from assets.tables.uncertain_table import released
from models.arrays import FloatArray
from models.uncertainty.common_draws import rounded


@dg.asset(
    group_name="comparison",
    kinds={"pandas"},
    ins={
        "projection_draws": dg.AssetIn(metadata={"variables": ["dwellings"]}),
        "demand_draws": dg.AssetIn(metadata={"variables": ["demand"]}),
    },
)
def headline_draws(
    people_compared_draws: xr.Dataset,
    staff_compared_draws: xr.Dataset,
    estates_compared_draws: xr.Dataset,
    projection_draws: ByPlace,
    demand_draws: ByPlace,
    services: pd.DataFrame,
    facilities: pd.DataFrame,
    places: pd.DataFrame,
    providers: pd.DataFrame,
) -> pd.DataFrame:
    """Draws of people, homes, demand, staff, rooms and pounds of every scenario, at the headline years."""
    system = system_code(places)
    names = {
        **dict(zip(places["place"], places["place_name"], strict=True)),
        **dict(zip(providers["provider"], providers["provider_name"], strict=True)),
    }
    kinds = {**dict.fromkeys(providers["provider"], "provider"), **dict.fromkeys(places["place"], "place")}
    kinds[system] = "system"
    known = quantities(services, facilities)
    parts = [
        people_compared_draws,
        of_places({place: projection_draws[place]["dwellings"] for place in projection_draws}, HOMES, system),
        *_demand(demand_draws, system),
        staff_compared_draws,
        estates_compared_draws,
    ]
    rows = [row for part in parts for row in _rows(part[VALUE], known)]
    table = pd.DataFrame(rows)
    return released(
        "headline_draws",
        [table.assign(area_kind=table["area"].map(kinds), area_name=table["area"].map(names))],
    )


def of_places(draws: dict[str, xr.DataArray], quantity: str, system: str) -> xr.Dataset:
    """One quantity (scenario, draw, year) of every place, and of the system summed draw by draw."""
    whole = {place: each.transpose("scenario", "draw", "year").to_numpy() for place, each in draws.items()}
    first = next(iter(draws.values()))
    compared = ComparedDraws([str(name) for name in first["scenario"].to_numpy()], first["year"].to_numpy())
    for place, values in {**whole, system: np.sum(list(whole.values()), axis=0)}.items():
        compared.add(place, quantity, values)
    return compared.dataset()


def _demand(demand_draws: ByPlace, system: str) -> list[xr.Dataset]:
    """The demand of each service that is compared and that the run has, by place and of the system."""
    demand = {place: demand_draws[place]["demand"] for place in demand_draws}
    there = set(next(iter(demand.values()))["service"].to_numpy().tolist())
    return [
        of_places({place: each.sel(service=name) for place, each in demand.items()}, name, system)
        for name in SERVICES
        if name in there
    ]


def _rows(values: xr.DataArray, known: dict[str, Quantity]) -> Iterable[dict[str, object]]:
    ordered = values.transpose("scenario", "year", "cell", "draw")
    scenarios = [str(name) for name in ordered["scenario"].to_numpy()]
    years = [int(year) for year in ordered["year"].to_numpy()]
    for at, cell in enumerate(ordered["cell"].to_numpy()):
        area, name = area_and_quantity(str(cell))
        quantity = known[name]
        kept = rounded(ordered[:, :, at].to_numpy(), quantity.decimals)
        for scenario, of_scenario in zip(scenarios, kept, strict=True):
            for year, draws in zip(years, of_scenario, strict=True):
                yield {
                    "scenario": scenario,
                    "area": area,
                    "quantity": name,
                    "year": year,
                    "subject_kind": quantity.kind,
                    "quantity_name": quantity.title,
                    "unit": quantity.unit,
                    "principal": float(draws[0]),
                    "draws": as_text(draws[1:], quantity.decimals),
                }


def as_text(draws: FloatArray, decimals: int) -> str:
    """Draws as a JSON list: read in one call, and a spreadsheet runs nothing that begins with a bracket."""
    numbers = draws.tolist() if decimals else [int(each) for each in draws]
    return json.dumps(numbers, separators=(",", ":"), allow_nan=False)


def from_text(principal: pd.Series, texts: pd.Series) -> FloatArray:
    """(row, draw) the principal run, then the draws; raises ValueError where their number differs by row."""
    return np.array(
        [[first, *json.loads(text)] for first, text in zip(principal, texts, strict=True)], dtype=np.float64
    )
