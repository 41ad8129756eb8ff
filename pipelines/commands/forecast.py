"""`python -m pipelines.commands.forecast`: one run of everything, with its progress and its summary on the
terminal.

Ends with exit code 0 when a release was published, and with 1 and one message when it was not; the release
before stays current.
"""

from __future__ import annotations

import argparse
import gc
import os
import time
import warnings
from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING

from housing_trajectories.findings import BETWEEN, BadInput, inert
from housing_trajectories.tools.terminal import Terminal, styled
from pipelines.checks.check_process import CHECKING
from pipelines.commands.own_process import collect_seldom, leave, without_dask_arrays
from pipelines.nightly.run_lock import Busy, run_lock

if TYPE_CHECKING:
    import dagster as dg

_ROOT = Path(__file__).resolve().parents[2]


def default_outputs() -> Path:
    """The outputs folder of a command that is told none. Read late: a folder of inputs may be named first."""
    return Path(os.environ.get("PLACECAST_OUTPUTS") or _ROOT / "outputs")


def main(arguments: list[str] | None = None) -> int:
    """Run, report, and return the exit code."""
    options = _parser().parse_args(arguments)
    if options.data:
        os.environ["PLACECAST_DATA"] = str(options.data.resolve())
    if options.trajectories:
        os.environ["PLACECAST_TRAJECTORIES"] = str(options.trajectories.resolve())
    # Single-run backfills are marked beta in Dagster; a planner can do nothing about it.
    warnings.filterwarnings("ignore", message=".*backfill_policy.*")
    console = Terminal(soft_wrap=True)
    try:
        with run_lock(options.outputs, "make forecast", on_wait=console.print):
            return _run(options, console)
    except (BadInput, Busy) as error:
        return _refuse(console, str(error), options.outputs)


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="forecast", description=__doc__.split("\n\n")[0])
    parser.add_argument("--data", type=Path, help="folder of input tables instead of data/")
    parser.add_argument("--trajectories", type=Path, help="folder of the councils' trajectories")
    parser.add_argument(
        "--outputs", type=Path, default=default_outputs(), help="where tables and releases go"
    )
    parser.add_argument("--draws", type=_positive, help="number of draws beside the principal run")
    parser.add_argument("--seed", type=int, help="seed of the ensemble")
    return parser


def _positive(text: str) -> int:
    number = int(text)
    if number < 2:
        raise argparse.ArgumentTypeError("at least 2 draws")
    return number


def _run(options: argparse.Namespace, console: Terminal) -> int:
    started = time.monotonic()
    console.print("placecast: reading the councils' trajectories and the census base, projecting, publishing")
    CHECKING.start()
    collect_seldom()
    # Imported here so that a wrong places.csv ends in a sentence and not in a traceback of an import.
    from pipelines.code_location import build_definitions, default_resources
    from pipelines.commands.summary import print_summary
    from pipelines.jobs import ALL_PLACES_TAGS

    given = {
        "draws": options.draws,
        "seed": options.seed,
        "data_directory": options.data and str(options.data.resolve()),
        "trajectories_directory": options.trajectories and str(options.trajectories.resolve()),
    }
    settings = {name: value for name, value in given.items() if value is not None}
    definitions = build_definitions(default_resources(options.outputs.resolve(), **settings))
    result = execute(console, definitions, started, ALL_PLACES_TAGS)
    if not result.success:
        return _refuse(console, reason_of(result), options.outputs)
    print_summary(console, (options.outputs / "current").resolve())
    console.print(f"Done in {time.monotonic() - started:.0f} s.")
    return 0


def execute(
    console: Terminal, definitions: dg.Definitions, started: float, tags: Mapping[str, str]
) -> dg.ExecuteInProcessResult:
    """Run the job over all assets in this process, telling of each stage as it ends."""
    from pipelines.commands.progress import StageProgress

    job = definitions.resolve_job_def("refresh")
    gc.freeze()
    without_dask_arrays()
    with _instance() as instance, StageProgress(console, job, started):
        return job.execute_in_process(
            instance=instance,
            tags=dict(tags),
            raise_on_error=False,
            run_config={"loggers": {"progress": {"config": {}}}},
        )


def _instance() -> dg.DagsterInstance:
    """The instance of DAGSTER_HOME, so that the web interface shows the run; without one, a throw-away."""
    import dagster as dg

    return dg.DagsterInstance.get() if os.environ.get("DAGSTER_HOME") else dg.DagsterInstance.ephemeral()


def reason_of(result: dg.ExecuteInProcessResult) -> str:
    """Why the run failed, in the words of what failed first: a refused input, a broken check, an error."""
    for event in result.all_events:
        if event.event_type_value == "ASSET_CHECK_EVALUATION":
            evaluation = event.asset_check_evaluation_data
            if not evaluation.passed and evaluation.blocking:
                return f"check of {evaluation.asset_key.to_user_string()} failed: {evaluation.description}"
        if event.is_step_failure:
            error = event.step_failure_data.error
            while error is not None and error.cause is not None:
                error = error.cause
            if error is None:
                continue
            name, _, words = error.message.strip().partition(": ")
            if name.split(".")[-1] in ("BadInput", "AuditFailed"):
                return words
            return f"step {event.step_key} failed: {error.message.strip()}"
    return "the run failed before its first step"


def _refuse(console: Terminal, reason: str, outputs: Path) -> int:
    current = outputs / "current"
    console.print(styled(("Not published.", "bold red"), f" {_plain(reason)}"))
    if current.exists():
        console.print(f"The last release stays current: {current.resolve().name}")
    return 1


def _plain(text: str) -> str:
    """A line for each thing that was found."""
    return "\n".join(inert(finding, 2000) for finding in text.split(BETWEEN))


if __name__ == "__main__":
    leave(main())
