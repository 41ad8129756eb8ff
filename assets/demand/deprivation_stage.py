"""Who lives where: people, older people and demand of each place by national deprivation quintile.

Asset modules do without postponed annotations: Dagster reads the type of `context` as it stands.
"""

from collections.abc import Mapping, Sequence

import dagster as dg
import numpy as np
import pandas as pd
from numpy.typing import ArrayLike

from assets.demand.activity_rates import band_rates
from assets.inputs.csv_reading import without_rows
from assets.inputs.scenarios import PRINCIPAL
from assets.inputs.system_totals import system_code
from assets.population.neighbourhood_population import place_neighbourhoods
from assets.population.population_figures import grid
from assets.tables.by_place import ByPlace
from assets.tables.declarations import TABLES
from assets.tables.declarations.named_values import NEIGHBOURHOOD_BANDS
from assets.tables.uncertain_table import released
from models.demand.deprivation_quintiles import (
    QUINTILES,
    demand_by_quintile,
    people_by_quintile,
    quintile_shares,
)
from models.evaluation.projection_errors import in_percent

SERVICES = ("ae_attendances", "emergency_admissions", "emergency_bed_days", "gp_appointments")
"""Of these the ones that are switched on have their demand by quintile."""
AGES = {"people": "all", "people_65_plus": "65+", "people_85_plus": "85+"}
"""Measures of people, by their ages in `population`."""
_BANDS = list(NEIGHBOURHOOD_BANDS)
_FROM = {"people": "0-4", "people_65_plus": "65-74", "people_85_plus": "85+"}
_TOLERANCE = 1e-6
_PLACE, _NEAR = TABLES["population_by_deprivation"], TABLES["neighbourhood_deprivation"]


@dg.multi_asset(group_name="demand", outs={_PLACE.name: dg.AssetOut(), _NEAR.name: dg.AssetOut()})
def deprivation_tables(
    context: dg.AssetExecutionContext,
    population: pd.DataFrame,
    neighbourhood_population: ByPlace,
    demand: pd.DataFrame,
    activity_rates: pd.DataFrame,
    msoa_population: pd.DataFrame,
    neighbourhoods: pd.DataFrame,
    small_area_deprivation: pd.DataFrame,
    places: pd.DataFrame,
) -> tuple[pd.DataFrame, pd.DataFrame]:
    """People and demand by quintile; they add up to the place in every scenario and year."""
    names = dict(zip(places["place"], places["place_name"], strict=True))
    units = dict(zip(demand["service"], demand["unit"], strict=True))
    of_places, near, without = [], [], []
    persons = population[population["sex"] == "persons"]
    for place in neighbourhood_population:
        shares = place_shares(place, msoa_population, neighbourhoods, small_area_deprivation)
        if shares is None:
            without.append(place)
            continue
        here = neighbourhood_population[place]
        wanted = demand[(demand["place"] == place) & demand["service"].isin(SERVICES)]
        rows, by_quintile = _place_rows(place, here, shares, wanted, activity_rates, units)
        _hold(place, by_quintile, here, persons[persons["place"] == place])
        of_places.append(rows.assign(place_name=names[place]))
        near.append(_neighbourhood_rows(here[here["scenario"] == PRINCIPAL], shares))
    if without:
        context.log.warning(
            f"{', '.join(without)}: small_area_deprivation.csv has no row of a small area here, so there are "
            "no people by deprivation, nor of the system as a whole"
        )
    if not of_places:
        return without_rows(_PLACE), without_rows(_NEAR)
    together = pd.concat(of_places, ignore_index=True)
    if not without:
        system = system_code(places)
        keys = ["scenario", "year", "quintile", "measure", "unit"]
        summed = together.groupby(keys, as_index=False)["principal"].sum()
        together = pd.concat([together, summed.assign(place=system, place_name=names[system])])
    whole = together.groupby(["scenario", "place", "year", "measure"])["principal"].transform("sum")
    together = together.assign(
        share_percent=_percent(together["principal"], whole),
        core20=np.where(together["quintile"] == QUINTILES[0], "yes", "no"),
    )
    return released(_PLACE.name, [together]), released(_NEAR.name, near)


def place_shares(
    place: str, estimates: pd.DataFrame, lookup: pd.DataFrame, deprivation: pd.DataFrame
) -> np.ndarray | None:
    """(neighbourhoods in order of code, quintiles, bands) shares; None where nothing is known of it."""
    areas = place_neighbourhoods(place, estimates, lookup)
    if areas is None:
        return None
    known = deprivation[deprivation["msoa"].isin(areas.small_areas)]
    if known.empty:
        return None
    counted = known.pivot_table(index="msoa", columns="quintile", values="lsoas", aggfunc="sum")
    counted = counted.reindex(index=areas.small_areas, columns=list(QUINTILES)).fillna(0.0)
    return quintile_shares(areas.by_band, counted.to_numpy(), areas.neighbourhood)


