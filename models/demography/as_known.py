"""National figures as they could be stated at a past census: for projections that are held against what came.

The same `NationalFigures` that the shipped run makes of later national projections, made here of recorded
deaths, births and one fertility schedule. Which tables they come from is the caller's business.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from models.arrays import FloatArray
from models.demography.area_build import NationalFigures
from models.demography.area_inputs import AGES
from models.demography.graduation import band_edges, band_of_age
from models.demography.mortality import carried_forward, single_year_probabilities, yearly_improvement
from models.demography.rate_paths import expected_births, returning_level

OLDEST = 110
RECENT_YEARS = 3
"""Years whose mean death rate is the starting level; their middle is the year it stands for."""


@dataclass(frozen=True)
class Record:
    """What a nation had recorded by its base year, the last of `years`.

    deaths, population: (years, 2, bands) of `bands`, the first of which is age 0. people: (2, AGES) in the
    base year. fertility_schedule, representative_rate, communal_share: (AGES,).
    """

    years: NDArray[np.int64]
    bands: list[str]
    deaths: FloatArray
    population: FloatArray
    people: FloatArray
    fertility_schedule: FloatArray
    representative_rate: FloatArray
    communal_share: FloatArray


@dataclass(frozen=True)
class RatesOutlook:
    """How rates go on: share of each band's own fall in mortality that is kept, share of infants' deaths
    before the first mid-year, yearly growth of people reaching the open age group, and yearly share left of
    fertility's distance from its mean."""

    improvement_kept: float
    early_infant_deaths: float
    growth_of_the_oldest: float
    fertility_return: float


def figures_as_known(
    record: Record, outlook: RatesOutlook, schedule: FloatArray, horizon: int
) -> NationalFigures:
    """National figures for `horizon` years from the record's base year.

    schedule: (AGES,) propensity to move; international migrants, of whose ages nothing is recorded, move by
    it as migrants within the country do.
    """
    steps = np.arange(horizon + 1)
    base_year = int(record.years[-1])
    return NationalFigures(
        mortality_years=base_year + steps,
        death_probability=_mortality(record, outlook, steps),
        past_mortality_years=record.years,
        past_death_rate=record.deaths / record.population,
        past_population=record.population,
        fertility_years=base_year + steps,
        fertility=_fertility(record, outlook, steps),
        representative_rate=record.representative_rate,
        communal_share=record.communal_share,
        international_in=record.people * schedule,
        international_out=record.people * schedule,
        population=record.people,
    )


def _mortality(record: Record, outlook: RatesOutlook, steps: NDArray[np.int64]) -> FloatArray:
    """(years, 2, 2 + oldest): the latest level, falling at a part of each band's own pace so far."""
    rate = record.deaths / record.population
    level = single_year_probabilities(
        rate[-RECENT_YEARS:].mean(axis=0),
        band_edges(record.bands, AGES),
        OLDEST,
        outlook.early_infant_deaths,
        outlook.growth_of_the_oldest,
    )
    # One year on record has no pace of its own: its level stays.
    pace = np.zeros_like(rate[-1])
    if len(rate) > 1:
        pace = yearly_improvement(record.years, rate) * outlook.improvement_kept
    of_band = band_of_age(record.bands, AGES)
    by_age = np.concatenate(
        [pace[:, :1], pace[:, of_band], np.repeat(pace[:, -1:], OLDEST + 1 - AGES, axis=1)], axis=1
    )
    # The level stands for the middle of its years; a step's middle is half a year after its mid-year.
    return carried_forward(level, by_age, steps + 0.5 + 0.5 * (RECENT_YEARS - 1))


def _fertility(record: Record, outlook: RatesOutlook, steps: NDArray[np.int64]) -> FloatArray:
    """(years, AGES): the schedule, its level going back from the base year's to the mean of those before."""
    of_band = band_of_age(record.bands, AGES)
    women = record.people[0] * (record.population[:, 0] / record.population[-1, 0])[:, of_band]
    # Infants at a mid-year stand for the births before it.
    infants = record.population[:, :, 0].sum(axis=1)
    level = infants / expected_births(women, np.tile(record.fertility_schedule, (len(women), 1)))
    # Of a single year on record nothing is known of a mean to go back to.
    path = returning_level(level[1:] if len(level) > 1 else level, outlook.fertility_return, steps)
    return np.asarray(record.fertility_schedule * path[:, None])
