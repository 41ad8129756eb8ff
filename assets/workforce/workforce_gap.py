"""Requirement, supply and gap by place and trust, shortage and training, from the draws of both."""

from __future__ import annotations

from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from itertools import repeat
from typing import NamedTuple

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from assets.inputs.settings import RunSettings
from assets.tables.uncertain_table import Labels, labelled, summarised, summary_rows
from assets.workforce.norm_matrices import headroom
from assets.workforce.staff_draws import WITH_HOSPITALS, AreaStaff
from assets.workforce.training_places import intake_rows
from assets.workforce.workforce_flat import flat_rows
from assets.workforce.workforce_inputs import StaffingTables
from models.uncertainty.ensemble import Summary
from models.workforce.staff_gap import SUPPLIED_MEASURES, Shortage, first_year, shortage, supplied_measures
from models.workforce.staff_requirement import part
from models.workforce.staffing import Staffing, everybody, together

UNITS = {"headcount": "people", "vacancy_rate": "%"}
SUPPLY = SUPPLIED_MEASURES.index("supply_wte")
Read = tuple[Summary, Summary, Shortage]
"""What is required, the measures of supply, and how likely each group's shortage is, of an area."""


class OutlookRows(NamedTuple):
    """Rows of `workforce` or `provider_workforce`, of `workforce_shortage`, of `training_intake` and of
    `workforce_flat`; `whole` are the groups of the first scenario that have supply, of all areas together."""

    measured: list[pd.DataFrame]
    shortages: pd.DataFrame
    intakes: list[pd.DataFrame]
    flat: list[pd.DataFrame]
    whole: Staffing


def outlook_rows(given: StaffingTables, settings: RunSettings, staff: AreaStaff) -> OutlookRows:
    """Staff required and supplied in the areas, the probability of a shortage, and the intakes that end it.

    Hospital staff have supply and gap by trust, all others by place.
    """
    tolerance = given.known.value("workforce.shortage_tolerance")
    areas = dict(staff.areas)
    whole = together(list(areas.values()))
    intakes = intake_rows(whole, staff, given.known, settings)
    if staff.kind == "place":
        areas[given.system] = whole
    with ThreadPoolExecutor() as threads:  # sums and quantiles let go of the interpreter
        read = list(threads.map(_read, areas, areas.values(), repeat(staff.columns), repeat(tolerance)))
    kinds = ["system" if area == given.system else staff.kind for area in areas]
    first = Staffing(
        *(values[:, :1] for values in whole._replace(required=whole.required[[*staff.columns, -1]]))
    )
    with_supply = [*staff.columns, -1]
    flat = [
        flat_rows(
            (area, kind),
            staff.supplied_of,
            staff.needed.years,
            Summary(*(values[with_supply] for values in need)),
            there,
        )
        for area, kind, (need, there, _) in zip(areas, kinds, read, strict=True)
    ]
    if staff.kind == "provider":
        of_all = _read(given.system, first, range(len(staff.supplied)), tolerance)
        # The sum over trusts has no name of its own: hospital staff are one sector.
        flat.append(flat_rows((given.system, "system"), staff.supplied, staff.needed.years, *of_all[:2]))
    return OutlookRows(
        _measure_rows(staff, list(areas), read, headroom(given.known)),
        _shortage_rows(staff, list(areas), kinds, read, tolerance),
        intakes,
        flat,
        first,
    )


def total_rows(given: StaffingTables, years: NDArray[np.int64], wholes: Sequence[Staffing]) -> pd.DataFrame:
    """Rows of `workforce_flat` of everybody: the sums of each kind of area together, draw by draw."""
    of_all = everybody(wholes)
    read = _read(given.system, of_all, [], given.known.value("workforce.shortage_tolerance"))
    return flat_rows((given.system, "system"), [WITH_HOSPITALS], years, *read[:2])


def _read(area: str, staff: Staffing, columns: Sequence[int], tolerance_percent: float) -> Read:
    required = staff.required[[*columns, -1]]
    supplied = supplied_measures(required, *staff[1:])
    return (
        summarised(staff.required, f"what {area} requires", axis=-1),
        summarised(supplied, f"what {area} is supplied with", axis=-1),
        shortage(required, supplied[SUPPLY], tolerance_percent),
    )


def _measure_rows(
    staff: AreaStaff, areas: Sequence[str], read: Sequence[Read], headroom_share: float
) -> list[pd.DataFrame]:
    """Every measure by area, group, scenario and year: of all groups, and of those with supply."""
    needed, there = (
        Summary(*(np.stack(values) for values in zip(*summaries, strict=True)))
        for summaries in zip(*((need, supplied) for need, supplied, _ in read), strict=True)
    )
    # Its quantiles are that share of the requirement's.
    away = Summary(*(part(values, headroom_share) for values in needed))
    dims = (staff.kind, "staff_group", "scenario", "year")
    of_area: Labels = {
        staff.kind: (staff.kind, areas),
        "scenario": ("scenario", staff.needed.scenarios),
        "year": ("year", staff.needed.years),
    }
    required_labels: Labels = {**of_area, **_groups(staff.required_of)}
    supplied_labels: Labels = {
        **of_area,
        **_groups(staff.supplied_of),
        "measure": ("measure", SUPPLIED_MEASURES),
        "unit": ("measure", [UNITS.get(measure, "WTE") for measure in SUPPLIED_MEASURES]),
    }
    return [
        summary_rows(needed, dims, required_labels, {"measure": "required_wte", "unit": "WTE"}),
        summary_rows(away, dims, required_labels, {"measure": "headroom_wte", "unit": "WTE"}),
        summary_rows(there, (staff.kind, "measure", *dims[1:]), supplied_labels, {}),
    ]


def _groups(groups: Sequence[tuple[str, str]]) -> dict[str, tuple[str, list[str]]]:
    """The columns that tell of a staff group."""
    sectors, names = zip(*groups, strict=True)
    return {"sector": ("staff_group", list(sectors)), "staff_group": ("staff_group", list(names))}


def _shortage_rows(
    staff: AreaStaff, areas: Sequence[str], kinds: Sequence[str], read: Sequence[Read], tolerance: float
) -> pd.DataFrame:
    found = Shortage(*(np.stack(values) for values in zip(*(short for *_, short in read), strict=True)))
    sizes = dict(zip(("area", "staff_group", "scenario", "year"), found.in_year.shape, strict=True))
    labels: Labels = {
        "area": ("area", areas),
        "area_kind": ("area", kinds),
        **_groups(staff.supplied_of),
        "scenario": ("scenario", staff.needed.scenarios),
        "year": ("year", staff.needed.years),
    }
    return pd.DataFrame(
        {
            **labelled(sizes, labels),
            "tolerance_percent": tolerance,
            "probability": found.in_year.ravel(),
            "probability_by": found.by_year.ravel(),
            "first_year": np.where(first_year(found.principal).ravel(), "yes", "no"),
        }
    )
