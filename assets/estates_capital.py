"""Capital by place and year: shortfalls with costs, prices, optimism bias and discounting."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from assets.assumptions import Assumptions
from assets.estates_areas import Area, Labels, labelled
from assets.estates_hospital import OUTSIDE
from assets.estates_parameters import Facilities
from assets.settings import RunSettings
from housing_trajectories.schema import financial_year_label
from models.ensemble import factor_draws, standard_normal, summarise
from models.estates import capital

FloatArray = NDArray[np.float64]


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
            capital.at_prices_of(float(row[name]), then, self._now)
            for name in ("cost_gbp", "cost_low_gbp", "cost_high_gbp")
        )
        draws = self._settings.draws
        shock = standard_normal(self._settings.seed, f"facility_cost_{facility}", "common", "all", draws)
        return factor_draws(value, low, high, shock)[:, 0]

    def appraised(self, facility: str) -> FloatArray:
        """Capital cost (draw,) of a unit with optimism bias, as a business case appraises it."""
        kind = str(self._run.described(facility)["building"])
        bias = self._run.drawn(f"estates.optimism_bias_{kind}")
        return capital.with_optimism_bias(self.unit_cost(facility), bias)

    def running(self, facility: str) -> float:
        """Running cost of a unit a year."""
        row = self._run.described(facility)
        then = float(self._index[int(row["cost_year"])])
        return capital.at_prices_of(float(row["running_cost_gbp"]), then, self._now)


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
        self._discount = capital.discount_factors(labels.years, base, rates)
        self._rows: list[pd.DataFrame] = []
        self._total: dict[str, tuple[FloatArray, FloatArray, str]] = {}

    def add_place(self, area: Area) -> None:
        """Facilities counted by place: what is short, or where that is not known what demand grows by."""
        for facility in self._costs.facilities:
            if facility not in area.facilities or self._run.described(facility)["level"] == "provider":
                continue
            if facility in area.existing:
                self._add(area.code, facility, area.gap(facility), "gap")
            else:
                required = area.required[..., area.facilities.index(facility)]
                self._add(area.code, facility, required - required[..., :1], "growth")

    def add_hospitals(self, hospitals: list[Area], shares: pd.DataFrame) -> None:
        """Hospital facilities: each place's share of what its hospitals are short of."""
        parts = shares[shares["origin"] != OUTSIDE]
        for facility in self._costs.facilities:
            known = [area for area in hospitals if facility in area.existing]
            short: dict[str, FloatArray] = {}
            for area in known:
                gap = area.gap(facility)
                here = parts[(parts["provider"] == area.code) & (parts["facility"] == facility)]
                for place, rows in here.groupby("origin"):
                    share = rows["share_percent"].to_numpy().reshape(gap.shape[1:]) / 100
                    short[str(place)] = short.get(str(place), 0.0) + np.maximum(gap, 0.0) * share
            for place, gap in short.items():
                self._add(place, facility, gap, "gap")

    def _add(self, place: str, facility: str, short: FloatArray, basis: str) -> None:
        lead = int(self._run.described(facility)["lead_time_years"])
        opened = capital.openings(capital.capacity_to_build(short), self._earliest + lead)
        paid = capital.spent(opened, self._building) * self._costs.appraised(facility)[:, None, None]
        running = np.cumsum(opened[0], axis=-1) * self._costs.running(facility)
        self._rows.append(self._frame(place, facility, paid, running, basis))
        before = self._total.get(facility)
        self._total[facility] = (
            (paid, running, basis) if before is None else (before[0] + paid, before[1] + running, basis)
        )

    def rows(self, system: str) -> list[pd.DataFrame]:
        """Rows of every place and of the system."""
        whole = [
            self._frame(system, facility, paid, running, basis)
            for facility, (paid, running, basis) in self._total.items()
        ]
        return [*self._rows, *whole]

    def _frame(
        self, place: str, facility: str, paid: FloatArray, running: FloatArray, basis: str
    ) -> pd.DataFrame:
        summary: Mapping[str, FloatArray] = {
            **summarise(paid)._asdict(),
            "present_value_gbp": paid[0] * self._discount,
            "running_cost_gbp": running,
        }
        index = {"scenario": self._labels.scenarios, "year": self._labels.years}
        return labelled(summary, index).assign(
            place=place, facility=facility, basis=basis, price_base=self._costs.price_base
        )
