"""Growth of the main services with and without growth beyond demography, as a release has it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import pandas as pd

from assets.publication.board.gaps_opening import YEAR

MAIN = (
    "gp_appointments",
    "ae_attendances",
    "emergency_admissions",
    "day_cases",
    "elective_admissions",
    "outpatient_attendances",
    "community_contacts",
    "mental_health_people_in_contact",
    "adult_social_care_long_term_clients",
)
"""The services a board asks for, in the order of the path of a patient."""


@dataclass(frozen=True)
class Growth:
    """A service of a place: its level in the base year and in YEAR with its interval, and growth in per cent.

    without: growth from people, their ages and health alone; None where that was not run.
    """

    place: str
    service: str
    unit: str
    base: float
    value: float
    low: float
    high: float
    percent: float
    without: float | None

    @property
    def has_trend(self) -> bool:
        """Whether growth beyond demography changes it by what a reader would see."""
        return self.without is not None and f"{self.without:.0f}" != f"{self.percent:.0f}"


def main_growth(tables: Mapping[str, pd.DataFrame]) -> list[Growth]:
    """Every place's main services, those that the release has, in the order of MAIN."""
    if "growth_beyond_demography" not in tables:
        return []
    rows = tables["growth_beyond_demography"]
    rows = rows[(rows["year"] == YEAR) & rows["service"].isin(MAIN)]
    found = [
        Growth(
            place=str(row["place"]),
            service=str(row["service"]),
            unit=str(row["unit"]),
            base=float(row["base_value"]),
            value=float(row["principal"]),
            low=float(row["p10"]),
            high=float(row["p90"]),
            percent=float(row["growth_percent"]),
            without=None if pd.isna(row["growth_without_percent"]) else float(row["growth_without_percent"]),
        )
        for row in rows.to_dict("records")
    ]
    return sorted(found, key=lambda growth: (MAIN.index(growth.service), growth.place))
