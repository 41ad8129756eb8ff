"""England as it was known in 2011, out of the input tables: reshaping only."""

from __future__ import annotations

import numpy as np
import pandas as pd

from assets.inputs.assumptions import Assumptions
from assets.population.population_figures import BANDS, SEXES, grid
from assets.tables.declarations.named_values import RATE_BANDS
from models.demography.area_build import NationalFigures
from models.demography.area_inputs import AGES
from models.demography.as_known import RatesOutlook, Record, figures_as_known
from models.demography.graduation import band_of_age

BASE_YEAR, TARGET_YEAR = 2011, 2021


def national_figures_of_2011(
    known: Assumptions,
    schedule: np.ndarray,
    national_deaths: pd.DataFrame,
    england_population: pd.DataFrame,
    household_representative_rates: pd.DataFrame,
    fertility: pd.DataFrame,
) -> NationalFigures:
    """England's figures to 2011, and how they were to go on to 2021.

    schedule: (AGES,) propensity to move. fertility: births_per_1000_women by single age, one schedule.
    """
    deaths = national_deaths[national_deaths["year"] <= BASE_YEAR]
    years = [int(year) for year in sorted(deaths["year"].unique())]
    nation = england_population[england_population["year"] == BASE_YEAR].rename(columns={"age_from": "age"})
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
            people=grid(nation, "population", sex=SEXES, age=list(range(AGES))),
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
        TARGET_YEAR - BASE_YEAR,
    )
