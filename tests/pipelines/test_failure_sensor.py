"""A run that fails completes its night's entry and is told once, in the words of the step that failed."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from pathlib import Path

import dagster as dg
import pytest

from assets.inputs.settings import RunSettings
from housing_trajectories.findings import BadInput, Finding
from pipelines import sensors
from pipelines.nightly.night_log import FAILED, LONDON, NIGHT_TAG, begin, nights_of


@dg.op
def read_luton() -> None:
    raise BadInput([Finding("luton.csv", 3, "2026/27", "many", "a number of homes")])


@dg.job(name="refresh")
def refused() -> None:
    read_luton()


def fail(outputs: Path, tags: dict[str, str]) -> None:
    with dg.DagsterInstance.ephemeral() as instance:
        result = refused.execute_in_process(instance=instance, raise_on_error=False, tags=tags)
        run = instance.get_run_by_id(result.run_id)
        assert run is not None
        context = dg.build_run_status_sensor_context(
            sensor_name="failed_run",
            dagster_event=result.get_run_failure_event(),
            dagster_instance=instance,
            dagster_run=run,
            resources={"settings": RunSettings(outputs_directory=str(outputs))},
        ).for_run_failure()
        for _ in range(2):  # A sensor's tick may come twice.
            sensors.failed_run(context)


def told(outputs: Path) -> list[dict[str, str]]:
    lines = (outputs / "nights" / "alerts.log").read_text(encoding="utf-8").splitlines()
    return [json.loads(line) for line in lines]


@pytest.fixture
def outputs(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    for name in ("PLACECAST_ALERT_SMTP_HOST", "PLACECAST_ALERT_WEBHOOK_URL"):
        monkeypatch.setenv(name, "")
    return tmp_path


def test_a_failed_night_is_entered_and_told_once(outputs: Path) -> None:
    night = begin(outputs, [], "the schedule")
    fail(outputs, {NIGHT_TAG: night.id})
    [entry] = nights_of(outputs, datetime.now(UTC).astimezone(LONDON).date())
    assert entry.outcome == FAILED
    assert "luton.csv, row 3" in entry.message
    [alert] = told(outputs)
    assert alert["kind"] == "failed_night"
    assert night.id[:10] in alert["title"]
    assert "luton.csv, row 3" in alert["text"]
    assert alert["do"].endswith("alerts.md#failed_night")


def test_a_run_between_the_nights_that_fails_is_told_too(outputs: Path) -> None:
    fail(outputs, {})
    [alert] = told(outputs)
    assert alert["title"] == "a run failed"
    assert "many" in alert["text"]
