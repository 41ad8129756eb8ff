"""The log of nights under `outputs/nights`: why each ran, how it ended and what readers saw then.

A night is entered when it starts and completed when it ends, so that one that was killed can be told from
one that never began. One file a date in London: JSON, and the same as text.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, field, fields, replace
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from pipelines.nightly.last_run import write_durably

NIGHT_TAG = "placecast/night"
"""The tag of a run with the id of the night it belongs to."""

LONDON = ZoneInfo("Europe/London")
FOLDER = "nights"
STARTED, PUBLISHED, NOTHING_CHANGED, FAILED = "started", "published", "nothing_changed", "failed"
OUTCOMES = {
    STARTED: "started, not finished",
    PUBLISHED: "published",
    NOTHING_CHANGED: "nothing had changed",
    FAILED: "failed",
}


NO_NEWS = "Inputs, code and settings are the same as in the last successful run."


@dataclass(frozen=True)
class Night:
    """One night: why it ran, how it ended, what it made and what readers saw then."""

    id: str
    started: str
    outcome: str
    started_by: str
    reasons: list[str] = field(default_factory=list)
    seconds: float | None = None
    run_id: str | None = None
    release: str | None = None
    current: str | None = None
    message: str = ""

    def text(self) -> str:
        """The night in words, for the screen and the text file."""
        lines = [f"Night of {self.id[:10]}, started {self.started} by {self.started_by}: {self._end()}"]
        lines += [f"  because {reason}" for reason in self.reasons]
        if self.message:
            lines.append(f"  {self.message}")
        lines.append(f"  what readers see: {self.current or 'no release yet'}")
        return "\n".join(lines)

    def seen(self) -> str:
        """What readers see after a night that published nothing, as a sentence."""
        return f"Readers still see release {self.current}." if self.current else "Readers see no release yet."

    def _end(self) -> str:
        took = f" after {self.seconds:.0f} s" if self.seconds is not None else ""
        made = f", release {self.release}" if self.outcome == PUBLISHED and self.release else ""
        return f"{OUTCOMES[self.outcome]}{took}{made}"


def begin(
    outputs: Path,
    reasons: Sequence[str],
    started_by: str,
    *,
    now: datetime | None = None,
    keep: bool = True,
) -> Night:
    """Enter a night that starts now; with `keep` False it is only made, and entered when it ends."""
    moment = (now or datetime.now(UTC)).replace(microsecond=0)
    night = Night(
        id=_free_id(outputs, moment.astimezone(LONDON)),
        current=_current(outputs),
        started=moment.isoformat(),
        outcome=STARTED,
        started_by=started_by,
        reasons=list(reasons),
    )
    if keep:
        _enter(outputs, night)
    return night


def end(
    outputs: Path,
    night: Night,
    outcome: str,
    *,
    message: str = "",
    release: str | None = None,
    run_id: str | None = None,
    now: datetime | None = None,
) -> Night:
    """Complete a night, and return it as it was entered."""
    seconds = ((now or datetime.now(UTC)) - datetime.fromisoformat(night.started)).total_seconds()
    ended = replace(
        night,
        outcome=outcome,
        message=message,
        release=release,
        run_id=run_id or night.run_id,
        seconds=round(max(seconds, 0.0), 1),
        current=_current(outputs),
    )
    _enter(outputs, ended)
    return ended


def _current(outputs: Path) -> str | None:
    """The release readers see now."""
    link = outputs / "current"
    return link.resolve().name if link.exists() else None


def nights_of(outputs: Path, day: date) -> list[Night]:
    """The nights entered under a date in London, in their order; none when the file cannot be read."""
    try:
        entries: Sequence[Mapping[str, Any]] = json.loads(
            (outputs / FOLDER / f"{day.isoformat()}.json").read_text(encoding="utf-8")
        )["nights"]
        known = {each.name for each in fields(Night)}  # an earlier version's log says more of a night
        return [Night(**{name: entry[name] for name in known & entry.keys()}) for entry in entries]
    except (OSError, ValueError, TypeError, KeyError):
        return []


def find_night(outputs: Path, identifier: str) -> Night | None:
    """The night of an id such as `2026-11-22.1`."""
    try:
        day = date.fromisoformat(identifier[:10])
    except ValueError:
        return None
    return next((night for night in nights_of(outputs, day) if night.id == identifier), None)


def _free_id(outputs: Path, moment: datetime) -> str:
    day = moment.date()
    return f"{day.isoformat()}.{len(nights_of(outputs, day)) + 1}"


def _enter(outputs: Path, night: Night) -> None:
    day = date.fromisoformat(night.id[:10])
    nights = {known.id: known for known in nights_of(outputs, day)}
    nights[night.id] = night
    folder = outputs / FOLDER
    entries = [asdict(entry) for entry in nights.values()]
    write_durably(
        folder / f"{day.isoformat()}.json",
        json.dumps({"date": day.isoformat(), "nights": entries}, indent=1, ensure_ascii=False) + "\n",
    )
    write_durably(
        folder / f"{day.isoformat()}.txt", "\n\n".join(entry.text() for entry in nights.values()) + "\n"
    )
