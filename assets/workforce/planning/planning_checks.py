"""What is wrong in pay, limits of levers, budgets and the plan's year, told before a run starts."""

from __future__ import annotations

from collections.abc import Collection, Mapping

import pandas as pd

from assets.inputs.assumptions import Assumptions
from housing_trajectories.findings import BadInput, Finding
from models.workforce.pay import unpriced_scales

FIRST_ROW = 2
"""Of a file, under its header."""
EVERY = "all"
TABLES = ("staff_pay", "workforce_lever_limits", "workforce_budgets", "places", "providers")


def planning_findings(
    tables: Mapping[str, pd.DataFrame], pairs: Collection[tuple[str, str]]
) -> list[Finding]:
    """Unknown groups and areas, scales without ends or upside down, a plan's year that is not projected."""
    return [
        *_pay(tables["staff_pay"], pairs),
        *_limits(tables["workforce_lever_limits"], {group for _, group in pairs}),
        *_budgets(tables),
        *_plan_year(Assumptions(tables["assumptions"])),
    ]


def _pay(pay: pd.DataFrame, pairs: Collection[tuple[str, str]]) -> list[Finding]:
    findings = []
    scales = (
        pay[name].to_numpy(dtype=float) for name in ("lowest_pay_gbp", "highest_pay_gbp", "full_cost_gbp")
    )
    wrong = unpriced_scales(*scales)
    for row, (sector, group) in enumerate(zip(pay["sector"], pay["staff_group"], strict=True)):
        if (sector, group) not in pairs:
            found, wanted = f"{group} of {sector}", "a staff group of staff_groups.csv"
            findings.append(Finding("staff_pay.csv", row + FIRST_ROW, "staff_group", found, wanted))
        if wrong[row]:
            low, high = pay["lowest_pay_gbp"].iloc[row], pay["highest_pay_gbp"].iloc[row]
            wanted = "a scale from lowest to highest, or a full_cost_gbp"
            findings.append(
                Finding("staff_pay.csv", row + FIRST_ROW, "lowest_pay_gbp", f"{low:g} to {high:g}", wanted)
            )
    return findings


def _limits(limits: pd.DataFrame, groups: Collection[str]) -> list[Finding]:
    return [
        Finding("workforce_lever_limits.csv", row, "staff_group", str(group), "a staff group, or all")
        for row, group in enumerate(limits["staff_group"], start=FIRST_ROW)
        if group not in {*groups, EVERY}
    ]


def _budgets(tables: Mapping[str, pd.DataFrame]) -> list[Finding]:
    areas = {*tables["places"]["place"], *tables["providers"]["provider"]}
    wanted = "a place, trust or system of places.csv or providers.csv"
    return [
        Finding("workforce_budgets.csv", row, "area", str(area), wanted)
        for row, area in enumerate(tables["workforce_budgets"]["area"], start=FIRST_ROW)
        if area not in areas
    ]


def _plan_year(known: Assumptions) -> list[Finding]:
    try:
        first, last = (int(known.value(f"demand.{name}")) for name in ("base_year", "last_year"))
        year = known.value("workforce.plan_year")
    except BadInput as error:
        return list(error.findings)
    if year == int(year) and first < year <= last:
        return []
    wanted = f"a projected year, {first + 1} to {last}"
    return [Finding("assumptions.csv", None, "id workforce.plan_year", f"{year:g}", wanted)]
