"""When runs start by themselves."""

from __future__ import annotations

from collections.abc import Iterator

import dagster as dg

from pipelines.jobs import ALL_PLACES_TAGS, refresh


@dg.schedule(
    job=refresh,
    cron_schedule="0 2 * * *",
    execution_timezone="Europe/London",
    description="Every night at 02:00 in London, all places in one run",
)
def nightly(context: dg.ScheduleEvaluationContext) -> Iterator[dg.RunRequest]:
    """One run a night, keyed by the night so that a repeated tick starts nothing twice."""
    night = context.scheduled_execution_time.date().isoformat()
    yield dg.RunRequest(run_key=f"nightly-{night}", tags=ALL_PLACES_TAGS)
