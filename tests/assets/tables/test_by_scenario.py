"""Scenarios with other assumptions are worked out with them, beside the principal one, and put together."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd
import pytest
import xarray as xr

from assets.inputs.assumptions import Assumptions
from assets.inputs.scenarios import Scenario, scenario_table
from assets.tables.by_place import ByPlace
from assets.tables.by_scenario import by_changed_assumptions, changed_assumptions

HOURS, PRODUCTIVITY = "estates.gp_room_hours", "workforce.productivity_change"
ASSUMED = pd.DataFrame(
    {
        "id": [HOURS, PRODUCTIVITY],
        "value": [2000.0, 0.0],
        "low": [1000.0, -0.5],
        "high": [3000.0, 1.0],
    }
)


def scenario(name: str, **assumptions: float) -> Scenario:
    given = {key.replace("__", "."): value for key, value in assumptions.items()}
    return Scenario(
        name=name,
        order=1,
        title=name,
        description=name,
        population="housing_led",
        delivery="calibrated",
        plans="adopted",
        mitigation="none",
        assumptions=given,
    )


def given(*scenarios: Scenario) -> dict[str, Any]:
    names = [each.name for each in scenarios]
    draws = xr.Dataset(
        {"demand": (("scenario", "draw"), np.arange(2.0 * len(names)).reshape(-1, 2))},
        coords={"scenario": names, "draw": [0, 1]},
    )
    return {
        "demand": ByPlace(["P"], lambda _: draws),
        "scenarios": scenario_table(list(scenarios)),
        "assumptions": ASSUMED,
    }


@by_changed_assumptions("working", "draws")
def stage(demand: ByPlace, scenarios: pd.DataFrame, assumptions: pd.DataFrame) -> tuple[Any, ...]:
    found = demand["P"]
    assert found["scenario"].to_numpy().tolist() == scenarios["scenario"].tolist()
    seen.append(scenarios["scenario"].tolist())
    return scenarios, found * Assumptions(assumptions).value(HOURS)


seen: list[list[str]] = []


@pytest.fixture(autouse=True)
def nothing_seen() -> None:
    seen.clear()


def test_without_other_assumptions_the_stage_runs_once_as_it_is() -> None:
    _, draws = stage(**given(scenario("local_plan"), scenario("slow")))
    assert seen == [["local_plan", "slow"]]
    assert draws["demand"].to_numpy().tolist() == [[0, 2000], [4000, 6000]]


def test_each_group_has_its_own_assumptions_beside_the_principal_and_the_order_stays() -> None:
    inputs = given(
        scenario("local_plan"),
        scenario("longer", estates__gp_room_hours=4000.0),
        scenario("slow"),
        scenario("again", estates__gp_room_hours=4000.0),
    )
    _, draws = stage(**inputs)
    assert seen == [["local_plan", "slow"], ["local_plan", "longer", "again"]]
    assert draws["scenario"].to_numpy().tolist() == ["local_plan", "longer", "slow", "again"]
    times = (draws["demand"] / inputs["demand"]["P"]["demand"]).isel(draw=1).to_numpy()
    assert times.tolist() == [2000, 4000, 2000, 4000]


def test_a_range_moves_with_its_central_value() -> None:
    found = changed_assumptions(ASSUMED, {HOURS: 3000.0, PRODUCTIVITY: 0.5})
    assert found[["value", "low", "high"]].to_numpy().tolist() == [[3000, 1500, 4500], [0.5, 0.0, 1.5]]
    assert ASSUMED["value"].tolist() == [2000, 0]
