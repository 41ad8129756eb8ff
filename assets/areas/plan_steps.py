"""Requirements of local plans as rows of the input table, from the planning data as published.

The plan that a council adopted last stands; former districts' plans stand side by side until one of the new
council does. A plan still to be adopted is a draft. Where no plan has a figure, the past rate goes on.
"""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd

from assets.areas.national_rows import AreaOfEngland, Level, NationalRows
from housing_trajectories.schema import EXPIRED, PAST_RATE
from models.areas.plan_split import rates_together, share_by_stock

FIRST_OPEN = 2025
"""The first financial year without recorded net additions: a plan that ends before it has expired."""
_PAST_YEARS = 10
_ASSUMED_UNTIL = 2040
_STAGES = {
    "emerging": "in preparation",
    "published": "published for comment",
    "submitted": "submitted for examination",
    "found_sound": "found sound",
}
_TIMES_A_YEAR = ("a_year", "range_a_year", "joint_a_year")


def plan_rows(area: AreaOfEngland, additions: pd.DataFrame, stock: pd.DataFrame) -> NationalRows:
    """Adopted, expired and draft plans of the area's councils, and past rates where there is none.

    additions, stock: rows of net_additional_dwellings and dwelling_stock of the area.
    """
    published = area.of("plan_requirements")
    rows: list[dict[str, Any]] = []
    levels: dict[str, Level] = {}
    for place in area.authorities:
        own = published[published["place"] == place].copy()
        own["homes"] = [_homes(area, place, row) for row in own.to_dict("records")]
        own = own[own["homes"].notna() & own["withdrawn"].fillna("").eq("")]
        adopted = own[own["status"] == "adopted"].sort_values(["adopted", "start_year"])
        adopted = adopted.drop_duplicates("planning_authority", keep="last")
        if (adopted["planning_authority"] == place).any():
            adopted = adopted[adopted["planning_authority"] == place]
        if len(adopted):
            rows.append(_adopted(place, adopted))
            joint = adopted["number_given"].str.startswith("joint").any()
            levels[place] = "derived" if joint or len(adopted) > 1 else "published"
        else:
            rows.append(_past_rate(place, additions))
            levels[place] = "derived"
        rows[-1] = _recorded_part(rows[-1], additions)
        last = rows[-1]["last_year"]
        drafts = own[own["status"].isin(_STAGES) & own["planning_authority"].eq(place)]
        drafts = drafts[drafts["end_year"] - 1 > max(last, FIRST_OPEN)]
        if len(drafts):
            draft = drafts.sort_values(["end_year", "plan"]).iloc[-1]
            rows.append(_row(place, draft.to_dict(), "draft", _STAGES[str(draft["status"])]))
    return NationalRows(
        "local_plan_requirements",
        pd.DataFrame(rows),
        "published",
        "mhclg_local_plans",
        "2025-03",
        levels=levels,
    )


def _homes(area: AreaOfEngland, place: str, row: dict[Any, Any]) -> float:
    """A council's homes over the plan's years; nan where none is given."""
    given = str(row["number_given"])
    if given == "none":
        return np.nan
    homes = float(row["joint_homes"] if given.startswith("joint") else row["homes"])
    if given.startswith("range"):
        homes = float(np.mean([row["homes_from"], row["homes_to"]]))
    if given in _TIMES_A_YEAR:
        homes *= row["end_year"] - row["start_year"]
    if given.startswith("joint"):
        return _own_part(area, place, homes, str(row["joint_with"]).split())
    return homes


def _own_part(area: AreaOfEngland, place: str, homes: float, others: list[str]) -> float:
    """A council's part of a joint plan; a former district among the others counts as its successor."""
    taxed = area.load("council_tax_stock").set_index("authority")["dwellings"]
    successors = area.load("authorities").set_index("code")["successor"]
    now = {successors.get(other) or other for other in others}
    together = [place, *sorted(code for code in now if code in taxed.index and code != place)]
    return share_by_stock(homes, float(taxed[place]), taxed[together].to_numpy(float))


def _adopted(place: str, plans: pd.DataFrame) -> dict[str, Any]:
    if len(plans) == 1:
        plan = plans.iloc[0].to_dict()
        ended = plan["end_year"] - 1 < FIRST_OPEN
        return _row(place, plan, EXPIRED if ended else "adopted")
    years = (plans["end_year"] - plans["start_year"]).to_numpy(float)
    rate = rates_together(plans["homes"].to_numpy(float), years)
    first, last = int(plans["start_year"].max()), int(plans["end_year"].min()) - 1
    last = max(last, first)
    named = plans.iloc[-1].to_dict() | {
        "plan": "Plans of the former districts together",
        "start_year": first,
        "end_year": last + 1,
        "homes": rate * (last + 1 - first),
        "adopted": plans["adopted"].min(),
    }
    told = f"{len(plans)} plans side by side: {'; '.join(plans['plan'])}"
    return _row(place, named, EXPIRED if last < FIRST_OPEN else "adopted", told)


def _recorded_part(row: dict[str, Any], additions: pd.DataFrame) -> dict[str, Any]:
    """A plan from its first year with recorded net additions on, at its own rate: nothing says what it had
    delivered before.
    """
    first = int(additions.loc[additions["place"] == row["place"], "year"].min())
    if row["first_year"] >= first:
        return row
    left = (row["last_year"] + 1 - first) / (row["last_year"] + 1 - row["first_year"])
    told = f"{row['note']}; from {row['first_year']}, before the first record: its part since {first}"
    return row | {"first_year": first, "homes": round(row["homes"] * left), "note": told}


def _past_rate(place: str, additions: pd.DataFrame) -> dict[str, Any]:
    own = additions[additions["place"] == place].sort_values("year")
    recent = own.tail(_PAST_YEARS)["net_additional_dwellings"].to_numpy(float)
    first, end = int(own["year"].max()) + 1, _ASSUMED_UNTIL + 1
    plan = {
        "plan": "No requirement on record: past rate of delivery",
        "start_year": first,
        "end_year": end,
        "homes": max(float(recent.mean()), 0.0) * (end - first),
    }
    told = f"Mean of the last {_PAST_YEARS} years of net additional dwellings; no plan has a figure"
    return _row(place, plan, PAST_RATE, told)


def _row(place: str, plan: dict[Any, Any], status: str, note: str = "") -> dict[str, Any]:
    given = str(plan.get("number_given", ""))
    split = "; its part of a joint plan by dwellings" if given.startswith("joint") else ""
    middle = "; the middle of a range" if given.startswith("range") else ""
    return {
        "place": place,
        "plan": plan["plan"],
        "first_year": int(plan["start_year"]),
        "last_year": int(plan["end_year"]) - 1,
        "plan_status": status,
        "homes": round(plan["homes"]),
        "adopted_on": plan.get("adopted") or None,
        "as_of": plan.get("checked"),
        "note": f"{note}{split}{middle}".removeprefix("; ") or None,
    }
