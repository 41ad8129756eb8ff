"""The items of developer_contributions: their headings and the facilities each pays for."""

from __future__ import annotations

PREMISES = "primary_care_gross_internal_area"
ROOMS = ("gp_consulting_rooms", "gp_treatment_rooms")
EQUIPMENT = "general_practice_equipment"
SERVICE_FUNDING = "service_funding"

HOSPITAL_ITEMS = ("hospital_capital", "mental_health_capital")

FACILITIES_BEHIND: dict[str, tuple[str, ...]] = {
    "general_practice_premises": (PREMISES,),
    EQUIPMENT: ROOMS,
    "community_premises": ("community_clinic_rooms",),
    "hospital_capital": ("general_acute_beds",),
    "mental_health_capital": ("mental_health_beds",),
    SERVICE_FUNDING: (),
}
"""By item the facilities whose need it is asked for; facilities.csv says the same of each kind of capital."""

TITLES = {
    "general_practice_premises": "Capital for general practice premises",
    EQUIPMENT: "Equipment of general practice rooms",
    "community_premises": "Capital for community clinic rooms",
    "hospital_capital": "Capital for hospital beds",
    "mental_health_capital": "Capital for mental health beds",
    SERVICE_FUNDING: "Funding of services",
}
