"""The doctor names what keeps a night from ending well, and finds nothing wrong in a sound installation."""

from __future__ import annotations

import hashlib
import json
import shutil
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from assets.inputs import input_tables
from assets.inputs.settings import RunSettings
from pipelines.__main__ import main
from pipelines.commands import night
from pipelines.nightly.last_run import LastRun, write_last_run
from pipelines.nightly.night_log import NOTHING_CHANGED, begin, end, nights_of
from pipelines.operations import doctor
from pipelines.operations.alerts import Alert, tell
from pipelines.operations.doctor import WARN, WELL, WRONG
from pipelines.operations.watch import oddities
from tests.conftest import ROOT
from tests.shipped import AREA, DATA

NOW = datetime.now(UTC)
RELEASE = "20261122T020000Z-47b61080"


@pytest.fixture
def outputs(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    for name in ("DAGSTER_HOME", "PLACECAST_ALERT_SMTP_HOST", "PLACECAST_ALERT_WEBHOOK_URL"):
        monkeypatch.setenv(name, "")
    folder = tmp_path / "outputs"
    release = folder / "releases" / RELEASE
    release.mkdir(parents=True)
    (release / "population.parquet").write_bytes(b"people")
    manifest = {
        "release": RELEASE,
        "published_at": NOW.isoformat(),
        "inputs": {},
        "tables": {"population": {"parquet_sha256": hashlib.sha256(b"people").hexdigest()}},
    }
    (release / "manifest.json").write_text(json.dumps(manifest))
    (folder / "current").symlink_to(Path("releases") / RELEASE)
    write_last_run(folder, LastRun(RELEASE, "run", 9, 1, "code", "3.12", {}))
    end(folder, begin(folder, [], "hand", keep=False), NOTHING_CHANGED)
    return folder


def states(outputs: Path) -> dict[str, str]:
    return {look.what: look.state for look in doctor.examine(outputs)}


def test_a_sound_installation_is_well(outputs: Path, capsys: pytest.CaptureFixture[str]) -> None:
    found = states(outputs)
    assert WRONG not in found.values(), found
    assert found["last run"] == found["current release"] == found["run lock"] == WELL
    assert found["alerts"] == WARN, "nobody is alerted to a failed nightly run"
    assert main(["doctor", "--outputs", str(outputs)]) == 0
    assert "0 errors" in capsys.readouterr().out


def test_the_inputs_of_the_last_run_are_looked_at_wherever_they_stand(outputs: Path, tmp_path: Path) -> None:
    data = tmp_path / "my_data"
    shutil.copytree(DATA, data)
    trajectories = str(ROOT / "housing_trajectories" / "blmk")
    write_last_run(outputs, LastRun("r1", "run", 9, 1, "code", "3.12", {}, str(data), trajectories))
    look = doctor._inputs(outputs, AREA)
    assert look.state == WARN
    assert f"{data} and {trajectories}, which the last run read" in look.found
    assert "PLACECAST_DATA" in look.do
    (data / "infrastructure_levy.csv").unlink()
    look = doctor._inputs(outputs, AREA)
    assert look.state == WRONG
    assert "infrastructure_levy.csv: found no such file" in look.found


def test_an_area_that_never_ran_is_looked_at_as_its_folder_stands(
    outputs: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    area = tmp_path / "mine"
    area.mkdir()
    (area / "area.yaml").write_text("name: Mine\ncode: mine\nauthorities: [E06000031]\n", "utf-8")
    seen = []

    def looked_at(settings: RunSettings) -> None:
        seen.append((settings.data_path / "places.csv").read_text("utf-8"))

    monkeypatch.setattr(input_tables, "check_every_input", looked_at)
    assert doctor._inputs(outputs, area).found == f"{area} read without error"
    assert "E06000031,Peterborough" in seen[0]
    assert not (outputs / "composed").exists()
    (area / "area.yaml").write_text("name: Mine\ncode: mine\nauthorities: [E07000004]\n", "utf-8")
    look = doctor._inputs(outputs, area)
    assert look.state == WRONG
    assert f"{area}: area.yaml, column authorities: found E07000004" in look.found


def test_a_release_whose_table_was_changed_is_named(outputs: Path) -> None:
    (outputs / "releases" / RELEASE / "population.parquet").write_bytes(b"peopel")
    found = {look.what: look for look in doctor.examine(outputs)}
    assert found["current release"].state == WRONG
    assert "population" in found["current release"].found


def test_an_empty_installation_says_what_to_do_about_each_thing(tmp_path: Path) -> None:
    found = {look.what: look for look in doctor.examine(tmp_path / "outputs")}
    assert found["current release"].state == WRONG
    assert "alerts.md#no_release" in found["current release"].do
    assert "alerts.md#missing_night" in found["last night"].do


def test_a_history_that_was_never_begun_is_no_fault_and_one_that_was_named_and_is_not_there_is(
    outputs: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(doctor, "ROOT", tmp_path)
    for home, state in ((tmp_path / ".dagster", WARN), (tmp_path / "elsewhere", WRONG)):
        monkeypatch.setenv("DAGSTER_HOME", str(home))
        assert doctor._database().state == state


def test_what_a_night_goes_on_in_spite_of_is_named_by_the_doctor_and_told_once(outputs: Path) -> None:
    releases = outputs / "releases"
    (releases / "keep-for-board-meeting").mkdir()
    cut = releases / "20261120T020000Z-0000aaaa"
    cut.mkdir()
    (cut / "manifest.json").write_text('{"release": "2026')
    ahead = NOW + timedelta(days=40)
    later = releases / f"{ahead:%Y%m%dT%H%M%SZ}-0000bbbb"
    later.mkdir()
    (later / "manifest.json").write_text('{"inputs": {}, "tables": {}}')
    found = {look.what: look for look in doctor.examine(outputs)}
    for name in ("keep-for-board-meeting was not made by placecast", f"{cut.name} its manifest.json is cut"):
        assert name in found["releases folder"].found
    assert found["releases folder"].state == found["clock"].state == WARN
    assert f"release {later.name} is dated 39 days from now" in found["clock"].found
    told: list[str] = []

    class Somebody:
        name = "mail"

        def send(self, alert: Alert) -> None:
            told.append(alert.kind)

    for _ in range(2):
        for alert in oddities(outputs, NOW):
            assert tell(alert, outputs, [Somebody()]) == []  # type: ignore[list-item]
    assert sorted(told) == ["clock", "spoilt_release", "spoilt_release"]
    # While the clock is ahead, what stands out is the time in which nothing ran.
    first = (NOW.date()).isoformat()
    [clock] = [alert for alert in oddities(outputs, ahead) if alert.kind == "clock"]
    assert f"between {first} and {ahead.date()}, 40 days, nothing ran" in clock.title


def test_outputs_that_cannot_be_written_end_a_night_and_the_doctor_says_so(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    blocked = tmp_path / "a file"
    blocked.write_text("where a folder belongs")
    assert main(["night", "--outputs", str(blocked / "outputs")]) == 1
    assert "The nightly run could not start" in capsys.readouterr().out
    assert {f.what: f.state for f in doctor.examine(blocked / "outputs")}["outputs folder"] == WRONG


def test_a_night_that_fails_on_a_disk_that_takes_no_log_is_told_all_the_same(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    blocked = tmp_path / "a file"
    blocked.write_text("where a folder belongs")
    sent: list[str] = []

    class Somebody:
        name = "mail"

        def send(self, alert: Alert) -> None:
            sent.append(alert.text)

    monkeypatch.setattr("pipelines.operations.alerts.senders", lambda outputs: [Somebody()])
    assert main(["night", "--outputs", str(blocked / "outputs"), "--started-by", "systemd"]) == 1
    assert len(sent) == 1
    assert "The nightly run could not start" in sent[0]
    assert "The log of nightly runs cannot be written" in capsys.readouterr().out


def test_a_refused_night_nobody_watches_is_told(outputs: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    night._failed(outputs, "luton.csv, row 3", "systemd")
    told = (outputs / "nights" / "alerts.log").read_text()
    assert "luton.csv, row 3" in told
    assert nights_of(outputs, NOW.date())[-1].outcome == "failed"
