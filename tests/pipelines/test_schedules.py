"""The night starts once a night at two in London, all places in one run."""

from __future__ import annotations

from datetime import UTC, datetime
from itertools import pairwise
from zoneinfo import ZoneInfo

import dagster as dg
from dagster._utils.schedules import cron_string_iterator

from assets.places import PLACES
from pipelines.schedules import nightly


def test_a_tick_asks_for_one_run_over_every_place() -> None:
    context = dg.build_schedule_context(
        scheduled_execution_time=datetime(2026, 11, 22, 2, tzinfo=ZoneInfo("Europe/London"))
    )
    requests = nightly.evaluate_tick(context).run_requests
    assert requests is not None
    assert len(requests) == 1
    assert requests[0].run_key == "nightly-2026-11-22"
    assert requests[0].tags["dagster/asset_partition_range_start"] == PLACES.get_first_partition_key()
    assert requests[0].tags["dagster/asset_partition_range_end"] == PLACES.get_last_partition_key()


def test_there_is_one_tick_a_night_through_both_clock_changes() -> None:
    start = datetime(2026, 1, 1, tzinfo=UTC).timestamp()
    ticks = cron_string_iterator(start, nightly.cron_schedule, nightly.execution_timezone)
    nights = [next(ticks).astimezone(ZoneInfo("Europe/London")) for _ in range(365)]
    assert len({night.date() for night in nights}) == 365
    assert all((b.date() - a.date()).days == 1 for a, b in pairwise(nights))
    assert {night.hour for night in nights} == {2}
