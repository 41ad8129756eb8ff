"""Why space is short, by place, hospital provider and neighbourhood, from the drivers of demand."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd
import xarray as xr
from numpy.typing import NDArray

from assets.estates.estates_areas import Area, Labels
from assets.estates.facility_parameters import Facilities
from assets.estates.neighbourhood_estates import PlaceNeighbourhoods
from assets.estates.premises import Existing
from assets.population.population_figures import by_keys
from assets.tables.declarations.named_values import UNALLOCATED
from assets.tables.table_cells import Cells
from models.arrays import FloatArray
from models.demand.driver_decomposition import DRIVERS
from models.demography.small_area_people import homes_by_neighbourhood
from models.estates.shortfall_causes import (
    CAUSES,
    home_shares,
    neighbourhood_causes,
    place_causes,
    provider_causes,
    total,
)

BEYOND_PLANS = "required_beyond_plans"
"""What causes add up to where it is not known what exists, but what will open or close."""
_KEYS = ("scenario", "place", "year", "service", "driver")


class Causes:
    """Drivers of demand as an array, and the rows of causes read off it."""

    def __init__(self, drivers: pd.DataFrame, run: Facilities, labels: Labels) -> None:
        self._run, self._labels = run, labels
        self._cells = Cells("estates_causes")
        order: dict[str, list[Any]] = {name: sorted(drivers[name].unique()) for name in _KEYS}
        shape = [len(values) for values in order.values()]
        if len(drivers) != np.prod(shape):
            raise ValueError(f"demand_drivers has {len(drivers)} rows, not {np.prod(shape)}")
        # The table is sorted by its keys and has every combination of them.
        cells = drivers["principal"].to_numpy().reshape(shape)
        self._places = [str(place) for place in order["place"]]
        picked = [order["scenario"].index(name) for name in labels.scenarios]
        services = [order["service"].index(name) for name in run.services]
        ordered = [order["driver"].index(name) for name in DRIVERS]
        # (place, scenario, driver, year, service)
        self._drivers = cells[picked][..., services, :][..., ordered].transpose(1, 0, 4, 2, 3)

    def place(self, code: str, facility: str, existing: FloatArray | None) -> dict[str, FloatArray]:
        """Causes (scenario, year) of one facility of a place."""
        coefficients = self._run.coefficients[0, :, self._run.names.index(facility)]
        return place_causes(self._drivers[self._places.index(code)], list(DRIVERS), coefficients, existing)

    def add_place(self, area: Area, part_of: str) -> None:
        """Rows of a place."""
        found = [self.place(area.code, facility, _principal(area, facility)) for facility in area.facilities]
        self._add(found, area, part_of)

    def add_providers(self, hospitals: list[Area], flows: xr.DataArray, part_of: str) -> None:
        """Rows of hospital providers; the places' drivers flow to them as their people do."""
        flowing = [name for name in self._run.services if name in flows["service"].to_numpy()]
        at = [self._run.services.index(name) for name in flowing]
        councils = [place for place in self._places if place in flows["place"].to_numpy()]
        cells = self._drivers[[self._places.index(place) for place in councils]][..., at]
        for area in hospitals:
            weights = flows.sel(place=councils, provider=area.code, service=flowing).to_numpy()
            drivers = np.einsum("psdyk,pk->sdyk", cells, weights)
            coefficients = self._run.coefficients_of(area.code)[0][at]
            found = []
            for facility in area.facilities:
                column = self._run.names.index(facility)
                causes = provider_causes(
                    area.required[0][..., area.facilities.index(facility)],
                    drivers,
                    list(DRIVERS),
                    coefficients[:, column],
                    _principal(area, facility),
                )
                found.append(causes)
            self._add(found, area, part_of)

    def add_neighbourhoods(
        self, near: PlaceNeighbourhoods, delivery: pd.DataFrame, sites: pd.DataFrame, existing: Existing
    ) -> None:
        """Rows of a place's neighbourhoods in the principal scenario."""
        area, codes = near.area, near.people.codes
        scenario, years = self._labels.scenarios.index(near.scenario), self._labels.years
        population = near.people.all_ages.principal[scenario, 0]
        homes = _homes(area.code, near.scenario, delivery, sites, codes, near.of_msoa, years, population)
        shares_of_homes = home_shares(homes, population / population.sum())
        for facility, shares in near.shares.items():
            at = area.facilities.index(facility)
            required = area.required[0, scenario, :, at, None] * shares[scenario]
            of_place = {
                cause: values[scenario] for cause, values in self.place(area.code, facility, None).items()
            }
            known = [existing.of_neighbourhood(area.code, code, facility) for code in codes]
            planned = [existing.planned("neighbourhood", code, facility) for code in codes]
            have = np.stack(
                [
                    next((held[0] for held in each if held is not None), np.zeros(len(years)))
                    for each in zip(known, planned, strict=True)
                ],
                axis=-1,
            )
            causes = neighbourhood_causes(of_place, required, shares_of_homes, have)
            unknown = np.where([change is not None for change in planned], BEYOND_PLANS, "required")
            measure = np.where([found is not None for found in known], "gap", unknown)
            self._cells.add(
                {**causes, "total": total(causes)},
                {"year": years, "area": codes},
                scenario=near.scenario,
                area_kind="neighbourhood",
                part_of=area.code,
                facility=facility,
                measure=measure,
            )

    def table(self) -> pd.DataFrame:
        """Rows of all that was added."""
        return self._cells.table(unit=("facility", self._run.units))

    def _add(self, causes: list[dict[str, FloatArray]], area: Area, part_of: str) -> None:
        """Rows of all facilities of an area, in their order."""
        stacked = {
            cause: np.stack([of_facility[cause] for of_facility in causes], axis=-1) for cause in CAUSES
        }
        stacked["total"] = np.stack([total(of_facility) for of_facility in causes], axis=-1)
        self._cells.add(
            stacked,
            {**self._labels.index, "facility": area.facilities},
            area=area.code,
            area_kind=area.kind,
            part_of=part_of,
            measure=[_measure(area, facility) for facility in area.facilities],
        )


