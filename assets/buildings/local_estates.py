"""General practice required, existing and short from practice to place, and how far estimates decide."""

# Dagster reads the annotations of assets itself, so they are not postponed here.

from collections.abc import Sequence
from dataclasses import dataclass

import dagster as dg
import numpy as np
import pandas as pd
import xarray as xr

from assets.buildings.local_areas import KINDS, LocalArea, local_areas, located
from assets.buildings.practice_areas import EstimatedAreas, estimated_areas
from assets.buildings.practice_buildings import PracticeBuildings
from assets.buildings.practice_needs import practice_needs
from assets.estates.facility_parameters import Facilities
from assets.inputs.assumptions import Assumptions
from assets.inputs.csv_reading import without_rows
from assets.inputs.scenarios import PRINCIPAL
from assets.inputs.settings import RunSettings
from assets.tables.by_place import ByPlace
from assets.tables.declarations import TABLES
from models.arrays import BoolArray, FloatArray, IntArray
from models.estates.existing_capacity import sustained_from
from models.estates.practice_requirement import from_building_percent, short_share, single_zeros
from models.uncertainty.ensemble import Summary, summarise

_LIKELY = 0.5
"""A year over capacity is one from which more draws than not are short to the end."""
SIGN_KNOWN = 0.8
"""Probability of a shortfall from which, or from one less which, its sign is taken as known."""
PLANNED = ("team", "hub")
"""Kinds of areas that options are priced for."""


@dg.multi_asset(
    group_name="estates",
    outs={name: dg.AssetOut() for name in ("local_estates", "local_gap_signs", "estates_gap_draws")},
)
def local_estates_tables(
    patient_need_draws: xr.Dataset,
    demand_drivers: pd.DataFrame,
    neighbourhood_population: ByPlace,
    population: pd.DataFrame,
    neighbourhoods: pd.DataFrame,
    activity_rates: pd.DataFrame,
    acute_beds_monthly: pd.DataFrame,
    practice_places: pd.DataFrame,
    practice_premises: pd.DataFrame,
    registered_flows: pd.DataFrame,
    neighbourhood_teams: pd.DataFrame,
    hub_catchments: pd.DataFrame,
    premises: pd.DataFrame,
    estate_schemes: pd.DataFrame,
    facilities: pd.DataFrame,
    places: pd.DataFrame,
    assumptions: pd.DataFrame,
    settings: RunSettings,
) -> tuple[pd.DataFrame, pd.DataFrame, xr.Dataset]:
    """What practices need and have, and sums over networks, teams, hubs, neighbourhoods and places.

    Existing space is that of the register where it counts a practice, and an estimate elsewhere.
    """
    known = Assumptions(assumptions)
    run = Facilities(
        facilities, list(demand_drivers["service"].unique()), acute_beds_monthly, assumptions, settings
    )
    years = patient_need_draws["year"].to_numpy()
    estimates = estimated_areas(practice_places, practice_premises, known, settings)
    practices = estimates.practices
    needs = practice_needs(
        patient_need_draws,
        practices,
        registered_flows,
        neighbourhoods,
        neighbourhood_population,
        population,
        activity_rates,
        run,
        settings,
    )
    buildings = PracticeBuildings(
        practices, premises, located(estate_schemes, hub_catchments), years, settings
    )
    areas = local_areas(
        practices,
        neighbourhood_teams,
        hub_catchments,
        dict(zip(neighbourhoods["msoa"], neighbourhoods["neighbourhood_name"], strict=True)),
        dict(zip(places["place"], places["place_name"], strict=True)),
    )
    made: list[LocalGaps] = []
    planned: dict[str, list[LocalGaps]] = {}
    for facility, required in needs.items():
        have = _of_practices(buildings, estimates, facility, len(years), payments=True)
        from_lists = _of_practices(buildings, estimates, facility, len(years), payments=False)
        for kind in KINDS:
            here = [area for area in areas if area.kind == kind]
            if not here:
                continue
            gaps = _gaps(here, facility, run.unit(facility), required, have, from_lists, buildings)
            made.append(gaps)
            if kind in PLANNED:
                planned.setdefault(facility, []).append(gaps)
    table = _table("local_estates", [gaps.rows(years) for gaps in made])
    return table, gap_signs(table), _draws(planned, years)


def _of_practices(
    buildings: PracticeBuildings, estimates: EstimatedAreas, facility: str, years: int, payments: bool
) -> FloatArray:
    """(practice, year, draw) what each practice has: as surveyed, else as estimated while it stands."""
    estimate = estimates.of(facility, payments)
    found = single_zeros(len(estimate), years, estimate.shape[1])
    surveyed = buildings.surveyed(facility)
    for number, code in enumerate(buildings.codes):
        if surveyed[number]:
            found[number] = buildings.of_practice(code, facility).T
        else:
            found[number] = estimate[number] * buildings.standing(code, facility).T
    return found


