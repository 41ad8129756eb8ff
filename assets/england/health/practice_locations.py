"""Where a practice is: coordinates and authority of its own, else of what is nearest to it in the lists.

`placed_by` says which: its own row of the allocations, another practice of its postcode, or only the
authority most practices of its network or sub-ICB location are in, which gives no coordinates.
"""

from __future__ import annotations

import json

import numpy as np
import pandas as pd

from assets.england.authorities import AuthorityCodes
from assets.england.published_files import PublishedFiles, refused
from models.arrays import FloatArray
from models.estates.points_in_areas import NOWHERE, area_of_points, nearest_area

NEIGHBOURHOODS_FILE = "places/msoa21_lad23.csv"
BOUNDARIES_FILE = "places/msoa21_england.geojson.gz"
_GROUPS = {"network": "pcn", "sub-ICB location": "sub_icb"}
_PLACE = ["latitude", "longitude", "authority"]


def located(
    published: PublishedFiles, codes: AuthorityCodes, practices: pd.DataFrame, allocations: pd.DataFrame
) -> tuple[pd.DataFrame, int]:
    """Practices with latitude, longitude, authority, placed_by, msoa and msoa_by; how many postcodes differ.

    practices: practice, postcode, pcn, sub_icb. allocations: practice, postcode, latitude, longitude,
    authority. Raises BadInput for a practice nothing places.
    """
    table = place_practices(practices, allocations)
    lost = table["authority"].isna()
    if lost.any():
        raise refused(
            "gp-reg-pat-prac-map.csv",
            str(table.loc[lost, "practice"].iloc[0]),
            "a practice in a known sub-ICB location",
        )
    own = allocations.set_index("practice")["postcode"].reindex(table["practice"])
    moved = int((own.notna().to_numpy() & (own.to_numpy() != table["postcode"].to_numpy())).sum())
    return _in_neighbourhoods(published, codes, table), moved


def place_practices(practices: pd.DataFrame, allocations: pd.DataFrame) -> pd.DataFrame:
    """Practices with _PLACE and placed_by; NaN where nothing says where a practice is."""
    own = allocations.set_index("practice")[_PLACE]
    near = allocations.drop_duplicates("postcode").set_index("postcode")[_PLACE]
    table = practices.join(own, on="practice")
    table["placed_by"] = "allocations"
    beside = practices[["postcode"]].join(near, on="postcode")[_PLACE]
    unplaced = table["authority"].isna() & beside["authority"].notna()
    table.loc[unplaced, _PLACE] = beside[unplaced]
    table.loc[unplaced, "placed_by"] = "postcode"
    known = table[table["authority"].notna()]
    for how, column in _GROUPS.items():
        counts = known.groupby([column, "authority"]).size().reset_index(name="practices")
        counts = counts.sort_values(["practices", "authority"], ascending=[False, True], kind="stable")
        most = counts.drop_duplicates(column).set_index(column)["authority"]
        there = table[column].map(most)
        empty = table["authority"].isna() & there.notna()
        table.loc[empty, "authority"] = there[empty]
        table.loc[empty, "placed_by"] = how
    return table


def _in_neighbourhoods(published: PublishedFiles, codes: AuthorityCodes, table: pd.DataFrame) -> pd.DataFrame:
    """The neighbourhood each practice is in, within its authority: the nearest where boundaries miss it."""
    neighbourhoods, rings = _boundaries(published)
    lookup = published.table(NEIGHBOURHOODS_FILE, ("MSOA21CD", "LAD23CD"))
    lookup = lookup[lookup["MSOA21CD"].isin(neighbourhoods)]
    if len(lookup) != len(neighbourhoods):
        raise refused(
            NEIGHBOURHOODS_FILE, f"{len(lookup):,} of its neighbourhoods", f"{len(neighbourhoods):,} once"
        )
    authority = dict(
        zip(lookup["MSOA21CD"], codes.mapped(NEIGHBOURHOODS_FILE, "LAD23CD", lookup["LAD23CD"]), strict=True)
    )
    of_authority: dict[str, list[int]] = {}
    for at, code in enumerate(neighbourhoods):
        of_authority.setdefault(authority[code], []).append(at)
    table = table.assign(msoa="", msoa_by="")
    located_there = table["latitude"].notna()
    for found_in, rows in table[located_there].groupby("authority").groups.items():
        inside = of_authority[str(found_in)]
        points = table.loc[rows, ["longitude", "latitude"]].to_numpy(dtype=np.float64)
        areas = [rings[at] for at in inside]
        found = area_of_points(points, areas)
        outside = found == NOWHERE
        found[outside] = nearest_area(points[outside], areas)
        table.loc[rows, "msoa"] = [neighbourhoods[inside[at]] for at in found]
        table.loc[rows, "msoa_by"] = np.where(outside, "nearest", "inside")
    return table


def _boundaries(published: PublishedFiles) -> tuple[list[str], list[list[FloatArray]]]:
    """Codes of neighbourhoods and the rings of each; raises BadInput."""
    try:
        features = json.loads(published.content(BOUNDARIES_FILE))["features"]
        codes = [str(feature["properties"]["code"]) for feature in features]
        rings = [
            [
                np.array(ring, dtype=np.float64)
                for polygon in feature["geometry"]["coordinates"]
                for ring in polygon
            ]
            for feature in features
        ]
    except (ValueError, KeyError, TypeError) as error:
        raise refused(
            BOUNDARIES_FILE, f"{type(error).__name__}: {error}", "features with code and polygons"
        ) from None
    return codes, rings
