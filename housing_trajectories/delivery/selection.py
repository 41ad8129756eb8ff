"""Which rows of a trajectory count in a scenario, and those rows as arrays.

Adopted plans: recorded, adopted and beyond-plan rows. Draft plans: a place that has draft rows takes them in
place of its adopted and beyond-plan rows from their first year on, any other place stays as it is. How much
is delivered is elsewhere.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Literal, NamedTuple

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from housing_trajectories.delivery.phasing import LocalPlan, Step
from housing_trajectories.findings import BadInput, Finding
from housing_trajectories.schema import (
    EXPIRED,
    MIX_COLUMNS,
    PAST_RATE,
    RECORDED_REFERENCE,
    REMAINDER_REFERENCE,
)

Plans = Literal["adopted", "draft"]


@dataclass(frozen=True)
class HomesRange:
    """The ends of a range of homes: `below` and `above` the planned homes (years,), `most` over all years."""

    below: NDArray[np.float64]
    above: NDArray[np.float64]
    most: float


@dataclass(frozen=True)
class PlannedHomes:
    """A scenario's rows of one place as arrays.

    `years` are financial years by the year they start in. `recorded` (years,) is what was recorded, and
    `open_from` the first position without a record. `planned` (years, sites) holds whole homes of the named
    sites, `remainder` (years,) those of the remainder. Of each site, `left` is what of its capacity was still
    to build, `under_way` whether some of it stands, `permissioned` whether it has permission, `capacity` its
    homes over its lifetime and `statuses` its planning status. `ranges` has those whose homes the council
    gives as a range, the remainder among them.
    """

    years: tuple[int, ...]
    references: tuple[str, ...]
    recorded: NDArray[np.float64]
    open_from: int
    planned: NDArray[np.float64]
    remainder: NDArray[np.float64]
    left: NDArray[np.float64]
    under_way: NDArray[np.bool_]
    permissioned: NDArray[np.bool_]
    capacity: NDArray[np.float64]
    statuses: tuple[str, ...]
    ranges: Mapping[str, HomesRange] = field(default_factory=dict)


def rows_in_scenario(table: pd.DataFrame, plans: Plans) -> pd.DataFrame:
    """The rows of a tidy trajectory that count where `plans` are taken."""
    status, draft = table["plan_status"], table["plan_status"].eq("draft")
    standing = status.isin(["adopted", "beyond_plan"])
    if plans == "draft" and draft.any():
        standing = draft | (standing & table["year"].lt(table.loc[draft, "year"].min()))
    return table[status.eq("recorded") | standing]


def one_remainder(table: pd.DataFrame) -> pd.DataFrame:
    """A tidy trajectory in which only sites stand by themselves, for delivery.

    Windfall, small sites, lapse allowances and sites with homes lost become the remainder of their plan
    status. Homes by plan status and year stay what they were.
    """
    references = table["site_reference"].astype(str)
    negative = set(references[table["planned_net_dwellings"].lt(0)])
    no_site = references.str.match(_NO_SITE) | references.isin(negative)
    no_site &= references.ne(REMAINDER_REFERENCE) & ~table["plan_status"].eq("recorded")
    if not no_site.any():
        return table
    result = table.copy()
    named = ["site_reference", "site_name", "planning_status"]
    result.loc[no_site, named] = [REMAINDER_REFERENCE, "Windfall and other commitments", "mixed"]
    result.loc[no_site, ["capacity_dwellings", "built_before"]] = np.nan
    keys = ["place", "plan_status", "site_reference", "year"]
    summed = [*_ENDS, "planned_net_dwellings", "communal_bedrooms", "student_bedrooms"]
    for end in _ENDS:
        result[end] = result[end].fillna(result["planned_net_dwellings"])
    rest = {column: "first" for column in result.columns if column not in (*keys, *summed)}
    grouped = result.groupby(keys, as_index=False, sort=False).agg({**dict.fromkeys(summed, "sum"), **rest})
    exact = grouped["planned_low"].eq(grouped["planned_high"])
    grouped[_ENDS] = grouped[_ENDS].mask(exact)
    return grouped[list(table.columns)]


_ENDS = ["planned_low", "planned_high"]


def with_mix(table: pd.DataFrame, sites: pd.DataFrame) -> pd.DataFrame:
    """The tidy trajectory with `capacity_high` and MIX_COLUMNS of each site, missing where none is given."""
    keys, known = ["place", "site_reference"], ["capacity_high", *MIX_COLUMNS]
    if not len(sites):
        return table.assign(**dict.fromkeys(known, np.nan))
    return table.merge(sites[[*keys, *known]], on=keys, how="left", validate="many_to_one")


_NO_SITE = r"(?:windfall|small_sites|lapse_allowance|demolitions|remainder)(?:_\d+|_row_\d+)?$"


def planned_homes(table: pd.DataFrame, plans: Plans, years: Sequence[int]) -> PlannedHomes:
    """The rows of a tidy trajectory that count where `plans` are taken, as arrays over `years`.

    A site's capacity left is its capacity less what was built before, or what is phased where the file gives
    no capacity. Raises ValueError where recorded years do not come first.
    """
    rows = rows_in_scenario(table, plans)
    recorded_rows = rows[rows["plan_status"].eq("recorded")]
    recorded = _over_years(recorded_rows, years)
    recorded_years = set(recorded_rows["year"])
    open_from = sum(year in recorded_years for year in years)
    if any(year in recorded_years for year in years[open_from:]):
        raise ValueError(f"recorded years {sorted(recorded_years)} do not come first among {years[0]}…")
    rest = rows[rows["plan_status"].ne("recorded")]
    sites = rest[rest["site_reference"].ne(REMAINDER_REFERENCE)]
    groups = list(sites.groupby("site_reference", sort=True))
    planned = np.zeros((len(years), len(groups)))
    left = np.zeros(len(groups))
    under_way = np.zeros(len(groups), dtype=bool)
    permissioned = np.zeros(len(groups), dtype=bool)
    capacity = np.zeros(len(groups))
    statuses = []
    for number, (_, site) in enumerate(groups):
        planned[:, number] = _over_years(site, years)
        first = site.iloc[0]
        phased = planned[:, number].sum()
        built = 0.0 if pd.isna(first["built_before"]) else float(first["built_before"])
        left[number] = phased if pd.isna(first["capacity_dwellings"]) else first["capacity_dwellings"] - built
        under_way[number] = built > 0
        permissioned[number] = first["planning_status"] in ("permissioned", "completed")
        capacity[number] = left[number] + built
        statuses.append(str(first["planning_status"]))
    return PlannedHomes(
        years=tuple(years),
        references=tuple(str(reference) for reference, _ in groups),
        recorded=recorded,
        open_from=open_from,
        planned=planned,
        remainder=_over_years(rest[rest["site_reference"].eq(REMAINDER_REFERENCE)], years),
        left=left,
        under_way=under_way,
        permissioned=permissioned,
        capacity=capacity,
        statuses=tuple(statuses),
        ranges=_ranges(rest, years),
    )


def _ranges(rows: pd.DataFrame, years: Sequence[int]) -> dict[str, HomesRange]:
    """The ranges of the rows that have one; a site's most is its capacity, at the upper end of that."""
    planned = rows["planned_net_dwellings"]
    low, high = rows["planned_low"].fillna(planned), rows["planned_high"].fillna(planned)
    below, above = (planned - low).clip(lower=0.0), (high - planned).clip(lower=0.0)
    ranged = set(rows.loc[(below > 0) | (above > 0), "site_reference"])
    result = {}
    for reference in sorted(ranged):
        own = rows["site_reference"].eq(reference)
        by_year = [
            _over_years(rows[own].assign(planned_net_dwellings=ends[own]), years) for ends in (below, above)
        ]
        capacity = float(rows.loc[own, "capacity_dwellings"].iloc[0])
        if "capacity_high" in rows.columns:
            capacity = float(np.fmax(capacity, rows.loc[own, "capacity_high"].iloc[0]))
        capacity -= float(np.nan_to_num(rows.loc[own, "built_before"].iloc[0]))
        most = planned[own].sum() + by_year[1].sum() if np.isnan(capacity) else capacity
        result[str(reference)] = HomesRange(by_year[0], by_year[1], float(most))
    return result


