"""The night starts once a night at two in London, runs everything once, and skips without news."""

from __future__ import annotations

from datetime import UTC, date, datetime
from itertools import pairwise
from pathlib import Path
from zoneinfo import ZoneInfo

import dagster as dg
import pytest

from assets.inputs.places import place_codes
from assets.inputs.settings import RunSettings
from pipelines.nightly import schedules
from pipelines.nightly.night_log import NIGHT_TAG, NOTHING_CHANGED, STARTED, nights_of
from pipelines.nightly.run_lock import run_lock
from pipelines.nightly.schedules import nightly

NEWS = ["trajectories/luton.csv is changed"]


def tick(outputs: Path, monkeypatch: pytest.MonkeyPatch, reasons: list[str]) -> dg.RunRequest | None:
    """One tick of the schedule where these are the reasons to run."""
    monkeypatch.setattr(schedules, "reasons_to_run", lambda *_: reasons)
    at = datetime(2026, 11, 22, 2, tzinfo=ZoneInfo("Europe/London"))
    settings = RunSettings(outputs_directory=str(outputs))
    context = dg.build_schedule_context(scheduled_execution_time=at, resources={"settings": settings})
    with dg.DagsterInstance.ephemeral() as instance:
        # A schedule's context takes no instance that lives in memory only.
        monkeypatch.setattr(dg.ScheduleEvaluationContext, "instance", property(lambda _: instance))
        asked = nightly(context)
    assert isinstance(asked, dg.RunRequest | dg.SkipReason)
    return asked if isinstance(asked, dg.RunRequest) else None


def tonight(outputs: Path) -> list[str]:
    return [night.outcome for night in nights_of(outputs, datetime.now(ZoneInfo("Europe/London")).date())]


def test_a_tick_asks_for_one_run_of_everything(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    request = tick(tmp_path, monkeypatch, NEWS)
    assert request is not None
    assert request.run_key == "nightly-2026-11-22"
    assert request.asset_selection is None
    first, *_, last = place_codes(RunSettings().data_path)
    assert request.tags["dagster/asset_partition_range_start"] == first
    assert request.tags["dagster/asset_partition_range_end"] == last
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
    ticks = dg.TimeWindowPartitionsDefinition(
        start=datetime(year, 1, 1),
        end=datetime(year + 1, 1, 2),
        fmt="%Y-%m-%dT%H:%M:%S%z",
        cron_schedule=str(nightly.cron_schedule),
        timezone=nightly.execution_timezone,
    ).get_partition_keys(datetime(year + 1, 1, 3, tzinfo=UTC))
    nights = [datetime.fromisoformat(tick).astimezone(ZoneInfo("Europe/London")) for tick in ticks][:days]
    assert [night.date() for night in nights] == [
        date.fromordinal(date(year, 1, 1).toordinal() + day) for day in range(days)
    ]
    assert all((b.date() - a.date()).days == 1 for a, b in pairwise(nights))
    assert {night.hour for night in nights} == {2}
    hours = [(b.astimezone(UTC) - a.astimezone(UTC)).total_seconds() / 3600 for a, b in pairwise(nights)]
    assert sorted({*hours}) == [23, 24, 25], "the clock changes twice a year, and no night is lost or doubled"
