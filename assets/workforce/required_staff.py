"""Staff required by the demand of places and trusts, from the tables."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np
import xarray as xr
from numpy.typing import NDArray

from assets.demand.demand_variants import NONE, of_variant
from assets.demand.level_by_year import level_of_place
from assets.inputs.assumptions import Assumptions
from assets.inputs.scenarios import Scenario, read_scenarios
from assets.inputs.settings import RunSettings
from assets.tables.by_place import ByPlace
from assets.workforce.norm_matrices import norm_matrix, norms_by_year
from assets.workforce.posts_and_staff import vacancy_terms
from assets.workforce.workforce_inputs import Group, StaffingTables
from models.arrays import FloatArray
from models.workforce import supply_rates
from models.workforce.productivity import base_level, counted_once, posts_factor, staffing_factor
from models.workforce.staff_requirement import (
    calibrated_factor,
    calibration,
    funded_factor,
    posts_kept,
    productivity_of,
    required_wte,
    summed,
)


@dataclass(frozen=True)
class StaffNeeds:
    """The requirement of areas and what it is made of, for the levers.

    required by area (group, scenario, year, draw) in the order of `groups` and `scenarios`; activity by
    scenario and area (draw, year, service); calibrated by area (draw, group); factor (draw, year, group);
    vacancies (draw, group), per cent.
    """

    groups: list[Group]
    services: list[str]
    years: NDArray[np.int64]
    scenarios: list[str]
    required: dict[str, FloatArray]
    activity: Mapping[tuple[str, str], FloatArray]
    calibrated: dict[str, FloatArray]
    factor: FloatArray
    vacancies: FloatArray

    @property
    def areas(self) -> list[str]:
        """The areas, in their order."""
        return list(self.required)

    def of(self, scenario: str, area: str) -> FloatArray:
        """The requirement of an area under a scenario (draw, year, group)."""
        return self.required[area][:, self.scenarios.index(scenario)].transpose(2, 1, 0)


def activity_of(quantity: xr.DataArray, services: Sequence[str]) -> dict[str, FloatArray]:
    """Activity (draw, year, service) by scenario; a service the quantity does not have is nil."""
    if list(quantity["service"].to_numpy()) != list(services):
        quantity = quantity.reindex(service=list(services), fill_value=0.0)
    ordered = quantity.transpose("scenario", "draw", "year", "service")
    names = [str(name) for name in ordered["scenario"].to_numpy()]
    return dict(zip(names, ordered.to_numpy(), strict=True))


def needs(
    tables: StaffingTables,
    settings: RunSettings,
    areas: Mapping[str, Mapping[str, FloatArray]],
    bases: Mapping[Group, Mapping[str, Sequence[str]]],
    calibrated_on: Mapping[str, Mapping[str, FloatArray]],
    levels: Mapping[str, FloatArray],
    services: Sequence[str],
    years: NDArray[np.int64],
) -> StaffNeeds:
    """The requirement of `areas`, each activity (draw, year, service) by scenario.

    `bases` says for each group and area whose posts and activity calibrate it, `calibrated_on` is the
    activity of those. `levels` by area (year, service) is how activity stands to what the base year's use
    would make of it: a fall of it alone cuts no post.
    """
    groups = list(bases)
    known = tables.known
    norms = norm_matrix(known, tables.staffing_norms, tables.skill_mix, groups, services)
    vacancies = _vacancies(tables, settings, groups)
    factor = funded_factor(_factors(tables, settings, groups, years), posts_factor(vacancies))
    rows = tables.staffing_base[["area", "staff_group", "wte"]].itertuples(index=False, name=None)
    posts = {(area, group): wte for area, group, wte in rows}
    base = {area: of_area[tables.principal][:, 0] for area, of_area in calibrated_on.items()}
    calibrated: dict[str, FloatArray] = {}
    for area in areas:
        columns = []
        for row, group in enumerate(groups):
            of_group = list(bases[group][area])
            certain = {name: _certain(tables, settings, name, group, factor[:, 0, row]) for name in of_group}
            together = summed([posts[name, group[1]] / certain[name] for name in of_group])
            columns.append(calibration(together, summed([base[name] for name in of_group]), norms[row]))
        calibrated[area] = np.stack(columns, axis=-1)
    activity: dict[tuple[str, str], FloatArray] = {}
    scenarios = read_scenarios(tables.scenarios)
    required = {area: np.empty((len(groups), len(scenarios), len(years), len(factor))) for area in areas}
    scales = {area: calibrated_factor(calibrated[area], factor) for area in areas}
    in_time = productivity_of(factor)
    by_mix = {
        mix: norms_by_year(known, tables.staffing_norms, tables.skill_mix, mix, groups, services, years)
        for mix in sorted({scenario.skill_mix for scenario in scenarios})
    }
    for position, scenario in enumerate(scenarios):
        for area, of_area in areas.items():
            activity[scenario.name, area] = of_area[scenario.name]
            mix = by_mix[scenario.skill_mix]
            needed = required_wte(of_area[scenario.name], mix, scales[area])
            if (levels[area] < 1).any():
                at_base = required_wte(of_area[scenario.name] / levels[area], mix, scales[area])
                needed = posts_kept(needed, at_base, in_time)
            required[area][:, position] = needed
    _gains_once(tables, settings, groups, years, required)
    if settings.draws + 1 != len(factor):
        raise ValueError(f"{len(factor)} draws of the factors, {settings.draws + 1} of the run")
    names = [scenario.name for scenario in scenarios]
    return StaffNeeds(
        groups,
        list(services),
        years,
        names,
        required,
        activity,
        calibrated,
        factor,
        vacancies,
    )


def _certain(
    tables: StaffingTables, settings: RunSettings, area: str, group: Group, base_factor: FloatArray
) -> FloatArray | float:
    """What of the base year's factor (draw,) does not hold for posts that files count, as a divisor.

    Staff that were counted have no unknown level, and with counted vacancies posts have nothing unknown.
    """
    unit = area, group[1]
    if unit not in tables.counted_units and unit not in tables.recorded_vacancies:
        return 1.0
    level = base_level(
        tables.known.range(f"workforce.level_{group[0]}"), group[0], settings.draws, settings.seed
    )
    if unit in tables.known_establishments:
        return base_factor
    return level if unit in tables.counted_units else base_factor / level


def has_measures(known: Assumptions, scenario: Scenario) -> bool:
    """Whether mitigation or shorter stays save activity in the scenario already."""
    stays = (
        known.value(of_variant(f"demand.length_of_stay_{group}", scenario.length_of_stay))
        for group in ("emergency", "elective")
    )
    return scenario.mitigation != NONE or any(change < 0 for change in stays)


def _gains_once(
    tables: StaffingTables,
    settings: RunSettings,
    groups: Sequence[Group],
    years: NDArray[np.int64],
    required: dict[str, FloatArray],
) -> None:
    """Take gains in productivity out of scenarios whose measures save as much already, in place."""
    scenarios = read_scenarios(tables.scenarios)
    alike = [
        scenario.model_dump(exclude={"name", "order", "title", "description", "mitigation", "length_of_stay"})
        for scenario in scenarios
    ]
    measured = [has_measures(tables.known, scenario) for scenario in scenarios]
    if not any(measured):
        return
    factor = _factors(tables, settings, groups, years, level=False).transpose(2, 1, 0)
    for position in np.flatnonzero(measured):
        others = (at for at, other in enumerate(alike) if other == alike[position] and not measured[at])
        at = next(others, None)
        for values in required.values():
            without = None if at is None else values[:, at]
            values[:, position] = counted_once(values[:, position], without, factor)


def drawn_again(tables: StaffingTables, settings: RunSettings, made: StaffNeeds) -> StaffNeeds:
    """The principal run's requirement with the factors of other draws than it was made with.

    Demand and its calibration stay the principal run's, so that only what this stage draws differs.
    """
    vacancies = _vacancies(tables, settings, made.groups)
    factor = funded_factor(_factors(tables, settings, made.groups, made.years), posts_factor(vacancies))
    ratio = (factor / made.factor[:1]).transpose(2, 1, 0)[:, None]
    required = {area: values[..., :1] * ratio for area, values in made.required.items()}
    _gains_once(tables, settings, made.groups, made.years, required)
    return replace(
        made,
        required=required,
        factor=factor,
        vacancies=vacancies,
    )


def _vacancies(tables: StaffingTables, settings: RunSettings, groups: Sequence[Group]) -> FloatArray:
    """Vacant share of posts in the base year (draw, group), per cent."""
    known = tables.known
    columns = []
    for sector, group in groups:
        rate, level = vacancy_terms(sector, group)
        columns.append(
            supply_rates.vacancy_percents(
                known.value(rate), known.range(level), level, settings.draws, settings.seed
            )
        )
    return np.stack(columns, axis=-1)


def _factors(
    tables: StaffingTables,
    settings: RunSettings,
    groups: Sequence[Group],
    years: NDArray[np.int64],
    *,
    level: bool = True,
) -> FloatArray:
    """Productivity, and with `level` that of the base year's staff (draw, year, group)."""
    known = tables.known
    by_sector = {
        sector: staffing_factor(
            known.range(f"workforce.level_{sector}") if level else (1.0, 1.0, 1.0),
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


def place_bases(tables: StaffingTables, places: Sequence[str]) -> dict[Group, dict[str, list[str]]]:
    """Whose posts calibrate a group in a place: the trusts' for hospital staff, else the place's own.

    Posts known for the system alone have been shared out to its places by their activity.
    """
    hospital = tables.groups("providers")
    return {
        group: {place: tables.trusts if group in hospital else [place] for place in places}
        for group in tables.groups("providers", "place", "system")
    }


def place_needs(
    tables: StaffingTables,
    settings: RunSettings,
    demand_draws: ByPlace,
    provider_demand_draws: xr.Dataset,
) -> StaffNeeds:
    """Staff of every group required by each place's people, wherever they are treated."""
    quantities = {place: demand_draws[place]["demand"] for place in demand_draws}
    first = next(iter(quantities.values()))
    services = [str(name) for name in first["service"].to_numpy()]
    places = {place: activity_of(quantity, services) for place, quantity in quantities.items()}
    # Hospitals calibrate on the base year of the first scenario; no more of them is needed here.
    of_base = provider_demand_draws.sel(scenario=[tables.principal]).isel(year=[0])
    hospitals = _hospitals(tables, of_base, services)
    bases = place_bases(tables, list(places))
    years = first["year"].to_numpy()
    levels = {
        place: level_of_place(tables.recorded_level, place, years, services, int(years[0]))
        for place in places
    }
    return needs(tables, settings, places, bases, {**places, **hospitals}, levels, services, years)


def provider_needs(
    tables: StaffingTables, settings: RunSettings, provider_demand_draws: xr.Dataset
) -> StaffNeeds:
    """Hospital staff required by each trust's patients, at its own staffing of the base year."""
    faced = provider_demand_draws["provider_demand"]
    services = [str(name) for name in faced["service"].to_numpy()]
    hospitals = _hospitals(tables, provider_demand_draws, services)
    bases = {group: {trust: [trust] for trust in tables.trusts} for group in tables.groups("providers")}
    levels = {trust: _level(tables, trust, services) for trust in hospitals}
    return needs(tables, settings, hospitals, bases, hospitals, levels, services, faced["year"].to_numpy())


def _level(tables: StaffingTables, trust: str, services: Sequence[str]) -> FloatArray:
    """Level (year, service) of what the trust treats."""
    rows = tables.provider_level[tables.provider_level["provider"] == trust]
    return rows.pivot(index="year", columns="service", values="ratio")[list(services)].to_numpy()


def _hospitals(
    tables: StaffingTables, provider_demand_draws: xr.Dataset, services: Sequence[str]
) -> dict[str, dict[str, FloatArray]]:
    faced = provider_demand_draws["provider_demand"]
    return {trust: activity_of(faced.sel(provider=trust), services) for trust in tables.trusts}
