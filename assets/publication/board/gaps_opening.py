"""Gaps of buildings and staff by place and trust: from when, how large, and what decides the answer.

A gap is what is required less what there is. It picks rows of released tables; it computes nothing.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import pandas as pd

from assets.inputs.scenarios import PRINCIPAL, WITHOUT_ADDED_GROWTH
from assets.publication.headlines import HEADLINE_YEARS, first_full, first_years

YEAR = HEADLINE_YEARS[1]
"""The year whose gap is shown."""
ROOMS = "gp_consulting_rooms"
OUTSIDE_HOSPITAL = "all_outside_hospital"
_ALL = "all"
_SHARED = "all"
_WINTER = "general_acute_beds_winter_peak"
"""The same beds as general and acute ones, at the peak: its own row would tell the same gap twice."""
_EVEN = 50
"""Per cent of draws: the threshold of `estates_timing` that is a gap's central year."""


@dataclass(frozen=True)
class Gap:
    """A gap of one thing in one area.

    early, central, late: the first years in which 10, 50 and 90 % of draws are short (central of consulting
    rooms: from which on more draws than not are short to the end). None: not by `last`, the last year looked
    at. `first` is the first such year; a gap there may have been there for long.
    spare_again, for_good: where fewer than half of the draws are short in a year after the central one, the
    first such year, and the first from which half or more are short to the end.
    value, low, high: the gap of YEAR, principal and 80 % interval, in `unit`; negative is spare.
    without: the principal gap of YEAR without growth beyond demography; None where not known.
    decide_by: the year by which a building must be decided on to be there in time; past: whether it is over.
    from_building: per cent of the gap's variance that comes from existing space that is only estimated.
    """

    area: str
    area_name: str
    what: str
    basis: str
    unit: str
    first: int
    last: int
    early: int | None
    central: int | None
    late: int | None
    value: float
    low: float
    high: float
    without: float | None = None
    decide_by: int | None = None
    past: bool = False
    from_building: float | None = None
    spare_again: int | None = None
    for_good: int | None = None

    @property
    def sign_is_known(self) -> bool:
        """Whether nine of ten draws, or more, agree that it is short, or that it is not."""
        return self.low > 0 or self.high < 0


def building_gaps(tables: Mapping[str, pd.DataFrame]) -> list[Gap]:
    """Hospital beds by trust, then consulting rooms of general practice by place; those that open first lead.

    Only of buildings whose existing capacity is known or estimated.
    """
    return [*_trusts_beds(tables), *_rooms_by_place(tables)]


def _trusts_beds(tables: Mapping[str, pd.DataFrame]) -> list[Gap]:
    if not {"capacity_breach", "provider_estates"} <= tables.keys():
        return []
    breach, estates = tables["capacity_breach"], tables["provider_estates"]
    breach = breach[breach["scenario"] == PRINCIPAL]
    years = breach["year"]
    found = []
    for row in first_full(breach).to_dict("records"):
        if row["area_kind"] != "provider" or row["facility"] == _WINTER:
            continue
        own = estates[(estates["provider"] == row["area"]) & (estates["facility"] == row["facility"])]
        gaps = own[(own["measure"] == "gap") & (own["year"] == YEAR)].set_index("scenario")
        if PRINCIPAL not in gaps.index:
            continue
        chosen = gaps.loc[PRINCIPAL]
        found.append(
            Gap(
                area=str(row["area"]),
                area_name=str(chosen["provider_name"]),
                what=str(row["facility"]),
                basis=f"facility|{row['facility']}",
                unit=str(chosen["unit"]),
                first=int(years.min()),
                last=int(years.max()),
                **_years(row),
                **_of(chosen),
                without=_principal(gaps, WITHOUT_ADDED_GROWTH),
                **_decide_by(tables, str(row["area"]), str(row["facility"])),
                **_interrupted(breach, row),
            )
        )
    return found


