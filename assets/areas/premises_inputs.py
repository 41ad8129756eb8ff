"""An area's buildings in the input tables: practices with their lists, and beds open at its trusts."""

from __future__ import annotations

import pandas as pd

from assets.areas.hospital_inputs import hospitals_of, name_in_words
from assets.areas.national_rows import AreaOfEngland, NationalRows
from assets.inputs.shared_assumptions import shared_value
from assets.tables.declarations import INPUT_TABLES
from models.estates.capacity_formulae import WINTER_MONTHS

_NO_NETWORK = "U"
"""Code that the list of practices has for those in no primary care network."""
_BEDS = {
    "general_acute_beds": "general_acute_beds_available",
    "critical_care_beds": "adult_critical_care_beds_available",
}
"""Of each facility, the beds that are counted, as a mean of the base year."""


def premises_rows(area: AreaOfEngland) -> list[NationalRows]:
    """Practices by council, and the register of practices and of hospital beds."""
    practices = area.of("practices").sort_values("practice")
    placed = practices.rename(columns={"patients": "registered_patients"})
    placed = placed[list(INPUT_TABLES["practice_places"].column_names)]
    placed["practice_name"] = placed["practice_name"].map(name_in_words)
    networks = placed["pcn"] != _NO_NETWORK
    placed["pcn_name"] = placed["pcn_name"].map(_network_in_words).where(networks)
    placed["pcn"] = placed["pcn"].where(networks)
    rooms = pd.DataFrame(
        {
            "site_code": practices["practice"],
            "site_name": placed["practice_name"],
            "place": practices["place"],
            "facility": "gp_consulting_rooms",
            "unit": "rooms",
            "registered_patients": practices["patients"],
            "source_id": "nhs_england_registered_patients",
            "evidence_grade": "A",
            "note": "List of 1 July 2026; rooms and area are not published: to be surveyed",
        }
    )
    register = pd.concat([rooms, _beds(area)], ignore_index=True)
    return [
        NationalRows("practice_places", placed, "published", "nhs_england_registered_patients", "2026-07-01"),
        NationalRows(
            "premises",
            register.reindex(columns=list(INPUT_TABLES["premises"].column_names)),
            "published",
            "nhs_england_registered_patients",
            "2026-07-01",
        ),
    ]


def _network_in_words(name: str) -> str:
    return name_in_words(name).replace("Pcn", "PCN")


def _beds(area: AreaOfEngland) -> pd.DataFrame:
    """Beds open at each trust of the area in the base year, the year whose need they are held against."""
    months, names = area.load("beds_monthly"), area.load("trusts").set_index("trust")["trust_name"]
    base = int(shared_value("demand.base_year"))
    year = f"{base}/{(base + 1) % 100:02}"
    months = months[months["month"].between(f"{base}-04", f"{base + 1}-03")]
    rows: list[dict[str, object]] = []
    for trust in hospitals_of(area).own:
        own = months[months["trust"] == trust].sort_values("month")
        counted = [
            (facility, float(own[column].mean()), f"Mean of beds open in {year}, all its sites")
            for facility, column in _BEDS.items()
        ]
        winter = own.tail(WINTER_MONTHS).dropna(subset="general_acute_beds_occupied")
        if len(winter):
            fullest = winter.sort_values("general_acute_beds_occupied").iloc[-1]
            note = f"Beds open in the winter's fullest month of {year} ({fullest['month']}), all its sites"
            counted.append(
                ("general_acute_beds_winter_peak", float(fullest["general_acute_beds_available"]), note)
            )
        rows += [
            {
                "site_code": trust,
                "site_name": name_in_words(str(names.get(trust) or trust)),
                "place": area.code,
                "provider": trust,
                "facility": facility,
                "quantity": round(beds, 2),
                "unit": "beds",
                "source_id": "nhs_england_beds",
                "evidence_grade": "A",
                "note": note,
            }
            for facility, beds, note in counted
            if beds > 0
        ]
    return pd.DataFrame(rows)
