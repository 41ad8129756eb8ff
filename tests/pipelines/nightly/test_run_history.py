"""Dagster's history keeps the last runs and those of releases that are there, and gives back its room."""

from __future__ import annotations

import json
from pathlib import Path

import dagster as dg
import pytest

from pipelines.nightly import run_history
from pipelines.nightly.run_history import purge_runs


@dg.op
def speak() -> None:
    print("a word")


@dg.job
def refresh() -> None:
    speak()


def test_the_last_runs_and_those_of_releases_are_kept_and_the_room_is_given_back(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(run_history, "KEPT_RUNS", 2)
    monkeypatch.setattr(run_history, "MOST_AT_ONCE", 2)
    outputs = tmp_path / "outputs"
    (tmp_path / "dagster").mkdir()
    with dg.DagsterInstance.local_temp(str(tmp_path / "dagster")) as instance:
        runs = [refresh.execute_in_process(instance=instance).run_id for _ in range(6)]
        release = outputs / "releases" / "20261122T020000Z-47b61080"
        release.mkdir(parents=True)
        (release / "manifest.json").write_text(json.dumps({"inputs": {}, "tables": {}, "run": runs[1]}))
        going_on = instance.create_run_for_job(refresh, status=dg.DagsterRunStatus.STARTED).run_id
        assert purge_runs(instance, outputs) == 2
        assert {run.run_id for run in instance.get_runs()} == {runs[1], *runs[3:], going_on}
        assert purge_runs(instance, outputs) == 1
        assert purge_runs(instance, outputs) == 0
        assert {run.run_id for run in instance.get_runs()} == {runs[1], *runs[4:], going_on}
        files = {path.stem for path in (tmp_path / "dagster").rglob("*.db")}
        assert files & set(runs) == {runs[1], *runs[4:]}
        assert len(instance.all_logs(runs[1])) > 5, "of what is kept every event is there"


def test_a_run_without_a_history_has_nothing_to_remove(tmp_path: Path) -> None:
    with dg.DagsterInstance.ephemeral() as instance:
        assert purge_runs(instance, tmp_path) == 0
