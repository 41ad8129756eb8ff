"""Capital by place and year: shortfalls with costs, prices, optimism bias and discounting."""

from __future__ import annotations

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

    def running(self, facility: str) -> float:
        """Running cost of a unit a year."""
        row = self._run.described(facility)
        then = float(self._index[int(row["cost_year"])])
        return capital_costs.at_prices_of(float(row["running_cost_gbp"]), then, self._now)


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
        self._total: dict[str, tuple[FloatArray, FloatArray, str]] = {}

    def add_place(self, area: Area) -> None:
        """Facilities counted by place: the shortfall, or where that is not known the growth of demand."""
        for facility in self._costs.facilities:
            if facility not in area.facilities or self._run.described(facility)["level"] == "provider":
                continue
            if facility in area.existing:
                self._add(area.code, facility, area.gap(facility), "gap")
            else:
                required = area.required[..., area.facilities.index(facility)]
                planned = area.planned.get(facility)
                growth = capital_costs.growth_since_first(
                    required, 0.0 if planned is None else planned[:, None, :]
                )
                self._add(area.code, facility, growth, "growth")

    def add_hospitals(self, hospitals: list[Area], origins: Origins) -> None:
        """Hospital facilities: each place's share of its hospitals' shortfall."""
        for facility in self._costs.facilities:
            short: dict[str, FloatArray] = {}
            for area in hospitals:
                if facility not in area.existing:
                    continue
                gap, at = area.gap(facility), area.facilities.index(facility)
                for place, share in origins.shares[area.code].items():
                    part = capital_costs.part_of_shortfall(gap, share[..., at])
                    short[place] = short[place] + part if place in short else part
            for place, gap in short.items():
                if place != OUTSIDE:
                    self._add(place, facility, gap, "gap")

    def _add(self, place: str, facility: str, short: FloatArray, basis: str) -> None:
        lead = int(self._run.described(facility)["lead_time_years"])
        earliest = self._earliest + lead
        opened = capital_costs.openings(capital_costs.capacity_to_build(short, earliest), earliest)
        paid = capital_costs.spent(opened, self._building) * self._costs.appraised(facility)[:, None, None]
        running = capital_costs.running_cost(opened[0], self._costs.running(facility))
        self._put(place, facility, paid, running, basis)
        before = self._total.get(facility)
        if before is not None:
            paid, running = before[0] + paid, before[1] + running
            basis = basis if basis == before[2] else "gap and growth"
        self._total[facility] = (paid, running, basis)

    def table(self, system: str) -> pd.DataFrame:
        """Rows of every place added, and of the system."""
        for facility, (paid, running, basis) in self._total.items():
            self._put(system, facility, paid, running, basis)
        self._total = {}
        return self._cells.table()

    def _put(self, place: str, facility: str, paid: FloatArray, running: FloatArray, basis: str) -> None:
        values = {
            **summarise(paid)._asdict(),
            "present_value_gbp": paid[0] * self._discount,
            "running_cost_gbp": running,
        }
        self._cells.add(
            values,
            self._labels.index,
            place=place,
            facility=facility,
            basis=basis,
            price_base=self._costs.price_base,
        )
