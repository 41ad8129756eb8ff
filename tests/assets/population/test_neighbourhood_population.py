"""Neighbourhoods of the shipped places: a user's lookup, sites where they are said to lie, the place met."""

import logging
from inspect import unwrap
from types import SimpleNamespace

import numpy as np
import pandas as pd
import pytest
import xarray as xr

from assets.inputs.assumptions import Assumptions
from assets.inputs.csv_reading import read_table
from assets.inputs.input_tables import INPUT_TABLES
from assets.inputs.settings import RunSettings
from assets.population.neighbourhood_population import (
    SUMS,
    Neighbourhoods,
    building_of,
    neighbourhood_population,
    neighbourhood_summaries,
    place_neighbourhoods,
    small_area_method,
)
from assets.tables.by_place import ByPlace
from assets.tables.declarations.named_values import NEIGHBOURHOOD_BANDS
from models.demography.small_area_people import carried_shares, where_homes_go
from models.neighbourhoods.recent_building import RecentBuilding
from models.uncertainty.ensemble import standard_normal
from tests.shipped import DATA

MILTON_KEYNES = "E06000042"
EASTERN_EXPANSION = "E02007013"
YEARS = [2021, 2022, 2023, 2024]
NAMES = (
    "msoa_population",
    "neighbourhoods",
    "site_neighbourhoods",
    "small_areas",
    "assumptions",
    "housing_sites",
)


@pytest.fixture(scope="module")
def tables() -> dict[str, pd.DataFrame]:
    data = DATA
    return {name: read_table(INPUT_TABLES[name], data / f"{name}.csv", None) for name in NAMES}


def projections(draws: int) -> xr.Dataset:
    """People of whom nine in ten at 16-24 are women, and one in ten at 25-44."""
    random = np.random.default_rng(0)
    people = 1500.0 * random.uniform(0.9, 1.1, (2, draws + 1, 4, 2, 91))
    women = np.full(91, 0.51)
    women[16:25], women[25:45] = 0.9, 0.1
    people *= 2 * np.stack([women, 1 - women])
    dims = ("scenario", "draw", "year", "sex", "age")
    return xr.Dataset(
        {"population": (dims, people), "dwellings": (dims[:3], np.full((2, draws + 1, 4), 110_000.0))},
        coords={"scenario": ["local_plan", "trend"], "draw": range(draws + 1), "year": YEARS},
    )


def delivery(draws: int, homes: float, of_no_site: float = 0.0) -> xr.Dataset:
    built = np.zeros((1, draws + 1, 4, 2))
    built[..., 0], built[..., 1] = homes, of_no_site
    return xr.Dataset(
        {"net_additional_dwellings": (("scenario", "draw", "year", "site_reference"), built)},
        coords={
            "scenario": ["local_plan"], "draw": range(draws + 1), "year": YEARS,
            "site_reference": ["MK-EEA", "remainder"],
        },
    )  # fmt: skip


def milton_keynes(tables: dict[str, pd.DataFrame], lookup: pd.DataFrame | None = None) -> Neighbourhoods:
    names = tables["neighbourhoods"] if lookup is None else lookup
    areas = place_neighbourhoods(MILTON_KEYNES, tables["msoa_population"], names)
    assert areas is not None
    return areas


def summaries(
    tables: dict[str, pd.DataFrame],
    homes: float = 0.0,
    of_no_site: float = 0.0,
    people: xr.Dataset | None = None,
    lookup: pd.DataFrame | None = None,
) -> dict[str, np.ndarray]:
    areas = milton_keynes(tables, lookup)
    method = small_area_method(Assumptions(tables["assumptions"]))
    known = tables["site_neighbourhoods"]
    projected = projections(5) if people is None else people
    found = neighbourhood_summaries(
        projected, delivery(5, homes, of_no_site), MILTON_KEYNES, areas, known, method, 1
    )
    # The last mid-year serves only the financial year before it.
    assert [years for years, _ in found.values()] == [YEARS[:-1]] * 2
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


def test_children_are_born_where_the_women_of_the_age_live(tables: dict[str, pd.DataFrame]) -> None:
    """Here nearly all women are under 25, and nearly all men over: children go with the one or the other."""
    people = projections(5)["population"].values[1, 0, :-1]
    areas = milton_keynes(tables)
    method = small_area_method(Assumptions(tables["assumptions"]))
    swapped = projections(5)
    swapped["population"].values[:] = swapped["population"].values[:, :, :, ::-1].copy()

    def newborn(sex: int) -> np.ndarray:
        parents = people[:, sex] * ((np.arange(91) >= 15) & (np.arange(91) < 50))
        return carried_shares(areas.base, people.sum(axis=1), parents, method.kept)[-1, :, 0]

    found = summaries(tables)["trend"][-1, :, 0] / summaries(tables, people=swapped)["trend"][-1, :, 0]
    assert np.corrcoef(found, newborn(0) / newborn(1))[0, 1] > 0.9


