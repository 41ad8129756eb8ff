"""The registers of premises and schemes: what in them cannot stand, and what they say exists by area.

A partial register works: what is not known stays unknown for its area and is never taken for nothing.
"""

from __future__ import annotations

from collections.abc import Hashable, Mapping
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from assets.settings import RunSettings
from housing_trajectories.findings import Finding
from models.ensemble import standard_normal
from models.estates.capacity import Premises, premises_by_year, scheme_by_year

FloatArray = NDArray[np.float64]

FIRST_ROW = 2
"""Rows of a file as a spreadsheet shows them: the header is the first."""


def register_findings(tables: Mapping[str, pd.DataFrame]) -> list[Finding]:
    """Rows of premises.csv and estate_schemes.csv that contradict themselves or another table."""
    if not {"facilities", "premises", "estate_schemes"} <= set(tables):
        return []
    found = [
        finding
        for name in ("premises", "estate_schemes")
        for finding in _shared_findings(f"{name}.csv", tables[name], tables)
    ]
    for index, row in enumerate(tables["premises"].to_dict("records"), start=FIRST_ROW):
        found.extend(_premises_findings(index, row))
    for index, row in enumerate(tables["estate_schemes"].to_dict("records"), start=FIRST_ROW):
        low, value, high = row["opening_low"], row["opening_year"], row["opening_high"]
        if not low <= value <= high:
            found.append(
                Finding(
                    "estate_schemes.csv",
                    index,
                    "opening_year",
                    f"{value} with {low} to {high}",
                    "opening_low ≤ opening_year ≤ opening_high",
                )
            )
    for index, row in enumerate(tables["facilities"].to_dict("records"), start=FIRST_ROW):
        found.extend(_cost_findings(index, row))
    return found


def _shared_findings(file: str, register: pd.DataFrame, tables: Mapping[str, pd.DataFrame]) -> list[Finding]:
    facilities = tables["facilities"].set_index("facility")
    providers = set(tables["providers"]["provider"]) if "providers" in tables else None
    neighbourhoods = set(tables["neighbourhoods"]["neighbourhood"]) if "neighbourhoods" in tables else None
    found = []
    for index, row in enumerate(register.to_dict("records"), start=FIRST_ROW):
        facility = str(row["facility"])
        if facility not in facilities.index:
            found.append(Finding(file, index, "facility", facility, "a facility of facilities.csv"))
            continue
        unit = str(facilities.loc[facility, "unit"])
        if row["unit"] != unit:
            found.append(Finding(file, index, "unit", str(row["unit"]), f"{unit}, the unit of {facility}"))
        if pd.notna(row["provider"]) and providers is not None and row["provider"] not in providers:
            found.append(
                Finding(file, index, "provider", str(row["provider"]), "a provider of providers.csv")
            )
        if pd.isna(row["provider"]) and facilities.loc[facility, "level"] == "provider":
            found.append(Finding(file, index, "provider", "an empty cell", f"the provider whose {facility}"))
        known = neighbourhoods is None or row["neighbourhood"] in neighbourhoods
        if pd.notna(row["neighbourhood"]) and not known:
            expected = "a neighbourhood of neighbourhoods.csv, or an empty cell"
            found.append(Finding(file, index, "neighbourhood", str(row["neighbourhood"]), expected))
    return found


def _premises_findings(index: int, row: Mapping[Hashable, Any]) -> list[Finding]:
    file, found = "premises.csv", []
    opened, closes = _number(row["opened"]), _number(row["closes"])
    if closes <= opened:
        found.append(
            Finding(file, index, "closes", f"{closes:.0f} with opened {opened:.0f}", "a year after it opened")
        )
    change, year = _number(row["planned_change"]), _number(row["planned_change_year"])
    if np.isnan(change) != np.isnan(year):
        column = "planned_change_year" if np.isnan(year) else "planned_change"
        found.append(Finding(file, index, column, "an empty cell", "a planned change with its year"))
    quantity = _number(row["quantity"])
    if quantity + change < 0:
        found.append(
            Finding(file, index, "planned_change", f"{change:g} of {quantity:g}", "no more than there is")
        )
    return found


