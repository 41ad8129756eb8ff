"""The chain from homes to people, services, space and staff, on homes that differ by year and place.

Every stage is asked as in the run itself, for its principal run alone: a scenario for each year and place
whose homes are more.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, fields, replace
from functools import cached_property
from typing import Any, NamedTuple

import numpy as np
import pandas as pd
import xarray as xr

from assets.demand.demand_run import DemandInputs, DemandRun, Residents
from assets.demand.provider_demand import faced_by_providers
from assets.estates.estates_areas import Labels
from assets.estates.estates_capital import Capital, Costs
from assets.estates.facility_parameters import Facilities
from assets.estates.hospital_estates import place_area
from assets.estates.premises import Existing
from assets.inputs.assumptions import Assumptions
from assets.inputs.scenarios import read_scenarios, scenario_table
from assets.inputs.settings import RunSettings
from assets.population.population_figures import PopulationInputs
from assets.population.population_run import PopulationRun
from assets.tables.by_place import ByPlace
from assets.workforce.required_staff import place_needs, provider_needs
from assets.workforce.staff_draws import AreaStaff, area_staff
from assets.workforce.workforce_inputs import StaffingTables
from housing_trajectories.schema import TOTAL_REFERENCE
from models.arrays import FloatArray
from models.demography.area_inputs import AGES
from models.evaluation.unit_responses import with_more_each_year

MORE = 100.0
"""Homes more in one year of a place: enough that rounding is nothing of the answer."""
NOW = "now"
BANDS = {"all": (0, AGES), "0-15": (0, 16), "16-64": (16, 65), "65+": (65, AGES), "85+": (85, AGES)}
_AGE_GROUPS = (0, 16, 65)
"""First ages of the groups that staff supply asks for."""


class RunAnswer(NamedTuple):
    """Values (run, year) of one quantity of an area; `runs_of` is the place whose homes differ."""

    area_kind: str
    area: str
    measure: str
    sector: str
    name: str
    runs_of: str
    values: FloatArray


@dataclass(frozen=True)
class RespondingInputs:
    """The tables that the chain takes, by the name of their asset."""

    tables: Mapping[str, pd.DataFrame]
    trajectories: ByPlace
    settings: RunSettings

    def bundle(self, kind: type) -> Any:
        """The tables of a stage's bundle."""
        return kind(**{field.name: self.tables[field.name] for field in fields(kind)})


