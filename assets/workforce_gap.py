"""Requirement, supply and gap by place and trust, and what a board reads off them, from the draws of both."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass

import dagster as dg
import numpy as np
import pandas as pd
import xarray as xr
from numpy.typing import NDArray

from assets.assumptions import Assumptions
from assets.settings import RunSettings
from assets.system_totals import system_code
from assets.uncertain_table import released, uncertain_rows
from assets.workforce_draws import STAFF, StaffingAxes
from assets.workforce_norms import headroom
from assets.workforce_tables import Group
from assets.workforce_training import intake_rows
from models.workforce.gap import SUPPLIED_MEASURES, first_year, shortage, supplied_measures
from models.workforce.requirement import part
from models.workforce.staffing import Staffing, cells, together

FloatArray = NDArray[np.float64]

ALL: Group = ("all", "all")
OUTSIDE_HOSPITAL: Group = ("all", "all_outside_hospital")
UNITS = {"headcount": "people", "vacancy_rate": "%"}
SUPPLY = SUPPLIED_MEASURES.index("supply_wte")


@dataclass(frozen=True)
class _Reading:
    """What is read off the staff of every area of a kind, and what its groups are called.

    `supplied` is what the groups that have supply here are called together.
    """

    axes: StaffingAxes
    supplied: Group
    sectors: Mapping[str, str]
    headroom: float
    tolerance_percent: float

    @property
    def columns(self) -> list[int]:
        """Where the groups that have supply stand among all."""
        return [self.axes.groups.index(group) for group in self.axes.supplied]

    @property
    def sums(self) -> dict[str, Sequence[int]]:
        """Groups that a sum of the requirement is over, the sum of those with supply last."""
        every = {"all": range(len(self.axes.groups))} if self.supplied != ALL else {}
        return {**every, "supplied": self.columns}


@dg.multi_asset(
    group_name="workforce",
    outs={
        name: dg.AssetOut(kinds={"pandas"})
        for name in ("workforce", "provider_workforce", "workforce_shortage", "training_intake")
    },
)
def staffing_outlook(
    place_staffing_draws: xr.Dataset,
    provider_staffing_draws: xr.Dataset,
    staff_groups: pd.DataFrame,
    places: pd.DataFrame,
    providers: pd.DataFrame,
    assumptions: pd.DataFrame,
    settings: RunSettings,
) -> tuple[pd.DataFrame, pd.DataFrame, pd.DataFrame, pd.DataFrame]:
    """Staff required and there by place and trust, how likely a shortage is, and the intakes that end it.

    One step, because all of it is read off the same draws, which take longer to read than any of it to make.
    Hospital staff have supply and gap by trust, all others by place.
    """
    known, system = Assumptions(assumptions), system_code(places)
    tolerance = known.value("workforce.shortage_tolerance")
    sectors = dict(zip(staff_groups["staff_group"], staff_groups["sector"], strict=True))
    measured: dict[str, list[pd.DataFrame]] = {}
    short, intakes = [], []
    for kind, draws, supplied in (
        ("place", place_staffing_draws, OUTSIDE_HOSPITAL),
        ("provider", provider_staffing_draws, ALL),
    ):
        axes = StaffingAxes.of(draws)
        reading = _Reading(axes, supplied, sectors, headroom(known), tolerance)
        areas = _areas(draws, kind, reading)
        whole = together(list(areas.values()))
        intakes += intake_rows(whole, axes, sectors, known, settings)
        if kind == "place":
            areas[system] = whole
        read = _read(areas, reading)
        measured[kind] = [rows.assign(**{kind: area}) for area, (rows, _) in read.items()]
        short += [
            rows.assign(area=area, area_kind="system" if area == system else kind)
            for area, (_, rows) in read.items()
        ]
    names = providers.set_index("provider")["provider_name"]
    trusts = [rows.assign(provider_name=rows["provider"].map(names)) for rows in measured["provider"]]
    return (
        released("workforce", measured["place"]),
        released("provider_workforce", trusts),
        released("workforce_shortage", short),
        released("training_intake", intakes),
    )


def _areas(draws: xr.Dataset, kind: str, reading: _Reading) -> dict[str, Staffing]:
    """Staff of each area of a kind, sums over groups as `reading` has them."""
    of = ("scenario", "draw", "year", kind)
    every = [range(len(reading.axes.supplied))]

    def turned(name: str) -> FloatArray:
        if name == "required_wte":
            return cells(draws[name].transpose(*of, "staff_group").to_numpy(), list(reading.sums.values()))
        return cells(draws[name].transpose(*of, "supplied_group").to_numpy(), every)

    with ThreadPoolExecutor() as threads:  # a copy lets go of the interpreter
        arrays = list(threads.map(turned, ("required_wte", *STAFF)))
    codes = [str(area) for area in draws[kind].to_numpy()]
    return {code: Staffing(*parts) for code, *parts in zip(codes, *arrays, strict=True)}


def _read(areas: Mapping[str, Staffing], reading: _Reading) -> dict[str, tuple[pd.DataFrame, pd.DataFrame]]:
    """Rows of measures and rows of shortage by area, in the order of the areas."""
    with ThreadPoolExecutor() as threads:  # sums and quantiles let go of the interpreter
        return dict(
            zip(areas, threads.map(lambda staff: _area_rows(staff, reading), areas.values()), strict=True)
        )


def _area_rows(staff: Staffing, reading: _Reading) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Every measure of an area by group, of all its groups and of those with supply; and their shortages."""
    axes = reading.axes
    required = staff.required[[*reading.columns, -1]]
    supplied = supplied_measures(required, *staff[1:])
    dims = ("staff_group", "scenario", "year", "draw")
    coords = {"scenario": axes.scenarios, "year": axes.years}
    need = uncertain_rows(
        xr.DataArray(
            staff.required, dims=dims, coords={**coords, "staff_group": [*axes.groups, *reading.sums]}
        ),
        {"measure": "required_wte"},
    )
    there = uncertain_rows(
        # All at once: a frame a measure would take longer than the projection.
        xr.DataArray(
            supplied,
            dims=("measure", *dims),
            coords={
                **coords,
                "measure": list(SUPPLIED_MEASURES),
                "staff_group": [*axes.supplied, "supplied"],
            },
        ),
        {},
    )
    rows = pd.concat([need, _part_of(need, reading.headroom, "headroom_wte"), there], ignore_index=True)
    rows["unit"] = rows["measure"].map(UNITS).fillna("WTE")
    short = _shortage_rows(required, supplied[SUPPLY], reading)
    return _named(rows, reading), _named(short, reading)


