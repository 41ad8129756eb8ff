"""Demand of a place's residents in one scenario: input tables brought to `models.demand`.

Used for all draws and for the principal run alone, so that the drivers of demand are those of what is
published.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, fields
from functools import partial
from typing import NamedTuple

import dagster as dg
import numpy as np
import pandas as pd
from numpy.typing import NDArray

from assets.demand.activity_rates import SEXES
from assets.demand.demand_variants import NONE, Change, level_term
from assets.demand.healthy_life import HealthyLife
from assets.demand.level_by_year import level_of_place, level_until, recorded_until
from assets.inputs.assumptions import Assumptions
from assets.inputs.scenarios import Scenario, read_scenarios
from assets.inputs.service_list import switched_on
from assets.inputs.settings import RunSettings
from assets.mitigation.mitigation_measures import Mitigation, Row
from models.arrays import FloatArray
from models.demand import activity, activity_change, health_status
from models.demand.activity_factors import ServiceSpread, activity_factors
from models.demand.driver_decomposition import USE, People
from models.demand.waiting_lists import demand_factor
from models.uncertainty.ensemble import factor_draws, standard_normal


@dataclass(frozen=True)
class DemandInputs:
    """The input tables of demand."""

    services: pd.DataFrame
    activity_rates: pd.DataFrame
    activity_calibration: pd.DataFrame
    recorded_level: pd.DataFrame
    mitigation_targets: pd.DataFrame
    mitigation_library: pd.DataFrame
    mitigation_shares: pd.DataFrame
    mitigation_exchange: pd.DataFrame
    health_status_elicitation: pd.DataFrame
    life_expectancy: pd.DataFrame
    waiting_list_imbalance: pd.DataFrame
    scenarios: pd.DataFrame
    assumptions: pd.DataFrame


DEMAND_INPUTS = {field.name: dg.AssetIn() for field in fields(DemandInputs)}
"""The assets that an asset asks for to make its DemandInputs."""


@dataclass(frozen=True)
class Residents:
    """People of a place at mid-years: (draw, mid-year, 2, 91), births up to them (draw, mid-year)."""

    mid_years: list[int]
    people: FloatArray
    births: FloatArray

    def same_as(self, other: Residents) -> bool:
        """Whether they are the other's people in every draw."""
        return (
            self.mid_years == other.mid_years
            and np.array_equal(self.births, other.births)
            and np.array_equal(self.people, other.people)
        )


class Expected(NamedTuple):
    """Expected activity (draw, year, service) at today's health; and of the services that go with health what
    each step in years of healthy life changes (draw, year, sex, step, service among them)."""

    level: FloatArray
    by_step: FloatArray