def test_homes_of_no_site_go_where_homes_of_unknown_whereabouts_go(tables: dict[str, pd.DataFrame]) -> None:
    without, spread = summaries(tables), summaries(tables, of_no_site=3000.0)
    areas, method = milton_keynes(tables), small_area_method(Assumptions(tables["assumptions"]))
    taken = areas.base @ method.homes_taken
    of_homes = taken / taken.sum()
    where = where_homes_go(areas.base, 110_000 * of_homes, method, np.zeros((1, len(of_homes))))[0]
    before, after = (made["local_plan"][-1, :, -1] for made in (without, spread))
    assert np.corrcoef(after / before, where / of_homes)[0, 1] > 0.9
    assert np.ptp(after / before) > 0.02


def test_homes_on_record_bring_people_where_people_have_come(tables: dict[str, pd.DataFrame]) -> None:
    """Of 2,000 homes on record a third stand where a third of those who came since the census live."""
    areas, method = milton_keynes(tables), small_area_method(Assumptions(tables["assumptions"]))
    homes = delivery(5, 0.0, 3000.0).assign_coords(site_reference=["MK-EEA", "recorded"])
    sites = tables["site_neighbourhoods"]
    building = building_of(MILTON_KEYNES, areas, sites, tables["small_areas"])

    def people(found: RecentBuilding | None) -> np.ndarray:
        made = neighbourhood_summaries(projections(5), homes, MILTON_KEYNES, areas, sites, method, 1, found)[
            "local_plan"
        ][1]
        return np.asarray(made.principal[-1, :, -1])

    grown = areas.small_areas.index("E02003482")
    assert people(building)[grown] > people(None)[grown] + 1000
    lost = homes.copy(deep=True)
    lost["net_additional_dwellings"][:] *= -1
    homes = lost
    assert np.corrcoef(people(building), people(None))[0, 1] > 0.9999, "losses stand where homes do"


def test_neighbourhoods_have_chances_of_their_own(tables: dict[str, pd.DataFrame]) -> None:
    """The place is the same in every draw, and its neighbourhoods are not."""
    people = projections(40)
    people["population"].values[:] = people["population"].values[:, :1]
    found = neighbourhood_summaries(
        people, delivery(40, 500.0, 500.0), MILTON_KEYNES, milton_keynes(tables),
        tables["site_neighbourhoods"], small_area_method(Assumptions(tables["assumptions"])), 1,
    )["local_plan"][1]  # fmt: skip
    width = (found.p90 - found.p10) / found.p50
    # At the base nobody is in doubt; from then on it grows.
    assert np.abs(width[0, :, -1]).max() < 0.03
    assert (width[2, :, -1] > 1.2 * width[1, :, -1]).mean() > 0.9
    assert np.median(width[2, :, -1]) > 0.03


def test_a_place_s_chances_are_its_own_and_come_from_the_seed(tables: dict[str, pd.DataFrame]) -> None:
    areas, method = milton_keynes(tables), small_area_method(Assumptions(tables["assumptions"]))

    def found(seed: int) -> np.ndarray:
        summary = neighbourhood_summaries(
            projections(5), delivery(5, 500.0), MILTON_KEYNES, areas, tables["site_neighbourhoods"],
            method, seed,
        )["local_plan"][1]  # fmt: skip
        return np.asarray(summary.p90)

    assert np.array_equal(found(1), found(1))
    assert not np.array_equal(found(1), found(2))
    own, other = (
        standard_normal(1, "neighbourhood", "place", place, 5, 3) for place in (MILTON_KEYNES, "E06000032")
    )
    assert not np.array_equal(own, other)


def test_a_lookup_of_ones_own_puts_small_areas_together(tables: dict[str, pd.DataFrame]) -> None:
    """Small areas are carried one by one and added up, whatever the order of the lookup's codes."""
    names = tables["neighbourhoods"]
    here = set(tables["msoa_population"].loc[lambda rows: rows["place"] == MILTON_KEYNES, "msoa"])
    first = min(here)
    lookup = names.assign(
        neighbourhood=np.where(names["msoa"] == first, "Z", "A"), neighbourhood_name="One network"
    )
    areas = milton_keynes(tables, lookup)
    assert areas.codes == ["A", "Z"]
    single, joined = (summaries(tables, 500.0, 300.0, lookup=one)["local_plan"] for one in (None, lookup))
    at = milton_keynes(tables).small_areas.index(first)
    assert joined[:, 1] == pytest.approx(single[:, at])
    assert joined[:, 0] == pytest.approx(np.delete(single, at, axis=1).sum(axis=1))


