"""The workforce stage: its assets, and the stock and flow of staff in post behind the supply of each area."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import NamedTuple, cast

import dagster as dg
import numpy as np
import pandas as pd
import xarray as xr

from assets.inputs.settings import RunSettings
from assets.scenarios_compared.compared_draws import ComparedDraws
from assets.tables.by_place import ByPlace
from assets.tables.by_scenario import by_changed_assumptions
from assets.tables.uncertain_table import Labels, labelled, released
from assets.workforce.general_practice_gap import general_practice_rows
from assets.workforce.headline_signs import gaps_of, sign_tables
from assets.workforce.planning.lever_board import board_rows
from assets.workforce.planning.plan_at_once import PrincipalStaff, gaps_at_once, principal_staff
from assets.workforce.planning.plan_in_draws import with_chances
from assets.workforce.planning.staff_pay import UnitStaff, position_rows, unit_costs, unit_staff
from assets.workforce.planning.workforce_plan import plan_rows, with_gaps_at_once
from assets.workforce.required_staff import place_needs, provider_needs
from assets.workforce.staff_ages import age_rows, retirement_rows
from assets.workforce.staff_draws import (
    WITH_HOSPITALS,
    AreaStaff,
    area_staff,
    compare_staff,
    principal_draws,
)
from assets.workforce.staff_names import staff_names
from assets.workforce.workforce_gap import OutlookRows, outlook_rows, total_rows
from assets.workforce.workforce_inputs import TABLES, Group, StaffingTables, Unit
from assets.workforce.workforce_levers import LeverEffects, lever_effects, lever_names, lever_rows
from models.arrays import FloatArray
from models.uncertainty.ensemble import streams_asked_for
from models.workforce.staff_gap import unfilled
from models.workforce.staffing import Staffing
from models.workforce.stock_and_flow import signed_flows
from models.workforce.supply_outlook import SOURCES

OUTLOOK = (
    "workforce",
    "provider_workforce",
    "workforce_shortage",
    "training_intake",
    "general_practice_gap",
)
"""Tables of requirement and supply, in the order in which they are made."""
PLANNING = (
    "workforce_flat",
    "staff_ages",
    "retirements",
    "staffing_positions",
    "lever_effects",
    "workforce_plan",
    "workforce_plan_gaps",
)
"""Tables that people decide with, in the order in which they are made."""
SIGNS = ("headline_signs", "gap_by_productivity")
"""Tables of what decides a gap, in the order in which they are made."""
_Frame = pd.DataFrame
_Made = tuple[
    xr.Dataset, xr.Dataset, _Frame, _Frame, _Frame, _Frame, _Frame, _Frame,
    _Frame, _Frame, _Frame, _Frame, _Frame, _Frame, _Frame,
    _Frame, _Frame, _Frame,
]  # fmt: skip
"""Draws twice, and a table for each of OUTLOOK, flows, levers, PLANNING and SIGNS: Dagster counts them."""


@dg.multi_asset(
    group_name="workforce",
    ins=TABLES,
    outs={
        "place_staffing_draws": dg.AssetOut(
            kinds={"numpy"}, description="Staff each place takes and has in the first scenario, draw by draw."
        ),
        "staff_compared_draws": dg.AssetOut(
            kinds={"numpy"}, description="Staff required, supplied and short in every scenario, draw by draw."
        ),
        **{name: dg.AssetOut(kinds={"pandas"}) for name in OUTLOOK},
        "workforce_flows": dg.AssetOut(kinds={"numpy"}),
        "workforce_levers": dg.AssetOut(kinds={"numpy"}),
        **{name: dg.AssetOut(kinds={"pandas"}) for name in PLANNING},
        **{name: dg.AssetOut(kinds={"numpy"}) for name in SIGNS},
    },
)
@by_changed_assumptions(
    "place_staffing_draws",
    "staff_compared_draws",
    *OUTLOOK,
    "workforce_flows",
    "workforce_levers",
    *PLANNING,
    *SIGNS,
)
def staffing(
    demand_draws: ByPlace,
    provider_demand_draws: xr.Dataset,
    settings: RunSettings,
    **tables: pd.DataFrame,
) -> _Made:
    """Staff required, supplied and short, by place, trust and group, and the tables the ICB reads.

    One step, because all of it is read off the same draws, which take longer to write and to read again than
    any of it to make.
    """
    given = StaffingTables(**tables)
    with streams_asked_for() as streams:
        needed = place_needs(given, settings, demand_draws, provider_demand_draws)
        places = area_staff(given, settings, needed, "place")
    compared = ComparedDraws(needed.scenarios, needed.years)
    compare_staff(compared, places, given.system)
    draws, of_places, kept = principal_draws(places), _rows(given, settings, places), [gaps_of(places)]
    gps = general_practice_rows(given, places)
    del places, needed  # the draws of one kind of area are held at a time
    with streams_asked_for() as others:
        needed = provider_needs(given, settings, provider_demand_draws)
        trusts = area_staff(given, settings, needed, "provider")
    compare_staff(compared, trusts)
    of_trusts = _rows(given, settings, trusts)
    kept.append(gaps_of(trusts))
    signs = sign_tables(given, settings, kept, streams | others)
    both = (of_places, of_trusts)
    levers = lever_names(given.known)
    made = {
        "workforce": of_places.outlook.measured,
        "provider_workforce": of_trusts.outlook.measured,
        "workforce_shortage": [rows.outlook.shortages for rows in both],
        "training_intake": [each for rows in both for each in rows.outlook.intakes],
        "general_practice_gap": gps,
        "workforce_flows": [rows.flows for rows in both],
        "workforce_levers": [lever_rows(rows.effects, levers) for rows in both],
        **_planning(given, settings, both, levers),
        **{name: [frame] for name, frame in zip(SIGNS, signs, strict=True)},
    }
    names = staff_names(given)
    tables_made = [
        released(name, [names.beside(pd.concat(parts, ignore_index=True))]) for name, parts in made.items()
    ]
    return cast(_Made, (draws, compared.dataset(), *tables_made))


def _planning(
    given: StaffingTables, settings: RunSettings, both: Sequence[_Rows], levers: Mapping[str, str]
) -> dict[str, list[pd.DataFrame]]:
    """Rows of the tables of PLANNING, from those of both kinds of area."""
    years = both[0].effects.years
    total = total_rows(given, years, [rows.outlook.whole for rows in both])
    costs = unit_costs(given)
    gaps = {unit: gap for rows in both for unit, gap in rows.gaps.items()}
    gaps[given.system, *WITH_HOSPITALS] = total["gap_wte"].to_numpy()
    effects = [rows.effects for rows in both]
    plan_year = int(given.known.value("workforce.plan_year"))
    plan, left = plan_rows(given, effects, gaps, costs)
    at_once = gaps_at_once(given, settings, plan, [(rows.principal, rows.effects) for rows in both])
    gap_draws = {group: gap for rows in both for group, gap in rows.gap_draws.items()}
    left = with_chances(with_gaps_at_once(left, at_once, years), plan, given.known, effects, gap_draws)
    return {
        "workforce_flat": [*(part for rows in both for part in rows.outlook.flat), total],
        "staff_ages": [rows.ages for rows in both],
        "retirements": [rows.retirements for rows in both],
        "staffing_positions": [position_rows(given, costs, [rows.units for rows in both])],
        "lever_effects": [board_rows(effects, gaps, costs, levers, plan_year)],
        "workforce_plan": [plan],
        "workforce_plan_gaps": [left],
    }


class _Rows(NamedTuple):
    """Rows of every table of the stage, of one kind of area."""

    outlook: OutlookRows
    flows: pd.DataFrame
    effects: LeverEffects
    ages: pd.DataFrame
    retirements: pd.DataFrame
    units: UnitStaff
    principal: PrincipalStaff
    gaps: dict[Unit, FloatArray]
    gap_draws: dict[Group, FloatArray]


def _rows(given: StaffingTables, settings: RunSettings, staff: AreaStaff) -> _Rows:
    outlook = outlook_rows(given, settings, staff)
    return _Rows(
        outlook,
        _flow_rows(staff, given.principal),
        lever_effects(given, settings, staff),
        age_rows(staff, given.system),
        retirement_rows(staff, given.system),
        unit_staff(staff),
        principal_staff(staff),
        _gaps(given, staff, outlook.whole),
        {
            group: unfilled(*(values[row, 0] for values in outlook.whole[:3]))
            for row, group in enumerate(staff.supplied)
        },
    )


def _gaps(given: StaffingTables, staff: AreaStaff, whole: Staffing) -> dict[Unit, FloatArray]:
    """The principal run's gap by year of each area's groups and of their sum; of the system, groups alone."""
    found: dict[Unit, FloatArray] = {}
    for area, of_area in staff.areas.items():
        required = of_area.required[[*staff.columns, -1], 0, :, 0]
        missing = unfilled(required, of_area.in_post[:, 0, :, 0], of_area.temporary[:, 0, :, 0])
        found |= {(area, *group): missing[row] for row, group in enumerate(staff.supplied_of)}
    missing = unfilled(*(values[:, 0, :, 0] for values in whole[:3]))
    return found | {(given.system, *group): missing[row] for row, group in enumerate(staff.supplied)}


def _flow_rows(staff: AreaStaff, scenario: str) -> pd.DataFrame:
    """Stock and flow of staff in post, principal run of the first scenario: they add up to closing."""
    run, years = staff.supply.outlook, staff.needed.years
    flows = signed_flows(run.flows[0], run.joiners[0], SOURCES)
    # Every flow is (year, unit), its first year the base.
    values = np.stack([flow[1:].T for flow in flows.values()])
    areas, sectors, groups = zip(*staff.supply.units, strict=True)
    labels: Labels = {
        "flow": ("flow", list(flows)),
        "area": ("unit", areas),
        "sector": ("unit", sectors),
        "staff_group": ("unit", groups),
        "year": ("year", years[1:]),
    }
    columns = labelled(dict(zip(("flow", "unit", "year"), values.shape, strict=True)), labels)
    constants = {"scenario": scenario, "area_kind": staff.kind, "unit": "people"}
    return pd.DataFrame({**columns, **constants, "principal": values.ravel()})
