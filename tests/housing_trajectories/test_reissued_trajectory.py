"""A re-issued trajectory changes the homes expected in the years it speaks of; the shipped add nothing."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from housing_trajectories.delivery.scenario_delivery import (
    beside_balance,
    recorded_by_place,
    trajectory_years,
)
from housing_trajectories.delivery.selection import planned_homes
from housing_trajectories.reading import read
from housing_trajectories.schema import REMAINDER_REFERENCE
from tests.shipped import DATA

COUNCILS = {
    "luton": "E06000032",
    "milton_keynes": "E06000042",
    "bedford": "E06000055",
    "central_bedfordshire": "E06000056",
}


def shift(root: Path, table: pd.DataFrame, place: str, plans: str) -> np.ndarray:
    additions = pd.read_csv(DATA / "net_additional_dwellings.csv").to_dict("records")
    requirements = pd.read_csv(DATA / "local_plan_requirements.csv").to_dict("records")
    homes = planned_homes(table, plans, trajectory_years(table))  # type: ignore[arg-type]
    return beside_balance(place, homes, plans, requirements, recorded_by_place(additions)[place])[1]  # type: ignore[arg-type]


@pytest.mark.parametrize("plans", ["adopted", "draft"])
@pytest.mark.parametrize(("name", "place"), COUNCILS.items())
def test_a_trajectory_phased_by_rule_says_nothing_beyond_its_plan(
    root: Path, name: str, place: str, plans: str
) -> None:
    table = read(root / "housing_trajectories" / "blmk" / f"{name}.csv", place).usable().table
    np.testing.assert_array_equal(shift(root, table, place, plans), 0.0)


@pytest.mark.parametrize("more", [500.0, -60.0])
def test_homes_brought_in_or_taken_out_of_a_year_stand_in_that_year(root: Path, more: float) -> None:
    table = read(root / "housing_trajectories" / "blmk" / "luton.csv", "E06000032").usable().table
    chosen = (
        table["site_reference"].eq(REMAINDER_REFERENCE)
        & table["plan_status"].eq("adopted")
        & table["year"].eq(2026)
    )
    assert chosen.sum() == 1
    table.loc[chosen, "planned_net_dwellings"] += more
    changed = shift(root, table, "E06000032", "adopted")
    assert changed[2026 - 2024] == more
    assert np.count_nonzero(changed) == 1
