"""The plan: amounts of levers, within limits, that close the system's gap by a year, and what remains."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import NamedTuple

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from assets.workforce.planning.staff_pay import UnitCost
from assets.workforce.staff_draws import WITH_HOSPITALS
from assets.workforce.workforce_inputs import Group, StaffingTables, Unit
from assets.workforce.workforce_levers import (
    ADDS_STAFF,
    HOURS,
    LEAVERS,
    MINUTES,
    MOVED,
    RECRUITS,
    SICKNESS,
    SIZES,
    TRAINING,
    LeverEffects,
)
from models.arrays import FloatArray
from models.workforce.closing_plan import CLOSE, ClosingPlan, closing_plan

OF_PRESENT = "% of today's number"
UNITS = {
    LEAVERS: "percentage points",
    TRAINING: "places a year",
    RECRUITS: "people a year",
    HOURS: "%",
    MINUTES: "minutes",
    SICKNESS: "percentage points",
    MOVED: "percentage points",
}
"""What the amounts of each lever are counted in."""
NAMES = {
    LEAVERS: "Lower leaver rate",
    TRAINING: "More training places",
    RECRUITS: "More recruits from abroad",
    HOURS: "More hours worked a head",
    MINUTES: "Shorter contacts",
    SICKNESS: "Less sickness absence",
    MOVED: "GP appointments moved from GPs to other direct patient care staff",
}
LIMIT, CLOSED, UNUSED, TOO_LATE = "its limit", "the gap", "nothing: not needed", "no effect by then"


class _Option(NamedTuple):
    """A lever of a group, or of the groups that it moves work between: effects a unit by group, and terms."""

    lever: str
    effects: dict[Group, float]
    limit: float
    programme_gbp: float


def plan_rows(
    given: StaffingTables,
    effects: Sequence[LeverEffects],
    gaps: Mapping[Unit, FloatArray],
    costs: Mapping[Group, UnitCost],
) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Rows of `workforce_plan` and of `workforce_plan_gaps`, principal run of the first scenario."""
    year = int(given.known.value("workforce.plan_year"))
    at = [int(each) for each in effects[0].years].index(year)
    groups = [unit[1:] for unit in gaps if unit[0] == given.system and unit[1] != "all"]
    options = _options(given, effects, at)
    gap = np.array([float(gaps[given.system, *group][at]) for group in groups])
    by_group = np.array([[option.effects.get(group, 0.0) for group in groups] for option in options])
    pay = np.array([costs[group].gbp if group in costs else np.nan for group in groups])
    # A group whose cost is not known is taken to cost what the others do on average, in choosing alone.
    filled = np.where(np.isnan(pay), np.nanmean(pay) if not np.isnan(pay).all() else 1.0, pay)
    adds = np.array([option.lever in ADDS_STAFF for option in options])
    programme = np.array([option.programme_gbp for option in options])
    each = np.where(adds, by_group @ filled, 0.0) + np.nan_to_num(programme)
    limits = np.array([option.limit for option in options])
    plan = closing_plan(gap, by_group, limits, each)
    return (
        _lever_rows(year, groups, options, plan, pay),
        _gap_rows(year, groups, options, plan, gap, pay),
    )


def with_gaps_at_once(
    left: pd.DataFrame, at_once: Mapping[Group, FloatArray], years: NDArray[np.int64]
) -> pd.DataFrame:
    """The rows of `workforce_plan_gaps` with the gap that is there when the whole plan runs at once."""
    of_rows = zip(left["sector"], left["staff_group"], left["year"], strict=True)
    at = [int(year) for year in years]
    gaps = np.array(
        [
            at_once[sector, group][at.index(year)] if (sector, group) in at_once else 0.0
            for sector, group, year in of_rows
        ]
    )
    gaps[left["staff_group"] == WITH_HOSPITALS[1]] = gaps.sum()
    said = [
        f"{told}; {gap:,.0f} WTE with all of them at once" if gap >= 0.5 else told
        for told, gap in zip(left["explained"], gaps, strict=True)
    ]
    return left.assign(gap_at_once_wte=gaps, explained=said)


def _options(given: StaffingTables, effects: Sequence[LeverEffects], at: int) -> list[_Option]:
    """Every lever of every group of the system, with its limit; work moved between groups is one option."""
    found: dict[tuple[str, Group | None], dict[Group, float]] = {}
    present: dict[tuple[str, Group], float] = {}
    for each in effects:
        present |= each.present
        for row, ((area, *group), lever) in enumerate(zip(each.units, each.levers, strict=True)):
            if area == given.system:
                of_group: Group = (group[0], group[1])
                effect = float(each.values[row, 0, at]) / given.known.value(SIZES[lever])
                found.setdefault((lever, None if lever == MOVED else of_group), {})[of_group] = effect
    stated = _stated(given.workforce_lever_limits)
    options = []
    for (lever, own), of_groups in found.items():
        of_every = stated.get((lever, "all"), _Limit(0.0, "", np.nan))
        limit, unit, programme = stated.get((lever, own[1]), of_every) if own else of_every
        if own and unit == OF_PRESENT:
            limit *= present.get((lever, own), 0.0) / 100
        options.append(_Option(lever, of_groups, limit, programme))
    return options


