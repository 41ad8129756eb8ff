"""What decides a gap of staff: the assumptions that could change its sign, in words and as a table."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np
import pandas as pd

from assets.publication.report.wording import words

NAMED = 2
"""Assumptions named beside a gap."""
LARGEST = 5
"""Gaps of a staff group that the report's table shows."""
_SAID = {
    "annual_drift": "unexplained change of demand",
    "domestic_level": "domestic recruitment",
    "international_joiners_later": "recruits from abroad in later years",
    "international_level": "recruitment from abroad",
    "joiners_per_leaver": "joiners per leaver",
    "leaver_rate": "leaver rate",
    "non_demographic_growth": "growth beyond demography",
    "participation_change": "change of hours per head",
    "productivity_change": "productivity",
    "vacancy_level": "vacancies",
}
"""What the first part of an assumption's id means; what follows it says of whom."""
_OF = {
    "ae": "A&E",
    "gps": "GPs",
    "non_elective": "non-elective admissions",
    "other": "services outside hospitals",
}
_SUMS = ("all", "all_outside_hospital")


def decided_by(tables: Mapping[str, pd.DataFrame], area: str, staff_group: str, year: int) -> list[str]:
    """A sentence on what could change the sign of an area's gap; none where the release does not say."""
    if "headline_signs" not in tables:
        return []
    rows = tables["headline_signs"]
    rows = rows[(rows["area"] == area) & (rows["staff_group"] == staff_group) & (rows["year"] == year)]
    if rows.empty:
        return []
    turning, nearest = _two(rows)
    told = (
        [f"Its sign depends on {'; '.join(turning)}."]
        if turning
        else ["No single assumption changes its sign within its range."]
    )
    target = _at_target(tables, area, staff_group, year)
    return [*told, *([f"Nearest to it: {'; '.join(nearest)}."] if nearest else []), *target]


def turned_by(tables: Mapping[str, pd.DataFrame], area: str, staff_group: str, year: int) -> str:
    """What could change the sign of an area's gap, in one short sentence; empty where it is not said."""
    if "headline_signs" not in tables:
        return ""
    rows = tables["headline_signs"]
    rows = rows[(rows["area"] == area) & (rows["staff_group"] == staff_group) & (rows["year"] == year)]
    if rows.empty:
        return ""
    turning, nearest = _two(rows)
    if turning:
        return f"Short or not depends on {'; '.join(turning)}."
    return f"No single assumption changes the answer; nearest: {nearest[0]}."


def _at_target(tables: Mapping[str, pd.DataFrame], area: str, staff_group: str, year: int) -> list[str]:
    """The gap at the national target for productivity, which lies beyond the range of what is assumed."""
    if "gap_by_productivity" not in tables:
        return []
    rows = tables["gap_by_productivity"]
    rows = rows[(rows["area"] == area) & (rows["staff_group"] == staff_group) & (rows["year"] == year)]
    rows = rows[rows["productivity"] == "national_target"]
    return [
        f"At the national target of {row['percent_a_year']:g} % a year: {row['gap_wte']:,.0f}."
        for row in rows.to_dict("records")
    ]


def _two(rows: pd.DataFrame) -> tuple[list[str], list[str]]:
    """Of a gap's rows the two that decide its sign: those that change it, then those that come nearest."""
    away = rows[["at_low", "at_high"]].mul(np.sign(rows["gap_wte"]), axis=0).min(axis=1)
    ordered = rows.assign(away=away).sort_values(["away", "rank"])
    turning = ordered[ordered["sign_changes"] == "yes"].sort_values("rank").head(NAMED)
    nearest = ordered[ordered["sign_changes"] != "yes"].head(NAMED - len(turning))
    named, others = (list(map(_ends, part.to_dict("records"))) for part in (turning, nearest))
    return named, others


def _ends(row: Mapping[Any, Any]) -> str:
    name = _in_words(str(row["assumption"]).partition(".")[2])
    return f"{name} ({row['at_low']:,.0f} to {row['at_high']:,.0f}, grade {row['evidence_grade']})"


def _in_words(name: str) -> str:
    for first, said in _SAID.items():
        if name.startswith(first):
            of = name.removeprefix(first).strip("_")
            return f"{said}: {_OF.get(of, words(of).lower())}" if of else said
    return words(name).lower()


def signs(tables: Mapping[str, pd.DataFrame], system: str, year: int) -> list[dict[str, Any]]:
    """The system's largest gaps of a staff group in a year, each with the two that decide its sign."""
    if "headline_signs" not in tables:
        return []
    rows = tables["headline_signs"]
    rows = rows[(rows["area"] == system) & (rows["year"] == year) & ~rows["staff_group"].isin(_SUMS)]
    made = []
    gaps = rows.groupby(["sector", "staff_group"])["gap_wte"].first()
    for sector, group in gaps.abs().sort_values(ascending=False).index[:LARGEST]:
        turning, nearest = _two(rows[(rows["sector"] == sector) & (rows["staff_group"] == group)])
        made.append(
            {
                "group": words(group),
                "gap": f"{gaps[sector, group]:,.0f}",
                "changes": "yes" if turning else "no",
                "by": "; ".join([*turning, *nearest]),
            }
        )
    return made


def by_productivity(tables: Mapping[str, pd.DataFrame], system: str, year: int) -> list[dict[str, Any]]:
    """The gap outside hospitals at each rate of productivity: whose rate, per cent a year, the gap."""
    if "gap_by_productivity" not in tables:
        return []
    rows = tables["gap_by_productivity"]
    rows = rows[(rows["area"] == system) & (rows["year"] == year)]
    rows = rows[rows["staff_group"] == "all_outside_hospital"].sort_values("percent_a_year")
    return [
        {
            "rate": words(row["productivity"]),
            "percent": f"{row['percent_a_year']:g}",
            "gap": f"{row['gap_wte']:,.0f}",
        }
        for row in rows.to_dict("records")
    ]
