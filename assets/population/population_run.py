"""Projecting a place in every scenario: figures, parameters, spreads and homes brought to the models."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
import pandas as pd

from assets.inputs.assumptions import Assumptions
from assets.inputs.scenarios import read_scenarios
from assets.inputs.settings import RunSettings
from assets.population.population_figures import (
    PopulationInputs,
    national_figures,
    parameters,
    past_net_migration,
    past_rate_path,
    place_figures,
    spreads,
    spreads_of,
    stock_at_base,
)
from assets.tables.by_place import ByPlace
from housing_trajectories.delivery.selection import Plans, planned_bedrooms
from models.demography.area_build import LocalRatios, PlaceFigures, build_area, local_ratios
from models.demography.area_inputs import AreaInputs, Factors
from models.demography.communal import with_communal
from models.demography.households import dwellings_at_mid_year
from models.demography.projection import Projection, project_area
from models.demography.projection_factors import Spreads, draw_factors, draw_net_migration

RECORDED, PAST_RATE = "recorded", "past_rate"
"""Homes a projection from the base alone knows of: those built since, or only the record before."""


class PopulationRun:
    """One run of the population stage, asked place by place; it keeps a place's figures, never its draws.

    homes: the housing stage's draws of net additional dwellings, trajectories: the bedrooms of care homes and
    students planned beside them, none where it is not given. recorded_until: last mid-year whose
    dwellings are on record, up to which a trend run stands on them.
    """

    def __init__(
        self,
        inputs: PopulationInputs,
        assumptions: pd.DataFrame,
        scenarios: pd.DataFrame,
        homes: ByPlace,
        recorded_until: int,
        settings: RunSettings,
        trajectories: ByPlace | None = None,
    ) -> None:
        self._inputs = inputs
        self._known = Assumptions(assumptions)
        self._scenarios = read_scenarios(scenarios)
        self._homes = homes
        self._trajectories = trajectories
        self._settings = settings
        self._recorded_until = recorded_until
        self._national = national_figures(inputs)
        self._figures_of: dict[str, PlaceFigures] = {}
        self._bedrooms_of: dict[tuple[str, Plans], np.ndarray] = {}
        self._parameters = parameters(self._known)
        self._estimates_until = int(inputs.population_estimates["year"].max())
        self._spreads = spreads(
            self._known, int(inputs.births_and_deaths["year"].max()), self._estimates_until
        )

    def projections(self, place: str, draws: int) -> Iterator[tuple[str, Projection]]:
        """Every scenario's projection in turn: the principal run and the first `draws` draws."""
        years, dwellings = self._dwellings(place)
        area = self._area(place, years, float(next(iter(dwellings.values()))[0, 0]), rebased=True)
        steps = len(years) - 1
        own = self._spreads_of(place, float(next(iter(dwellings.values()))[0, 0]))
        factors = draw_factors(own, self._settings.seed, place, draws, years[0], steps)
        made: list[tuple[np.ndarray, np.ndarray, Projection]] = []
        for scenario in self._scenarios:
            if scenario.population == "trend":
                homes = next(iter(dwellings.values()))[: draws + 1]
                migrants = draw_net_migration(
                    own,
                    past_net_migration(place, self._inputs),
                    area.base_population.sum(),
                    self._settings.seed,
                    place,
                    draws,
                    years[0],
                    steps,
                )
                yield scenario.name, project_area(area, factors, homes, migrants)
                continue
            homes = dwellings[scenario.name][: draws + 1]
            bedrooms = self._bedrooms(place, scenario.plans, years)
            # Scenarios that differ only in models of care have the same homes, hence the same people.
            projection = next(
                (other for b, c, other in made if np.array_equal(b, homes) and np.array_equal(c, bedrooms)),
                None,
            )
            if projection is None:
                projection = project_area(self._with_communal(area, bedrooms), factors, homes)
                made.append((homes, bedrooms, projection))
            yield scenario.name, projection

    def unrebased(self, place: str) -> Iterator[tuple[str, Projection]]:
        """The principal run from the base year to the last estimate, raked to none: on the homes that were
        recorded since, and on those that the record up to the base would have led to expect."""
        years, dwellings = self._dwellings(place)
        steps = self._estimates_until - years[0]
        yield RECORDED, self._alone(place, years, next(iter(dwellings.values()))[:1, : steps + 1])
        usual = self._known.value("demography.usual_dwelling_growth")
        expected = past_rate_path(place, self._inputs.dwelling_stock, years[0], steps, self._known, usual)
        yield PAST_RATE, self._alone(place, years, expected[None])

    def _alone(self, place: str, years: list[int], homes: np.ndarray) -> Projection:
        steps = homes.shape[1] - 1
        area = self._area(place, years[: steps + 1], float(homes[0, 0]), rebased=False)
        return project_area(area, Factors.central(steps), homes)

    def local_ratios(self, place: str) -> LocalRatios:
        """The place's births and deaths over what national rates would give."""
        _, dwellings = self._dwellings(place)
        figures = self._figures(place, float(next(iter(dwellings.values()))[0, 0]))
        return local_ratios(figures, self._national, self._parameters)

    def _spreads_of(self, place: str, base_dwellings: float) -> Spreads:
        figures = self._figures(place, base_dwellings)
        counted = figures.earlier_year is not None or bool(figures.estimates)
        return spreads_of(place, self._spreads, self._known, counted_before=counted)

    def _figures(self, place: str, base_dwellings: float) -> PlaceFigures:
        if place not in self._figures_of:
            self._figures_of[place] = place_figures(place, self._inputs, self._known, base_dwellings)
        return self._figures_of[place]

    def _area(self, place: str, years: list[int], base_dwellings: float, *, rebased: bool) -> AreaInputs:
        return build_area(
            self._figures(place, base_dwellings),
            self._national,
            self._parameters,
            len(years) - 1,
            dwellings_known=self._recorded_until - years[0],
            rebased=rebased,
        )

    def _bedrooms(self, place: str, plans: Plans, years: list[int]) -> np.ndarray:
        """(2, years) bedrooms of care homes and of students that open in each financial year."""
        if self._trajectories is None:
            return np.zeros((2, len(years)))
        if (place, plans) not in self._bedrooms_of:
            self._bedrooms_of[place, plans] = planned_bedrooms(self._trajectories[place], plans, years)
        return self._bedrooms_of[place, plans]

    def _with_communal(self, area: AreaInputs, bedrooms: np.ndarray) -> AreaInputs:
        if not bedrooms.any():
            return area
        return with_communal(
            area,
            bedrooms,
            [self._known.value(f"demography.{kind}_bedroom_occupancy") for kind in ("communal", "student")],
            (
                int(self._known.value("demography.student_first_age")),
                int(self._known.value("demography.student_last_age")),
            ),
        )

    def _dwellings(self, place: str) -> tuple[list[int], dict[str, np.ndarray]]:
        """Mid-years, and dwellings by draw and mid-year in every housing-led scenario."""
        built = self._homes[place]["net_additional_dwellings"]
        years = [int(year) for year in built["year"].values]
        if years != list(range(self._inputs.base_year, years[-1] + 1)):
            raise ValueError(f"{place}: homes of {years[0]} to {years[-1]}, base {self._inputs.base_year}")
        total = built.sum("site_reference")
        stock = stock_at_base(place, self._inputs)
        return years, {
            str(name): dwellings_at_mid_year(stock, total.sel(scenario=name).values)
            for name in built["scenario"].values
        }
