"""Capital by place and year: shortfalls with costs, prices, optimism bias and discounting."""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

import numpy as np
import pandas as pd

from assets.estates.estates_areas import Area, Labels
from assets.estates.facility_parameters import Facilities
from assets.estates.hospital_estates import OUTSIDE, Origins
from assets.inputs.assumptions import Assumptions
from assets.inputs.settings import RunSettings
from assets.tables.table_cells import Cells
from housing_trajectories.schema import financial_year_label
from models.arrays import FloatArray
from models.estates import capital_costs
from models.uncertainty.ensemble import factor_draws, standard_normal, summarise


class Costs:
    """Capital and running cost of a unit of each facility, in the price base of the run."""

    def __init__(
        self, run: Facilities, price_index: pd.DataFrame, known: Assumptions, settings: RunSettings
    ) -> None:
        self._run, self._known, self._settings = run, known, settings
        self._index = dict(zip(price_index["year"], price_index["index_value"], strict=True))
        base = int(known.value("estates.price_base"))
        self._now = float(self._index[base])
        self.price_base = f"{financial_year_label(base)} prices"
        priced = run.data["cost_gbp"].notna()
        self.facilities = [name for name in run.names if priced[name]]

    def unit_cost(self, facility: str) -> FloatArray:
        """Capital cost (draw,) of a unit, without optimism bias."""
        row = self._run.described(facility)
        then = float(self._index[int(row["cost_year"])])
        value, low, high = (
            capital_costs.at_prices_of(float(row[name]), then, self._now)
            for name in ("cost_gbp", "cost_low_gbp", "cost_high_gbp")
        )
        draws = self._settings.draws
        shock = standard_normal(self._settings.seed, f"facility_cost_{facility}", "common", "all", draws)
        return factor_draws(value, low, high, shock)[:, 0]

    def appraised(self, facility: str) -> FloatArray:
        """Capital cost (draw,) of a unit with optimism bias, as a business case appraises it."""
        kind = str(self._run.described(facility)["building"])
        bias = self._run.drawn(f"estates.optimism_bias_{kind}")
        return capital_costs.with_optimism_bias(self.unit_cost(facility), bias)

    def bias_ends(self, facility: str) -> tuple[float, float]:
        """Optimism bias of a facility's kind of building at its lower and upper end, in %."""
        identifier = f"estates.optimism_bias_{self._run.described(facility)['building']}"
        middle, ends = self._known.value(identifier), self._known.ends(identifier)
        return (middle, middle) if np.isnan(ends).any() else ends

    def running(self, facility: str) -> float:
        """Running cost of a unit a year."""
        row = self._run.described(facility)
        then = float(self._index[int(row["cost_year"])])
        return capital_costs.at_prices_of(float(row["running_cost_gbp"]), then, self._now)


class _Spent(NamedTuple):
    """Capital paid (draw, scenario, year); of the principal run its running cost, and paid at either bias."""

    paid: FloatArray
    running: FloatArray
    least: FloatArray
    most: FloatArray


