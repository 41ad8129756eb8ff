"""`inbox`: takes in what lies in the inbox, once."""

from __future__ import annotations

import time
from pathlib import Path

import click

from housing_trajectories.plain_text import say
from pipelines.commands.options import default_outputs_option
from pipelines.inbox.inbox_run import STANDS_STILL_SECONDS, take_in, waiting
from pipelines.inbox.put_away import Inbox
from pipelines.nightly.run_lock import Busy, run_lock
from pipelines.operations.alerts import tell, tell_again


@click.command()
@default_outputs_option
def command(outputs: Path) -> int:
    """Process the inbox once, when its files have stopped changing; exit code 1 when one was refused."""
    outputs = outputs.resolve()
    inbox = Inbox.default()
    try:
        with run_lock(outputs, "the inbox", wait_seconds=0):
            receipts = take_in(inbox, outputs)
            if waiting(inbox):
                time.sleep(STANDS_STILL_SECONDS + 0.1)
                receipts += take_in(inbox, outputs)
    except Busy as error:
        say(str(error))
        return 1
    tell_again(outputs)
    for receipt in receipts:
        say(receipt.sentence())
        if alert := receipt.alert():
            tell(alert, outputs)
    say(f"{len(receipts)} processed, {len(waiting(inbox))} left for the next check")
    return 0 if all(receipt.well for receipt in receipts) else 1
