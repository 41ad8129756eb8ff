"""One place's delivery in one scenario: which total its homes follow, and who delivers them.

Puts together the rows that count (`selection`), the record (`calibration`) and the draws (`delivery`). Random
numbers come in; reading files and writing tables do not belong here.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any, Literal

import numpy as np
import pandas as pd

from housing_trajectories.delivery.changed_homes import HomesChange, changed_homes
from housing_trajectories.delivery.completion import closed_by_rule
from housing_trajectories.delivery.delivery_against_plan import DeliveryAgainstPlan, History, calibrate
from housing_trajectories.delivery.delivery_draws import (
    Array,
    Range,
    SiteTerms,
    deliver,
    market_factor,
    on_schedule,
    site_factors,
    split_log_normal,
    within_ranges,
)
from housing_trajectories.delivery.phasing import plan_balance
from housing_trajectories.delivery.selection import (
    PlannedHomes,
    Plans,
    plan_in_force,
    planned_homes,
    rows_in_scenario,
)
from housing_trajectories.schema import RECORDED_REFERENCE, REMAINDER_REFERENCE

Delivery = Literal["calibrated", "on_schedule", "slow"]
Record = Mapping[Any, Any]


@dataclass(frozen=True)
class DeliveryTerms:
    """Assumptions on delivery beside the record: see `housing.*` in assumptions.csv."""

    sites: SiteTerms
    slow_relative: float
    draft_plan_ratio: Range
    beyond_plan_rate: Range


@dataclass(frozen=True)
class DeliveryNormals:
    """Standard normals of one place, row 0 zeros: `annual` (draws + 1, years) correlated over years, `level`,
    `draft` and `beyond` (draws + 1,), of each site (draws + 1, SITE_NORMALS), and of each reference whose
    homes are a range (draws + 1,)."""

    annual: Array
    level: Array
    draft: Array
    beyond: Array
    sites: Mapping[str, Array]
    ranges: Mapping[str, Array] = field(default_factory=dict)


def trajectory_years(table: pd.DataFrame) -> list[int]:
    """The financial years of a tidy trajectory, first to last, by the year they start in."""
    return list(range(int(table["year"].min()), int(table["year"].max()) + 1))


def site_references(table: pd.DataFrame) -> list[str]:
    """Every reference of a tidy trajectory in any scenario: named sites, then `recorded` and `remainder`."""
    named = set(table["site_reference"]) - {RECORDED_REFERENCE, REMAINDER_REFERENCE}
    return [*sorted(named), RECORDED_REFERENCE, REMAINDER_REFERENCE]


def references_with_ranges(table: pd.DataFrame) -> list[str]:
    """References whose homes the council gives as a range in some year."""
    given = table["planned_low"].notna() | table["planned_high"].notna()
    return sorted(set(table.loc[given, "site_reference"]))


def recorded_by_place(net_additions: Iterable[Record]) -> dict[str, dict[int, float]]:
    """Net additions as published, by place and financial year."""
    recorded: dict[str, dict[int, float]] = {}
    for row in net_additions:
        recorded.setdefault(str(row["place"]), {})[int(row["year"])] = float(row["net_additional_dwellings"])
    return recorded


FEWEST_YEARS, LATEST_YEARS = 3, 10


def calibrate_places(
    net_additions: Iterable[Record], requirements: Sequence[Record], pooling_years: float
) -> dict[str, DeliveryAgainstPlan]:
    """The calibration of every place that has a plan in force and net additions recorded.

    Where fewer than FEWEST_YEARS are recorded under it, as of a plan just adopted or a past rate that stands
    for one, the last LATEST_YEARS stand to its yearly rate.
    """
    recorded = recorded_by_place(net_additions)
    histories: dict[str, History] = {}
    for place in sorted({str(row["place"]) for row in requirements}):
        plan = plan_in_force(place, requirements, "adopted")
        assert plan is not None
        years = [y for y in sorted(recorded.get(place, {})) if plan.first_year <= y <= plan.last_year]
        required = plan.annual_requirement(years)
        # Years that only share out the growth of a stock evenly tell no spread: they count as one.
        if len({recorded[place][year] for year in years}) < FEWEST_YEARS:
            years = sorted(recorded.get(place, {}))[-LATEST_YEARS:]
            required = np.full(len(years), plan.annual_rate)
        histories[place] = (np.array([recorded[place][year] for year in years]), required)
    return calibrate(histories, pooling_years)


def deliver_scenario(
    table: pd.DataFrame,
    place: str,
    delivery: Delivery,
    plans: Plans,
    requirements: Sequence[Record],
    recorded: Mapping[int, float],
    calibration: DeliveryAgainstPlan,
    terms: DeliveryTerms,
    normals: DeliveryNormals,
    changes: Sequence[HomesChange] = (),
) -> Array:
    """Net additional dwellings (draws + 1, years, site_references(table)); sites not in it are 0.

    `recorded` holds the place's net additions as published, by financial year, from its plan's first year.
    `changes` are those that the scenario makes to what is delivered.
    """
    years = trajectory_years(table)
    homes = planned_homes(table, plans, years)
    draws = len(normals.level)
    if delivery == "on_schedule":
        delivered = on_schedule(homes, draws - 1)
    else:
        relative = terms.slow_relative if delivery == "slow" else 1.0
        market = relative * market_factor(normals.annual[:, homes.open_from :], normals.level, calibration)
        usual = _usual_total(place, homes, plans, requirements, calibration, terms, normals, market, relative)
        stated, shift = beside_balance(place, homes, plans, requirements, recorded)
        closed = closed_by_rule(rows_in_scenario(table, plans), homes.years[homes.open_from :])
        size, more = within_ranges(homes, normals.ranges, draws)
        total = np.where(closed, usual + (shift + more) * market, (stated + more) * market)
        total = np.maximum(total, 0.0)
        named = [normals.sites[reference] for reference in homes.references]
        z = np.stack(named, axis=1) if named else np.zeros((draws, 0, 4))
        factors = replace(site_factors(z, homes, terms.sites), size=size)
        delivered = deliver(homes, total, market, factors)
    everything = site_references(table)
    result = np.zeros((draws, len(years), len(everything)))
    own = [*homes.references, RECORDED_REFERENCE, REMAINDER_REFERENCE]
    result[:, :, [everything.index(reference) for reference in own]] = delivered
    return changed_homes(result, everything, homes.open_from, changes) if changes else result


def _usual_total(
    place: str,
    homes: PlannedHomes,
    plans: Plans,
    requirements: Sequence[Record],
    calibration: DeliveryAgainstPlan,
    terms: DeliveryTerms,
    normals: DeliveryNormals,
    market: Array,
    relative: float,
) -> Array:
    """Homes the place usually delivers under its plan in each open year (draws + 1, open years).

    A draft plan has its own ratio to its requirement instead of the record's, and never brings fewer homes
    than the adopted plan would have: asking for more does not make a market build less.
    """
    years = homes.years[homes.open_from :]
    total = _required("adopted", place, requirements, years, terms, normals) * calibration.ratio * market
    if plans == "draft" and plan_in_force(place, requirements, "draft") is not None:
        annual = market_factor(
            normals.annual[:, homes.open_from :], np.zeros(len(normals.level)), calibration
        )
        ratio = split_log_normal(terms.draft_plan_ratio, normals.draft)[:, None]
        drafted = _required("draft", place, requirements, years, terms, normals) * ratio * annual * relative
        total = np.maximum(total, drafted)
    return total


def beside_balance(
    place: str,
    homes: PlannedHomes,
    plans: Plans,
    requirements: Sequence[Record],
    recorded: Mapping[int, float],
) -> tuple[Array, Array]:
    """Homes a trajectory states a year, and how far that is above what its plan has left, (open years,) each.

    Where the plan closes a year (see `completion`), the place's usual delivery holds, and homes brought
    forward, put off, added or dropped against the plan's balance come on top: a trajectory phased by rule
    alone stands at 0. Where a council states all homes of a year itself, its statement takes the place of the
    usual, since what it foresees is in it already.
    """
    status: Plans = "adopted" if plan_in_force(place, requirements, plans) is None else plans
    plan = plan_in_force(place, requirements, status)
    assert plan is not None
    own = zip(homes.years[: homes.open_from], homes.recorded, strict=False)
    years = homes.years[homes.open_from :]
    known = dict(recorded) | {year: float(value) for year, value in own}
    whole = {year: round(value) for year, value in known.items() if year < years[0]}
    stated = homes.planned[homes.open_from :].sum(axis=1) + homes.remainder[homes.open_from :]
    return stated, np.asarray(stated - plan_balance(plan, whole, years), dtype=np.float64)


def _required(
    status: Plans,
    place: str,
    requirements: Sequence[Record],
    years: Sequence[int],
    terms: DeliveryTerms,
    normals: DeliveryNormals,
) -> Array:
    """The plan's annual requirement (draws + 1, years), uncertain beyond its end, where its rate is held."""
    plan = plan_in_force(place, requirements, status)
    assert plan is not None
    held = split_log_normal(terms.beyond_plan_rate, normals.beyond)[:, None]
    beyond = np.array(years) > plan.last_year
    return plan.annual_requirement(years) * np.where(beyond, held, 1.0)
