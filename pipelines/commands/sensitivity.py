"""`python -m pipelines.commands.sensitivity`: which assumptions move the headlines most, for the next
release.

Runs on the inputs and the working tables of the last run; what is done is kept, so it may be stopped and goes
on where it was. The next `make forecast` with the same inputs, code, draws and seed publishes the table.
"""

from __future__ import annotations

import argparse
import os
import sys
import time
import warnings
from pathlib import Path

from assets.release_history.releases import NoSuchRelease, current_id, manifest_of
from housing_trajectories.tools.terminal import Terminal


def main(arguments: list[str] | None = None) -> int:
    """Run, say how far it is, and return the exit code."""
    options = _parser().parse_args(arguments)
    for name, folder in (("PLACECAST_DATA", options.data), ("PLACECAST_TRAJECTORIES", options.trajectories)):
        if folder:
            os.environ[name] = str(folder.resolve())
    warnings.filterwarnings("ignore", message=".*backfill_policy.*")
    console = Terminal(soft_wrap=True)
    started = time.monotonic()
    try:
        rows = _run(options, console)
    except (NoSuchRelease, NotTheLastRun) as error:
        console.print(str(error))
        return 1
    seconds = time.monotonic() - started
    console.print(f"{rows} rows in {seconds:.0f} s. make forecast publishes them with the next release.")
    return 0


class NotTheLastRun(Exception):
    """Inputs or code are not those of the current release; the message says what to do."""


def _parser() -> argparse.ArgumentParser:
    from assets.inputs.defaults import OUTPUTS_DIRECTORY

    parser = argparse.ArgumentParser(prog="sensitivity", description=(__doc__ or "").split("\n\n")[0])
    parser.add_argument("--data", type=Path, help="folder of input tables instead of data/")
    parser.add_argument("--trajectories", type=Path, help="folder of the councils' trajectories")
    parser.add_argument("--outputs", type=Path, default=OUTPUTS_DIRECTORY, help="where releases are")
    return parser


def _run(options: argparse.Namespace, console: Terminal) -> int:
    from assets.inputs.input_store import InputStore
    from assets.inputs.input_tables import files_of_a_run
    from assets.release_history.sensitivity_runs import DrawsOfAnotherRun, what_matters
    from assets.release_history.sensitivity_table import made_with
    from assets.tables.parquet import read_frame
    from pipelines.code_location import default_resources

    outputs = options.outputs.resolve()
    release = current_id(outputs)
    if release is None:
        raise NoSuchRelease("there is no release yet: make forecast")
    manifest = manifest_of(outputs, release)
    folders = {
        "data_directory": options.data and str(options.data.resolve()),
        "trajectories_directory": options.trajectories and str(options.trajectories.resolve()),
    }
    given = {name: value for name, value in folders.items() if value is not None}
    settings = default_resources(outputs, draws=manifest["draws"], seed=manifest["seed"], **given)["settings"]
    store = InputStore(settings.inputs_path)
    inputs = {name: store.keep(path) for name, path in files_of_a_run(settings).items()}
    if inputs != manifest["inputs"] or settings.code_version != manifest["code_version"]:
        raise NotTheLastRun(f"inputs or code are not those of {release}: make forecast first")
    places = read_frame(outputs / "tables" / "places.parquet")
    system = str(places.loc[places["kind"] == "system", "place"].item())
    now = made_with(inputs, settings.code_version, settings.draws, settings.seed)
    try:
        return len(what_matters(settings, system, now, console.print))
    except DrawsOfAnotherRun as error:
        raise NotTheLastRun(str(error)) from None


if __name__ == "__main__":
    sys.exit(main())
