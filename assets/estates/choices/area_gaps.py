"""What areas need and have of clinical rooms and floor in every draw: the working asset read as arrays."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import xarray as xr
from numpy.typing import NDArray

from models.arrays import FloatArray, IntArray
from models.estates.estate_options import gap_at

FLOOR = "primary_care_gross_internal_area"
ROOMS = ("gp_consulting_rooms", "gp_treatment_rooms")
MEDIAN = 50.0


@dataclass(frozen=True)
class AreaGaps:
    """Neighbourhood teams and hubs, and of clinical rooms and m2 what they require and have.

    Each of the four is (area, year, draw), draw 0 the principal run; NaN where nothing is known.
    """

    codes: list[str]
    kinds: list[str]
    names: list[str]
    places: list[str]
    years: IntArray
    rooms_required: FloatArray
    rooms_existing: FloatArray
    floor_required: FloatArray
    floor_existing: FloatArray

    @property
    def known(self) -> NDArray[np.bool_]:
        """(area,) true where both are known in every year."""
        parts = (self.rooms_required, self.rooms_existing, self.floor_required, self.floor_existing)
        return np.asarray(np.all([np.isfinite(each).all(axis=(1, 2)) for each in parts], axis=0))

    def at(self, year: int) -> int:
        """Position of a year; raises ValueError where the run does not have it."""
        found = np.flatnonzero(self.years == year)
        if not found.size:
            raise ValueError(f"year {year} is not among {self.years[0]} to {self.years[-1]}")
        return int(found[0])

    @property
    def rooms_gap(self) -> FloatArray:
        """(area, year, draw) rooms required beyond those there are."""
        return self.rooms_required - self.rooms_existing

    @property
    def floor_gap(self) -> FloatArray:
        """(area, year, draw) m2 required beyond those there are."""
        return self.floor_required - self.floor_existing

    def gaps_at(self, year: int, probability: float) -> FloatArray:
        """(area, 2) rooms and m2 that are not exceeded with a probability, in %, in a year."""
        at = self.at(year)
        both = (gap_at(gap[:, at], probability) for gap in (self.rooms_gap, self.floor_gap))
        return np.stack(list(both), axis=-1)


def area_gaps(draws: xr.Dataset, kind: str | None = None) -> AreaGaps:
    """The draws of gaps by area, of one kind or of all; clinical rooms are of all facilities of rooms.

    Raises ValueError where rooms or floor of areas are missing.
    """
    if kind is not None:
        draws = draws.isel(area=np.flatnonzero(draws["area_kind"].to_numpy() == kind))
    facilities = [str(name) for name in draws["facility"].to_numpy()]
    rooms = [name for name in ROOMS if name in facilities]
    if draws.sizes["area"] and not (rooms and FLOOR in facilities):
        raise ValueError(f"gaps are of {', '.join(facilities)}: expected {FLOOR} and {' or '.join(ROOMS)}")
    whole = draws.transpose("area", "facility", "year", "draw")

    def of(variable: str, names: list[str]) -> FloatArray:
        if not draws.sizes["area"]:
            return np.zeros((0, draws.sizes["year"], draws.sizes["draw"]))
        return whole[variable].sel(facility=names).to_numpy().astype(np.float64).sum(axis=1)

    def labels(name: str) -> list[str]:
        return [str(each) for each in whole[name].to_numpy()]

    return AreaGaps(
        labels("area"),
        labels("area_kind"),
        labels("area_name"),
        labels("place"),
        whole["year"].to_numpy().astype(np.int64),
        of("required", rooms),
        of("existing", rooms),
        of("required", [FLOOR]),
        of("existing", [FLOOR]),
    )
