"""Draws of staff required and supplied, by place and by trust: the source of every table of the stage."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field, replace

import numpy as np
import xarray as xr

from assets.inputs.settings import RunSettings
from assets.scenarios_compared.compared_draws import ComparedDraws
from assets.scenarios_compared.headline_quantities import STAFF, STAFF_MEASURES
from assets.workforce.required_staff import StaffNeeds
from assets.workforce.supplied_staff import Supply, supply
from assets.workforce.workforce_inputs import Group, StaffingTables
from models.arrays import FloatArray
from models.workforce.staff_gap import (
    SUPPLIED_MEASURES,
    cover_capacity,
    supplied_measures,
    temporary_cover,
)
from models.workforce.staffing import Staffing, together, with_sums
from models.workforce.supply_rates import common_share

ALL: Group = ("all", "all")
OUTSIDE_HOSPITAL: Group = ("all", "all_outside_hospital")
WITH_HOSPITALS: Group = ("all", "all_with_hospitals")
"""Everybody: hospital staff at their trusts, all others in their places."""
SUPPLIED = {"place": OUTSIDE_HOSPITAL, "provider": ALL}
"""What the groups that have supply in areas of a kind are called together."""


@dataclass(frozen=True)
class AreaStaff:
    """Staff of the areas of a kind, and what they are made of.

    `supplied` are those of `groups` that have supply in the areas of this kind; `areas` hold a sum over them
    after the last group, and of what is required before it one over all groups where those are more. Of
    supply only the first scenario's is kept beside them. `cover` by area (group, draw) is the most bank and
    agency staff for each WTE in post.
    """

    kind: str
    groups: list[Group]
    supplied: list[Group]
    needed: StaffNeeds
    supply: Supply
    areas: dict[str, Staffing]
    cover: dict[str, FloatArray] = field(default_factory=dict)

    @property
    def columns(self) -> list[int]:
        """Where the groups that have supply stand among all."""
        return [self.groups.index(group) for group in self.supplied]

    @property
    def required_of(self) -> list[Group]:
        """Sector and name of what is required, including the sums."""
        every = [ALL] if SUPPLIED[self.kind] != ALL else []
        return [*self.groups, *every, SUPPLIED[self.kind]]

    @property
    def supplied_of(self) -> list[Group]:
        """Sector and name of what is supplied, its sum last."""
        return [*self.supplied, SUPPLIED[self.kind]]


def area_staff(given: StaffingTables, settings: RunSettings, needed: StaffNeeds, kind: str) -> AreaStaff:
    """Staff required and there of the areas; raises ValueError where their staff groups differ."""
    units = given.units(needed.areas)
    groups = [group for group in needed.groups if (needed.areas[0], *group) in units]
    if units != [(area, *group) for area in needed.areas for group in groups]:
        raise ValueError(f"staff in post are not of the same staff groups in every {kind}")
    supplied = supply(given, kind, units, needed.years, settings)
    made = AreaStaff(kind, needed.groups, groups, needed, supplied, {})
    sums: list[Sequence[int]] = [made.columns]
    if SUPPLIED[kind] != ALL:
        sums.insert(0, range(len(needed.groups)))
    cover = _cover_shares(given, settings, [sector for sector, _ in groups])
    vacancies = needed.vacancies[:, made.columns].T
    # By unit, scenario, year and draw, as they lie in memory.
    in_post, heads = (
        values.transpose(3, 0, 2, 1) for values in (supplied.outlook.wte, supplied.outlook.heads)
    )
    every = [range(len(groups))]
    for number, area in enumerate(needed.areas):
        required = needed.required[area]
        of_area = slice(number * len(groups), (number + 1) * len(groups))
        vacant = _recorded_first(given, area, groups, vacancies)
        made.cover[area] = cover_capacity(vacant, cover)
        temporary = temporary_cover(required[made.columns], in_post[of_area], made.cover[area])
        made.areas[area] = Staffing(
            with_sums(required, sums),
            with_sums(in_post[of_area], every),
            with_sums(temporary, every),
            with_sums(heads[of_area], every),
        )
        # One copy of what is required is held.
        needed.required[area] = made.areas[area].required[: len(needed.groups)]
    return replace(made, supply=supplied.of_first_scenario())


def _recorded_first(
    given: StaffingTables, area: str, groups: Sequence[Group], vacancies: FloatArray
) -> FloatArray:
    """Vacancies (group, draw) in per cent, where a file gives the area's the same in every draw."""
    recorded = [given.recorded_vacancies.get((area, group)) for _, group in groups]
    if all(percent is None for percent in recorded):
        return vacancies
    made = vacancies.copy()
    for row, percent in enumerate(recorded):
        if percent is not None:
            made[row] = max(percent, 0.0)
    return made


def _cover_shares(given: StaffingTables, settings: RunSettings, sectors: Sequence[str]) -> FloatArray:
    """Share of the base year's vacancies that bank and agency can cover (group, draw)."""
    return np.stack(
        [
            common_share(
                given.known.range(f"workforce.temporary_cover_{sector}"),
                f"temporary_cover:{sector}",
                settings.draws,
                settings.seed,
            )
            for sector in sectors
        ]
    )


def compare_staff(compared: ComparedDraws, staff: AreaStaff, system: str = "") -> None:
    """Keeps the draws of what all staff of each area, and of all areas as `system`, require, have and lack.

    They are the groups that have supply in the areas of the kind, together.
    """
    sums = {area: Staffing(*(values[-1:] for values in of_area)) for area, of_area in staff.areas.items()}
    if system:
        sums[system] = together(list(sums.values()))
    for area, whole in sums.items():
        measures = dict(zip(SUPPLIED_MEASURES, supplied_measures(*whole), strict=True))
        measures["required_wte"] = whole.required
        for measure in STAFF_MEASURES:
            # (scenario, year, draw) of the sum.
            compared.add(area, f"{STAFF[staff.kind]}_{measure}", measures[measure][0].swapaxes(1, 2))


def principal_draws(staff: AreaStaff) -> xr.Dataset:
    """Required, in post, and bank and agency of the areas in the first scenario, for `what_matters`."""
    dims = ("scenario", "draw", "year", staff.kind)

    def draws(measure: str, groups: int) -> FloatArray:
        areas = [getattr(of_area, measure)[:groups, :1] for of_area in staff.areas.values()]
        return np.stack(areas).transpose(2, 4, 3, 0, 1)

    needed = staff.needed
    return xr.Dataset(
        {
            "required_wte": ((*dims, "staff_group"), draws("required", len(staff.groups))),
            "in_post_wte": ((*dims, "supplied_group"), draws("in_post", len(staff.supplied))),
            "temporary_wte": ((*dims, "supplied_group"), draws("temporary", len(staff.supplied))),
        },
        coords={
            "scenario": needed.scenarios[:1],
            "draw": np.arange(len(needed.factor)),
            "year": needed.years,
            staff.kind: needed.areas,
            "staff_group": [group for _, group in staff.groups],
            "supplied_group": [group for _, group in staff.supplied],
        },
    )
