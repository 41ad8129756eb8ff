"""One run at a time over one outputs folder, whoever starts it: command line, schedule or web interface.

The lock is the operating system's own on `<outputs>/run.lock`, so it ends with the process that holds it,
however that ends. What stands in the file only says who holds it. A holder that ended without a word leaves
its words behind; the next one finds them and can tell of it.
"""

from __future__ import annotations

import fcntl
import json
import os
import socket
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import IO

NAME = "run.lock"
WAIT_SECONDS = 900.0
"""Longer than a run takes, so that a night that meets a run by hand comes after it and is not missed."""
_LOOK_EVERY = 0.5


class Busy(Exception):
    """Another run holds the outputs folder; the message says which."""


@dataclass(frozen=True)
class Holder:
    """Who holds the lock, or held it last and ended without giving it back."""

    pid: int
    started: str
    what: str
    host: str
    run_id: str | None = None

    def sentence(self) -> str:
        """Which run this is, for a person."""
        return f"{self.what}, process {self.pid} on {self.host}, started {self.started}"


@dataclass
class _Held:
    file: IO[str]
    holder: Holder
    broken: Holder | None
    depth: int = 1


_HELD: dict[Path, _Held] = {}


def acquire(
    outputs: Path,
    what: str,
    *,
    run_id: str | None = None,
    wait_seconds: float = WAIT_SECONDS,
    on_wait: Callable[[str], None] | None = None,
) -> Holder | None:
    """Take the lock and return the holder that broke off before, if one did.

    A process that holds it already takes it once more. Raises Busy when another process still holds it after
    `wait_seconds`; `on_wait` is told once who is waited for.
    """
    folder = outputs.resolve()
    held = _HELD.get(folder)
    if held:
        held.depth += 1
        if run_id:
            held.holder = _write(held.file, Holder(**{**asdict(held.holder), "run_id": run_id}))
        return held.broken
    folder.mkdir(parents=True, exist_ok=True)
    # Opened for appending: the words of the run that is going on must survive our look at them.
    file = (folder / NAME).open("a+", encoding="utf-8")
    try:
        _wait_for(file, folder, wait_seconds, on_wait)
        broken = _read(file)
        now = datetime.now(UTC).replace(microsecond=0).isoformat()
        holder = _write(file, Holder(os.getpid(), now, what, socket.gethostname(), run_id))
    except BaseException:
        file.close()
        raise
    _HELD[folder] = _Held(file, holder, broken)
    return broken


def release(outputs: Path) -> None:
    """Give the lock back; as often as it was taken in this process."""
    folder = outputs.resolve()
    held = _HELD.get(folder)
    if held is None:
        return
    held.depth -= 1
    if held.depth == 0:
        del _HELD[folder]
        held.file.truncate(0)
        held.file.close()


@contextmanager
def run_lock(
    outputs: Path,
    what: str,
    *,
    wait_seconds: float = WAIT_SECONDS,
    on_wait: Callable[[str], None] | None = None,
) -> Iterator[Holder | None]:
    """Hold the lock for a while; yields the holder that broke off before, if one did."""
    broken = acquire(outputs, what, wait_seconds=wait_seconds, on_wait=on_wait)
    try:
        yield broken
    finally:
        release(outputs)


def holder(outputs: Path) -> Holder | None:
    """Who holds the lock now; None when nobody does. Looks only, and creates nothing."""
    path = outputs.resolve() / NAME
    if path.parent in _HELD:
        return _HELD[path.parent].holder
    try:
        file = path.open("r", encoding="utf-8")
    except FileNotFoundError:
        return None
    with file:
        try:
            fcntl.flock(file, fcntl.LOCK_SH | fcntl.LOCK_NB)
        except BlockingIOError:
            return _read(file) or Holder(0, "a moment ago", "a run", "this machine")
    return None


def _wait_for(
    file: IO[str], folder: Path, wait_seconds: float, on_wait: Callable[[str], None] | None
) -> None:
    deadline = time.monotonic() + wait_seconds
    told = False
    while True:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
            return
        except BlockingIOError:
            other = _read(file)
            words = other.sentence() if other else "a run that has just started"
            if time.monotonic() >= deadline:
                raise Busy(
                    f"Another run is writing under {folder.name}/: {words}. Nothing was changed; "
                    "run again when it has ended."
                ) from None
            if on_wait and not told:
                on_wait(f"Waiting for another run to end: {words}")
                told = True
            time.sleep(min(_LOOK_EVERY, max(deadline - time.monotonic(), 0.01)))


def _read(file: IO[str]) -> Holder | None:
    file.seek(0)
    try:
        return Holder(**json.loads(file.read()))
    except (ValueError, TypeError):
        return None


def _write(file: IO[str], holder: Holder) -> Holder:
    file.seek(0)
    file.truncate(0)
    file.write(json.dumps(asdict(holder)))
    file.flush()
    return holder
