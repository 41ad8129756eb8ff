"""The first screen of the report: gaps and when they open, growth, the age of the evidence, what changed."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import pandas as pd

from assets.inputs.scenarios import PRINCIPAL, WITHOUT_ADDED_GROWTH
from assets.publication.board.gaps_opening import OUTSIDE_HOSPITAL, ROOMS, Gap
from assets.publication.board.service_growth import main_growth
from assets.publication.headlines import HEADLINE_YEARS, HEADLINES, Headline, headline_rows
from assets.publication.report.signs_shown import decided_by, turned_by
from assets.publication.report.wording import financial, short, words
from assets.release_history.release_changes import TOTAL

YEAR = HEADLINE_YEARS[1]
"""The year of the first screen."""
_WORTH_TELLING = 0.1
"""A gap without growth beyond demography is told where it is another by more than this part of it."""
_WHAT = {
    "all": "All staff",
    OUTSIDE_HOSPITAL: "Staff outside hospitals",
    ROOMS: "GP consulting rooms",
}
_TILES = (
    ("People", "population", {"sex": "persons", "age_band": "all"}, "persons", "population"),
    ("Aged 65 and over", "population", {"sex": "persons", "age_band": "65+"}, "persons", "population"),
    ("Homes", "households", {"measure": "dwellings"}, "dwellings", "housing_delivery"),
)


@dataclass(frozen=True)
class Changes:
    """What changed since the release before: `known` is whether there was one to compare with.

    told: sentences on the system's headlines of YEAR that changed; others: on all others that changed;
    same: why nothing did, with what it is known by, empty where something did.
    """

    known: bool
    told: tuple[str, ...] = ()
    others: tuple[str, ...] = ()
    same: str = ""


def estimates_until(tables: Mapping[str, pd.DataFrame]) -> int:
    """The last mid-year that is estimated and not projected."""
    return int(tables["projection_errors"]["year"].max())


def as_of(tables: Mapping[str, pd.DataFrame], until: int) -> str:
    """What the release is as of, in words; `until` as `estimates_until` has it."""
    recorded = tables["housing_delivery"]
    last = recorded.loc[recorded["phasing_basis"] == "recorded", "year"].max()
    return f"people as estimated at mid-{until}, homes as recorded to March {int(last) + 1}."


def beyond_plan(tables: Mapping[str, pd.DataFrame]) -> dict[str, int]:
    """By place, the first year beyond the adopted plan."""
    if "housing_delivery" not in tables:
        return {}
    rows = tables["housing_delivery"]
    rows = rows[(rows["scenario"] == PRINCIPAL) & (rows["site_reference"] == "all")]
    first = rows[rows["phasing_basis"] == "beyond_plan"].groupby("place")["year"].min()
    return {str(place): int(year) for place, year in first.items()}


def tiles(tables: Mapping[str, pd.DataFrame], system: str) -> list[dict[str, str]]:
    """People, older people and homes of the system: title, number, interval, what was before, basis."""
    until = estimates_until(tables)
    made = []
    for title, table, where, unit, basis in _TILES:
        if table not in tables:
            continue
        own = tables[table]
        own = own[(own["scenario"] == PRINCIPAL) & (own["place"] == system) & own["year"].isin((until, YEAR))]
        for column, value in where.items():
            own = own[own[column] == value]
        own = own.set_index("year")
        if YEAR not in own.index:
            continue
        chosen = own.loc[YEAR]
        made.append(
            {
                "title": f"{title}, {YEAR}",
                "number": f"{chosen['principal']:,.0f}",
                "interval": f"({chosen['p10']:,.0f} to {chosen['p90']:,.0f}) {unit}",
                "beside": f"In {until}: {own['principal'][until]:,.0f}." if until in own.index else "",
                "basis": basis,
            }
        )
    return made


def gap_rows(tables: Mapping[str, pd.DataFrame], gaps: list[Gap]) -> list[dict[str, Any]]:
    """Gaps as the first screen's tables show them: where, what, from when, how much, what decides it."""
    return [
        {
            "where": short(gap.area_name),
            "what": _WHAT.get(gap.what) or words(gap.what),
            "basis": gap.basis,
            "from": _opens(gap),
            "range": _between(gap),
            "gap": _shortfall(gap),
            "interval": f"{_signed(gap.low)} to {_signed(gap.high)}",
            "unit": gap.unit,
            "decides": _decides(tables, gap),
            "soon": _by_then(gap),
        }
        for gap in gaps
    ]


