"""The tables that requirement and supply of staff are made of, besides demand, in one bundle.

Which tables they are, and nothing of what is made of them.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, fields
from functools import cached_property

import dagster as dg
import numpy as np
import pandas as pd
from numpy.typing import NDArray

from assets.inputs.assumptions import Assumptions
from assets.inputs.scenarios import read_scenarios
from assets.inputs.system_totals import system_code
from assets.workforce.norm_matrices import GP_SHARE, held_to_gp_share
from models.arrays import FloatArray

Group = tuple[str, str]
"""Sector and staff group."""
Unit = tuple[str, str, str]
"""Area, sector, staff group."""
WORKING_AGES = (16, 64)


@dataclass(frozen=True)
class StaffingTables:
    """Every field is the asset of its name."""

    staffing_base: pd.DataFrame
    staff_in_post: pd.DataFrame
    staff_groups: pd.DataFrame
    staffing_norms: pd.DataFrame
    skill_mix: pd.DataFrame
    staff_age_profiles: pd.DataFrame
    leaving_by_age: pd.DataFrame
    workforce_policies: pd.DataFrame
    recorded_staff: pd.DataFrame
    recorded_staff_flows: pd.DataFrame
    recorded_level: pd.DataFrame
    provider_level: pd.DataFrame
    staff_pay: pd.DataFrame
    workforce_lever_limits: pd.DataFrame
    workforce_budgets: pd.DataFrame
    place_staff_rates: pd.DataFrame
    population_single_year: pd.DataFrame
    gp_workforce_and_patients: pd.DataFrame
    places: pd.DataFrame
    providers: pd.DataFrame
    services: pd.DataFrame
    scenarios: pd.DataFrame
    assumptions: pd.DataFrame

    def __post_init__(self) -> None:
        """The skill mix is held to what GPs deliver on record, once for requirement and levers."""
        held = held_to_gp_share(self.skill_mix, self.known.value(GP_SHARE))
        object.__setattr__(self, "skill_mix", held)

    @cached_property
    def known(self) -> Assumptions:
        """The assumptions, by id."""
        return Assumptions(self.assumptions)

    @property
    def base_year(self) -> int:
        """The year that posts and staff in post are of."""
        return int(self.known.value("demand.base_year"))

    @cached_property
    def counted_units(self) -> set[tuple[str, str]]:
        """Area and group of staff that a file counted in the base year: their level is no assumption."""
        base = self.staffing_base
        chosen = base[base["recorded"].eq("file") & base["staff_at"].ge(f"{self.base_year}-04")]
        return set(zip(chosen["area"], chosen["staff_group"], strict=True))

    @cached_property
    def recorded_vacancies(self) -> dict[tuple[str, str], float]:
        """Vacant share of posts in per cent by area and group, where a file gives it."""
        chosen = self.staffing_base.dropna(subset=["recorded_vacancy_percent"])
        columns = ["area", "staff_group", "recorded_vacancy_percent"]
        return {(area, group): value for area, group, value in chosen[columns].to_numpy()}

    @cached_property
    def known_establishments(self) -> set[tuple[str, str]]:
        """Area and group of posts that rest on staff and vacancies counted at one date."""
        later = self.staffing_base["vacancies_month"].fillna("").ge(f"{self.base_year + 1}-04")
        chosen = self.staffing_base[later]
        later_units = set(zip(chosen["area"], chosen["staff_group"], strict=True))
        return later_units | (self.counted_units & set(self.recorded_vacancies))

    @cached_property
    def turnover(self) -> dict[tuple[str, str], tuple[float, float]]:
        """Turnover and England's, in per cent, by place and staff group where a place has one."""
        rows = self.place_staff_rates
        keys = zip(rows["place"], rows["staff_group"], strict=True)
        return dict(zip(keys, zip(rows["percent"], rows["england_percent"], strict=True), strict=True))

    @cached_property
    def principal(self) -> str:
        """The scenario whose base year everything is calibrated on."""
        return read_scenarios(self.scenarios)[0].name

    @cached_property
    def system(self) -> str:
        """Code of the system as a whole."""
        return system_code(self.places)

    @cached_property
    def people_of_working_age(self) -> pd.DataFrame:
        """Principal people of working age by scenario and year, a column a place and the system."""
        people = self.population_single_year
        # Numbers first: text is compared only where they fit.
        people = people[people["age"].between(*WORKING_AGES)]
        people = people[people["sex"] != "persons"]
        by_place = people.pivot_table("principal", ["scenario", "year"], "place", aggfunc="sum")
        if self.system not in by_place:
            by_place[self.system] = by_place.sum(axis=1)
        return by_place

    def working_ages(self, areas: Sequence[str], years: NDArray[np.int64]) -> FloatArray:
        """People of working age (scenario, year, area): the place's, the system's of an area that is none."""
        people = self.people_of_working_age
        rows = pd.MultiIndex.from_product([list(self.scenarios["scenario"]), years])
        at = people.index.get_indexer(rows)
        if (at < 0).any():
            raise KeyError(f"no people of working age of {rows[at < 0][0]}")
        columns = people.columns.get_indexer(
            pd.Index([area if area in people else self.system for area in areas])
        )
        return people.to_numpy()[at][:, columns].reshape(-1, len(years), len(areas))

    @cached_property
    def people_of_all_ages(self) -> pd.DataFrame:
        """Principal people by scenario and year, a column a place."""
        people = self.population_single_year
        people = people[people["sex"] != "persons"]
        return people.pivot_table("principal", ["scenario", "year"], "place", aggfunc="sum")

    @cached_property
    def trusts(self) -> list[str]:
        """The acute trusts of the system."""
        return list(self.providers.loc[self.providers["kind"] == "acute", "provider"])

    def groups(self, *calibrated_on: str) -> list[Group]:
        """Sector and staff group of those calibrated on one of these, in order."""
        chosen = self.staff_groups[self.staff_groups["calibrated_on"].isin(calibrated_on)]
        return sorted(zip(chosen["sector"], chosen["staff_group"], strict=True))

    def units(self, areas: Sequence[str]) -> list[Unit]:
        """Staff groups of the areas, area by area in the order asked for, the groups in theirs."""
        columns = ["area", "sector", "staff_group"]
        rows = set(self.staffing_base[columns].itertuples(index=False, name=None))
        return [unit for area in areas for unit in sorted(rows) if unit[0] == area]


TABLES = {field.name: dg.AssetIn() for field in fields(StaffingTables)}
"""Inputs of an asset that takes the bundle."""
