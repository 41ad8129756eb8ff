"""Neighbourhoods of the population stage: inputs for `models.demography.small_area_people`, and a table."""

# Dagster reads the annotations of assets itself, so they are not postponed here.

from collections.abc import Sequence
from dataclasses import dataclass

import dagster as dg
import numpy as np
import pandas as pd
import xarray as xr

from assets.inputs.assumptions import Assumptions
from assets.inputs.csv_reading import without_rows
from assets.inputs.places import PLACED, place_keys
from assets.inputs.settings import RunSettings
from assets.population.population_figures import NEW_HOME_AGES, grid
from assets.tables.by_place import ByPlace, made_place_by_place
from assets.tables.declarations import TABLES
from assets.tables.declarations.named_values import NEIGHBOURHOOD_BANDS, UNALLOCATED
from assets.tables.uncertain_table import released
from housing_trajectories.schema import RECORDED_REFERENCE
from models.arrays import FloatArray
from models.demography.area_inputs import AGES
from models.demography.graduation import band_of_age
from models.demography.households import dwellings_at_mid_year
from models.demography.small_area_people import (
    SmallAreaMethod,
    carried,
    homes_by_neighbourhood,
    neighbourhood_people,
    where_homes_go,
)
from models.neighbourhoods.recent_building import RecentBuilding, recent_building
from models.uncertainty.ensemble import Summary, standard_normal, summarise

KEPT_AGES = [0, 5, 10, 15, 18, 35, 40, 50, 65, 75, 85, 90]
HOMES_TAKEN_AGES = [0, 5, 15, 22, 40, 65, 90]
SPREAD_AGES = ["0_4", "5_15", "16_24", "25_44", "45_64", "65_74", "75_84", "85_and_over"]
_BANDS = list(NEIGHBOURHOOD_BANDS)
SUMS = {"65+": _BANDS.index("65-74"), "all": 0}
"""Ages that are summed in every draw, by the first of the bands they are the sum of."""
BAND_OF_AGE = band_of_age(_BANDS, AGES)
"""(AGES,) position of each age's band among those in which neighbourhoods are published."""
_FIRST_AGES = np.flatnonzero(np.diff(BAND_OF_AGE, prepend=-1))
_STUDENTS = np.arange(18, 23)
_MOTHERS = np.isin(np.arange(AGES), np.arange(15, 50))
_NORMALS = 2 + len(_BANDS)
"""Of a small area and draw: for homes of unknown whereabouts, for its total, for each band."""


def small_area_method(known: Assumptions) -> SmallAreaMethod:
    """Numbers of the method from the assumptions table."""

    def value(name: str) -> float:
        return known.value(f"demography.neighbourhood_{name}")

    def straight(name: str, ages: list[int]) -> FloatArray:
        return np.asarray(np.interp(np.arange(AGES), ages, [value(f"{name}_{age}") for age in ages]))

    newcomers = np.empty(AGES)
    for ages in NEW_HOME_AGES:
        newcomers[int(ages.split("_", maxsplit=1)[0]) :] = value(f"newcomers_{ages}")
    return SmallAreaMethod(
        kept=straight("kept", KEPT_AGES),
        newcomers=newcomers,
        homes_taken=straight("homes_taken", HOMES_TAKEN_AGES),
        homes_power=value("homes_power"),
        settled_power=value("settled_power"),
        settled=np.arange(AGES) >= value("settled_age"),
        whereabouts_spread=value("whereabouts_spread"),
        total_spread=value("total_spread"),
        band_spread=np.array([value(f"spread_{ages}") for ages in SPREAD_AGES]),
        students_spread=value("students_spread"),
        students=np.isin(np.arange(AGES), _STUDENTS),
        unrecorded_spread=value("unrecorded_spread"),
        built_weight=value("built_weight"),
    )


