"""Why demand changes: the same projection without new homes, and demand split by driver."""

import dagster as dg
import numpy as np
import pandas as pd
import xarray as xr

from assets.demand.demand_run import DEMAND_INPUTS, DemandInputs, DemandRun
from assets.demand.principal_residents import residents_by_scenario
from assets.inputs.assumptions import Assumptions
from assets.inputs.places import PLACED, place_keys
from assets.inputs.scenarios import read_scenarios
from assets.inputs.settings import RunSettings
from assets.inputs.system_totals import system_code
from assets.population.population_figures import POPULATION_INPUTS, PopulationInputs
from assets.population.population_run import PopulationRun
from assets.tables.by_place import ByPlace, made_place_by_place
from assets.tables.declarations import TABLES
from assets.tables.uncertain_table import released
from models.demand.driver_decomposition import DRIVERS
from models.demand.driver_decomposition import demand_drivers as drivers_of
from models.demography.area_inputs import AGES
from models.demography.projection import SEXES


@dg.asset(group_name="demand", kinds={"numpy"}, ins=POPULATION_INPUTS, **PLACED)
@made_place_by_place
def people_without_new_homes(
    context: dg.AssetExecutionContext,
    settings: RunSettings,
    assumptions: pd.DataFrame,
    scenarios: pd.DataFrame,
    place_housing_delivery: ByPlace,
    net_additional_dwellings: pd.DataFrame,
    **tables: pd.DataFrame,
) -> ByPlace:
    """The principal run of each place with the homes of its base year and none after it."""
    known = Assumptions(assumptions)
    base_year, last = int(known.value("demand.base_year")), int(known.value("demand.last_year")) + 1
    principal = scenarios.iloc[:1]
    name = read_scenarios(principal)[0].name

    def no_more_homes(place: str) -> xr.Dataset:
        homes = place_housing_delivery[place].query("scenario == @name and site_reference == 'all'")
        by_year = homes.set_index("year")["principal"]
        years = range(int(by_year.index.min()), last + 1)
        net = by_year[by_year.index <= base_year].reindex(years, fill_value=0.0).to_numpy()
        return xr.Dataset(
            {
                "net_additional_dwellings": (
                    ("scenario", "draw", "year", "site_reference"),
                    net[None, None, :, None],
                )
            },
            coords={"scenario": [name], "draw": [0], "year": list(years), "site_reference": ["all"]},
        )

    recorded_until = int(net_additional_dwellings["year"].max()) + 1
    places = place_keys(context)
    run = PopulationRun(
        PopulationInputs(**tables),
        assumptions,
        principal,
        ByPlace(places, no_more_homes),
        recorded_until,
        settings,
    )

    def people(place: str) -> pd.DataFrame:
        projection = next(run.projections(place, 0))[1]
        years = [projection.base_year + step for step in range(projection.population.shape[1])]
        index = pd.MultiIndex.from_product(
            [[place], years, SEXES, range(AGES)], names=TABLES["people_without_new_homes"].keys
        )
        return index.to_frame(index=False).assign(
            population=projection.population[0].ravel(), births=projection.components[:, 0].ravel()
        )

    return ByPlace(places, people)


@dg.asset(group_name="demand", kinds={"numpy"}, ins=DEMAND_INPUTS, **PLACED)
@made_place_by_place
def place_demand_drivers(
    context: dg.AssetExecutionContext,
    components_by_age: ByPlace,
    people_without_new_homes: ByPlace,
    demand_draws: ByPlace,
    settings: RunSettings,
    **tables: pd.DataFrame,
) -> ByPlace:
    """What each driver adds to a place's demand in the principal run; drivers add up to what is published."""
    run = DemandRun(
        DemandInputs(**tables),
        settings,
        0,
    )
    housed = {s.name: s.population == "housing_led" for s in read_scenarios(tables["scenarios"])}
    units = tables["services"].set_index("service")["unit"]

    def drivers(place: str) -> pd.DataFrame:
        published = demand_draws[place]["demand"].sel(draw=0, service=run.services, year=run.years)
        with_homes = residents_by_scenario(components_by_age[place].rename(columns={"closing": "population"}))
        without = residents_by_scenario(people_without_new_homes[place].assign(scenario=""))[""]
        made = [
            drivers_of(
                *run.principal(place, scenario, with_homes[scenario], without if housing_led else None),
                published.sel(scenario=scenario).transpose("year", "service").to_numpy(),
            )
            for scenario, housing_led in housed.items()
        ]
        labels = {
            "scenario": list(housed),
            "driver": list(DRIVERS),
            "year": run.years,
            "service": run.services,
        }
        parts = xr.DataArray(np.stack(made), dims=tuple(labels), coords=labels, name="principal")
        table = parts.to_dataframe().reset_index().assign(place=place)
        return released("place_demand_drivers", [table.assign(unit=table["service"].map(units))])

    return ByPlace(place_keys(context), drivers)


@dg.asset(group_name="demand", kinds={"pandas"})
def demand_drivers(place_demand_drivers: ByPlace, places: pd.DataFrame) -> pd.DataFrame:
    """What each driver adds to demand in the principal run; the drivers of a row of `demand` add up to it."""
    system = system_code(places)
    of_places = pd.concat(list(place_demand_drivers.values()), ignore_index=True)
    others = [column for column in of_places.columns if column not in ("place", "principal")]
    total = of_places.groupby(others, as_index=False, sort=False)["principal"].sum()
    return released("demand_drivers", [of_places, total.assign(place=system)])
