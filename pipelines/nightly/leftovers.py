"""What a run that was killed or ran out of disk leaves behind, cleared by the next one that holds the lock.

Nothing here is what readers see: half-written neighbours of tables, a release that was being built, a link
that was not yet moved into place, and a run that Dagster still believes to be going on.
"""

from __future__ import annotations

import os
import re
import shutil
import socket
from pathlib import Path

import dagster as dg

_UNFINISHED = (dg.DagsterRunStatus.STARTING, dg.DagsterRunStatus.STARTED, dg.DagsterRunStatus.CANCELING)
_OUTPUTS, _PROCESS = "placecast/outputs", "placecast/process"
"""Tags of a run: the folder it writes to, and the host and number of the process that makes it."""

_NEIGHBOURS = ("", "area/", "tables/**/", "fits/", "inputs/", "nights/", "releases/*/", "sensitivity/**/")
_NEIGHBOUR = re.compile(r"\..+\.(\d+)\.part")
"""A file that is being written beside the one it will be, by the process of that number."""


def clear_leftovers(outputs: Path) -> list[str]:
    """Remove what no finished run left, and return its names. Only for who holds the run lock."""
    found = [*outputs.glob(".current-*")]
    for unfinished in (".building-*", ".gone-*"):
        found += outputs.glob(f"releases/{unfinished}")
    for folder in _NEIGHBOURS:
        found += [path for path in outputs.glob(f"{folder}.*.part") if not _being_written(path)]
    for path in found:
        if path.is_dir() and not path.is_symlink():
            shutil.rmtree(path, ignore_errors=True)
        else:
            path.unlink(missing_ok=True)
    return sorted(path.name for path in found)


def _being_written(path: Path) -> bool:
    """Whether another process lives that may be writing it: the log of nights is written without the lock."""
    named = _NEIGHBOUR.fullmatch(path.name)
    if named is None or int(named[1]) == os.getpid():
        return False
    return _alive(int(named[1]))


def _alive(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    except PermissionError:
        return True
    return True


def name_process(instance: dg.DagsterInstance, outputs: Path, run_id: str) -> None:
    """Let Dagster know which process makes a run, and over which outputs."""
    process = f"{socket.gethostname()} {os.getpid()}"
    instance.add_run_tags(run_id, {_OUTPUTS: str(outputs.resolve()), _PROCESS: process})


def report_dead(instance: dg.DagsterInstance, outputs: Path, *, but: str | None = None) -> None:
    """Tell Dagster that the runs over these outputs whose process is gone are over: it would wait for them.

    They were killed, or the database was away for so long that they could not say how they ended. Only for
    who holds the run lock; `but` is its own run.
    """
    these = dg.RunsFilter(statuses=[*_UNFINISHED], tags={_OUTPUTS: str(outputs.resolve())})
    for run in instance.get_runs(these):
        host, _, pid = run.tags.get(_PROCESS, "").partition(" ")
        gone = host == socket.gethostname() and (int(pid) == os.getpid() or not _alive(int(pid)))
        if gone and run.run_id != but:
            instance.report_run_failed(
                run, f"The run ended without a message: process {pid} on {host} is gone"
            )