def test_small_areas_under_codes_of_ones_own_keep_their_people(tables: dict[str, pd.DataFrame]) -> None:
    names = tables["neighbourhoods"].sort_values("msoa", ignore_index=True)
    lookup = names.assign(neighbourhood=[f"N{999 - number}" for number in names.index])
    own, given = milton_keynes(tables, lookup), milton_keynes(tables)
    assert own.small_areas == given.small_areas[::-1]
    made = summaries(tables, 500.0, lookup=lookup)["local_plan"]
    assert made == pytest.approx(summaries(tables, 500.0)["local_plan"][:, ::-1])


def test_homes_of_no_site_make_neighbourhoods_wider(tables: dict[str, pd.DataFrame]) -> None:
    """Where they go is drawn."""
    people = projections(40)
    people["population"].values[:] = people["population"].values[:, :1]
    areas, method = milton_keynes(tables), small_area_method(Assumptions(tables["assumptions"]))

    def width(of_no_site: float) -> float:
        summary = neighbourhood_summaries(
            people, delivery(40, 0.0, of_no_site), MILTON_KEYNES, areas, tables["site_neighbourhoods"],
            method, 1,
        )["local_plan"][1]  # fmt: skip
        return float(((summary.p90 - summary.p10) / summary.p50)[2, :, -1].mean())

    assert width(8000.0) > 1.3 * width(0.0)


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
    assert set(known["evidence_grade"]) == {"B", "C"}


def test_the_table_has_each_neighbourhood_s_people_by_scenario_year_and_band(
    tables: dict[str, pd.DataFrame],
) -> None:
    data = DATA
    places = read_table(INPUT_TABLES["places"], data / "places.csv", None)
    areas = place_neighbourhoods(MILTON_KEYNES, tables["msoa_population"], tables["neighbourhoods"])
    assert areas is not None
    drawn, homes = projections(5), delivery(5, 300.0)
    stage = unwrap(neighbourhood_population.op.compute_fn.decorated_fn)
    made = stage(
        context=SimpleNamespace(partition_keys=[MILTON_KEYNES], log=logging.getLogger("tests")),
        projection_draws=ByPlace([MILTON_KEYNES], lambda _: drawn),
        housing_delivery_draws=ByPlace([MILTON_KEYNES], lambda _: homes),
        places=places,
        settings=RunSettings(seed=3),
        **{name: tables[name] for name in NAMES if name != "housing_sites"},
    )[MILTON_KEYNES]
    found = neighbourhood_summaries(
        drawn, homes, MILTON_KEYNES, areas, tables["site_neighbourhoods"],
        small_area_method(Assumptions(tables["assumptions"])), 3,
        building_of(MILTON_KEYNES, areas, tables["site_neighbourhoods"], tables["small_areas"]),
    )  # fmt: skip
    table = made.set_index(["scenario", "year", "neighbourhood", "age_band"]).sort_index()
    assert set(made["scenario"]) == {"local_plan", "trend"}
    assert set(made["place_name"]) == {"Milton Keynes"}
    named = tables["neighbourhoods"].set_index("neighbourhood")["neighbourhood_name"].to_dict()
    assert (made["neighbourhood_name"] == made["neighbourhood"].map(named)).all()
    for scenario, (years, summary) in found.items():
        assert years == YEARS[:-1]
        for step, year in enumerate(years):
            for number, code in enumerate(areas.codes):
                for at, band in enumerate((*NEIGHBOURHOOD_BANDS, *SUMS)):
                    row = table.loc[(scenario, year, code, band)]
                    for value in ("principal", "p10", "p50", "p90"):
                        assert row[value] == pytest.approx(getattr(summary, value)[step, number, at])
    # The interval of the older is of their sums in every draw: narrower than that of its bands together.
    older = table.xs("65+", level="age_band")
    bands = table.loc[pd.IndexSlice[:, :, :, ["65-74", "75-84", "85+"]], :]
    summed = bands.groupby(level=[0, 1, 2])[["principal", "p10", "p90"]].sum()
    assert older["principal"].to_numpy() == pytest.approx(summed["principal"].to_numpy())
    ends = (older["p90"] - older["p10"]).sum(), (summed["p90"] - summed["p10"]).sum()
    assert 0 < ends[0] < ends[1]
