"""From gaps of general practice premises to choices: the four tables that a board decides with."""

from __future__ import annotations

import dagster as dg
import numpy as np
import pandas as pd
import xarray as xr

from assets.buildings.local_areas import located
from assets.estates.choices.area_gaps import FLOOR, area_gaps
from assets.estates.choices.area_people import area_by_neighbourhood, area_people
from assets.estates.choices.budget_lines import budget_answers, counted_with_teams
from assets.estates.choices.least_cost_plans import PROBABILITIES, choices_of, least_cost_plan, plan_rows_of
from assets.estates.choices.option_terms import options_in, read_options
from assets.estates.choices.pipeline_rows import SHOWN, funding_words, pipeline_rows, ranked
from assets.estates.choices.priced_options import option_rows
from assets.inputs.assumptions import Assumptions
from assets.inputs.csv_reading import without_rows
from assets.inputs.system_totals import system_code
from assets.tables.by_place import ByPlace
from assets.tables.declarations import TABLES
from assets.tables.uncertain_table import released
from models.estates.capacity_formulae import primary_care_gross_internal_area

NAMES = ("estates_options", "estates_plan", "estates_budgets", "estates_pipeline")


@dg.multi_asset(
    group_name="estates",
    outs={name: dg.AssetOut(kinds={"numpy"}) for name in NAMES},
)
def estates_choices(
    estates_gap_draws: xr.Dataset,
    neighbourhood_teams: pd.DataFrame,
    hub_catchments: pd.DataFrame,
    neighbourhoods: pd.DataFrame,
    neighbourhood_population: ByPlace,
    neighbourhood_homes: pd.DataFrame,
    estate_options: pd.DataFrame,
    premises_budgets: pd.DataFrame,
    pipeline_fields: pd.DataFrame,
    estate_schemes: pd.DataFrame,
    site_funding: pd.DataFrame,
    facilities: pd.DataFrame,
    places: pd.DataFrame,
    assumptions: pd.DataFrame,
) -> tuple[pd.DataFrame, pd.DataFrame, pd.DataFrame, pd.DataFrame]:
    """Options, least-cost sets, budgets and the pipeline of neighbourhood teams and hubs.

    One step, because each is made from the one before it. Hubs serve the people of teams: budgets and sums
    are of teams alone, and a hub has its options, its least-cost set and its row of the pipeline.
    """
    known = Assumptions(assumptions)
    by_option = read_options(estate_options, known)
    a_patient = primary_care_gross_internal_area(lambda name: np.array([known.value(f"estates.{name}")]))
    lead_time = int(facilities.set_index("facility")["lead_time_years"][FLOOR])
    options: list[pd.DataFrame] = []
    plans: list[pd.DataFrame] = []
    pipeline: list[pd.DataFrame] = []
    lines = pd.DataFrame()
    placed = located(estate_schemes, hub_catchments)
    for kind, members in (("team", neighbourhood_teams), ("hub", hub_catchments)):
        areas = area_gaps(estates_gap_draws, kind)
        if kind == "hub" and not areas.codes:
            continue
        given = options_in(areas, by_option)
        year = given.options.plan_year
        of_msoa = dict(zip(members["msoa"], members[kind], strict=True))
        of_neighbourhood = area_by_neighbourhood(neighbourhoods, of_msoa)
        lived = area_people(
            areas.codes,
            max(SHOWN),
            neighbourhood_population,
            neighbourhood_homes,
            of_neighbourhood,
            of_msoa,
        )
        # One resident is one patient elsewhere; here who is registered is whom a building must hold.
        patients = areas.floor_required[:, areas.at(year), 0] / a_patient["registered_patients"][0]
        found = ranked(areas, patients, year)
        choices = choices_of(areas, given, known.value("estates.option_probability"))
        if kind == "team":
            answers, lines = budget_answers(areas, given, choices, found.rank, patients, premises_budgets)
        else:
            answers = counted_with_teams(areas, given, choices)
        funding = funding_words(areas, placed, site_funding, {**of_msoa, **of_neighbourhood})
        options.append(option_rows(areas, given))
        plans.append(
            plan_rows_of(
                areas,
                given,
                [least_cost_plan(areas, given, probability) for probability in PROBABILITIES],
                system_code(places) if kind == "team" else None,
            )
        )
        pipeline.append(
            pipeline_rows(
                areas, given, lived, patients, found, choices, answers, lead_time, funding, pipeline_fields
            )
        )
    made = dict(zip(NAMES, (pd.concat(options), pd.concat(plans), lines, pd.concat(pipeline)), strict=True))
    tables = [
        without_rows(TABLES[name]) if made[name].empty else released(name, [made[name]]) for name in NAMES
    ]
    return tables[0], tables[1], tables[2], tables[3]