def _opens(gap: Gap) -> str:
    if gap.central is None:
        return f"not by {financial(gap.last)}"
    return f"already in {financial(gap.first)}" if gap.central == gap.first else financial(gap.central)


def _between(gap: Gap) -> str:
    early = f"not by {financial(gap.last)}" if gap.early is None else financial(gap.early)
    if gap.early == gap.first:
        early = f"{early} or before"
    late = f"after {financial(gap.last)}" if gap.late is None else financial(gap.late)
    between = early if gap.early is None or gap.early == gap.late else f"{early}, to {late}"
    if gap.spare_again is None:
        return between
    again = f"short for good from {financial(gap.for_good)}" if gap.for_good else "not for good"
    return f"{between}; not short in {financial(gap.spare_again)}, {again}"


def _shortfall(gap: Gap) -> str:
    if not round(gap.value):
        return "in balance"
    return f"{abs(gap.value):,.0f} {'short' if gap.value > 0 else 'to spare'}"


def _signed(value: float) -> str:
    return f"{value:,.0f}".replace("-", "\u2212") if round(value) else "0"


def _decides(tables: Mapping[str, pd.DataFrame], gap: Gap) -> list[str]:
    """What decides whether there is a gap: sentences, the most important first."""
    told = []
    if gap.decide_by is not None:
        by = financial(gap.decide_by)
        told.append(
            f"To be in time, a building had to be decided on by {by}."
            if gap.past
            else f"Decide on a building by {by}."
        )
    if turning := turned_by(tables, gap.area, gap.what, YEAR):
        told.append(turning)
    elif not gap.sign_is_known:
        told.append("Short or not: uncertain.")
    if gap.from_building:
        told.append(
            f"{gap.from_building:.0f} % of the uncertainty: existing rooms are estimated, not surveyed."
        )
    if gap.without is not None and abs(gap.without - gap.value) > _WORTH_TELLING * abs(gap.value):
        told.append(f"Without growth beyond demography: {_signed(gap.without)}.")
    return told


def lead(buildings: Sequence[Gap], staff: Sequence[Gap]) -> str:
    """The first sentence: how many gaps are more likely than not by YEAR, and how many nearly certain."""
    kinds = {
        "hospital beds in {} of {} cases": [gap for gap in buildings if gap.what != ROOMS],
        "GP consulting rooms in {} of {} places": [gap for gap in buildings if gap.what == ROOMS],
        "staff in {} of {} places and trusts": list(staff),
    }
    told = [
        words_of.format(sum(_by_then(gap) for gap in gaps), len(gaps))
        for words_of, gaps in kinds.items()
        if gaps
    ]
    if not told:
        return ""
    sure = sum(gap.late is not None and gap.late <= YEAR for gap in (*buildings, *staff))
    return (
        f"More likely short than not by {financial(YEAR)}: {', '.join(told)}. "
        f"Short in nine of ten futures: {sure} of these {len(buildings) + len(staff)}."
    )


def _by_then(gap: Gap) -> bool:
    return gap.central is not None and gap.central <= YEAR


def growth_rows(tables: Mapping[str, pd.DataFrame], system: str) -> list[list[str]]:
    """A row a main service of the system: its basis, name, base, later, growth with and without."""
    return [
        [
            f"service|{each.service}",
            words(each.service),
            f"{each.base:,.0f}",
            f"{each.value:,.0f}",
            f"({each.low:,.0f} to {each.high:,.0f})",
            f"{each.percent:+.0f} %",
            "not run" if each.without is None else f"{each.without:+.0f} %",
        ]
        for each in main_growth(tables)
        if each.place == system
    ]


