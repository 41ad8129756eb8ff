"""Need of each facility per resident by age, and spare capacity in the site's catchment."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd

from assets.demand.hospital_flows import flow_shares
from assets.estates.facility_parameters import Facilities
from assets.tables.declarations.named_values import NEIGHBOURHOOD_BANDS
from models.arrays import FloatArray
from models.demography.area_inputs import AGES
from models.demography.graduation import band_of_age
from models.estates.contribution_rules import SHOWN
from models.estates.existing_capacity import beyond_need, most_to_spare

_BAND_OF_AGE = band_of_age(list(NEIGHBOURHOOD_BANDS), AGES)
REGISTERED = "registered_patients"


@dataclass(frozen=True)
class Catchment:
    """Where a facility is used: what there is beyond today's need (NaN: not known), and growth by new homes.

    `spare` and `growth` are the principal run's, `needed` the base year's requirement. `spare` is what exists
    at the end of the run, `planned` what of it is to come, less `needed`. `later_spare` is the most that the
    forecast has to spare after the base year, in `later_year`; from `short_from` on there is none.
    """

    code: str
    name: str
    spare: float
    needed: float
    growth: float
    planned: float = 0.0
    later_spare: float = np.nan
    later_year: int = 0
    short_from: int | None = None


class Needs:
    """Needs of a person by band, in the use of the base year: growth of use is not laid on homes."""

    def __init__(
        self,
        run: Facilities,
        rates: pd.DataFrame,
        calibration: pd.DataFrame,
        shares: pd.DataFrame,
        services: pd.DataFrame,
        providers: pd.DataFrame,
    ) -> None:
        self._run = run
        wide = rates.pivot_table(index=["place", "service"], columns="age", values="rate")
        self._rates: dict[Any, FloatArray] = dict(zip(wide.index, wide.to_numpy(), strict=True))
        factors = zip(calibration["place"], calibration["service"], calibration["factor"], strict=True)
        self._factor = {(str(place), str(service)): float(factor) for place, service, factor in factors}
        self._flows = flow_shares(shares, services, providers)
        self._found: dict[tuple[str, str, str | None, str], FloatArray] = {}
        drawn = run.drawn("estates.patients_per_resident")
        self.patients = float(drawn[0])
        self.patients_relative: FloatArray = drawn / drawn[0]

    def of_person(
        self, place: str, facility: str, provider: str | None = None, flows_of: str = ""
    ) -> FloatArray:
        """(band,) facilities a person of each band needs, of a provider where it is one of a hospital.

        flows_of: the council whose people use hospitals as these do, where it is another than their own.

        To the decimals a statement prints by 1,000 people. A resident of a new home is as many registered
        patients as one of the whole area or England: what a place's practices have beyond that is of people
        who live elsewhere, and is not laid on the homes.
        """
        key = (place, facility, provider, flows_of or place)
        if key not in self._found:
            self._found[key] = np.round(self._of_person(*key), 3 + SHOWN)
        return self._found[key]

    def _of_person(self, place: str, facility: str, provider: str | None, flows_of: str) -> FloatArray:
        coefficients = self._run.coefficients if provider is None else self._run.coefficients_of(provider)
        column = coefficients[0, :, self._run.names.index(facility)]
        total = np.zeros(len(NEIGHBOURHOOD_BANDS))
        for service, coefficient in zip(self._run.services, column, strict=True):
            if coefficient == 0:
                continue
            if service == REGISTERED:
                total += coefficient * self.patients
                continue
            by_age = self._rates[place, service] * self._factor[place, service]
            if service.startswith("gp_"):
                by_age = by_age / self._factor[place, REGISTERED] * self.patients
            flow = (
                1.0
                if provider is None
                else float(self._flows.sel(place=flows_of, provider=provider, service=service))
            )
            by_band = np.bincount(_BAND_OF_AGE, by_age) / np.bincount(_BAND_OF_AGE)
            total += coefficient * flow * by_band
        return total

    def space(self, facility: str) -> FloatArray:
        """(draw,) space per unit of need, over the principal run's."""
        columns = self._run.coefficients[:, :, self._run.names.index(facility)]
        serving = int(np.flatnonzero(columns[0])[0])
        return np.asarray(columns[:, serving] / columns[0, serving])


