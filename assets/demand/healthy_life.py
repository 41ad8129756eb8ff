"""How many years of healthy life are gained: the elicitation, or what a scenario says instead.

`principal` takes the share of remaining life that experts expect to be lived in good health, by year and sex,
times the life that people of 65 have before them. Any other word takes the row of assumptions.csv with that
word behind its name: years gained in ten at 65, for both sexes.
"""

from __future__ import annotations

from functools import cached_property

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from scipy.special import ndtr

from assets.demand.activity_rates import SEXES
from assets.demand.demand_variants import HEALTHY_YEARS, PRINCIPAL, of_variant
from assets.inputs.assumptions import Assumptions
from models.arrays import FloatArray
from models.demand import health_status
from models.uncertainty.ensemble import factor_draws, standard_normal

REFERENCE_AGE = 65
"""The age experts were asked about."""
_TERMS = [f"term_{number}" for number in range(1, 10)]


class HealthyLife:
    """Years of healthy life gained at the age of reference by draw, year and sex, and what that is at others.

    One shock a draw: a draw in which people are healthier is so in every year, for both sexes and everywhere.
    """

    def __init__(
        self,
        elicitation: pd.DataFrame,
        life_expectancy: pd.DataFrame,
        known: Assumptions,
        years: NDArray[np.int64],
        seed: int,
        draws: int,
    ) -> None:
        self._elicitation, self._life_expectancy = elicitation, life_expectancy
        self._known, self._years, self._seed, self._draws = known, years, seed, draws
        self._kept: dict[str, FloatArray] = {}
        self._at_ages: FloatArray | None = None

    def gained(self, variant: str) -> FloatArray:
        """Years of healthy life gained at the age of reference since the base year (draw, year, sex)."""
        if variant not in self._kept:
            shock = standard_normal(self._seed, "healthy_years", "common", "all", self._draws)
            if variant == PRINCIPAL:
                probability = ndtr(shock[:, 0])
                probability[0] = self._known.value("demand.health_status_probability")
                self._kept[variant] = self._elicited(probability)
            else:
                a_decade = factor_draws(*self._known.range(of_variant(HEALTHY_YEARS, variant)), shock)[:, 0]
                since = (self._years - self._years[0]).astype(float)
                self._kept[variant] = health_status.steadily_gained(a_decade, since)
        return self._kept[variant]

    def at_ages(self, last_age: int) -> FloatArray:
        """Years gained at each age (sex, 0 … last_age) for one gained at the age of reference."""
        if self._at_ages is None or self._at_ages.shape[1] != last_age + 1:
            self._at_ages = self._relative_gain(last_age)
        return self._at_ages

    def _relative_gain(self, last_age: int) -> FloatArray:
        first, last = (self._expected_life(year, np.arange(last_age + 1)) for year in self._years[[0, -1]])
        from_age = int(self._known.value("demand.health_status_from_age"))
        return health_status.gained_at_ages(first, last, REFERENCE_AGE, from_age)

    def _elicited(self, probability: FloatArray) -> FloatArray:
        """From the probability that each draw stands at (draw,)."""
        terms = np.stack(
            [self._of_sex(self._elicitation, sex).set_index("year")[_TERMS].to_numpy() for sex in SEXES],
            axis=1,
        )
        asked = np.sort(self._elicitation["year"].unique())
        # Beyond the years asked about the share stays, and life expectancy alone moves on.
        at = np.searchsorted(asked, np.clip(self._years, asked[0], asked[-1]))
        percent = health_status.bounded_metalog(terms[at], probability, 0.0, 100.0)
        life = np.stack([self._expected_life(year, np.array([REFERENCE_AGE]))[:, 0] for year in self._years])
        return health_status.healthy_life_gained(percent / 100, life)

    def _expected_life(self, year: int, ages: NDArray[np.int64]) -> FloatArray:
        """Years of life before people of these ages (sex, age), straight between years and ages given."""
        made = []
        for by_age in self._life_by_age:
            at_given = np.array([np.interp(year, years, lives) for years, lives in by_age.values()])
            made.append(np.interp(ages, list(by_age), at_given))
        return np.stack(made)

    @cached_property
    def _life_by_age(self) -> list[dict[int, tuple[FloatArray, FloatArray]]]:
        """Of each sex, by age the years given and the years of life before people of that age."""
        return [
            {
                int(str(age)): (rows["year"].to_numpy(dtype=float), rows["years"].to_numpy(dtype=float))
                for age, rows in self._of_sex(self._life_expectancy, sex).groupby("age")
            }
            for sex in SEXES
        ]

    @staticmethod
    def _of_sex(table: pd.DataFrame, sex: str) -> pd.DataFrame:
        """A sex's rows, the earlier years first: tables may come in any order."""
        return table[table["sex"] == sex].sort_values("year")
