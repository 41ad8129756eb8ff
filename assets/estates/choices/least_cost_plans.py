"""The least-cost set of options of each area at a probability, and the cost of certainty: `estates_plan`."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd

from assets.estates.choices.area_gaps import AreaGaps
from assets.estates.choices.option_terms import LEASE, NEW_BUILD, NOTHING, TIME, AreaOptions, Priced
from assets.estates.choices.priced_options import rows_by_area
from models.arrays import FloatArray
from models.estates.estate_options import saved_together
from models.estates.least_cost_set import CLOSE, least_cost_set

PROBABILITIES = (50.0, 80.0, 90.0)
ALL, SYSTEM = "all", "system"
TOGETHER = "All of them together"
ALL_CLOSED, NOT_CLOSED = "closed within the ceilings", "not closed: every option is at its ceiling"
LEAST_COST, LEAST_CAPITAL, LEAST_REVENUE = "least cost", "least capital", "least premises revenue"
WITHIN_WALLS = "within today's walls"
_SUMMED = (
    "rooms_gained", "m2_gained", "capital_gbp", "capital_low_bias_gbp", "capital_high_bias_gbp",
    "premises_revenue_gbp", "running_cost_gbp", "right_of_use_gbp", "net_present_cost_gbp",
    "net_present_cost_low_gbp", "net_present_cost_high_gbp", "carbon_built_tonnes", "carbon_year_tonnes",
)  # fmt: skip


@dataclass(frozen=True)
class Plan:
    """Of each area the amounts (area, option) that close its gaps (area, 2) at a probability."""

    probability: float
    gaps: FloatArray
    amounts: FloatArray
    closed: FloatArray
    """(area,) share of draws in which both gaps of the plan's year are closed, all of it acting at once."""


def unit_costs(given: AreaOptions) -> Priced:
    """What the whole of a unit of each option costs in each area."""
    return given.priced(np.ones(given.most.shape), given.beside)


def least_cost_plan(
    areas: AreaGaps,
    given: AreaOptions,
    probability: float,
    costs: FloatArray | None = None,
    without: tuple[str, ...] = (),
) -> Plan:
    """Amounts that close each area's gaps of the plan's year at the least of `costs` (area, option).

    costs: of a unit, net present cost where none are given. Options of `without` are left out.
    """
    options = given.options
    gaps = areas.gaps_at(options.plan_year, probability)
    of_unit = unit_costs(given).present if costs is None else costs
    usable = ~options.of_kind(NOTHING) & ~np.isin(options.names, without)
    # Of an area of which it is not known what exists nothing is planned.
    gaps = np.where(areas.known[:, None], gaps, 0.0)
    most = np.where(usable & areas.known[:, None], given.most, 0.0)
    least = np.where(most > 0, given.least, 0.0)
    amounts = least_cost_set(gaps, np.nan_to_num(given.beside), most, least, np.nan_to_num(of_unit))
    return Plan(probability, gaps, amounts, chance_closed(areas, given, amounts))


def chance_closed(areas: AreaGaps, given: AreaOptions, amounts: FloatArray) -> FloatArray:
    """(area,) share of draws in which rooms and floor suffice in the plan's year with amounts."""
    options = given.options
    at = areas.at(options.plan_year)
    time = options.of_kind(*TIME)
    saved = saved_together(options.saved[time], amounts[:, time])[:, None]
    built = np.where(time[:, None], 0.0, amounts[..., None] * given.beside).sum(axis=1)
    rooms = areas.rooms_required[:, at, 1:]
    room_gap = rooms * (1 - saved) - areas.rooms_existing[:, at, 1:] - built[:, :1]
    floor_gap = areas.floor_gap[:, at, 1:] - rooms * saved * options.room_area - built[:, 1:]
    # A millionth of a room is the programme's rounding.
    return np.asarray(((room_gap <= 1e-4) & (floor_gap <= 1e-2)).mean(axis=-1))


