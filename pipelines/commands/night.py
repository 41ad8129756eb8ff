"""`python -m pipelines.commands.night`: the nightly job by hand. One run where inputs, code or settings
changed.

Ends with exit code 0 when a release was published or nothing had changed, 1 when the night failed and
the last release stays current. Dagster is imported only when there is something to make.
"""

from __future__ import annotations

import argparse
import os
import time
import warnings
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

from housing_trajectories.tools.plain_text import say
from pipelines.checks.check_process import CHECKING
from pipelines.commands.own_process import collect_seldom, leave
from pipelines.nightly.last_run import read_last_run, reasons_to_run
from pipelines.nightly.night_log import FAILED, NO_NEWS, NOTHING_CHANGED, Night, begin, end, find_night
from pipelines.nightly.run_lock import Busy, run_lock

_ROOT = Path(__file__).resolve().parents[2]
_BY = "hand"
_SHOWN = 5


def main(arguments: list[str] | None = None) -> int:
    """Compare, run what must be run, say what was done and why, and return the exit code."""
    options = _parser().parse_args(arguments)
    if options.data:
        os.environ["PLACECAST_DATA"] = str(options.data.resolve())
    if options.trajectories:
        os.environ["PLACECAST_TRAJECTORIES"] = str(options.trajectories.resolve())
    outputs = options.outputs.resolve()
    try:
        with run_lock(outputs, "a night", on_wait=say):
            return _night(options, outputs)
    except Busy as error:
        return _failed(outputs, str(error), options.started_by)
    except OSError as error:
        return _failed(outputs, f"The night could not be held: {error}", options.started_by)


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="night", description=__doc__.split("\n\n")[0])
    parser.add_argument("--data", type=Path, help="folder of input tables instead of data/")
    parser.add_argument("--trajectories", type=Path, help="folder of the councils' trajectories")
    parser.add_argument(
        "--outputs",
        type=Path,
        default=Path(os.environ.get("PLACECAST_OUTPUTS") or _ROOT / "outputs"),
        help="where tables and releases are",
    )
    parser.add_argument("--draws", type=int, help="number of draws beside the principal run")
    parser.add_argument("--seed", type=int, help="seed of the ensemble")
    parser.add_argument("--everything", action="store_true", help="run, changed or not")
    parser.add_argument("--started-by", default=_BY, help="who starts it, for the log of nights")
    return parser


def _night(options: argparse.Namespace, outputs: Path) -> int:
    from assets.inputs.defaults import DATA_DIRECTORY, DEFAULT_DRAWS, DEFAULT_SEED, TRAJECTORIES_DIRECTORY

    started = time.monotonic()
    data = (options.data or DATA_DIRECTORY).resolve()
    trajectories = (options.trajectories or TRAJECTORIES_DIRECTORY).resolve()
    draws = options.draws or DEFAULT_DRAWS
    seed = DEFAULT_SEED if options.seed is None else options.seed
    reasons = reasons_to_run(outputs, data, trajectories, draws, seed)
    if options.everything:
        reasons = ["everything was asked for"]
    if not reasons:
        record = read_last_run(outputs)
        message = NO_NEWS
        if record and (outputs / "current").resolve().name != record.release:
            message += f" Readers see an older release than the last one made, {record.release}."
        night = begin(outputs, [], options.started_by, keep=False)
        say(end(outputs, night, NOTHING_CHANGED, message=message).text())
        return 0
    settings = {
        "draws": draws,
        "seed": seed,
        "data_directory": str(data),
        "trajectories_directory": str(trajectories),
    }
    return _make(options.started_by, outputs, settings, reasons, started)


def _make(
    started_by: str, outputs: Path, settings: Mapping[str, Any], reasons: list[str], started: float
) -> int:
    # Its imports take as long as those below, which the other core has time for.
    CHECKING.start()
    # A wrong places.csv ends in a sentence and not in a traceback of an import.
    from housing_trajectories.findings import BadInput
    from housing_trajectories.tools.terminal import Terminal

    warnings.filterwarnings("ignore", message=".*backfill_policy.*")
    console = Terminal(soft_wrap=True)
    night = begin(outputs, reasons, started_by)
    say("One run of everything, because " + _some(reasons))
    try:
        collect_seldom()
        from pipelines.code_location import build_definitions, default_resources
        from pipelines.commands.forecast import execute, reason_of
        from pipelines.jobs import ALL_PLACES_TAGS, NIGHT_TAG

        definitions = build_definitions(default_resources(outputs, **settings))
        result = execute(console, definitions, started, {**ALL_PLACES_TAGS, NIGHT_TAG: night.id})
    except BadInput as error:
        return _failed(outputs, str(error), started_by, night)
    except Exception as error:
        # Dagster itself could not go on, such as without its database: steps' own errors come as a result.
        return _failed(outputs, _without_dagster(error), started_by, night)
    if not result.success:
        return _failed(outputs, reason_of(result), started_by, night, result.run_id)
    say((find_night(outputs, night.id) or night).text())
    return 0


def _some(reasons: list[str]) -> str:
    more = f"; and {len(reasons) - _SHOWN} more" if len(reasons) > _SHOWN else ""
    return "; ".join(reasons[:_SHOWN]) + more


def _without_dagster(error: BaseException) -> str:
    """An error outside any step, in the words of what it came from."""
    while error.__cause__ is not None:
        error = error.__cause__
    first = str(error).strip().splitlines()
    return f"the run could not be held ({type(error).__name__}): {first[0] if first else 'no words'}"


def _failed(
    outputs: Path, reason: str, started_by: str, night: Night | None = None, run_id: str | None = None
) -> int:
    from housing_trajectories.findings import inert

    night = night or begin(outputs, [], started_by, keep=False)
    try:
        night = end(outputs, night, FAILED, message=inert(reason, 2000), run_id=run_id)
    except OSError as error:
        # A disk that is full or read-only keeps no log; somebody must be told all the same.
        night = replace(night, outcome=FAILED, message=inert(reason, 2000))
        say(f"The log of nights cannot be written: {error.strerror}")
    say(night.text())
    if started_by != _BY:
        from pipelines.operations.alerts import Alert, tell

        text = f"{night.message}\nThe release before stays current: {night.current or 'there is none'}."
        alert = Alert(
            "failed_night", f"failed_night {night.id}", f"the night of {night.id[:10]} failed", text
        )
        for problem in tell(alert, outputs):
            say(f"  could not be told by {problem}")
    return 1


if __name__ == "__main__":
    leave(main())
