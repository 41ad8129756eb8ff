"""What starts runs between the nights, takes in what arrives, and tells of failures.

Annotations are not postponed here: Dagster reads the types of resources as they stand.
"""

import hashlib
import time
from collections.abc import Mapping, Sequence
from contextlib import suppress
from itertools import takewhile

import dagster as dg

from assets.inputs.input_hashes import input_hashes
from assets.inputs.places import every_place, place_codes
from assets.inputs.settings import RunSettings
from housing_trajectories.findings import BadInput
from pipelines.failures import cause_of, is_refusal, reason_before_steps
from pipelines.inbox.inbox_run import take_in
from pipelines.inbox.put_away import Inbox
from pipelines.jobs import refresh
from pipelines.nightly.last_run import read_last_run
from pipelines.nightly.leftovers import report_dead
from pipelines.nightly.night_log import FAILED, NIGHT_TAG, STARTED, end, find_night
from pipelines.nightly.run_lock import Busy, holder, run_lock
from pipelines.operations.alerts import Alert, tell, tell_again
from pipelines.operations.automation import SENSORS

INPUTS_TAG = "placecast/inputs"
"""The tag of a run with the digest of the inputs it was asked for."""
_PAUSES = (300, 3600)
"""Seconds before a run that failed is asked for a second and a third time."""
_UNFINISHED = [
    dg.DagsterRunStatus.NOT_STARTED,
    dg.DagsterRunStatus.QUEUED,
    dg.DagsterRunStatus.STARTING,
    dg.DagsterRunStatus.STARTED,
    dg.DagsterRunStatus.CANCELING,
]


def digest_of(hashes: Mapping[str, str]) -> str:
    """A digest of every input file's name and content."""
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

    The cursor holds the digest that a release stands on and the one seen at the last look; the first moves
    when a release stands, so a run that failed is asked for again unless it was refused in words.
    """
    _compose_between_runs(settings)
    folders = (settings.data_path, settings.trajectories_path)
    now = digest_of(input_hashes(*folders))
    done, _, seen = (context.cursor or "").partition(" ")
    record = read_last_run(settings.outputs_path)
    stands = digest_of(record.files) if record else done
    if not done:
        words = "First check: the inputs that are there count as known"
        return dg.SensorResult(skip_reason=words, cursor=f"{now} {now}")
    if now == stands:
        # Also where a change was taken back before any run of it left a release.
        return dg.SensorResult(skip_reason="A release stands on these inputs", cursor=f"{now} {now}")
    if now != seen:
        return dg.SensorResult(
            skip_reason="Changed: waiting until the files stop changing", cursor=f"{stands} {now}"
        )
    if running := holder(settings.outputs_path):
        return dg.SkipReason(f"Changed: waiting for another run to end, {running.sentence()}")
    before = context.instance.get_run_records(
        dg.RunsFilter(job_name=refresh.name, tags={INPUTS_TAG: now[:16]}), limit=len(_PAUSES) + 1
    )
    if context.instance.get_runs_count(dg.RunsFilter(job_name=refresh.name, statuses=_UNFINISHED)):
        return dg.SkipReason("Changed: waiting for a run that is on its way")
    if wait := _why_not_again(context.instance, before):
        return dg.SkipReason(wait)
    try:
        place_codes(settings.data_path)
    except BadInput as error:
        return dg.SkipReason(f"Changed, and no run is started: {error}")
    tags = {**every_place(context.instance, settings.data_path), INPUTS_TAG: now[:16]}
    # The same inputs may come back: no two runs have one key.
    key = f"inputs-{now[:16]}-{time.time_ns()}"
    return dg.SensorResult(run_requests=[dg.RunRequest(run_key=key, tags=tags)], cursor=f"{stands} {now}")


def _compose_between_runs(settings: RunSettings) -> None:
    """An area's inputs as they are now; those that a run is reading stay as they are until it ends."""
    if not holder(settings.outputs_path):
        with suppress(BadInput):  # The run refuses it in words, and the sensor `places` tells of it.
            settings.prepared()


def _why_not_again(instance: dg.DagsterInstance, before: Sequence[dg.RunRecord]) -> str:
    """Why a run of inputs that failed is not asked for again now; empty where it may be.

    A refused input or audit stays refused until somebody changes something. What else failed may have been
    a disk or a database that was away.
    """
    failed = list(takewhile(lambda record: record.dagster_run.status == dg.DagsterRunStatus.FAILURE, before))
    if not failed:
        return ""
    last = failed[0]
    steps = instance.all_logs(last.dagster_run.run_id, of_type=dg.DagsterEventType.STEP_FAILURE)
    causes = [cause_of(entry.get_dagster_event()) for entry in steps]
    refused = next((cause for cause in causes if is_refusal(cause)), "")
    if refused:
        return f"The last run of these inputs was refused: {refused[:500]}"
    if len(failed) > len(_PAUSES):
        return f"{len(failed)} runs of these inputs failed: the next night tries again, or a change"
    due = (last.end_time or last.update_timestamp.timestamp()) + _PAUSES[len(failed) - 1]
    return "The last run of these inputs failed: waiting before another" if time.time() < due else ""


@dg.sensor(
    minimum_interval_seconds=60,
    default_status=dg.DefaultSensorStatus.RUNNING,
    description="Tells Dagster of the places that places.csv names, so that people can choose among them",
)
def places(context: dg.SensorEvaluationContext, settings: RunSettings) -> dg.SkipReason:
    """Starts nothing. A places.csv that cannot be read is told of once, and looked at again each time."""
    try:
        if not holder(settings.outputs_path):
            settings.prepared()
        named = place_codes(settings.data_path)
    except BadInput as error:
        words = str(error)
        alert = Alert("refused_input", f"refused_input {words}", "places.csv cannot be read", words)
        for problem in tell(alert, settings.outputs_path):
            context.log.warning(problem)
        return dg.SkipReason(f"The places known before stay: {words}")
    every_place(context.instance, settings.data_path)
    return dg.SkipReason(f"Dagster knows the {len(named)} places of places.csv")


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
        with run_lock(outputs, "the inbox", wait_seconds=0):
            report_dead(context.instance, outputs)
            taken = take_in(Inbox.default(), outputs)
    except Busy as error:
        return dg.SkipReason(f"Waiting for a run to end: {error}")
    for problem in tell_again(outputs):
        context.log.warning(f"An earlier alert could still not be sent by {problem}")
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
    return next(causes, reason_before_steps(context.failure_event))[:2000]
