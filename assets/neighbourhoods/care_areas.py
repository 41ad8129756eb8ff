"""Networks and hubs as areas: whose patients live in which small area, and whom a hub is nearest to."""

# Dagster reads the annotations of assets itself, so they are not postponed here.

import dagster as dg
import numpy as np
import pandas as pd

from assets.inputs.assumptions import Assumptions
from assets.inputs.csv_reading import without_rows
from assets.tables.declarations import TABLES
from assets.tables.uncertain_table import released
from models.neighbourhoods.area_shapes import kilometres

_OUTSIDE = "outside"


@dg.asset(group_name="estates")
def network_areas(registered_flows: pd.DataFrame, practice_places: pd.DataFrame) -> pd.DataFrame:
    """Patients of each primary care network by small area; a practice in none stands for itself."""
    practices = practice_places.assign(
        network=practice_places["pcn"].fillna(practice_places["practice"]),
        network_name=practice_places["pcn_name"].fillna(practice_places["practice_name"]),
    )
    flows = registered_flows[registered_flows["practice"] != _OUTSIDE]
    joined = flows.merge(practices[["practice", "network", "network_name"]], on="practice")
    made = joined.groupby(["network", "msoa"], as_index=False).agg(
        network_name=("network_name", "first"), patients=("patients", "sum")
    )
    whole = made.groupby("network")["patients"].transform("sum")
    made["network_share_percent"] = (100 * made["patients"] / whole.where(whole > 0)).fillna(0.0).round(3)
    return released("network_areas", [made.round({"patients": 1})])


@dg.asset(group_name="estates")
def hub_catchments(
    hub_positions: pd.DataFrame,
    small_areas: pd.DataFrame,
    neighbourhood_teams: pd.DataFrame,
    assumptions: pd.DataFrame,
) -> pd.DataFrame:
    """Small areas that each hub is the nearest to, no farther than a stated distance."""
    reach = Assumptions(assumptions).value("estates.hub_km")
    if hub_positions.empty:
        return without_rows(TABLES["hub_catchments"])
    points = [
        frame[["longitude", "latitude"]].to_numpy(dtype=float) for frame in (small_areas, hub_positions)
    ]
    distance = kilometres(points[0], points[1])
    nearest = distance.argmin(axis=1)
    near = distance[np.arange(len(nearest)), nearest]
    hubs = hub_positions.iloc[nearest].reset_index(drop=True)
    made = pd.DataFrame(
        {
            "hub": hubs["hub"].to_numpy(),
            "hub_name": hubs["hub_name"].to_numpy(),
            "msoa": small_areas["msoa"].to_numpy(),
            "place": small_areas["place"].to_numpy(),
            "distance_km": near.round(2),
            "population_latest": small_areas["population_latest"].to_numpy(),
        }
    )[near <= reach]
    teams = dict(zip(neighbourhood_teams["msoa"], neighbourhood_teams["team"], strict=True))
    return released("hub_catchments", [made.assign(team=made["msoa"].map(teams))])
