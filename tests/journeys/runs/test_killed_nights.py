"""Killed or out of disk: readers keep a whole release, and the next night recovers."""

from __future__ import annotations

import errno
import os
import shutil
import time
from datetime import date
from pathlib import Path

import pytest

from assets.tables import parquet
from benchmarks.validation.real_nights import (
    contents,
    environment,
    kill,
    night_command,
    start,
    whole,
    with_homes,
)
from pipelines.__main__ import main
from pipelines.nightly.night_log import STARTED, nights_of
from tests.conftest import ROOT
from tests.journeys.running import DRAWS, Run

pytestmark = pytest.mark.long

KILLED_AFTER = ("Full run", "  inputs", "  housing", "  population", "  demand")


@pytest.fixture
def outputs(main_run: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    shutil.copytree(main_run.outputs, tmp_path / "outputs", symlinks=True)
    shutil.copytree(ROOT / "housing_trajectories" / "blmk", tmp_path / "trajectories")
    for name in ("DAGSTER_HOME", "PLACECAST_DATA", "PLACECAST_TRAJECTORIES"):
        monkeypatch.setenv(name, "")
    return tmp_path / "outputs"


def hold(outputs: Path) -> int:
    trajectories = outputs.parent / "trajectories"
    return main(
        ["night", "--outputs", str(outputs), "--draws", str(DRAWS), "--trajectories", str(trajectories)]
    )


def killed_after(words: str, outputs: Path, log: Path) -> None:
    """Start a real night, and kill it with -9 once it has said these words."""
    process = start(night_command(outputs, outputs.parent / "trajectories", DRAWS), log)
    until = time.monotonic() + 1_800
    while process.poll() is None and words not in log.read_text(errors="replace"):
        assert time.monotonic() < until, log.read_text(errors="replace")
        time.sleep(0.05)
    kill(process)


def test_nights_killed_at_any_stage_leave_a_whole_release_and_the_next_recovers(
    outputs: Path, tmp_path: Path, main_run: Run
) -> None:
    assert "DAGSTER_HOME" not in environment()
    before = (outputs / "current").readlink()
    with_homes(tmp_path / "trajectories", "127")
    for words in KILLED_AFTER:
        killed_after(words, outputs, tmp_path / "night.log")
        assert (outputs / "current").readlink() == before
        assert whole(outputs / "current")
    [day] = (outputs / "nights").glob("*.json")
    entries = nights_of(outputs, date.fromisoformat(day.stem))
    assert {entry.outcome for entry in entries} == {STARTED}
    # The inputs are taken back: whatever the killed nights wrote must not show in what comes next.
    with_homes(tmp_path / "trajectories", "87")
    assert hold(outputs) == 0
    assert contents(outputs) == contents(main_run.outputs)
    assert not list(outputs.rglob(".*.part"))
    assert not list((outputs / "releases").glob(".building-*"))


def test_a_full_disk_ends_the_night_in_a_sentence_and_room_mends_it(
    outputs: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    before = (outputs / "current").readlink()
    with_homes(tmp_path / "trajectories", "127")
    finish = parquet.finish

    def full(temporary: Path, path: Path) -> None:
        if path.stem == "population":
            raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC), str(temporary))
        finish(temporary, path)

    with monkeypatch.context() as patched:
        patched.setattr(parquet, "finish", full)
        assert hold(outputs) == 1
    assert "No space left on device" in capsys.readouterr().out
    assert (outputs / "current").readlink() == before
    assert whole(outputs / "current")
    assert hold(outputs) == 0
    assert (outputs / "current").readlink() != before
    assert whole(outputs / "current")
