"""Whom the people of a housing site use: practices in its catchment, and the hospitals of a council."""

# Dagster reads the annotations of assets itself, so they are not postponed here.

from typing import Any

import dagster as dg
import numpy as np
import pandas as pd

from assets.inputs.assumptions import Assumptions
from assets.inputs.csv_reading import numbered, without_rows
from assets.neighbourhoods.site_positions import position
from assets.tables.declarations import TABLES
from assets.tables.uncertain_table import released
from models.arrays import FloatArray
from models.neighbourhoods.area_shapes import kilometres
from models.neighbourhoods.registration import decay_a_kilometre, nearby_shares

GROUP = "emergency"
"""Group of services whose flows to hospitals are told: the one with published shares."""
_MOST = 0.5
_AREA = "outside the area"


@dg.asset(group_name="estates")
def site_catchments(
    site_neighbourhoods: pd.DataFrame,
    small_areas: pd.DataFrame,
    practice_places: pd.DataFrame,
    practices_nearby: pd.DataFrame,
    place_to_provider_shares: pd.DataFrame,
    providers: pd.DataFrame,
    places: pd.DataFrame,
    assumptions: pd.DataFrame,
) -> pd.DataFrame:
    """Practices in the catchment of each site with a position, and the hospitals its people use."""
    known = Assumptions(assumptions)
    catchment = _Catchments(practice_places, practices_nearby, known)
    names = dict(zip(places["place"], places["place_name"], strict=True))
    middles = small_areas.set_index("msoa")[["longitude", "latitude"]]
    emergency = place_to_provider_shares[place_to_provider_shares["flow_group"] == GROUP]
    named = dict(zip(providers["provider"], providers["provider_name"], strict=True))
    rows: list[dict[str, object]] = []
    for _, cells in numbered(site_neighbourhoods):
        place, key = str(cells["place"]), {"place": cells["place"], "site_reference": cells["site_reference"]}
        point, where = position(cells), "the site's position"
        if point is None and cells["msoa"] in middles.index:
            point, where = middles.loc[cells["msoa"]].to_numpy(dtype=float), "the middle of its small area"
        if point is None:
            shares_of, basis = place, "the council's own flows: the site has no position"
        else:
            near = catchment.of(point)
            rows += [
                {**key, "kind": "practice", **row, "basis": f"{catchment.words}, from {where}"}
                for _, row in numbered(near.drop(columns="place"))
            ]
            shares_of, basis = _whose_hospitals(place, near, names)
        rows += [
            {
                **key,
                "kind": "provider",
                "code": provider,
                "name": named[provider],
                "share_percent": 100 * share,
                "shares_of": shares_of,
                "basis": basis,
            }
            for provider, share in _of_place(emergency, shares_of)
            if share > 0
        ]
    if not rows:
        return without_rows(TABLES["site_catchments"])
    columns = TABLES["site_catchments"].column_names
    return released("site_catchments", [pd.DataFrame(rows).reindex(columns=columns)])


class _Catchments:
    """Practices in and around the area, and the rule of who of them a site's people would register with."""

    def __init__(self, inside: pd.DataFrame, outside: pd.DataFrame, known: Assumptions) -> None:
        listed = inside.dropna(subset=["latitude", "longitude"])
        both = pd.concat([listed, outside.assign(place=_AREA)], ignore_index=True)
        self._practices = both.rename(columns={"practice": "code", "practice_name": "name"})
        self._decay = decay_a_kilometre(
            known.value("england.registration_less_a_minute"), known.value("england.travel_km_a_minute")
        )
        self._radius = known.value("estates.catchment_km")
        self._least = int(known.value("estates.catchment_least_practices"))
        self.words = (
            f"practices within {self._radius:g} km straight, or the {self._least} nearest; "
            "shares by list and distance"
        )

    def of(self, point: FloatArray) -> pd.DataFrame:
        """code, name, place, distance_km and share_percent of the practices in a position's catchment."""
        at = self._practices[["longitude", "latitude"]].to_numpy(dtype=float)
        if not len(at):
            return pd.DataFrame(columns=["code", "name", "place", "distance_km", "share_percent"])
        distance = kilometres(point[None], at)
        lists = self._practices["registered_patients"].to_numpy(dtype=float)
        shares = nearby_shares(distance, lists, self._decay, self._radius, self._least)[0]
        made = self._practices[["code", "name", "place"]].assign(
            distance_km=distance[0].round(2), share_percent=(100 * shares).round(2)
        )
        return made[shares > 0]


def _whose_hospitals(place: str, near: pd.DataFrame, names: dict[str, Any]) -> tuple[str, str]:
    """The council whose flows to hospitals a site's people have, and why."""
    by_place = near.groupby("place", sort=True)["share_percent"].sum() / 100
    if by_place.empty or by_place.get(place, 0.0) >= _MOST or by_place.max() <= _MOST:
        return place, "the council's own flows: no other council has most of the site's patients"
    most = str(by_place.idxmax())
    words = f"{by_place.max():.0%} of the site's patients would register with practices {{}}: "
    if most == _AREA:
        return place, words.format(_AREA) + "whose flows are not known here, so the council's own"
    return most, words.format(f"in {names[most]}") + f"{names[most]}'s flows"


def _of_place(shares: pd.DataFrame, place: str) -> list[tuple[str, float]]:
    here = shares[shares["place"] == place]
    return list(zip(here["provider"].astype(str), here["share"].astype(np.float64), strict=True))
