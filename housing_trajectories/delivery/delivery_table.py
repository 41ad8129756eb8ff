"""The released table of housing delivery, from planned rows and summarised draws. No draws are made here."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from housing_trajectories.delivery.selection import Plans, planned_table, rows_in_scenario, years_beyond_plan
from housing_trajectories.schema import RECORDED_REFERENCE, REMAINDER_REFERENCE, TOTAL_REFERENCE

Array = NDArray[np.float64]

TABLE_COLUMNS = (
    "scenario",
    "place",
    "site_reference",
    "year",
    "site_name",
    "planning_status",
    "phasing_basis",
    "planned_net_dwellings",
    "principal",
    "p10",
    "p50",
    "p90",
)


def with_total(delivered: Array) -> Array:
    """Draws (draws + 1, years, sites) with the place's total as one more column at the end."""
    return np.concatenate([delivered, delivered.sum(axis=2, keepdims=True)], axis=2)


def delivery_rows(
    scenario: str,
    place: str,
    table: pd.DataFrame,
    plans: Plans,
    references: Sequence[str],
    years: Sequence[int],
    summary: tuple[Array, Array, Array, Array],
) -> pd.DataFrame:
    """Rows of a place and scenario: its sites in the years they may deliver, then its total in every year.

    `summary` is principal, P10, P50 and P90, each (years, references + 1), the total last. Raises ValueError
    if homes would be left out: the rows of every year must sum to its total in the principal run.
    """
    stated = planned_table(table, plans, years)
    pieces = [stated, total_rows(table, plans, years)]
    delivered = summary[0][:, list(references).index(REMAINDER_REFERENCE)]
    if REMAINDER_REFERENCE not in set(stated["site_reference"]) and delivered.any():
        pieces.insert(1, _unstated(stated, table, plans, years))
    planned = pd.concat(pieces, ignore_index=True)
    column = {reference: number for number, reference in enumerate([*references, TOTAL_REFERENCE])}
    at_year = planned["year"].to_numpy() - years[0]
    at_reference = planned["site_reference"].map(column).to_numpy()
    for name, values in zip(("principal", "p10", "p50", "p90"), summary, strict=True):
        planned[name] = values[at_year, at_reference]
    is_total = planned["site_reference"].eq(TOTAL_REFERENCE)
    sums = planned[~is_total].groupby("year")["principal"].sum()
    totals = planned[is_total].set_index("year")["principal"]
    gap = sums.reindex(totals.index, fill_value=0.0).sub(totals).abs()
    if gap.max() > 1e-6:
        raise ValueError(f"{scenario} {place}: sites miss the total of {gap.idxmax()} by {gap.max():g} homes")
    return planned.assign(scenario=scenario, place=place)[list(TABLE_COLUMNS)]


def _unstated(stated: pd.DataFrame, table: pd.DataFrame, plans: Plans, years: Sequence[int]) -> pd.DataFrame:
    """A remainder planned at 0 in the open years, of a plan that names sites alone: what a place usually
    delivers beyond them stands there."""
    rows = rows_in_scenario(table, plans)
    recorded = set(rows.loc[rows["plan_status"].eq("recorded"), "year"])
    open_years = [year for year in years if year not in recorded]
    bases = stated.drop_duplicates("year").set_index("year")["phasing_basis"]
    beyond = {year for year, basis in bases.items() if basis == "beyond_plan"}
    return pd.DataFrame(
        {
            "site_reference": REMAINDER_REFERENCE,
            "site_name": "Not stated by the council",
            "planning_status": "mixed",
            "phasing_basis": ["beyond_plan" if year in beyond else "plan_balance" for year in open_years],
            "year": open_years,
            "planned_net_dwellings": 0.0,
        }
    )


def total_rows(table: pd.DataFrame, plans: Plans, years: Sequence[int]) -> pd.DataFrame:
    """The planned total of every year, marked recorded, beyond_plan, or plan_total between them."""
    rows = rows_in_scenario(table, plans)
    planned = rows.groupby("year")["planned_net_dwellings"].sum().reindex(list(years), fill_value=0)
    recorded = set(rows.loc[rows["site_reference"].eq(RECORDED_REFERENCE), "year"])
    beyond = years_beyond_plan(rows)
    return _total_frame(
        years,
        ["recorded" if y in recorded else "beyond_plan" if y in beyond else "plan_total" for y in years],
        planned.to_numpy(dtype=np.float64),
        "completed",
    )


def system_rows(
    scenario: str,
    system: str,
    places: Mapping[str, pd.DataFrame],
    years: Sequence[int],
    summary: tuple[Array, Array, Array, Array],
) -> pd.DataFrame:
    """The system's total from its places' total rows of the scenario; `summary` arrays are (years,).

    A year is beyond_plan as soon as one place's is, recorded only where every place's is.
    """
    totals = pd.concat(places.values(), ignore_index=True)
    planned = totals.groupby("year")["planned_net_dwellings"].sum().reindex(list(years))
    bases = totals.groupby("year")["phasing_basis"].agg(set)
    basis = [
        "beyond_plan" if "beyond_plan" in found else "recorded" if found == {"recorded"} else "plan_total"
        for found in bases.reindex(list(years))
    ]
    frame = _total_frame(years, basis, planned.to_numpy(dtype=np.float64), "completed")
    for name, values in zip(("principal", "p10", "p50", "p90"), summary, strict=True):
        frame[name] = values
    return frame.assign(scenario=scenario, place=system)[list(TABLE_COLUMNS)]


def _total_frame(
    years: Sequence[int], basis: list[str], planned: Array, recorded_status: str
) -> pd.DataFrame:
    return pd.DataFrame(
        {
            "site_reference": TOTAL_REFERENCE,
            "site_name": "All homes",
            "planning_status": [recorded_status if b == "recorded" else "mixed" for b in basis],
            "phasing_basis": basis,
            "year": list(years),
            "planned_net_dwellings": planned,
        }
    )
