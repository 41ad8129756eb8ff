"""What was known of England in 2011, for the backtest: the project's own data/ and the folder's fertility.

The same `NationalFigures` that the shipped run makes of later publications. The project holds no table of
international migrants by age of that time, so they move by the model schedule, as migrants within do.
"""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pandas as pd

from assets.assumptions import Assumptions
from assets.population_figures import BANDS, SEXES, grid
from assets.registry.population import RATE_BANDS
from benchmarks.backtest_folder import BASE_YEAR, TARGET_YEAR, project_table
from models.demography.area import AGES
from models.demography.graduation import band_edges, band_of_age
from models.demography.mortality import carried_forward, single_year_probabilities, yearly_improvement
from models.demography.place import NationalFigures
from models.demography.rates import expected_births, interpolate_years, returning_level

OLDEST = 110
RECENT_YEARS = 3
"""Years whose mean death rate is the starting level; their middle is the year it stands for."""


def national_figures(data: Path, known: Assumptions, schedule: np.ndarray) -> NationalFigures:
    """England's rates as they could be stated in 2011; schedule: (AGES,) propensity to move."""
    deaths = project_table("national_deaths")
    years = [int(year) for year in sorted(deaths["year"].unique()) if year <= BASE_YEAR]
    counted = {
        name: grid(deaths[deaths["year"] <= BASE_YEAR], name, year=years, sex=SEXES, age_band=BANDS)
        for name in ("deaths", "population")
    }
    rate = counted["deaths"] / counted["population"]
    nation = project_table("england_population")
    nation = nation[nation["year"] == BASE_YEAR].rename(columns={"age_from": "age"})
    people = grid(nation, "population", sex=SEXES, age=list(range(AGES)))
    rates = project_table("household_representative_rates")
    of_band = band_of_age(list(RATE_BANDS), AGES)
    steps = np.arange(TARGET_YEAR - BASE_YEAR + 1)
    return NationalFigures(
        mortality_years=BASE_YEAR + steps,
        death_probability=_mortality(np.array(years), rate, steps, known),
        past_mortality_years=np.array(years),
        past_death_rate=rate,
        past_population=counted["population"],
        fertility_years=BASE_YEAR + steps,
        fertility=_fertility(data, people, np.array(years), counted["population"], steps, known),
        representative_rate=grid(rates, "household_representative_rate", age_band=RATE_BANDS)[of_band],
        communal_share=grid(rates, "communal_share", age_band=RATE_BANDS)[of_band],
        international_in=people * schedule,
        international_out=people * schedule,
        population=people,
    )


def _mortality(years: np.ndarray, rate: np.ndarray, steps: np.ndarray, known: Assumptions) -> np.ndarray:
    """(years, 2, 2 + oldest): the latest level, falling at a part of each band's own pace of 2001-2011."""
    edges = band_edges(BANDS, AGES)
    level = single_year_probabilities(
        rate[-RECENT_YEARS:].mean(axis=0), edges, OLDEST, known.value("demography.early_infant_deaths")
    )
    pace = yearly_improvement(years, rate) * known.value("demography.mortality_improvement_kept")
    of_band = band_of_age(BANDS, AGES)
    by_age = np.concatenate(
        [pace[:, :1], pace[:, of_band], np.repeat(pace[:, -1:], OLDEST + 1 - AGES, axis=1)], axis=1
    )
    # The level stands for the middle of its years; a step's middle is half a year after its mid-year.
    since = steps + 0.5 + 0.5 * (RECENT_YEARS - 1)
    return carried_forward(level, by_age, since)


def _fertility(
    data: Path, people: np.ndarray, years: np.ndarray, past: np.ndarray, steps: np.ndarray, known: Assumptions
) -> np.ndarray:
    """(years, AGES): the folder's schedule, its level going back from 2011's to the mean of ten years."""
    table = pd.read_csv(data / "england_fertility_rates_npp_2012_based_2013.csv")
    schedule = np.zeros(AGES)
    schedule[table["age"].to_numpy(dtype=int)] = table["births_per_1000_women"].to_numpy(dtype=float) / 1000
    women = people[0] * (past[:, 0] / past[-1, 0])[:, band_of_age(BANDS, AGES)]
    # Infants at a mid-year stand for the births before it.
    infants = past[:, :, 0].sum(axis=1)
    level = infants / expected_births(women, interpolate_years([0], schedule[None], np.zeros(len(years))))
    path = returning_level(level[1:], known.value("demography.fertility_return"), steps)
    return schedule * path[:, None]
