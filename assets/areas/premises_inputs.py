"""An area's buildings in the input tables: practices with their lists, and beds open at its trusts."""

from __future__ import annotations

import pandas as pd

from assets.areas.hospital_inputs import Hospitals
from assets.areas.national_rows import AreaOfEngland, NationalRows

_BEDS = {
    "general_acute_beds": ("general_acute_beds_available", "mean"),
    "general_acute_beds_winter_peak": ("general_acute_beds_available", "max"),
    "critical_care_beds": ("adult_critical_care_beds_available", "mean"),
}
"""Of each facility, the beds that are counted, and how over the last twelve months."""
_MONTHS = 12


def premises_rows(area: AreaOfEngland) -> list[NationalRows]:
    """Practices by council, and the register of practices and of hospital beds."""
    practices = area.of("practices").sort_values("practice")
    placed = practices[["practice", "practice_name", "place", "patients"]]
    placed = placed.rename(columns={"patients": "registered_patients"})
    placed["practice_name"] = placed["practice_name"].str.title()
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
            register.reindex(columns=_columns()),
            "published",
            "nhs_england_registered_patients",
            "2026-07-01",
        ),
    ]


def _columns() -> list[str]:
    from assets.tables.declarations import INPUT_TABLES

    return list(INPUT_TABLES["premises"].column_names)


def _beds(area: AreaOfEngland) -> pd.DataFrame:
    """Beds open at each trust of the area in the last twelve months recorded."""
    months, names = area.load("beds_monthly"), area.load("trusts").set_index("trust")["trust_name"]
    rows = []
    for trust in Hospitals(area).own:
        own = months[months["trust"] == trust].sort_values("month").tail(_MONTHS)
        for facility, (column, how) in _BEDS.items():
            beds = float(own[column].agg(how))
            if not beds > 0:
                continue
            rows.append(
                {
                    "site_code": trust,
                    "site_name": str(names.get(trust) or trust).title().replace("Nhs", "NHS"),
                    "place": area.code,
                    "provider": trust,
                    "facility": facility,
                    "quantity": round(beds, 2),
                    "unit": "beds",
                    "source_id": "nhs_england_beds",
                    "evidence_grade": "A",
                    "note": f"Open, {how} of {own['month'].min()} to {own['month'].max()}, all its sites",
                }
            )
    return pd.DataFrame(rows)
