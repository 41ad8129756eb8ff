"""Whether the last night was held and ended well, and what somebody must be told if not.

Asked by something other than what holds the nights (a systemd timer, cron), some hours after two: a night
that never began cannot tell of itself.
"""

from __future__ import annotations

import shutil
from contextlib import suppress
from datetime import date, datetime, time, timedelta
from itertools import pairwise
from pathlib import Path

from assets.release_history.release_folders import current_id, moment_of, not_releases, release_ids
from housing_trajectories.findings import inert
from pipelines.nightly.night_log import FAILED, FOLDER, LONDON, NOTHING_CHANGED, PUBLISHED, STARTED, nights_of
from pipelines.nightly.run_lock import holder
from pipelines.operations.alerts import Alert

DUE = time(2)
HOURS_TO_END = 2
LOWEST_FREE_BYTES = 5_000_000_000
"""Two releases and the working tables of the default run, with room to spare."""
DAYS_WITHOUT_A_SIGN = 30
"""After so many days in which nothing ran the machine was off, or its clock has jumped."""


def last_due(now: datetime) -> date:
    """The date in London of the last night that ought to have ended by now."""
    london = now.astimezone(LONDON)
    ended = (datetime.combine(london.date(), DUE) + timedelta(hours=HOURS_TO_END)).time()
    return london.date() if london.time() >= ended else london.date() - timedelta(days=1)


def problems(outputs: Path, now: datetime) -> list[Alert]:
    """What somebody must look at; empty when all is well."""
    day = last_due(now)
    found = [*_night(outputs, day, now)]
    if current_id(outputs) is None:
        found.append(
            Alert(
                "no_release",
                f"no_release {day}",
                "no release is current",
                f"{outputs.name}/current points to no complete release: readers see nothing.",
            )
        )
    if outputs.exists() and (free := shutil.disk_usage(outputs).free) < LOWEST_FREE_BYTES:
        found.append(
            Alert(
                "low_disk",
                f"low_disk {day}",
                f"only {free / 1e9:.1f} GB of disk are free",
                f"A run needs at least {LOWEST_FREE_BYTES / 1e9:.0f} GB of free space.",
            )
        )
    return found + oddities(outputs, now)


def oddities(outputs: Path, now: datetime) -> list[Alert]:
    """What a night goes on in spite of: folders that are no whole release, and a clock that has jumped."""
    found = [
        Alert(
            "spoilt_release",
            f"spoilt_release {name} {why}",
            f"releases/{inert(name, 100)} {inert(why, 200)}",
            "It is not taken for a release, and nothing in it is changed or deleted.",
        )
        for name, why in not_releases(outputs).items()
    ]
    return found + [
        Alert("clock", f"clock {said}", said, "No release was deleted for it: days with a release count.")
        for said in _clock(outputs, now)
    ]


def _clock(outputs: Path, now: datetime) -> list[str]:
    """How the dates of releases and nights disagree with the clock, a sentence each."""
    there = release_ids(outputs)
    said = []
    if there and moment_of(there[-1]) > now + timedelta(hours=1):
        days = (moment_of(there[-1]) - now).days
        said.append(f"release {there[-1]} is dated {days} days from now: the clock was ahead, or is behind")
    signs = {moment_of(release).date() for release in there} | {now.date()}
    for path in (outputs / FOLDER).glob("*.json"):
        with suppress(ValueError):
            signs.add(date.fromisoformat(path.stem))
    for before, after in pairwise(sorted(day for day in signs if day <= now.date())):
        days = (after - before).days
        if days > DAYS_WITHOUT_A_SIGN and now.date() - after <= timedelta(days=DAYS_WITHOUT_A_SIGN):
            words = "nothing ran, so the machine was off or its clock jumped"
            said.append(f"between {before} and {after}, {days} days, {words}")
    return said


def _night(outputs: Path, day: date, now: datetime) -> list[Alert]:
    nights = nights_of(outputs, day)
    if not nights:
        return [
            Alert(
                "missing_night",
                f"missing_night {day}",
                f"no nightly run on {day}",
                f"No run was started on {day} (London). Readers see an older release.",
            )
        ]
    last = nights[-1]
    if last.outcome in (PUBLISHED, NOTHING_CHANGED):
        return []
    if last.outcome == FAILED:
        text = f"{last.message}\n{last.seen()}"
        return [Alert("failed_night", f"failed_night {last.id}", f"the nightly run of {day} failed", text)]
    assert last.outcome == STARTED
    running = holder(outputs)
    began = datetime.fromisoformat(last.started)
    if running is None:
        text = f"It started {last.started} and its process ended without a result. The next run cleans up."
        title = f"the nightly run of {day} did not finish"
        return [Alert("unfinished_night", f"unfinished {last.id}", title, text)]
    if now - began > timedelta(hours=HOURS_TO_END):
        text = f"It started {last.started} and still runs: {running.sentence()}."
        title = f"the nightly run of {day} is taking too long"
        return [Alert("long_night", f"long_night {last.id}", title, text)]
    return []
