"""The mix of homes of a site by its type: given, by its density, or not known."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd

from assets.inputs.assumptions import Assumptions
from models.arrays import FloatArray

UNKNOWN, OWN_MIX, MIXED = "unknown", "own mix", "mixed"
TYPES = {"houses": "houses_", MIXED: "", "town_centre_flats": "town_centre_flats_"}
"""Types of site with the part of the assumptions' names that holds their mix."""
TITLES = {"houses": "houses", MIXED: "mixed", "town_centre_flats": "flats of a town centre"}
BEDROOM_SIZES = ("1_bedroom", "2_bedrooms", "3_bedrooms", "4_or_more_bedrooms")
_FLATS_FROM, _HOUSES_BELOW, _SMALL = 100.0, 40.0, 500.0
"""Homes a gross hectare, and homes in all: a site of more than 500 has a centre and affordable flats."""


class SiteTypes:
    """Types of sites from `site_types`, and the mix of each type."""

    def __init__(self, table: pd.DataFrame, known: Assumptions) -> None:
        rows = table.to_dict("records")
        self._rows = {(str(row["place"]), str(row["site_reference"])): row for row in rows}
        self._mixes = {
            name: np.array([known.value(f"estates.mix_{part}{size}") for size in BEDROOM_SIZES])
            for name, part in TYPES.items()
        }

    def mix(self, site_type: str) -> FloatArray:
        """(bedrooms,) shares of a type; of one that is not known, those of the mixed one."""
        return self._mixes.get(site_type, self._mixes[MIXED])

    def land(self, place: str, reference: str) -> str:
        """Whether the site gives land for health: yes, no or unknown."""
        return str(self._row(place, reference).get("health_land", UNKNOWN))

    def of(self, place: str, reference: str, dwellings: float) -> tuple[str, str]:
        """The type of a site and, in words, how it is known."""
        row = self._row(place, reference)
        given, hectares = row.get("site_type"), row.get("hectares")
        grade = f"grade {row['evidence_grade']}" if row else "grade C"
        if given is not None and not pd.isna(given):
            return str(given), f"{TITLES[str(given)]}, as listed ({grade})"
        if hectares is not None and not pd.isna(hectares):
            found = by_density(dwellings, float(hectares))
            return found, f"{TITLES[found]}, by {dwellings / float(hectares):,.0f} homes a hectare ({grade})"
        return UNKNOWN, (
            "not known: the mixed one is taken, and the interval runs from flats to houses (grade C); "
            "enter the site's own mix in its trajectory"
        )

    def _row(self, place: str, reference: str) -> dict[Any, Any]:
        return self._rows.get((place, reference), {})


def by_density(dwellings: float, hectares: float) -> str:
    """The type of a site by its homes a gross hectare and their number."""
    density = dwellings / hectares
    if density >= _FLATS_FROM:
        return "town_centre_flats"
    return "houses" if density < _HOUSES_BELOW and dwellings < _SMALL else MIXED
