"""Neighbourhood teams in their input table: small areas of a council that register with the same networks."""

from __future__ import annotations

import numpy as np
import pandas as pd

from assets.areas.national_rows import AreaOfEngland, NationalRows
from assets.areas.small_areas.registration_rows import RegisteredFlows
from assets.areas.small_areas.surroundings import Surroundings
from assets.inputs.shared_assumptions import shared_value
from models.arrays import FloatArray, IntArray
from models.neighbourhoods.area_shapes import joined, touching
from models.neighbourhoods.registration import likeness
from models.neighbourhoods.team_grouping import grouped

_NO_NETWORK = "U"
_NAMED = 2
"""Small areas, the largest first, by which a team is named."""


def team_rows(area: AreaOfEngland, around: Surroundings, flows: RegisteredFlows) -> NationalRows:
    """Each council's small areas in teams, numbered from the north."""
    practices = around.practices
    network = practices["pcn"].where(practices["pcn"] != _NO_NETWORK, practices["practice"])
    number = pd.factorize(network)[0][flows.pairs.other]
    names = area.load("neighbourhoods").set_index("msoa")["msoa_name"]
    parts = []
    for place in sorted(area.authorities):
        here = np.flatnonzero(around.small_areas["place"] == place)
        if not len(here):
            continue
        people = around.small_areas["population"].to_numpy(float)[here]
        to_network = _to_networks(here, flows, number)
        near = joined(touching([around.rings[at] for at in here]), around.middles[here])
        team = grouped(
            people,
            near,
            likeness(to_network),
            shared_value("england.team_people_least"),
            shared_value("england.team_people_most"),
        )
        frame = pd.DataFrame(
            {"msoa": around.small_areas["msoa"].to_numpy()[here], "place": place, "people": people}
        )
        frame["number"] = _from_the_north(team, around.middles[here, 1], people)
        frame["team"] = [f"{place}-N{number:02}" for number in frame["number"]]
        largest = frame.sort_values(["people", "msoa"], ascending=[False, True], kind="stable")
        frame["team_name"] = frame["team"].map(
            {
                code: " with ".join(names[rows["msoa"].head(_NAMED)])
                for code, rows in largest.groupby("team", sort=False)
            }
        )
        parts.append(frame)
    rows = pd.concat(parts, ignore_index=True)
    rows["basis"] = "made by the rule"
    columns = ["place", "msoa", "team", "team_name", "basis"]
    return NationalRows(
        "neighbourhood_teams", rows[columns], "derived", "nhs_england_registered_patients", "2026-07-01"
    )


def _to_networks(here: IntArray, flows: RegisteredFlows, network: IntArray) -> FloatArray:
    """(small areas, networks) patients of some small areas; network: (pairs,) number of each pair's."""
    row = np.full(int(flows.pairs.one.max()) + 1, -1)
    row[here] = np.arange(len(here))
    own = row[flows.pairs.one] >= 0
    named, column = np.unique(network[own], return_inverse=True)
    found = np.zeros((len(here), len(named)))
    np.add.at(found, (row[flows.pairs.one[own]], column), flows.patients[own])
    return found


def _from_the_north(team: np.ndarray, latitude: np.ndarray, people: np.ndarray) -> np.ndarray:
    """Numbers from 1 of the teams by the mean latitude of their people, the northernmost first."""
    mean = np.bincount(team, weights=latitude * people) / np.bincount(team, weights=people)
    rank = np.argsort(np.argsort(-mean, kind="stable"))
    return np.asarray(rank[team] + 1)
