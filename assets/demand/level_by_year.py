"""The table of recorded levels, read: by place and year as an array, and how far records and forecasts go."""

from __future__ import annotations

import numpy as np
import pandas as pd

from models.arrays import FloatArray, IntArray
from models.demand.level_ratios import held

RECORDED = "recorded"
RECORDED_AND_FORECAST = "recorded and forecast"
RECORDED_IN_PART = "recorded in part"
FORECAST = "forecast"


def level_of_place(
    levels: pd.DataFrame, place: str, years: IntArray, services: list[str], base_year: int
) -> FloatArray:
    """Level (year, service) of a place's demand, 1 in the base year and for services without any."""
    found = np.ones((len(years), len(services)))
    for service, rows in levels[levels["place"] == place].groupby("service"):
        if service in services:
            ratios = np.concatenate([[1.0], rows.sort_values("year")["ratio"].to_numpy(float)])
            found[:, services.index(str(service))] = held(ratios, years, base_year)
    return found


def level_until(levels: pd.DataFrame) -> dict[str, int]:
    """The last year of each service whose level is recorded or forecast month by month."""
    return {str(service): int(year) for service, year in levels.groupby("service")["year"].max().items()}


def recorded_until(levels: pd.DataFrame) -> dict[str, int]:
    """The last year of each service that is recorded in all months."""
    return level_until(levels[levels["basis"] == RECORDED])
