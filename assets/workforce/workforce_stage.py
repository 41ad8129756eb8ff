"""The workforce stage: its assets, and the stock and flow of staff in post behind the supply of each area."""

from __future__ import annotations

from typing import NamedTuple

import dagster as dg
import numpy as np
import pandas as pd
import xarray as xr

from assets.inputs.settings import RunSettings
from assets.tables.by_place import ByPlace
from assets.tables.uncertain_table import Labels, labelled, released
from assets.workforce.headline_signs import gaps_of, sign_tables
from assets.workforce.required_staff import place_needs, provider_needs
from assets.workforce.staff_draws import AreaStaff, area_staff, principal_draws
from assets.workforce.workforce_gap import OutlookRows, outlook_rows
from assets.workforce.workforce_inputs import TABLES, StaffingTables
from assets.workforce.workforce_levers import lever_rows
from models.uncertainty.ensemble import streams_asked_for
from models.workforce.stock_and_flow import signed_flows
from models.workforce.supply_outlook import SOURCES

OUTLOOK = ("workforce", "provider_workforce", "workforce_shortage", "training_intake")
"""Tables of requirement and supply, in the order in which they are made."""

SIGNS = ("headline_signs", "gap_by_productivity")
"""Tables of what decides a gap, in the order in which they are made."""


@dg.multi_asset(
    group_name="workforce",
    ins=TABLES,
    outs={
        "place_staffing_draws": dg.AssetOut(
            kinds={"numpy"}, description="Staff each place takes and has in the first scenario, draw by draw."
        ),
        **{name: dg.AssetOut(kinds={"pandas"}) for name in OUTLOOK},
        "workforce_flows": dg.AssetOut(kinds={"numpy"}),
        "workforce_levers": dg.AssetOut(kinds={"numpy"}),
        **{name: dg.AssetOut(kinds={"numpy"}) for name in SIGNS},
    },
)
def staffing(
    demand_draws: ByPlace,
    provider_demand_draws: xr.Dataset,
    settings: RunSettings,
    **tables: pd.DataFrame,
) -> tuple[
    xr.Dataset,
    pd.DataFrame,
    pd.DataFrame,
    pd.DataFrame,
    pd.DataFrame,
    pd.DataFrame,
    pd.DataFrame,
    pd.DataFrame,
    pd.DataFrame,
]:
    """Staff required, supplied and short, by place, trust and group, and the tables the ICB reads.

    One step, because all of it is read off the same draws, which take longer to write and to read again than
    any of it to make.
    """
    given = StaffingTables(**tables)
    with streams_asked_for() as streams:
        needed = place_needs(given, settings, demand_draws, provider_demand_draws)
        places = area_staff(given, settings, needed, "place")
    draws, of_places, kept = principal_draws(places), _rows(given, settings, places), [gaps_of(places)]
    del places, needed  # the draws of one kind of area are held at a time
    with streams_asked_for() as others:
        needed = provider_needs(given, settings, provider_demand_draws)
        trusts = area_staff(given, settings, needed, "provider")
    of_trusts = _rows(given, settings, trusts)
    kept.append(gaps_of(trusts))
    signs = sign_tables(given, settings, kept, {stream.factor for stream in streams | others})
    names = given.providers.set_index("provider")["provider_name"]
    by_trust = [rows.assign(provider_name=rows["provider"].map(names)) for rows in of_trusts.outlook.measured]
    both = (of_places, of_trusts)
    return (
        draws,
        released("workforce", of_places.outlook.measured),
        released("provider_workforce", by_trust),
        released("workforce_shortage", [rows.outlook.shortages for rows in both]),
        released("training_intake", [each for rows in both for each in rows.outlook.intakes]),
        released("workforce_flows", [rows.flows for rows in both]),
        released("workforce_levers", [rows.levers for rows in both]),
        *signs,
    )


class _Rows(NamedTuple):
    """Rows of every table of the stage, of one kind of area."""

    outlook: OutlookRows
    flows: pd.DataFrame
    levers: pd.DataFrame


def _rows(given: StaffingTables, settings: RunSettings, staff: AreaStaff) -> _Rows:
    return _Rows(
        outlook_rows(given, settings, staff),
        _flow_rows(staff, given.principal),
        lever_rows(given, settings, staff),
    )


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
