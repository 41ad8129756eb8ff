"""Estates and contributions: CPU seconds of their steps on the tables of a run, with the draws that run had.

Run by hand after `make forecast ARGS="--draws 1000"`. CPU seconds of all threads, because a machine that does
something else stretches the others; reading draws from their files is within them. Judges nothing.
"""

from __future__ import annotations

import argparse
import inspect
import os
import resource
import statistics
import time
from inspect import unwrap
from pathlib import Path
from types import SimpleNamespace
from typing import Any

from rich.console import Console
from rich.table import Table

from assets.buildings import estates_register, local_estates
from assets.contributions import contributions_stage, people_added
from assets.estates import estates_stage
from assets.estates.choices import choices_stage
from assets.inputs.settings import RunSettings
from assets.population.population_figures import PopulationInputs
from assets.tables.by_place import ByPlace
from assets.tables.parquet import is_draws, read_draws, read_frame

ROOT = Path(__file__).resolve().parents[2]

STEPS = (
    people_added.site_population_draws,
    estates_stage.estates_tables,
    estates_register.estates_register,
    local_estates.local_estates_tables,
    choices_stage.estates_choices,
    contributions_stage.developer_contribution_tables,
)


def read(path: Path) -> Any:
    """A table, draws, or a folder of either by place."""
    if path.is_dir():
        files = {file.stem: file for file in path.glob("*.parquet")}
        return ByPlace(files, lambda place: read(files[place]))
    return read_draws(path) if is_draws(path) else read_frame(path)


def inputs(folder: Path) -> dict[str, Any]:
    """All that the steps take; what one makes for another is read from the run too."""
    names = {name for step in STEPS for name in _taken(step)}
    made = {
        name: read(folder / name if (folder / name).is_dir() else folder / f"{name}.parquet")
        for name in sorted(names - {"settings", "context"})
    }
    draws = int(made["provider_demand_draws"].sizes["draw"]) - 1
    places = list(made["housing_trajectories"])
    return made | {"settings": RunSettings(draws=draws), "context": SimpleNamespace(partition_keys=places)}


def seconds(step: Any, made: dict[str, Any]) -> float:
    """CPU seconds of one step, of one by place those of all places."""
    function = _function(step)
    taken = {name: made[name] for name in _taken(step)}
    started = time.process_time()
    result = function(**taken)
    if isinstance(result, ByPlace):
        for place in result:
            result[place]
    return time.process_time() - started


def _taken(step: Any) -> list[str]:
    """Names of all a step takes; the inputs of a projection stand behind its keywords."""
    names = [name for name in inspect.signature(_function(step)).parameters if name != "tables"]
    by_keyword = "tables" in inspect.signature(_function(step)).parameters
    return [*names, *(PopulationInputs.__annotations__ if by_keyword else ())]


def _function(step: Any) -> Any:
    return unwrap(step.op.compute_fn.decorated_fn)


def main() -> None:
    """Time the steps a few times and print what they took."""
    parser = argparse.ArgumentParser(description=__doc__.split("\n\n")[0] if __doc__ else "")
    parser.add_argument("--tables", type=Path, default=ROOT / "outputs" / "tables")
    parser.add_argument("--runs", type=int, default=3)
    options = parser.parse_args()
    made = inputs(options.tables)
    for step in STEPS:
        seconds(step, made)  # loads libraries and the compiled projection
    runs = [{step.op.name: seconds(step, made) for step in STEPS} for _ in range(options.runs)]
    table = Table(
        title=f"estates, {made['settings'].draws} draws, {options.runs} runs on {os.cpu_count()} cores"
    )
    for heading in ("CPU seconds", "minimum", "median", "maximum"):
        table.add_column(heading, justify="left" if heading == "CPU seconds" else "right")
    for part in (*(step.op.name for step in STEPS), "all"):
        values = [sum(run.values()) if part == "all" else run[part] for run in runs]
        table.add_row(part, *(f"{of(values):.2f}" for of in (min, statistics.median, max)))
    console = Console()
    console.print(table)
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024**2
    console.print(f"peak memory {peak:.2f} GB")


if __name__ == "__main__":
    main()