def _rooms_by_place(tables: Mapping[str, pd.DataFrame]) -> list[Gap]:
    if "local_estates" not in tables:
        return []
    rows = tables["local_estates"]
    rows = rows[(rows["scenario"] == PRINCIPAL) & (rows["area_kind"] == "place")]
    rows = rows[(rows["facility"] == ROOMS) & (rows["measure"] == "gap")]
    years = first_years(rows.rename(columns={"probability_short": "probability"}), ["area"])
    found = []
    chosen = {row["area"]: row for row in rows[rows["year"] == YEAR].to_dict("records")}
    for first in years.to_dict("records"):
        place = first["area"]
        if place not in chosen:
            continue
        row = chosen[place]
        found.append(
            Gap(
                area=str(place),
                area_name=str(row["area_name"]),
                what=ROOMS,
                basis=f"facility|{ROOMS}",
                unit=str(row["unit"]),
                first=int(rows["year"].min()),
                last=int(rows["year"].max()),
                early=_year(first["early"]),
                central=_year(row["first_year_short"]),
                late=_year(first["late"]),
                **_of(row),
                from_building=_number(row["interval_from_building_percent"]),
            )
        )
    return sorted(found, key=lambda gap: (gap.central or gap.last + 1, gap.area))


def staff_gaps(tables: Mapping[str, pd.DataFrame]) -> list[Gap]:
    """Staff outside hospitals by place, then all staff by trust, those that open first leading in each.

    Years are those of `workforce_shortage`: more of the posts unfilled than is tolerated.
    """
    if "workforce_shortage" not in tables:
        return []
    short = tables["workforce_shortage"]
    short = short[short["scenario"] == PRINCIPAL]
    found = []
    for kind, group, table, of in (
        ("place", OUTSIDE_HOSPITAL, "workforce", "place"),
        ("provider", _ALL, "provider_workforce", "provider"),
    ):
        if table not in tables:
            continue
        rows = short[(short["area_kind"] == kind) & (short["staff_group"] == group)]
        gaps = tables[table]
        gaps = gaps[(gaps["staff_group"] == group) & (gaps["measure"] == "gap_wte") & (gaps["year"] == YEAR)]
        for row in first_years(rows, ["area", "area_name"]).to_dict("records"):
            own = gaps[gaps[of] == row["area"]].set_index("scenario")
            if PRINCIPAL not in own.index:
                continue
            chosen = own.loc[PRINCIPAL]
            found.append(
                Gap(
                    area=str(row["area"]),
                    area_name=str(row["area_name"]),
                    what=group,
                    basis=f"staff|{_SHARED}|{group}",
                    unit=str(chosen["unit"]),
                    first=int(rows["year"].min()),
                    last=int(rows["year"].max()),
                    **_years(row),
                    **_of(chosen),
                    without=_principal(own, WITHOUT_ADDED_GROWTH),
                )
            )
    return found


def tolerated_percent(tables: Mapping[str, pd.DataFrame]) -> float | None:
    """Per cent of posts unfilled that no shortage of staff is; None where the release does not say."""
    if "workforce_shortage" not in tables or tables["workforce_shortage"].empty:
        return None
    return float(tables["workforce_shortage"]["tolerance_percent"].iloc[0])


def _decide_by(tables: Mapping[str, pd.DataFrame], area: str, facility: str) -> dict[str, Any]:
    if "estates_timing" not in tables:
        return {}
    rows = tables["estates_timing"]
    rows = rows[(rows["scenario"] == PRINCIPAL) & (rows["area"] == area) & (rows["facility"] == facility)]
    rows = rows[rows["threshold_percent"] == _EVEN]
    if rows.empty:
        return {}
    return {"decide_by": _year(rows["decide_by"].iloc[0]), "past": rows["status"].iloc[0] == "late"}


def _interrupted(breach: pd.DataFrame, row: Mapping[Any, Any]) -> dict[str, Any]:
    """Whether a gap closes again after its central year, and from when it is there to the end."""
    if pd.isna(row["central"]):
        return {}
    own = breach[(breach["area"] == row["area"]) & (breach["facility"] == row["facility"])]
    own = own[own["year"] >= row["central"]].sort_values("year")
    enough = own.loc[own["probability"] < _EVEN / 100, "year"]
    if enough.empty:
        return {}
    after = own.loc[own["year"] > enough.max(), "year"]
    return {"spare_again": int(enough.min()), "for_good": int(after.min()) if len(after) else None}


def _years(row: Any) -> dict[str, Any]:
    return {name: _year(row[name]) for name in ("early", "central", "late")}


def _of(row: Any) -> dict[str, Any]:
    return {"value": float(row["principal"]), "low": float(row["p10"]), "high": float(row["p90"])}


def _principal(by_scenario: pd.DataFrame, scenario: str) -> float | None:
    return dict(by_scenario["principal"].astype(float)).get(scenario)


def _year(value: Any) -> int | None:
    return None if pd.isna(value) else int(value)


def _number(value: Any) -> float | None:
    return None if pd.isna(value) else float(value)
