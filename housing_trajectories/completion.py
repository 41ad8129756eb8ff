"""What a council's own file leaves unsaid: the years already recorded, and those it does not reach.

A file as a council sends it holds its sites from its base date to its plan's end. The homes of years already
published come from the record, and a year the file says nothing of is closed by the plan: what it has left,
or beyond it its annual rate. Phasing of sites and delivery do not belong here.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import pandas as pd

from housing_trajectories.phasing import Plan, plan_balance
from housing_trajectories.schema import RECORDED_REFERENCE, REMAINDER_REFERENCE
from housing_trajectories.selection import plan_in_force

CLOSED_BY_RULE = ("plan_balance", "beyond_plan")
"""Bases of a remainder that is no council's statement but what the plan leaves over."""


def completed(
    table: pd.DataFrame,
    place: str,
    requirements: Sequence[Mapping[Any, Any]],
    recorded: Mapping[int, float],
    first_year: int,
    last_year: int,
) -> pd.DataFrame:
    """The tidy trajectory over first_year … last_year, each year recorded, stated or closed by the plan.

    `recorded` holds the place's net additions by financial year. A file that brings its own recorded rows
    keeps them; otherwise rows of its own in a recorded year are completions, and give way to the record.
    A table that lacks nothing comes back as it is.
    """
    plan = plan_in_force(place, requirements, "adopted")
    assert plan is not None
    pieces = [table]
    if not table["plan_status"].eq("recorded").any():
        known = [year for year in sorted(recorded) if first_year <= year <= last_year]
        pieces[0] = table[~table["year"].isin(known)]
        pieces += [_row(table, place, plan, year, recorded[year]) for year in known]
    stands = pd.concat([piece for piece in pieces if len(piece)], ignore_index=True)
    own = stands[stands["plan_status"].isin(["recorded", "adopted", "beyond_plan"])]
    silent = [year for year in range(first_year, last_year + 1) if year not in set(own["year"])]
    if not silent and len(pieces) == 1:
        return table
    open_years = [year for year in range(first_year, last_year + 1) if year not in recorded]
    balance = plan_balance(plan, {year: round(homes) for year, homes in recorded.items()}, open_years)
    left = dict(zip(open_years, balance, strict=True))
    rows = [_row(table, place, plan, year, float(left[year]), closed=True) for year in silent]
    return pd.concat([stands, *rows], ignore_index=True)


def closed_by_rule(rows: pd.DataFrame, years: Sequence[int]) -> list[bool]:
    """For each year, whether its homes were closed by a rule rather than stated as a whole by the council."""
    remainder = rows["site_reference"].eq(REMAINDER_REFERENCE) & rows["phasing_basis"].isin(CLOSED_BY_RULE)
    closed = set(rows.loc[remainder, "year"])
    return [year in closed for year in years]


def _row(
    table: pd.DataFrame, place: str, plan: Plan, year: int, homes: float, *, closed: bool = False
) -> pd.DataFrame:
    beyond = year > plan.last_year
    basis = ("beyond_plan" if beyond else "plan_balance") if closed else "recorded"
    values: dict[str, object] = {
        "place": place,
        "plan": plan.name if closed else "Live Table 122",
        "plan_status": ("beyond_plan" if beyond else "adopted") if closed else "recorded",
        "site_reference": REMAINDER_REFERENCE if closed else RECORDED_REFERENCE,
        "site_name": "Not stated by the council" if closed else "Net additional dwellings as recorded",
        "planning_status": "mixed" if closed else "completed",
        "phasing_basis": basis,
        "year": year,
        "planned_net_dwellings": homes,
    }
    row = pd.DataFrame({name: [values.get(name)] for name in table.columns})
    return row.astype(table.dtypes.to_dict())
