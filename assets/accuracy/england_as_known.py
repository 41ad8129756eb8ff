"""England as it was known in a past year, out of the input tables: reshaping only."""

from __future__ import annotations

import numpy as np
import pandas as pd

from assets.inputs.assumptions import Assumptions
from assets.population.population_figures import BANDS, SEXES, grid
from assets.tables.declarations.named_values import RATE_BANDS
from models.demography.area_build import NationalFigures
from models.demography.area_inputs import AGES
from models.demography.as_known import RatesOutlook, Record, figures_as_known
from models.demography.graduation import band_of_age, graduate

BASE_YEAR, TARGET_YEAR = 2011, 2021
"""Of the places' own backtest: the two censuses at which their people by age are at hand."""
SINGLE_YEARS = 2011
"""The census whose single years of age shape the bands of other years."""


def national_figures_known_in(
    base_year: int,
    steps: int,
    known: Assumptions,
    schedule: np.ndarray,
    national_deaths: pd.DataFrame,
    england_population: pd.DataFrame,
    household_representative_rates: pd.DataFrame,
    fertility: pd.DataFrame,
) -> NationalFigures:
    """England's figures to a year, and how they were to go on for `steps` years.

    schedule: (AGES,) propensity to move. fertility: births_per_1000_women by single age, one schedule. Its
    shape and the representative rates are those of about 2011 whatever the year; levels are of the year.
    """
    deaths = national_deaths[national_deaths["year"] <= base_year]
    years = [int(year) for year in sorted(deaths["year"].unique())]
    of_band = band_of_age(list(RATE_BANDS), AGES)
    mothers = np.zeros(AGES)
    mothers[fertility["age"].to_numpy(dtype=int)] = fertility["births_per_1000_women"].to_numpy(dtype=float)
    by_band = {"age_band": RATE_BANDS}
    return figures_as_known(
        Record(
            years=np.array(years),
            bands=BANDS,
            deaths=grid(deaths, "deaths", year=years, sex=SEXES, age_band=BANDS),
            population=grid(deaths, "population", year=years, sex=SEXES, age_band=BANDS),
            people=england_by_age(base_year, national_deaths, england_population),
            fertility_schedule=mothers / 1000,
            representative_rate=grid(
                household_representative_rates, "household_representative_rate", **by_band
            )[of_band],
            communal_share=grid(household_representative_rates, "communal_share", **by_band)[of_band],
        ),
        RatesOutlook(
            improvement_kept=known.value("demography.mortality_improvement_kept"),
            early_infant_deaths=known.value("demography.early_infant_deaths"),
            growth_of_the_oldest=known.value("demography.growth_of_the_oldest"),
            fertility_return=known.value("demography.fertility_return"),
        ),
        schedule,
        steps,
    )


def england_by_age(year: int, national_deaths: pd.DataFrame, england_population: pd.DataFrame) -> np.ndarray:
    """(2, AGES) people of England: as published by single year, else bands shaped like those of 2011."""

    def published(one: int) -> np.ndarray:
        nation = england_population[england_population["year"] == one].rename(columns={"age_from": "age"})
        return grid(nation, "population", sex=SEXES, age=list(range(AGES)))

    if year == SINGLE_YEARS:
        return published(year)
    bands = grid(national_deaths[national_deaths["year"] == year], "population", sex=SEXES, age_band=BANDS)
    return graduate(bands, BANDS, pattern=published(SINGLE_YEARS))
