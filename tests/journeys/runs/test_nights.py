"""Nights on real figures: what they leave is what a run of everything would have made, to the byte."""

from __future__ import annotations

import hashlib
import json
import shutil
from pathlib import Path

import pytest

from pipelines.__main__ import main
from tests.conftest import ROOT
from tests.journeys.running import DRAWS, Run, run_forecast

pytestmark = pytest.mark.long


def hold_night(monkeypatch: pytest.MonkeyPatch, outputs: Path, *arguments: str) -> int:
    for name in ("DAGSTER_HOME", "PLACECAST_DATA", "PLACECAST_TRAJECTORIES"):
        monkeypatch.setenv(name, "")
    return main(["night", "--outputs", str(outputs), "--draws", str(DRAWS), *arguments])


def hashes(folder: Path) -> dict[str, str]:
    return {
        path.relative_to(folder).as_posix(): hashlib.sha256(path.read_bytes()).hexdigest()
        for path in sorted(folder.rglob("*"))
        if path.is_file() and path.suffix in (".parquet", ".csv")
    }


@pytest.fixture
def after_a_run(main_run: Run, tmp_path: Path) -> Path:
    """A copy of the outputs of a run of everything, times of change and all."""
    shutil.copytree(main_run.outputs, tmp_path / "outputs", symlinks=True)
    return tmp_path / "outputs"


def forty_homes_more(path: Path) -> None:
    """A year of a trajectory with more homes than before, as a council that re-issues it might send it."""
    text = path.read_text(encoding="utf-8")
    assert ",87,86,87," in text
    path.write_text(text.replace(",87,86,87,", ",127,86,87,", 1), encoding="utf-8")


def test_without_news_nothing_runs_and_the_release_stays(
    after_a_run: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    before = (after_a_run / "current").readlink()
    tables = hashes(after_a_run / "tables")
    assert hold_night(monkeypatch, after_a_run) == 0
    assert "nothing had changed" in capsys.readouterr().out
    assert (after_a_run / "current").readlink() == before
    assert hashes(after_a_run / "tables") == tables


def test_a_night_after_one_trajectory_leaves_what_a_run_of_everything_makes(
    after_a_run: Path,
    main_run: Run,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    trajectories = tmp_path / "trajectories"
    shutil.copytree(ROOT / "housing_trajectories" / "blmk", trajectories)
    forty_homes_more(trajectories / "luton.csv")
    assert hold_night(monkeypatch, after_a_run, "--trajectories", str(trajectories)) == 0
    screen = capsys.readouterr().out
    assert "trajectories/luton.csv is changed" in screen
    log = next((after_a_run / "nights").glob("*.json"))
    entry = json.loads(log.read_text())["nights"][-1]
    assert entry["outcome"] == "published"
    assert entry["reasons"] == ["trajectories/luton.csv is changed"]

    # The same releases before it, since some tables speak of them; none of the tables, and no record.
    for name in ("fits", "releases", "inputs"):
        shutil.copytree(main_run.outputs / name, tmp_path / "full" / name)
    (tmp_path / "full" / "current").symlink_to((main_run.outputs / "current").readlink())
    full = run_forecast(monkeypatch, tmp_path / "full", "--trajectories", str(trajectories))
    assert full.exit_code == 0, full.screen
    assert hashes(after_a_run / "tables") == hashes(full.outputs / "tables")
    current, theirs = (folder / "current" for folder in (after_a_run, full.outputs))
    assert hashes(current) == hashes(theirs)
    assert hashes(current)["population.parquet"] != hashes(main_run.outputs / "current")["population.parquet"]
    checks, whole = (json.loads((f / "manifest.json").read_text())["checks"] for f in (current, theirs))
    assert {check["asset"] for check in checks} == {check["asset"] for check in whole}
