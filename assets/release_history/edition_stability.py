"""How far this release moved the people that the release before it projected, by place and year.

What the release before said is kept in the store with the rest of the past (`earlier_releases`), so that a
release can be made again when that one has been pruned. Method: docs/method/what_changed.md.

Asset modules do without postponed annotations: Dagster reads the type of `context` as it stands.
"""

import dagster as dg
import numpy as np
import pandas as pd

from assets.inputs.settings import RunSettings
from assets.release_history.earlier_releases import Earlier, figures_of_people
from assets.tables.declarations import TABLES
from assets.tables.uncertain_table import released
from models.evaluation.projection_errors import percent_difference

MEASURES = {"all": "population", "65+": "population_65_plus", "85+": "population_85_plus"}
"""Measures by the age band they are of; the others are five-year ages, told as their mean."""
FIVE_YEAR = "five_year_ages"
FIRST = "no release before it has people by age"


@dg.asset(group_name="history")
def edition_stability(
    earlier_releases: pd.DataFrame,
    population: pd.DataFrame,
    mid_year_estimate_totals: pd.DataFrame,
    places: pd.DataFrame,
    settings: RunSettings,
) -> pd.DataFrame:
    """Movement of people in per cent since the release before, by years past the estimates that it knew."""
    names = dict(zip(places["place"], places["place_name"], strict=True))
    now = figures_of_people(population)
    until = int(mid_year_estimate_totals["year"].max())
    earlier = Earlier(earlier_releases, settings).people
    if earlier is None:
        frame = now.assign(previous=np.nan, horizon=now["year"] - until, previous_release=FIRST)
    else:
        keys = ["place", "year", "age_band"]
        frame = now.merge(earlier, on=keys, suffixes=("", "_before")).rename(
            columns={"principal_before": "previous", "release": "previous_release"}
        )
        frame["horizon"] = frame["year"] - frame["known_until"]
    frame = frame[frame["horizon"] > 0].rename(columns={"principal": "current"})
    before = frame["previous"].where(frame["previous"] > 0)
    frame = frame.assign(
        movement_percent=percent_difference(frame["current"], before),
        measure=frame["age_band"].map(MEASURES).fillna(FIVE_YEAR),
        place_name=frame["place"].map(names),
    )
    told = frame[frame["measure"] != FIVE_YEAR]
    bands = frame[frame["measure"] == FIVE_YEAR]
    by = ["place", "place_name", "year", "horizon", "previous_release", "measure"]
    mean = bands.assign(movement_percent=bands["movement_percent"].abs())
    mean = mean.groupby(by, as_index=False)["movement_percent"].mean().assign(previous=np.nan, current=np.nan)
    columns = TABLES["edition_stability"].column_names
    return released("edition_stability", [told[columns], mean[columns]])
