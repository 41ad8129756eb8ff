"""What starts a run when something has changed, between the nights."""

from __future__ import annotations

import hashlib
from pathlib import Path

import dagster as dg

from assets.places import DATA_DIRECTORY, TRAJECTORIES_DIRECTORY
from pipelines.jobs import ALL_PLACES_TAGS, refresh


def inputs_digest(folders: tuple[Path, ...]) -> str:
    """A digest of every input file's name and content under the folders."""
    digest = hashlib.sha256()
    for folder in folders:
        for path in sorted(folder.rglob("*")):
            if path.is_file():
                digest.update(path.relative_to(folder).as_posix().encode())
                digest.update(path.read_bytes())
    return digest.hexdigest()


@dg.sensor(
    job=refresh,
    minimum_interval_seconds=60,
    description="Starts one run over all places when a figure, a scenario or a trajectory has changed",
)
def changed_inputs(context: dg.SensorEvaluationContext) -> dg.SensorResult | dg.SkipReason:
    """One run a change, once it has stood still for one look, so that no half-copied file is read.

    The cursor holds the digest that was last run and the one seen at the last look.
    """
    now = inputs_digest((DATA_DIRECTORY, TRAJECTORIES_DIRECTORY))
    done, _, seen = (context.cursor or "").partition(" ")
    if not done:
        return dg.SensorResult(
            skip_reason="First look: what is there is taken as known", cursor=f"{now} {now}"
        )
    if now == done:
        return dg.SkipReason("No input has changed")
    if now != seen:
        return dg.SensorResult(skip_reason="Changed: waiting until it stands still", cursor=f"{done} {now}")
    return dg.SensorResult(
        run_requests=[dg.RunRequest(run_key=f"inputs-{now[:16]}", tags=ALL_PLACES_TAGS)],
        cursor=f"{now} {now}",
    )
