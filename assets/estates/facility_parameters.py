"""Coefficients of facilities per unit of service, from the assumptions, drawn once for the run."""

from __future__ import annotations

import math
from typing import Any

import numpy as np
import pandas as pd
import xarray as xr

from assets.inputs.assumptions import Assumptions
from assets.inputs.settings import RunSettings
from assets.population.population_figures import by_keys
from models.arrays import FloatArray
from models.estates.capacity_formulae import FACILITIES, critical_care_share, required, winter_peak
from models.uncertainty.ensemble import factor_draws, standard_normal

_FROM_RECORDS = ("winter_peak", "critical_care_share")
_CRITICAL_CARE = "critical_care_beds"


class Facilities:
    """Coefficients (draw, service, facility) of every facility whose services are switched on.

    `data` is the table of facilities, those left out for want of a service not among them.
    """

    def __init__(
        self,
        table: pd.DataFrame,
        services: list[str],
        beds: pd.DataFrame,
        assumptions: pd.DataFrame,
        settings: RunSettings,
    ) -> None:
        self._known = Assumptions(assumptions)
        self._settings = settings
        base_year = int(self._known.value("demand.base_year"))
        self._recorded = recorded_beds(beds, base_year)
        self._critical_care = critical_care_of_trusts(beds, base_year)
        made = {name: FACILITIES[name](self._value) for name in table["facility"]}
        # Where no trust records critical care, what it would take is not known.
        known = {
            name for name, parts in made.items() if all(np.isfinite(each).all() for each in parts.values())
        }
        self.names = [name for name, parts in made.items() if name in known and set(parts) <= set(services)]
        self.services = sorted({service for name in self.names for service in made[name]})
        self.data = table.set_index("facility").loc[self.names]
        self._rows = {
            str(row["facility"]): {str(name): value for name, value in row.items()}
            for row in table.to_dict("records")
        }
        self.coefficients = np.zeros((settings.draws + 1, len(self.services), len(self.names)))
        for column, name in enumerate(self.names):
            for service, coefficient in made[name].items():
                self.coefficients[:, self.services.index(service), column] = coefficient

    def at(self, *levels: str) -> list[str]:
        """The facilities whose existing capacity is counted by provider, place or neighbourhood."""
        return [name for name in self.names if self._rows[name]["level"] in levels]

    def unit(self, name: str) -> str:
        """Unit of a facility."""
        return str(self._rows[name]["unit"])

    @property
    def units(self) -> dict[str, str]:
        """Unit of every facility."""
        return {name: self.unit(name) for name in self.names}

    @property
    def lead_times(self) -> dict[str, int]:
        """Years from the decision to the opening, by facility."""
        return {name: int(self._rows[name]["lead_time_years"]) for name in self.names}

    def described(self, name: str) -> dict[str, Any]:
        """The row of a facility in the table of facilities."""
        return self._rows[name]

    def positions(self, names: list[str]) -> list[int]:
        """Where the facilities stand in the coefficients."""
        return [self.names.index(name) for name in names]

    def at_provider(self, provider: str) -> list[str]:
        """The facilities counted by provider of which something is known at this one.

        Critical care stands where it was built, so a trust without a record of it has none of the system's.
        """
        known = provider in self._critical_care
        return [name for name in self.at("provider") if known or name != _CRITICAL_CARE]

    def coefficients_of(self, provider: str) -> FloatArray:
        """Coefficients (draw, service, facility) at a provider: critical care at its own recorded share."""
        own = self._critical_care.get(provider)
        if own is None or _CRITICAL_CARE not in self.names:
            return self.coefficients
        changed = self.coefficients.copy()
        changed[..., self.names.index(_CRITICAL_CARE)] *= own / self._recorded["critical_care_share"]
        return changed

    def required(self, demand: xr.DataArray, names: list[str], provider: str | None = None) -> FloatArray:
        """(draw, scenario, year, facility) required by demand by scenario, draw, year and service.

        `provider` is whose demand it is; a place's is at the shares of the area as a whole.
        """
        coefficients = self.coefficients if provider is None else self.coefficients_of(provider)
        columns = coefficients[..., self.positions(names)]
        given = [str(service) for service in demand["service"].to_numpy()]
        serving = np.flatnonzero(columns[0].any(axis=1)).tolist()
        taken = np.zeros((len(columns), len(given), len(names)))
        taken[:, [given.index(self.services[at]) for at in serving]] = columns[:, serving]
        # Services that are not taken count 0: leaving them out would copy all the draws of the others.
        return required(demand.transpose("draw", "scenario", "year", "service").to_numpy(), taken)

    def drawn(self, identifier: str) -> FloatArray:
        """An assumption as (draw,): drawn over its range, or the same in every draw where it has none."""
        return drawn(identifier, self._known, self._settings)

    def _value(self, name: str) -> FloatArray:
        if name in _FROM_RECORDS:
            return np.full(self._settings.draws + 1, self._recorded[name])
        return self.drawn(f"estates.{name}")


def drawn(identifier: str, known: Assumptions, settings: RunSettings) -> FloatArray:
    """An assumption as (draw,): drawn over its range, or the same in every draw where it has none."""
    central = known.value(identifier)
    low, high = known.ends(identifier)
    if math.isnan(low):
        return np.full(settings.draws + 1, central)
    shock = standard_normal(settings.seed, identifier, "common", "all", settings.draws)
    return factor_draws(central, low, high, shock)[:, 0]


def recorded_beds(beds: pd.DataFrame, base_year: int) -> dict[str, float]:
    """Winter peak over the annual mean, and critical care over general and acute beds, as occupied."""
    dated, axes = _by_month(beds)
    occupied = by_keys(dated, "general_acute_beds_occupied", axes)
    care = by_keys(dated, "adult_critical_care_beds_occupied", axes)
    at = list(axes["year"]).index(base_year)
    return {
        "winter_peak": winter_peak(occupied),
        "critical_care_share": critical_care_share(care[:, at], occupied[:, at]),
    }


def critical_care_of_trusts(beds: pd.DataFrame, base_year: int) -> dict[str, float]:
    """Critical care over general and acute beds of each trust that records both, as occupied.

    Nothing where the area as a whole has no critical care: there is no share to set a trust's against.
    """
    dated, axes = _by_month(beds)
    at = list(axes["year"]).index(base_year)
    occupied = by_keys(dated, "general_acute_beds_occupied", axes)[:, at]
    care = by_keys(dated, "adult_critical_care_beds_occupied", axes)[:, at]
    whole = critical_care_share(care, occupied)
    shares = [critical_care_share(*each) for each in zip(care, occupied, strict=True)]
    return {
        str(trust): share
        for trust, share in zip(axes["provider"], shares, strict=True)
        if np.isfinite(share) and whole > 0
    }


def _by_month(beds: pd.DataFrame) -> tuple[pd.DataFrame, dict[str, Any]]:
    # Counted from April, so that a year of the index is the financial year.
    month = pd.PeriodIndex(beds["month"], freq="M") - 3
    dated = beds.assign(year=month.year, month_of_year=month.month)
    axes = {
        "provider": sorted(dated["provider"].unique()),
        "year": sorted(dated["year"].unique()),
        "month_of_year": range(1, 13),
    }
    return dated, axes