@dataclass(frozen=True)
class LocalGaps:
    """Areas of one kind and a facility of theirs: required, existing, and existing from lists alone.

    Arrays are (area, year, draw); surveyed is the number of practices of each that are, of `practices`.
    """

    areas: Sequence[LocalArea]
    facility: str
    unit: str
    required: FloatArray
    existing: FloatArray
    from_lists: FloatArray
    surveyed: list[int]

    def rows(self, years: IntArray) -> pd.DataFrame:
        """Rows of local_estates, years within an area."""
        gap = self.required - self.existing
        probability = short_share(gap)
        of_gap = {
            "probability_short": probability,
            "probability_short_without_estimate": short_share(self.required - self.from_lists),
            "interval_from_building_percent": from_building_percent(self.required, self.existing),
            "first_year_short": np.broadcast_to(
                [[_or_nan(sustained_from(each, _LIKELY, years))] for each in probability], probability.shape
            ),
        }
        whole = [self._measure("required", self.required, years, {})]
        whole.append(self._measure("existing", self.existing, years, {}))
        whole.append(self._measure("gap", gap, years, of_gap))
        return pd.concat(whole, ignore_index=True)

    def _measure(
        self, measure: str, values: FloatArray, years: IntArray, more: dict[str, FloatArray]
    ) -> pd.DataFrame:
        found = _summed_up(values)
        each = len(years)
        columns = {
            "scenario": PRINCIPAL,
            "area_kind": self.areas[0].kind,
            "area": np.repeat([area.code for area in self.areas], each),
            "facility": self.facility,
            "year": np.tile(years, len(self.areas)),
            "measure": measure,
            "area_name": np.repeat([area.name for area in self.areas], each),
            "place": np.repeat([area.place for area in self.areas], each),
            "unit": self.unit,
            "basis": "modelled" if measure == "required" else np.repeat(self._basis(), each),
        }
        numbers = {**found._asdict(), **more}
        flat = {name: np.asarray(value, dtype=np.float64).ravel() for name, value in numbers.items()}
        return pd.DataFrame({**columns, **flat})

    def _basis(self) -> list[str]:
        """What each area's existing space rests on."""
        return [
            "estimated"
            if not known
            else "surveyed"
            if known == area.practices.sum()
            else "surveyed and estimated"
            for area, known in zip(self.areas, self.surveyed, strict=True)
        ]


def _gaps(
    areas: Sequence[LocalArea],
    facility: str,
    unit: str,
    required: FloatArray,
    have: FloatArray,
    from_lists: FloatArray,
    buildings: PracticeBuildings,
) -> LocalGaps:
    """Sums over the practices of each area, and what else stands there."""
    practices = [np.flatnonzero(area.practices) for area in areas]

    def summed(values: FloatArray) -> FloatArray:
        found = single_zeros(len(areas), *values.shape[1:])
        for number, here in enumerate(practices):
            values[here].sum(axis=0, out=found[number])
        return found

    existing, lists = summed(have), summed(from_lists)
    for each in buildings.elsewhere(facility):
        for number, area in enumerate(areas):
            if area.holds(each):
                for held in (existing, lists):
                    held[number] += each.quantity.T
    surveyed = [int(buildings.surveyed(facility)[here].sum()) for here in practices]
    return LocalGaps(areas, facility, unit, summed(required), existing, lists, surveyed)


def _summed_up(values: FloatArray) -> Summary:
    """Quantiles (area, year) over the draws; of areas that have the same in every year, taken once."""
    steady = (values == values[:, :1]).all(axis=(1, 2))
    found = Summary(*np.empty((4, *values.shape[:2])))
    for still, years in ((steady, slice(0, 1)), (~steady, slice(None))):
        if still.any():
            for whole, part in zip(found, summarise(values[still][:, years], axis=-1), strict=True):
                whole[still] = part
    return found


def _or_nan(year: int | None) -> float:
    return np.nan if year is None else float(year)


def _table(name: str, parts: Sequence[pd.DataFrame]) -> pd.DataFrame:
    """The declared table; a column that a part does not have is empty there."""
    table = TABLES[name]
    if not parts:
        return without_rows(table)
    text = [column.name for column in table.columns if column.kind == "text"]
    whole = pd.concat(parts, ignore_index=True)[table.column_names].astype(dict.fromkeys(text, "str"))
    return whole.sort_values(list(table.keys), ignore_index=True)


def gap_signs(local_estates: pd.DataFrame) -> pd.DataFrame:
    """How many gaps there are of each kind of area, and of how many it is known whether space is short.

    By what existing space rests on; without the estimate: were lists all that is known of a building.
    """
    gaps = local_estates[local_estates["measure"] == "gap"]
    keys = ["area_kind", "facility", "year", "basis"]
    marked = gaps[keys].assign(
        gaps=1,
        sign_known=_sign_known(gaps["probability_short"]),
        sign_known_without_estimate=_sign_known(gaps["probability_short_without_estimate"]),
    )
    summed = marked.groupby(keys, as_index=False, observed=True).sum()
    summed["sign_known_percent"] = 100 * summed["sign_known"] / summed["gaps"]
    return _table("local_gap_signs", [summed] if len(summed) else [])


def _sign_known(probability: pd.Series) -> BoolArray:
    values = probability.to_numpy(dtype=float)
    return np.asarray((np.maximum(values, 1 - values) >= SIGN_KNOWN - 1e-9).astype(int))


def _draws(planned: dict[str, list[LocalGaps]], years: IntArray) -> xr.Dataset:
    """Required and existing of teams and hubs, (area, facility, year, draw), the principal run at draw 0."""
    first = next(iter(planned.values()), [])
    areas = [area for gaps in first for area in gaps.areas]
    shape = (0, 0, len(years), first[0].required.shape[-1] if first else 2)
    variables = {}
    for name in ("required", "existing"):
        stacked = [
            np.concatenate([getattr(gaps, name).astype(np.float32) for gaps in kinds])
            for kinds in planned.values()
        ]
        whole = np.stack(stacked, axis=1) if stacked else np.zeros(shape, dtype=np.float32)
        variables[name] = (("area", "facility", "year", "draw"), whole)
    return xr.Dataset(
        variables,
        coords={
            "area": [area.code for area in areas],
            "facility": list(planned),
            "year": years,
            "draw": np.arange(shape[-1]),
            "area_kind": ("area", [area.kind for area in areas]),
            "area_name": ("area", [area.name for area in areas]),
            "place": ("area", [area.place for area in areas]),
        },
        attrs={"scenario": PRINCIPAL},
    )
