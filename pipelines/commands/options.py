"""Options that several commands take."""

from __future__ import annotations

import os
import shutil
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import wraps
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from assets.areas.area_folder import is_area, write_area
from assets.areas.composing import composed
from assets.inputs.defaults import DATA_DIRECTORY, DEFAULT_DRAWS, DEFAULT_SEED, TRAJECTORIES_DIRECTORY
from housing_trajectories.findings import BadInput
from housing_trajectories.plain_text import say
from pipelines import ROOT

if TYPE_CHECKING:
    from assets.areas.area_selection import Selection

FOLDER = click.Path(path_type=Path)

AREA_FOLDERS = (ROOT / "areas", ROOT / "data" / "areas")
"""Where an area's folder is found by its name alone."""
_AREA = "placecast.area"

default_outputs_option = click.option(
    "--outputs",
    type=FOLDER,
    envvar="PLACECAST_OUTPUTS",
    default=ROOT / "outputs",
    help="folder of tables and releases",
)
_data_option = click.option(
    "--data",
    type=FOLDER,
    default=DATA_DIRECTORY,
    help="an area's folder, or a complete folder of input tables",
)
_trajectories_option = click.option(
    "--trajectories",
    type=FOLDER,
    default=TRAJECTORIES_DIRECTORY or None,
    help="folder of the councils' trajectories in place of the area's own",
)


class NoArea(click.ClickException):
    """What was asked for is no area; the message is one sentence."""

    exit_code = 2


def _remember(context: click.Context, _: click.Parameter, text: str | None) -> None:
    context.meta[_AREA] = text


_area_option = click.option(
    "--area",
    envvar="PLACECAST_AREA",
    expose_value=False,
    callback=_remember,
    help="an authority, sub-ICB or ICB by code or exact name, several by commas, or an area's folder",
)


@dataclass(frozen=True)
class ChosenArea:
    """The area that --area names, its folder and its folder of outputs."""

    selection: Selection
    folder: Path
    outputs: Path


def chosen_area() -> ChosenArea | None:
    """The area that the command at hand was given; None where --data or nothing names one.

    For a selection without a folder, `area.yaml` is written under its outputs. Raises NoArea.
    """
    context = click.get_current_context()
    text = context.meta.get(_AREA)
    if text is None or isinstance(text, ChosenArea):
        return text
    if _typed(context, "data"):
        if _typed(context, "area"):
            raise NoArea("--area and --data: found both; expected one of them")
        return None
    if not _typed(context, "area") and os.environ.get("PLACECAST_DATA"):
        raise NoArea("PLACECAST_AREA and PLACECAST_DATA: found both; expected one of them")
    # Tables of England, and what reads them, only where an area is named.
    from assets.areas.area_selection import select

    try:
        selection = select(text, AREA_FOLDERS)
    except BadInput as error:
        raise NoArea(str(error)) from None
    outputs = Path(context.params["outputs"])
    of_default = selection.folder == DATA_DIRECTORY.resolve()
    if not of_default and not _typed(context, "outputs"):
        outputs = outputs / "areas" / selection.slug
    folder = selection.folder
    if folder is None:
        folder = outputs / "area"
        write_area(folder, selection.name, selection.code, selection.authorities)
    context.meta[_AREA] = chosen = ChosenArea(selection, folder, outputs)
    return chosen


def set_environment(chosen: ChosenArea) -> None:
    """Let Dagster's own processes find an area as this one does, with a history of its own.

    Areas with one history would meet in it: it has one list of places, and keeps the last runs of all.
    """
    os.environ.pop("PLACECAST_AREA", None)
    os.environ.pop("PLACECAST_TRAJECTORIES", None)
    os.environ |= {"PLACECAST_DATA": str(chosen.folder), "PLACECAST_OUTPUTS": str(chosen.outputs.resolve())}
    home = os.environ.get("DAGSTER_HOME")
    if home and chosen.folder != DATA_DIRECTORY.resolve():
        own = Path(home) / "areas" / chosen.selection.slug
        own.mkdir(parents=True, exist_ok=True)
        for settings in (Path(home) / "dagster.yaml", ROOT / "dagster.yaml"):
            if settings.is_file():
                shutil.copyfile(settings, own / "dagster.yaml")
                break
        os.environ["DAGSTER_HOME"] = str(own)


def _typed(context: click.Context, name: str) -> bool:
    return context.get_parameter_source(name) is click.core.ParameterSource.COMMANDLINE


def outputs_option(command: Callable[..., int]) -> Callable[..., int]:
    """--outputs and --area: the command takes the folder of outputs of the area as `outputs`."""

    @default_outputs_option
    @_area_option
    @wraps(command)
    def with_outputs(*, outputs: Path, **others: Any) -> int:
        chosen = chosen_area()
        return command(outputs=chosen.outputs if chosen else outputs, **others)

    return with_outputs


def data_option(command: Callable[..., int]) -> Callable[..., int]:
    """--data, for a command that has `outputs_option`: it takes the folder of inputs as `data`."""

    @_data_option
    @wraps(command)
    def with_data(*, data: Path, **others: Any) -> int:
        chosen = chosen_area()
        return command(data=chosen.folder if chosen else data, **others)

    return with_data


def trajectories_option(command: Callable[..., int]) -> Callable[..., int]:
    """--trajectories; those of the default area are not another's."""

    @_trajectories_option
    @wraps(command)
    def with_trajectories(*, trajectories: Path | None, **others: Any) -> int:
        if chosen_area() and not _typed(click.get_current_context(), "trajectories"):
            trajectories = None
        return command(trajectories=trajectories, **others)

    return with_trajectories


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
        if chosen := chosen_area():
            set_environment(chosen)
            own = f"; own figures: {chosen.folder}" if chosen.selection.folder else ""
            say(f"{chosen.selection.title()}{own}; outputs: {chosen.outputs}")
            for note in chosen.selection.notes:
                say(f"  {note}")
        settings = {
            "draws": draws,
            "seed": seed,
            "data_directory": str(data.resolve()),
            "trajectories_directory": str(trajectories.resolve()) if trajectories else "",
        }
        return command(settings=settings, **others)

    return with_settings
