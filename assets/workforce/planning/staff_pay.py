"""Posts beside the money: what is needed, what is funded, who is there, and what a budget pays."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import NamedTuple

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from assets.inputs.assumptions import Assumptions
from assets.tables.uncertain_table import Labels, labelled
from assets.workforce.staff_draws import SUPPLIED, WITH_HOSPITALS, AreaStaff
from assets.workforce.workforce_inputs import Group, StaffingTables
from models.workforce.pay import affordable_wte, pay_bill, with_on_costs

WTE = ("need_wte", "funded_wte", "substantive_wte", "bank_wte", "agency_wte", "unfilled_wte")
MONEY = ("need_pay_gbp", "funded_pay_gbp", "pay_bill_gbp")
EVERY = "all"
NO_BUDGET = "no budget is given for this row"
NO_COST = "a staff group has no unit cost"
_OFF = 1e-6


class UnitCost(NamedTuple):
    """What a WTE costs a year with on-costs, in GBP; on which scale, and how well that is known."""

    gbp: float
    scale: str
    evidence_grade: str


def unit_costs(given: StaffingTables) -> dict[Group, UnitCost]:
    """By sector and staff group, of `staff_pay`: as given whole, else the middle of a scale with on-costs."""
    known = given.known
    on_costs = [
        known.value(f"workforce.{name}")
        for name in (
            "employer_pension",
            "employer_national_insurance",
            "employer_national_insurance_from",
            "apprenticeship_levy",
        )
    ]
    made: dict[Group, UnitCost] = {}
    pay = given.staff_pay
    middle = pay[["lowest_pay_gbp", "highest_pay_gbp"]].mean(axis=1).to_numpy(dtype=float)
    whole = pay["full_cost_gbp"].to_numpy(dtype=float)
    gbp = np.where(np.isnan(whole), with_on_costs(middle, *on_costs), whole)
    columns = (pay[name] for name in ("sector", "staff_group", "pay_scale", "evidence_grade"))
    for sector, group, scale, grade, cost in zip(*columns, gbp, strict=True):
        made[str(sector), str(group)] = UnitCost(float(cost), str(scale), str(grade))
    return made


class UnitStaff(NamedTuple):
    """Staff of the units (area, sector, group) of a kind by year, principal run of the first scenario."""

    frame: pd.DataFrame


def unit_staff(staff: AreaStaff) -> UnitStaff:
    """Rows of the areas' staff groups that have supply: what is required, in post, and bank and agency."""
    of_areas = staff.areas.values()
    required = np.concatenate([each.required[staff.columns, 0, :, 0] for each in of_areas])
    in_post, temporary = (
        np.concatenate([part[:-1, 0, :, 0] for part in parts])
        for parts in zip(*((each.in_post, each.temporary) for each in of_areas), strict=True)
    )
    areas, sectors, groups = zip(*staff.supply.units, strict=True)
    labels: Labels = {
        "area": ("unit", areas),
        "sector": ("unit", sectors),
        "staff_group": ("unit", groups),
        "year": ("year", staff.needed.years),
    }
    columns = labelled(dict(zip(("unit", "year"), required.shape, strict=True)), labels)
    # Calibrated on: what the base year requires are its funded posts.
    funded = np.repeat(required[:, 0], required.shape[1])
    values = {"need_wte": required, "substantive_wte": in_post, "temporary_wte": temporary}
    told = {name: part.ravel() for name, part in values.items()}
    return UnitStaff(pd.DataFrame({**columns, "area_kind": staff.kind, "funded_wte": funded, **told}))


