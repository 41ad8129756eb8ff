"""How long Dagster's history of runs is kept: by number, so that no clock that jumped takes it away.

Kept are the last KEPT_RUNS runs that ended, those that go on, and each that made a release that is kept.
"""

from __future__ import annotations

from contextlib import suppress
from pathlib import Path

import dagster as dg
from dagster._core.storage.event_log import SqliteEventLogStorage

from assets.release_history.release_folders import NoSuchRelease, manifest_of, release_ids

KEPT_RUNS = 60
MOST_AT_ONCE = 50
"""Runs that one night removes: a history of years goes in a few nights, and no night waits for it."""
_ENDED = [dg.DagsterRunStatus.SUCCESS, dg.DagsterRunStatus.FAILURE, dg.DagsterRunStatus.CANCELED]


def purge_runs(instance: dg.DagsterInstance, outputs: Path) -> int:
    """Remove older runs with their events and their words on the screen; how many were."""
    if instance.is_ephemeral:
        return 0
    of_releases = set()
    for release in release_ids(outputs):
        with suppress(NoSuchRelease):
            of_releases.add(manifest_of(outputs, release).get("run"))
    ended = instance.get_runs(dg.RunsFilter(statuses=_ENDED))  # the latest first
    old = [run.run_id for run in ended[KEPT_RUNS:] if run.run_id not in of_releases]
    for run_id in old[-MOST_AT_ONCE:]:
        instance.delete_run(run_id)
        instance.compute_log_manager.delete_logs(prefix=[run_id])
        storage = instance.event_log_storage
        if isinstance(storage, SqliteEventLogStorage):
            # Its rows are gone by now; the file would stay as large as it was.
            Path(storage.path_for_shard(run_id)).unlink(missing_ok=True)
    return len(old[-MOST_AT_ONCE:])
