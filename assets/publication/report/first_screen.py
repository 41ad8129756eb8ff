"""The first screen of the report: five key numbers of the system, the age of their data, what changed."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import pandas as pd

from assets.inputs.scenarios import PRINCIPAL, WITHOUT_ADDED_GROWTH
from assets.publication.headlines import HEADLINE_YEARS, HEADLINES, Headline, first_full, headline_rows
from assets.publication.report.signs_shown import decided_by
from assets.publication.report.wording import (
    financial,
    neighbourhood_names,
    place_names,
    provider_names,
    short,
    words,
)
from assets.release_history.release_changes import TOTAL

YEAR = HEADLINE_YEARS[1]
"""The year of the first screen."""


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
    """The five numbers of the system: title, number, interval, what stands beside it, its basis."""
    rows = headline_rows(tables, years=(estimates_until(tables), YEAR))
    rows = rows[rows["place"] == system]
    without = _without_growth(tables)
    made = []
    for headline in HEADLINES:
        if headline.table == "estates":
            continue
        own = rows[rows["headline"] == headline.name].set_index("year")
        if YEAR not in own.index:
            continue
        chosen = own.loc[YEAR]
        told = _told_without(without.get((headline.name, system, YEAR)), float(own["principal"][YEAR]))
        before = own[own.index != YEAR]
        made.append(
            {
                "title": headline.title,
                "number": f"{chosen['principal']:,.0f}",
                "interval": f"({chosen['p10']:,.0f} to {chosen['p90']:,.0f}) {headline.unit}",
                "beside": " ".join(
                    [
                        *(f"In {year}: {value:,.0f}." for year, value in before["principal"].items()),
                        *told,
                        *_sign(tables, headline, system, YEAR),
                    ]
                ),
                "basis": headline.basis,
            }
        )
    return made + _first_full_tile(tables)


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


def _first_full_tile(tables: Mapping[str, pd.DataFrame]) -> list[dict[str, str]]:
    if "capacity_breach" not in tables:
        return []
    names = {**provider_names(tables), **neighbourhood_names(tables), **place_names(tables)}
    full = first_full(tables["capacity_breach"])
    if full.empty:
        return [
            {
                "title": "First year over capacity",
                "number": "Not known",
                "interval": "of no building",
                "beside": "No existing capacity is known: the register of premises has none.",
                "basis": "estates",
            }
        ]
    first_year = int(tables["capacity_breach"]["year"].min())
    known = full[full["central"].notna()]
    if known.empty:
        number, interval, beside = "None", f"of {len(full)} with a known capacity", ""
        basis = "estates"
    else:
        # A building over capacity in the first year already is not news: the first that comes to be is.
        coming = known[known["central"] > first_year]
        row = (known if coming.empty else coming).iloc[0]
        number = financial(int(row["central"]))
        ends = [
            "after the last year shown" if pd.isna(row[end]) else financial(int(row[end]))
            for end in ("early", "late")
        ]
        where = short(names.get(row["area"], row["area"]))
        interval = f"({ends[0]} to {ends[1]}) {words(row['facility'])}, {where}"
        basis = f"facility|{row['facility']}"
        already = int((known["central"] <= first_year).sum())
        beside = (
            f"Already over capacity in {financial(first_year)}: {already} of {len(full)} "
            "with a known capacity."
        )
    return [
        {
            "title": "First year over capacity",
            "number": number,
            "interval": interval,
            "beside": beside,
            "basis": basis,
        }
    ]


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
