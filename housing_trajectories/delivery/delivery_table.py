"""The released tables of housing delivery and of how late homes come, from planned rows and draws.

No draws are made here.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from housing_trajectories.delivery.selection import Plans, planned_table, rows_in_scenario, years_beyond_plan
from housing_trajectories.schema import RECORDED_REFERENCE, REMAINDER_REFERENCE, TOTAL_REFERENCE

Array = NDArray[np.float64]

_SUMMARY = ("principal", "p10", "p50", "p90")
TABLE_COLUMNS = (
    *("scenario", "place", "site_reference", "year", "site_name", "planning_status", "phasing_basis"),
    *("planned_net_dwellings", *_SUMMARY),
)
OUTCOMES = ("on_time", "late", "not_at_all")
_OUTCOME_COLUMNS = (
    *("scenario", "place", "site_reference", "outcome", "site_name", "planned_net_dwellings", *_SUMMARY),
)
_NO_SITE = (RECORDED_REFERENCE, REMAINDER_REFERENCE)


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
    for name, values in zip(_SUMMARY, summary, strict=True):
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
    frame = _total_frame(years, basis, planned.to_numpy(dtype=np.float64))
    for name, values in zip(_SUMMARY, summary, strict=True):
        frame[name] = values
    return frame.assign(scenario=scenario, place=system)[list(TABLE_COLUMNS)]


def _total_frame(years: Sequence[int], basis: list[str], planned: Array) -> pd.DataFrame:
    return pd.DataFrame(
        {
            "site_reference": TOTAL_REFERENCE,
            "site_name": "All homes",
            "planning_status": ["completed" if b == "recorded" else "mixed" for b in basis],
            "phasing_basis": basis,
            "year": list(years),
            "planned_net_dwellings": planned,
        }
    )


def outcomes(planned: Array, delivered: Array) -> Array:
    """(draws, sites, 3): homes on time, late, and not delivered by the last year, of `planned`
    (years, sites).

    Homes come in the order they are planned: a home planned in a year is on time if the site has delivered it
    by that year's end, late if it has by the last year's. The three sum to the homes planned. `delivered` is
    (draws, years, sites).
    """
    before = np.cumsum(planned, axis=0) - planned
    so_far = np.cumsum(delivered, axis=1)
    on_time = np.clip(so_far - before, 0.0, planned).sum(axis=1)
    never = np.maximum(planned.sum(axis=0) - so_far[:, -1], 0.0)
    late = np.maximum(planned.sum(axis=0) - on_time - never, 0.0)
    return np.stack([on_time, late, never], axis=2)


def lateness_rows(
    scenario: str,
    place: str,
    table: pd.DataFrame,
    plans: Plans,
    references: Sequence[str],
    years: Sequence[int],
    delivered: Array,
) -> tuple[pd.DataFrame, Array]:
    """Rows of each named site and of all of them together, and the draws (draws + 1, sites + 1, 3).

    `delivered` is (draws + 1, years, references). Recorded homes and the remainder are no site, so what is
    late or lost of them has no meaning and they are left out; `all` is the named sites.
    """
    rows = rows_in_scenario(table, plans)
    names = dict(zip(rows["site_reference"], rows["site_name"], strict=True))
    open_rows = rows[rows["plan_status"].ne("recorded")]
    named = [r for r in references if r in set(open_rows["site_reference"]) and r not in _NO_SITE]
    at = [list(references).index(reference) for reference in named]
    planned = planned_table(table, plans, years).pivot_table(
        index="year", columns="site_reference", values="planned_net_dwellings", aggfunc="sum"
    )
    homes = planned.reindex(index=list(years), columns=named).fillna(0.0).to_numpy(dtype=np.float64)
    by_site = outcomes(homes, delivered[:, :, at])
    draws = np.concatenate([by_site, by_site.sum(axis=1, keepdims=True)], axis=1)
    labels = [*named, TOTAL_REFERENCE]
    totals = [*homes.sum(axis=0), homes.sum()]
    frame = pd.DataFrame(
        {
            "scenario": scenario,
            "place": place,
            "site_reference": np.repeat(labels, len(OUTCOMES)),
            "outcome": list(OUTCOMES) * len(labels),
            "site_name": np.repeat([*(str(names[r]) for r in named), "All named sites"], len(OUTCOMES)),
            "planned_net_dwellings": np.repeat(totals, len(OUTCOMES)),
        }
    )
    return frame, draws


def with_values(frame: pd.DataFrame, summary: Mapping[str, Array]) -> pd.DataFrame:
    """The rows with principal, p10, p50 and p90, each (sites + 1, 3)."""
    return frame.assign(**{name: values.ravel() for name, values in summary.items()})[list(_OUTCOME_COLUMNS)]
