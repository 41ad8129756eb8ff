"""What is given of an application, checked: its homes, where they stand and their mix."""

from __future__ import annotations

import math
import re
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from assets.areas.hospital_inputs import name_in_words
from assets.contributions.practices_near import practice_rows
from assets.contributions.site_types import TYPES, UNKNOWN
from assets.contributions.statements.application import REFERENCE, Application, with_application
from assets.england.national_tables import england_boundaries, england_table
from assets.inputs.assumptions import Assumptions
from assets.inputs.csv_reading import read_table
from assets.inputs.defaults import SHARED_DATA
from assets.tables.declarations import INPUT_TABLES
from housing_trajectories.findings import BadInput, Finding
from models.arrays import FloatArray
from models.estates.points_in_areas import NOWHERE, area_of_points
from models.neighbourhoods.area_shapes import kilometres
from models.neighbourhoods.registration import decay_a_kilometre, nearby_shares

if TYPE_CHECKING:
    from collections.abc import Mapping

MOST_HOMES = 100_000
_SUM_OFF, _MOST = 0.5, 50.0


def applied_for(
    tables: Mapping[str, pd.DataFrame],
    local_estates: pd.DataFrame,
    homes: str,
    at: str,
    postcode: str,
    mix: str,
) -> dict[str, pd.DataFrame]:
    """A statement's tables with the application that was given as a site; raises BadInput."""
    number = whole_homes(homes)
    shares, site_type = mix_of(mix, number)
    point, where = point_of(at, postcode)
    names = dict(zip(tables["places"]["place"], tables["places"]["place_name"], strict=True))
    councils = set(tables["contribution_rates"]["place"])
    place = place_of(point, {code: name for code, name in names.items() if code in councils})
    known = Assumptions(tables["assumptions"])
    practices = england_table("practices").dropna(subset=["latitude", "longitude"])
    near = _near(point, practices, known)
    by_council = near.groupby("authority")["share_percent"].sum()
    most = str(by_council.idxmax())
    flows_of = most if most in councils and by_council[most] > _MOST else place
    application = Application(place, number, shares, site_type, where, flows_of)
    catchment = near.assign(place=place, site_reference=REFERENCE, kind="practice")
    listed = practices.rename(columns={"patients": "registered_patients"})
    rows = practice_rows({(place, REFERENCE)}, catchment, listed, local_estates)
    occupancy = read_table(
        INPUT_TABLES["occupancy_by_bedrooms"], SHARED_DATA / "occupancy_by_bedrooms.csv", places=None
    )
    return with_application(tables, application, occupancy, rows)


def _near(point: FloatArray, practices: pd.DataFrame, known: Assumptions) -> pd.DataFrame:
    """Practices in the catchment of a position by the rule of site_catchments, with their shares."""
    distance = kilometres(point[None], practices[["longitude", "latitude"]].to_numpy(dtype=float))
    decay = decay_a_kilometre(
        known.value("england.registration_less_a_minute"), known.value("england.travel_km_a_minute")
    )
    radius, least = known.value("estates.catchment_km"), int(known.value("estates.catchment_least_practices"))
    lists = practices["patients"].to_numpy(dtype=float)
    shares = nearby_shares(distance, lists, decay, radius, least)[0]
    made = pd.DataFrame(
        {
            "code": practices["practice"].to_numpy(),
            "name": practices["practice_name"].map(name_in_words).to_numpy(),
            "authority": practices["authority"].to_numpy(),
            "distance_km": distance[0].round(2),
            "share_percent": (100 * shares).round(2),
            "basis": f"practices within {radius:g} km straight, or the {least} nearest",
        }
    )
    return made[shares > 0]


def _refused(column: str, found: str, expected: str) -> BadInput:
    return BadInput([Finding("contribution", None, column, found, expected)])


def whole_homes(text: str) -> int:
    """The homes of an application; raises BadInput unless they are a positive whole number."""
    if not re.fullmatch(r"[0-9]{1,6}", text.strip()) or not 0 < int(text) <= MOST_HOMES:
        raise _refused("HOMES", text or "nothing", f"a whole number of homes from 1 to {MOST_HOMES:,}")
    return int(text)


def mix_of(text: str, homes: int) -> tuple[FloatArray | None, str]:
    """Shares of homes by bedrooms and the type of site: four numbers, or the name of a type.

    Numbers are percentages or homes of 1, 2, 3 and 4 or more bedrooms. Raises BadInput where they do not sum.
    """
    if not text.strip():
        return None, UNKNOWN
    if text.strip() in TYPES:
        return None, text.strip()
    expected = (
        f"four numbers for 1, 2, 3 and 4+ bedrooms that sum to 100 or to {homes:,}, such as 10,30,40,20, "
        "or one of " + ", ".join(TYPES)
    )
    try:
        numbers = np.array([float(each) for each in text.split(",")])
    except ValueError:
        raise _refused("MIX", text, expected) from None
    if len(numbers) != len(("1", "2", "3", "4+")) or not np.isfinite(numbers).all() or (numbers < 0).any():
        raise _refused("MIX", text, expected)
    if min(abs(numbers.sum() - 100.0), abs(numbers.sum() - homes)) > _SUM_OFF:
        raise _refused("MIX", f"{text}, which sums to {numbers.sum():g}", expected)
    return numbers / numbers.sum(), UNKNOWN


def point_of(at: str, postcode: str) -> tuple[FloatArray, str]:
    """(2,) longitude and latitude, and how they are told; raises BadInput where that cannot be."""
    if bool(at.strip()) == bool(postcode.strip()):
        found = "both" if at.strip() else "neither"
        raise _refused(
            "AT or POSTCODE", found, "one of them: AT=52.07,-0.72 or POSTCODE=MK9 1AA of a practice"
        )
    if postcode.strip():
        wanted = re.sub(r"\s", "", postcode).upper()
        practices = england_table("practices")
        rows = practices[practices["postcode"].str.replace(" ", "").eq(wanted)].dropna(subset=["latitude"])
        if rows.empty:
            raise _refused(
                "POSTCODE", postcode, "a postcode of the list of practices; else give AT=latitude,longitude"
            )
        first = rows.iloc[0]
        return np.array([first["longitude"], first["latitude"]], dtype=float), str(first["postcode"])
    expected = "a latitude and a longitude in England, such as 52.07,-0.72"
    parts = at.split(",")
    try:
        latitude, longitude = (float(part) for part in parts)
    except ValueError:
        raise _refused("AT", at, expected) from None
    if not (math.isfinite(latitude) and 49.0 < latitude < 56.5 and -7.0 < longitude < 2.5):
        raise _refused("AT", at, expected)
    return np.array([longitude, latitude]), f"{latitude:.4f}, {longitude:.4f}"


def place_of(point: FloatArray, places: Mapping[str, str]) -> str:
    """The place of a release that a position lies in; raises BadInput for one off the area.

    places: names by code.
    """
    features = england_boundaries("authority_boundaries")["features"]
    rings = [
        [np.array(ring) for polygon in feature["geometry"]["coordinates"] for ring in polygon]
        for feature in features
    ]
    number = int(area_of_points(point[None], rings)[0])
    found = None if number == NOWHERE else features[number]["properties"]
    if found is not None and found["code"] in places:
        return str(found["code"])
    lies = (
        "which is in no authority of England"
        if found is None
        else f"which lies in {found['name']} ({found['code']})"
    )
    raise _refused(
        "AT", f"{point[1]:.4f}, {point[0]:.4f}, {lies}", f"a position in {', '.join(places.values())}"
    )
