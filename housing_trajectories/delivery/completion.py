"""What a council's own file leaves unsaid: the years already recorded, and those it does not reach.

A file as a council sends it holds its sites from its base date to its plan's end, or some way beyond. The
homes of years already published come from the record, and a year the file says nothing of is closed by the
plan: what it has left, or beyond it its annual rate. Phasing of sites and delivery do not belong here.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
import pandas as pd

from housing_trajectories.delivery.phasing import LocalPlan, plan_balance
from housing_trajectories.delivery.selection import plan_in_force
from housing_trajectories.schema import RECORDED_REFERENCE, REMAINDER_REFERENCE

CLOSED_BY_RULE = ("plan_balance", "beyond_plan")
"""Bases of a remainder that is no council's statement but what the plan leaves over."""

_SITE = ["place", "site_reference"]
_ENDS = ["planned_low", "planned_high"]
_BEDROOMS = ["communal_bedrooms", "student_bedrooms"]


def completed(
    table: pd.DataFrame,
    place: str,
    requirements: Sequence[Mapping[Any, Any]],
    recorded: Mapping[int, float],
    first_year: int,
    last_year: int,
) -> pd.DataFrame:
    """The tidy trajectory over first_year … last_year, each year recorded, stated or closed by the plan.

    `recorded` holds the place's net additions by financial year. A year that the file itself gives as
    recorded for the whole place keeps that; in any other year with net additions published these hold, and
    the file's own rows are completions: their homes count as built on their sites. Beyond the plan, sites
    stand within the plan's annual rate unless the file says what comes beside them. A table that lacks
    nothing comes back as it is.
    """
    plan = plan_in_force(place, requirements, "adopted")
    assert plan is not None
    of_place = table["plan_status"].eq("recorded") & table["site_reference"].eq(RECORDED_REFERENCE)
    known = [
        year
        for year in sorted(recorded)
        if first_year <= year <= last_year and year not in set(table.loc[of_place, "year"])
    ]
    before = table["year"].lt(first_year) | (table["year"].isin(known) & ~of_place)
    stands = _built(table, before)[~before & table["year"].le(last_year)]
    stands = _record_of_sites(stands, {*known, *table.loc[of_place, "year"]})
    pieces = [stands, _rows(table, place, plan, {year: recorded[year] for year in known})]
    own = pd.concat([piece for piece in pieces if len(piece)], ignore_index=True)
    own = own[own["plan_status"].isin(["recorded", "adopted", "beyond_plan"])]
    open_years = [year for year in range(first_year, last_year + 1) if year not in recorded]
    balance = plan_balance(plan, {year: round(homes) for year, homes in recorded.items()}, open_years)
    left = dict(zip(open_years, balance.astype(np.float64), strict=True))
    stated = own.groupby("year")["planned_net_dwellings"].sum()
    whole = {
        *own.loc[own["year"].le(plan.last_year) | own["plan_status"].eq("recorded"), "year"],
        *own.loc[own["site_reference"].eq(REMAINDER_REFERENCE), "year"],
    }
    closed = {
        year: max(0.0, left[year] - stated.get(year, 0.0))
        for year in range(first_year, last_year + 1)
        if year not in whole
    }
    if not known and not closed and len(stands) == len(table):
        return table
    pieces.append(_rows(table, place, plan, closed, closed=True))
    return pd.concat([piece for piece in pieces if len(piece)], ignore_index=True)


def closed_by_rule(rows: pd.DataFrame, years: Sequence[int]) -> list[bool]:
    """For each year, whether its homes were closed by a rule rather than stated as a whole by the council."""
    remainder = rows["site_reference"].eq(REMAINDER_REFERENCE) & rows["phasing_basis"].isin(CLOSED_BY_RULE)
    closed = set(rows.loc[remainder, "year"])
    return [year in closed for year in years]


def _built(table: pd.DataFrame, before: pd.Series) -> pd.DataFrame:
    """The table with the homes of the rows `before` counted as built on their sites' other rows."""
    homes = table["planned_net_dwellings"].where(before, 0.0)
    built = homes.groupby([table[name] for name in _SITE]).transform("sum")
    result = table.copy()
    result["built_before"] = (
        table["built_before"].fillna(0.0).add(built).where(built > 0, table["built_before"])
    )
    return result


def _record_of_sites(table: pd.DataFrame, record: set[int]) -> pd.DataFrame:
    """Homes that the file records on sites, after the published record: the place's record as far as years
    follow it without a gap, planned homes after that.
    """
    on_sites = table["plan_status"].eq("recorded") & table["site_reference"].ne(RECORDED_REFERENCE)
    if not on_sites.any():
        return table
    last = max(record, default=int(table.loc[on_sites, "year"].min()) - 1)
    while last + 1 in set(table.loc[on_sites, "year"]):
        last += 1
    result = _built(table, on_sites & table["year"].le(last))
    result.loc[on_sites & table["year"].gt(last), ["plan_status", "phasing_basis"]] = ["adopted", "published"]
    merged = on_sites & table["year"].le(last)
    sums = result[merged].groupby(["place", "year"], as_index=False)[["planned_net_dwellings", *_BEDROOMS]]
    rows = pd.concat([result[merged].head(1)] * result.loc[merged, "year"].nunique(), ignore_index=True)
    rows[["place", "year", "planned_net_dwellings", *_BEDROOMS]] = sums.sum()
    rows[["site_reference", "site_name", "planning_status"]] = [
        RECORDED_REFERENCE,
        "Homes recorded before the base date",
        "completed",
    ]
    rows[[*_ENDS, "capacity_dwellings", "built_before"]] = np.nan
    return pd.concat([result[~merged], rows[list(table.columns)]], ignore_index=True)


def _rows(
    table: pd.DataFrame, place: str, plan: LocalPlan, homes: Mapping[int, float], *, closed: bool = False
) -> pd.DataFrame:
    """Rows of the place's record by year, or of what its plan leaves over, with the table's columns."""
    years = np.array(list(homes), dtype=np.int64)
    beyond = years > plan.last_year
    values: dict[str, object] = {
        "place": place,
        "plan": plan.name if closed else "Live Table 122",
        "plan_status": np.where(beyond, "beyond_plan", "adopted") if closed else "recorded",
        "site_reference": REMAINDER_REFERENCE if closed else RECORDED_REFERENCE,
        "site_name": "Not stated by the council" if closed else "Net additional dwellings as recorded",
        "planning_status": "mixed" if closed else "completed",
        "phasing_basis": np.where(beyond, "beyond_plan", "plan_balance") if closed else "recorded",
        "year": years,
        "planned_net_dwellings": np.array(list(homes.values()), dtype=np.float64),
        **dict.fromkeys(_BEDROOMS, 0.0),
    }
    rows = pd.DataFrame({name: values.get(name, np.nan) for name in table.columns}, index=range(len(years)))
    return rows.astype(table.dtypes.to_dict())
