"""The released table `scenario_differences`: any two scenarios, and their difference draw by draw."""

from __future__ import annotations

from itertools import combinations

import dagster as dg
import numpy as np
import pandas as pd

from assets.inputs.csv_reading import without_rows
from assets.inputs.scenarios import read_scenarios
from assets.scenarios_compared.headline_draws import from_text
from assets.tables.declarations import TABLES
from assets.tables.uncertain_table import released
from models.arrays import FloatArray
from models.uncertainty.common_draws import difference

KEYS = ["area", "quantity", "year"]
_TOLD = ["area_kind", "area_name", "subject_kind", "quantity_name", "unit"]


@dg.asset(group_name="comparison", kinds={"pandas"})
def scenario_differences(headline_draws: pd.DataFrame, scenarios: pd.DataFrame) -> pd.DataFrame:
    """Every scenario less each of those before it in their order: values of both, and the difference."""
    ran = set(headline_draws["scenario"])
    names = [one.name for one in read_scenarios(scenarios) if one.name in ran]
    # Each scenario's draws are read once, not once a pair.
    sides = {name: with_draws(headline_draws[headline_draws["scenario"] == name]) for name in names}
    parts = [
        side_by_side(sides[later], sides[earlier]).assign(scenario=later, compared_with=earlier)
        for earlier, later in combinations(names, 2)
    ]
    if not parts:
        return without_rows(TABLES["scenario_differences"])
    return released("scenario_differences", parts)


def with_draws(rows: pd.DataFrame) -> pd.DataFrame:
    """Rows of headline_draws of one scenario with `draws` as an array, principal run first, by KEYS."""
    return rows.assign(draws=list(from_text(rows["principal"], rows["draws"]))).set_index(KEYS)


def side_by_side(ours: pd.DataFrame, theirs: pd.DataFrame, common: bool = True) -> pd.DataFrame:
    """What both of `with_draws` have: value, compared_value, and ours less theirs: principal, p10, p50, p90.

    Without common draws the three quantiles are missing: how far both move together is then not known.
    Raises ValueError where draws are called common and are not of one number.
    """
    shared = ours.index.intersection(theirs.index)
    here, there = ours.loc[shared], theirs.loc[shared]
    made = here[_TOLD].assign(value=here["principal"], compared_value=there["principal"])
    made["principal"] = here["principal"] - there["principal"]
    if common and len(shared):
        found = difference(_stacked(here["draws"]), _stacked(there["draws"]), axis=1)
        made = made.assign(**found._asdict())
    else:
        made = made.assign(p10=float("nan"), p50=float("nan"), p90=float("nan"))
    return made.reset_index()


def _stacked(draws: pd.Series) -> FloatArray:
    return np.stack(draws.to_list())
