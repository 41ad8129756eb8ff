"""`sensitivity`: which assumptions move the headlines most, for the next release."""

from __future__ import annotations

import time
from pathlib import Path

import click

from assets.inputs.system_totals import system_code
from assets.release_history.release_folders import NoSuchRelease, current_id, manifest_of
from housing_trajectories.terminal import Terminal
from pipelines.commands.options import data_option, outputs_option, trajectories_option


class NotTheLastRun(Exception):
    """Inputs or code are not those of the current release; the message says what to do."""


@click.command()
@data_option
@trajectories_option
@outputs_option
def command(data: Path, trajectories: Path | None, outputs: Path) -> int:
    """Find which assumptions move the headlines most.

    Runs on the inputs and the working tables of the last run; what is done is kept, so it may be stopped and
    goes on where it was. The next `make forecast` with the same inputs, code, draws and seed publishes the
    table.
    """
    console = Terminal(soft_wrap=True)
    started = time.monotonic()
    try:
        rows = _run(outputs.resolve(), data.resolve(), trajectories and trajectories.resolve(), console)
    except (NoSuchRelease, NotTheLastRun) as error:
        console.print(str(error))
        return 1
    seconds = time.monotonic() - started
    console.print(f"{rows} rows in {seconds:.0f} s. make forecast publishes them with the next release.")
    return 0


def _run(outputs: Path, data: Path, trajectories: Path | None, console: Terminal) -> int:
    from assets.inputs.input_store import InputStore
    from assets.inputs.input_tables import files_of_a_run
    from assets.inputs.settings import RunSettings
    from assets.release_history.sensitivity_runs import DrawsOfAnotherRun, what_matters
    from assets.release_history.sensitivity_table import made_with
    from assets.tables.parquet import read_frame
    from pipelines.nightly.code_version import code_version

    release = current_id(outputs)
    if release is None:
        raise NoSuchRelease("there is no release yet: make forecast")
    manifest = manifest_of(outputs, release)
    settings = RunSettings(
        data_directory=str(data),
        trajectories_directory=str(trajectories or ""),
        outputs_directory=str(outputs),
        draws=manifest["draws"],
        seed=manifest["seed"],
        code_version=code_version(),
    )
    store = InputStore(settings.inputs_path)
    inputs = {name: store.keep(path) for name, path in files_of_a_run(settings).items()}
    if inputs != manifest["inputs"] or settings.code_version != manifest["code_version"]:
        raise NotTheLastRun(f"inputs or code are not those of {release}: make forecast first")
    places = read_frame(outputs / "tables" / "places.parquet")
    system = system_code(places)
    now = made_with(inputs, settings.code_version, settings.draws, settings.seed)
    try:
        return len(what_matters(settings, system, now, console.print))
    except DrawsOfAnotherRun as error:
        raise NotTheLastRun(str(error)) from None
