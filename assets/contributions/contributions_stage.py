"""Developer contributions: requested or secured by site, first occupants, and sensitivity of the amounts."""

from collections.abc import Sequence

import dagster as dg
import pandas as pd

from assets.contributions.comparisons import comparison_rows
from assets.contributions.contribution_rows import AskRun
from assets.contributions.contribution_sites import (
    Years,
    contribution_sites,
    people_a_home,
    scenarios_with_asks,
)
from assets.contributions.counted_items import rate_rows, step_rows
from assets.contributions.evidence_words import word_rows
from assets.contributions.first_residents import contribution_residents
from assets.contributions.funding_statements import FundingStatements
from assets.contributions.people_added import site_differences
from assets.contributions.practices_near import practice_rows
from assets.contributions.resident_needs import Catchments, Needs, rows_of_catchments
from assets.contributions.scheme_words import Schemes
from assets.contributions.secured_funding import Funding
from assets.contributions.site_types import SiteTypes
from assets.estates.estates_capital import Costs
from assets.estates.facility_parameters import Facilities
from assets.inputs.assumptions import Assumptions
from assets.inputs.csv_reading import without_rows
from assets.inputs.scenarios import read_scenarios
from assets.inputs.settings import RunSettings
from assets.tables.by_place import ByPlace
from assets.tables.by_scenario import by_changed_assumptions
from assets.tables.declarations import TABLES
from assets.tables.uncertain_table import released

_NAMES = (
    "developer_contributions",
    "contribution_residents",
    "contribution_sensitivity",
    "contribution_rates",
    "contribution_steps",
    "contribution_practices",
    "contribution_comparisons",
    "contribution_words",
)


@dg.multi_asset(
    group_name="estates",
    outs={name: dg.AssetOut() for name in _NAMES},
)
@by_changed_assumptions(*_NAMES)
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
    contribution_policies: pd.DataFrame,
    contribution_evidence: pd.DataFrame,
    site_types: pd.DataFrame,
    estate_schemes: pd.DataFrame,
    site_neighbourhoods: pd.DataFrame,
    site_catchments: pd.DataFrame,
    hub_catchments: pd.DataFrame,
    practice_places: pd.DataFrame,
    local_estates: pd.DataFrame,
    housing_sites: pd.DataFrame,
    neighbourhoods: pd.DataFrame,
    providers: pd.DataFrame,
    services: pd.DataFrame,
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
]:
    """Contributions by site and item, in the principal scenario and those of draft plans or changes."""
    known = Assumptions(assumptions)
    base_year = int(known.value("demand.base_year"))
    first_decision = int(known.value("estates.first_decision_year"))
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
        SiteTypes(site_types, known),
        _flows(site_catchments),
        base_year,
        first_decision,
    )
    added = {place: site_population_draws[place] for place in site_population_draws}
    differences = site_differences(added)
    costs = Costs(run, price_index, known, settings)
    years = Years(
        base=base_year,
        first_decision=first_decision,
        last_mid_year=max(int(draws["year"].item()) for draws in added.values()),
    )
    funding = Funding(site_funding, infrastructure_levy)
    held = FundingStatements(contribution_policies, first_decision)
    schemes = Schemes(
        estate_schemes,
        hub_catchments.assign(
            msoa=hub_catchments["msoa"].map(neighbourhoods.set_index("msoa")["neighbourhood"])
        ),
    )
    trusts = sorted(providers.loc[providers["kind"] == "acute", "provider"])
    of_places, of_providers, near_places = (
        rows_of_catchments(table, list(sites), base_year)
        for table in (estates, provider_estates, neighbourhood_estates)
    )
    rows, sensitivity, steps, compared, words = [], [], [], [], []
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
            held,
            trusts,
            years,
        )
        rows.append(asks.rows())
        sensitivity.append(asks.sensitivity())
        steps.append(step_rows(name, found, asks.counted))
        compared.append(comparison_rows(name, found, asks, contribution_evidence, known))
        words.append(word_rows(name, found, trusts, steps[-1], held, funding, schemes))
    asked = {(site.place, site.reference) for found in sites.values() for site in found if not site.committed}
    # Every place has rates, for an application on a site that no file names.
    pairs = {(place, place) for place in trajectories}
    pairs |= {(site.place, site.flows_of) for found in sites.values() for site in found}
    near = practice_rows(asked, site_catchments, practice_places, local_estates)
    return (
        _released("developer_contributions", rows),
        _released("contribution_residents", [contribution_residents(sites, occupancy_by_bedrooms)]),
        _released("contribution_sensitivity", sensitivity),
        _released("contribution_rates", [rate_rows(pairs, trusts, needs, costs, run)]),
        _released("contribution_steps", steps),
        _released("contribution_practices", [near]),
        _released("contribution_comparisons", compared),
        _released("contribution_words", words),
    )


def _flows(site_catchments: pd.DataFrame) -> dict[tuple[str, str], str]:
    """The council whose flows to hospitals each site's people have."""
    rows = site_catchments[site_catchments["kind"] == "provider"]
    keys = zip(rows["place"].astype(str), rows["site_reference"].astype(str), strict=True)
    return dict(zip(keys, rows["shares_of"].astype(str), strict=True))


def _released(name: str, parts: Sequence[pd.DataFrame]) -> pd.DataFrame:
    """The declared table; without a row where no site is named, or no contribution is requested."""
    filled = [part for part in parts if len(part)]
    return released(name, filled) if filled else without_rows(TABLES[name])
