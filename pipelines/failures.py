"""Why a run failed, in words for who started it or is told of it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from housing_trajectories.plain_text import of_markdown

if TYPE_CHECKING:
    import dagster as dg


def reason_of(result: dg.ExecuteInProcessResult) -> str:
    """Why the run failed, in the words of what failed first: a refused input, a broken check, an error."""
    for event in result.all_events:
        if event.event_type_value == "ASSET_CHECK_EVALUATION":
            evaluation = event.asset_check_evaluation_data
            if not evaluation.passed and evaluation.blocking:
                words = of_markdown(evaluation.description or "")
                return f"check of {evaluation.asset_key.to_user_string()} failed: {words}"
        if event.is_step_failure:
            message = cause_of(event)
            if is_refusal(message):
                return message.partition(": ")[2]
            return f"step {event.step_key} failed: {message}"
    failed = next((event for event in result.all_events if event.is_job_failure), None)
    return reason_before_steps(failed) if failed else "the run failed before its first step"


def reason_before_steps(event: dg.DagsterEvent) -> str:
    """Why a run failed that reached no step, such as for its settings."""
    words = _cause(event.job_failure_data.error) if event.job_failure_data.error else event.message
    if is_refusal(words or ""):
        return (words or "").partition(": ")[2]
    return words or "the run failed before its first step"


def is_refusal(cause: str) -> bool:
    """Whether a run was refused for what it was given, and would be again."""
    return cause.partition(": ")[0].split(".")[-1] in ("BadInput", "AuditFailed")


def cause_of(event: dg.DagsterEvent) -> str:
    """What a step that failed came to grief on, under what Dagster makes of it."""
    return _cause(event.step_failure_data.error)


def _cause(error: Any) -> str:
    while error is not None and error.cause is not None:
        error = error.cause
    return error.message.strip() if error is not None else "without words"
