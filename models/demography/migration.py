"""Migration flows by age and sex: a model schedule over the place's own people, scaled to published totals.

How large the net flow must be follows from the dwellings, in the kernel, which splits it into gross flows.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from models.arrays import FloatArray
from models.demography.area_inputs import AGES, Flows


@dataclass(frozen=True)
class ModelSchedule:
    """Parameters of the seven-parameter model migration schedule (Rogers and Castro 1981)."""

    childhood_level: float
    childhood_descent: float
    labour_level: float
    labour_mean_age: float
    labour_descent: float
    labour_ascent: float
    constant: float

    def rates(self) -> FloatArray:
        """(AGES,) relative propensity to move at each age."""
        age = np.arange(AGES, dtype=np.float64)
        since = age - self.labour_mean_age
        return np.asarray(
            self.childhood_level * np.exp(-self.childhood_descent * age)
            + self.labour_level * np.exp(-self.labour_descent * since - np.exp(-self.labour_ascent * since))
            + self.constant
        )


@dataclass(frozen=True)
class GrossFlows:
    """Published migrants of a year: people moving within the country and across its border."""

    internal_in: float
    internal_out: float
    international_in: float
    international_out: float

    def __post_init__(self) -> None:
        for name in ("internal_in", "internal_out", "international_in", "international_out"):
            if getattr(self, name) < 0:
                raise ValueError(f"{name} is {getattr(self, name):g}, below 0")

    @property
    def turnover(self) -> float:
        """Migrants in and out, halved: how many residents are replaced."""
        return 0.5 * (self.internal_in + self.internal_out + self.international_in + self.international_out)


def usual_flows(
    population: FloatArray,
    schedule: FloatArray,
    totals: GrossFlows,
    nation: FloatArray,
    international_in: FloatArray,
    international_out: FloatArray,
    new_home_tilt: FloatArray,
    newcomers_per_dwelling: float,
    structural: tuple[FloatArray, FloatArray],
) -> Flows:
    """An area's flows: movers follow the place's own people, in as well as out, over borders too.

    population, nation: (2, AGES). schedule: (AGES,) propensity to move within the country.
    international_in, international_out: (2, AGES) migrants of the nation, rates of which apply to the place's
    people. new_home_tilt: (AGES,) how many more (or fewer) of the usual in-movers of an age come to new
    homes. structural: net flow by count and a resident (`structure.structural_flow`).
    """
    movers = population * schedule
    inflow_rate = schedule / movers.sum() * totals.internal_in
    outflow_rate = schedule / movers.sum() * totals.internal_out
    share = np.divide(population, nation, out=np.zeros_like(population), where=nation > 0)
    arriving = international_in * share
    propensity = np.divide(international_out, nation, out=np.zeros_like(nation), where=nation > 0)
    leaving = (population * propensity).sum()
    new_homes = movers * new_home_tilt
    return Flows(
        inflow_count=arriving / arriving.sum() * totals.international_in,
        inflow_rate=np.tile(inflow_rate, (2, 1)),
        outflow_rate=outflow_rate + propensity / leaving * totals.international_out,
        fixed_count=structural[0],
        fixed_rate=structural[1],
        new_home_profile=new_homes / new_homes.sum(),
        newcomers_per_dwelling=newcomers_per_dwelling,
    )


def usual_growth(flows: GrossFlows, births: float, deaths: float, residents: float) -> float:
    """People gained a year by births, deaths and migration of each resident; all figures of a year."""
    migrants = flows.internal_in - flows.internal_out + flows.international_in - flows.international_out
    return (births - deaths + migrants) / residents


def mid_year_events(
    years: Iterable[int], by_mid_year: Mapping[int, float], by_calendar_year: Mapping[int, float]
) -> list[float]:
    """Births or deaths of the twelve months to each mid-year: as published for mid-years or, where they are
    not, the mean of the two calendar years it lies in. Raises KeyError for a year that neither has."""
    return [
        by_mid_year[year]
        if year in by_mid_year
        else 0.5 * (by_calendar_year[year - 1] + by_calendar_year[year])
        for year in years
    ]


def residual_net_migration(
    first_population: float, last_population: float, births: Sequence[float], deaths: Sequence[float]
) -> float:
    """Net migrants a year between two censuses: the change that births and deaths leave unexplained.

    births and deaths: one a year between the two.
    """
    if len(births) != len(deaths):
        raise ValueError(f"{len(births)} years of births, {len(deaths)} of deaths")
    return (last_population - first_population - sum(births) + sum(deaths)) / len(births)
