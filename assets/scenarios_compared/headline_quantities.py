"""The quantities by which scenarios and releases are compared: name, kind, unit and decimals of each."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import pandas as pd

AGE_BANDS = {"people": "all", "people_65_plus": "65+", "people_85_plus": "85+"}
"""Quantities of people, by their age band of population."""
HOMES = "homes"
SERVICES = (
    "gp_appointments",
    "ae_attendances",
    "emergency_admissions",
    "elective_admissions",
    "day_cases",
    "outpatient_attendances",
    "births",
    "community_contacts",
    "mental_health_people_in_contact",
    "adult_social_care_long_term_clients",
)
"""Services whose demand is compared; of those, the ones of the run."""
STAFF = {
    "place": "staff_outside_hospitals",
    "provider": "trust_staff",
}
"""Staff of an area by its kind: hospital staff belong to trusts, all others to places."""
STAFF_MEASURES = ("required_wte", "supply_wte", "gap_wte")
SPACE = (
    "gp_consulting_rooms",
    "gp_treatment_rooms",
    "primary_care_gross_internal_area",
    "community_clinic_rooms",
    "mental_health_beds",
    "care_home_places",
    "general_acute_beds",
    "critical_care_beds",
    "maternity_beds",
    "theatres",
)
"""Facilities whose requirement is compared, and their gap where what exists is known."""
CAPITAL = "capital_spent_to_date"

_STAFF_WORDS = {
    "staff_outside_hospitals_required_wte": "Staff outside hospitals: required",
    "staff_outside_hospitals_supply_wte": "Staff outside hospitals: supplied",
    "staff_outside_hospitals_gap_wte": "Staff outside hospitals: gap",
    "trust_staff_required_wte": "Staff of the trust: required",
    "trust_staff_supply_wte": "Staff of the trust: supplied",
    "trust_staff_gap_wte": "Staff of the trust: gap",
}
_PEOPLE_WORDS = {
    "people": "People",
    "people_65_plus": "People aged 65 and over",
    "people_85_plus": "People aged 85 and over",
}
_SPACE_MEASURES = {"required": "required", "gap": "gap"}


@dataclass(frozen=True)
class Quantity:
    """What is known of a quantity wherever it is counted; `decimals` are those its draws are kept with."""

    name: str
    kind: str
    title: str
    unit: str
    decimals: int


def quantities(services: pd.DataFrame, facilities: pd.DataFrame) -> dict[str, Quantity]:
    """Every quantity there can be by name, in the order in which they are shown.

    services, facilities: the input tables, which name and count what the run has.
    """
    made = [Quantity(name, "people", title, "persons", 1) for name, title in _PEOPLE_WORDS.items()]
    made.append(Quantity(HOMES, "homes", "Homes", "dwellings", 1))
    of_services = _described(services, "service", "service_name")
    made += [Quantity(name, "service", *of_services[name], 1) for name in SERVICES if name in of_services]
    made += [Quantity(name, "staff", title, "WTE", 2) for name, title in _STAFF_WORDS.items()]
    of_facilities = _described(facilities, "facility", "facility_name")
    for name in SPACE:
        if name in of_facilities:
            title, unit = of_facilities[name]
            made += [
                Quantity(f"{name}_{measure}", "rooms_and_beds", f"{title}: {said}", unit, 2)
                for measure, said in _SPACE_MEASURES.items()
            ]
    made.append(Quantity(CAPITAL, "money", "Capital spent up to the year", "GBP", 0))
    return {each.name: each for each in made}


def _described(table: pd.DataFrame, key: str, name: str) -> Mapping[str, tuple[str, str]]:
    """Name and unit of each row by its key."""
    return {
        str(row[key]): (str(row[name]), str(row["unit"]))
        for row in table[[key, name, "unit"]].to_dict("records")
    }
