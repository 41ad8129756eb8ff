"""An area's rates, needs, patients and totals in the input tables, from England's."""

from __future__ import annotations

import csv

import pandas as pd

from assets.areas.national_rows import AreaOfEngland, NationalRows
from assets.inputs.defaults import SHARED_DATA
from assets.inputs.shared_assumptions import shared_row, shared_value
from models.demand.need_index import at_rate, by_need

ENGLAND = "E92000001"
_NEEDS = ("general_and_acute", "community", "mental_health", "primary_medical")
_CHILDREN = 17
_OLDER, _OLDEST = 65, 90


def service_rows(area: AreaOfEngland) -> list[NationalRows]:
    """Rates of admissions, need indices, registered patients and GPs, and totals of the area as a whole."""
    return [_needs(area), _admission_rates(area), _patients(area), _totals(area)]


def _needs(area: AreaOfEngland) -> NationalRows:
    rows = area.of("need_index")
    rows = rows[rows["service"].isin(_NEEDS)].rename(columns={"service": "need"})
    rows = rows[["place", "need", "need_index", "source_id"]].assign(evidence_grade="B")
    return NationalRows("need_indices", rows, "published", "nhs_england_allocations_2025_26", "2025/26")


def _admission_rates(area: AreaOfEngland) -> NationalRows:
    """England's rates by age and sex times the council's need for general and acute care."""
    with (SHARED_DATA / "hospital_activity_rates_adults.csv").open(encoding="utf-8-sig", newline="") as file:
        england = pd.DataFrame([row for row in csv.DictReader(file) if row["area"] == ENGLAND])
    figures = ["female_per_1000", "male_per_1000"]
    england[figures] = england[figures].astype(float)
    needs = area.of("need_index").set_index(["service", "place"])["need_index"]
    pieces = []
    for place in area.authorities:
        rates = by_need(england[figures].to_numpy(), float(needs["general_and_acute", place]))
        pieces.append(england.assign(area=place, female_per_1000=rates[:, 0], male_per_1000=rates[:, 1]))
    return NationalRows(
        "hospital_activity_rates_adults",
        pd.concat(pieces, ignore_index=True).round(3),
        "england_by_need",
        "strategy_unit_activity_rates",
        "2025",
        of="area",
    )


def registered(area: AreaOfEngland) -> pd.Series:
    """Registered patients of the practices in each council."""
    practices = area.of("practices")
    return practices.groupby("place")["patients"].sum().reindex(list(area.authorities)).fillna(0)


def _patients(area: AreaOfEngland) -> NationalRows:
    patients = registered(area)
    gps = at_rate(
        patients.to_numpy(float),
        shared_value("england.gps_fully_qualified_fte") + shared_value("england.gp_trainees_fte"),
        shared_value("england.registered_patients"),
    )
    rows = pd.DataFrame(
        {
            "place": patients.index,
            "registered_patients": patients.to_numpy(),
            "gp_fte": gps.round(1),
        }
    )
    return NationalRows(
        "gp_workforce_and_patients",
        rows,
        "england",
        "bma_general_practice_2025",
        "patients of July 2026 as published, GPs at England's number a patient of May 2025",
    )


def _totals(area: AreaOfEngland) -> NationalRows:
    """Totals of the area: England's at its share of patients, children or older people, or as they are."""
    patients = float(registered(area).sum())
    own_children, all_children = _people(area, 0, _CHILDREN)
    own_older, all_older = _people(area, _OLDER, _OLDEST)
    of_england = (patients, shared_value("england.registered_patients"))
    parts = {
        "demand.camhs_referrals": ("children_referred_mental_health", own_children, all_children),
        "workforce.gp_fully_qualified_fte": ("gps_fully_qualified_fte", *of_england),
        "workforce.gp_trainees_fte": ("gp_trainees_fte", *of_england),
        "workforce.social_care_vacancies": ("social_care_vacancies", own_older, all_older),
        # Only the shares that these make are used.
        "workforce.nhs_female_percent": ("nhs_female_percent", 1.0, 1.0),
        "workforce.nhs_staff_in_post": ("nhs_staff_in_post", 1.0, 1.0),
        "workforce.within_ten_years_of_retirement": ("within_ten_years_of_retirement", 1.0, 1.0),
    }
    rows = []
    for total, (name, part, whole) in parts.items():
        known = shared_row(f"england.{name}")
        value = float(at_rate(part, float(known["value"]), whole))
        rows.append(
            {
                "total": total,
                "value": round(value, 2),
                "unit": known["unit"],
                "source_id": known["source_id"],
                "evidence_grade": max(known["evidence_grade"], "B"),
                "note": "England's at the area's share" if part != whole else "England's",
            }
        )
    everyone = area.load("population_persons").groupby("authority")["population"].sum()
    people = at_rate(float(everyone.reindex(list(area.authorities)).sum()), 100.0, float(everyone.sum()))
    rows.append(
        {
            "total": "workforce.percent_of_england_people",
            "value": round(float(people), 4),
            "unit": "% of people; mid-2024",
            "source_id": "ons_mye_2024",
            "evidence_grade": "A",
            "note": "To set England's staff beside the area's",
        }
    )
    frame = pd.DataFrame(rows).assign(system=area.code, places=" ".join(area.authorities))
    return NationalRows("system_totals", frame, "england", "placecast", "2024/25", of="system")


def _people(area: AreaOfEngland, first: int, last: int) -> tuple[float, float]:
    """People of these ages in the area and in England, mid-2024."""
    persons = area.load("population_persons")
    of_ages = persons[persons["age"].between(first, last)]
    own = of_ages[of_ages["authority"].isin(area.authorities)]
    return float(own["population"].sum()), float(of_ages["population"].sum())
