"""Beds of trusts and dental contracts as rows of the register: what is returned, under names of its own.

They are no facility that a gap is told of: mental health beds are counted by place and a return is by trust,
and a contract is a volume whose surgeries nobody publishes.
"""

from __future__ import annotations

from typing import Any

import pandas as pd

UDAS = "dental_activity_contracted"
_SECTOR_NAMES = {
    "general_and_acute": "General and acute",
    "learning_disabilities": "Learning disability",
    "maternity": "Maternity",
    "mental_illness": "Mental illness",
}


def returned_beds(trust_beds: pd.DataFrame) -> pd.DataFrame:
    """A row a trust, sector and time of opening, of beds open and staffed."""
    opened = trust_beds["open"].str.replace("_", " ")
    sector = trust_beds["sector"].map(_SECTOR_NAMES)
    return _rows(
        trust_beds,
        building=trust_beds["provider"],
        building_name="Trust " + trust_beds["provider"] + ", all its sites",
        kind="trust",
        provider=trust_beds["provider"],
        facility="beds_returned_" + trust_beds["sector"] + "_" + trust_beds["open"],
        unit="beds",
        value=trust_beds["available"],
        note=[
            f"{one} beds, {when}: open and staffed, {beds:,.1f} of them occupied"
            for one, when, beds in zip(sector, opened, trust_beds["occupied"], strict=True)
        ],
    )


def dental_volumes(contracts: pd.DataFrame) -> pd.DataFrame:
    """A row a contract, of units of dental activity contracted a year."""
    return _rows(
        contracts,
        building=contracts["contract"],
        building_name=contracts["provider_name"],
        kind="dental contract",
        place=contracts["place"],
        facility=UDAS,
        unit="units of dental activity",
        value=contracts["udas_contracted"],
        note=[f"{done:,.0f} delivered; surgeries not published" for done in contracts["udas_delivered"]],
    )


def _rows(table: pd.DataFrame, **columns: Any) -> pd.DataFrame:
    rows = table[["as_of", "source_id", "evidence_grade"]].assign(**columns, basis="published")
    return rows.assign(p10=rows["value"], p90=rows["value"])
