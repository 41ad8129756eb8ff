"""Small areas in the input tables: where they are, how they have grown, who registers where, and teams."""

from __future__ import annotations

import csv
from collections import defaultdict

import numpy as np
import pandas as pd

from assets.areas.hospital_inputs import name_in_words
from assets.areas.national_rows import AreaOfEngland, NationalRows
from assets.areas.small_areas.registration_rows import registration_rows
from assets.areas.small_areas.surroundings import Surroundings, surroundings
from assets.areas.small_areas.team_rows import team_rows
from assets.inputs.defaults import SHARED_DATA
from assets.tables.declarations import INPUT_TABLES
from models.arrays import FloatArray

_CENSUS, _LATEST = "2021-03", "2024-06"
_YEARS_BETWEEN = 3.25
"""From census day to the middle of the year of the latest estimates."""
_RATES_OF = "2022"
"""Year of England's births and deaths that stands for those between."""
_THOUSAND, _HUNDRED_THOUSAND = 1e3, 1e5


def small_area_rows(area: AreaOfEngland) -> list[NationalRows]:
    """The input tables of small areas, those around an area among the practices alone."""
    around = surroundings(area)
    flows = registration_rows(area, around)
    return [
        _small_areas(around),
        _boundaries(around),
        _practices_nearby(around),
        flows.rows,
        team_rows(area, around, flows),
    ]


def _small_areas(around: Surroundings) -> NationalRows:
    natural = _YEARS_BETWEEN * natural_change_a_year(around.ages)
    rows = around.small_areas.assign(
        longitude=np.round(around.middles[:, 0], 5),
        latitude=np.round(around.middles[:, 1], 5),
        population_census=around.ages.sum(axis=1),
        natural_change=np.round(natural, 1),
    )
    rows = rows.rename(columns={"population": "population_latest"})[around.own]
    columns = list(INPUT_TABLES["small_areas"].column_names)
    return NationalRows("small_areas", rows[columns], "published", "ons_msoa_mid_2024", "mid-2024")


def natural_change_a_year(ages: FloatArray) -> FloatArray:
    """(small areas,) births less deaths a year at England's rates, of people by single year of age (…, ages).

    Half of all people of an age are taken to be women.
    """
    births, deaths = np.zeros(ages.shape[1]), np.zeros(ages.shape[1])
    with (SHARED_DATA / "national_fertility.csv").open(encoding="utf-8", newline="") as file:
        for row in csv.DictReader(file):
            if row["year"] == _RATES_OF:
                births[int(row["age"])] = float(row["births_per_1000_women"]) / _THOUSAND / 2
    of_age: dict[int, list[float]] = defaultdict(list)
    with (SHARED_DATA / "national_mortality.csv").open(encoding="utf-8", newline="") as file:
        for row in csv.DictReader(file):
            if row["year"] == _RATES_OF and row["age"].isdigit():
                of_age[min(int(row["age"]), ages.shape[1] - 1)].append(float(row["deaths_per_100000"]))
    for age, rates in of_age.items():
        deaths[age] = float(np.mean(rates)) / _HUNDRED_THOUSAND
    return np.asarray(ages @ (births - deaths))


def _boundaries(around: Surroundings) -> NationalRows:
    rows = [
        (code, ring, corner, *point)
        for code, own, rings in zip(around.small_areas["msoa"], around.own, around.rings, strict=True)
        if own
        for ring, points in enumerate(rings, start=1)
        for corner, point in enumerate(points.tolist(), start=1)
    ]
    frame = pd.DataFrame(rows, columns=list(INPUT_TABLES["small_area_boundaries"].column_names))
    return NationalRows(
        "small_area_boundaries", frame, "published", "ons_msoa_boundaries_2021", "2021", of=""
    )


def _practices_nearby(around: Surroundings) -> NationalRows:
    outside = around.practices[around.practices["place"] == ""]
    outside = outside.assign(practice_name=outside["practice_name"].map(name_in_words))
    return NationalRows(
        "practices_nearby",
        outside[list(INPUT_TABLES["practices_nearby"].column_names)],
        "published",
        "nhs_england_registered_patients",
        "2026-07-01",
        of="",
    )
