"""`watch`: whether the last nightly run took place and succeeded, and an alert if not."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

import click

from housing_trajectories.plain_text import say
from pipelines.commands.options import outputs_option
from pipelines.operations.alerts import Alert, senders, tell, tell_again
from pipelines.operations.watch import last_due, problems


@click.command()
@outputs_option
@click.option("--test", is_flag=True, help="send a test alert by every sender and say how")
def command(outputs: Path, test: bool) -> int:
    """Check whether the last nightly run took place and succeeded; send an alert if not.

    Ends with exit code 0 when all is well and 1 when somebody must look.
    """
    outputs = outputs.resolve()
    now = datetime.now(UTC)
    if test:
        return _test(outputs, now)
    for problem in tell_again(outputs):
        say(f"An earlier alert could still not be sent by {problem}")
    found = problems(outputs, now)
    for alert in found:
        say(f"{alert.title}\n{alert.text}\nWhat to do: {alert.page()}")
        for problem in tell(alert, outputs):
            say(f"  could not be sent by {problem}")
    if not found:
        say(f"The nightly run of {last_due(now)} succeeded, and a release is current.")
    return 1 if found else 0


def _test(outputs: Path, now: datetime) -> int:
    alert = Alert("test", f"test {now.isoformat()}", "test of the alerts", "Nothing is wrong.")
    failed = tell(alert, outputs)
    for problem in failed:
        say(f"not sent by {problem}")
    if not failed:
        say("sent by " + ", ".join(sender.name for sender in senders(outputs)))
    return 1 if failed else 0
