"""An area's buildings in the input tables: practices with their lists, and beds open at its trusts."""

from __future__ import annotations

import pandas as pd

from assets.areas.bed_inputs import bed_rows
from assets.areas.hospital_inputs import name_in_words
from assets.areas.national_rows import AreaOfEngland, NationalRows
from assets.tables.declarations import INPUT_TABLES

_NO_NETWORK = "U"
"""Code that the list of practices has for those in no primary care network."""


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
    register = pd.concat([rooms, bed_rows(area)], ignore_index=True)
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
