"""What is counted of each item in each catchment, as the rows that a statement prints its sums from."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd

from assets.contributions.contribution_items import EQUIPMENT, ROOMS
from assets.contributions.contribution_sites import Site
from assets.contributions.resident_needs import Catchment, Needs
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
                    "rate_of": each.of.rates_of[at],
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


def rate_rows(places: Sequence[str], counted: Sequence[CountedItem], needs: Needs) -> pd.DataFrame:
    """Need of 1,000 residents of each age at every place, of each item and of who meets it."""
    found: list[dict[str, Any]] = []
    for each in counted:
        for place in places:
            for rate_of in sorted(set(each.of.rates_of)):
                provider = None if rate_of == PLACE else rate_of
                rates = (
                    rooms_of_person(needs, place)
                    if each.name == EQUIPMENT
                    else needs.of_person(place, each.of.facility, provider)
                )
                found += [
                    {
                        "place": place,
                        "item": each.name,
                        "rate_of": rate_of,
                        "age_band": band,
                        "per_1000_residents": round(1000.0 * float(rate), SHOWN),
                    }
                    for band, rate in zip(NEIGHBOURHOOD_BANDS, rates, strict=True)
                ]
    return pd.DataFrame(found)
