"""An area's small areas and practices with those around it, since people register across its boundary."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache

import numpy as np
import pandas as pd

from assets.areas.national_rows import AreaOfEngland
from assets.england.national_tables import england_boundaries
from models.arrays import BoolArray, FloatArray
from models.estates.points_in_areas import Ring
from models.neighbourhoods.area_shapes import Pairs, middle_of, nearest_kilometres, pairs_within

SURROUNDED_BY = 10.0
"""Kilometres from the nearest middle of a small area of the area's own: beyond, hardly anybody registers."""
_REACH, _LEAST = 12.0, 10
"""Kilometres within which people register, and how many practices everybody may choose among at least."""
_DEGREES = 0.4
"""More than that many kilometres in degrees, so that most of England is left out early."""


@dataclass(frozen=True)
class Surroundings:
    """Small areas and practices in and around an area, in order of code.

    small_areas: msoa, place (empty outside the area), population (latest). ages: (small areas, ages) people
    at the census. middles: (small areas, 2). rings: of each. practices: practice, practice_name, place (empty
    outside the area), authority, registered_patients, longitude, latitude, msoa, pcn.
    """

    small_areas: pd.DataFrame
    ages: FloatArray
    middles: FloatArray
    rings: list[list[Ring]]
    practices: pd.DataFrame

    @property
    def own(self) -> BoolArray:
        """(small areas,) true for those of the area."""
        return np.asarray(self.small_areas["place"] != "")

    def pairs(self) -> Pairs:
        """Small areas with the practices near their middles."""
        at = self.practices[["longitude", "latitude"]].to_numpy(float)
        return pairs_within(self.middles, at, _REACH, _LEAST)


@cache
def _shapes() -> dict[str, list[Ring]]:
    """Rings of every small area of England, read once a process."""
    features = england_boundaries("msoa_boundaries")["features"]
    return {
        feature["properties"]["code"]: [
            np.array(ring) for polygon in feature["geometry"]["coordinates"] for ring in polygon
        ]
        for feature in features
    }


def surroundings(area: AreaOfEngland) -> Surroundings:
    """What lies in an area and around it."""
    names = area.load("neighbourhoods").sort_values("msoa")
    own = set(names.loc[names["authority"].isin(area.authorities), "msoa"])
    shapes = _shapes()
    corners = np.concatenate([ring for code in sorted(own) if code in shapes for ring in shapes[code]])
    low, high = corners.min(axis=0) - _DEGREES, corners.max(axis=0) + _DEGREES
    near = [
        code
        for code in names["msoa"]
        if code in shapes and (low <= shapes[code][0][0]).all() and (shapes[code][0][0] <= high).all()
    ]
    middles = np.array([middle_of(shapes[code]) for code in near])
    of_area = middles[[code in own for code in near]]
    kept = nearest_kilometres(middles, of_area) <= SURROUNDED_BY
    codes = [code for code, keep in zip(near, kept, strict=True) if keep]
    ages = area.load("msoa_ages").set_index("msoa").drop(columns="year")
    small = pd.DataFrame({"msoa": codes})
    placed = names.set_index("msoa")["authority"]
    small["place"] = [placed[code] if code in own else "" for code in codes]
    small["population"] = small["msoa"].map(area.load("msoa_totals").set_index("msoa")["population"])
    practices = area.load("practices").sort_values("practice")
    at = practices[["longitude", "latitude"]].to_numpy(float)
    within = ((at >= low) & (at <= high)).all(axis=1)
    within[within] = nearest_kilometres(at[within], of_area) <= SURROUNDED_BY
    within |= practices["authority"].isin(area.authorities).to_numpy()
    practices = practices[within].rename(columns={"patients": "registered_patients"})
    practices["place"] = practices["authority"].where(practices["authority"].isin(area.authorities), "")
    return Surroundings(
        small,
        ages.reindex(codes).to_numpy(float),
        middles[kept],
        [shapes[code] for code in codes],
        practices.reset_index(drop=True),
    )
