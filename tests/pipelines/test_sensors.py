"""A changed input starts one run, once it stands still, and none is started for nothing."""

from __future__ import annotations

from pathlib import Path

import dagster as dg
import pytest

from pipelines import sensors
from pipelines.jobs import places_tags
from pipelines.night_plan import Plan
from pipelines.part_runs import Request
from pipelines.run_lock import run_lock


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    (tmp_path / "luton.csv").write_text("homes\n87\n", encoding="utf-8")
    monkeypatch.setattr(sensors, "DATA_DIRECTORY", tmp_path)
    monkeypatch.setattr(sensors, "TRAJECTORIES_DIRECTORY", tmp_path)
    plan = Plan({"people": "takes in homes"}, ["E06000032"], ["luton.csv is changed"], ["figures"])
    asked = Request(plan, [dg.AssetKey("people")], places_tags(["E06000032"]))
    monkeypatch.setattr(sensors, "request_now", lambda: (tmp_path.parent / "outputs", lambda: asked))
    return tmp_path


def look(cursor: str | None) -> tuple[list[dg.RunRequest], str | None]:
    with dg.DagsterInstance.ephemeral() as instance:
        context = dg.build_sensor_context(instance=instance, cursor=cursor)
        result = sensors.changed_inputs(context)
    if isinstance(result, dg.SkipReason):
        return [], cursor
    assert isinstance(result, dg.SensorResult)
    return list(result.run_requests or []), result.cursor


def test_a_change_starts_one_run_after_it_has_stood_still(folder: Path) -> None:
    runs, cursor = look(None)
    assert runs == []
    runs, cursor = look(cursor)
    assert runs == []
    (folder / "luton.csv").write_text("homes\n425\n", encoding="utf-8")
    runs, cursor = look(cursor)
    assert runs == [], "a file that has just changed may still be growing"
    runs, cursor = look(cursor)
    assert len(runs) == 1
    assert runs[0].tags["dagster/asset_partition_range_end"] == "E06000032"
    assert runs[0].asset_selection == [dg.AssetKey("people")]
    assert look(cursor)[0] == []


def test_a_change_taken_back_starts_nothing(folder: Path) -> None:
    _, cursor = look(None)
    (folder / "luton.csv").write_text("homes\n425\n", encoding="utf-8")
    _, cursor = look(cursor)
    (folder / "luton.csv").write_text("homes\n87\n", encoding="utf-8")
    runs, cursor = look(cursor)
    assert runs == []
    assert look(cursor)[0] == []


def test_a_change_during_a_run_waits_for_its_end(folder: Path) -> None:
    _, cursor = look(None)
    (folder / "luton.csv").write_text("homes\n425\n", encoding="utf-8")
    _, cursor = look(cursor)
    with run_lock(folder.parent / "outputs", "make forecast"):
        assert look(cursor) == ([], cursor)
    assert len(look(cursor)[0]) == 1
