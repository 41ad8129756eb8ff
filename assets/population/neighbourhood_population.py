"""Neighbourhoods of the population stage: inputs brought to `models.demography.small_areas`, and a table."""

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
from assets.population.population_figures import grid, parameters
from assets.tables.by_place import ByPlace, made_place_by_place
from assets.tables.declarations import TABLES
from assets.tables.declarations.named_values import NEIGHBOURHOOD_BANDS, UNALLOCATED
from assets.tables.uncertain_table import released
from models.demography.area_build import Parameters
from models.demography.area_inputs import AGES
from models.demography.graduation import band_of_age
from models.demography.households import dwellings_at_mid_year
from models.demography.small_areas import carried_shares, homes_by_neighbourhood, neighbourhood_people
from models.uncertainty.ensemble import Summary, summarise

_BANDS = list(NEIGHBOURHOOD_BANDS)
_BAND_OF_AGE = band_of_age(_BANDS, AGES)
_FIRST_AGES = np.flatnonzero(np.diff(_BAND_OF_AGE, prepend=-1))
_MOTHERS = np.isin(np.arange(AGES), np.arange(15, 50))


@dataclass(frozen=True)
class Neighbourhoods:
    """A place's neighbourhoods: codes, names, and (neighbourhoods, bands) people before the base."""

    codes: list[str]
    names: list[str]
    base: np.ndarray
    of_msoa: dict[str, int]

    def of_sites(self, place: str, sites: Sequence[str], known: pd.DataFrame) -> np.ndarray:
        """Index of each site's neighbourhood, −1 where it is not known.

        Raises ValueError for a site in a small area that the place does not have.
        """
        here = known[known["place"] == place]
        msoa = dict(zip(here["site_reference"], here["msoa"], strict=True))
        for site, area in msoa.items():
            if area != UNALLOCATED and area not in self.of_msoa:
                raise ValueError(f"site {site} of {place} lies in {area}, which is no small area of {place}")
        return np.array([self.of_msoa.get(msoa.get(site, UNALLOCATED), -1) for site in sites], dtype=np.int64)


def place_neighbourhoods(place: str, estimates: pd.DataFrame, lookup: pd.DataFrame) -> Neighbourhoods | None:
    """The place's small areas put together as the lookup says, in order of code; None without estimates.

    Raises ValueError for a small area that the lookup leaves out.
    """
    here = estimates[estimates["place"] == place]
    if here.empty:
        return None
    of_msoa = dict(zip(lookup["msoa"], lookup["neighbourhood"], strict=True))
    lost = sorted(set(here["msoa"]) - set(of_msoa))
    if lost:
        raise ValueError(f"neighbourhoods.csv has no row for {', '.join(lost)} of {place}")
    together = here.assign(neighbourhood=here["msoa"].map(of_msoa))
    summed: pd.DataFrame = together.groupby(["neighbourhood", "age_band"])["population"].sum().reset_index()
    codes = sorted(summed["neighbourhood"].unique())
    named = dict(zip(lookup["neighbourhood"], lookup["neighbourhood_name"], strict=True))
    return Neighbourhoods(
        codes=codes,
        names=[named[code] for code in codes],
        base=grid(summed, "population", neighbourhood=codes, age_band=_BANDS),
        of_msoa={msoa: codes.index(of_msoa[msoa]) for msoa in here["msoa"].unique()},
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
    assumptions: pd.DataFrame,
    places: pd.DataFrame,
) -> ByPlace:
    """People of every neighbourhood by age band, which add up to the place's in every draw and year."""
    method = parameters(Assumptions(assumptions))
    names = dict(zip(places["place"], places["place_name"], strict=True))

    def people(place: str) -> pd.DataFrame:
        areas = place_neighbourhoods(place, msoa_population, neighbourhoods)
        if areas is None:
            context.log.warning(f"{place}: no small areas in msoa_population, so no neighbourhoods")
            return without_rows(TABLES["neighbourhood_population"])
        found = neighbourhood_summaries(
            projection_draws[place], housing_delivery_draws[place], place, areas, site_neighbourhoods, method
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
    method: Parameters,
) -> dict[str, tuple[list[int], Summary]]:
    """Years, and a Summary of (years, neighbourhoods, bands and all), of every scenario.

    The last mid-year is left out: it serves only the financial year before it.
    """
    sites = [str(site) for site in delivery["site_reference"].values]
    whereabouts = areas.of_sites(place, sites, site_neighbourhoods)
    population_share = areas.base.sum(axis=1) / areas.base.sum()
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
        homes = np.zeros((*people.shape[:2], len(areas.codes)))
        if str(name) in built:
            additions = delivery["net_additional_dwellings"].values[built[str(name)]]
            at_mid_year = np.moveaxis(dwellings_at_mid_year(0.0, np.moveaxis(additions, 1, -1)), -1, 1)
            homes = homes_by_neighbourhood(at_mid_year[:, : len(years)], whereabouts, population_share)
        structure = people[0].sum(axis=1)
        shares = carried_shares(
            areas.base, _BAND_OF_AGE, structure, people[0, :, 0] * _MOTHERS, method.structure_kept
        )
        banded = np.add.reduceat(people.sum(axis=2), _FIRST_AGES, axis=-1)
        base_dwellings = float(projections["dwellings"].values[index][0, 0])
        by_band = neighbourhood_people(
            shares, structure, banded, homes, base_dwellings, method.new_home_tilt, _BAND_OF_AGE
        )
        summary = summarise(np.concatenate([by_band, by_band.sum(axis=-1, keepdims=True)], axis=-1))
        made[index] = (index, summary)
        found[str(name)] = (years, summary)
    return found


def _same(projections: xr.Dataset, one: int, other: int) -> bool:
    values = projections["population"].values
    principal, last = np.array_equal(values[one, 0], values[other, 0]), values[one, -1]
    return bool(principal and np.array_equal(last, values[other, -1]))


def _rows(
    scenario: str, place: str, areas: Neighbourhoods, years: list[int], summary: Summary
) -> pd.DataFrame:
    index = pd.MultiIndex.from_product(
        [years, areas.codes, [*_BANDS, "all"]], names=["year", "neighbourhood", "age_band"]
    )
    frame = index.to_frame(index=False)
    named = dict(zip(areas.codes, areas.names, strict=True))
    return frame.assign(
        scenario=scenario,
        place=place,
        neighbourhood_name=frame["neighbourhood"].map(named),
        **{name: values.ravel() for name, values in summary._asdict().items()},
    )