def _named(rows: pd.DataFrame, reading: _Reading) -> pd.DataFrame:
    """Rows with their sector, sums under the name that the table has for them."""
    called = {"all": ALL, "supplied": reading.supplied}
    sectors = {**reading.sectors, **{name: sector for name, (sector, _) in called.items()}}
    groups = {name: group for name, (_, group) in called.items()}
    return rows.assign(
        sector=rows["staff_group"].map(sectors), staff_group=rows["staff_group"].replace(groups)
    )


def _part_of(rows: pd.DataFrame, share: float, measure: str) -> pd.DataFrame:
    """Rows of a fixed share of a measure: its quantiles are that share of the measure's."""
    scaled = rows.assign(measure=measure)
    for name in ("principal", "p10", "p50", "p90"):
        scaled[name] = part(rows[name].to_numpy(), share)
    return scaled


def _shortage_rows(required: FloatArray, supply: FloatArray, reading: _Reading) -> pd.DataFrame:
    axes = reading.axes
    found = shortage(required, supply, reading.tolerance_percent)
    index = pd.MultiIndex.from_product(
        [[*axes.supplied, "supplied"], axes.scenarios, axes.years], names=["staff_group", "scenario", "year"]
    )
    return index.to_frame(index=False).assign(
        tolerance_percent=reading.tolerance_percent,
        probability=found.in_year.ravel(),
        probability_by=found.by_year.ravel(),
        first_year=np.where(first_year(found.principal).ravel(), "yes", "no"),
    )
