"""What a run that was killed or ran out of disk leaves behind, cleared by the next one that holds the lock.

Nothing here is what readers see: half-written neighbours of tables, a release that was being built, a link
that was not yet moved into place, and a run that Dagster still believes to be going on.
"""

from __future__ import annotations

import shutil
from pathlib import Path

import dagster as dg

from pipelines.run_lock import Holder

_UNFINISHED = (dg.DagsterRunStatus.STARTING, dg.DagsterRunStatus.STARTED, dg.DagsterRunStatus.CANCELING)


def clear_leftovers(outputs: Path) -> list[str]:
    """Remove what no finished run left, and return its names. Only for who holds the run lock."""
    found = [*outputs.glob(".current-*"), *outputs.glob("releases/.building-*")]
    for folder in ("tables", "fits", "."):
        found += (outputs / folder).glob("**/.*.part" if folder != "." else ".*.part")
    for path in found:
        if path.is_dir() and not path.is_symlink():
            shutil.rmtree(path, ignore_errors=True)
        else:
            path.unlink(missing_ok=True)
    return sorted(path.name for path in found)


def report_dead(instance: dg.DagsterInstance, broken: Holder) -> None:
    """Tell Dagster that the run which held the lock and died with it is over: it would wait for it."""
    run = instance.get_run_by_id(broken.run_id) if broken.run_id else None
    if run is not None and run.status in _UNFINISHED:
        instance.report_run_failed(run, f"The run ended without a word: {broken.sentence()}")
