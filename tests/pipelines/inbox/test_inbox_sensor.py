"""A file in the inbox as the sensors see it: left while it grows, then quarantined or made a run of."""

from __future__ import annotations

import hashlib
import platform
import shutil
from dataclasses import dataclass
from pathlib import Path

import dagster as dg
import pytest

from assets.inputs.input_hashes import input_hashes
from assets.inputs.settings import RunSettings
from pipelines import sensors
from pipelines.inbox.inbox_run import STANDS_STILL_SECONDS, take_in
from pipelines.inbox.put_away import Inbox
from pipelines.nightly.code_version import code_version
from pipelines.nightly.last_run import LastRun, write_last_run
from pipelines.nightly.run_lock import run_lock
from tests.conftest import ROOT
from tests.shipped import DATA

FILE = "Luton trajectory 2026 final.csv"
RELEASE = "20261122T020000Z-47b61080"


@dataclass
class House:
    """Inputs, inbox and outputs of an installation, with a clock and a cursor that tests move by hand."""

    root: Path
    now: float = 0.0
    cursor: str | None = None

    @property
    def inbox(self) -> Inbox:
        inputs = self.root / "inputs"
        return Inbox(inputs / "inbox", inputs / "quarantine", self.root / "data", self.root / "trajectories")

    @property
    def outputs(self) -> Path:
        return self.root / "outputs"

    @property
    def settings(self) -> RunSettings:
        return RunSettings(
            data_directory=str(self.root / "data"),
            trajectories_directory=str(self.root / "trajectories"),
            outputs_directory=str(self.outputs),
        )

    def look_into_the_inbox(self) -> str:
        self.now += STANDS_STILL_SECONDS + 1
        with dg.DagsterInstance.ephemeral() as instance:
            context = dg.build_sensor_context(instance=instance, resources={"settings": self.settings})
            answer = sensors.inbox(context)
        assert isinstance(answer, dg.SkipReason)
        return answer.skip_message or ""

    def look_at_the_inputs(self) -> list[dg.RunRequest]:
        with dg.DagsterInstance.ephemeral() as instance:
            context = dg.build_sensor_context(
                instance=instance, cursor=self.cursor, resources={"settings": self.settings}
            )
            answer = sensors.changed_inputs(context)
        if isinstance(answer, dg.SkipReason):
            return []
        assert isinstance(answer, dg.SensorResult)
        self.cursor = answer.cursor
        return list(answer.run_requests or [])


@pytest.fixture
def house(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> House:
    """An installation whose last run read the shipped inputs by today's code."""
    shutil.copytree(DATA, tmp_path / "data")
    shutil.copytree(ROOT / "housing_trajectories" / "blmk", tmp_path / "trajectories")
    house = House(tmp_path)
    house.inbox.folder.mkdir(parents=True)
    release = house.outputs / "releases" / RELEASE
    release.mkdir(parents=True)
    (release / "manifest.json").write_text('{"inputs": {}, "tables": {}}')
    (house.outputs / "current").symlink_to(release)
    files = input_hashes(house.root / "data", house.root / "trajectories")
    settings = house.settings
    left = LastRun(
        RELEASE, "run", settings.draws, settings.seed, code_version(), platform.python_version(), files
    )
    write_last_run(house.outputs, left)
    monkeypatch.setattr(sensors, "take_in", lambda inbox, outputs: take_in(inbox, outputs, now=house.now))
    monkeypatch.setattr(sensors.Inbox, "default", classmethod(lambda cls: house.inbox))
    for name in ("PLACECAST_ALERT_SMTP_HOST", "PLACECAST_ALERT_WEBHOOK_URL"):
        monkeypatch.setenv(name, "")
    assert house.look_at_the_inputs() == []
    return house


def test_a_trajectory_that_arrives_in_pieces_is_taken_in_whole_and_run(house: House) -> None:
    before = (house.inbox.trajectories / "luton.csv").read_bytes()
    after = before.replace(b",87,86,87,", b",127,86,87,")
    assert after != before
    path = house.inbox.folder / FILE
    for end in (len(after) // 3, len(after) // 2, len(after)):
        path.write_bytes(after[:end])
        assert house.look_into_the_inbox() == "Nothing new in the inbox"
        assert house.look_at_the_inputs() == []
        assert (house.inbox.trajectories / "luton.csv").read_bytes() == before

    assert "accepted as trajectories/luton.csv" in house.look_into_the_inbox()
    assert (house.inbox.trajectories / "luton.csv").read_bytes() == after
    for content in (before, after):
        stored = house.outputs / "inputs" / hashlib.sha256(content).hexdigest()
        assert stored.read_bytes() == content
        assert stored.stat().st_mode & 0o222 == 0, "nobody writes to what has been stored"

    assert house.look_at_the_inputs() == [], "seen for the first time"
    [run] = house.look_at_the_inputs()
    assert run.asset_selection is None, "a run makes everything"


def test_a_file_with_errors_is_quarantined_told_of_and_starts_nothing(house: House) -> None:
    before = (house.inbox.trajectories / "luton.csv").read_bytes()
    wrong = before.replace(b",87,86,87,", b",many,86,87,")
    (house.inbox.folder / FILE).write_bytes(wrong)
    assert house.look_into_the_inbox() == "Nothing new in the inbox"
    assert "quarantined under quarantine/" in house.look_into_the_inbox()
    [folder] = house.inbox.quarantine.iterdir()
    findings = (folder / "findings.txt").read_text(encoding="utf-8")
    assert "many" in findings
    assert "luton.csv, row 3, column 2024/25, site remainder: found 'many'; expected a whole" in findings
    assert sorted(path.read_bytes() for path in folder.glob("*.csv")) == [wrong]
    assert (house.inbox.trajectories / "luton.csv").read_bytes() == before
    told = (house.outputs / "nights" / "alerts.log").read_text(encoding="utf-8")
    assert "quarantined_file" in told
    assert "many" in told
    assert house.look_at_the_inputs() == []
    assert house.look_at_the_inputs() == []


def test_nothing_is_taken_in_while_a_run_reads_the_inputs(house: House) -> None:
    (house.inbox.folder / FILE).write_bytes((house.inbox.trajectories / "luton.csv").read_bytes())
    house.look_into_the_inbox()
    with run_lock(house.outputs, "make forecast"):
        assert house.look_into_the_inbox().startswith("Waiting for a run to end: make forecast")
    assert (house.inbox.folder / FILE).exists()
    assert "already in use" in house.look_into_the_inbox()
    assert house.look_at_the_inputs() == []
    assert house.look_at_the_inputs() == [], "the version in use starts no run"
