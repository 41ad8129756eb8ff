"""The night starts once a night at two in London, makes what changed in one run, and skips without news."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, date, datetime
from itertools import pairwise
from pathlib import Path
from zoneinfo import ZoneInfo

import dagster as dg
import pytest
from dagster._utils.schedules import cron_string_iterator

from assets.places import PLACES
from pipelines import schedules
from pipelines.jobs import NIGHT_TAG, places_tags
from pipelines.night_plan import Plan
from pipelines.nights import NOTHING_CHANGED, STARTED, nights_of
from pipelines.part_runs import Request
from pipelines.run_lock import run_lock
from pipelines.schedules import nightly

Asked = Callable[[Plan], None]


@pytest.fixture
def asked(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Asked:
    def answer(plan: Plan) -> None:
        tags = places_tags(list(plan.places)) if plan.make else {}
        request = Request(plan, [dg.AssetKey(name) for name in plan.make], tags)
        monkeypatch.setattr(schedules, "request_now", lambda: (tmp_path, lambda: request))

    return answer


def tick() -> dg.RunRequest | None:
    at = datetime(2026, 11, 22, 2, tzinfo=ZoneInfo("Europe/London"))
    requests = nightly.evaluate_tick(dg.build_schedule_context(scheduled_execution_time=at)).run_requests
    assert requests is None or len(requests) <= 1
    return requests[0] if requests else None


def tonight(outputs: Path) -> list[str]:
    return [night.outcome for night in nights_of(outputs, datetime.now(ZoneInfo("Europe/London")).date())]


def test_a_tick_asks_for_one_run_of_what_changed(asked: Asked, tmp_path: Path) -> None:
    asked(Plan({"people": "takes in homes"}, ["E06000055"], ["a file is changed"], ["figures"]))
    request = tick()
    assert request is not None
    assert request.run_key == "nightly-2026-11-22"
    assert request.asset_selection == [dg.AssetKey("people")]
    assert request.tags["dagster/asset_partition_range_start"] == "E06000055"
    assert request.tags["dagster/asset_partition_range_end"] == "E06000055"
    assert request.tags[NIGHT_TAG]
    assert tonight(tmp_path) == [STARTED]


def test_a_night_without_news_starts_nothing_and_is_entered(asked: Asked, tmp_path: Path) -> None:
    asked(Plan({}, [], []))
    assert tick() is None
    assert tonight(tmp_path) == [NOTHING_CHANGED]


def test_a_night_that_meets_another_run_makes_everything_after_it(asked: Asked, tmp_path: Path) -> None:
    asked(Plan({}, [], []))
    with run_lock(tmp_path, "make forecast"):
        request = tick()
    assert request is not None
    assert request.asset_selection is None
    assert request.tags["dagster/asset_partition_range_start"] == PLACES.get_first_partition_key()
    assert request.tags["dagster/asset_partition_range_end"] == PLACES.get_last_partition_key()


@pytest.mark.parametrize("year", [2026, 2027, 2028])
def test_there_is_one_tick_a_night_through_both_clock_changes(year: int) -> None:
    days = (date(year + 1, 1, 1) - date(year, 1, 1)).days
    ticks = cron_string_iterator(
        datetime(year, 1, 1, tzinfo=UTC).timestamp(), nightly.cron_schedule, nightly.execution_timezone
    )
    nights = [next(ticks).astimezone(ZoneInfo("Europe/London")) for _ in range(days)]
    assert [night.date() for night in nights] == [
        date.fromordinal(date(year, 1, 1).toordinal() + day) for day in range(days)
    ]
    assert all((b.date() - a.date()).days == 1 for a, b in pairwise(nights))
    assert {night.hour for night in nights} == {2}
    hours = [(b.astimezone(UTC) - a.astimezone(UTC)).total_seconds() / 3600 for a, b in pairwise(nights)]
    assert sorted({*hours}) == [23, 24, 25], "the clock changes twice a year, and no night is lost or doubled"
