"""The estates stage: rooms, beds and floor area that demand takes, what exists, and what is short."""

import dagster as dg
import numpy as np
import pandas as pd
import xarray as xr

from assets.assumptions import Assumptions
from assets.by_place import ByPlace
from assets.estates_areas import Area, Labels, area_rows, breach_rows
from assets.estates_capital import Capital, Costs
from assets.estates_causes import Causes
from assets.estates_hospital import by_length_of_stay, by_place, provider_areas
from assets.estates_neighbourhoods import (
    PlaceNeighbourhoods,
    need_weights,
    neighbourhood_people,
    practice_lists,
)
from assets.estates_parameters import Facilities
from assets.estates_timing import timing_rows
from assets.premises import Existing
from assets.settings import RunSettings
from assets.uncertain_table import released

_NAMES = (
    "estates",
    "provider_estates",
    "neighbourhood_estates",
    "capacity_breach",
    "provider_estates_by_place",
    "beds_by_length_of_stay",
    "estates_timing",
    "estates_causes",
    "capital_requirement",
)


@dg.multi_asset(
    group_name="estates",
    outs={name: dg.AssetOut() for name in _NAMES},
)
def estates_tables(
    demand_draws: ByPlace,
    demand_drivers: pd.DataFrame,
    housing_delivery: pd.DataFrame,
    site_neighbourhoods: pd.DataFrame,
    neighbourhoods: pd.DataFrame,
    price_index: pd.DataFrame,
    provider_demand_draws: xr.Dataset,
    population: pd.DataFrame,
    neighbourhood_population: pd.DataFrame,
    activity_rates: pd.DataFrame,
    acute_beds_monthly: pd.DataFrame,
    place_to_provider_shares: pd.DataFrame,
    facilities: pd.DataFrame,
    premises: pd.DataFrame,
    estate_schemes: pd.DataFrame,
    practice_places: pd.DataFrame,
    providers: pd.DataFrame,
    services: pd.DataFrame,
    places: pd.DataFrame,
    assumptions: pd.DataFrame,
    settings: RunSettings,
) -> tuple[
    pd.DataFrame,
    pd.DataFrame,
    pd.DataFrame,
    pd.DataFrame,
    pd.DataFrame,
    pd.DataFrame,
    pd.DataFrame,
    pd.DataFrame,
    pd.DataFrame,
]:
    """What is required, what exists and what is short, by place, hospital provider and neighbourhood.

    One step, because all of it is read off the same draws.
    """
    known = Assumptions(assumptions)
    first = demand_draws[next(iter(demand_draws))]["demand"]
    labels = Labels([str(name) for name in first["scenario"].to_numpy()], first["year"].to_numpy())
    run = Facilities(
        facilities,
        [str(name) for name in first["service"].to_numpy()],
        acute_beds_monthly,
        assumptions,
        settings,
    )
    existing = Existing(premises, estate_schemes, practice_places, labels.years, settings)
    place_names = dict(zip(places["place"], places["place_name"], strict=True))
    system = str(places.loc[places["kind"] == "system", "place"].item())

    causes = Causes(demand_drivers, run, labels)
    capital = Capital(run, Costs(run, price_index, known, settings), known, labels)
    rows, breaches, neighbourhood_rows, cause_rows = [], [], [], []
    total: np.ndarray | None = None
    residents: dict[str, np.ndarray] = {}
    for place in demand_draws:
        demand = demand_draws[place]["demand"]
        area = _place_area(place, demand, run, existing)
        total = area.required if total is None else total + area.required
        residents[place] = demand.sel(service=run.services).isel(draw=0).to_numpy()
        rows.append(area_rows(area, labels).assign(place=place))
        breaches.append(breach_rows(area, labels))
        cause_rows.extend(causes.place_rows(area, system))
        capital.add_place(area)
        people = neighbourhood_people(place, neighbourhood_population, population, labels)
        if people is None:
            continue
        near = PlaceNeighbourhoods(
            area,
            people,
            need_weights(place, activity_rates, run),
            practice_lists(place, premises, people.codes),
            neighbourhoods,
            labels,
        )
        cause_rows.extend(causes.neighbourhood_rows(near, housing_delivery, site_neighbourhoods, existing))
        found, near_breaches = near.rows(existing)
        named = dict(zip(people.codes, people.names, strict=True))
        for part in found:
            neighbourhood_rows.append(
                part.assign(
                    place=place,
                    place_name=place_names[place],
                    neighbourhood_name=part["neighbourhood"].map(named),
                )
            )
        breaches.extend(near_breaches)
    if total is None:
        raise ValueError("no place has demand")
    whole = Area(system, "place", run.names, total, {})
    rows.append(area_rows(whole, labels).assign(place=system))
    cause_rows.extend(causes.place_rows(whole, system))

    demanded = provider_demand_draws["provider_demand"]
    hospitals = provider_areas(demanded, run, existing, providers)
    names = dict(zip(providers["provider"], providers["provider_name"], strict=True))
    provider_rows = [
        area_rows(area, labels).assign(provider=area.code, provider_name=names[area.code])
        for area in hospitals
    ]
    breaches.extend(breach_rows(area, labels) for area in hospitals)
    flows = (place_to_provider_shares, services, providers)
    shares = released(
        "provider_estates_by_place", [by_place(residents, hospitals, demanded, *flows, run, labels)]
    )
    cause_rows.extend(causes.provider_rows(hospitals, demanded, *flows, system))
    capital.add_hospitals(hospitals, shares)
    breach = released("capacity_breach", [part for part in breaches if not part.empty])
    first_decision = int(known.value("estates.first_decision_year"))
    units = run.data["unit"]
    return (
        released("estates", [_with_units(part, units) for part in rows]),
        released("provider_estates", [_with_units(part, units) for part in provider_rows]),
        released("neighbourhood_estates", [_with_units(part, units) for part in neighbourhood_rows]),
        breach,
        shares,
        released("beds_by_length_of_stay", [by_length_of_stay(demanded, run, known, providers)]),
        released("estates_timing", [timing_rows(breach, run.lead_times, first_decision)]),
        released("estates_causes", [_with_units(part, units) for part in cause_rows]),
        released("capital_requirement", capital.rows(system)),
    )


def _place_area(place: str, demand: xr.DataArray, run: Facilities, existing: Existing) -> Area:
    """A place's requirement of everything, and what exists of what is counted by place."""
    found = {
        name: quantity
        for name in run.at("place", "neighbourhood")
        if (quantity := existing.of_place(place, name)) is not None
    }
    return Area(place, "place", run.names, run.required(demand, run.names), found)


def _with_units(rows: pd.DataFrame, units: pd.Series) -> pd.DataFrame:
    return rows.assign(unit=rows["facility"].map(units))