@dataclass(frozen=True)
class Neighbourhoods:
    """A place's neighbourhoods: codes, names; its small areas: codes, (small areas, AGES) people at the base
    and the position of each one's neighbourhood."""

    codes: list[str]
    names: list[str]
    small_areas: list[str]
    base: np.ndarray
    neighbourhood: np.ndarray

    @property
    def by_band(self) -> np.ndarray:
        """(small areas, bands) people at the base."""
        return np.asarray(np.add.reduceat(self.base, _FIRST_AGES, axis=-1))

    def of_sites(self, place: str, sites: Sequence[str], known: pd.DataFrame) -> np.ndarray:
        """Position of each site's small area, −1 where it is not known.

        Raises ValueError for a site in a small area that the place does not have.
        """
        here = known[known["place"] == place]
        msoa = dict(zip(here["site_reference"], here["msoa"], strict=True))
        position = {area: at for at, area in enumerate(self.small_areas)}
        for site, area in msoa.items():
            if area != UNALLOCATED and area not in position:
                raise ValueError(f"site {site} of {place} lies in {area}, which is no small area of {place}")
        return np.array([position.get(msoa.get(site, UNALLOCATED), -1) for site in sites], dtype=np.int64)

    def together(self, people: np.ndarray) -> np.ndarray:
        """(…, neighbourhoods, bands) from (…, small areas, bands)."""
        if len(self.codes) == len(self.small_areas):
            return people
        member = (self.neighbourhood == np.arange(len(self.codes))[:, None]).astype(np.float64)
        return np.asarray(member @ people)


def building_of(
    place: str, areas: Neighbourhoods, sites: pd.DataFrame, small_areas: pd.DataFrame
) -> RecentBuilding:
    """Where a place has built of late, over its small areas in their order."""
    people = small_areas.set_index("msoa").loc[areas.small_areas]
    named = set(sites.loc[sites["place"] == place, "msoa"])
    return recent_building(
        people["population_census"].to_numpy(dtype=float),
        people["population_latest"].to_numpy(dtype=float),
        people["natural_change"].to_numpy(dtype=float),
        np.array([msoa in named for msoa in areas.small_areas]),
    )


def place_neighbourhoods(place: str, estimates: pd.DataFrame, lookup: pd.DataFrame) -> Neighbourhoods | None:
    """The place's small areas and what the lookup puts them together to, in order of code; None without any.

    Raises ValueError for a small area that the lookup leaves out.
    """
    here = estimates[estimates["place"] == place]
    if here.empty:
        return None
    of_msoa = dict(zip(lookup["msoa"], lookup["neighbourhood"], strict=True))
    lost = sorted(set(here["msoa"]) - set(of_msoa))
    if lost:
        raise ValueError(f"neighbourhoods.csv has no row for {', '.join(lost)} of {place}")
    codes = sorted({of_msoa[msoa] for msoa in here["msoa"]})
    # In the order of the neighbourhoods, so that where each is one small area nothing need be added up.
    areas = sorted(set(here["msoa"]), key=lambda msoa: (of_msoa[msoa], msoa))
    named = dict(zip(lookup["neighbourhood"], lookup["neighbourhood_name"], strict=True))
    return Neighbourhoods(
        codes=codes,
        names=[named[code] for code in codes],
        small_areas=areas,
        base=grid(here, "population", msoa=areas, age=range(AGES)),
        neighbourhood=np.array([codes.index(of_msoa[msoa]) for msoa in areas]),
    )


@dg.asset(
    group_name="population",
    ins={"projection_draws": dg.AssetIn(metadata={"variables": ["population", "dwellings"]})},
    **PLACED,
)
@made_place_by_place
def neighbourhood_population(
    context: dg.AssetExecutionContext,
    projection_draws: ByPlace,
    housing_delivery_draws: ByPlace,
    msoa_population: pd.DataFrame,
    neighbourhoods: pd.DataFrame,
    site_neighbourhoods: pd.DataFrame,
    small_areas: pd.DataFrame,
    assumptions: pd.DataFrame,
    places: pd.DataFrame,
    settings: RunSettings,
) -> ByPlace:
    """People of every neighbourhood by age band, which add up to the place's in every draw and year."""
    method = small_area_method(Assumptions(assumptions))
    names = dict(zip(places["place"], places["place_name"], strict=True))

    def people(place: str) -> pd.DataFrame:
        areas = place_neighbourhoods(place, msoa_population, neighbourhoods)
        if areas is None:
            context.log.warning(f"{place}: no small areas in msoa_population, so no neighbourhoods")
            return without_rows(TABLES["neighbourhood_population"])
        found = neighbourhood_summaries(
            projection_draws[place],
            housing_delivery_draws[place],
            place,
            areas,
            site_neighbourhoods,
            method,
            settings.seed,
            building_of(place, areas, site_neighbourhoods, small_areas),
        )
        rows = [_rows(scenario, place, areas, *summary) for scenario, summary in found.items()]
        named = [one.assign(place_name=names[place]) for one in rows]
        return released("neighbourhood_population", named)

    return ByPlace(place_keys(context), people)