def planned_bedrooms(table: pd.DataFrame, plans: Plans, years: Sequence[int]) -> NDArray[np.float64]:
    """(2, years): bedrooms of class C2 and of students in each of `years`, recorded ones among them."""
    rows = rows_in_scenario(table, plans)
    by_year = rows.groupby("year")[["communal_bedrooms", "student_bedrooms"]].sum()
    return by_year.reindex(list(years), fill_value=0.0).to_numpy(dtype=np.float64).T


class PlannedRow(NamedTuple):
    """Planned homes of a site, or of the rest of a plan, in a financial year."""

    site_reference: str
    site_name: str
    planning_status: str
    phasing_basis: str
    year: int
    planned_net_dwellings: float


def planned_rows(table: pd.DataFrame, plans: Plans, years: Sequence[int]) -> list[PlannedRow]:
    """Planned homes by site_reference and year with name, status and basis, every site in every open year.

    A site may deliver after its planned years, so those stand there too, planned 0; the recorded row has the
    recorded years only. The basis of a year beyond the plan's end is `beyond_plan` for every row.
    """
    rows = rows_in_scenario(table, plans)
    recorded = set(rows.loc[rows["plan_status"].eq("recorded"), "year"])
    open_years = sorted(set(years) - recorded)
    beyond = years_beyond_plan(rows)
    first: dict[str, tuple[str, str]] = {}
    bases: dict[str, str] = {}
    homes: dict[tuple[str, int], float] = {}
    for reference, name, status, basis, year, planned in zip(
        *(rows[column].tolist() for column in PlannedRow._fields), strict=True
    ):
        first.setdefault(reference, (name, status))
        homes[reference, year] = float(planned)
        if basis != "beyond_plan":
            bases.setdefault(reference, basis)
    of_record = sorted({year for reference, year in homes if reference == RECORDED_REFERENCE} & set(years))
    return [
        PlannedRow(
            reference,
            *first[reference],
            "beyond_plan" if year in beyond else bases.get(reference, "beyond_plan"),
            year,
            homes.get((reference, year), 0.0),
        )
        for reference in sorted(first)
        for year in (of_record if reference == RECORDED_REFERENCE else open_years)
    ]


