"""An area's hospital staff in the input tables: staff in post by trust, and England's split by group."""

from __future__ import annotations

import csv

import pandas as pd

from assets.areas.hospital_inputs import hospitals_of
from assets.areas.national_rows import AreaOfEngland, NationalRows
from assets.inputs.defaults import SHARED_DATA
from assets.inputs.shared_assumptions import shared_value

_YEAR = 2024
_SPLIT = {
    "HCHS doctors": "england.share_doctors",
    "Nurses & health visitors": "england.share_nurses",
    "Midwives": "england.share_midwives",
    "Scientific, therapeutic & technical staff": "england.share_scientific_therapeutic_and_technical",
    "Support to clinical staff": "england.share_support_to_clinical_staff",
    "NHS infrastructure support": "england.share_infrastructure",
}
"""Assumption of each published group's share of staff."""


def staff_rows(area: AreaOfEngland) -> list[NationalRows]:
    """Staff in post of the area's trusts in 2024/25, and the proportions by which groups share them."""
    own = hospitals_of(area).own
    months = area.load("trust_staff")
    mean = months[months["trust"].isin(own)].groupby("trust")["mean_fte"].mean()
    total = pd.DataFrame(
        {
            "provider": mean.index,
            "year": _YEAR,
            "fte": mean.round(1).to_numpy(),
            "source_id": "nhs_england_sickness_absence",
            "evidence_grade": "A",
            "note": "Days available over calendar days, mean of twelve months; bank staff are not in it",
        }
    )
    modelled = _groups()
    split = [
        {
            "trust": trust,
            "published_staff_group": group,
            "provider": trust,
            "staff_group": modelled.get(group),
            "fte": round(float(fte) * shared_value(share) / 100, 1),
        }
        for trust, fte in mean.items()
        for group, share in _SPLIT.items()
    ]
    return [
        NationalRows(
            "trust_staff", total, "published", "nhs_england_sickness_absence", "2024/25", of="provider"
        ),
        NationalRows(
            "trust_staff_groups", pd.DataFrame(split), "england", "nhs_workforce_2016", "2016", of="provider"
        ),
    ]


def _groups() -> dict[str, str]:
    """Modelled staff group of each group as it is published."""
    with (SHARED_DATA / "published_staff_groups.csv").open(encoding="utf-8-sig", newline="") as file:
        named = {row["published_staff_group"]: row["staff_group"] for row in csv.DictReader(file)}
    named["Support to clinical staff"] = "support_to_clinical_staff"
    return {group: name for group, name in named.items() if name}
