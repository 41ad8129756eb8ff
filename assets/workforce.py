"""The workforce stage: its assets, and the stock and flow of staff in post behind the supply of each area."""

from __future__ import annotations

import dagster as dg
import numpy as np
import pandas as pd
import xarray as xr

from assets.by_place import ByPlace
from assets.published_workforce import recorded_staff_files
from assets.settings import RunSettings
from assets.uncertain_table import Labels, labelled, released
from assets.workforce_base import staff_in_post, staffing_base
from assets.workforce_draws import AreaStaff, area_staff, principal_draws
from assets.workforce_gap import outlook_tables
from assets.workforce_levers import lever_table
from assets.workforce_requirement import place_needs, provider_needs
from assets.workforce_tables import TABLES, StaffingTables
from models.workforce.outlook import SOURCES
from models.workforce.stock_and_flow import signed_flows

# The stage's assets, those of its other modules included: a stage is loaded by this module's name.
__all__ = ["recorded_staff_files", "staff_in_post", "staffing", "staffing_base"]

OUTLOOK = ("workforce", "provider_workforce", "workforce_shortage", "training_intake")
"""Tables of what is required and there, in the order in which they are made."""


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
    },
)
def staffing(
    demand_draws: ByPlace,
    provider_demand_draws: xr.Dataset,
    settings: RunSettings,
    **tables: pd.DataFrame,
) -> tuple[xr.Dataset, pd.DataFrame, pd.DataFrame, pd.DataFrame, pd.DataFrame, pd.DataFrame, pd.DataFrame]:
    """Staff that demand takes and those there are by place and trust, and what a board reads off both.

    One step, because all of it is read off the same draws, which take longer to write and to read again than
    any of it to make.
    """
    given = StaffingTables(**tables)
    places = area_staff(
        given, settings, place_needs(given, settings, demand_draws, provider_demand_draws), "place"
    )
    trusts = area_staff(given, settings, provider_needs(given, settings, provider_demand_draws), "provider")
    return (
        principal_draws(places),
        *outlook_tables(given, settings, places, trusts),
        released("workforce_flows", [_flow_rows(of_kind, given.principal) for of_kind in (places, trusts)]),
        lever_table(given, settings, (places, trusts)),
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
