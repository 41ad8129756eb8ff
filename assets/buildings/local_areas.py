"""The areas general practice is planned in: practices, networks, teams, hubs, neighbourhoods and places."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from assets.buildings.practice_buildings import Elsewhere
from models.arrays import BoolArray

KINDS = ("practice", "network", "team", "hub", "neighbourhood", "place")


@dataclass(frozen=True)
class LocalArea:
    """An area as what stands in it: a mask of practices, and the MSOAs or the place that others lie in."""

    kind: str
    code: str
    name: str
    place: str
    practices: BoolArray
    msoas: frozenset[str] = frozenset()

    def holds(self, other: Elsewhere) -> bool:
        """Whether space that is no practice's stands here; a network's buildings are its practices' alone."""
        if self.kind == "place":
            return other.place == self.code
        return other.neighbourhood is not None and other.neighbourhood in self.msoas


def local_areas(
    practices: pd.DataFrame,
    teams: pd.DataFrame,
    hubs: pd.DataFrame,
    names_of_msoas: Mapping[str, str],
    names_of_places: Mapping[str, str],
) -> list[LocalArea]:
    """Every area with a practice in it, kind by kind; a practice of unknown whereabouts is in its place."""
    place, network, msoa, code, name, network_name = (
        np.array([None if pd.isna(value) else value for value in practices[column]], dtype=object)
        for column in ("place", "pcn", "msoa", "practice", "practice_name", "pcn_name")
    )
    patients = practices["registered_patients"].to_numpy(dtype=float)
    made = [
        LocalArea("practice", str(code[at]), str(name[at]), str(place[at]), np.arange(len(code)) == at)
        for at in range(len(code))
    ]
    for each in _listed(network):
        here = network == each
        # A network of two councils is told with the one that more of its patients are of.
        most = max(_listed(place[here]), key=lambda council: patients[here & (place == council)].sum())
        made.append(LocalArea("network", each, str(network_name[here][0]), most, here))
    for team, rows in teams.groupby("team", sort=True):
        small = frozenset(rows["msoa"].astype(str))
        first = rows.iloc[0]
        within = np.isin(msoa.astype(str), list(small))
        made.append(LocalArea("team", str(team), str(first["team_name"]), str(first["place"]), within, small))
    for hub, rows in hubs.groupby("hub", sort=True):
        small = frozenset(rows["msoa"].astype(str))
        within = np.isin(msoa.astype(str), list(small))
        # A hub near a boundary is told with the council that more of its people live in.
        most = str(rows.groupby("place")["population_latest"].sum().idxmax())
        made.append(LocalArea("hub", str(hub), str(rows["hub_name"].iloc[0]), most, within, small))
    for each in _listed(msoa):
        here = msoa == each
        called = names_of_msoas.get(each, each)
        made.append(LocalArea("neighbourhood", each, called, str(place[here][0]), here, frozenset({each})))
    for each in _listed(place):
        made.append(LocalArea("place", each, names_of_places.get(each, each), each, place == each))
    return [area for area in made if area.practices.any()]


def located(schemes: pd.DataFrame, hubs: pd.DataFrame) -> pd.DataFrame:
    """Schemes with the small area of their hub, the nearest to its position, where they give none."""
    nearest = hubs.sort_values(["distance_km", "msoa"]).drop_duplicates("hub").set_index("hub")["msoa"]
    own = schemes["neighbourhood"].astype("str")
    return schemes.assign(neighbourhood=own.where(own.notna(), schemes["scheme"].map(nearest)).astype("str"))


def _listed(values: NDArray[np.object_]) -> list[str]:
    """The values there are, in their order."""
    return sorted({str(value) for value in values if value is not None})
