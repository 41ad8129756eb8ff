"""The process that holds tables to their declaration, and how a run asks it.

Knows nothing of Dagster, so that a command can start it before its own long imports.
"""

from __future__ import annotations

import atexit
import json
import os
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path
from threading import RLock
from typing import Any

_ROOT = Path(__file__).resolve().parents[2]


class Checking:
    """The process that looks at tables (`pipelines.checks.expectations`), started when first needed.

    It is asked a line at a time and ends by itself when this process does, however it ends.
    """

    def __init__(self) -> None:
        self._process: subprocess.Popen[str] | None = None
        self._begun: dict[tuple[str, ...], int] = {}
        self._replies: dict[int, dict[str, Any]] = {}
        self._number = 0
        self._lock = RLock()

    def start(self) -> None:
        """Start the process, unless it is running."""
        if self._process is not None and self._process.poll() is None:
            return
        self._begun.clear()
        self._process = subprocess.Popen(
            [sys.executable, "-m", "pipelines.checks.expectations"],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            text=True,
            encoding="utf-8",
            cwd=_ROOT,
            env={**os.environ, "GX_ANALYTICS_ENABLED": "false"},
        )
        atexit.register(self._process.communicate)

    def begin(self, table: str, files: Sequence[Path], places: Sequence[str]) -> int:
        """Have a table that has just been written looked at; the number under which the reply will come."""
        with self._lock:
            self.start()
            assert self._process is not None
            assert self._process.stdin is not None
            self._number += 1
            request = {
                "number": self._number,
                "table": table,
                "files": [str(file) for file in files],
                "places": list(places),
            }
            self._process.stdin.write(json.dumps(request) + "\n")
            self._process.stdin.flush()
            self._begun[_as_they_are(files)] = self._number
            return self._number

    def broken(self, table: str, files: Sequence[Path], places: Sequence[str]) -> list[str]:
        """What a table breaks of its declaration as its files are now, a sentence each."""
        with self._lock:
            number = self._begun.pop(_as_they_are(files), None) or self.begin(table, files, places)
            while number not in self._replies:
                assert self._process is not None
                assert self._process.stdout is not None
                line = self._process.stdout.readline()
                if not line:
                    self._process.wait()
                    raise RuntimeError(f"{table} could not be checked: the process that checks ended early")
                reply = json.loads(line)
                self._replies[reply["number"]] = reply
            reply = self._replies.pop(number)
        if "error" in reply:
            raise RuntimeError(f"{table} could not be checked: {reply['error']}")
        return list(reply["broken"])


def _as_they_are(files: Sequence[Path]) -> tuple[str, ...]:
    """What tells a file that has been written anew from the one that was looked at."""
    return tuple(f"{file} {stat.st_ino} {stat.st_mtime_ns}" for file in files for stat in [file.stat()])


CHECKING = Checking()
"""One for this process; it holds no tables, only which were asked about."""
