"""When runs start by themselves.

Annotations are not postponed here: Dagster reads the types of resources as they stand.
"""

from contextlib import suppress

import dagster as dg

from assets.inputs.places import every_place
from assets.inputs.settings import RunSettings
from housing_trajectories.findings import BadInput
from pipelines.jobs import refresh
from pipelines.nightly.last_run import reasons_to_run
from pipelines.nightly.night_log import LONDON, NIGHT_TAG, NO_NEWS, NOTHING_CHANGED, begin, end
from pipelines.nightly.run_lock import holder
from pipelines.operations.automation import SCHEDULES

BY = "the schedule"


@dg.schedule(
    job=refresh,
    cron_schedule="0 2 * * *",
    execution_timezone="Europe/London",
    default_status=SCHEDULES,
    description="Every night at 02:00 in London: one run if inputs, code or settings changed",
)
def nightly(context: dg.ScheduleEvaluationContext, settings: RunSettings) -> dg.RunRequest | dg.SkipReason:
    """One run a night, keyed by the night so that a repeated tick starts nothing twice."""
    outputs = settings.outputs_path
    if running := holder(outputs):
        # What that run will have left cannot be known yet: this one comes after it.
        reasons = [f"another run was going on: {running.what}"]
    else:
        with suppress(BadInput):  # A run of an area that cannot be composed refuses it in words.
            settings.prepared()
        reasons = reasons_to_run(
            outputs, settings.data_path, settings.trajectories_path, settings.draws, settings.seed
        )
    if not reasons:
        end(outputs, begin(outputs, [], BY, keep=False), NOTHING_CHANGED, message=NO_NEWS)
        return dg.SkipReason(NO_NEWS)
    date = context.scheduled_execution_time.astimezone(LONDON).date().isoformat()
    tags = every_place(context.instance, settings.data_path)
    night = begin(outputs, reasons, BY)
    return dg.RunRequest(run_key=f"nightly-{date}", tags={**tags, NIGHT_TAG: night.id})
