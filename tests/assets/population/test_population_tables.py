"""Released tables of people and homes hold each place's, year's and scenario's own draws, and their sum."""

from __future__ import annotations

from functools import cache
from typing import Any

import numpy as np
import pandas as pd
import pytest
import xarray as xr

from assets.population import population_stage
from assets.tables.by_place import ByPlace
from assets.tables.declarations import TABLES
from tests.assets.services_run import call_stage, named_outputs, shipped_inputs

SCENARIOS, YEARS, DRAWS = ["local_plan", "slow_delivery"], list(range(2021, 2027)), 10
LEVELS = ["dwellings", "households", "household_population", "communal_population"]
FLOWS = ["births", "deaths", "net_migration", "other"]
SYSTEM = "E54000024"


@cache
def made() -> dict[str, Any]:
    """Draws of every place in which no two numbers are alike, and the tables made of them."""
    inputs = shipped_inputs()
    places = inputs["places"]
    random = np.random.default_rng(4)
    shape = (len(SCENARIOS), DRAWS + 1, len(YEARS))
    draws = {}
    for size, place in enumerate(places.loc[places["kind"] == "place", "place"], start=1):
        of_year = {
            name: (("scenario", "draw", "year"), size * random.uniform(50, 100, shape))
            for name in (*FLOWS, *LEVELS)
        }
        people = (("scenario", "draw", "year", "sex", "age"), size * random.uniform(50, 100, (*shape, 2, 91)))
        coords = {"scenario": SCENARIOS, "draw": range(DRAWS + 1), "year": YEARS}
        coords |= {"sex": ["female", "male"], "age": range(91)}
        draws[place] = xr.Dataset({"population": people, **of_year}, coords=coords)
    found: dict[str, Any] = {"places": places, "projection_draws": ByPlace(list(draws), draws.__getitem__)}
    for name in ("households", "components_of_change", "people"):
        asset = getattr(population_stage, name)
        found |= named_outputs(asset, call_stage(asset, found))
    return found


def of_area(place: str) -> xr.Dataset:
    """A place's draws, or the system's, which are the sum of all places' draw by draw."""
    draws = made()["projection_draws"]
    return sum(draws[each] for each in draws) if place == SYSTEM else draws[place]


def stands_as(row: Any, draws: np.ndarray) -> None:
    """A row's principal run is draw 0, its interval is of the other draws."""
    assert row.principal == pytest.approx(draws[0])
    found = (row.p10, row.p50, row.p90)
    assert found == pytest.approx(np.quantile(draws[1:], [0.1, 0.5, 0.9]), rel=1e-9)


@pytest.mark.parametrize(
    ("table", "column"), [("households", "measure"), ("components_of_change", "component")]
)
def test_homes_and_components_are_their_own_place_s_year_s_and_scenario_s(table: str, column: str) -> None:
    frame = made()[table]
    first = 2021 if table == "households" else 2022
    # The last mid-year only serves the financial year before it.
    assert sorted(frame["year"].unique()) == list(range(first, YEARS[-1]))
    for row in frame[frame[column] != "average_household_size"].itertuples():
        draws = of_area(row.place)[getattr(row, column)]
        stands_as(row, draws.sel(scenario=row.scenario, year=row.year).to_numpy())


def test_people_a_home_are_of_each_draw_and_the_system_s_of_all_people_and_homes() -> None:
    frame = made()["households"]
    sizes = frame[frame["measure"] == "average_household_size"]
    assert set(sizes["place"]) == {SYSTEM, *made()["projection_draws"]}
    for row in sizes.itertuples():
        here = of_area(row.place).sel(scenario=row.scenario, year=row.year)
        stands_as(row, (here["household_population"] / here["households"]).to_numpy())
    assert set(sizes["unit"]) == {"persons a household"}
    assert set(frame.loc[frame["measure"].isin(LEVELS[:1]), "unit"]) == {"dwellings"}


def test_people_of_a_sex_and_band_are_those_of_its_ages() -> None:
    frame = made()["population"]
    names = made()["places"].set_index("place")["place_name"]
    assert (frame["place_name"] == frame["place"].map(names)).all()
    ages = {"all": range(91), "0-4": range(5), "65+": range(65, 91), "90+": range(90, 91)}
    kept = frame[frame["age_band"].isin(ages) & frame["year"].isin([2021, 2025])]
    assert set(kept["age_band"]) == set(ages)
    for row in kept.itertuples():
        people = of_area(row.place)["population"].sel(scenario=row.scenario, year=row.year)
        people = people.sel(age=list(ages[row.age_band])).sum("age")
        people = people.sum("sex") if row.sex == "persons" else people.sel(sex=row.sex)
        stands_as(row, people.to_numpy())


def test_single_years_are_each_place_s_own_and_add_up_to_the_system() -> None:
    draws = made()["projection_draws"]
    cells = {
        place: draws[place]["population"]
        .isel(draw=0)
        .to_dataframe("closing")
        .reset_index()
        .assign(place=place)
        for place in draws
    }
    given = {**made(), "components_by_age": ByPlace(list(cells), cells.__getitem__)}
    frame = call_stage(population_stage.population_single_year, given)
    assert list(frame.columns) == TABLES["population_single_year"].column_names
    assert sorted(frame["year"].unique()) == YEARS[:-1]
    assert not frame.isna().any(axis=None)
    found = frame.set_index(["scenario", "place", "year", "sex", "age"])["principal"]
    for place in (*draws, SYSTEM):
        whole = of_area(place)["population"].isel(draw=0, year=slice(None, -1))
        wanted = whole.to_dataframe("principal")["principal"].reorder_levels(
            ["scenario", "year", "sex", "age"]
        )
        ours = found.xs(place, level="place").reorder_levels(["scenario", "year", "sex", "age"])
        pd.testing.assert_series_equal(ours.sort_index(), wanted.sort_index(), check_names=False)
