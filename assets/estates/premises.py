"""The registers of premises and schemes: existing capacity by area, and what is planned to change of it.

A partial register works: what is not known stays unknown for its area and is never taken for nothing.
"""

from __future__ import annotations

from collections.abc import Iterable
from functools import cached_property
from typing import Any, NamedTuple

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from assets.estates.register_rows import end_of, financial_year_of, replaced_sites
from assets.inputs.settings import RunSettings
from models.arrays import FloatArray
from models.estates.existing_capacity import (
    Premises,
    drawn_year,
    held,
    opened_by,
    premises_by_year,
    since_first,
)
from models.uncertainty.ensemble import standard_normal

STAFFED, SPACES = "staffed", "spaces"
COUNTED_AS = (STAFFED, SPACES)
"""What stands for a building: its quantity in use (beds open and staffed), or its physical spaces."""


class AreaKey(NamedTuple):
    """A kind of area (provider, place, neighbourhood), its code, and a facility."""

    kind: str
    code: str
    facility: str


class Existing:
    """Existing capacity by area and facility, for the years of a run.

    Quantities are (draw or 1, year): one row where nothing is dated with uncertainty. An area whose buildings
    are not all known, or none of whose buildings is registered, has None. The register of a place is complete
    for a facility where somebody says so in `register_coverage`, and of general practice where each practice
    has a row of it: rows for some of its buildings are not what the place has. What is planned after the
    first year is told of every area, known or not.
    """

    def __init__(
        self,
        premises: pd.DataFrame,
        schemes: pd.DataFrame,
        practice_places: pd.DataFrame,
        register_coverage: pd.DataFrame,
        years: NDArray[np.int64],
        settings: RunSettings,
    ) -> None:
        self._years = years
        self._settings = settings
        self._premises = premises.reset_index(drop=True)
        self._rows = _by_area(premises)
        switched_on = schemes[schemes["switch"] == "on"].reset_index(drop=True)
        self._schemes, self._scheme_rows = switched_on.to_dict("records"), _by_area(switched_on)
        declared = zip(register_coverage["place"], register_coverage["facility"], strict=True)
        self._complete = {*declared, *_of_every_practice(premises, practice_places)}
        located = premises["neighbourhood"].notna()
        self._unlocated = set(
            zip(premises.loc[~located, "place"], premises.loc[~located, "facility"], strict=True)
        )
        self._surveyed = [financial_year_of(day) for day in _column(premises, "surveyed")]
        self._replaced_by, self._of_unknown_gain = self._replacements()

    def of_provider(self, provider: str, facility: str) -> FloatArray | None:
        """Existing capacity of a hospital provider."""
        return self._of(AreaKey("provider", provider, facility))

    def of_place(self, place: str, facility: str) -> FloatArray | None:
        """Existing capacity of a place, without hospitals."""
        return self._of(AreaKey("place", place, facility)) if (place, facility) in self._complete else None

    def of_neighbourhood(self, place: str, neighbourhood: str, facility: str) -> FloatArray | None:
        """Existing capacity of a neighbourhood: known where no building of unknown location may be in it."""
        if (place, facility) not in self._complete or (place, facility) in self._unlocated:
            return None
        return self._of(AreaKey("neighbourhood", neighbourhood, facility))

    def planned(self, kind: str, code: str, facility: str) -> FloatArray | None:
        """(draw or 1, year) what opens less what goes of an area after the first year; None: nothing does.

        A building of unknown size that goes takes nothing with it, and a scheme in its place adds nothing:
        the checks of the register ask for its quantity.
        """
        area = AreaKey(kind, code, facility)
        total = np.zeros((1, len(self._years)))
        for number in self._rows.get(area, ()):
            total = total + since_first(held(self._changes[number], self._gone(number)))
        for number in self._scheme_rows.get(area, ()):
            if number not in self._of_unknown_gain:
                quantity = float(self._schemes[number]["quantity"])
                total = total + since_first(quantity * opened_by(self._opens(number), self._years))
        return total if total.any() else None

    def counted_as(self, kind: str, code: str, facility: str) -> str:
        """Whether what exists is physical spaces, known of every building of the area, or what is staffed."""
        rows = self._rows.get(AreaKey(kind, code, facility), [])
        spaces = [self._has_spaces[number] for number in rows]
        return SPACES if spaces and all(spaces) else STAFFED

    def staffed(self, kind: str, code: str, facility: str) -> FloatArray | None:
        """Capacity in use of an area that is counted by its physical spaces."""
        return self._of(AreaKey(kind, code, facility), staffed=True)

    @cached_property
    def _has_spaces(self) -> list[bool]:
        return [value is not None and value == value for value in _column(self._premises, "spaces")]

    def _held_by_year(self, quantity: pd.Series) -> FloatArray:
        """(row, year) of the register; the year a building goes is drawn, where it has a range."""
        premises = self._premises.assign(quantity=quantity)
        columns = ("quantity", "opened", "closes", "planned_change", "planned_change_year")
        values = [premises[name].to_numpy(dtype=float) for name in columns]
        values[2] = np.full(len(premises), np.nan)
        return premises_by_year(Premises(*values), self._years)

    @cached_property
    def _by_year(self) -> FloatArray:
        return self._held_by_year(self._premises["quantity"])

    @cached_property
    def _spaces_by_year(self) -> FloatArray:
        return self._held_by_year(pd.Series(_column(self._premises, "spaces"), dtype=float))

    @cached_property
    def _changes(self) -> FloatArray:
        """What each building holds, its changes alone where the rest is not known."""
        return self._held_by_year(self._premises["quantity"].fillna(0.0))

    def _of(self, area: AreaKey, staffed: bool = False) -> FloatArray | None:
        rows = self._rows.get(area)
        if rows is None:
            return None
        spaces = not staffed and self.counted_as(*area) == SPACES
        by_year = self._spaces_by_year if spaces else self._by_year
        total = np.zeros((1, len(self._years)))
        for number in rows:
            total = total + held(by_year[number], self._gone(number))
        if np.isnan(total).any():
            return None
        counted = max((self._surveyed[number] for number in rows), default=np.nan)
        for number in self._scheme_rows.get(area, ()):
            opens = self._opens(number)
            # A survey made after a scheme has opened counts it already.
            added = np.where(opens[:, None] > counted, 1.0, 0.0) if counted == counted else 1.0
            is_open = opened_by(opens, self._years) * added
            total = total + float(self._schemes[number]["quantity"]) * is_open
        return total

    def _gone(self, number: int) -> FloatArray:
        """(draw or 1, year) 1 where a building has closed or been left, or a scheme stands in its place."""
        row = self._premises.iloc[number].to_dict()
        gone = np.zeros((1, len(self._years)))
        if (ends := end_of(row)) is not None:
            gone = opened_by(self._drawn(ends, "building_closing", str(row["site_code"])), self._years)
        for scheme in self._replaced_by.get(number, ()):
            gone = np.maximum(gone, opened_by(self._opens(scheme), self._years))
        return gone

    def _opens(self, number: int) -> FloatArray:
        """(draw or 1,) the year in which a scheme opens."""
        row = self._schemes[number]
        value, low, high = (float(row[f"opening_{end}"]) for end in ("year", "low", "high"))
        return self._drawn((value, low, high), "scheme_opening", str(row["scheme"]))

    def _drawn(self, year: tuple[float, float, float], factor: str, name: str) -> FloatArray:
        if year[1] == year[2]:
            return np.array([year[0]])
        shock = standard_normal(self._settings.seed, factor, "site", name, self._settings.draws)
        return drawn_year(year, shock[:, 0])

    def _replacements(self) -> tuple[dict[int, list[int]], set[int]]:
        """Schemes by the row of the register each replaces, and those whose row has no quantity."""
        keys = zip(self._premises["site_code"], self._premises["facility"], strict=True)
        at = {(str(site), str(facility)): number for number, (site, facility) in enumerate(keys)}
        unknown = self._premises["quantity"].isna().to_numpy()
        found: dict[int, list[int]] = {}
        gain_unknown: set[int] = set()
        for number, row in enumerate(self._schemes):
            for site in replaced_sites(row):
                building = at.get((site, str(row["facility"])))
                if building is None or unknown[building]:
                    gain_unknown.add(number)
                if building is not None:
                    found.setdefault(building, []).append(number)
        return found, gain_unknown


