"""Areas of facilities: places, and hospitals with the origin of their need and lengths of stay."""

from __future__ import annotations

import numpy as np
import pandas as pd
import xarray as xr

from assets.estates.estates_areas import Area, Labels
from assets.estates.facility_parameters import Facilities
from assets.estates.premises import SPACES, Existing
from assets.inputs.assumptions import Assumptions
from assets.tables.table_cells import Cells
from models.arrays import FloatArray
from models.estates.capacity_formulae import beds_at_stays
from models.estates.need_by_origin import percent_of_whole, requirement_by_origin

OUTSIDE = "outside"
BEDS = "general_acute_beds"
_STAYS: dict[str, tuple[str, str] | None] = {
    "held": None,
    "as in the past": ("stay_change_past_elective", "stay_change_past_emergency"),
    "longer": ("stay_change_longer", "stay_change_longer"),
}


def provider_areas(
    demand: xr.DataArray, run: Facilities, existing: Existing, providers: pd.DataFrame
) -> list[Area]:
    """Every acute trust's hospital facilities."""
    trusts = sorted(providers.loc[providers["kind"] == "acute", "provider"])
    areas = []
    for trust in trusts:
        names = run.at_provider(trust)
        found = {
            name: quantity for name in names if (quantity := existing.of_provider(trust, name)) is not None
        }
        required = run.required(demand.sel(provider=trust, drop=True), names, trust)
        plans = plans_of(existing, "provider", trust, names, list(found))
        areas.append(Area(trust, "provider", names, required, found, *plans))
    return areas


def place_area(place: str, required: FloatArray, run: Facilities, existing: Existing) -> Area:
    """A place's requirement of every facility, and existing capacity of those counted by place."""
    names = run.at("place", "neighbourhood")
    found = {name: quantity for name in names if (quantity := existing.of_place(place, name)) is not None}
    return Area(
        place, "place", run.names, required, found, *plans_of(existing, "place", place, names, list(found))
    )


def plans_of(
    existing: Existing, kind: str, code: str, names: list[str], known: list[str]
) -> tuple[dict[str, FloatArray], dict[str, str], dict[str, FloatArray]]:
    """What is planned of an area's facilities, what they are counted as, and what is staffed of spaces."""
    planned = {name: change for name in names if (change := existing.planned(kind, code, name)) is not None}
    counted_as = {name: existing.counted_as(kind, code, name) for name in names}
    staffed = {
        name: in_use
        for name in known
        if counted_as[name] == SPACES and (in_use := existing.staffed(kind, code, name)) is not None
    }
    return planned, counted_as, staffed


class Origins:
    """A provider's requirement by origin: each place's part of the principal run, the rest from outside.

    residents: place → demand (scenario, year, service of the run). `shares`: provider → origin → per cent
    (scenario, year, facility) of the requirement.
    """

    def __init__(
        self,
        residents: dict[str, FloatArray],
        hospitals: list[Area],
        demand: xr.DataArray,
        flows: xr.DataArray,
        run: Facilities,
    ) -> None:
        self._hospitals = hospitals
        self._parts: dict[str, dict[str, FloatArray]] = {}
        self.shares: dict[str, dict[str, FloatArray]] = {}
        flowing = [name for name in run.services if name in flows["service"].to_numpy()]
        at = [run.services.index(name) for name in flowing]
        principal = demand.isel(draw=0).sel(service=flowing)
        shares = flows.sel(service=flowing)
        for area in hospitals:
            parts = requirement_by_origin(
                {
                    place: of_place[..., at] * shares.sel(place=place, provider=area.code).to_numpy()
                    for place, of_place in residents.items()
                },
                principal.sel(provider=area.code).to_numpy(),
                run.coefficients_of(area.code)[0][at][:, run.positions(area.facilities)],
                OUTSIDE,
            )
            self._parts[area.code] = parts
            self.shares[area.code] = percent_of_whole(parts)

    def table(self, labels: Labels) -> pd.DataFrame:
        """Rows by provider, facility and origin."""
        cells = Cells("provider_estates_by_place")
        for area in self._hospitals:
            index = {**labels.index, "facility": area.facilities}
            for origin, values in self._parts[area.code].items():
                found = {"principal": values, "share_percent": self.shares[area.code][origin]}
                cells.add(found, index, provider=area.code, origin=origin)
        return cells.table()


def by_length_of_stay(
    demand: xr.DataArray, run: Facilities, known: Assumptions, hospitals: list[Area], labels: Labels
) -> pd.DataFrame:
    """General and acute beds of the principal run were stays to change as they have, or to lengthen."""
    years = labels.years
    last = int(known.value("estates.stay_change_last_year"))
    column = run.names.index(BEDS)
    kinds = ("elective_bed_days", "emergency_bed_days")
    coefficients = np.array([run.coefficients[0, run.services.index(kind), column] for kind in kinds])
    principal = demand.isel(draw=0).sel(service=list(kinds))
    cells = Cells("beds_by_length_of_stay")
    for stay, changes in _STAYS.items():
        rates = [known.value(f"estates.{name}") for name in changes] if changes else [0.0, 0.0]
        for area in hospitals:
            cells.add(
                {
                    "principal": beds_at_stays(
                        principal.sel(provider=area.code).to_numpy(), coefficients, rates, years, last
                    )
                },
                labels.index,
                provider=area.code,
                length_of_stay=stay,
                unit=run.unit(BEDS),
            )
    return cells.table()
