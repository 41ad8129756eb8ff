"""`doctor`: whether this installation can complete a nightly run, on one screen."""

from __future__ import annotations

from pathlib import Path

import click

from housing_trajectories.plain_text import say
from pipelines.commands.options import data_option, outputs_option
from pipelines.operations.doctor import WARN, WRONG, examine


@click.command()
@data_option
@outputs_option
def command(data: Path, outputs: Path) -> int:
    """Check whether this installation can complete a nightly run.

    Ends with exit code 0 when all is well, 1 when something would make a nightly run fail. A warning
    does not.
    """
    outputs = outputs.resolve()
    looks = list(examine(outputs, data.resolve()))
    for look in looks:
        say(f"{look.state:<6}{look.what:<20}{look.found}")
        if look.do:
            say(f"{'':26}→ {look.do}")
    wrong = sum(look.state == WRONG for look in looks)
    warnings = sum(look.state == WARN for look in looks)
    say(f"\n{wrong} errors, {warnings} warnings, {len(looks)} checks under {outputs}")
    return 1 if wrong else 0