class _Limit(NamedTuple):
    limit: float
    unit: str
    programme_gbp: float


def _stated(limits: pd.DataFrame) -> dict[tuple[str, str], _Limit]:
    """The limits by lever and staff group; of a lever without one nothing is used."""
    columns = ("lever", "staff_group", "limit", "limit_unit", "programme_cost_gbp")
    rows = zip(*(limits[name] for name in columns), strict=True)
    return {
        (str(lever), str(group)): _Limit(float(limit), str(unit), float(programme))
        for lever, group, limit, unit, programme in rows
    }


def _binds(amount: float, option: _Option) -> str:
    """What keeps an amount from being more: its limit, or that there is no more to close."""
    if not any(abs(effect) > CLOSE for effect in option.effects.values()):
        return TOO_LATE
    if amount >= option.limit - CLOSE * max(option.limit, 1.0):
        return LIMIT
    return CLOSED if amount > CLOSE else UNUSED


def _lever_rows(
    year: int,
    groups: Sequence[Group],
    options: Sequence[_Option],
    plan: ClosingPlan,
    pay: FloatArray,
) -> pd.DataFrame:
    rows = []
    for number, option in enumerate(options):
        amount = float(plan.amounts[number])
        for group in option.effects:
            position = groups.index(group)
            closed = float(plan.closed[number, position])
            rows.append(
                {
                    "year": year,
                    "sector": group[0],
                    "staff_group": group[1],
                    "lever": option.lever,
                    "lever_name": NAMES[option.lever],
                    "amount": amount,
                    "limit": option.limit,
                    "amount_unit": UNITS[option.lever],
                    "closed_wte": closed,
                    "pay_cost_gbp": closed * float(pay[position]) if option.lever in ADDS_STAFF else 0.0,
                    "programme_cost_gbp": amount * option.programme_gbp,
                    "binds": _binds(amount, option),
                }
            )
    return pd.DataFrame(rows)


def _gap_rows(
    year: int,
    groups: Sequence[Group],
    options: Sequence[_Option],
    plan: ClosingPlan,
    gap: FloatArray,
    pay: FloatArray,
) -> pd.DataFrame:
    adds = np.array([option.lever in ADDS_STAFF for option in options])[:, None]
    closed = plan.closed.sum(axis=0)
    paid = np.where(adds, plan.closed * pay, 0.0).sum(axis=0)
    said = []
    for position, group in enumerate(groups):
        at_limit = [
            NAMES[option.lever]
            for option, amount in zip(options, plan.amounts, strict=True)
            if group in option.effects and option.limit > 0 and _binds(float(amount), option) == LIMIT
        ]
        if gap[position] <= 0 and plan.remaining[position] <= CLOSE:
            said.append("no gap: staff are as many as the posts required, or more")
        elif plan.remaining[position] <= 1e-3:
            said.append("closed within the limits")
        else:
            said.append("not closed: every lever is at its limit (" + "; ".join(at_limit) + ")")
    rows = {
        "year": year,
        "sector": [sector for sector, _ in groups],
        "staff_group": [group for _, group in groups],
        "gap_wte": gap,
        "closed_wte": closed,
        "remaining_wte": plan.remaining,
        "pay_cost_gbp": paid,
        "without_cost_wte": np.where(np.isnan(paid), np.where(adds, plan.closed, 0.0).sum(axis=0), 0.0),
        "explained": said,
    }
    frame = pd.DataFrame(rows)
    total = {
        **frame[["gap_wte", "closed_wte", "remaining_wte", "pay_cost_gbp", "without_cost_wte"]].sum(),
        "year": year,
        "sector": WITH_HOSPITALS[0],
        "staff_group": WITH_HOSPITALS[1],
    }
    left = total["remaining_wte"]
    total["explained"] = (
        "closed within the limits" if left < 0.5 else f"{left:,.0f} WTE stay missing within the limits"
    )
    whole = pd.concat([frame, pd.DataFrame([total])], ignore_index=True)
    # A gap is closed, or over-closed by free levers of a group with more staff than posts, or remains.
    off = (whole["gap_wte"] - whole["closed_wte"] - whole["remaining_wte"]).iloc[:-1]
    if not (off <= 1e-3).all():
        raise ValueError(f"gap, closed and remaining of a staff group differ by {off.max():g} WTE")
    return whole
