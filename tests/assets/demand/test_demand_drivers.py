"""The projection without new homes has those up to the base year, and none that come after it."""

from __future__ import annotations

from inspect import unwrap
from types import SimpleNamespace

import numpy as np
import pandas as pd

from assets.demand.demand_drivers import people_without_new_homes
from assets.inputs.csv_reading import read_table
from assets.inputs.input_tables import INPUT_TABLES
from assets.inputs.scenarios import load_scenarios, scenario_table
from assets.inputs.settings import RunSettings
from assets.population.population_figures import PopulationInputs
from assets.tables.by_place import ByPlace
from tests.shipped import DATA

BEDFORD = "E06000055"


def people(homes: dict[int, float]) -> pd.DataFrame:
    """People of Bedford by year and age; what other scenarios and single sites build is no home of theirs."""
    data = DATA
    names = (*PopulationInputs.__annotations__, "assumptions", "net_additional_dwellings")
    tables = {name: read_table(INPUT_TABLES[name], data / f"{name}.csv", None) for name in names}
    rows = [
        {"scenario": scenario, "place": BEDFORD, "site_reference": site, "year": year}
        | {"principal": homes.get(year, 900.0) * factor}
        for scenario, site, factor in (
            ("local_plan", "all", 1.0),
            ("local_plan", "S", 0.3),
            ("trend", "all", 5.0),
        )
        for year in range(2021, 2051)
    ]
    made: ByPlace = unwrap(people_without_new_homes.op.compute_fn.decorated_fn)(
        context=SimpleNamespace(partition_keys=[BEDFORD]),
        settings=RunSettings(draws=2, seed=1),
        scenarios=scenario_table(load_scenarios(data / "scenarios")),
        place_housing_delivery=ByPlace([BEDFORD], lambda _: pd.DataFrame(rows)),
        **tables,
    )
    return made[BEDFORD].groupby("year")["population"].sum()


def test_homes_of_the_base_year_count_and_none_that_come_after_it() -> None:
    usual, more_then, more_later = people({}), people({2024: 1900.0}), people({2025: 1900.0})
    assert np.array_equal(usual, more_later)
    # To the last bits: raked years are brought to the same estimates from other homes.
    np.testing.assert_allclose(usual.loc[:2024], more_then.loc[:2024], rtol=1e-13)
    # A thousand homes more of mid-2024 to mid-2025, three quarters of them after the first mid-year.
    assert 1000 < more_then[2025] - usual[2025] < 3000
