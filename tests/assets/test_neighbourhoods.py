"""Neighbourhoods of the shipped places: a user's lookup, sites where they are said to lie, the place met."""

from pathlib import Path

import numpy as np
import pandas as pd
import pytest
import xarray as xr

from assets.assumptions import Assumptions
from assets.inputs import INPUT_TABLES
from assets.neighbourhoods import neighbourhood_summaries, place_neighbourhoods
from assets.population_figures import parameters
from assets.reading import read_table

MILTON_KEYNES = "E06000042"
EASTERN_EXPANSION = "E02003475"
YEARS = [2021, 2022, 2023, 2024]


@pytest.fixture(scope="module")
def tables() -> dict[str, pd.DataFrame]:
    data = Path(__file__).resolve().parents[2] / "data"
    names = ("msoa_population", "neighbourhoods", "site_neighbourhoods", "assumptions", "housing_sites")
    return {name: read_table(INPUT_TABLES[name], data / f"{name}.csv", None) for name in names}


def projections(draws: int) -> xr.Dataset:
    random = np.random.default_rng(0)
    people = 1500.0 * random.uniform(0.9, 1.1, (2, draws + 1, 4, 2, 91))
    dims = ("scenario", "draw", "year", "sex", "age")
    return xr.Dataset(
        {"population": (dims, people), "dwellings": (dims[:3], np.full((2, draws + 1, 4), 110_000.0))},
        coords={"scenario": ["local_plan", "trend"], "draw": range(draws + 1), "year": YEARS},
    )


def delivery(draws: int, homes: float) -> xr.Dataset:
    built = np.zeros((1, draws + 1, 4, 2))
    built[..., 0] = homes
    return xr.Dataset(
        {"net_additional_dwellings": (("scenario", "draw", "year", "site_reference"), built)},
        coords={
            "scenario": ["local_plan"], "draw": range(draws + 1), "year": YEARS,
            "site_reference": ["MK-EEA", "remainder"],
        },
    )  # fmt: skip


def summaries(tables: dict[str, pd.DataFrame], homes: float) -> dict[str, np.ndarray]:
    areas = place_neighbourhoods(MILTON_KEYNES, tables["msoa_population"], tables["neighbourhoods"])
    assert areas is not None
    method = parameters(Assumptions(tables["assumptions"]))
    known = tables["site_neighbourhoods"]
    found = neighbourhood_summaries(projections(5), delivery(5, homes), MILTON_KEYNES, areas, known, method)
    return {name: summary.principal for name, (_, summary) in found.items()}


def test_neighbourhoods_add_up_to_the_place_and_homes_go_where_the_site_is(
    tables: dict[str, pd.DataFrame],
) -> None:
    few, many = summaries(tables, 0.0), summaries(tables, 1000.0)
    place = projections(5)["population"].values[0, 0, :-1].sum(axis=(1, 2))
    assert np.allclose(many["local_plan"][:, :, -1].sum(axis=1), place)
    here = tables["msoa_population"][lambda frame: frame["place"] == MILTON_KEYNES]
    site = sorted(here["msoa"].unique()).index(EASTERN_EXPANSION)
    assert many["local_plan"][-1, site, -1] > few["local_plan"][-1, site, -1] + 1000
    assert np.array_equal(many["trend"], few["trend"])


def test_a_lookup_of_ones_own_puts_small_areas_together(tables: dict[str, pd.DataFrame]) -> None:
    lookup = tables["neighbourhoods"].assign(neighbourhood="N1", neighbourhood_name="One network")
    areas = place_neighbourhoods(MILTON_KEYNES, tables["msoa_population"], lookup)
    assert areas is not None
    assert areas.codes == ["N1"]
    whole = tables["msoa_population"][lambda frame: frame["place"] == MILTON_KEYNES]["population"].sum()
    assert areas.base.sum() == whole


def test_a_small_area_left_out_of_the_lookup_is_named(tables: dict[str, pd.DataFrame]) -> None:
    lookup = tables["neighbourhoods"]
    with pytest.raises(ValueError, match=EASTERN_EXPANSION):
        place_neighbourhoods(
            MILTON_KEYNES, tables["msoa_population"], lookup[lookup["msoa"] != EASTERN_EXPANSION]
        )


def test_a_place_without_small_areas_has_no_neighbourhoods(tables: dict[str, pd.DataFrame]) -> None:
    assert place_neighbourhoods("E06000001", tables["msoa_population"], tables["neighbourhoods"]) is None


def test_every_site_stands_somewhere_or_says_it_is_unallocated(tables: dict[str, pd.DataFrame]) -> None:
    sites, known = tables["housing_sites"], tables["site_neighbourhoods"]
    assert set(known["site_reference"]) == set(sites["site_reference"])
    assert set(known["msoa"]) - {"unallocated"} <= set(tables["neighbourhoods"]["msoa"])
    assert set(known["evidence_grade"]) == {"C"}
