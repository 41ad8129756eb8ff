"""What starts runs between the nights, takes in what arrives, and tells of failures.

Annotations are not postponed here: Dagster reads the types of resources as they stand.
"""

import hashlib
from pathlib import Path

import dagster as dg

from assets.inputs.input_hashes import input_hashes
from assets.inputs.places import every_place
from assets.inputs.settings import RunSettings
from pipelines.failures import cause_of
from pipelines.inbox.inbox_run import take_in
from pipelines.inbox.put_away import Inbox
from pipelines.jobs import refresh
from pipelines.nightly.last_run import reasons_to_run
from pipelines.nightly.leftovers import report_dead
from pipelines.nightly.night_log import FAILED, NIGHT_TAG, STARTED, end, find_night
from pipelines.nightly.run_lock import Busy, holder, run_lock
from pipelines.operations.alerts import Alert, tell
from pipelines.operations.automation import SENSORS


def inputs_digest(folders: tuple[Path, Path]) -> str:
    """A digest of every input file's name and content under the two folders."""
    hashes = input_hashes(*folders)
    return hashlib.sha256("\n".join(f"{name} {hashes[name]}" for name in sorted(hashes)).encode()).hexdigest()


@dg.sensor(
    job=refresh,
    minimum_interval_seconds=60,
    default_status=SENSORS,
    description="Starts one run when a figure, a scenario or a trajectory has changed",
)
def changed_inputs(
    context: dg.SensorEvaluationContext, settings: RunSettings
) -> dg.SensorResult | dg.SkipReason:
    """One run a change, once it has stood still for one look, so that no half-copied file is read.

    The cursor holds the digest that was last run and the one seen at the last look.
    """
    outputs, folders = settings.outputs_path, (settings.data_path, settings.trajectories_path)
    now = inputs_digest(folders)
    done, _, seen = (context.cursor or "").partition(" ")
    if not done:
        return dg.SensorResult(
            skip_reason="First check: the inputs that are there count as known", cursor=f"{now} {now}"
        )
    if now == done:
        return dg.SkipReason("No input has changed")
    if now != seen:
        return dg.SensorResult(
            skip_reason="Changed: waiting until the files stop changing", cursor=f"{done} {now}"
        )
    if running := holder(outputs):
        return dg.SkipReason(f"Changed: waiting for another run to end, {running.sentence()}")
    if not reasons_to_run(outputs, *folders, settings.draws, settings.seed):
        return dg.SensorResult(skip_reason="The last run has read these inputs", cursor=f"{now} {now}")
    tags = every_place(context.instance, settings.data_path)
    request = dg.RunRequest(run_key=f"inputs-{now[:16]}", tags=tags)
    return dg.SensorResult(run_requests=[request], cursor=f"{now} {now}")


@dg.sensor(
    minimum_interval_seconds=60,
    default_status=dg.DefaultSensorStatus.RUNNING,
    description="Tells Dagster of the places that places.csv names, so that people can choose among them",
)
def places(context: dg.SensorEvaluationContext, settings: RunSettings) -> dg.SkipReason:
    """Starts nothing."""
    every_place(context.instance, settings.data_path)
    return dg.SkipReason("Dagster knows the places of places.csv")


@dg.sensor(
    name="inbox",
    minimum_interval_seconds=30,
    default_status=SENSORS,
    description="Takes in files put into inputs/inbox: checked, then accepted or quarantined with findings",
)
def inbox(context: dg.SensorEvaluationContext, settings: RunSettings) -> dg.SkipReason:
    """Files that stand still are taken in; `changed_inputs` then starts the run of what was accepted."""
    outputs = settings.outputs_path
    # A run of this very process would not be kept out by the lock, which it holds already.
    if running := holder(outputs):
        return dg.SkipReason(f"Waiting for a run to end: {running.sentence()}")
    try:
        with run_lock(outputs, "the inbox", wait_seconds=0) as broken:
            if broken and broken.run_id:
                report_dead(context.instance, broken)
            taken = take_in(Inbox.default(), outputs)
    except Busy as error:
        return dg.SkipReason(f"Waiting for a run to end: {error}")
    for receipt in taken:
        context.log.info(receipt.sentence())
        if alert := receipt.alert():
            for problem in tell(alert, outputs):
                context.log.warning(problem)
    return dg.SkipReason("; ".join(receipt.sentence() for receipt in taken) or "Nothing new in the inbox")


@dg.run_failure_sensor(
    monitored_jobs=[refresh],
    default_status=SENSORS,
    description="Completes the log of nightly runs and sends an alert when a run fails",
)
def failed_run(context: dg.RunFailureSensorContext, settings: RunSettings) -> None:
    """One alert a failed run; its words are those of the step that failed."""
    outputs = settings.outputs_path
    reason = _reason(context)
    run = context.dagster_run
    night = find_night(outputs, run.tags.get(NIGHT_TAG, ""))
    if night is not None and night.outcome == STARTED:
        end(outputs, night, FAILED, message=reason, run_id=run.run_id)
    key = f"failed_night {night.id}" if night else f"failed_run {run.run_id}"
    title = f"the nightly run of {night.id[:10]} failed" if night else "a run failed"
    text = f"{reason}\nRun {run.run_id}. Readers still see the last release."
    for problem in tell(Alert("failed_night", key, title, text), outputs):
        context.log.warning(problem)


def _reason(context: dg.RunFailureSensorContext) -> str:
    causes = (f"{event.step_key}: {cause_of(event)}" for event in context.get_step_failure_events())
    return next(causes, context.failure_event.message or "the run failed before its first step")[:2000]