def rows_of_catchments(table: pd.DataFrame, scenarios: Sequence[str], base_year: int) -> pd.DataFrame:
    """What catchments are read off: the first and last year and all gaps of the scenarios; most rows go."""
    years = table["year"].to_numpy()
    wanted = (years == base_year) | (years == years.max()) | (table["measure"] == "gap").to_numpy()
    rows = table[wanted]
    return rows[rows["scenario"].isin(scenarios)]


class Catchments:
    """Spare capacity and growth of areas, read off the tables of the estates stage."""

    def __init__(
        self,
        estates: pd.DataFrame,
        provider_estates: pd.DataFrame,
        neighbourhood_estates: pd.DataFrame,
        causes: pd.DataFrame,
        scenario: str,
        base_year: int,
    ) -> None:
        self._needed: dict[tuple[str, str], float] = {}
        self._existing: dict[tuple[str, str], float] = {}
        self._today: dict[tuple[str, str], float] = {}
        self._later: dict[tuple[str, str], tuple[float, int, int | None]] = {}
        self.names: dict[str, str] = {}
        for table, area, named in (
            (estates, "place", ()),
            (provider_estates, "provider", ("provider",)),
            (neighbourhood_estates, "neighbourhood", ("place", "neighbourhood")),
        ):
            years = table["year"].to_numpy()
            last = years.max()
            ends = table[(years == base_year) | (years == last)]
            ends = ends[ends["scenario"] == scenario]
            first = ends[ends["year"] == base_year]
            required, today = (first[first["measure"] == measure] for measure in ("required", "existing"))
            self._needed |= _by_area(required, area)
            self._today |= _by_area(today, area)
            self._existing |= _by_area(ends[(ends["year"] == last) & (ends["measure"] == "existing")], area)
            for column in named:
                self.names |= _texts(required, column, f"{column}_name")
            gaps = table[table["measure"] == "gap"]
            gaps = gaps[(gaps["scenario"] == scenario) & (gaps["year"] > base_year)]
            for (code, facility), group in gaps.sort_values("year").groupby([area, "facility"]):
                self._later[str(code), str(facility)] = most_to_spare(
                    group["principal"].to_numpy(), group["year"].to_numpy()
                )
        of_scenario = causes.loc[causes["scenario"] == scenario, ["area", "facility", "new_homes"]]
        largest = of_scenario.groupby(["area", "facility"])["new_homes"].max().reset_index()
        self._growth = _by_area(largest, "area", "new_homes")

    def smallest(self, facility: str, place: str, neighbourhood: str | None) -> Catchment:
        """The neighbourhood's where its existing capacity is known, the place's otherwise."""
        if neighbourhood is not None and (neighbourhood, facility) in self._existing:
            near = self.of(neighbourhood, facility)
            if not np.isnan(near.growth):
                return near
        return self.of(place, facility)

    def of(self, area: str, facility: str) -> Catchment:
        """An area's, with NaN where existing capacity is not known."""
        key = (area, facility)
        needed, existing = self._needed[key], self._existing.get(key, np.nan)
        spare, planned = beyond_need(existing, self._today.get(key, np.nan), needed)
        return Catchment(
            area,
            self.names.get(area, area),
            spare,
            needed,
            self._growth.get(key, np.nan),
            planned,
            *self._later.get(key, (np.nan, 0, None)),
        )


def _texts(table: pd.DataFrame, column: str, of: str) -> dict[str, str]:
    return dict(zip(table[column].tolist(), table[of].tolist(), strict=True))


def _by_area(rows: pd.DataFrame, area: str, value: str = "principal") -> dict[tuple[str, str], float]:
    keys = zip(rows[area].tolist(), rows["facility"].tolist(), strict=True)
    return dict(zip(keys, rows[value].tolist(), strict=True))
