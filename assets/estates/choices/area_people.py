"""Residents and new homes of neighbourhood teams, by year: those of their neighbourhoods, principal run."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import NamedTuple

import numpy as np
import pandas as pd

from assets.inputs.scenarios import PRINCIPAL
from assets.population.population_figures import by_keys
from models.arrays import FloatArray

FIRST_HOMES = 2025
"""The first financial year whose homes are counted."""


class AreaPeople(NamedTuple):
    """Of years the residents, and homes new since FIRST_HOMES (area, year); NaN where not known."""

    years: list[int]
    people: FloatArray
    homes: FloatArray


def area_people(
    areas: Sequence[str],
    last: int,
    neighbourhood_population: Mapping[str, pd.DataFrame],
    neighbourhood_homes: pd.DataFrame,
    of_neighbourhood: Mapping[str, str],
    of_msoa: Mapping[str, str],
) -> AreaPeople:
    """Residents and new homes of each area, from FIRST_HOMES to the last year.

    of_neighbourhood, of_msoa: its area by neighbourhood and by small area. An area to which none belongs, as
    a hub, and a year that the run does not have are NaN.
    """
    years = list(range(FIRST_HOMES, last + 1))
    populated = [
        rows[(rows["scenario"] == PRINCIPAL) & (rows["age_band"] == "all")]
        for rows in (neighbourhood_population[place] for place in neighbourhood_population)
    ]
    nobody = pd.DataFrame(columns=["neighbourhood", "year", "principal"])
    people = pd.concat(populated) if populated else nobody
    homes = neighbourhood_homes[neighbourhood_homes["scenario"] == PRINCIPAL]
    residents = _by_area(people, "principal", people["neighbourhood"].map(of_neighbourhood), areas, years)
    built = _by_area(homes, "homes", homes["msoa"].map(of_msoa), areas, years)
    # A small area without a row in a year that has others gets no homes in it.
    teams = np.isin(np.array(areas), list(set(of_msoa.values())))
    told = np.isin(years, homes["year"].unique())
    built = np.where(np.isnan(built) & teams[:, None] & told, 0.0, built)
    return AreaPeople(years, residents, np.cumsum(built, axis=1))


def _by_area(
    rows: pd.DataFrame, value: str, of_rows: pd.Series, areas: Sequence[str], years: list[int]
) -> FloatArray:
    """(area, year) sums of a column by the area of each row."""
    located = rows.assign(area=of_rows)
    located = located[located["area"].isin(areas) & located["year"].isin(years)]
    summed = located.groupby(["area", "year"])[value].sum().reset_index()
    return by_keys(summed, value, {"area": list(areas), "year": years})


def area_by_neighbourhood(neighbourhoods: pd.DataFrame, of_msoa: Mapping[str, str]) -> dict[str, str]:
    """The area that most small areas of each neighbourhood belong to; of equals the first by code."""
    areas = neighbourhoods["msoa"].map(of_msoa)
    counted = pd.crosstab(neighbourhoods["neighbourhood"], areas)
    return {} if counted.empty else {str(code): str(area) for code, area in counted.idxmax(axis=1).items()}