class Capital:
    """Rows of capital by place, and by the system from summed draws."""

    def __init__(self, run: Facilities, costs: Costs, known: Assumptions, labels: Labels) -> None:
        self._run, self._costs, self._labels = run, costs, labels
        self._earliest = int(known.value("estates.first_decision_year")) - int(labels.years[0])
        self._building = int(known.value("estates.years_of_building"))
        first = int(known.value("estates.discount_first_years"))
        rates = [(first, known.value("estates.discount_rate_first"))]
        rates.append((first + len(labels.years), known.value("estates.discount_rate_later")))
        base = int(known.value("estates.first_decision_year"))
        self._discount = capital_costs.discount_factors(labels.years, base, rates)
        self._cells = Cells("capital_requirement")
        self._total: dict[str, tuple[_Spent, str]] = {}
        self._paid: dict[str, FloatArray] = {}

    def add_place(self, area: Area) -> None:
        """Facilities counted by place: the shortfall, or where that is not known the growth of demand."""
        for facility, short, basis in self.short(area):
            self._add(area.code, facility, self._built(facility, short), basis)

    def terms(self, facility: str) -> dict[str, float]:
        """What makes pounds of capacity to build: building size, first opening, years of building, cost."""
        return {
            "building_size": float(self._run.described(facility)["building_size"]),
            "opens_from": float(self._labels.years[0] + self._opens(facility)),
            "years_of_building": float(self._building),
            "appraised_cost_gbp": float(self._costs.appraised(facility)[0]),
        }

    def short(self, area: Area) -> Iterator[tuple[str, FloatArray, str]]:
        """Facility, what is short of it (draw, scenario, year), and whether that is a gap or growth."""
        for facility in self._costs.facilities:
            if facility not in area.facilities or self._run.described(facility)["level"] == "provider":
                continue
            if facility in area.existing:
                yield facility, area.gap(facility), "gap"
            else:
                required = area.required[..., area.facilities.index(facility)]
                planned = area.planned.get(facility)
                growth = capital_costs.growth_since_first(
                    required, 0.0 if planned is None else planned[:, None, :]
                )
                yield facility, growth, "growth"

    def add_hospitals(self, hospitals: list[Area], origins: Origins) -> None:
        """Hospital facilities: each place's share of its hospitals' shortfall."""
        for facility in self._costs.facilities:
            short: dict[str, FloatArray] = {}
            for area in hospitals:
                if facility not in area.existing:
                    continue
                # A trust builds whole wards, whoever's they are.
                built, at = self._built(facility, area.gap(facility)), area.facilities.index(facility)
                for place, share in origins.shares[area.code].items():
                    part = capital_costs.part_of_shortfall(built, share[..., at])
                    short[place] = short[place] + part if place in short else part
            for place, gap in short.items():
                if place != OUTSIDE:
                    to_build = capital_costs.capacity_to_build(gap, self._opens(facility))
                    self._add(place, facility, to_build, "gap")

    def _opens(self, facility: str) -> int:
        """Position of the first year in which what is decided now can open."""
        return self._earliest + int(self._run.described(facility)["lead_time_years"])

    def _built(self, facility: str, short: FloatArray) -> FloatArray:
        """(draw, scenario, year) what is to be built of a shortfall, in whole wards or buildings."""
        to_build = capital_costs.capacity_to_build(short, self._opens(facility))
        size = float(self._run.described(facility)["building_size"])
        return capital_costs.in_whole_buildings(to_build, size)

    def _add(self, place: str, facility: str, to_build: FloatArray, basis: str) -> None:
        opened = capital_costs.openings(to_build, self._opens(facility))
        spent = capital_costs.spent(opened, self._building)
        unbiased = spent[0] * self._costs.unit_cost(facility)[0]
        least, most = (
            capital_costs.with_optimism_bias(unbiased, np.array(end))
            for end in self._costs.bias_ends(facility)
        )
        paid = spent * self._costs.appraised(facility)[:, None, None]
        running = capital_costs.running_cost(opened[0], self._costs.running(facility))
        made = _Spent(paid, running, least, most)
        self._put(place, facility, made, basis)
        self._paid[place] = self._paid[place] + paid if place in self._paid else paid
        before = self._total.get(facility)
        if before is not None:
            made = _Spent(*(ours + theirs for ours, theirs in zip(before[0], made, strict=True)))
            basis = basis if basis == before[1] else "gap and growth"
        self._total[facility] = (made, basis)

    def spent_to_date(self, system: str) -> dict[str, FloatArray]:
        """Pounds paid up to each year (draw, scenario, year), all facilities, by place and of the system."""
        places = {place: capital_costs.paid_up_to(paid) for place, paid in self._paid.items()}
        return {**places, system: np.sum(list(places.values()), axis=0)} if places else {}

    def table(self, system: str) -> pd.DataFrame:
        """Rows of every place added, and of the system."""
        for facility, (made, basis) in self._total.items():
            self._put(system, facility, made, basis)
        self._total = {}
        return self._cells.table()

    def _put(self, place: str, facility: str, made: _Spent, basis: str) -> None:
        values = {
            **summarise(made.paid)._asdict(),
            "present_value_gbp": made.paid[0] * self._discount,
            "running_cost_gbp": made.running,
            "least_bias_gbp": made.least,
            "most_bias_gbp": made.most,
        }
        self._cells.add(
            values,
            self._labels.index,
            place=place,
            facility=facility,
            basis=basis,
            price_base=self._costs.price_base,
        )
