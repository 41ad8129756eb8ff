"""The housing stage: trajectories as read, their delivery as draws, and the table of both.

No arithmetic lives here: what homes are planned and delivered is worked out in `housing_trajectories`.
"""

import dagster as dg
import numpy as np
import pandas as pd
import xarray as xr

from assets.inputs.assumptions import Assumptions
from assets.inputs.places import PLACED, place_keys
from assets.inputs.scenarios import read_scenarios
from assets.inputs.settings import RunSettings
from assets.inputs.system_totals import system_code
from assets.tables.by_place import ByPlace, made_place_by_place
from assets.tables.uncertain_table import released
from housing_trajectories.delivery.completion import completed
from housing_trajectories.delivery.delivery_against_plan import DeliveryAgainstPlan
from housing_trajectories.delivery.delivery_draws import SITE_NORMALS, SiteTerms, StatusTerms
from housing_trajectories.delivery.delivery_table import (
    delivery_rows,
    lateness_rows,
    system_rows,
    with_total,
    with_values,
)
from housing_trajectories.delivery.phasing import BUILD_OUT_CLASSES
from housing_trajectories.delivery.scenario_delivery import (
    DeliveryNormals,
    DeliveryTerms,
    calibrate_places,
    deliver_scenario,
    recorded_by_place,
    references_with_ranges,
    site_references,
    trajectory_years,
)
from housing_trajectories.delivery.selection import one_remainder, with_mix
from housing_trajectories.reading import read
from housing_trajectories.schema import TOTAL_REFERENCE
from models.uncertainty.ensemble import autoregressive, shared_normal, standard_normal, summarise

_LEFT_OUT = ("site has ended", "plan was withdrawn")
"""Issues of homes that a file has and a run does not count."""


@dg.asset(
    group_name="housing",
    kinds={"csv"},
    deps=["input_files"],
    **PLACED,
)
@made_place_by_place
def housing_trajectories(
    context: dg.AssetExecutionContext,
    settings: RunSettings,
    places: pd.DataFrame,
    net_additional_dwellings: pd.DataFrame,
    local_plan_requirements: pd.DataFrame,
    assumptions: pd.DataFrame,
) -> ByPlace:
    """Each council's trajectory as read, with the record before it, completed from its plan."""
    known = Assumptions(assumptions)
    first_year, last_year = (
        int(known.value(f"housing.{name}")) for name in ("first_financial_year", "last_financial_year")
    )
    files = dict(zip(places["place"], places["trajectory_file"], strict=True))
    requirements = local_plan_requirements.to_dict("records")
    recorded = recorded_by_place(net_additional_dwellings.to_dict("records"))

    def trajectory(place: str) -> pd.DataFrame:
        trajectory = read(settings.trajectories_path / files[place], place, data=settings.data_path)
        for finding in trajectory.findings:
            if finding.issue in _LEFT_OUT:
                context.log.warning(finding.sentence())
        table = one_remainder(trajectory.usable().table)
        table = completed(table, place, requirements, recorded[place], first_year, last_year)
        return with_mix(table, trajectory.sites)

    return ByPlace(place_keys(context), trajectory)


@dg.asset(group_name="housing", kinds={"xarray"}, **PLACED)
@made_place_by_place
def housing_delivery_draws(
    context: dg.AssetExecutionContext,
    settings: RunSettings,
    housing_trajectories: ByPlace,
    net_additional_dwellings: pd.DataFrame,
    local_plan_requirements: pd.DataFrame,
    assumptions: pd.DataFrame,
    scenarios: pd.DataFrame,
) -> ByPlace:
    """Net additional dwellings by site and financial year, draw by draw, in every housing-led scenario."""
    known = Assumptions(assumptions)
    requirements = local_plan_requirements.to_dict("records")
    net_additions = net_additional_dwellings.to_dict("records")
    recorded = recorded_by_place(net_additions)
    calibrations = calibrate_places(
        net_additions,
        requirements,
        known.value("housing.delivery_spread_pooling_years"),
    )
    housing_led = [s for s in read_scenarios(scenarios) if s.population == "housing_led"]

    def draws_of(place: str) -> xr.Dataset:
        table = housing_trajectories[place]
        years, references = trajectory_years(table), site_references(table)
        ranged = references_with_ranges(table)
        normals = _normals(settings, known, place, years, references, ranged, calibrations[place])
        delivered = [
            deliver_scenario(
                table,
                place,
                scenario.delivery,
                scenario.plans,
                requirements,
                recorded[place],
                calibrations[place],
                _terms(known),
                normals,
                scenario.homes_changes(place),
            )
            for scenario in housing_led
        ]
        return xr.Dataset(
            {
                "net_additional_dwellings": (
                    ("scenario", "draw", "year", "site_reference"),
                    np.stack(delivered),
                    {"units": "dwellings"},
                )
            },
            coords={
                "scenario": [scenario.name for scenario in housing_led],
                "draw": list(range(settings.draws + 1)),
                "year": years,
                "site_reference": references,
            },
        )

    return ByPlace(place_keys(context), draws_of)


@dg.asset(group_name="housing", **PLACED)
@made_place_by_place
def place_housing_delivery(
    context: dg.AssetExecutionContext,
    housing_trajectories: ByPlace,
    housing_delivery_draws: ByPlace,
    scenarios: pd.DataFrame,
) -> ByPlace:
    """Homes planned and expected of a place by site and financial year, with their total."""
    plans = {scenario.name: scenario.plans for scenario in read_scenarios(scenarios)}

    def delivery(place: str) -> pd.DataFrame:
        table = housing_trajectories[place]
        draws = housing_delivery_draws[place]["net_additional_dwellings"]
        rows = [
            delivery_rows(
                str(scenario),
                place,
                table,
                plans[str(scenario)],
                [str(reference) for reference in draws["site_reference"].values],
                [int(year) for year in draws["year"].values],
                summarise(with_total(draws.sel(scenario=scenario).values)),
            )
            for scenario in draws["scenario"].values
        ]
        return released("place_housing_delivery", rows)

    return ByPlace(place_keys(context), delivery)


