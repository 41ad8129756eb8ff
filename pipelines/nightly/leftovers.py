"""What a run that was killed or ran out of disk leaves behind, cleared by the next one that holds the lock.

Nothing here is what readers see: half-written neighbours of tables, a release that was being built, a link
that was not yet moved into place, and a run that Dagster still believes to be going on.
"""

from __future__ import annotations

import os
import re
import shutil
from pathlib import Path

import dagster as dg

from pipelines.nightly.run_lock import Holder

_UNFINISHED = (dg.DagsterRunStatus.STARTING, dg.DagsterRunStatus.STARTED, dg.DagsterRunStatus.CANCELING)


_NEIGHBOURS = ("", "tables/**/", "fits/", "inputs/", "nights/", "sensitivity/**/")
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
    try:
        os.kill(int(named[1]), 0)
    except ProcessLookupError:
        return False
    except PermissionError:
        return True
    return True


def report_dead(instance: dg.DagsterInstance, broken: Holder) -> None:
    """Tell Dagster that the run which held the lock and died with it is over: it would wait for it."""
    run = instance.get_run_by_id(broken.run_id) if broken.run_id else None
    if run is not None and run.status in _UNFINISHED:
        instance.report_run_failed(run, f"The run ended without a message: {broken.sentence()}")
