"""What the demand of places and trusts takes of staff, as the model takes it from the tables."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd
import xarray as xr
from numpy.typing import NDArray

from assets.assumptions import Assumptions
from assets.scenarios import read_scenarios
from assets.settings import RunSettings
from assets.workforce_base import vacancy_terms
from assets.workforce_norms import Group, norm_matrix, norms_by_year
from models.workforce import rates
from models.workforce.factors import posts_factor, staffing_factor
from models.workforce.requirement import calibration, required_wte, summed

FloatArray = NDArray[np.float64]


@dataclass(frozen=True)
class RequirementTables:
    """Everything the requirement is made of beside demand."""

    staffing_base: pd.DataFrame
    staff_groups: pd.DataFrame
    staffing_norms: pd.DataFrame
    skill_mix: pd.DataFrame
    scenarios: pd.DataFrame
    assumptions: pd.DataFrame
    settings: RunSettings

    @property
    def known(self) -> Assumptions:
        """The assumptions, by id."""
        return Assumptions(self.assumptions)

    @property
    def principal(self) -> str:
        """The scenario whose base year everything is calibrated on."""
        return read_scenarios(self.scenarios)[0].name

    def groups(self, *calibrated_on: str) -> list[Group]:
        """Sector and staff group of those calibrated on one of these."""
        chosen = self.staff_groups[self.staff_groups["calibrated_on"].isin(calibrated_on)]
        return list(zip(chosen["sector"], chosen["staff_group"], strict=True))


@dataclass(frozen=True)
class Needs:
    """The requirement of areas and what it is made of, for the levers.

    required (scenario, draw, year, area, group) in the order of `scenarios` and `areas`; activity by scenario
    and area (draw, year, service); calibrated by area (draw, group); factor (draw, year, group); vacancies
    (draw, group), per cent.
    """

    groups: list[Group]
    services: list[str]
    years: NDArray[np.int64]
    scenarios: list[str]
    areas: list[str]
    required: FloatArray
    activity: Mapping[tuple[str, str], FloatArray]
    calibrated: dict[str, FloatArray]
    factor: FloatArray
    vacancies: FloatArray

    def of(self, scenario: str, area: str) -> FloatArray:
        """The requirement of an area under a scenario (draw, year, group)."""
        return np.asarray(self.required[self.scenarios.index(scenario), :, :, self.areas.index(area)])


def activity_of(quantity: xr.DataArray, services: Sequence[str]) -> dict[str, FloatArray]:
    """Activity (draw, year, service) by scenario; a service the quantity does not have is nil."""
    if list(quantity["service"].to_numpy()) != list(services):
        quantity = quantity.reindex(service=list(services), fill_value=0.0)
    ordered = quantity.transpose("scenario", "draw", "year", "service")
    names = [str(name) for name in ordered["scenario"].to_numpy()]
    return dict(zip(names, ordered.to_numpy(), strict=True))


def needs(
    tables: RequirementTables,
    areas: Mapping[str, Mapping[str, FloatArray]],
    bases: Mapping[Group, Mapping[str, Sequence[str]]],
    calibrated_on: Mapping[str, Mapping[str, FloatArray]],
    services: Sequence[str],
    years: NDArray[np.int64],
) -> Needs:
    """The requirement of `areas`, each activity (draw, year, service) by scenario.

    `bases` says for each group and area whose posts and activity calibrate it, `calibrated_on` is the
    activity of those.
    """
    groups = list(bases)
    known, settings = tables.known, tables.settings
    norms = norm_matrix(known, tables.staffing_norms, tables.skill_mix, groups, services)
    vacancies = _vacancies(tables, groups)
    factor = _factors(tables, groups, years) * posts_factor(vacancies)[:, None, :]
    posts = tables.staffing_base.set_index(["area", "staff_group"])["wte"]
    base = {area: of_area[tables.principal][:, 0] for area, of_area in calibrated_on.items()}
    calibrated: dict[str, FloatArray] = {}
    for area in areas:
        columns = []
        for row, group in enumerate(groups):
            of_group = list(bases[group][area])
            total = float(posts.loc[[(name, group[1]) for name in of_group]].sum())
            columns.append(calibration(total, summed([base[name] for name in of_group]), norms[row]))
        calibrated[area] = np.stack(columns, axis=-1)
    activity: dict[tuple[str, str], FloatArray] = {}
    scenarios = read_scenarios(tables.scenarios)
    # Filled in place: a copy of it would be the largest array of the stage.
    required = np.empty((len(scenarios), len(factor), len(years), len(areas), len(groups)))
    for first, scenario in enumerate(scenarios):
        by_year = norms_by_year(
            known, tables.staffing_norms, tables.skill_mix, scenario.skill_mix, groups, services, years
        )
        for second, (area, of_area) in enumerate(areas.items()):
            activity[scenario.name, area] = of_area[scenario.name]
            required[first, :, :, second] = required_wte(
                of_area[scenario.name], by_year, calibrated[area], factor
            )
    if settings.draws + 1 != len(factor):
        raise ValueError(f"{len(factor)} draws of the factors, {settings.draws + 1} of the run")
    names = [scenario.name for scenario in scenarios]
    return Needs(
        groups,
        list(services),
        years,
        names,
        list(areas),
        required,
        activity,
        calibrated,
        factor,
        vacancies,
    )


def _vacancies(tables: RequirementTables, groups: Sequence[Group]) -> FloatArray:
    """Vacant share of posts in the base year (draw, group), per cent."""
    known, settings = tables.known, tables.settings
    columns = []
    for _, group in groups:
        rate, level = vacancy_terms(group)
        if level is None:
            columns.append(np.full(settings.draws + 1, known.value(rate)))
            continue
        columns.append(
            rates.vacancy_percents(
                known.value(rate), known.range(level), level, settings.draws, settings.seed
            )
        )
    return np.stack(columns, axis=-1)


def _factors(tables: RequirementTables, groups: Sequence[Group], years: NDArray[np.int64]) -> FloatArray:
    """Productivity and the level of the base year's staff (draw, year, group)."""
    known, settings = tables.known, tables.settings
    by_sector = {
        sector: staffing_factor(
            known.range(f"workforce.level_{sector}"),
            known.range("workforce.productivity_change"),
            sector,
            years,
            int(known.value("demand.base_year")),
            settings.draws,
            settings.seed,
        )
        for sector in sorted({sector for sector, _ in groups})
    }
    return np.stack([by_sector[sector] for sector, _ in groups], axis=-1)


def place_bases(
    tables: RequirementTables, places: Sequence[str], trusts: Sequence[str]
) -> dict[Group, dict[str, list[str]]]:
    """Whose posts calibrate a group in a place: the trusts' for hospital staff, else the place's own.

    Posts known for the system alone have been shared out to its places by their activity.
    """
    columns = ["sector", "staff_group", "calibrated_on"]
    rows = tables.staff_groups[columns].itertuples(index=False, name=None)
    return {
        (sector, group): {place: list(trusts) if basis == "providers" else [place] for place in places}
        for sector, group, basis in rows
    }