class DemandRun:
    """One run of resident demand, asked place by place and scenario by scenario, with `draws` draws."""

    def __init__(self, inputs: DemandInputs, settings: RunSettings, draws: int) -> None:
        self._inputs = inputs
        self._known = Assumptions(inputs.assumptions)
        self._settings = settings
        self._draws = draws
        self._services = switched_on(inputs.services)
        self._scenarios = {scenario.name: scenario for scenario in read_scenarios(inputs.scenarios)}
        self.base_year = int(self._known.value("demand.base_year"))
        last = int(self._known.value("demand.last_year"))
        self.years = np.arange(self.base_year, last + 1, dtype=np.int64)
        self.services = [str(service) for service in self._services["service"]]
        self._change = Change(
            self._known, self.years, settings.seed, draws, level_until(inputs.recorded_level)
        )
        self._health = HealthyLife(
            inputs.health_status_elicitation,
            inputs.life_expectancy,
            self._known,
            self.years,
            settings.seed,
            draws,
        )
        self._curves: tuple[str, dict[str, FloatArray]] = ("", {})
        self._factors: tuple[str, FloatArray] = ("", np.ones(0))
        self._calibrations: dict[str, FloatArray] = {}
        self._levels: dict[str, FloatArray] = {}
        self._mitigation = Mitigation(
            inputs.mitigation_targets,
            inputs.mitigation_library,
            inputs.mitigation_shares,
            inputs.mitigation_exchange,
            self.services,
            self._known,
            self.years,
            settings.seed,
            draws,
        )

    def demands(self, place: str, residents: Mapping[str, Residents]) -> FloatArray:
        """Demand (scenario, draw, year, service) of the people of each scenario."""
        made = []
        known: list[tuple[Residents, Expected]] = []
        for scenario, people in residents.items():
            # Scenarios that differ in use alone share their people and what is expected of them.
            expected = next((found for earlier, found in known if people.same_as(earlier)), None)
            if expected is None:
                expected = self._expected(place, people)
                known.append((people, expected))
            made.append(self._demand(place, scenario, people, expected))
        return np.stack(made)

    def demand(self, place: str, scenario: str, residents: Residents) -> FloatArray:
        """Demand (draw, year, service)."""
        return self.demands(place, {scenario: residents})[0]

    def _demand(self, place: str, scenario: str, residents: Residents, found: Expected) -> FloatArray:
        chosen = self._scenarios[scenario]
        growth = self._change.growth(self._services, chosen) * self._beyond_activity(place)
        stay = self._change.length_of_stay(self._services, chosen)
        expected = self._in_health(found, self._health.gained(chosen.health_status))
        calibration = self._calibration(place) * self._level(place)
        before = activity.unmitigated_demand(expected[0], calibration, growth[0], stay[0])
        return activity.resident_demand(
            expected,
            calibration,
            growth,
            self._mitigated(place, chosen, residents, before, self._draws + 1),
            stay,
            self._uncertain(place),
        )

    def principal(
        self, place: str, scenario: str, residents: Residents, without_homes: Residents | None
    ) -> tuple[People, dict[str, FloatArray]]:
        """People's need and the factors of their use (year, service) of the principal run.

        `without_homes` are the people had no home come after the base year, None where homes bring nobody.
        """
        found = self._expected(place, residents)
        level, calibration = found.level, self._calibration(place)
        # 1 unless an assumption says of its central value that it is not: its level is part of what people
        # need, and what it changes over the years is no work of people or their ages.
        usual = self._uncertain(place)[0]
        needed, size = level[0] * calibration * usual[0], self._size(residents)
        without, size_without = needed, size
        if without_homes is not None:
            without = self._expected(place, without_homes).level[0] * calibration * usual[0]
            size_without = self._size(without_homes)
        chosen = self._scenarios[scenario]
        gained = self._health.gained(chosen.health_status)[:1]
        growth = self._change.growth(self._services, chosen)[0]
        waiting = self._beyond_activity(place)
        stay = self._change.length_of_stay(self._services, chosen)[0]
        expected = self._in_health(Expected(level[:1], found.by_step[:1]), gained)[0]
        recorded = self._level(place)
        before = activity.unmitigated_demand(expected, calibration * recorded * waiting, growth, stay)
        factors = (
            recorded,
            waiting,
            np.divide(expected, level[0], out=np.ones_like(expected), where=level[0] > 0),
            growth * (usual / usual[0]),
            self._mitigated(place, chosen, residents, before, 1)[0],
            stay,
        )
        return People(size, size_without, needed, without), dict(zip(USE, factors, strict=True))

    def _expected(self, place: str, residents: Residents) -> Expected:
        first, last = self._span(residents)
        years = slice(first, last + 1)
        rates = self._rates(place, self.services)
        level = activity.expected_activity(residents.people, rates)[:, years]
        born = activity.financial_year_births(residents.births, axis=1)[:, years]
        for index in np.flatnonzero(self._services["people"] == "births"):
            level[..., index] = born * self._per_birth(self.services[index])
        return Expected(level, self._by_step(residents, rates[self._goes_with_health]))

    def _by_step(self, residents: Residents, rates: FloatArray) -> FloatArray:
        """What each step in years of healthy life changes (draw, year, sex, step, service)."""
        first, last = self._span(residents)
        people = residents.people[:, first : last + 2]
        at_ages = self._health.at_ages(people.shape[-1] - 1)
        oldest = self._known.value("demand.mean_age_of_oldest")
        changes = health_status.rates_by_step(rates, at_ages, oldest)
        return activity.expected_by_sex(people, changes)

    def _in_health(self, expected: Expected, gained: FloatArray) -> FloatArray:
        """Expected activity (draw, year, service) with `gained` (draw, year, sex) years of healthy life."""
        shifted = expected.level.copy()
        shifted[..., self._goes_with_health] += health_status.change_of_activity(expected.by_step, gained)
        return shifted

    @property
    def _goes_with_health(self) -> NDArray[np.bool_]:
        """Which services go with people's health."""
        return (self._services["health_status"] == "yes").to_numpy()

    def _span(self, residents: Residents) -> tuple[int, int]:
        """Positions of the first and last financial year among the mid-years."""
        mid_years, first, last = residents.mid_years, int(self.years[0]), int(self.years[-1])
        if not {first, last + 1} <= set(mid_years):
            raise ValueError(
                f"the projection has mid-years {mid_years[0]} to {mid_years[-1]}; demand of {first} to "
                f"{last} needs {first} to {last + 1}"
            )
        return mid_years.index(first), mid_years.index(last)

    def _size(self, residents: Residents) -> FloatArray:
        first, last = self._span(residents)
        people = residents.people[0].sum(axis=(1, 2))
        return activity.financial_year_average(people, axis=0)[first : last + 1]

    def _per_birth(self, service: str) -> float:
        return 1.0 if service == "births" else self._known.value(f"demand.{service}_per_birth")

    def _rates(self, place: str, services: list[str]) -> FloatArray:
        """Rates (service, 2, 91) of a place."""
        curves = self._curves_of(place)
        return np.stack([curves[service] for service in services])

    def _curves_of(self, place: str) -> dict[str, FloatArray]:
        """Every service's rates (2, 91) of a place; the last place asked for is kept."""
        if self._curves[0] != place:
            rates = self._inputs.activity_rates
            rows = rates[rates["place"] == place].sort_values(["service", "sex", "age"])
            shape = (-1, len(SEXES), rows["age"].max() + 1)
            names = rows["service"].to_numpy()[:: shape[1] * shape[2]]
            curves = rows["rate"].to_numpy().reshape(shape)
            self._curves = (place, {str(name): curve for name, curve in zip(names, curves, strict=True)})
        return self._curves[1]

    def _calibration(self, place: str) -> FloatArray:
        if place not in self._calibrations:
            factors = self._inputs.activity_calibration
            of_place = factors[factors["place"] == place].set_index("service")["factor"]
            self._calibrations[place] = of_place.loc[self.services].to_numpy()
        return self._calibrations[place]

    def _level(self, place: str) -> FloatArray:
        """Level (year, service) beside the base year's calibration, from records and monthly forecasts."""
        if place not in self._levels:
            self._levels[place] = level_of_place(
                self._inputs.recorded_level, place, self.years, self.services, self.base_year
            )
        return self._levels[place]

    def _beyond_activity(self, place: str) -> FloatArray:
        """Demand over activity (year, service) where waiting lists grow; 1 without a record of them."""
        table = self._inputs.waiting_list_imbalance
        rows = table[table["place"] == place].set_index("flow_group")
        percent = rows.reindex(self._services["flow_group"])[["imbalance_percent", "backlog_percent"]]
        gap, backlog = percent.fillna(0.0).to_numpy().T / 100
        return demand_factor(
            gap,
            backlog,
            self.years,
            self.base_year,
            self._known.value("demand.waiting_gap_reached_in"),
            self._known.value("demand.waiting_backlog_cleared_in"),
        )

    def _uncertain(self, place: str) -> FloatArray:
        """Activity factors (draw, year, service), the same in every scenario; the last place's are kept."""
        if self._factors[0] != place:
            self._factors = (place, self._drawn_factors(place))
        return self._factors[1]

    def _drawn_factors(self, place: str) -> FloatArray:
        """Activity factors (draw, year, service), those of registered patients on top."""
        factors = activity_factors(
            self._spreads(),
            place,
            len(self.years),
            self._draws,
            self._settings.seed,
            self._known.value("demand.activity_shared_variance"),
        )
        shock = standard_normal(self._settings.seed, "registered_ratio", "place", place, self._draws)
        final = factor_draws(*self._known.range("demand.registered_ratio_change"), shock)[:, 0]
        reached_in = self._known.value("demand.registered_ratio_reached_in")
        ratio = activity_change.widening(final, self.years, self.base_year, reached_in)
        for index in np.flatnonzero(self._services["people"] == "registered"):
            factors[:, :, index] *= ratio
        return factors

    def _spreads(self) -> list[ServiceSpread]:
        spreads = []
        on_record = recorded_until(self._inputs.recorded_level)
        columns = self._services[["service", "uncertainty", "linked_service"]]
        for service, uncertainty, linked in columns.itertuples(index=False, name=None):
            follows = linked if isinstance(linked, str) else None
            if uncertainty == "none":
                spreads.append(ServiceSpread(service, None, 0.0, follows))
                continue
            level = level_term(service, uncertainty)
            annual = self._known.high(f"demand.annual_drift_{uncertainty}")
            known = on_record.get(service, self.base_year) - self.base_year + 1
            spreads.append(ServiceSpread(service, self._known.range(level), annual, follows, known))
        return spreads

    def _mitigated(
        self, place: str, scenario: Scenario, residents: Residents, before: FloatArray, draws: int
    ) -> FloatArray:
        """What the scenario's models of care leave of each service (draw or 1, year, service)."""
        if scenario.mitigation == NONE:
            return np.ones((1, *before.shape))
        measured_on = partial(self._measured_on, place, scenario, residents)
        return self._mitigation.factors(place, before, measured_on, draws)

    def _measured_on(self, place: str, scenario: Scenario, residents: Residents, target: Row) -> FloatArray:
        """What a published target is a change of (year,): people, or activity of the principal run."""
        first, last = self._span(residents)
        ages = np.arange(residents.people.shape[-1])
        inside = (ages >= target["age_from"]) & (ages <= target["age_to"])
        curve = np.broadcast_to(inside.astype(float), residents.people.shape[-2:])
        growth, gained = np.ones(len(self.years)), np.zeros((1, len(self.years), len(SEXES)))
        if target["measure"] == "percent":
            service = str(target["measured_on"])
            curve = curve * self._rates(place, [service])[0]
            listed = self._inputs.services
            row = listed[listed["service"] == service]
            growth = self._change.growth(row, scenario)[0, :, 0]
            if row["health_status"].item() == "yes":
                gained = self._health.gained(scenario.health_status)[:1]
        principal = Residents(residents.mid_years, residents.people[:1], residents.births[:1])
        level = activity.expected_activity(principal.people, curve[None])[:, first : last + 1]
        by_step = self._by_step(principal, curve[None])
        return (level + health_status.change_of_activity(by_step, gained))[0, :, 0] * growth
