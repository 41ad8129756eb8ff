"""The workforce stage: its assets, and the stock and flow of staff in post behind the supply of each area."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import dagster as dg
import numpy as np
import pandas as pd
from numpy.typing import NDArray

from assets.published_workforce import recorded_staff_files
from assets.settings import RunSettings
from assets.uncertain_table import released
from assets.workforce_base import staff_in_post, staffing_base
from assets.workforce_draws import place_staffing_draws, provider_staffing_draws
from assets.workforce_gap import staffing_outlook
from assets.workforce_levers import workforce_levers
from assets.workforce_supply import outlook
from assets.workforce_tables import TABLES, StaffingTables, Unit
from models.workforce.outlook import SOURCES, Outlook
from models.workforce.stock_and_flow import signed_flows

# The stage's assets, those of its other modules included: a stage is loaded by this module's name.
__all__ = [
    "place_staffing_draws",
    "provider_staffing_draws",
    "recorded_staff_files",
    "staff_in_post",
    "staffing_base",
    "staffing_outlook",
    "workforce_flows",
    "workforce_levers",
]


@dg.asset(group_name="workforce", ins=TABLES, kinds={"numpy"})
def workforce_flows(settings: RunSettings, **tables: pd.DataFrame) -> pd.DataFrame:
    """Stock and flow of staff in post, principal run of the first scenario: they add up to closing."""
    given = StaffingTables(**tables)
    given = replace(given, scenarios=given.scenarios.head(1))
    first, last = (int(given.known.value(f"demand.{name}")) for name in ("base_year", "last_year"))
    years = np.arange(first, last + 1, dtype=np.int64)
    codes = list(given.places.loc[given.places["kind"] == "place", "place"])
    parts = []
    for kind, areas in (("place", codes), ("provider", given.trusts)):
        units = given.units(areas)
        run = outlook(given, kind, units, years, settings, 0)
        parts.append(_flow_rows(units, run, years).assign(scenario=given.principal, area_kind=kind))
    return released("workforce_flows", [pd.concat(parts, ignore_index=True).assign(unit="people")])


def _flow_rows(units: Sequence[Unit], run: Outlook, years: NDArray[np.int64]) -> pd.DataFrame:
    flows = signed_flows(run.flows[0], run.joiners[0], SOURCES)
    # Flow by unit by year: every flow is (year, unit), its first year the base.
    values = np.stack([flow[1:].T for flow in flows.values()])
    index = pd.MultiIndex.from_product([flows, range(len(units)), years[1:]], names=["flow", "unit", "year"])
    frame = index.to_frame(index=False)
    frame["principal"] = values.ravel()
    names = pd.DataFrame(units, columns=["area", "sector", "staff_group"])
    return frame.join(names, on="unit").drop(columns="unit")
