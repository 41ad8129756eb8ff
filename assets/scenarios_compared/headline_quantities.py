"""The quantities by which scenarios and releases are compared: name, kind, unit and decimals of each."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

import pandas as pd

AGE_BANDS = {"people": "all", "people_65_plus": "65+", "people_85_plus": "85+"}
"""Quantities of people, by their age band of population."""
HOMES = "homes"
SERVICES = {
    "gp_appointments": "GP appointments",
    "ae_attendances": "A&E attendances",
    "emergency_admissions": "Emergency admissions",
    "elective_admissions": "Elective admissions",
    "day_cases": "Day cases",
    "outpatient_attendances": "Outpatient attendances",
    "births": "Births",
    "community_contacts": "Community contacts",
    "mental_health_people_in_contact": "Mental health services",
    "adult_social_care_long_term_clients": "Adult social care, long-term",
}
"""Services whose demand is compared, and their short names; of those, the ones of the run."""
STAFF = {"place": "staff_outside_hospitals", "provider": "trust_staff"}
"""Staff of an area by its kind: hospital staff belong to trusts, all others to places."""
STAFF_MEASURES = ("required_wte", "supply_wte", "gap_wte")
SPACE = {
    "gp_consulting_rooms": "GP consulting rooms",
    "gp_treatment_rooms": "GP treatment rooms",
    "primary_care_gross_internal_area": "Primary care floor area",
    "community_clinic_rooms": "Community clinic rooms",
    "mental_health_beds": "Mental health beds",
    "care_home_places": "Care-home places",
    "general_acute_beds": "General and acute beds",
    "critical_care_beds": "Adult critical care beds",
    "maternity_beds": "Maternity beds",
    "theatres": "Operating theatres",
}
"""Facilities whose requirement is compared, and their gap where what exists is known."""
CAPITAL = "capital_spent_to_date"

_STAFF_WORDS = {
    "staff_outside_hospitals_required_wte": "Staff outside hospitals, required",
    "staff_outside_hospitals_supply_wte": "Staff outside hospitals, supplied",
    "staff_outside_hospitals_gap_wte": "Staff outside hospitals, gap",
    "trust_staff_required_wte": "Staff of the trust, required",
    "trust_staff_supply_wte": "Staff of the trust, supplied",
    "trust_staff_gap_wte": "Staff of the trust, gap",
}
_PEOPLE_WORDS = {
    "people": "People",
    "people_65_plus": "People aged 65 and over",
    "people_85_plus": "People aged 85 and over",
}
SPACE_MEASURES = ("required", "gap")


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
    of_services = dict(zip(services["service"], services["unit"], strict=True))
    made += [
        Quantity(name, "service", title, str(of_services[name]), 1)
        for name, title in SERVICES.items()
        if name in of_services
    ]
    made += [Quantity(name, "staff", title, "WTE", 2) for name, title in _STAFF_WORDS.items()]
    of_facilities = dict(zip(facilities["facility"], facilities["unit"], strict=True))
    made += [
        Quantity(f"{name}_{measure}", "rooms_and_beds", f"{title}, {measure}", str(of_facilities[name]), 2)
        for name, title in SPACE.items()
        if name in of_facilities
        for measure in SPACE_MEASURES
    ]
    made.append(Quantity(CAPITAL, "money", "Capital spent up to the year", "GBP", 0))
    return {each.name: each for each in made}


def in_order(names: Iterable[str]) -> list[str]:
    """Names of quantities in the order in which they are shown; one that is not known comes last."""
    order = [
        *AGE_BANDS,
        HOMES,
        *SERVICES,
        *_STAFF_WORDS,
        *(f"{name}_{measure}" for name in SPACE for measure in SPACE_MEASURES),
        CAPITAL,
    ]
    place = {name: number for number, name in enumerate(order)}
    return sorted(names, key=lambda name: (place.get(name, len(order)), name))
