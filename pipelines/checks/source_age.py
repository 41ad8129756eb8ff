"""The age of sources in the web interface: a warning beside `source_freshness` once a newer release is due.

A check of its own job, looked at once a day: it speaks of today, so no release may rest on it.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, timedelta
from functools import cache

import dagster as dg
import pandas as pd

from assets.inputs.defaults import SHARED_DATA
from assets.inputs.source_freshness import past_due, read_source_freshness
from housing_trajectories.findings import BadInput
from housing_trajectories.plain_text import as_markdown
from pipelines.operations.automation import SCHEDULES

_DAYS_A_MONTH = 31


@dg.asset_check(
    asset="source_freshness",
    name="no_newer_release_is_out",
    blocking=False,
    description="No source's next release was expected before this month",
)
def no_newer_release_is_out(frame: pd.DataFrame) -> dg.AssetCheckResult:
    """A warning with the sources past due, the longest overdue first."""
    due = past_due(frame, date.today())
    lines = [
        as_markdown(f"{row['source_id']}: {row['newer_release']}, expected {row['next_release']}")
        for row in due.to_dict("records")
    ]
    return dg.AssetCheckResult(
        passed=due.empty,
        severity=dg.AssetCheckSeverity.WARN,
        description=f"{len(due)} of {len(frame)} sources past due: " + "; ".join(lines[:4])
        if lines
        else "none past due",
        metadata={"past_due": dg.MetadataValue.md("\n".join(f"- {line}" for line in lines) or "none")},
    )


@cache
def freshness_policies() -> Mapping[str, dg.FreshnessPolicy]:
    """Source → how long an input of it may stand before the web interface warns: its publisher's rhythm.

    Fails after twice the rhythm. A file that cannot be read gives none: a run refuses it in words.
    """
    try:
        frame = read_source_freshness(SHARED_DATA)
    except BadInput:
        return {}
    rhythms = frame.dropna(subset="rhythm_months").set_index("source_id")["rhythm_months"]
    return {
        str(source): dg.FreshnessPolicy.time_window(
            warn_window=timedelta(days=_DAYS_A_MONTH * months),
            fail_window=timedelta(days=2 * _DAYS_A_MONTH * months),
        )
        for source, months in rhythms.items()
    }


CHECK = dg.AssetSelection.checks(no_newer_release_is_out)

look_at_sources = dg.define_asset_job(
    name="look_at_sources",
    selection=CHECK,
    executor_def=dg.in_process_executor,
    description="Whether publishers have newer releases than ours by now; writes nothing",
)


@dg.schedule(
    job=look_at_sources,
    cron_schedule="0 7 * * *",
    execution_timezone="Europe/London",
    default_status=SCHEDULES,
    description="Every morning: which sources are past due",
)
def daily_look_at_sources(context: dg.ScheduleEvaluationContext) -> dg.RunRequest:
    """One look a day."""
    return dg.RunRequest(run_key=f"sources-{context.scheduled_execution_time.date().isoformat()}")