def neighbourhood_summaries(
    projections: xr.Dataset,
    delivery: xr.Dataset,
    place: str,
    areas: Neighbourhoods,
    site_neighbourhoods: pd.DataFrame,
    method: SmallAreaMethod,
    seed: int,
    building: RecentBuilding | None = None,
) -> dict[str, tuple[list[int], Summary]]:
    """Years, and a Summary of (years, neighbourhoods, bands and SUMS), of every scenario.

    The last mid-year is left out: it serves only the financial year before it. Without `building`, homes on
    record go where any homes of unknown whereabouts go.
    """
    sites = [str(site) for site in delivery["site_reference"].values]
    whereabouts = areas.of_sites(place, sites, site_neighbourhoods)
    recorded = {} if building is None else _on_record(delivery, sites, building)
    taken = areas.base @ method.homes_taken
    share_of_homes = taken / taken.sum()
    normals = standard_normal(
        seed, "neighbourhood", "place", place, projections.sizes["draw"] - 1, areas.base.shape[0] * _NORMALS
    ).reshape(-1, len(areas.base), _NORMALS)
    built = {str(name): index for index, name in enumerate(delivery["scenario"].values)}
    years = [int(year) for year in projections["year"].values][:-1]
    made: dict[int, tuple[int, Summary]] = {}
    found: dict[str, tuple[list[int], Summary]] = {}
    for index, name in enumerate(projections["scenario"].values):
        people = projections["population"].values[index][:, :-1]
        # Scenarios that differ only in models of care have the same people: they are worked out once.
        same = next((other for other, (at, _) in made.items() if _same(projections, at, index)), None)
        if same is not None:
            found[str(name)] = (years, made[same][1])
            continue
        base_homes = share_of_homes * float(projections["dwellings"].values[index][0, 0])
        homes = np.zeros((*people.shape[:2], len(base_homes)))
        if str(name) in built:
            additions = delivery["net_additional_dwellings"].values[built[str(name)]]
            at_mid_year = np.moveaxis(dwellings_at_mid_year(0.0, np.moveaxis(additions, 1, -1)), -1, 1)
            homes = homes_by_neighbourhood(
                at_mid_year[:, : len(years)],
                whereabouts,
                where_homes_go(
                    areas.base,
                    base_homes,
                    method,
                    normals[..., 0],
                    None if building is None else building.ahead,
                ),
                share_of_homes,
                recorded,
            )
        structure = people[0].sum(axis=1)
        by_band = areas.together(
            neighbourhood_people(
                carried(areas.base, structure, people[0, :, 0] * _MOTHERS, method, BAND_OF_AGE),
                np.add.reduceat(people.sum(axis=2), _FIRST_AGES, axis=-1),
                homes / base_homes,
                np.array(years, dtype=np.float64) - years[0],
                # Sites tell of new homes; of conversions, losses and empty homes nobody tells where they are.
                method.with_homes_unknown(),
                normals[..., 1:],
            )
        )
        sums = [by_band[..., first:].sum(axis=-1, keepdims=True) for first in SUMS.values()]
        summary = summarise(np.concatenate([by_band, *sums], axis=-1))
        made[index] = (index, summary)
        found[str(name)] = (years, summary)
    return found


def _on_record(delivery: xr.Dataset, sites: Sequence[str], building: RecentBuilding) -> dict[int, FloatArray]:
    """Shares of homes on record by the position of their row; of losses nobody knows where they were."""
    if RECORDED_REFERENCE not in sites:
        return {}
    at = sites.index(RECORDED_REFERENCE)
    lost = bool((delivery["net_additional_dwellings"].isel(site_reference=at) < 0).any())
    return {} if lost else {at: building.recorded}


def _same(projections: xr.Dataset, one: int, other: int) -> bool:
    values = projections["population"].values
    principal, last = np.array_equal(values[one, 0], values[other, 0]), values[one, -1]
    return bool(principal and np.array_equal(last, values[other, -1]))


def _rows(
    scenario: str, place: str, areas: Neighbourhoods, years: list[int], summary: Summary
) -> pd.DataFrame:
    index = pd.MultiIndex.from_product(
        [years, areas.codes, [*_BANDS, *SUMS]], names=["year", "neighbourhood", "age_band"]
    )
    frame = index.to_frame(index=False)
    named = dict(zip(areas.codes, areas.names, strict=True))
    return frame.assign(
        scenario=scenario,
        place=place,
        neighbourhood_name=frame["neighbourhood"].map(named),
        **{name: values.ravel() for name, values in summary._asdict().items()},
    )
