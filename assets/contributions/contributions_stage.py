"""Developer contributions: requested or secured by site, first occupants, and sensitivity of the amounts."""

from collections.abc import Sequence

import dagster as dg
import pandas as pd

from assets.contributions.contribution_rows import AskRun
from assets.contributions.contribution_sites import (
    Years,
    contribution_sites,
    people_a_home,
    scenarios_with_asks,
)
from assets.contributions.first_residents import contribution_residents
from assets.contributions.people_added import site_differences
from assets.contributions.resident_needs import Catchments, Needs, rows_of_catchments
from assets.contributions.secured_funding import Funding
from assets.estates.estates_capital import Costs
from assets.estates.facility_parameters import Facilities
from assets.inputs.assumptions import Assumptions
from assets.inputs.csv_reading import without_rows
from assets.inputs.scenarios import read_scenarios
from assets.inputs.settings import RunSettings
from assets.tables.by_place import ByPlace
from assets.tables.declarations import TABLES
from assets.tables.uncertain_table import released


@dg.multi_asset(
    group_name="estates",
    outs={
        name: dg.AssetOut()
        for name in ("developer_contributions", "contribution_residents", "contribution_sensitivity")
    },
)
def developer_contribution_tables(
    estates: pd.DataFrame,
    provider_estates: pd.DataFrame,
    neighbourhood_estates: pd.DataFrame,
    estates_causes: pd.DataFrame,
    housing_trajectories: ByPlace,
    site_population_draws: ByPlace,
    activity_rates: pd.DataFrame,
    activity_calibration: pd.DataFrame,
    acute_beds_monthly: pd.DataFrame,
    place_to_provider_shares: pd.DataFrame,
    facilities: pd.DataFrame,
    price_index: pd.DataFrame,
    occupancy_by_bedrooms: pd.DataFrame,
    site_funding: pd.DataFrame,
    infrastructure_levy: pd.DataFrame,
    site_neighbourhoods: pd.DataFrame,
    housing_sites: pd.DataFrame,
    neighbourhoods: pd.DataFrame,
    providers: pd.DataFrame,
    services: pd.DataFrame,
    scenarios: pd.DataFrame,
    assumptions: pd.DataFrame,
    settings: RunSettings,
) -> tuple[pd.DataFrame, pd.DataFrame, pd.DataFrame]:
    """Contributions by site and item, in the principal scenario and in that with draft plans."""
    known = Assumptions(assumptions)
    base_year = int(known.value("demand.base_year"))
    run = Facilities(
        facilities,
        sorted(activity_rates["service"].unique()),
        acute_beds_monthly,
        assumptions,
        settings,
    )
    needs = Needs(run, activity_rates, activity_calibration, place_to_provider_shares, services, providers)
    trajectories = {place: housing_trajectories[place] for place in housing_trajectories}
    sites = contribution_sites(
        scenarios_with_asks(read_scenarios(scenarios)),
        trajectories,
        site_neighbourhoods,
        neighbourhoods,
        housing_sites,
        known,
        base_year,
    )
    added = {place: site_population_draws[place] for place in site_population_draws}
    differences = site_differences(added)
    costs = Costs(run, price_index, known, settings)
    years = Years(
        base=base_year,
        first_decision=int(known.value("estates.first_decision_year")),
        last_mid_year=max(int(draws["year"].item()) for draws in added.values()),
    )
    funding = Funding(site_funding, infrastructure_levy)
    of_places, of_providers, near_places = (
        rows_of_catchments(table, list(sites), base_year)
        for table in (estates, provider_estates, neighbourhood_estates)
    )
    rows, sensitivity = [], []
    for name, found in sites.items():
        if not found:
            continue
        asks = AskRun(
            name,
            found,
            differences,
            people_a_home(occupancy_by_bedrooms),
            needs,
            Catchments(of_places, of_providers, near_places, estates_causes, name, base_year),
            costs,
            run,
            funding,
            providers,
            years,
        )
        rows.append(asks.rows())
        sensitivity.append(asks.sensitivity())
    return (
        _released("developer_contributions", rows),
        _released("contribution_residents", [contribution_residents(sites, occupancy_by_bedrooms)]),
        _released("contribution_sensitivity", sensitivity),
    )


def _released(name: str, parts: Sequence[pd.DataFrame]) -> pd.DataFrame:
    """The declared table; without a row where no site is named, or no contribution is requested."""
    filled = [part for part in parts if len(part)]
    return released(name, filled) if filled else without_rows(TABLES[name])