class RespondingRun:
    """The principal scenario as it is, and with MORE homes in one year of one place at a time.

    `open_years` are the financial years without a record, by place in the order of the runs.
    """

    def __init__(self, given: RespondingInputs) -> None:
        self._given = given
        self._settings = given.settings.model_copy(update={"draws": 0})
        self._principal = read_scenarios(given.tables["scenarios"])[0]
        delivered = given.tables["housing_delivery"]
        delivered = delivered[delivered["scenario"] == self._principal.name]
        self._homes = delivered[delivered["site_reference"] == TOTAL_REFERENCE]
        self.places = list(given.trajectories)
        self._runs = {place: self._runs_of(place) for place in self.places}

    def _runs_of(self, place: str) -> tuple[list[int], FloatArray]:
        rows = self._homes[self._homes["place"] == place].sort_values("year")
        recorded = rows["phasing_basis"].eq("recorded").to_numpy()
        runs = with_more_each_year(rows["principal"].to_numpy(float), int(recorded.sum()), MORE)
        return rows["year"].astype(int).tolist(), runs

    def open_years(self, place: str) -> list[int]:
        """Financial years whose homes differ, in the order of the place's runs after the first."""
        years, runs = self._runs[place]
        return years[len(years) - len(runs) : -1]

    @cached_property
    def years(self) -> list[int]:
        """The financial years that services are worked out for."""
        return [int(year) for year in self._demand.years]

    @cached_property
    def _demand(self) -> DemandRun:
        numbers = [str(number) for number in range(max(len(runs) for _, runs in self._runs.values()))]
        given = replace(self._given.bundle(DemandInputs), scenarios=self._scenarios(numbers))
        return DemandRun(given, self._settings, 0)

    @cached_property
    def residents(self) -> dict[str, Residents]:
        """People of each place (run, mid-year, sex, age)."""
        recorded = int(self._given.tables["net_additional_dwellings"]["year"].max()) + 1
        found = {}
        for place in self.places:
            years, runs = self._runs[place]
            names = [str(number) for number in range(len(runs))]
            homes = xr.Dataset(
                {"net_additional_dwellings": (_HOMES, runs[:, None, :, None])},
                coords={"scenario": names, "draw": [0], "year": years, "site_reference": ["all"]},
            )
            run = PopulationRun(
                self._given.bundle(PopulationInputs),
                self._given.tables["assumptions"],
                self._scenarios(names),
                ByPlace([place], {place: homes}.__getitem__),
                recorded,
                self._settings,
                trajectories=self._given.trajectories,
            )
            projections = [projection for _, projection in run.projections(place, 0)]
            found[place] = Residents(
                years,
                np.concatenate([each.population for each in projections]),
                np.concatenate([each.births for each in projections]),
            )
        return found

    def _scenarios(self, names: list[str]) -> pd.DataFrame:
        return scenario_table([self._principal.model_copy(update={"name": name}) for name in names])

    @cached_property
    def _own_demand(self) -> dict[str, FloatArray]:
        """Demand of each place's people in its own runs (run, year, service)."""
        return {
            place: self._demand.demands(place, _by_run(people))[:, 0]
            for place, people in self.residents.items()
        }

    @cached_property
    def _pairs(self) -> list[tuple[str, int]]:
        """Place and number of each run in which any homes differ, the run as it is first."""
        return [("", 0)] + [
            (place, number) for place in self.places for number in range(1, len(self._runs[place][1]))
        ]

    @cached_property
    def _names(self) -> list[str]:
        return [NOW] + [f"{place} {number}" for place, number in self._pairs[1:]]

    def _at(self, place: str) -> list[int]:
        """Which of a place's own runs stands in each pair."""
        return [number if whose == place else 0 for whose, number in self._pairs]

    @cached_property
    def demand_draws(self) -> dict[str, xr.Dataset]:
        """Demand of each place in every run, as the stages pass it on; its one draw is the principal run."""
        return {
            place: xr.Dataset(
                {"demand": (("scenario", "draw", "year", "service"), values[self._at(place)][:, None])},
                coords={
                    "scenario": self._names,
                    "draw": [0],
                    "year": self._demand.years,
                    "service": self._demand.services,
                },
            )
            for place, values in self._own_demand.items()
        }

    @cached_property
    def _faced(self) -> xr.Dataset:
        tables = self._given.tables
        return faced_by_providers(
            ByPlace(self.places, self.demand_draws.__getitem__),
            tables["recorded_level"],
            tables["place_to_provider_shares"],
            tables["providers"],
            tables["services"],
            self._scenarios(self._names),
            tables["assumptions"],
            self._settings,
        ).demanded.to_dataset(name="provider_demand")

    @cached_property
    def facilities(self) -> Facilities:
        """Coefficients of the principal run."""
        return self.facilities_at(self._given.tables["assumptions"])

    def facilities_at(self, assumptions: pd.DataFrame) -> Facilities:
        """Coefficients of the principal run under other assumptions."""
        tables = self._given.tables
        return Facilities(
            tables["facilities"],
            self._demand.services,
            tables["acute_beds_monthly"],
            assumptions,
            self._settings,
        )

    @cached_property
    def staff(self) -> list[AreaStaff]:
        """Staff of places and of trusts in every run."""
        tables = self._given.bundle(StaffingTables)
        given = replace(
            tables, scenarios=self._scenarios(self._names), population_single_year=self._people_by_run()
        )
        needed = place_needs(
            given, self._settings, ByPlace(self.places, self.demand_draws.__getitem__), self._faced
        )
        trusts = provider_needs(given, self._settings, self._faced)
        return [
            area_staff(given, self._settings, needed, "place"),
            area_staff(given, self._settings, trusts, "provider"),
        ]

    def _people_by_run(self) -> pd.DataFrame:
        """Rows of people by run, place and mid-year in the age groups that supply asks for."""
        parts = []
        for place, people in self.residents.items():
            groups = np.add.reduceat(people.people.sum(axis=2), _AGE_GROUPS, axis=-1)[self._at(place)]
            index = pd.MultiIndex.from_product(
                [self._names, people.mid_years, _AGE_GROUPS], names=["scenario", "year", "age"]
            )
            rows = index.to_frame(index=False)
            parts.append(rows.assign(place=place, sex="female", principal=groups.ravel()))
        return pd.concat(parts, ignore_index=True)

    def answers(self) -> Iterator[RunAnswer]:
        """Every quantity of every area, in the runs of each place whose homes reach it."""
        for place in self.places:
            yield from self._of_place(place)
        yield from self._of_providers()
        for staff in self.staff:
            yield from self._of_staff(staff)

    def _own(self, place: str) -> list[int]:
        """Positions of a place's own runs among all, the run as it is first."""
        return [0, *(at for at, (whose, _) in enumerate(self._pairs) if whose == place)]

    def _of_place(self, place: str) -> Iterator[RunAnswer]:
        people = self.residents[place]
        at = [people.mid_years.index(year) for year in self.years]
        by_age = people.people.sum(axis=2)[:, at]
        for band, (first, end) in BANDS.items():
            yield RunAnswer("place", place, "people", "", band, place, by_age[..., first:end].sum(axis=-1))
        for number, service in enumerate(self._demand.services):
            values = self._own_demand[place][..., number]
            yield RunAnswer("place", place, "demand", "", service, place, values)
        required = self._required(place)[0]
        for number, facility in enumerate(self.facilities.names):
            yield RunAnswer("place", place, "required", "", facility, place, required[..., number])

    def _required(self, place: str) -> FloatArray:
        """Facilities a place requires in its own runs (1, run, year, facility)."""
        demand = self.demand_draws[place]["demand"].isel(scenario=self._own(place))
        return self.facilities.required(demand, self.facilities.names)

    def _of_providers(self) -> Iterator[RunAnswer]:
        run, faced = self.facilities, self._faced["provider_demand"]
        for provider in self._trusts():
            names = run.at_provider(provider)
            required = run.required(faced.sel(provider=provider), names, provider)[0]
            for place in self.places:
                for number, facility in enumerate(names):
                    values = required[self._own(place)][..., number]
                    yield RunAnswer("provider", provider, "required", "", facility, place, values)

    def short(self) -> Iterator[tuple[str, str, FloatArray, str]]:
        """Place, facility, what is short of it (year,) in the run as it is, and whether a gap or growth."""
        existing = Existing(
            self._given.tables["premises"],
            self._given.tables["estate_schemes"],
            self._given.tables["practice_places"],
            self._given.tables["register_coverage"],
            self._demand.years,
            self._settings,
        )
        for place in self.places:
            area = place_area(place, self._required(place)[:, :1], self.facilities, existing)
            for facility, short, basis in self.capital.short(area):
                yield place, facility, short[0, 0], basis

    @cached_property
    def capital(self) -> Capital:
        """How pounds follow from what is to be built."""
        tables = self._given.tables
        known = Assumptions(tables["assumptions"])
        costs = Costs(self.facilities, tables["price_index"], known, self._settings)
        return Capital(self.facilities, costs, known, Labels(self._names, self._demand.years))

    def _trusts(self) -> list[str]:
        providers = self._given.tables["providers"]
        return list(providers.loc[providers["kind"] == "acute", "provider"])

    def _of_staff(self, staff: AreaStaff) -> Iterator[RunAnswer]:
        columns = staff.columns
        for area, of_area in staff.areas.items():
            for place in self.places if staff.kind == "provider" else [area]:
                own = self._own(place)
                required, in_post = (
                    values[..., 0][:, own]
                    for values in (of_area.required[columns], of_area.in_post[: len(columns)])
                )
                for number, (sector, group) in enumerate(staff.supplied):
                    yield RunAnswer(staff.kind, area, "required_wte", sector, group, place, required[number])
                    yield RunAnswer(staff.kind, area, "in_post_wte", sector, group, place, in_post[number])


def _by_run(people: Residents) -> dict[str, Residents]:
    """The people of each run, by its number."""
    return {
        str(number): Residents(people.mid_years, people.people[[number]], people.births[[number]])
        for number in range(len(people.people))
    }


_HOMES = ("scenario", "draw", "year", "site_reference")