def _principal(area: Area, facility: str) -> FloatArray | None:
    """(year,) what exists in the principal run, or what is planned where that is not known."""
    found = area.existing.get(facility)
    found = area.planned.get(facility) if found is None else found
    return None if found is None else found[0]


def _measure(area: Area, facility: str) -> str:
    if facility in area.existing:
        return "gap"
    return BEYOND_PLANS if facility in area.planned else "required"


def _homes(
    place: str,
    scenario: str,
    delivery: pd.DataFrame,
    sites: pd.DataFrame,
    codes: list[str],
    of_msoa: dict[str, str],
    years: NDArray[np.int64],
    population: FloatArray,
) -> FloatArray:
    """Homes (year, neighbourhood) of the principal run; those of unknown whereabouts spread by people."""
    here = delivery[(delivery["place"] == place) & (delivery["scenario"] == scenario)]
    here = here[here["site_reference"] != "all"]
    if here.empty:
        return np.zeros((len(years), len(codes)))
    references = sorted(here["site_reference"].unique())
    by_site = np.nan_to_num(by_keys(here, "principal", {"year": list(years), "site_reference": references}))
    # Two councils may give their sites the same reference.
    known = sites[sites["place"] == place]
    whereabouts = dict(zip(known["site_reference"], known["msoa"], strict=True))
    numbers = np.array(
        [_number(of_msoa.get(whereabouts.get(site, UNALLOCATED)), codes) for site in references],
        dtype=np.int64,
    )
    share = population / population.sum()
    return homes_by_neighbourhood(by_site[None], numbers, share[None], share)[0]


def _number(code: str | None, codes: list[str]) -> int:
    return codes.index(code) if code in codes else -1


__all__ = ["CAUSES", "Causes"]
