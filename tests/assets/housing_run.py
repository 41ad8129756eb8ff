"""The housing stage run by hand over the shipped figures and any folder of trajectories, for tests."""

from __future__ import annotations

import logging
from collections.abc import Sequence
from functools import cache
from inspect import unwrap
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pandas as pd

from assets.housing import housing_stage
from assets.inputs.csv_reading import read_table
from assets.inputs.scenarios import load_scenarios, scenario_table
from assets.inputs.settings import RunSettings
from assets.tables.by_place import ByPlace
from assets.tables.declarations import INPUT_TABLES
from tests.conftest import ROOT
from tests.shipped import DATA

DRAWS = 40
SHIPPED = ROOT / "housing_trajectories" / "blmk"


def _call(asset: Any, *arguments: Any) -> Any:
    return unwrap(asset.op.compute_fn.decorated_fn)(*arguments)


def held(by_place: ByPlace) -> ByPlace:
    """Every place's value, made once."""
    values = dict(by_place.items())
    return ByPlace(values, values.__getitem__)


@cache
def shipped_tables() -> dict[str, pd.DataFrame]:
    """The input tables the housing stage reads, and the scenarios."""
    data = DATA
    places = read_table(INPUT_TABLES["places"], data / "places.csv", None)
    known = list(places["place"])
    names = ("assumptions", "net_additional_dwellings", "local_plan_requirements")
    tables = {name: read_table(INPUT_TABLES[name], data / f"{name}.csv", known) for name in names}
    return tables | {"places": places, "scenarios": scenario_table(load_scenarios(data / "scenarios"))}


def scenario_rows(names: Sequence[str] = ()) -> pd.DataFrame:
    """The shipped scenarios of these names, all where none is named."""
    rows = shipped_tables()["scenarios"]
    return rows[rows["scenario"].isin(names)] if names else rows


class HousingRun:
    """What the stage makes of the trajectories in a folder; of `only` these places and scenarios where they
    are named, with `files` in place of those that places.csv names."""

    def __init__(
        self,
        draws: int = DRAWS,
        trajectories: Path = SHIPPED,
        only: Sequence[str] = (),
        files: dict[str, str] | None = None,
        scenarios: Sequence[str] = (),
    ) -> None:
        tables = shipped_tables()
        places, assumptions = (tables[name] for name in ("places", "assumptions"))
        definitions = scenario_rows(scenarios)
        if files:
            places = places.assign(
                trajectory_file=places["place"].map(files).fillna(places["trajectory_file"])
            )
        self.net_additions, requirements = (
            tables[name] for name in ("net_additional_dwellings", "local_plan_requirements")
        )
        self.requirements = requirements.to_dict("records")
        self.settings = RunSettings(
            data_directory=str(DATA), trajectories_directory=str(trajectories), draws=draws
        )
        keys = list(only) or list(places.loc[places["kind"] == "place", "place"])
        context = SimpleNamespace(partition_keys=keys, log=logging.getLogger("tests"))
        self.trajectories = held(
            _call(
                housing_stage.housing_trajectories,
                context,
                self.settings,
                places,
                self.net_additions,
                requirements,
                assumptions,
            )
        )
        self.draws: ByPlace = held(
            _call(
                housing_stage.housing_delivery_draws,
                context,
                self.settings,
                self.trajectories,
                self.net_additions,
                requirements,
                assumptions,
                definitions,
            )
        )
        late = held(
            _call(housing_stage.housing_lateness, context, self.trajectories, self.draws, definitions)
        )
        self.lateness = pd.concat(list(late.values()), ignore_index=True)
        rows = _call(
            housing_stage.place_housing_delivery, context, self.trajectories, self.draws, definitions
        )
        self.table: pd.DataFrame = _call(housing_stage.housing_delivery, held(rows), self.draws, places)
