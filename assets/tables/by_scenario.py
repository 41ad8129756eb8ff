"""A stage run scenario by scenario where scenarios change assumptions, and its tables put together again.

An assumption is one of the run. A scenario that gives another central value of it is worked out by itself,
beside the principal one, from the same draws, with that value; its range moves with it in proportion, or by
as much where it is 0.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from functools import wraps
from typing import Any, ParamSpec, TypeVar

import pandas as pd
import xarray as xr

from assets.inputs.scenarios import Scenario, read_scenarios
from assets.tables.by_place import ByPlace
from assets.tables.declarations import TABLES
from assets.tables.uncertain_table import released

P = ParamSpec("P")
Returned = TypeVar("Returned")


def by_changed_assumptions(*outputs: str) -> Callable[[Callable[P, Returned]], Callable[P, Returned]]:
    """For a stage that takes `scenarios` and `assumptions` and returns `outputs` in this order.

    Where no scenario changes an assumption the stage runs once, as it is.
    """

    def decorate(stage: Callable[P, Returned]) -> Callable[P, Returned]:
        @wraps(stage)
        def step(*arguments: P.args, **inputs: P.kwargs) -> Any:
            tables: dict[str, Any] = inputs
            scenarios = read_scenarios(tables["scenarios"])
            groups, listed = _groups(scenarios), [scenario.name for scenario in scenarios]
            if len(groups) == 1:
                return stage(*arguments, **inputs)
            made = []
            for changes, names in groups:
                with_principal = list(dict.fromkeys([scenarios[0].name, *names]))
                taken = {name: _of(value, with_principal) for name, value in tables.items()}
                taken["assumptions"] = changed_assumptions(tables["assumptions"], changes)
                made.append((names, stage(*arguments, **taken)))
            return tuple(
                _together(name, listed, [(names, tables[at]) for names, tables in made])  # type: ignore[index]
                for at, name in enumerate(outputs)
            )

        return step

    return decorate


def _groups(scenarios: Sequence[Scenario]) -> list[tuple[dict[str, float], list[str]]]:
    """Scenarios by what they change, those that change nothing first."""
    groups: list[tuple[dict[str, float], list[str]]] = [({}, [])]
    for scenario in scenarios:
        found = next((names for changes, names in groups if changes == scenario.assumptions), None)
        if found is None:
            groups.append((scenario.assumptions, found := []))
        found.append(scenario.name)
    return groups


def changed_assumptions(frame: pd.DataFrame, changes: Mapping[str, float]) -> pd.DataFrame:
    """The assumptions with other central values, their ranges moved with them."""
    changed = frame.copy()
    for identifier, value in changes.items():
        row = changed["id"] == identifier
        then = float(changed.loc[row, "value"].iloc[0])
        for end in ("low", "high"):
            moved = changed.loc[row, end] * (value / then) if then else changed.loc[row, end] + value
            changed.loc[row, end] = moved
        changed.loc[row, "value"] = value
    return changed


def _of(value: Any, names: Sequence[str]) -> Any:
    """What of a table, of draws or of a value by place is of these scenarios."""
    if isinstance(value, pd.DataFrame) and "scenario" in value.columns:
        return value[value["scenario"].isin(names)].reset_index(drop=True)
    if isinstance(value, xr.Dataset) and "scenario" in value.dims:
        there = set(value["scenario"].to_numpy().tolist())
        return value.sel(scenario=[name for name in names if name in there])
    if isinstance(value, ByPlace):
        return ByPlace(value, lambda place: _of(value[place], names))
    return value


def _together(name: str, listed: Sequence[str], parts: Sequence[tuple[Sequence[str], Any]]) -> Any:
    """A table of all scenarios `listed` from those of each group; of the first where it has no scenario."""
    first = parts[0][1]
    if isinstance(first, xr.Dataset):
        if "scenario" not in first.dims:
            return first
        found = [_of(value, names) for names, value in parts]
        return _of(
            xr.concat([each for each in found if each.sizes["scenario"]], "scenario", join="exact"), listed
        )
    if "scenario" not in first.columns:
        return first
    filled = [rows for names, value in parts if len(rows := _of(value, names))]
    return released(name, filled) if name in TABLES and filled else first
