"""Networks have their practices' patients; a hub has the small areas it is nearest to, and no far ones."""

from __future__ import annotations

from inspect import unwrap

import pandas as pd
import pytest

from assets.inputs.csv_reading import read_table
from assets.neighbourhoods.care_areas import hub_catchments, network_areas
from assets.tables.declarations import INPUT_TABLES, TABLES
from tests.shipped import DATA

stage_network_areas = unwrap(network_areas.op.compute_fn.decorated_fn)
stage_hub_catchments = unwrap(hub_catchments.op.compute_fn.decorated_fn)
_NAMES = (
    "registered_flows",
    "practice_places",
    "hub_positions",
    "small_areas",
    "neighbourhood_teams",
    "assumptions",
)


@pytest.fixture(scope="module")
def read() -> dict[str, pd.DataFrame]:
    return {name: read_table(INPUT_TABLES[name], DATA / f"{name}.csv", places=None) for name in _NAMES}


def test_a_network_s_patients_are_its_practices_and_one_without_a_network_stands_alone(
    read: dict[str, pd.DataFrame],
) -> None:
    practices = read["practice_places"]
    made = stage_network_areas(read["registered_flows"], practices)
    lists = practices.groupby(practices["pcn"].fillna(practices["practice"]))["registered_patients"].sum()
    patients = made.groupby("network")["patients"].sum()
    assert patients.to_dict() == pytest.approx(lists.astype(float).to_dict(), abs=0.5)
    assert practices["pcn"].isna().sum() == 1
    alone = practices.loc[practices["pcn"].isna(), "practice"].item()
    assert set(made.loc[made["network"] == alone, "network_name"]) == {"Ivel Medical Centre"}
    assert made.groupby("network")["network_share_percent"].sum().between(99.9, 100.1).all()


def test_a_hub_has_the_small_areas_it_is_nearest_to_within_its_reach(read: dict[str, pd.DataFrame]) -> None:
    given = {name: read[name] for name in _NAMES if name not in ("registered_flows", "practice_places")}
    made = stage_hub_catchments(**given)
    assert list(made.columns) == TABLES["hub_catchments"].column_names
    assert not made["msoa"].duplicated().any(), "a small area has one nearest hub"
    assert made["distance_km"].max() <= 6
    nearest = made.set_index("msoa")["hub"]
    assert nearest["E02003647"] == "dunstable_hub"
    assert nearest["E02003644"] == "houghton_regis_hub"
    assert "E02003459" not in nearest.index, "Olney is far from every hub"
    teams = read["neighbourhood_teams"].set_index("msoa")["team"]
    assert (made["team"] == made["msoa"].map(teams)).all()
    fewer = {**given, "hub_positions": read["hub_positions"].query("hub != 'dunstable_hub'")}
    moved = stage_hub_catchments(**fewer).set_index("msoa")["hub"]
    assert moved["E02003647"] == "houghton_regis_hub"
    assert stage_hub_catchments(**{**given, "hub_positions": read["hub_positions"].iloc[:0]}).empty
