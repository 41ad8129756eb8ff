"""An area's buildings in the input tables: practices with their lists, and beds open at its trusts."""

from __future__ import annotations

import pandas as pd

from assets.areas.bed_inputs import bed_rows
from assets.areas.hospital_inputs import name_in_words
from assets.areas.national_rows import AreaOfEngland, NationalRows
from assets.tables.declarations import INPUT_TABLES

_NO_NETWORK = "U"
"""Code that the list of practices has for those in no primary care network."""
_PAYMENTS = "gp_payments_2022_23"


def premises_rows(area: AreaOfEngland) -> list[NationalRows]:
    """Practices by council, what their premises are paid, and the register of practices and of beds."""
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
        NationalRows("practice_premises", _payments(area, practices), "published", _PAYMENTS, "2022/23"),
    ]


def _payments(area: AreaOfEngland, practices: pd.DataFrame) -> pd.DataFrame:
    """Premises payments of the area's practices of today, by their code then; a year is that it starts in."""
    paid = area.load("practice_premises").merge(practices[["practice", "place"]], on="practice")
    paid = paid.assign(
        year=paid["year"].str[:4].astype(int), registered_patients=paid["registered_patients"].round()
    )
    return paid.sort_values("practice")[list(INPUT_TABLES["practice_premises"].column_names)]


def _network_in_words(name: str) -> str:
    return name_in_words(name).replace("Pcn", "PCN")
