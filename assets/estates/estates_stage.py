"""The estates stage: rooms, beds and floor area required, existing and short."""

import dagster as dg
import numpy as np
import pandas as pd
import xarray as xr

from assets.buildings.practice_needs import all_patient_need, patient_need
from assets.demand.hospital_flows import flow_shares
from assets.estates.estates_areas import Area, Labels, add_area, add_breach
from assets.estates.estates_capital import Capital, Costs
from assets.estates.estates_causes import Causes
from assets.estates.estates_timing import timing_rows
from assets.estates.facility_parameters import Facilities
from assets.estates.hospital_estates import Origins, by_length_of_stay, place_area, provider_areas
from assets.estates.neighbourhood_estates import (
    PlaceNeighbourhoods,
    need_weights,
    neighbourhood_people,
    practice_lists,
)
from assets.estates.premises import Existing
from assets.inputs.assumptions import Assumptions
from assets.inputs.settings import RunSettings
from assets.inputs.system_totals import system_code
from assets.scenarios_compared.compared_draws import ComparedDraws
from assets.scenarios_compared.headline_quantities import CAPITAL, SPACE
from assets.tables.by_place import ByPlace
from assets.tables.by_scenario import by_changed_assumptions
from assets.tables.table_cells import Cells
from assets.tables.uncertain_table import released

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
    outs={name: dg.AssetOut() for name in (*_NAMES, "patient_need_draws", "estates_compared_draws")},
)
@by_changed_assumptions(*_NAMES, "patient_need_draws", "estates_compared_draws")
def estates_tables(
    demand_draws: ByPlace,
    demand_drivers: pd.DataFrame,
    housing_delivery: pd.DataFrame,
    site_neighbourhoods: pd.DataFrame,
    neighbourhoods: pd.DataFrame,
    price_index: pd.DataFrame,
    provider_demand_draws: xr.Dataset,
    population: pd.DataFrame,
    neighbourhood_population: ByPlace,
    activity_rates: pd.DataFrame,
    acute_beds_monthly: pd.DataFrame,
    place_to_provider_shares: pd.DataFrame,
    facilities: pd.DataFrame,
    premises: pd.DataFrame,
    estate_schemes: pd.DataFrame,
    practice_places: pd.DataFrame,
    register_coverage: pd.DataFrame,
    providers: pd.DataFrame,
    services: pd.DataFrame,
    places: pd.DataFrame,
    scenarios: pd.DataFrame,
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
    xr.Dataset,
    xr.Dataset,
]:
    """Facilities required, existing and short, by place, hospital provider and neighbourhood.

    One step, because all of it is read off the same draws.
    """
    known = Assumptions(assumptions)
    demanded = provider_demand_draws["provider_demand"]
    labels = Labels([str(name) for name in demanded["scenario"].to_numpy()], demanded["year"].to_numpy())
    run = Facilities(
        facilities, list(demand_drivers["service"].unique()), acute_beds_monthly, assumptions, settings
    )
    existing = Existing(premises, estate_schemes, practice_places, register_coverage, labels.years, settings)
    flows = flow_shares(place_to_provider_shares, services, providers)
    system = system_code(places)
    of_places, of_providers, near_places, breaches = (Cells(name) for name in _NAMES[:4])

    of_all_ages = population[(population["age_band"] == "all") & (population["sex"] == "persons")]
    causes = Causes(demand_drivers, run, labels)
    compared = ComparedDraws(labels.scenarios, labels.years)
    capital = Capital(run, Costs(run, price_index, known, settings), known, labels)
    neighbourhood_names: dict[str, str] = {}
    needs: dict[str, xr.DataArray | None] = {}
    lists_year = int(known.value("estates.practice_lists_year"))
    total: np.ndarray | None = None
    residents: dict[str, np.ndarray] = {}
    planned: dict[str, np.ndarray] = {}
    for place in demand_draws:
        demand = demand_draws[place]["demand"]
        if list(demand["scenario"].to_numpy()) != labels.scenarios:
            raise ValueError(f"demand of {place} and of the providers is of different scenarios")
        area = place_area(place, run.required(demand, run.names), run, existing)
        total = area.required if total is None else total + area.required
        planned |= {name: planned.get(name, 0.0) + change for name, change in area.planned.items()}
        residents[place] = demand.isel(draw=0).sel(service=run.services).to_numpy()
        needs[place] = patient_need(area, demand, labels, lists_year)
        add_area(of_places, "place", area, labels)
        add_breach(breaches, area, labels)
        _compare(compared, area)
        causes.add_place(area, system)
        capital.add_place(area)
        people = neighbourhood_people(place, neighbourhood_population[place], of_all_ages, labels)
        if people is None:
            continue
        near = PlaceNeighbourhoods(
            area,
            people,
            need_weights(place, activity_rates, run),
            practice_lists(place, premises, people.codes),
            neighbourhoods,
            labels,
            settings,
        )
        causes.add_neighbourhoods(near, housing_delivery, site_neighbourhoods, existing)
        near.add(near_places, breaches, existing)
        neighbourhood_names |= dict(zip(people.codes, people.names, strict=True))
    if total is None:
        raise ValueError("no place has demand")
    whole = Area(system, "place", run.names, total, {}, planned)
    add_area(of_places, "place", whole, labels)
    _compare(compared, whole)
    causes.add_place(whole, system)

    hospitals = provider_areas(demanded, run, existing, providers)
    for area in hospitals:
        add_area(of_providers, "provider", area, labels)
        add_breach(breaches, area, labels)
        _compare(compared, area)
    origins = Origins(residents, hospitals, demanded, flows, run)
    causes.add_providers(hospitals, flows, system)
    capital.add_hospitals(hospitals, origins)
    for code, spent in capital.spent_to_date(system).items():
        compared.add(code, CAPITAL, spent.swapaxes(0, 1))
    breach = breaches.table()
    first_decision = int(known.value("estates.first_decision_year"))
    unit = ("facility", run.units)
    return (
        of_places.table(unit=unit),
        of_providers.table(
            unit=unit,
            provider_name=(
                "provider",
                dict(zip(providers["provider"], providers["provider_name"], strict=True)),
            ),
        ),
        near_places.table(
            unit=unit,
            place_name=("place", dict(zip(places["place"], places["place_name"], strict=True))),
            neighbourhood_name=("neighbourhood", neighbourhood_names),
        ),
        breach,
        origins.table(labels),
        by_length_of_stay(demanded, run, known, hospitals, labels),
        released("estates_timing", [timing_rows(breach, run.lead_times, first_decision)]),
        causes.table(),
        capital.table(system),
        all_patient_need(needs),
        compared.dataset(),
    )


def _compare(compared: ComparedDraws, area: Area) -> None:
    """Keeps the draws of what an area requires, and of its gap where what exists is known."""
    for name in SPACE:
        if name in area.facilities:
            required = area.required[..., area.facilities.index(name)]
            compared.add(area.code, f"{name}_required", required.swapaxes(0, 1))
        if name in area.existing:
            compared.add(area.code, f"{name}_gap", area.gap(name).swapaxes(0, 1))
