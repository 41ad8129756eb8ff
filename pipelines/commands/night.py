"""`night`: the nightly job by hand. One run where inputs, code or settings changed.

Dagster is imported only when there is something to make.
"""

from __future__ import annotations

import time
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

import click

from housing_trajectories.findings import BadInput, inert
from housing_trajectories.plain_text import say
from pipelines.commands.options import outputs_option, run_folders, settings_options
from pipelines.nightly.last_run import read_last_run, reasons_to_run
from pipelines.nightly.night_log import (
    FAILED,
    NIGHT_TAG,
    NO_NEWS,
    NOTHING_CHANGED,
    Night,
    begin,
    end,
    find_night,
)
from pipelines.nightly.run_lock import Busy, run_lock

_BY = "hand"
_SHOWN = 5


@click.command()
@settings_options
@outputs_option
@click.option("--everything", is_flag=True, help="make a full run even if nothing changed")
@click.option("--started-by", default=_BY, help="who starts it, for the log of nightly runs")
def command(settings: Mapping[str, Any], outputs: Path, everything: bool, started_by: str) -> int:
    """Make a full run if inputs, code or settings changed; otherwise nothing.

    Ends with exit code 0 when a release was published or nothing had changed, 1 when the run failed and
    readers still see the last release.
    """
    outputs = outputs.resolve()
    try:
        with run_lock(outputs, "a night", on_wait=say):
            return _night(outputs, settings, everything, started_by)
    except (Busy, BadInput) as error:
        return _failed(outputs, str(error), started_by)
    except OSError as error:
        return _failed(outputs, f"The nightly run could not start: {error}", started_by)


def _night(outputs: Path, settings: Mapping[str, Any], everything: bool, started_by: str) -> int:
    started = time.monotonic()
    data, trajectories = run_folders(settings, outputs)
    reasons = reasons_to_run(outputs, data, trajectories, settings["draws"], settings["seed"])
    if everything:
        reasons = ["a full run was requested"]
    if not reasons:
        record = read_last_run(outputs)
        message = NO_NEWS
        if record and (outputs / "current").resolve().name != record.release:
            message += f" Readers see an older release than the last one made, {record.release}."
        night = begin(outputs, [], started_by, keep=False)
        say(end(outputs, night, NOTHING_CHANGED, message=message).text())
        return 0
    return _make(outputs, settings, reasons, started_by, started)


def _make(
    outputs: Path, settings: Mapping[str, Any], reasons: list[str], started_by: str, started: float
) -> int:
    from housing_trajectories.terminal import Terminal
    from pipelines.failures import reason_of
    from pipelines.in_process import execute

    console = Terminal(soft_wrap=True)
    night = begin(outputs, reasons, started_by)
    say("Full run, because " + _some(reasons))
    try:
        result = execute(outputs, settings, tags={NIGHT_TAG: night.id}, console=console, started=started)
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
    return f"the run crashed ({type(error).__name__}): {first[0] if first else 'no words'}"


def _failed(
    outputs: Path, reason: str, started_by: str, night: Night | None = None, run_id: str | None = None
) -> int:
    night = night or begin(outputs, [], started_by, keep=False)
    try:
        night = end(outputs, night, FAILED, message=inert(reason, 2000), run_id=run_id)
    except OSError as error:
        # A disk that is full or read-only keeps no log; somebody must be told all the same.
        night = replace(night, outcome=FAILED, message=inert(reason, 2000))
        say(f"The log of nightly runs cannot be written: {error.strerror}")
    say(night.text())
    if started_by != _BY:
        from pipelines.operations.alerts import Alert, tell

        text = f"{night.message}\n{night.seen()}"
        alert = Alert(
            "failed_night", f"failed_night {night.id}", f"the nightly run of {night.id[:10]} failed", text
        )
        for problem in tell(alert, outputs):
            say(f"  could not be sent by {problem}")
    return 1
