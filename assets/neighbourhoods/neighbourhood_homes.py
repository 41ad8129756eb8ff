"""Homes by small area and year: those of sites where the sites lie, others where the place has built."""

# Dagster reads the annotations of assets itself, so they are not postponed here.

import dagster as dg
import numpy as np
import pandas as pd

from assets.inputs.assumptions import Assumptions
from assets.inputs.csv_reading import without_rows
from assets.inputs.scenarios import PRINCIPAL
from assets.population.neighbourhood_population import (
    Neighbourhoods,
    building_of,
    place_neighbourhoods,
    small_area_method,
)
from assets.population.population_figures import by_keys
from assets.tables.declarations import TABLES
from assets.tables.uncertain_table import released
from housing_trajectories.schema import RECORDED_REFERENCE, TOTAL_REFERENCE
from models.arrays import FloatArray
from models.demography.small_area_people import SmallAreaMethod, homes_by_neighbourhood, where_homes_go


@dg.asset(group_name="estates")
def neighbourhood_homes(
    housing_delivery: pd.DataFrame,
    msoa_population: pd.DataFrame,
    neighbourhoods: pd.DataFrame,
    site_neighbourhoods: pd.DataFrame,
    small_areas: pd.DataFrame,
    assumptions: pd.DataFrame,
) -> pd.DataFrame:
    """Net additional dwellings of every small area in the principal run, and what they rest on."""
    method = small_area_method(Assumptions(assumptions))
    delivery = housing_delivery[housing_delivery["scenario"] == PRINCIPAL]
    delivery = delivery[delivery["site_reference"] != TOTAL_REFERENCE]
    parts = []
    for place, here in delivery.groupby("place", sort=True):
        areas = place_neighbourhoods(str(place), msoa_population, neighbourhoods)
        if areas is not None:
            parts.append(_of_place(str(place), here, areas, site_neighbourhoods, small_areas, method))
    if not parts:
        return without_rows(TABLES["neighbourhood_homes"])
    return released("neighbourhood_homes", parts)


def _of_place(
    place: str,
    delivery: pd.DataFrame,
    areas: Neighbourhoods,
    sites: pd.DataFrame,
    small_areas: pd.DataFrame,
    method: SmallAreaMethod,
) -> pd.DataFrame:
    years = sorted(delivery["year"].unique())
    references = sorted(delivery["site_reference"].astype(str).unique())
    homes = np.nan_to_num(by_keys(delivery, "principal", {"year": years, "site_reference": references}))[None]
    whereabouts = areas.of_sites(place, references, sites)
    taken = areas.base @ method.homes_taken
    shares = taken / taken.sum()
    building = building_of(place, areas, sites, small_areas)
    ahead = where_homes_go(areas.base, shares, method, np.zeros((1, len(shares))), building.ahead)
    # As where people are made: of more homes lost than came nobody knows where they stood.
    recorded = {
        at: building.recorded
        for at, name in enumerate(references)
        if name == RECORDED_REFERENCE and (homes[..., at] >= 0).all()
    }

    def part(chosen: list[bool]) -> FloatArray:
        """(year, small area) homes of some of the rows of delivery."""
        kept = homes * np.array(chosen)
        return homes_by_neighbourhood(kept, whereabouts, ahead, shares, recorded)[0]

    on_record = [name == RECORDED_REFERENCE for name in references]
    named = [at >= 0 for at in whereabouts]
    rest = [not one and not other for one, other in zip(on_record, named, strict=True)]
    index = pd.MultiIndex.from_product([years, areas.small_areas], names=["year", "msoa"])
    return index.to_frame(index=False).assign(
        scenario=PRINCIPAL,
        place=place,
        recorded_homes=part(on_record).ravel(),
        site_homes=part(named).ravel(),
        spread_homes=part(rest).ravel(),
        homes=part([True] * len(references)).ravel(),
    )