def years_beyond_plan(rows: pd.DataFrame) -> set[int]:
    """Financial years of planned rows that lie beyond the plan's end, by their status or their basis."""
    beyond = rows["plan_status"].eq("beyond_plan") | rows["phasing_basis"].eq("beyond_plan")
    return set(rows.loc[beyond, "year"])


def planned_table(table: pd.DataFrame, plans: Plans, years: Sequence[int]) -> pd.DataFrame:
    """The planned rows as a frame."""
    return pd.DataFrame(planned_rows(table, plans, years), columns=list(PlannedRow._fields))


def plans_of(place: str, requirements: Iterable[Mapping[Any, Any]]) -> list[LocalPlan]:
    """The plans of a place, from rows of the requirements table, adopted before draft, steps in order."""
    plans: dict[tuple[str, str], list[Step]] = {}
    for row in requirements:
        if row["place"] == place:
            step = Step(int(row["first_year"]), int(row["last_year"]), int(row["homes"]))
            plans.setdefault((row["plan_status"], row["plan"]), []).append(step)
    return [
        LocalPlan(place, name, status, tuple(sorted(steps, key=lambda step: step.first_year)))
        for (status, name), steps in sorted(plans.items())
    ]


def plan_in_force(place: str, requirements: Iterable[Mapping[Any, Any]], status: Plans) -> LocalPlan | None:
    """The plan of that status that ends last, as `in_force` has it.

    A plan that was withdrawn is none. Raises BadInput where a place has no adopted plan.
    """
    plan = in_force(plans_of(place, requirements), status)
    if plan is None and status == "adopted":
        raise BadInput(
            [
                Finding(
                    "local_plan_requirements.csv",
                    None,
                    "place",
                    f"no adopted plan of {place}",
                    "its requirement, to know how delivery has stood to it",
                )
            ]
        )
    return plan


def in_force(plans: Iterable[LocalPlan], status: str) -> LocalPlan | None:
    """The plan of a place of that status that ends last; without an adopted one, one that has expired, and
    without that the past rate that stands for a plan."""
    listed = list(plans)
    for one in (status, EXPIRED, PAST_RATE) if status == "adopted" else (status,):
        of_status = [plan for plan in listed if plan.status == one]
        if of_status:
            return max(of_status, key=lambda plan: plan.last_year)
    return None


def _over_years(rows: pd.DataFrame, years: Sequence[int]) -> NDArray[np.float64]:
    by_year = rows.groupby("year")["planned_net_dwellings"].sum()
    return by_year.reindex(list(years), fill_value=0).to_numpy(dtype=np.float64)