def _cost_findings(index: int, row: Mapping[Hashable, Any]) -> list[Finding]:
    low, cost, high = (_number(row[name]) for name in ("cost_low_gbp", "cost_gbp", "cost_high_gbp"))
    given = [not np.isnan(value) for value in (low, cost, high)]
    file = "facilities.csv"
    if any(given) and not (all(given) and low <= cost <= high):
        found = f"low {low:g}, cost {cost:g}, high {high:g}"
        return [Finding(file, index, "cost_gbp", found, "low ≤ cost ≤ high, or none of them")]
    if all(given):
        for name in ("cost_year", "building", "running_cost_gbp"):
            if pd.isna(row[name]):
                return [Finding(file, index, name, "an empty cell", "a value where there is a cost")]
    return []


def _number(value: object) -> float:
    return float(value) if isinstance(value, int | float) else float("nan")


class Existing:
    """What exists by area and facility, for the years of a run.

    Quantities are (draw or 1, year): one row where no scheme is dated with uncertainty. An area whose
    buildings are not all known, or none of whose buildings is registered, has None.
    """

    def __init__(
        self,
        premises: pd.DataFrame,
        schemes: pd.DataFrame,
        practice_places: pd.DataFrame,
        years: NDArray[np.int64],
        settings: RunSettings,
    ) -> None:
        self._years = years
        self._settings = settings
        self._by_year = premises_by_year(
            Premises(
                *(
                    premises[name].to_numpy(dtype=float)
                    for name in ("quantity", "opened", "closes", "planned_change", "planned_change_year")
                )
            ),
            years,
        )
        self._rows = _by_area(premises)
        switched_on = schemes[schemes["switch"] == "on"].reset_index(drop=True)
        self._schemes, self._scheme_rows = switched_on.to_dict("records"), _by_area(switched_on)
        registered = set(premises["site_code"])
        practices = zip(practice_places["place"], practice_places["practice"], strict=True)
        self._partial = {place for place, practice in practices if practice not in registered}
        located = premises["neighbourhood"].notna()
        self._unlocated = set(
            zip(premises.loc[~located, "place"], premises.loc[~located, "facility"], strict=True)
        )

    def of_provider(self, provider: str, facility: str) -> FloatArray | None:
        """What a hospital provider has."""
        return self._of(("provider", provider, facility))

    def of_place(self, place: str, facility: str) -> FloatArray | None:
        """What a place has, hospitals' aside."""
        return None if self._is_partial(place, facility) else self._of(("place", place, facility))

    def of_neighbourhood(self, place: str, neighbourhood: str, facility: str) -> FloatArray | None:
        """What a neighbourhood has: known where no building of unknown whereabouts may stand in it."""
        if self._is_partial(place, facility) or (place, facility) in self._unlocated:
            return None
        return self._of(("neighbourhood", neighbourhood, facility))

    def _is_partial(self, place: str, facility: str) -> bool:
        """Whether a practice that is known to be there is missing from the register."""
        return place in self._partial and facility.startswith(("gp_", "primary_care_"))

    def _of(self, area: tuple[str, str, str]) -> FloatArray | None:
        rows = self._rows.get(area)
        if rows is None:
            return None
        total = self._by_year[rows].sum(axis=0)[None, :]
        if np.isnan(total).any():
            return None
        for number in self._scheme_rows.get(area, ()):
            total = total + self._scheme(self._schemes[number])
        return total

    def _scheme(self, row: Mapping[Hashable, Any]) -> FloatArray:
        name = str(row["scheme"])
        shock = standard_normal(self._settings.seed, "scheme_opening", "site", name, self._settings.draws)
        low, value, high = (float(str(row[f"opening_{end}"])) for end in ("low", "year", "high"))
        return scheme_by_year(float(str(row["quantity"])), (value, low, high), self._years, shock[:, 0])


def _by_area(register: pd.DataFrame) -> dict[tuple[str, str, str], list[int]]:
    """Rows of a register by kind of area, area and facility."""
    found: dict[tuple[str, str, str], list[int]] = {}
    for number, row in enumerate(register.to_dict("records")):
        for kind in ("provider", "place", "neighbourhood"):
            if pd.notna(row[kind]):
                found.setdefault((kind, str(row[kind]), str(row["facility"])), []).append(number)
    return found
