"""Options that several commands take."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import wraps
from pathlib import Path
from typing import Any

import click

from assets.areas.area_folder import is_area
from assets.areas.composing import composed
from assets.inputs.defaults import DATA_DIRECTORY, DEFAULT_DRAWS, DEFAULT_SEED, TRAJECTORIES_DIRECTORY
from pipelines import ROOT

FOLDER = click.Path(path_type=Path)

outputs_option = click.option(
    "--outputs",
    type=FOLDER,
    envvar="PLACECAST_OUTPUTS",
    default=ROOT / "outputs",
    help="folder of tables and releases",
)
data_option = click.option(
    "--data",
    type=FOLDER,
    default=DATA_DIRECTORY,
    help="an area's folder, or a complete folder of input tables",
)
trajectories_option = click.option(
    "--trajectories",
    type=FOLDER,
    default=TRAJECTORIES_DIRECTORY or None,
    help="folder of the councils' trajectories in place of the area's own",
)


def run_folders(settings: Mapping[str, Any], outputs: Path) -> tuple[Path, Path]:
    """The complete folders of inputs and trajectories that a run of these settings reads, as they are now."""
    data, own = Path(settings["data_directory"]), settings["trajectories_directory"]
    trajectories = Path(own) if own else None
    if is_area(data):
        return composed(data, outputs.resolve(), trajectories)
    return data, trajectories or data.parent / "trajectories"


def settings_options(command: Callable[..., int]) -> Callable[..., int]:
    """The options of a command that holds a run; it takes them as `settings` of RunSettings."""

    @data_option
    @trajectories_option
    @click.option(
        "--draws",
        type=click.IntRange(min=2),
        default=DEFAULT_DRAWS,
        help="number of draws beside the principal run",
    )
    @click.option("--seed", type=int, default=DEFAULT_SEED, help="seed of the ensemble")
    @wraps(command)
    def with_settings(*, data: Path, trajectories: Path | None, draws: int, seed: int, **others: Any) -> int:
        settings = {
            "draws": draws,
            "seed": seed,
            "data_directory": str(data.resolve()),
            "trajectories_directory": str(trajectories.resolve()) if trajectories else "",
        }
        return command(settings=settings, **others)

    return with_settings