def _sign(tables: Mapping[str, pd.DataFrame], headline: Headline, place: str, year: int) -> list[str]:
    """What could change the sign of a gap of staff; nothing for another headline."""
    if headline.where.get("measure") != "gap_wte":
        return []
    return decided_by(tables, place, headline.where["staff_group"], year)


def _without_growth(tables: Mapping[str, pd.DataFrame]) -> dict[tuple[str, str, int], float]:
    """Headlines without growth beyond demography, of demand and after it, by headline, place and year."""
    rows = headline_rows(tables, scenario=WITHOUT_ADDED_GROWTH)
    behind = {headline.name for headline in HEADLINES if headline.table in ("demand", "workforce", "estates")}
    rows = rows[rows["headline"].isin(behind)]
    keys = zip(rows["headline"], rows["place"], rows["year"], strict=True)
    return dict(zip(keys, rows["principal"], strict=True))


def _told_without(value: float | None, principal: float) -> list[str]:
    """What a number is without growth beyond demography, where it is another."""
    if value is None or f"{value:,.0f}" == f"{principal:,.0f}":
        return []
    return [f"Without growth beyond demography: {value:,.0f}."]


def first_forecast_year(tables: Mapping[str, pd.DataFrame]) -> int:
    """The first year whose homes are not on record, by the year it starts in."""
    delivery = tables["housing_delivery"]
    totals = delivery[delivery["site_reference"] == "all"]
    return int(totals.loc[totals["phasing_basis"] != "recorded", "year"].min())


def homes_by_scenario(tables: Mapping[str, pd.DataFrame], system: str) -> dict[str, float]:
    """Homes of the principal run in the first forecast year, for each scenario that follows homes."""
    delivery = tables["housing_delivery"]
    rows = delivery[(delivery["site_reference"] == "all") & (delivery["place"] == system)]
    rows = rows[rows["year"] == first_forecast_year(tables)]
    return dict(zip(rows["scenario"].astype(str), rows["principal"].astype(float), strict=True))


def told_apart(names: Mapping[str, str], system: str) -> list[str]:
    """The area as a whole, then its councils; a council that is the whole area is not told twice."""
    councils = sorted(set(names) - {system})
    return [system, *councils] if len(councils) > 1 else [system]


def headline_table(
    tables: Mapping[str, pd.DataFrame], names: Mapping[str, str], system: str
) -> list[dict[str, Any]]:
    """Every headline by place: the cells of HEADLINE_YEARS, and the basis of the number."""
    frame = headline_rows(tables)
    rows = {(row["headline"], row["place"], row["year"]): row for row in frame.to_dict("records")}
    without = _without_growth(tables)
    made = []
    for place in told_apart(names, system):
        for headline in HEADLINES:
            cells = []
            for year in HEADLINE_YEARS:
                row = rows.get((headline.name, place, year))
                if row is None:
                    cells.append("not available")
                    continue
                told = _told_without(without.get((headline.name, place, year)), row["principal"])
                cells.append(
                    " ".join(
                        [
                            f"{row['principal']:,.0f} ({row['p10']:,.0f} to {row['p90']:,.0f})",
                            *told,
                            *_sign(tables, headline, place, year),
                        ]
                    )
                )
            made.append(
                {
                    "place": names[place],
                    "title": f"{headline.title}, {headline.unit}",
                    "cells": cells,
                    "basis": headline.basis,
                }
            )
    return made


def changes(tables: Mapping[str, pd.DataFrame], system: str) -> Changes:
    """What changed since the release before, the system's headlines of YEAR apart from all others."""
    if "release_changes" not in tables:
        return Changes(known=False)
    rows = tables["release_changes"]
    rows = rows[rows["cause"] == TOTAL]
    if rows["previous"].isna().all():
        return Changes(known=False)
    moved = rows[(rows["change"].abs() > 0) | rows["previous"].isna()]
    if moved.empty:
        # Every sentence ends in the same reason, and the reason holds the hashes.
        return Changes(known=True, same=str(rows["sentence"].iloc[0]).rpartition("; ")[2])
    first = (moved["place"] == system) & (moved["year"] == YEAR)
    told, others = (tuple(part["sentence"].astype(str)) for part in (moved[first], moved[~first]))
    return Changes(known=True, told=told, others=others)