def _place_rows(
    place: str,
    here: pd.DataFrame,
    shares: np.ndarray,
    demand: pd.DataFrame,
    rates: pd.DataFrame,
    units: Mapping[str, str],
) -> tuple[pd.DataFrame, np.ndarray]:
    """Rows of a place without its name, and (scenario, year, quintile, band) people."""
    axes = _axes(here)
    people = people_by_quintile(grid(here, "principal", **axes, age_band=_BANDS), shares)
    scenarios, years = axes["scenario"], axes["year"]
    starts = [_BANDS.index(first) for first in _FROM.values()]
    of_ages = np.stack([people[..., start:].sum(axis=-1) for start in starts], axis=-1)
    parts = [_frame(of_ages, scenarios, years, list(AGES), dict.fromkeys(AGES, "persons"))]
    services = [service for service in SERVICES if service in set(demand["service"])]
    if services:
        later = [year for year in years if year in set(demand["year"])]
        asked = grid(demand, "principal", scenario=scenarios, year=later, service=services)
        need = np.stack(list(band_rates(place, rates, services).values()))
        split = demand_by_quintile(people[:, [years.index(year) for year in later]], need, asked)
        parts.append(_frame(split, scenarios, later, services, units))
    return pd.concat(parts, ignore_index=True).assign(place=place), people


def _axes(here: pd.DataFrame) -> dict[str, list]:
    return {name: sorted(here[name].unique().tolist()) for name in ("scenario", "year", "neighbourhood")}


def _frame(
    values: np.ndarray,
    scenarios: Sequence[str],
    years: Sequence[int],
    measures: Sequence[str],
    units: Mapping[str, str],
) -> pd.DataFrame:
    """A row a cell of (scenario, year, quintile, measure)."""
    names = ["scenario", "year", "quintile", "measure"]
    index = pd.MultiIndex.from_product([scenarios, years, QUINTILES, measures], names=names)
    frame = index.to_frame(index=False).assign(principal=values.ravel())
    return frame.assign(unit=frame["measure"].map(units))


def _hold(place: str, by_quintile: np.ndarray, here: pd.DataFrame, persons: pd.DataFrame) -> None:
    """Raise ValueError where the quintiles' people are not the place's."""
    axes = _axes(here)
    scenarios, years = axes["scenario"], axes["year"]
    for measure, ages in AGES.items():
        of_ages = persons[persons["age_band"] == ages]
        whole = grid(of_ages, "principal", scenario=scenarios, year=years)
        summed = by_quintile[..., _BANDS.index(_FROM[measure]) :].sum(axis=(-2, -1))
        gap = float(np.abs(summed - whole).max())
        if gap > _TOLERANCE:
            raise ValueError(f"{place}: {measure} by quintile are {gap:,.6f} off the place's")


def _neighbourhood_rows(here: pd.DataFrame, shares: np.ndarray) -> pd.DataFrame:
    """People of each neighbourhood by quintile in the principal scenario; quintiles without any left out."""
    axes = _axes(here)
    years, codes = axes["year"], axes["neighbourhood"]
    people = grid(here, "principal", year=years, neighbourhood=codes, age_band=_BANDS)
    parts = np.einsum("ynb,nqb->ynqb", people, shares)
    index = pd.MultiIndex.from_product([years, codes, QUINTILES], names=["year", "neighbourhood", "quintile"])
    frame = index.to_frame(index=False).assign(
        people=parts.sum(axis=-1).ravel(),
        people_65_plus=parts[..., _BANDS.index(_FROM["people_65_plus"]) :].sum(axis=-1).ravel(),
        share_percent=_percent(parts.sum(axis=-1), people.sum(axis=-1)[..., None]).ravel(),
    )
    named = here.drop_duplicates("neighbourhood").set_index("neighbourhood")
    for column in ("place", "place_name", "neighbourhood_name"):
        frame[column] = frame["neighbourhood"].map(named[column])
    return frame[frame["people"] > 0]


def _percent(part: ArrayLike, whole: ArrayLike) -> np.ndarray:
    """Shares of a whole in percent: the whole itself is 100 whatever sums of doubles make of it."""
    return np.minimum(in_percent(np.asarray(part) / np.asarray(whole)), 100.0)
