"""`forecast`: one run of everything, with its progress and its summary on the terminal."""

from __future__ import annotations

import time
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import click

from housing_trajectories.findings import BETWEEN, BadInput, inert
from housing_trajectories.terminal import Terminal, styled
from pipelines.commands.options import outputs_option, settings_options
from pipelines.failures import reason_of
from pipelines.in_process import execute
from pipelines.nightly.run_lock import Busy, run_lock


@click.command()
@settings_options
@outputs_option
@click.option("--verbose", is_flag=True, help="each warning as it comes, and every place and year at the end")
def command(settings: Mapping[str, Any], outputs: Path, verbose: bool) -> int:
    """Run everything, publish a release and print its headlines on one screen.

    Ends with exit code 0 when a release was published, and with 1 and one message when it was not; the
    release before stays current.
    """
    console = Terminal(soft_wrap=True)
    try:
        with run_lock(outputs, "make forecast", on_wait=console.print):
            return _run(console, outputs, settings, verbose)
    except (BadInput, Busy) as error:
        return _refuse(console, str(error), outputs)


def _run(console: Terminal, outputs: Path, settings: Mapping[str, Any], verbose: bool) -> int:
    started = time.monotonic()
    console.print("placecast: reading the councils' trajectories and the census base, projecting, publishing")
    result = execute(outputs.resolve(), settings, console=console, started=started, verbose=verbose)
    if not result.success:
        return _refuse(console, reason_of(result), outputs)
    from pipelines.commands.summary import print_summary

    print_summary(console, (outputs / "current").resolve(), verbose=verbose)
    console.print(f"Done in {time.monotonic() - started:.0f} s.")
    return 0


def _refuse(console: Terminal, reason: str, outputs: Path) -> int:
    current = outputs / "current"
    # A line for each thing that was found.
    lines = "\n".join(inert(finding, 2000) for finding in reason.split(BETWEEN))
    console.print(styled(("Not published.", "bold red"), f" {lines}"))
    if current.exists():
        console.print(f"Readers still see the last release: {current.resolve().name}")
    return 1
