"""When runs start by themselves."""

from __future__ import annotations

import dagster as dg

from pipelines.automation import SCHEDULES
from pipelines.jobs import ALL_PLACES_TAGS, NIGHT_TAG, refresh
from pipelines.night_plan import Plan
from pipelines.nights import LONDON, NOTHING_CHANGED, begin, end
from pipelines.part_runs import Request, request_now
from pipelines.run_lock import holder

BY = "the schedule"


@dg.schedule(
    job=refresh,
    cron_schedule="0 2 * * *",
    execution_timezone="Europe/London",
    default_status=SCHEDULES,
    description="Every night at 02:00 in London: what changed since the last run, in one run; else nothing",
)
def nightly(context: dg.ScheduleEvaluationContext) -> dg.RunRequest | dg.SkipReason:
    """One run a night, keyed by the night so that a repeated tick starts nothing twice."""
    date = context.scheduled_execution_time.astimezone(LONDON).date().isoformat()
    outputs, ask = request_now()
    if running := holder(outputs):
        # What that run will have left cannot be known yet: everything is made, once it has ended.
        reason = f"another run was going on: {running.what}"
        night = begin(outputs, Plan({}, [], [reason]), BY)
        return dg.RunRequest(run_key=f"nightly-{date}", tags={**ALL_PLACES_TAGS, NIGHT_TAG: night.id})
    asked: Request = ask()
    if asked.plan.nothing:
        message = "No input, no code and no table differs from what the last successful run used and left."
        end(outputs, begin(outputs, None, BY, keep=False), NOTHING_CHANGED, message=message)
        return dg.SkipReason(message)
    night = begin(outputs, asked.plan, BY)
    return asked.run_request(f"nightly-{date}", {NIGHT_TAG: night.id})
