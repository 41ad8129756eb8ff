"""National table of plan requirements: homes that local plans require, as MHCLG's planning data holds them.

Nothing is derived but types: a total is not made a year's, a joint total is not shared out, and whether a
plan has run out depends on the day of who asks.
"""

from __future__ import annotations

import re
from datetime import datetime

import pandas as pd

from assets.england.authorities import AuthorityCodes, authority_codes
from assets.england.published_files import PublishedFiles, proved, refused_cell
from assets.england.register import NationalTable, Origin

PLANS = "housing/local-plan-data.csv.gz"
_TEXT = {
    "ons_code": "planning_authority",
    "name": "planning_authority_name",
    "plan_id": "plan_id",
    "plan_title": "plan",
    "source_document": "document",
    "notes": "note",
}
_NUMBERS = {
    "start_year": "start_year",
    "end_year": "end_year",
    "number": "homes",
    "min": "homes_from",
    "max": "homes_to",
    "joint_plan_total": "joint_homes",
}
_DATES = ("published", "submitted", "found_sound", "adopted")
_GIVEN = {
    "HOUSING_REQUIREMENT_TOTAL": "total",
    "HOUSING_REQUIREMENT_YEARLY_AVERAGE": "a_year",
    "HOUSING_REQUIREMENT_RANGE": "range",
    "HOUSING_REQUIREMENT_YEARLY_RANGE": "range_a_year",
    "": "none",
}
_WITHDRAWN = re.compile(r"withdrawn\s+(\d{1,2})\s+([a-z]{3})[a-z]*\s+(\d{4})", re.IGNORECASE)
_DATE = r"(\d{4}-\d\d-\d\d)?"
_FLAGS = {"True": "yes", "False": "no"}


def build(published: PublishedFiles) -> list[NationalTable]:
    """`plan_requirements`: a row a plan and planning authority.

    number_given: `total` over the plan's period, `a_year`, `range`, `range_a_year`, `joint_total` or
    `joint_a_year` where only the joint plan's figure is there, `none`. status: how far a plan has come.
    """
    codes = authority_codes(published)
    flags = ("housing_number_type", "is_joint_plan", "updated_date")
    rows = published.table(PLANS, (*_TEXT, *_NUMBERS, *_DATES, *flags), numbers=tuple(_NUMBERS))
    _check(rows)
    table = rows[list(_TEXT)].rename(columns=_TEXT)
    table["note"] = table["note"].str.split().str.join(" ")
    for column, name in _NUMBERS.items():
        table[name] = rows[column].astype("Int32")
    for column in _DATES:
        table[column] = rows[column]
    table["withdrawn"] = [_withdrawn(title) for title in rows["plan_title"]]
    table["number_given"] = _number_given(rows)
    table["status"] = _status(table)
    table["joint"] = rows["is_joint_plan"].map(_FLAGS)
    table["checked"] = rows["updated_date"].str.slice(stop=10)
    table["authority"] = rows["ons_code"].map(codes.current_of).fillna("")
    table["joint_with"] = _joint_with(table)
    given = table["number_given"].value_counts().to_dict()
    counted = ", ".join(f"{name} {count}" for name, count in sorted(given.items()))
    with_number = int(rows[["number", "min", "joint_plan_total"]].notna().any(axis=1).sum())
    proof = proved(PLANS, "plans with a figure of any kind", with_number, len(table) - given.get("none", 0))
    origin = Origin(
        PLANS,
        "mhclg_local_plans",
        str(table["checked"].max())[:7],
        f"{proof}; {counted}",
        _note(codes, table),
    )
    return [NationalTable("plan_requirements", _ordered(table), (origin,), ("planning_authority", "plan_id"))]


def _ordered(table: pd.DataFrame) -> pd.DataFrame:
    first = ["authority", "planning_authority", "planning_authority_name", "plan_id", "plan", "status"]
    last = ["document", "note"]
    return table[[*first, *(c for c in table.columns if c not in {*first, *last}), *last]]


def _check(rows: pd.DataFrame) -> None:
    checks = [
        ("housing_number_type", ~rows["housing_number_type"].isin(_GIVEN), "one of " + ", ".join(_GIVEN)),
        ("is_joint_plan", ~rows["is_joint_plan"].isin(_FLAGS), "True or False"),
        ("ons_code", ~rows["ons_code"].str.fullmatch(r"E\d{8}"), "a GSS code of England"),
        ("start_year", ~(rows["start_year"] <= rows["end_year"]), "a year not after the last"),
        ("min", rows["min"].gt(rows["max"]) | rows["min"].isna().ne(rows["max"].isna()), "at most its max"),
    ]
    checks += [(column, ~rows[column].str.fullmatch(_DATE), "a date such as 2024-03-31") for column in _DATES]
    checks += [
        (column, rows[column].lt(0) | rows[column].mod(1).gt(0), "a whole number") for column in _NUMBERS
    ]
    for column, wrong, expected in checks:
        if wrong.any():
            raise refused_cell(PLANS, rows[column].astype(str), wrong, expected, column)


def _number_given(rows: pd.DataFrame) -> pd.Series:
    given = rows["housing_number_type"].map(_GIVEN)
    own = rows["number"].notna() | rows["min"].notna()
    joint = ~own & rows["joint_plan_total"].notna()
    return given.where(own, "none").mask(joint, "joint_" + given)


def _withdrawn(title: str) -> str:
    """The day a title says the plan was withdrawn on, as 2024-03-31; empty where it says none."""
    found = _WITHDRAWN.search(title)
    if found is None:
        return ""
    return f"{datetime.strptime(' '.join(found.groups()), '%d %b %Y'):%Y-%m-%d}"


def _status(table: pd.DataFrame) -> pd.Series:
    """The last stage a plan has reached; one whose title says so is withdrawn."""
    status = pd.Series("emerging", index=table.index, dtype="str")
    for column in _DATES:
        status = status.mask(table[column].ne(""), column)
    return status.mask(table["plan"].str.contains("withdrawn", case=False), "withdrawn")


def _joint_with(table: pd.DataFrame) -> pd.Series:
    """Codes of the other planning authorities of the same plan, separated by spaces."""
    together = table.groupby("plan_id")["planning_authority"].agg(lambda codes: sorted(codes)).to_dict()
    return pd.Series(
        [
            " ".join(code for code in together[plan] if code != own)
            for plan, own in zip(table["plan_id"], table["planning_authority"], strict=True)
        ],
        index=table.index,
        dtype="str",
    )


def _note(codes: AuthorityCodes, table: pd.DataFrame) -> str:
    none = [f"{codes.names[code]} ({code})" for code in codes.current if code not in set(table["authority"])]
    others = table.loc[table["authority"].eq(""), "planning_authority"].nunique()
    return (
        f"no plan of {', '.join(none) or 'none'}; {others} planning authorities are parks or corporations, "
        "without an authority; a plan of a former district stands under its successor; the day a plan was "
        "withdrawn is in its title alone"
    )
