"""A changed input starts one run, once it stands still, and none is started for nothing."""

from __future__ import annotations

from pathlib import Path

import dagster as dg
import pytest

from assets.inputs.settings import RunSettings
from pipelines import sensors
from pipelines.jobs import ALL_PLACES_TAGS
from pipelines.nightly.run_lock import run_lock


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    folder = tmp_path / "inputs"
    folder.mkdir()
    (folder / "luton.csv").write_text("homes\n87\n", encoding="utf-8")
    return folder


def look(folder: Path, cursor: str | None) -> tuple[list[dg.RunRequest], str | None]:
    settings = RunSettings(
        data_directory=str(folder),
        trajectories_directory=str(folder),
        outputs_directory=str(folder.parent / "outputs"),
    )
    with dg.DagsterInstance.ephemeral() as instance:
        context = dg.build_sensor_context(instance=instance, cursor=cursor, resources={"settings": settings})
        result = sensors.changed_inputs(context)
    if isinstance(result, dg.SkipReason):
        return [], cursor
    assert isinstance(result, dg.SensorResult)
    return list(result.run_requests or []), result.cursor


def test_a_change_starts_one_run_after_it_has_stood_still(folder: Path) -> None:
    runs, cursor = look(folder, None)
    assert runs == []
    runs, cursor = look(folder, cursor)
    assert runs == []
    (folder / "luton.csv").write_text("homes\n425\n", encoding="utf-8")
    runs, cursor = look(folder, cursor)
    assert runs == [], "a file that has just changed may still be growing"
    runs, cursor = look(folder, cursor)
    assert len(runs) == 1
    assert runs[0].tags.items() >= ALL_PLACES_TAGS.items()
    assert runs[0].asset_selection is None
    assert look(folder, cursor)[0] == []


def test_a_change_taken_back_starts_nothing(folder: Path) -> None:
    _, cursor = look(folder, None)
    (folder / "luton.csv").write_text("homes\n425\n", encoding="utf-8")
    _, cursor = look(folder, cursor)
    (folder / "luton.csv").write_text("homes\n87\n", encoding="utf-8")
    runs, cursor = look(folder, cursor)
    assert runs == []
    assert look(folder, cursor)[0] == []


def test_a_change_during_a_run_waits_for_its_end(folder: Path) -> None:
    _, cursor = look(folder, None)
    (folder / "luton.csv").write_text("homes\n425\n", encoding="utf-8")
    _, cursor = look(folder, cursor)
    with run_lock(folder.parent / "outputs", "make forecast"):
        assert look(folder, cursor) == ([], cursor)
    assert len(look(folder, cursor)[0]) == 1
