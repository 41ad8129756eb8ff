"""The registers of premises and schemes: existing capacity by area.

A partial register works: what is not known stays unknown for its area and is never taken for nothing.
"""

from __future__ import annotations

from collections.abc import Hashable, Mapping
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from assets.inputs.settings import RunSettings
from models.arrays import FloatArray
from models.estates.existing_capacity import Premises, premises_by_year, scheme_by_year
from models.uncertainty.ensemble import standard_normal


class Existing:
    """Existing capacity by area and facility, for the years of a run.

    Quantities are (draw or 1, year): one row where no scheme is dated with uncertainty. An area whose
    buildings are not all known, or none of whose buildings is registered, has None. The register of a place
    is complete for a facility where somebody says so in `register_coverage`, and of general practice where
    each practice has a row of it: rows for some of its buildings are not what the place has.
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
        declared = zip(register_coverage["place"], register_coverage["facility"], strict=True)
        self._complete = {*declared, *_of_every_practice(premises, practice_places)}
        located = premises["neighbourhood"].notna()
        self._unlocated = set(
            zip(premises.loc[~located, "place"], premises.loc[~located, "facility"], strict=True)
        )

    def of_provider(self, provider: str, facility: str) -> FloatArray | None:
        """Existing capacity of a hospital provider."""
        return self._of(("provider", provider, facility))

    def of_place(self, place: str, facility: str) -> FloatArray | None:
        """Existing capacity of a place, without hospitals."""
        return self._of(("place", place, facility)) if (place, facility) in self._complete else None

    def of_neighbourhood(self, place: str, neighbourhood: str, facility: str) -> FloatArray | None:
        """Existing capacity of a neighbourhood: known where no building of unknown location may be in it."""
        if (place, facility) not in self._complete or (place, facility) in self._unlocated:
            return None
        return self._of(("neighbourhood", neighbourhood, facility))

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


def _by_area(register: pd.DataFrame) -> dict[tuple[str, str, str], list[int]]:
    """Rows of a register by kind of area, area and facility."""
    found: dict[tuple[str, str, str], list[int]] = {}
    for kind in ("provider", "place", "neighbourhood"):
        known = np.flatnonzero(register[kind].notna())
        keys = (register[name].iloc[known].tolist() for name in (kind, "facility"))
        for number, area, facility in zip(known.tolist(), *keys, strict=True):
            found.setdefault((kind, area, facility), []).append(number)
    return found