def position_rows(
    given: StaffingTables, costs: Mapping[Group, UnitCost], staff: Sequence[UnitStaff]
) -> pd.DataFrame:
    """Rows of `staffing_positions` by group, sector and all together, of every area and of the system."""
    known = given.known
    detail = _priced(pd.concat([each.frame for each in staff], ignore_index=True), known, costs)
    summed = [*WTE, *MONEY, "without_cost_wte"]
    whole = detail.groupby(["sector", "staff_group", "year"], as_index=False)[summed].sum(min_count=1)
    detail = pd.concat([detail, whole.assign(area=given.system, area_kind="system")], ignore_index=True)
    keys = ["area", "area_kind", "year"]
    by_sector = detail.groupby([*keys, "sector"], as_index=False)[summed].sum(min_count=1)
    of_all = detail.groupby(keys, as_index=False)[summed].sum(min_count=1)
    names = {kind: group for kind, (_, group) in {**SUPPLIED, "system": WITH_HOSPITALS}.items()}
    sums = [
        by_sector.assign(staff_group=EVERY),
        of_all.assign(sector=EVERY, staff_group=of_all["area_kind"].map(names)),
    ]
    _check(detail, of_all, given.system)
    made = pd.concat([detail, *sums], ignore_index=True)
    made["row_kind"] = np.where(
        made["staff_group"].isin([EVERY, *names.values()]) | (made["area_kind"] == "system"),
        "total",
        "detail",
    )
    keyed = [costs.get(key) for key in zip(made["sector"], made["staff_group"], strict=True)]
    made["unit_cost_gbp"] = [np.nan if cost is None else cost.gbp for cost in keyed]
    made["pay_scale"] = [None if cost is None else cost.scale for cost in keyed]
    return _with_budgets(made, given.workforce_budgets)


def _priced(frame: pd.DataFrame, known: Assumptions, costs: Mapping[Group, UnitCost]) -> pd.DataFrame:
    """The rows with bank and agency apart, and what everybody costs where a unit cost is known."""
    share = known.value("workforce.agency_share") / 100
    cost = np.array(
        [
            costs[key].gbp if key in costs else np.nan
            for key in zip(frame["sector"], frame["staff_group"], strict=True)
        ]
    )
    agency = frame["temporary_wte"] * share
    bank = frame["temporary_wte"] - agency
    bill = pay_bill(
        frame["substantive_wte"].to_numpy(),
        bank.to_numpy(),
        agency.to_numpy(),
        cost,
        known.value("workforce.agency_premium"),
    )
    return frame.assign(
        bank_wte=bank,
        agency_wte=agency,
        unfilled_wte=frame["need_wte"] - frame["substantive_wte"] - frame["temporary_wte"],
        need_pay_gbp=frame["need_wte"] * cost,
        funded_pay_gbp=frame["funded_wte"] * cost,
        pay_bill_gbp=bill,
        without_cost_wte=np.where(np.isnan(cost), frame["need_wte"], 0.0),
    )


def _check(detail: pd.DataFrame, of_all: pd.DataFrame, system: str) -> None:
    """Raise ValueError where the system's total is not that of its areas, in WTE or GBP."""
    columns = [*WTE, *MONEY]
    parts = detail[detail["area"] != system].groupby("year")[columns].sum()
    whole = of_all[of_all["area"] == system].set_index("year")[columns].fillna(0.0)
    off = ((whole - parts).abs() / (1 + parts.abs())).max().max()
    if not off <= _OFF:
        raise ValueError(f"staff and pay of the system differ from its areas' by {off:.2g} of their sum")


def _with_budgets(made: pd.DataFrame, budgets: pd.DataFrame) -> pd.DataFrame:
    """The rows with the budget of their area, sector and year, and the posts it pays; empty without one."""
    keys = zip(budgets["area"], budgets["sector"], budgets["year"], strict=True)
    given = dict(zip(keys, budgets["budget_gbp"], strict=True))
    sums = {EVERY, *(group for _, group in SUPPLIED.values()), WITH_HOSPITALS[1]}
    budget = np.array(
        [
            given.get((area, sector, year), np.nan) if group in sums else np.nan
            for area, sector, group, year in zip(
                made["area"], made["sector"], made["staff_group"], made["year"], strict=True
            )
        ]
    )
    said: list[str] = []
    paid = np.full(len(made), np.nan)
    missing: NDArray[np.bool_] = made["without_cost_wte"].to_numpy() > 0
    posts, pay = made["funded_wte"].to_numpy(), made["funded_pay_gbp"].to_numpy()
    for row, amount in enumerate(budget):
        if np.isnan(amount):
            said.append(NO_BUDGET)
        elif missing[row]:
            said.append(NO_COST)
        else:
            paid[row] = affordable_wte(amount, posts[row : row + 1], pay[row : row + 1] / posts[row])
            said.append("the budget at the mean cost of the funded posts")
    return made.assign(budget_gbp=budget, affordable_wte=paid, affordable_basis=said)
