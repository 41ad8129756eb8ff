"""Every home of a place is in a small area, by site, by record or by the rule."""

from __future__ import annotations

from inspect import unwrap

import pandas as pd
import pytest

from assets.inputs.csv_reading import read_table
from assets.neighbourhoods.neighbourhood_homes import neighbourhood_homes
from assets.tables.declarations import INPUT_TABLES
from tests.shipped import DATA

stage_neighbourhood_homes = unwrap(neighbourhood_homes.op.compute_fn.decorated_fn)
MILTON_KEYNES, EXPANSION, WOBURN_SANDS = "E06000042", "E02007013", "E02003482"
_NAMES = ("msoa_population", "neighbourhoods", "site_neighbourhoods", "small_areas", "assumptions")


def delivery(rows: list[tuple[str, int, float]], scenario: str = "local_plan") -> pd.DataFrame:
    names = ["site_reference", "year", "principal"]
    return pd.DataFrame(rows, columns=names).assign(scenario=scenario, place=MILTON_KEYNES)


@pytest.fixture(scope="module")
def read() -> dict[str, pd.DataFrame]:
    return {name: read_table(INPUT_TABLES[name], DATA / f"{name}.csv", places=None) for name in _NAMES}


def test_homes_add_up_to_the_place_s_and_stand_where_site_record_and_rule_have_them(
    read: dict[str, pd.DataFrame],
) -> None:
    rows = [
        ("MK-EEA", 2024, 211.0),
        ("MK-EEA", 2025, 0.0),
        ("recorded", 2023, 2000.0),
        ("remainder", 2025, 900.0),
        ("somewhere", 2025, 100.0),
        ("all", 2025, 1000.0),
    ]
    made = stage_neighbourhood_homes(
        housing_delivery=pd.concat([delivery(rows), delivery(rows, "trend")]), **read
    )
    assert set(made["scenario"]) == {"local_plan"}
    assert made.groupby("year")["homes"].sum().to_dict() == pytest.approx({2023: 2000, 2024: 211, 2025: 1000})
    parts = made[["recorded_homes", "site_homes", "spread_homes"]].sum(axis=1)
    assert parts.to_numpy() == pytest.approx(made["homes"].to_numpy())
    of = made.set_index(["year", "msoa"])
    assert of.loc[(2024, EXPANSION), "site_homes"] == pytest.approx(211)
    assert of.loc[2024, "homes"].sum() == pytest.approx(211)
    # A third of the people who came since the census came here.
    assert 0.3 < of.loc[(2023, WOBURN_SANDS), "recorded_homes"] / 2000 < 0.4
    assert of.loc[(2025, WOBURN_SANDS), "spread_homes"] / 1000 < 0.1
    lost = stage_neighbourhood_homes(housing_delivery=delivery([("recorded", 2023, -50.0)]), **read)
    assert lost["homes"].sum() == pytest.approx(-50)
    assert lost["homes"].max() <= 0
