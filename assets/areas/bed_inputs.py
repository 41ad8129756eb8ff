"""Beds open at an area's trusts: daily situation reports, and the quarterly KH03 return for what they lack.

General and acute beds and critical care are the daily reports', whose occupied beds the requirement is
calibrated on; KH03 excludes critical care. Maternity beds are KH03's, and so are general and acute beds of a
trust that sends no daily report. All of them are beds open and staffed, and not the bed spaces of a ward.
"""

from __future__ import annotations

from dataclasses import dataclass

import pandas as pd

from assets.areas.hospital_inputs import hospitals_of, name_in_words
from assets.areas.national_rows import AreaOfEngland
from assets.inputs.shared_assumptions import shared_value
from models.estates.capacity_formulae import WINTER_MONTHS

DAILY, QUARTERLY = "nhs_england_beds", "nhs_england_kh03"
_DAILY_BEDS = {
    "general_acute_beds": "general_acute_beds_available",
    "critical_care_beds": "adult_critical_care_beds_available",
}
"""Of each facility, the beds that are counted, as a mean of the base year."""
_QUARTERLY_BEDS = {"general_acute_beds": "general_acute_beds", "maternity_beds": "maternity_beds"}


@dataclass(frozen=True)
class OpenBeds:
    """Beds of a facility at a trust: their number, which figures they are, and their last day."""

    facility: str
    beds: float
    note: str
    source: str
    grade: str
    day: str


def bed_rows(area: AreaOfEngland) -> pd.DataFrame:
    """Beds open at each trust of the area in the base year, the year whose need they are held against."""
    months, quarters = area.load("beds_monthly"), area.load("beds_quarterly")
    names = area.load("trusts").set_index("trust")["trust_name"]
    base = int(shared_value("demand.base_year"))
    of_year = months[months["month"].between(f"{base}-04", f"{base + 1}-03")]
    return pd.DataFrame(
        [
            {
                "site_code": trust,
                "site_name": name_in_words(str(names.get(trust) or trust)),
                "place": area.code,
                "provider": trust,
                "facility": found.facility,
                "quantity": round(found.beds, 2),
                "unit": "beds",
                "source_id": found.source,
                "evidence_grade": found.grade,
                "note": found.note,
                "surveyed": found.day,
            }
            for trust in hospitals_of(area).own
            for found in beds_of_trust(
                of_year[of_year["trust"] == trust], quarters[quarters["trust"] == trust], base
            )
        ]
    )


def beds_of_trust(months: pd.DataFrame, quarters: pd.DataFrame, base: int) -> list[OpenBeds]:
    """Beds open at one trust: by month of the base year, and by quarter of all years on record."""
    year, day = _words(base), f"{base + 1}-03-31"
    own = months.sort_values("month")
    found = [
        OpenBeds(
            facility,
            float(own[column].mean()),
            f"Mean of beds open in {year}, all its sites",
            DAILY,
            "A",
            day,
        )
        for facility, column in _DAILY_BEDS.items()
    ]
    winter = own.tail(WINTER_MONTHS).dropna(subset="general_acute_beds_occupied")
    if len(winter):
        fullest = winter.sort_values("general_acute_beds_occupied").iloc[-1]
        note = f"Beds open in the winter's fullest month of {year} ({fullest['month']}), all its sites"
        beds = float(fullest["general_acute_beds_available"])
        found.append(OpenBeds("general_acute_beds_winter_peak", beds, note, DAILY, "A", day))
    found = [each for each in found if each.beds > 0]
    daily = {each.facility for each in found}
    quarterly = [
        _quarterly(quarters, facility, column, base)
        for facility, column in _QUARTERLY_BEDS.items()
        if facility not in daily
    ]
    return [*found, *(each for each in quarterly if each is not None)]


def _quarterly(quarters: pd.DataFrame, facility: str, column: str, base: int) -> OpenBeds | None:
    """The mean of the last year's quarters, up to the base year, in which beds open were counted.

    A quarter that repeats an earlier one to the digit was not counted, and one whose open beds are exactly
    those occupied gives no count of open ones.
    """
    opened, occupied = quarters[f"{column}_available"], quarters[f"{column}_occupied"]
    years = quarters["quarter"].str[:4].astype(int)
    of_use = (quarters["repeats"] == "") & (opened > 0) & (opened != occupied) & (years <= base)
    if not of_use.any():
        return None
    last = int(years[of_use].max())
    counted = of_use & (years == last)
    note = f"Mean of beds open in {int(counted.sum())} quarters of {_words(last)}, all its sites"
    if last < base and (opened[years > last] > 0).any():
        note += f"; returned as many open as occupied in {_words(base)}"
    return OpenBeds(
        facility,
        float(opened[counted].mean()),
        note,
        QUARTERLY,
        "A" if last == base else "B",
        f"{last + 1}-03-31",
    )


def _words(year: int) -> str:
    return f"{year}/{(year + 1) % 100:02}"
