"""Names in words beside the codes of staff tables, and financial years as people write them."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

import pandas as pd

from assets.workforce.staff_draws import ALL, OUTSIDE_HOSPITAL, WITH_HOSPITALS
from assets.workforce.workforce_inputs import StaffingTables
from housing_trajectories.schema import financial_year_label

SECTORS = {
    "general_practice": "General practice",
    "acute": "Hospitals",
    "community": "Community health services",
    "mental_health": "Mental health services",
    "adult_social_care": "Adult social care",
    "all": "All sectors",
}
SUMS = {
    ALL[1]: "All staff",
    OUTSIDE_HOSPITAL[1]: "All staff outside hospitals",
    WITH_HOSPITALS[1]: "All staff, hospitals included",
}


@dataclass(frozen=True)
class StaffNames:
    """Names of areas and staff groups by their codes."""

    areas: Mapping[str, str]
    groups: Mapping[str, str]

    def beside(self, frame: pd.DataFrame) -> pd.DataFrame:
        """The rows with a name beside each of their codes, and a label beside each year."""
        words: dict[str, tuple[str, Callable[[Any], str]]] = {
            "area": ("area_name", self.areas.__getitem__),
            "place": ("place_name", self.areas.__getitem__),
            "provider": ("provider_name", self.areas.__getitem__),
            "sector": ("sector_name", sector_name),
            "staff_group": ("staff_group_name", self.groups.__getitem__),
            "year": ("financial_year", financial_year_label),
            "qualifying_year": ("qualifying_financial_year", financial_year_label),
        }
        made: dict[str, Any] = {}
        for code, (name, said) in words.items():
            if code in frame:
                # Of each code once: a table has tens of thousands of rows and a few dozen codes.
                at, codes = pd.factorize(frame[code])
                made[name] = pd.Index([said(each) for each in codes], dtype="str").take(at)
        return frame.assign(**made)


def staff_names(given: StaffingTables) -> StaffNames:
    """The names that the input tables give."""
    places, providers, groups = given.places, given.providers, given.staff_groups
    return StaffNames(
        {
            **dict(zip(providers["provider"], providers["provider_name"], strict=True)),
            **dict(zip(places["place"], places["place_name"], strict=True)),
        },
        {**dict(zip(groups["staff_group"], groups["staff_group_name"], strict=True)), **SUMS},
    )


def sector_name(code: str) -> str:
    """A sector in words."""
    return SECTORS.get(code, code.replace("_", " ").capitalize())
