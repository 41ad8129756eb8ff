"""Names and words of the report: of places, trusts and neighbourhoods, of codes, of years."""

from __future__ import annotations

from collections.abc import Mapping

import pandas as pd

WORDS = {
    "ons_2018_based": "ONS 2018-based",
    "ons_2022_based": "ONS 2022-based",
    "placecast_2021_based_past_rate": "placecast from mid-2021, homes at the past rate (forecast)",
    "placecast_2021_based": "placecast from mid-2021, recorded homes (a test of the method, not a forecast)",
    "ae_attendances": "A&E attendances",
    "ae_ambulance_arrivals": "A&E arrivals by ambulance",
    "ae_walk_in_arrivals": "A&E walk-in arrivals",
    "gp_appointments": "GP appointments",
    "camhs_referrals": "Referrals to children's mental health services",
    "gps": "GPs",
    "gp_treatment_rooms": "General practice treatment rooms",
    "gps_in_training": "GPs in training",
    "all_outside_hospital": "All staff outside hospitals",
    "gp_consulting_rooms": "General practice consulting rooms",
    "primary_care_gross_internal_area": "Primary care floor area",
    "general_acute_beds": "General and acute beds",
    "theatres": "Operating theatres",
    "general_acute_beds_winter_peak": "General and acute beds, winter peak",
    "ae_majors_spaces": "A&E majors spaces",
    "ae_minors_spaces": "A&E minors spaces",
    "other_population_size": "Other population size",
    "new_homes": "People in new homes",
    "baseline": "Base year",
    "ask": "Request now",
    "survey": "Request after a survey",
    "non_demographic_growth": "Non-demographic growth",
}
"""Names that do not follow from a code by putting spaces for its underscores."""


def words(name: object) -> str:
    """A code as words."""
    return WORDS.get(str(name), str(name).replace("_", " ").capitalize())


def financial(year: int) -> str:
    """2035 as `2035/36`."""
    return f"{year}/{(year + 1) % 100:02d}"


def place_names(tables: Mapping[str, pd.DataFrame]) -> dict[str, str]:
    """Name of every place by code."""
    pairs = tables["population"][["place", "place_name"]].drop_duplicates()
    return dict(zip(pairs["place"].astype(str), pairs["place_name"].astype(str), strict=True))


def provider_names(tables: Mapping[str, pd.DataFrame]) -> dict[str, str]:
    """Name of every trust by code."""
    names: dict[str, str] = {}
    for table in ("provider_demand", "provider_estates", "provider_workforce"):
        if table in tables:
            pairs = tables[table][["provider", "provider_name"]].drop_duplicates()
            names.update(zip(pairs["provider"].astype(str), pairs["provider_name"].astype(str), strict=True))
    return names


def neighbourhood_names(tables: Mapping[str, pd.DataFrame]) -> dict[str, str]:
    """Name of every neighbourhood by code."""
    if "neighbourhood_population" not in tables:
        return {}
    names = tables["neighbourhood_population"][["neighbourhood", "neighbourhood_name"]].drop_duplicates()
    return dict(zip(names["neighbourhood"].astype(str), names["neighbourhood_name"].astype(str), strict=True))


def short(name: str) -> str:
    """A trust's name without what all trusts' names end in."""
    return name.removesuffix(" NHS Foundation Trust").removesuffix(" NHS Trust")
