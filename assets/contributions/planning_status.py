"""A site's planning status in one phrase that agrees with what is built and when homes are phased."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import pandas as pd

from housing_trajectories.schema import financial_year_label

_PERMISSION = {
    "permissioned": "permission is issued",
    "completed": "permission is issued",
    "pending decision": "an application is not decided",
    "not permissioned": "no permission is on record for the homes counted here",
    "mixed": "part of it has a permission",
}


def status_phrase(status: str, built: float, first_year: int, first_decision: int) -> str:
    """One phrase of the permission, the homes built (NaN: not recorded) and the first year phased.

    Homes that stand had a permission, so those that have none are the rest of the site. A year that is past
    says when homes were phased, never that they were built.
    """
    words = _PERMISSION[status]
    if status == "completed":
        return f"{words}, and the site is completed"
    if built > 0:
        stand = f"{built:,.0f} homes are recorded as built"
        if status == "permissioned":
            return f"{words}, and {stand}"
        return f"{stand}; of the rest, {words}"
    year = financial_year_label(first_year)
    if first_year >= first_decision:
        return f"{words}; first homes are phased for {year}"
    ask = "" if status == "permissioned" else ": ask the council whether a part has been permitted since"
    phased = f"the trajectory phased its first homes for {year}"
    return f"{words}; {phased}, and how many are built is not recorded{ask}"


def planning_words(
    status: str, first_year: int, first_decision: int, published: Mapping[str, Any] | None
) -> str:
    """The phrase, and where the status is from: the note of the list of sites dates it where it can."""
    recorded = None if published is None else published["built_dwellings"]
    built = float("nan") if recorded is None or pd.isna(recorded) else float(recorded)
    listed = None if published is None else published["first_completions_year"]
    year = first_year if listed is None or pd.isna(listed) else min(int(listed), first_year)
    phrase = status_phrase(status, built, year, first_decision)
    if published is None or published["planning_status"] != status:
        return f"{phrase} (as the council's trajectory has it; the date of the status is not given)"
    note = published["note"]
    words = "the date of the status is not given" if pd.isna(note) else str(note)
    return f"{phrase} (grade {published['evidence_grade']}: {words})"