@dg.asset(group_name="housing")
def housing_delivery(
    place_housing_delivery: ByPlace, housing_delivery_draws: ByPlace, places: pd.DataFrame
) -> pd.DataFrame:
    """Homes planned and expected by site and financial year, with each place's and the system's total."""
    system = system_code(places)
    by_place = {place: place_housing_delivery[place] for place in place_housing_delivery}
    draws = [housing_delivery_draws[place]["net_additional_dwellings"] for place in by_place]
    of_places = [one.sum("site_reference", skipna=False) for one in draws]
    homes = xr.concat(of_places, "place", join="exact").sum("place", skipna=False)
    years = [int(year) for year in homes["year"].values]
    pieces = list(by_place.values())
    for scenario in (str(name) for name in homes["scenario"].values):
        totals = {
            place: rows[(rows["scenario"] == scenario) & (rows["site_reference"] == TOTAL_REFERENCE)]
            for place, rows in by_place.items()
        }
        summary = summarise(homes.sel(scenario=scenario).values)
        pieces.append(system_rows(scenario, system, totals, years, summary))
    return released("housing_delivery", pieces)


@dg.asset(group_name="housing", **PLACED)
@made_place_by_place
def housing_lateness(
    context: dg.AssetExecutionContext,
    housing_trajectories: ByPlace,
    housing_delivery_draws: ByPlace,
    scenarios: pd.DataFrame,
) -> ByPlace:
    """Planned homes of named sites that come on time, late, or not at all before the last year."""
    plans = {scenario.name: scenario.plans for scenario in read_scenarios(scenarios)}

    def lateness(place: str) -> pd.DataFrame:
        table = housing_trajectories[place]
        draws = housing_delivery_draws[place]["net_additional_dwellings"]
        years = [int(year) for year in draws["year"].values]
        references = [str(reference) for reference in draws["site_reference"].values]
        pieces: list[pd.DataFrame] = []
        for scenario in (str(name) for name in draws["scenario"].values):
            delivered = draws.sel(scenario=scenario).values
            rows, by_draw = lateness_rows(
                scenario, place, table, plans[scenario], references, years, delivered
            )
            summary = dict(zip(("principal", "p10", "p50", "p90"), summarise(by_draw), strict=True))
            pieces.append(with_values(rows, summary))
        return released("housing_lateness", pieces)

    return ByPlace(place_keys(context), lateness)


def _terms(known: Assumptions) -> DeliveryTerms:
    return DeliveryTerms(
        sites=SiteTerms(
            statuses=_statuses(known),
            sizes=tuple(float(smallest) for smallest, _ in BUILD_OUT_CLASSES),
            lead_in=tuple(known.value(name.replace("build_out", "lead_in")) for _, name in BUILD_OUT_CLASSES),
            rate=tuple(known.value(name) for _, name in BUILD_OUT_CLASSES),
            from_permission=known.value("housing.site_lead_in_from_permission"),
            build_out=known.range("housing.site_build_out_relative"),
            size_weight=known.value("housing.site_build_out_size_weight"),
            fresh_permission_delay=known.value("housing.site_fresh_permission_delay"),
        ),
        slow_relative=known.value("housing.slow_delivery_relative"),
        draft_plan_ratio=known.range("housing.draft_plan_delivery_ratio"),
        beyond_plan_rate=known.range("housing.beyond_plan_rate"),
    )


def _statuses(known: Assumptions) -> dict[str, StatusTerms]:
    """Terms by planning status; rows of several sites, and sites said to be complete, as with permission."""
    terms = {
        status: StatusTerms(
            slippage=known.range(f"housing.site_slippage_{status.replace(' ', '_')}"),
            lapse=known.value(f"housing.site_lapse_{status.replace(' ', '_')}"),
            fresh_permission=known.value(f"housing.site_fresh_permission_{status.replace(' ', '_')}"),
        )
        for status in ("permissioned", "pending decision", "not permissioned")
    }
    return terms | dict.fromkeys(("mixed", "completed"), terms["permissioned"])


def _normals(
    settings: RunSettings,
    known: Assumptions,
    place: str,
    years: list[int],
    references: list[str],
    ranged: list[str],
    calibration: DeliveryAgainstPlan,
) -> DeliveryNormals:
    seed, draws = settings.seed, settings.draws
    shared = known.value("housing.delivery_shared_variance")

    def one(factor: str, shared_variance: float) -> np.ndarray:
        return shared_normal(seed, factor, place, draws, 1, shared_variance)[:, 0]

    annual = shared_normal(seed, "housing_delivery", place, draws, len(years), shared)
    return DeliveryNormals(
        annual=autoregressive(annual, calibration.autocorrelation),
        level=one("housing_delivery_level", calibration.ratio_shared),
        draft=one("draft_plan_delivery", shared),
        beyond=one("beyond_plan_rate", shared),
        sites={
            reference: standard_normal(
                seed, "site_delivery", "site", f"{place}/{reference}", draws, SITE_NORMALS
            )
            for reference in references
        },
        ranges={
            reference: standard_normal(seed, "site_range", "site", f"{place}/{reference}", draws, 1)[:, 0]
            for reference in ranged
        },
    )
