"""Rows of contributions: the rules of the model applied to each site, and words for the result.

What is already funded, by agreements and levies, is in `secured_funding`.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np
import pandas as pd

from assets.contributions.catchments import hospital_words, local_words
from assets.contributions.contribution_items import (
    EQUIPMENT,
    FACILITIES_BEHIND,
    PREMISES,
    ROOMS,
    SERVICE_FUNDING,
)
from assets.contributions.contribution_sites import Site, Years
from assets.contributions.resident_needs import Catchment, Catchments, Needs
from assets.contributions.secured_funding import Funding
from assets.contributions.statement_words import SERVICE_FUNDING_WORDS, basis, money, trigger
from assets.estates.estates_capital import Costs
from assets.estates.facility_parameters import Facilities
from models.arrays import FloatArray
from models.estates.contribution_rules import (
    Ask,
    CatchmentNeed,
    amount,
    facility_ask,
    first_occupants,
    shares_of_need,
    short_today,
)
from models.uncertainty.ensemble import summarise

_NOT_KNOWN = ("difference_residents", "spare_capacity_used", "existing_deficit_excluded", "unit_cost_gbp")
_HOSPITAL = ("hospital_capital", "mental_health_capital")
_OCCUPANCY, _COST, _SPACE, _DIFFERENCE = (
    "people a home",
    "capital cost of a unit",
    "space a need takes",
    "people with the site less without it",
)
_SHARES = {
    "practice": "share of first occupants net-new to the practices' catchment",
    "hospital": "share of first occupants net-new to the hospitals' catchment",
}


@dataclass(frozen=True)
class _Item:
    """One kind of contribution: facility, unit, catchments in words, factors (run,) of cost and space."""

    name: str
    facility: str
    unit: str
    scope: str
    catchments: list[CatchmentNeed]
    described: list[list[Catchment]]
    cost: FloatArray
    space: FloatArray


class AskRun:
    """The sites of one scenario and every kind of contribution requested of them."""

    def __init__(
        self,
        scenario: str,
        sites: list[Site],
        differences: dict[tuple[str, str, str], FloatArray],
        people_a_home: FloatArray,
        needs: Needs,
        catchments: Catchments,
        costs: Costs,
        run: Facilities,
        funding: Funding,
        providers: pd.DataFrame,
        years: Years,
    ) -> None:
        self._years = years
        self._scenario, self._sites, self._needs, self._costs, self._run = scenario, sites, needs, costs, run
        self._catchments = catchments
        self._funding = funding
        self._trusts = sorted(providers.loc[providers["kind"] == "acute", "provider"])
        self._committed = np.array([site.committed for site in sites])
        homes = np.stack([site.homes for site in sites])
        self._first = first_occupants(homes, people_a_home)
        self._occupancy = run.drawn("estates.occupancy_relative")
        self._share = {scope: run.drawn(f"estates.net_new_share_{scope}") for scope in _SHARES}
        runs = len(self._occupancy)
        # A committed site is not asked, so its difference is not worked out: its first occupants stand in.
        self._known_difference = ~self._committed
        self._difference = np.stack(
            [
                np.broadcast_to(of_site, (runs, len(of_site)))
                if site.committed
                else differences[scenario, site.place, site.reference]
                for site, of_site in zip(sites, self._first, strict=True)
            ],
            axis=1,
        )

    @cached_property
    def _items(self) -> list[_Item]:
        found = []
        for facility in self._costs.facilities:
            row = self._run.described(facility)
            if row["contribution"] == "none":
                continue
            if facility not in FACILITIES_BEHIND[row["contribution"]]:
                raise ValueError(
                    f"facilities.csv asks for {facility} under {row['contribution']}, which is for "
                    + ", ".join(FACILITIES_BEHIND[row["contribution"]])
                )
            pairs = self._by_provider(facility) if row["level"] == "provider" else self._by_place(facility)
            found.append(
                _Item(
                    name=str(row["contribution"]),
                    facility=facility,
                    unit=str(row["unit"]),
                    scope="hospital" if row["contribution"] in _HOSPITAL else "practice",
                    catchments=[need for need, _ in pairs],
                    described=[
                        [area for need, area in pairs if need.weights[number].any()]
                        for number in range(len(self._sites))
                    ],
                    cost=self._costs.unit_cost(facility),
                    space=self._needs.space(facility),
                )
            )
        return found

    def _by_provider(self, facility: str) -> list[tuple[CatchmentNeed, Catchment]]:
        pairs = []
        for trust in self._trusts:
            weights = np.stack([self._needs.of_person(site.place, facility, trust) for site in self._sites])
            pairs.append(_pair(self._catchments.of(trust, facility), weights))
        return pairs

    def _by_place(self, facility: str) -> list[tuple[CatchmentNeed, Catchment]]:
        areas = [self._catchments.smallest(facility, site.place, site.neighbourhood) for site in self._sites]
        pairs = []
        for code in sorted({area.code for area in areas}):
            here = [area.code == code for area in areas]
            weights = np.stack(
                [
                    self._needs.of_person(site.place, facility) * inside
                    for site, inside in zip(self._sites, here, strict=True)
                ]
            )
            pairs.append(_pair(areas[here.index(True)], weights))
        return pairs

    def _ask(self, item: _Item, factors: dict[str, FloatArray]) -> Ask:
        return facility_ask(
            item.catchments,
            self._first[None] * factors[_OCCUPANCY][:, None, None],
            np.where(
                self._known_difference[:, None],
                factors[_DIFFERENCE],
                self._first[None] * factors[_OCCUPANCY][:, None, None],
            ),
            factors[item.scope],
            factors[_SPACE],
        )

    def _draws(self, item: _Item) -> dict[str, FloatArray]:
        return {
            _OCCUPANCY: self._occupancy,
            _DIFFERENCE: self._difference,
            _SPACE: item.space,
            _COST: item.cost,
            **self._share,
        }

    def rows(self) -> pd.DataFrame:
        """A row for each site and item, including service funding and equipment."""
        found: list[dict[str, Any]] = []
        for item in self._items:
            ask = self._ask(item, self._draws(item))
            found.extend(self._item_rows(item, ask, item.name, item.unit, ask.unserved, item.cost))
            if item.facility == PREMISES:
                found.extend(self._equipment_rows(item, ask))
        found.extend(self._service_funding())
        return pd.DataFrame(found)

    def _equipment_rows(self, item: _Item, ask: Ask) -> list[dict[str, Any]]:
        """Loose equipment of the clinical rooms within the premises requested."""
        weights = np.stack(
            [
                np.sum([self._needs.of_person(site.place, room) for room in ROOMS], axis=0)
                for site in self._sites
            ]
        )
        rooms = np.einsum("sb,sb->s", self._first, weights) * self._occupancy[:, None]
        with_space = rooms * self._needs.space(ROOMS[0])[:, None]

        def part(of: FloatArray) -> FloatArray:
            return with_space * np.divide(of, ask.first, out=np.zeros_like(of), where=ask.first > 0)

        limited = (part(of) for of in (ask.net_new, ask.within_difference, ask.counted, ask.unserved))
        equipment = Ask(with_space, *limited)
        cost = self._run.drawn("estates.equipment_gbp")
        return self._item_rows(item, equipment, EQUIPMENT, "rooms", equipment.unserved, cost)

    def _item_rows(
        self, item: _Item, ask: Ask, name: str, unit: str, quantity: FloatArray, cost: FloatArray
    ) -> list[dict[str, Any]]:
        other = self._funding.of_sites(self._sites, name)
        asked = np.where(self._committed[None, :], 0.0, amount(quantity, cost, other))
        summary = summarise(asked)
        share, limits, served = self._share[item.scope][0], ask.limits(), ask.served
        rows = []
        for number, site in enumerate(self._sites):
            catchments = item.described[number]
            known = all(not np.isnan(area.spare) for area in catchments)
            residents = float(self._first[number].sum())
            row = {
                **self._identity(site, name),
                "residents": residents,
                "net_new_residents": residents * share,
                "difference_residents": float(self._difference[0, number].sum())
                if self._known_difference[number]
                else np.nan,
                "unit": unit,
                "need_of_first_occupants": ask.first[0, number],
                "need_counted": ask.counted[0, number],
                "quantity": quantity[0, number],
                "binding_limit": limits[number],
                "spare_capacity_used": served[0, number] if known else np.nan,
                "existing_deficit_excluded": short_today([area.spare for area in catchments])
                if known and name != EQUIPMENT
                else np.nan,
                "unit_cost_gbp": float(cost[0]),
                "cost_source_id": self._cited(item, name)[0],
                "cost_evidence_grade": self._cited(item, name)[1],
                "catchment": self._where(item, number),
            }
            if site.committed:
                rows.append({**row, **self._funding.secured(site, name)})
                continue
            values = [
                float(np.rint(values[number])) for values in (summary.principal, summary.p10, summary.p90)
            ]
            rows.append({**row, **self._asked(site, name, row, known, values, share)})
        return rows

    def _where(self, item: _Item, number: int) -> str:
        """The catchment of an item of a site, in words."""
        site, areas = self._sites[number], item.described[number]
        if self._run.described(item.facility)["level"] != "provider":
            place = self._catchments.names.get(site.place, site.place)
            return local_words(site, areas[0], place, item.unit.replace("m2", "m²"), self._years.base)
        shares, elsewhere = shares_of_need(
            self._first[number],
            self._needs.of_person(site.place, item.facility),
            [self._needs.of_person(site.place, item.facility, area.code) for area in areas],
        )
        return hospital_words(areas, shares, elsewhere, item.unit, self._years.base)

    def _cited(self, item: _Item, name: str) -> tuple[str, str]:
        """Source and grade of the cost of a unit."""
        if name == EQUIPMENT:
            return "placecast", "C"
        row = self._run.described(item.facility)
        return str(row["source_id"]), str(row["evidence_grade"])

    def _asked(
        self, site: Site, name: str, row: dict[str, Any], known: bool, values: list[float], share: float
    ) -> dict[str, Any]:
        levy, by_levy = self._funding.levy(site.place), self._funding.paid_by_levy(site)
        funding, words = self._funding.known(site, name)
        if by_levy:
            values = [0.0, 0.0, 0.0]
        asked = values[0] > 0
        return {
            "status": "ask" if asked else "none",
            "other_funding_gbp": funding,
            **money(values, site.dwellings),
            "price_base": self._costs.price_base,
            "trigger": trigger(site, row, self._years.first_decision) if asked else "none",
            "basis": basis(site, row, known, share, words, levy, by_levy, self._years.last_mid_year),
        }

    def _service_funding(self) -> list[dict[str, Any]]:
        return [
            {
                **self._identity(site, SERVICE_FUNDING),
                "status": "none",
                "residents": float(people.sum()),
                "net_new_residents": float(people.sum() * self._share["hospital"][0]),
                "unit": "GBP",
                "need_of_first_occupants": 0.0,
                "need_counted": 0.0,
                "quantity": 0.0,
                "binding_limit": "none",
                "catchment": "none",
                "other_funding_gbp": 0.0,
                **money([0.0, 0.0, 0.0], site.dwellings),
                "price_base": self._costs.price_base,
                "trigger": "none",
                "basis": SERVICE_FUNDING_WORDS,
            }
            for site, people in zip(self._sites, self._first, strict=True)
        ]

    def sensitivity(self) -> pd.DataFrame:
        """Amounts with one assumption at a time at its P10 and P90, the others central."""
        found = []
        for item in self._items:
            draws = self._draws(item)
            names = {item.scope: _SHARES[item.scope]}
            names |= {name: name for name in (_OCCUPANCY, _SPACE, _COST, _DIFFERENCE)}
            ends = {name: _ends(draws[name]) for name in names}
            factors = {name: np.repeat(draws[name][:1], 2 * len(names), axis=0) for name in names}
            for position, (name, ratios) in enumerate(ends.items()):
                for side, ratio in enumerate(ratios):
                    factors[name][2 * position + side] *= ratio if np.ndim(ratio) == 0 else ratio[:, None]
            ask = self._ask(item, factors)
            other = self._funding.of_sites(self._sites, item.name)
            amounts = np.rint(amount(ask.unserved, factors[_COST], other))
            for position, (name, ratios) in enumerate(ends.items()):
                for number, site in enumerate(self._sites):
                    if site.committed or self._funding.paid_by_levy(site):
                        continue
                    found.append(
                        {
                            "scenario": self._scenario,
                            "place": site.place,
                            "site_reference": site.reference,
                            "item": item.name,
                            "assumption": names[name],
                            "low_value": ratios[0][number] if np.ndim(ratios[0]) else ratios[0],
                            "high_value": ratios[1][number] if np.ndim(ratios[1]) else ratios[1],
                            "at_low_gbp": amounts[2 * position, number],
                            "at_high_gbp": amounts[2 * position + 1, number],
                        }
                    )
        return pd.DataFrame(found)

    def _identity(self, site: Site, item: str) -> dict[str, Any]:
        return {
            "scenario": self._scenario,
            "place": site.place,
            "site_reference": site.reference,
            "item": item,
            "site_name": site.name,
            "planning": site.planning,
            "dwellings": site.dwellings,
        } | dict.fromkeys(_NOT_KNOWN, np.nan)


def _pair(area: Catchment, weights: FloatArray) -> tuple[CatchmentNeed, Catchment]:
    return CatchmentNeed(weights, area.spare, area.needed, area.growth), area


def _ends(draws: FloatArray) -> list[Any]:
    """P10 and P90 of a factor over its central value; of differences by site, from all their people.

    A factor that is nought in the principal run has no ends to speak of: 1.
    """
    summary = summarise(draws if draws.ndim == 1 else draws.sum(axis=-1))
    return [
        np.divide(end, summary.principal, out=np.ones_like(end), where=summary.principal != 0)[()]
        for end in (summary.p10, summary.p90)
    ]
