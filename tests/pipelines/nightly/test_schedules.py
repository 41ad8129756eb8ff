"""The night starts once a night at two in London, runs everything once, and skips without news."""

from __future__ import annotations

from datetime import UTC, date, datetime
from itertools import pairwise
from pathlib import Path
from zoneinfo import ZoneInfo

import dagster as dg
import pytest
from dagster._utils.schedules import cron_string_iterator

from assets.inputs.places import PLACES
from assets.inputs.settings import RunSettings
from pipelines.jobs import NIGHT_TAG
from pipelines.nightly import schedules
from pipelines.nightly.night_log import NOTHING_CHANGED, STARTED, nights_of
from pipelines.nightly.run_lock import run_lock
from pipelines.nightly.schedules import nightly

NEWS = ["trajectories/luton.csv is changed"]


def tick(outputs: Path, monkeypatch: pytest.MonkeyPatch, reasons: list[str]) -> dg.RunRequest | None:
    """One tick of the schedule where these are the reasons to run."""
    monkeypatch.setattr(schedules, "reasons_to_run", lambda *_: reasons)
    at = datetime(2026, 11, 22, 2, tzinfo=ZoneInfo("Europe/London"))
    settings = RunSettings(outputs_directory=str(outputs))
    context = dg.build_schedule_context(scheduled_execution_time=at, resources={"settings": settings})
    requests = nightly.evaluate_tick(context).run_requests
    assert requests is None or len(requests) <= 1
    return requests[0] if requests else None


def tonight(outputs: Path) -> list[str]:
    return [night.outcome for night in nights_of(outputs, datetime.now(ZoneInfo("Europe/London")).date())]


def test_a_tick_asks_for_one_run_of_everything(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    request = tick(tmp_path, monkeypatch, NEWS)
    assert request is not None
    assert request.run_key == "nightly-2026-11-22"
    assert request.asset_selection is None
    assert request.tags["dagster/asset_partition_range_start"] == PLACES.get_first_partition_key()
    assert request.tags["dagster/asset_partition_range_end"] == PLACES.get_last_partition_key()
    assert request.tags[NIGHT_TAG]
    assert tonight(tmp_path) == [STARTED]


def test_a_night_without_news_starts_nothing_and_is_entered(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert tick(tmp_path, monkeypatch, []) is None
    assert tonight(tmp_path) == [NOTHING_CHANGED]


def test_a_night_that_meets_another_run_comes_after_it(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with run_lock(tmp_path, "make forecast"):
        assert tick(tmp_path, monkeypatch, []) is not None
    assert tonight(tmp_path) == [STARTED]


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
