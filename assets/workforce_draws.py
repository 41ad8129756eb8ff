"""Draws of staff required and supplied, by place and by trust: what every table of the stage is read off."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Self

import dagster as dg
import numpy as np
import pandas as pd
import xarray as xr
from numpy.typing import NDArray

from assets.by_place import ByPlace
from assets.settings import RunSettings
from assets.workforce_requirement import Needs, place_needs, provider_needs
from assets.workforce_supply import outlook
from assets.workforce_tables import TABLES, StaffingTables
from models.workforce.gap import temporary_cover
from models.workforce.rates import common_share

FloatArray = NDArray[np.float64]
ROW_DIMENSIONS = ("scenario", "draw", "year")
STAFF = ("in_post_wte", "temporary_wte", "headcount")
"""What there is of staff."""


@dataclass(frozen=True)
class StaffingAxes:
    """What the axes of the draws stand for, areas apart: `supplied` are those of the groups with supply."""

    scenarios: list[str]
    years: NDArray[np.int64]
    groups: list[str]
    supplied: list[str]

    @classmethod
    def of(cls, draws: xr.Dataset) -> Self:
        """The axes of place_staffing_draws or provider_staffing_draws."""
        scenarios, groups, supplied = (
            list(map(str, draws[name].to_numpy())) for name in ("scenario", "staff_group", "supplied_group")
        )
        return cls(scenarios, draws["year"].to_numpy(), groups, supplied)


@dg.asset(group_name="workforce", ins=TABLES, kinds={"numpy"})
def place_staffing_draws(
    demand_draws: ByPlace,
    provider_demand_draws: xr.Dataset,
    settings: RunSettings,
    **tables: pd.DataFrame,
) -> xr.Dataset:
    """Staff each place's people take, and outside hospital those there are, by scenario, draw and year."""
    given = StaffingTables(**tables)
    needed = place_needs(given, settings, demand_draws, provider_demand_draws)
    return _draws(given, settings, needed, "place")


@dg.asset(group_name="workforce", ins=TABLES, kinds={"numpy"})
def provider_staffing_draws(
    provider_demand_draws: xr.Dataset, settings: RunSettings, **tables: pd.DataFrame
) -> xr.Dataset:
    """Staff each trust's patients take and those it has, by scenario, draw and year."""
    given = StaffingTables(**tables)
    return _draws(given, settings, provider_needs(given, settings, provider_demand_draws), "provider")


def _draws(given: StaffingTables, settings: RunSettings, needed: Needs, kind: str) -> xr.Dataset:
    """Requirement by area and group; supply, bank and agency and heads by area and supplied group."""
    units = given.units(needed.areas)
    groups = [group for group in needed.groups if (needed.areas[0], *group) in units]
    if units != [(area, *group) for area in needed.areas for group in groups]:
        raise ValueError(f"staff in post are not of the same staff groups in every {kind}")
    supply = outlook(given, kind, units, needed.years, settings, settings.draws)
    shape = (*supply.wte.shape[:3], len(needed.areas), len(groups))
    in_post = supply.wte.reshape(shape)
    columns = [needed.groups.index(group) for group in groups]
    cover = _cover_shares(given, settings, [sector for sector, _ in groups])
    temporary = np.empty(shape)
    for position, required in enumerate(needed.required):
        temporary[position] = temporary_cover(
            required[..., columns], in_post[position], needed.vacancies[:, None, columns], cover[:, None, :]
        )
    return xr.Dataset(
        {
            "required_wte": ((*ROW_DIMENSIONS, kind, "staff_group"), needed.required),
            "in_post_wte": ((*ROW_DIMENSIONS, kind, "supplied_group"), in_post),
            "temporary_wte": ((*ROW_DIMENSIONS, kind, "supplied_group"), temporary),
            "headcount": ((*ROW_DIMENSIONS, kind, "supplied_group"), supply.heads.reshape(shape)),
        },
        coords={
            "scenario": needed.scenarios,
            "draw": np.arange(settings.draws + 1),
            "year": needed.years,
            kind: needed.areas,
            "staff_group": [group for _, group in needed.groups],
            "supplied_group": [group for _, group in groups],
        },
    )


def _cover_shares(given: StaffingTables, settings: RunSettings, sectors: Sequence[str]) -> FloatArray:
    """Share of the base year's vacancies that bank and agency can cover (draw, group)."""
    return np.stack(
        [
            common_share(
                given.known.range(f"workforce.temporary_cover_{sector}"),
                f"temporary_cover:{sector}",
                settings.draws,
                settings.seed,
            )
            for sector in sectors
        ],
        axis=-1,
    )
