"""`python -m pipelines.operations.watch`: whether the last night was held and ended well, and an alert if
not.

Run by something other than what holds the nights (a systemd timer, cron), some hours after two: a night that
never began cannot tell of itself. Ends with exit code 0 when all is well and 1 when somebody must look.
"""

from __future__ import annotations

import argparse
import os
import shutil
import sys
from datetime import UTC, date, datetime, time, timedelta
from pathlib import Path

from housing_trajectories.tools.plain_text import say
from pipelines.nightly.night_log import FAILED, LONDON, NOTHING_CHANGED, PUBLISHED, STARTED, nights_of
from pipelines.nightly.run_lock import holder
from pipelines.operations.alerts import Alert, senders, tell

_ROOT = Path(__file__).resolve().parents[2]
DUE = time(2)
HOURS_TO_END = 2
LOWEST_FREE_BYTES = 5_000_000_000
"""Two releases and the working tables of the default run, with room to spare."""


def main(arguments: list[str] | None = None) -> int:
    """Look, tell, and return the exit code."""
    parser = argparse.ArgumentParser(prog="watch", description=__doc__.split("\n\n")[0])
    default = Path(os.environ.get("PLACECAST_OUTPUTS") or _ROOT / "outputs")
    parser.add_argument("--outputs", type=Path, default=default, help="where nights and releases are")
    parser.add_argument("--test", action="store_true", help="send a test alert by every sender and say how")
    options = parser.parse_args(arguments)
    outputs: Path = options.outputs.resolve()
    now = datetime.now(UTC)
    if options.test:
        return _test(outputs, now)
    found = problems(outputs, now)
    for alert in found:
        say(f"{alert.title}\n{alert.text}\nWhat to do: {alert.page()}")
        for problem in tell(alert, outputs):
            say(f"  could not be told by {problem}")
    if not found:
        say(f"The night of {last_due(now)} was held, and a release is current.")
    return 1 if found else 0


def last_due(now: datetime) -> date:
    """The date in London of the last night that ought to have ended by now."""
    london = now.astimezone(LONDON)
    ended = (datetime.combine(london.date(), DUE) + timedelta(hours=HOURS_TO_END)).time()
    return london.date() if london.time() >= ended else london.date() - timedelta(days=1)


def problems(outputs: Path, now: datetime) -> list[Alert]:
    """What somebody must look at; empty when all is well."""
    day = last_due(now)
    found = [*_night(outputs, day, now)]
    if not (outputs / "current" / "manifest.json").is_file():
        found.append(
            Alert(
                "no_release",
                f"no_release {day}",
                "no release is current",
                f"{outputs.name}/current leads to no whole release: readers see nothing.",
            )
        )
    if outputs.exists() and (free := shutil.disk_usage(outputs).free) < LOWEST_FREE_BYTES:
        found.append(
            Alert(
                "low_disk",
                f"low_disk {day}",
                f"only {free / 1e9:.1f} GB of disk are free",
                f"A run needs room beside what is there; {LOWEST_FREE_BYTES / 1e9:.0f} GB are asked for.",
            )
        )
    return found


def _night(outputs: Path, day: date, now: datetime) -> list[Alert]:
    nights = nights_of(outputs, day)
    if not nights:
        return [
            Alert(
                "missing_night",
                f"missing_night {day}",
                f"the night of {day} was not held",
                f"No run was started on {day} (London). Readers see the release before, which grows old.",
            )
        ]
    last = nights[-1]
    if last.outcome in (PUBLISHED, NOTHING_CHANGED):
        return []
    if last.outcome == FAILED:
        text = f"{last.message}\nThe release before stays current: {last.current or 'there is none'}."
        return [Alert("failed_night", f"failed_night {last.id}", f"the night of {day} failed", text)]
    assert last.outcome == STARTED
    running = holder(outputs)
    began = datetime.fromisoformat(last.started)
    if running is None:
        text = (
            f"It started {last.started} and its process is gone. The next run clears up after it by itself."
        )
        return [Alert("unfinished_night", f"unfinished {last.id}", f"the night of {day} broke off", text)]
    if now - began > timedelta(hours=HOURS_TO_END):
        text = f"It started {last.started} and still runs: {running.sentence()}."
        return [Alert("long_night", f"long_night {last.id}", f"the night of {day} does not end", text)]
    return []


def _test(outputs: Path, now: datetime) -> int:
    alert = Alert("test", f"test {now.isoformat()}", "test of the alerts", "Nothing is wrong.")
    try:
        names = [sender.name for sender in senders(outputs)]
    except ValueError:
        names = []
    failed = tell(alert, outputs)
    for problem in failed:
        say(f"not sent by {problem}")
    if not failed:
        say("sent by " + ", ".join(names))
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
