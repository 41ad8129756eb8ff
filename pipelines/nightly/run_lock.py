"""One run at a time over one outputs folder, whoever starts it: command line, schedule or web interface.

The lock is the operating system's own on `<outputs>/run.lock` (filelock), so it ends with the process that
holds it, however that ends. What stands in the file only says who holds it. A holder that was killed leaves
its words behind; the next one finds them and can tell of it.
"""

from __future__ import annotations

import json
import os
import socket
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from filelock import FileLock, Timeout

NAME = "run.lock"
WAIT_SECONDS = 900.0
"""Longer than a run takes, so that a night that meets a run by hand comes after it and is not missed."""
_LOOK_EVERY = 0.5


class Busy(Exception):
    """Another run holds the outputs folder; the message says which."""


@dataclass(frozen=True)
class Holder:
    """Who holds the lock, or held it last and ended without giving it back.

    `broken` is whoever ended so before this one.
    """

    pid: int
    started: str
    what: str
    host: str
    run_id: str | None = None
    broken: Holder | None = None

    def sentence(self) -> str:
        """Which run this is, for a person."""
        return f"{self.what}, process {self.pid} on {self.host}, started {self.started}"


@contextmanager
def run_lock(
    outputs: Path,
    what: str,
    *,
    run_id: str | None = None,
    wait_seconds: float = WAIT_SECONDS,
    on_wait: Callable[[str], None] | None = None,
) -> Iterator[Holder | None]:
    """Hold the lock for a while; yields the holder that broke off before, if one did.

    A process that holds it already takes it once more. Raises Busy when another process still holds it after
    `wait_seconds`; `on_wait` is told once who is waited for.
    """
    path = outputs.resolve() / NAME
    path.parent.mkdir(parents=True, exist_ok=True)
    lock = _lock(path)
    mine = _read(path) if lock.is_locked else None
    _take(lock, path, wait_seconds, on_wait)
    try:
        broken = mine.broken if mine else _read(path)
        now = datetime.now(UTC).replace(microsecond=0).isoformat()
        first = mine or Holder(os.getpid(), now, what, socket.gethostname())
        _write(path, {**asdict(first), "run_id": run_id or first.run_id, "broken": broken and asdict(broken)})
        yield broken
    finally:
        try:
            if lock.lock_counter == 1:
                path.write_text("", encoding="utf-8")
        finally:
            lock.release()


def holder(outputs: Path) -> Holder | None:
    """Who holds the lock now; None when nobody does. Looks only, and creates nothing."""
    path = outputs.resolve() / NAME
    if not path.exists():
        return None
    lock = _lock(path)
    if lock.is_locked:
        return _read(path)
    try:
        with lock.acquire(blocking=False):
            return None
    except Timeout:
        return _read(path) or Holder(0, "a moment ago", "a run", "this machine")


def _lock(path: Path) -> FileLock:
    """The one lock of this process on that file, whatever thread asks."""
    return FileLock(path, thread_local=False, is_singleton=True, poll_interval=_LOOK_EVERY)


def _take(lock: FileLock, path: Path, wait_seconds: float, on_wait: Callable[[str], None] | None) -> None:
    try:
        lock.acquire(blocking=False)
        return
    except Timeout:
        other = _read(path)
        words = other.sentence() if other else "a run that has just started"
    if on_wait:
        on_wait(f"Waiting for another run to end: {words}")
    try:
        lock.acquire(timeout=wait_seconds)
    except Timeout:
        raise Busy(
            f"Another run is using {path.parent.name}/: {words}. Nothing was changed. "
            "Try again when it has finished."
        ) from None


def _read(path: Path) -> Holder | None:
    try:
        found: dict[str, Any] = json.loads(path.read_text(encoding="utf-8"))
        broken = found.pop("broken", None)
        return Holder(**found, broken=broken and Holder(**broken))
    except (OSError, ValueError, TypeError):
        return None


def _write(path: Path, words: dict[str, Any]) -> None:
    """Who holds the lock, in its file. Of whoever broke off only the last is kept."""
    if words["broken"]:
        words["broken"]["broken"] = None
    path.write_text(json.dumps(words), encoding="utf-8")