def _column(register: pd.DataFrame, name: str) -> list[Any]:
    """An optional column; empty cells where a made-up register leaves it out."""
    return list(register[name]) if name in register else [None] * len(register)


def _of_every_practice(premises: pd.DataFrame, practice_places: pd.DataFrame) -> set[tuple[str, str]]:
    """Places and facilities of general practice of which each practice of the place has a row."""
    of_facility = premises.groupby("facility")["site_code"].agg(set)
    of_place = practice_places.groupby("place")["practice"].agg(set)
    return {
        (str(place), str(facility))
        for facility, registered in of_facility.items()
        if str(facility).startswith(("gp_", "primary_care_"))
        for place, practices in of_place.items()
        if practices <= registered
    }


def _by_area(register: pd.DataFrame) -> dict[AreaKey, list[int]]:
    """Rows of a register by kind of area, area and facility."""
    found: dict[AreaKey, list[int]] = {}
    for kind in ("provider", "place", "neighbourhood"):
        known = np.flatnonzero(register[kind].notna())
        keys: list[Iterable[Any]] = [register[name].iloc[known].tolist() for name in (kind, "facility")]
        for number, area, facility in zip(known.tolist(), *keys, strict=True):
            found.setdefault(AreaKey(kind, area, facility), []).append(number)
    return found
