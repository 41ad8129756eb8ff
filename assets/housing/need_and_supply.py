"""Each plan beside local housing need, what its trajectory plans and what is expected: four figures apart.

A requirement is policy, need is a formula, supply is what a council plans by year, and delivery is what its
record makes of it. None of them stands for another.
"""

from collections.abc import Mapping
from datetime import date
from typing import Any

import dagster as dg
import numpy as np
import pandas as pd

from assets.inputs.assumptions import Assumptions
from assets.inputs.scenarios import PRINCIPAL, Scenario, read_scenarios
from assets.inputs.settings import RunSettings
from assets.inputs.system_totals import council_codes
from assets.tables.by_place import ByPlace
from assets.tables.uncertain_table import released, summarised
from housing_trajectories.delivery.phasing import LocalPlan
from housing_trajectories.delivery.selection import plan_in_force
from housing_trajectories.schema import EXPIRED, PAST_RATE, TOTAL_REFERENCE, WITHDRAWN, financial_year_label
from models.housing.standard_method import affordability_step, local_housing_need

NAME = "housing_need_and_supply"
YEARS_AHEAD = (5, 15)
REVIEWED_EVERY = 5
"""Years after which national policy has a requirement reviewed."""


@dg.asset(group_name="housing")
def housing_need_and_supply(
    settings: RunSettings,
    places: pd.DataFrame,
    local_plan_requirements: pd.DataFrame,
    affordability_ratios: pd.DataFrame,
    dwelling_stock: pd.DataFrame,
    net_additional_dwellings: pd.DataFrame,
    area_inputs: pd.DataFrame,
    assumptions: pd.DataFrame,
    scenarios: pd.DataFrame,
    place_housing_delivery: ByPlace,
    housing_delivery_draws: ByPlace,
) -> pd.DataFrame:
    """Requirement, local housing need, supply and expected delivery of each plan, over five and 15 years."""
    known, today = Assumptions(assumptions), settings.today
    by_plans = _scenarios(read_scenarios(scenarios))
    names = dict(zip(places["place"], places["place_name"], strict=True))
    ratios = affordability_ratios.set_index("place")["affordability_ratio"].to_dict()
    derived = set(area_inputs.query("input == 'local_plan_requirements' and level == 'derived'")["unit"])
    requirements = local_plan_requirements.to_dict("records")
    rows: list[dict[str, Any]] = []
    for place in council_codes(places):
        stock, from_year = _stock(place, dwelling_stock, net_additional_dwellings)
        ratio = ratios.get(place, np.nan)
        need = _need(known, stock, ratio)
        withdrawn = [r["plan"] for r in requirements if r["place"] == place and r["plan_status"] == WITHDRAWN]
        for plans, scenario in by_plans.items():
            plan = plan_in_force(place, requirements, plans)
            if plan is None:
                continue
            told = next(r for r in requirements if r["place"] == place and r["plan"] == plan.name)
            common = {
                "place": place,
                "place_name": names[place],
                "plan": plan.name,
                "plan_status": plan.status,
                "adopted_on": told["adopted_on"],
                "as_of": told["as_of"],
                "first_year": plan.first_year,
                "last_year": plan.last_year,
                "requirement_a_year": plan.annual_rate,
                "evidence_grade": _grade(plan, place in derived),
                "stock": stock,
                "affordability_ratio": ratio,
                "local_housing_need_a_year": need,
                "from_year": from_year,
                "note": _note(plan, told, need, ratio, withdrawn, today),
            }
            delivered = housing_delivery_draws[place]["net_additional_dwellings"].sel(scenario=scenario)
            planned = place_housing_delivery[place]
            whole = planned["site_reference"].eq(TOTAL_REFERENCE) & planned["scenario"].eq(scenario)
            for ahead in YEARS_AHEAD:
                years = range(from_year, from_year + ahead)
                homes = delivered.sel(year=list(years)).sum("site_reference", skipna=False).mean("year")
                summary = summarised(homes.transpose("draw").to_numpy(), f"homes of {place}")
                supply = (
                    planned.loc[whole & planned["year"].isin(years), "planned_net_dwellings"].sum() / ahead
                )
                values = {name: float(value) for name, value in summary._asdict().items()}
                rows.append({**common, "years_ahead": ahead, "supply_a_year": float(supply), **values})
    return released(NAME, [pd.DataFrame(rows)])


def _scenarios(defined: list[Scenario]) -> Mapping[Any, str]:
    """The scenario whose homes are those of an adopted plan, and of a draft one where there is such."""
    found = {"adopted": PRINCIPAL}
    for scenario in defined:
        if scenario.population == "housing_led" and scenario.plans == "draft":
            found.setdefault("draft", scenario.name)
    return found


def _stock(place: str, stock: pd.DataFrame, additions: pd.DataFrame) -> tuple[float, int]:
    """Dwellings at the end of the record of net additions, and the first financial year after it."""
    own = stock[stock["place"] == place].sort_values("year").iloc[-1]
    since = additions[(additions["place"] == place) & (additions["year"] >= own["year"])]
    recorded = additions.loc[additions["place"] == place, "year"].max()
    return float(own["dwellings"] + since["net_additional_dwellings"].sum()), int(recorded) + 1


def _need(known: Assumptions, stock: float, ratio: float) -> float:
    share = known.value("housing.need_stock_share") / 100
    threshold = known.value("housing.need_affordability_threshold")
    step = known.value("housing.need_affordability_step")
    multiplier = 1.0 if np.isnan(ratio) else affordability_step(ratio, threshold, step)
    return local_housing_need(stock, share, multiplier)


def _grade(plan: LocalPlan, derived: bool) -> str:
    """A for a plan in force as published; B for one worked out, run out or in draft; C for none."""
    if plan.status == PAST_RATE:
        return "C"
    return "A" if plan.status == "adopted" and not derived else "B"


def _note(
    plan: LocalPlan, told: Mapping[Any, Any], need: float, ratio: float, withdrawn: list[str], today: date
) -> str:
    """What a reader must know of a plan, in sentences."""
    said = []
    if plan.status == PAST_RATE:
        said.append("No plan has a figure: the past rate of delivery stands for a requirement (grade C).")
    elif plan.status == EXPIRED:
        said.append(f"The plan ran out in {financial_year_label(plan.last_year)}.")
    elif plan.status == "draft":
        said.append("Not adopted: only the scenario of draft plans uses it.")
    if isinstance(told["adopted_on"], str) and plan.status != "draft":
        adopted = date.fromisoformat(told["adopted_on"])
        due = (adopted.year + REVIEWED_EVERY, adopted.month, adopted.day)
        if due < (today.year, today.month, today.day):
            said.append(
                f"Adopted on {adopted.day} {adopted:%B %Y}, more than five years ago, and no review is on "
                f"record: local housing need of {need:,.0f} a year stands beside the requirement of "
                f"{plan.annual_rate:,.0f}."
            )
    said += [f"{name} was withdrawn and is not used." for name in dict.fromkeys(withdrawn)]
    if np.isnan(ratio):
        said.append("No affordability ratio is given, so need is without its affordability step.")
    if isinstance(told["note"], str):
        said.append(f"The plan's row says: {told['note']}.")
    return " ".join(said)
