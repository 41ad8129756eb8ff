"""Why a run failed, in words for who started it or is told of it."""

from __future__ import annotations

from typing import TYPE_CHECKING

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
            name, _, words = message.partition(": ")
            if name.split(".")[-1] in ("BadInput", "AuditFailed"):
                return words
            return f"step {event.step_key} failed: {message}"
    return "the run failed before its first step"


def cause_of(event: dg.DagsterEvent) -> str:
    """What a step that failed came to grief on, under what Dagster makes of it."""
    error = event.step_failure_data.error
    while error is not None and error.cause is not None:
        error = error.cause
    return error.message.strip() if error is not None else "without words"
