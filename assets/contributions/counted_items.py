"""What is counted of each item in each catchment, as the rows that a statement prints its sums from."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd

from assets.contributions.contribution_items import EQUIPMENT, PREMISES, ROOMS
from assets.contributions.contribution_sites import Site
from assets.contributions.resident_needs import Catchment, Needs
from assets.estates.estates_capital import Costs
from assets.estates.facility_parameters import Facilities
from assets.tables.declarations.named_values import NEIGHBOURHOOD_BANDS
from models.arrays import FloatArray
from models.estates.contribution_rules import SHOWN, Ask, CatchmentNeed

PLACE = "place"
"""`rate_of` where the rates are those of the residents of a place, whoever serves them."""


@dataclass(frozen=True)
class ContributionItem:
    """One kind of contribution: facility, unit, catchments and whose rates hold there, factors (run,)."""

    name: str
    facility: str
    unit: str
    scope: str
    catchments: list[CatchmentNeed]
    areas: list[Catchment]
    rates_of: list[str]
    cost: FloatArray
    space: FloatArray

    def near(self, site: int) -> list[int]:
        """Numbers of the catchments that meet a site's need."""
        return [number for number, each in enumerate(self.catchments) if each.weights[site].any()]

    def known(self) -> list[bool]:
        """Of each catchment whether what exists there is known: by a survey or published."""
        return [not np.isnan(area.spare) for area in self.areas]


@dataclass(frozen=True)
class CountedItem:
    """An item with what each catchment is asked for, the cost of a unit (run,) and the net-new share."""

    name: str
    unit: str
    of: ContributionItem
    asks: list[Ask]
    cost: FloatArray
    share: float


def rate_name(rate_of: str, site: Site) -> str:
    """Whose rates a site has: of a trust those of its own council's flows, or another's that is told."""
    return rate_of if rate_of == PLACE or site.flows_of == site.place else f"{rate_of} as {site.flows_of}"


def rooms_of_person(needs: Needs, place: str) -> FloatArray:
    """(band,) clinical rooms of general practice that a person needs."""
    return np.asarray(np.sum([needs.of_person(place, room) for room in ROOMS], axis=0))


def step_rows(scenario: str, sites: Sequence[Site], counted: Sequence[CountedItem]) -> pd.DataFrame:
    """How each need is counted in each catchment, in the principal run."""
    found: list[dict[str, Any]] = []
    for each in counted:
        known = each.of.known()
        for at, (area, ask) in enumerate(zip(each.of.areas, each.asks, strict=True)):
            spare = max(area.spare, 0.0) if known[at] else np.nan
            left = max(round(spare - float(ask.served[0].sum()), SHOWN), 0.0) if known[at] else np.nan
            limits = ask.limits()
            found += [
                {
                    "scenario": scenario,
                    "place": site.place,
                    "site_reference": site.reference,
                    "item": each.name,
                    "catchment": area.code,
                    "catchment_name": area.name,
                    "rate_of": rate_name(each.of.rates_of[at], site),
                    "need": ask.first[0, number],
                    "net_new_share": each.share,
                    "net_new_need": ask.net_new[0, number],
                    "limit_need": ask.within_growth[0, number],
                    "binding_limit": limits[number],
                    "counted": ask.counted[0, number],
                    "served": ask.served[0, number],
                    "unserved": ask.unserved[0, number],
                    "existing_known": "yes" if known[at] else "no",
                    "spare_left": np.nan if each.name == EQUIPMENT else left,
                }
                for number, site in enumerate(sites)
                if each.of.catchments[at].weights[number].any()
            ]
    return pd.DataFrame(found)


def rate_rows(
    pairs: Collection[tuple[str, str]], trusts: Sequence[str], needs: Needs, costs: Costs, run: Facilities
) -> pd.DataFrame:
    """Need of 1,000 residents of each age, of each item and of who meets it, with the cost of a unit.

    pairs: every place, and the council whose people use hospitals as those of a site there.
    """
    found: list[dict[str, Any]] = []

    def add(
        item: str, unit: str, place: str, rate_of: str, rates: FloatArray, cost: tuple[float, str, str]
    ) -> None:
        found.extend(
            {
                "place": place,
                "item": item,
                "rate_of": rate_of,
                "age_band": band,
                "per_1000_residents": round(1000.0 * float(rate), SHOWN),
                "unit": unit,
                "unit_cost_gbp": cost[0],
                "cost_source_id": cost[1],
                "cost_evidence_grade": cost[2],
                "price_base": costs.price_base,
            }
            for band, rate in zip(NEIGHBOURHOOD_BANDS, rates, strict=True)
        )

    for facility in costs.facilities:
        row = run.described(facility)
        item, unit = str(row["contribution"]), str(row["unit"])
        if item == "none":
            continue
        cost = (
            float(np.rint(costs.unit_cost(facility)[0])),
            str(row["source_id"]),
            str(row["evidence_grade"]),
        )
        by_provider = row["level"] == "provider"
        for place, flows_of in sorted(pairs):
            if by_provider:
                for trust in trusts:
                    name = trust if flows_of == place else f"{trust} as {flows_of}"
                    add(item, unit, place, name, needs.of_person(place, facility, trust, flows_of), cost)
            elif flows_of == place:
                add(item, unit, place, PLACE, needs.of_person(place, facility), cost)
                if facility == PREMISES:
                    each = (float(np.rint(run.drawn("estates.equipment_gbp")[0])), "placecast", "C")
                    add(EQUIPMENT, "rooms", place, PLACE, rooms_of_person(needs, place), each)
    return pd.DataFrame(found)