def choices_of(areas: AreaGaps, given: AreaOptions, probability: float) -> dict[str, Plan]:
    """Ways to close the gaps by what they are least in, and what can be done within today's walls alone."""
    costs = unit_costs(given)
    # Where a line is not touched the cheaper of two counts.
    little = 1e-6 * costs.present
    built = ("extend", NEW_BUILD, LEASE)
    return {
        LEAST_COST: least_cost_plan(areas, given, probability),
        LEAST_CAPITAL: least_cost_plan(areas, given, probability, costs.capital + little),
        LEAST_REVENUE: least_cost_plan(areas, given, probability, costs.premises + little),
        WITHIN_WALLS: least_cost_plan(areas, given, probability, without=built),
    }


def plan_rows_of(areas: AreaGaps, given: AreaOptions, plans: list[Plan], system: str | None) -> pd.DataFrame:
    """Rows of `estates_plan`: by probability and area every option, all of them, and the system's sums.

    system: None where the areas are no parts of it, and have no sum.
    """
    frames = [_rows(areas, given, plan) for plan in plans]
    rows = pd.concat(frames, ignore_index=True)
    if rows.empty:
        return rows
    if system is not None:
        rows = pd.concat([rows, _whole(rows, system)], ignore_index=True)
    first = rows[rows["probability_percent"] == plans[0].probability].set_index(["area", "option"])
    at = pd.MultiIndex.from_frame(rows[["area", "option"]])
    cost = first["net_present_cost_gbp"].reindex(at).to_numpy()
    return rows.assign(cost_of_certainty_gbp=rows["net_present_cost_gbp"].to_numpy() - cost)


def _whole(rows: pd.DataFrame, system: str) -> pd.DataFrame:
    """Sums over areas by probability and option."""
    summed = [*_SUMMED, "rooms_gap", "m2_gap"]
    keys = ["probability_percent", "option", "option_name", "year"]
    whole = rows.groupby(keys, sort=False)[summed].sum().reset_index()
    units = rows.drop_duplicates("option").set_index("option")["amount_unit"]
    return whole.assign(
        area=system, area_kind=SYSTEM, area_name="All teams together", place=system, amount=np.nan,
        amount_unit=whole["option"].map(units), probability_closed=np.nan, binds=None,
    )  # fmt: skip


def _rows(areas: AreaGaps, given: AreaOptions, plan: Plan) -> pd.DataFrame:
    """Rows of a plan: of every area each option, and all of them together."""
    options = given.options
    here = np.flatnonzero(areas.known)
    priced = given.priced(plan.amounts, given.beside)
    rows = rows_by_area(areas, given, here, plan.gaps, plan.amounts, priced)
    full = plan.amounts >= given.most - CLOSE * np.maximum(given.most, 1.0)
    binds = np.select([full, plan.amounts > 0], ["its ceiling", "the gap"], "nothing: not needed")
    rows = rows.assign(binds=binds[here].ravel().astype(object), probability_closed=np.nan)
    rows = rows[np.tile(~options.of_kind(NOTHING), len(here))]
    summed = rows.groupby("area", sort=False)[list(_SUMMED)].sum().reset_index()
    shared = rows.drop_duplicates("area").drop(columns=[*_SUMMED, "probability_closed"])
    gained = np.einsum("ao,aon->an", plan.amounts, given.beside)
    left = (plan.gaps > gained * (1 + 1e-5) + CLOSE).any(axis=-1)
    together = shared.merge(summed, on="area", validate="one_to_one").assign(
        option=ALL,
        option_name=TOGETHER,
        amount=np.nan,
        amount_unit="none",
        probability_closed=plan.closed[here],
        binds=np.where(left[here], NOT_CLOSED, ALL_CLOSED).astype(object),
    )
    return pd.concat([rows, together], ignore_index=True).assign(probability_percent=int(plan.probability))
