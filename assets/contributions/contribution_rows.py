"""Rows of contributions: the rules of the model applied to each site, catchment by catchment.

What is already funded, by agreements and funding statements, is in `secured_funding` and
`funding_statements`; the words of a row in `statement_words`.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import cached_property
from typing import Any

import numpy as np
import pandas as pd

from assets.contributions.catchments import hospital_words, local_words
from assets.contributions.contribution_items import (
    EQUIPMENT,
    FACILITIES_BEHIND,
    HOSPITAL_ITEMS,
    PREMISES,
    ROOMS,
    SERVICE_FUNDING,
)
from assets.contributions.contribution_sites import Site, Years
from assets.contributions.counted_items import PLACE, ContributionItem, CountedItem, rooms_of_person
from assets.contributions.funding_statements import FundingStatements
from assets.contributions.resident_needs import Catchment, Catchments, Needs
from assets.contributions.secured_funding import Funding
from assets.contributions.site_types import UNKNOWN
from assets.contributions.statement_words import SERVICE_FUNDING_WORDS, basis, money, survey_money, trigger
from assets.estates.estates_capital import Costs
from assets.estates.facility_parameters import Facilities
from models.arrays import FloatArray
from models.estates.contribution_rules import (
    Ask,
    CatchmentNeed,
    amount,
    as_shown,
    catchment_asks,
    first_occupants,
    shares_of_need,
    short_today,
    together,
)
from models.uncertainty.ensemble import summarise

_NOT_KNOWN = ("difference_residents", "spare_capacity_used", "existing_deficit_excluded", "unit_cost_gbp")
_OCCUPANCY, _TYPE, _PATIENTS, _COST, _SPACE, _DIFFERENCE = (
    "people a home",
    "people a home by type of site",
    "registered patients a resident",
    "capital cost of a unit",
    "space a need takes",
    "people with the site less without it",
)
_SHARES = {
    "practice": "share of first occupants net-new to the practices' catchment",
    "hospital": "share of first occupants net-new to the hospitals' catchment",
}


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
        held: FundingStatements,
        trusts: Sequence[str],
        years: Years,
    ) -> None:
        self._years = years
        self._scenario, self._sites, self._needs, self._costs, self._run = scenario, sites, needs, costs, run
        self._catchments = catchments
        self._funding, self._held = funding, held
        self._trusts = list(trusts)
        self._committed = np.array([site.committed for site in sites])
        self._unknown_type = np.array([site.site_type == UNKNOWN for site in sites])
        homes = np.stack([site.homes for site in sites])
        self._first = first_occupants(homes, people_a_home)
        self._occupancy = run.drawn("estates.occupancy_relative")
        self._type = run.drawn("estates.occupancy_relative_unknown_type")
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
    def _items(self) -> list[ContributionItem]:
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
            by_provider = row["level"] == "provider"
            pairs = self._by_provider(facility) if by_provider else self._by_place(facility)
            found.append(
                ContributionItem(
                    name=str(row["contribution"]),
                    facility=facility,
                    unit=str(row["unit"]),
                    scope="hospital" if row["contribution"] in HOSPITAL_ITEMS else "practice",
                    catchments=[
                        CatchmentNeed(weights, area.spare, area.needed, area.growth)
                        for area, weights in pairs
                    ],
                    areas=[area for area, _ in pairs],
                    rates_of=[area.code if by_provider else PLACE for area, _ in pairs],
                    # A statement prints the cost of a unit to the pound.
                    cost=np.rint(self._costs.unit_cost(facility)),
                    space=self._needs.space(facility),
                )
            )
        return found

    def _by_provider(self, facility: str) -> list[tuple[Catchment, FloatArray]]:
        return [
            (
                self._catchments.of(trust, facility),
                np.stack(
                    [
                        self._needs.of_person(site.place, facility, trust, site.flows_of)
                        for site in self._sites
                    ]
                ),
            )
            for trust in self._trusts
        ]

    def _by_place(self, facility: str) -> list[tuple[Catchment, FloatArray]]:
        areas = [self._catchments.smallest(facility, site.place, site.neighbourhood) for site in self._sites]
        pairs = []
        for code in sorted({area.code for area in areas}):
            here = [area.code == code for area in areas]
            weights = [
                self._needs.of_person(site.place, facility) * inside
                for site, inside in zip(self._sites, here, strict=True)
            ]
            pairs.append((areas[here.index(True)], np.stack(weights)))
        return pairs

    def _asks(self, item: ContributionItem, factors: dict[str, FloatArray]) -> list[Ask]:
        """Of each catchment of an item, what its sites need."""
        people = self._first[None] * factors[_OCCUPANCY][:, None, None]
        people = people * np.where(self._unknown_type[None, :], factors[_TYPE][:, None], 1.0)[..., None]
        difference = np.where(self._known_difference[:, None], factors[_DIFFERENCE], people)
        if item.facility == PREMISES:
            people, difference = (each * factors[_PATIENTS][:, None, None] for each in (people, difference))
        return catchment_asks(item.catchments, people, difference, factors[item.scope], factors[_SPACE])

    def _draws(self, item: ContributionItem) -> dict[str, FloatArray]:
        return {
            _OCCUPANCY: self._occupancy,
            _TYPE: self._type,
            _PATIENTS: self._needs.patients_relative,
            _DIFFERENCE: self._difference,
            _SPACE: item.space,
            _COST: item.cost,
            **self._share,
        }

    @cached_property
    def counted(self) -> list[CountedItem]:
        """What is counted of every item in each of its catchments, equipment among them."""
        found = []
        for item in self._items:
            asks, share = self._asks(item, self._draws(item)), float(self._share[item.scope][0])
            found.append(CountedItem(item.name, item.unit, item, asks, item.cost, share))
            if item.facility == PREMISES:
                rooms = [self._equipment(ask) for ask in asks]
                cost = np.rint(self._run.drawn("estates.equipment_gbp"))
                found.append(CountedItem(EQUIPMENT, "rooms", item, rooms, cost, share))
        return found

    def rows(self) -> pd.DataFrame:
        """A row for each site and item, including service funding and equipment."""
        found: list[dict[str, Any]] = []
        for counted in self.counted:
            found.extend(self._item_rows(counted))
        found.extend(self._service_funding())
        return pd.DataFrame(found)

    def _equipment(self, ask: Ask) -> Ask:
        """Loose equipment of the clinical rooms within the premises requested, in their proportions."""
        weights = np.stack([rooms_of_person(self._needs, site.place) for site in self._sites])
        rooms = np.einsum("sb,sb->s", self._first, weights) * self._occupancy[:, None]
        rooms = rooms * np.where(self._unknown_type[None, :], self._type[:, None], 1.0)
        rooms = rooms * (self._needs.space(ROOMS[0]) * self._needs.patients_relative)[:, None]
        # What is asked of the principal run alone has one row.
        rooms = np.where(ask.first > 0, rooms[: len(ask.first)], 0.0)

        def part(of: FloatArray) -> FloatArray:
            return rooms * np.divide(of, ask.first, out=np.zeros_like(of), where=ask.first > 0)

        counted = as_shown(part(ask.within_growth))
        of_counted = np.divide(ask.served, ask.counted, out=np.zeros_like(counted), where=ask.counted > 0)
        left = np.round(counted - np.round(counted * of_counted, 4), 4)
        return Ask(
            rooms, part(ask.net_new), part(ask.within_difference), part(ask.within_growth), counted, left
        )

    def _item_rows(self, counted: CountedItem) -> list[dict[str, Any]]:
        item, asks, name, cost = counted.of, counted.asks, counted.name, counted.cost
        runs, sites = len(cost), len(self._sites)
        known = item.known()
        ask = together(asks, sites, runs)
        sure, unsure = (
            together(
                [each for each, is_known in zip(asks, known, strict=True) if is_known == wanted], sites, runs
            )
            for wanted in (True, False)
        )
        named = self._funding.of_sites(self._sites, name)
        before = amount(sure.unserved, cost, named)[0] * ~self._committed
        held = self._held.credits([site.place for site in self._sites], name, before)
        other = named + held
        asked = amount(sure.unserved, cost, other) * ~self._committed
        rest = np.maximum(other - sure.unserved * cost[:, None], 0.0)
        surveyed = np.maximum(unsure.unserved * cost[:, None] - rest, 0.0) * ~self._committed
        summary, of_survey = summarise(asked), summarise(surveyed)
        share, limits = counted.share, ask.limits()
        rows = []
        for number, site in enumerate(self._sites):
            near = item.near(number)
            areas = [item.areas[at] for at in near]
            all_known = all(known[at] for at in near)
            residents = float(self._first[number].sum())
            left = sure if not site.committed else ask
            row = {
                **self._identity(site, name),
                "residents": residents,
                "net_new_residents": residents * share,
                "difference_residents": float(self._difference[0, number].sum())
                if self._known_difference[number]
                else np.nan,
                "unit": counted.unit,
                "need_of_first_occupants": ask.first[0, number],
                "need_counted": ask.counted[0, number],
                "quantity": left.unserved[0, number],
                "quantity_subject_to_survey": 0.0 if site.committed else unsure.unserved[0, number],
                "binding_limit": limits[number],
                "spare_capacity_used": ask.served[0, number] if all_known else np.nan,
                "existing_deficit_excluded": short_today([area.spare for area in areas])
                if all_known and name != EQUIPMENT
                else np.nan,
                "unit_cost_gbp": float(cost[0]),
                "cost_source_id": self._cited(item, name)[0],
                "cost_evidence_grade": self._cited(item, name)[1],
                "catchment": self._where(item, number),
            }
            if site.committed:
                rows.append({**row, **self._funding.secured(site, name), **survey_money([0.0] * 3)})
                continue
            values, later = (
                [float(np.rint(each[number])) for each in (of.principal, of.p10, of.p90)]
                for of in (summary, of_survey)
            )
            told = self._asked(site, name, row, all_known, values, share, float(held[number]))
            status = "ask" if values[0] > 0 else "survey" if later[0] > 0 else "none"
            rows.append({**row, **told, **survey_money(later), "status": status})
        return rows

    def _where(self, item: ContributionItem, number: int) -> str:
        """The catchment of an item of a site, in words."""
        site, areas = self._sites[number], [item.areas[at] for at in item.near(number)]
        if self._run.described(item.facility)["level"] != "provider":
            place = self._catchments.names.get(site.place, site.place)
            return local_words(site, areas[0], place, item.unit.replace("m2", "m²"), self._years.base)
        shares, elsewhere = shares_of_need(
            self._first[number],
            self._needs.of_person(site.place, item.facility),
            [self._needs.of_person(site.place, item.facility, area.code, site.flows_of) for area in areas],
        )
        words = hospital_words(areas, shares, elsewhere, item.unit, self._years.base)
        if site.flows_of == site.place:
            return words
        name = self._catchments.names.get(site.flows_of, site.flows_of)
        return f"{words} Most of the site's people would register in {name}, so hospitals are used as there."

    def _cited(self, item: ContributionItem, name: str) -> tuple[str, str]:
        """Source and grade of the cost of a unit."""
        if name == EQUIPMENT:
            return "placecast", "C"
        row = self._run.described(item.facility)
        return str(row["source_id"]), str(row["evidence_grade"])

    def _asked(
        self,
        site: Site,
        name: str,
        row: dict[str, Any],
        known: bool,
        values: list[float],
        share: float,
        held: float,
    ) -> dict[str, Any]:
        funding, words = self._funding.known(site, name)
        if held > 0:
            words = "; ".join(filter(None, (words, f"£{held:,.0f} held and unspent by the council")))
        due = values[0] > 0 or row["quantity_subject_to_survey"] > 0
        return {
            "other_funding_gbp": funding + held,
            **money(values, site.dwellings),
            "price_base": self._costs.price_base,
            "trigger": trigger(site, row, self._years.first_decision) if due else "none",
            "basis": basis(site, row, known, share, words, self._years.last_mid_year),
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
                "quantity_subject_to_survey": 0.0,
                "binding_limit": "none",
                "catchment": "none",
                "other_funding_gbp": 0.0,
                **money([0.0, 0.0, 0.0], site.dwellings),
                **survey_money([0.0, 0.0, 0.0]),
                "price_base": self._costs.price_base,
                "trigger": "none",
                "basis": SERVICE_FUNDING_WORDS,
            }
            for site, people in zip(self._sites, self._first, strict=True)
        ]

    def sensitivity(self) -> pd.DataFrame:
        """Amounts, those subject to survey with them, with one assumption at a time at its P10 and P90."""
        found = []
        for item in self._items:
            draws = self._draws(item)
            names = {item.scope: _SHARES[item.scope]}
            names |= {name: name for name in (_OCCUPANCY, _TYPE, _SPACE, _COST, _DIFFERENCE)}
            if item.facility == PREMISES:
                names[_PATIENTS] = _PATIENTS
            ends = {name: _ends(draws[name]) for name in names}
            factors = {name: np.repeat(draw[:1], 2 * len(names), axis=0) for name, draw in draws.items()}
            for position, (name, ratios) in enumerate(ends.items()):
                for side, ratio in enumerate(ratios):
                    factors[name][2 * position + side] *= ratio if np.ndim(ratio) == 0 else ratio[:, None]
            ask = together(self._asks(item, factors), len(self._sites), 2 * len(names))
            other = self._funding.of_sites(self._sites, item.name)
            amounts = np.rint(amount(ask.unserved, factors[_COST], other))
            for position, (name, ratios) in enumerate(ends.items()):
                for number, site in enumerate(self._sites):
                    if site.committed or (name == _TYPE and not self._unknown_type[number]):
                        continue
                    found.append(
                        {
                            **self._key(site, item.name),
                            "assumption": names[name],
                            "low_value": ratios[0][number] if np.ndim(ratios[0]) else ratios[0],
                            "high_value": ratios[1][number] if np.ndim(ratios[1]) else ratios[1],
                            "at_low_gbp": amounts[2 * position, number],
                            "at_high_gbp": amounts[2 * position + 1, number],
                        }
                    )
        return pd.DataFrame(found)

    def amounts_at(self, shares: Mapping[str, float]) -> dict[str, FloatArray]:
        """By scope the pounds (site,) at other net-new shares, those subject to survey with them."""
        found = {scope: np.zeros(len(self._sites)) for scope in _SHARES}
        for item in self._items:
            factors = {name: draw[:1] for name, draw in self._draws(item).items()}
            factors |= {scope: np.array([share]) for scope, share in shares.items()}
            asks = self._asks(item, factors)
            counted = [(item.name, asks, item.cost)]
            if item.facility == PREMISES:
                cost = np.rint(self._run.drawn("estates.equipment_gbp"))
                counted.append((EQUIPMENT, [self._equipment(ask) for ask in asks], cost))
            for name, of_item, cost in counted:
                left = together(of_item, len(self._sites), 1).unserved
                found[item.scope] += amount(left, cost[:1], self._funding.of_sites(self._sites, name))[0]
        return {scope: np.rint(values) * ~self._committed for scope, values in found.items()}

    def _key(self, site: Site, item: str) -> dict[str, Any]:
        return {
            "scenario": self._scenario,
            "place": site.place,
            "site_reference": site.reference,
            "item": item,
        }

    def _identity(self, site: Site, item: str) -> dict[str, Any]:
        return {
            **self._key(site, item),
            "site_name": site.name,
            "planning": site.planning,
            "site_type": site.site_type,
            "dwellings": site.dwellings,
        } | dict.fromkeys(_NOT_KNOWN, np.nan)


def _ends(draws: FloatArray) -> list[Any]:
    """P10 and P90 of a factor over its central value; of differences by site, from all their people.

    A factor that is nought in the principal run has no ends to speak of: 1.
    """
    summary = summarise(draws if draws.ndim == 1 else draws.sum(axis=-1))
    return [
        np.divide(end, summary.principal, out=np.ones_like(end), where=summary.principal != 0)[()]
        for end in (summary.p10, summary.p90)
    ]
