"""A changed input starts one run, once it stands still, and none is started for nothing."""

from __future__ import annotations

import time
from collections.abc import Iterator
from pathlib import Path

import dagster as dg
import pytest
from dagster._core.test_utils import create_run_for_test

from assets.inputs.input_hashes import input_hashes
from assets.inputs.places import PLACES, place_codes
from assets.inputs.settings import RunSettings
from pipelines import sensors
from pipelines.nightly.last_run import LastRun, forget_last_run, read_last_run, write_last_run
from pipelines.nightly.run_lock import run_lock


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    folder = tmp_path / "inputs"
    folder.mkdir()
    (folder / "luton.csv").write_text("homes\n87\n", encoding="utf-8")
    return folder


HEAD = "place,place_name,kind,trajectory_file\n"
A, B = "homes\n87\n", "homes\n425\n"


class Daemon:
    """Looks by the sensor, and what Dagster's daemon does of them: no run key twice, a run a request."""

    def __init__(self, folder: Path, instance: dg.DagsterInstance) -> None:
        self.folder, self.instance = folder, instance
        self.cursor: str | None = None
        self.said = ""
        self._keys: set[str] = set()

    @property
    def settings(self) -> RunSettings:
        outputs = str(self.folder.parent / "outputs")
        return RunSettings(
            data_directory=str(self.folder),
            trajectories_directory=str(self.folder),
            outputs_directory=outputs,
        )

    def look(self) -> list[dg.DagsterRun]:
        context = dg.build_sensor_context(
            instance=self.instance, cursor=self.cursor, resources={"settings": self.settings}
        )
        result = sensors.changed_inputs(context)
        if isinstance(result, dg.SkipReason):
            self.said = result.skip_message or ""
            return []
        assert isinstance(result, dg.SensorResult)
        self.cursor = result.cursor or self.cursor
        self.said = result.skip_reason.skip_message or "" if result.skip_reason else ""
        requests = [request for request in result.run_requests or [] if request.run_key not in self._keys]
        self._keys |= {request.run_key or "" for request in requests}
        return [
            create_run_for_test(
                self.instance, job_name="refresh", tags=request.tags, status=dg.DagsterRunStatus.STARTED
            )
            for request in requests
        ]

    def write(self, text: str) -> None:
        (self.folder / "luton.csv").write_text(text, encoding="utf-8")

    def publishes(self, run: dg.DagsterRun) -> None:
        settings = self.settings
        files = input_hashes(settings.data_path, settings.trajectories_path)
        write_last_run(settings.outputs_path, LastRun("r", run.run_id, 500, 1, "code", "3.12", files))
        self.instance.handle_run_event(run.run_id, _ended(run, dg.DagsterEventType.PIPELINE_SUCCESS))

    def fails(self, run: dg.DagsterRun) -> None:
        forget_last_run(self.settings.outputs_path)
        self.instance.handle_run_event(run.run_id, _ended(run, dg.DagsterEventType.PIPELINE_FAILURE))


def _ended(run: dg.DagsterRun, how: dg.DagsterEventType) -> dg.DagsterEvent:
    return dg.DagsterEvent(how.value, run.job_name, message="ended")


@pytest.fixture
def daemon(folder: Path) -> Iterator[Daemon]:
    (folder / "places.csv").write_text(
        f"{HEAD}E06000032,Luton,place,luton.csv\nSYSTEM,S,system,\n", encoding="utf-8"
    )
    with dg.DagsterInstance.ephemeral() as instance:
        daemon = Daemon(folder, instance)
        daemon.write(A)
        assert daemon.look() == [], "what is there at first counts as known"
        yield daemon


def changed(daemon: Daemon, text: str) -> dg.DagsterRun:
    """A change, and the run that is started once it has stood still for a look."""
    daemon.write(text)
    assert daemon.look() == [], "a file that has just changed may still be growing"
    [run] = daemon.look()
    return run


def test_a_change_starts_one_run_after_it_has_stood_still(daemon: Daemon) -> None:
    assert daemon.look() == []
    run = changed(daemon, B)
    assert run.asset_selection is None
    assert daemon.look() == []
    assert daemon.said == "Changed: waiting for a run that is on its way"
    daemon.publishes(run)
    assert daemon.look() == []
    assert daemon.said == "A release stands on these inputs"


def test_inputs_that_come_back_are_run_again_and_the_last_ones_stand(daemon: Daemon) -> None:
    for text in (B, A, B, A, B):
        daemon.publishes(changed(daemon, text))
    record = read_last_run(daemon.settings.outputs_path)
    assert record is not None
    assert record.files == input_hashes(daemon.folder, daemon.folder)
    assert daemon.look() == daemon.look() == []


def test_a_change_taken_back_starts_nothing(daemon: Daemon) -> None:
    daemon.write(B)
    assert daemon.look() == []
    daemon.write(A)
    assert daemon.look() == daemon.look() == []


def test_a_change_taken_back_while_its_run_goes_on_is_run(daemon: Daemon) -> None:
    """No look falls between the release of the change and its being taken back."""
    run = changed(daemon, B)
    daemon.publishes(run)
    assert len([changed(daemon, A)]) == 1


def test_a_run_that_failed_for_what_may_pass_is_asked_for_again_after_a_while(
    daemon: Daemon, monkeypatch: pytest.MonkeyPatch
) -> None:
    clock = [time.time()]
    monkeypatch.setattr(sensors.time, "time", lambda: clock[0])
    run = changed(daemon, B)
    for pause in (301, 3601):
        daemon.fails(run)
        assert daemon.look() == []
        assert daemon.said == "The last run of these inputs failed: waiting before another"
        clock[0] += pause
        [run] = daemon.look()
    daemon.fails(run)
    clock[0] += 1e6
    assert daemon.look() == []
    assert "3 runs of these inputs failed" in daemon.said
    daemon.publishes(changed(daemon, "homes\n88\n"))
    assert daemon.look() == []


def test_a_run_that_was_refused_in_words_is_not_asked_for_again(
    daemon: Daemon, monkeypatch: pytest.MonkeyPatch
) -> None:
    run = changed(daemon, B)
    daemon.fails(run)
    monkeypatch.setattr(daemon.instance, "all_logs", lambda *_, **__: [Refused()])
    monkeypatch.setattr(sensors, "cause_of", lambda event: event)
    monkeypatch.setattr(sensors.time, "time", lambda: 1e12)
    assert daemon.look() == []
    assert "was refused: housing_trajectories.findings.BadInput: luton.csv, row 2" in daemon.said


class Refused:
    def get_dagster_event(self) -> str:
        return "housing_trajectories.findings.BadInput: luton.csv, row 2"


def test_a_change_during_a_run_waits_for_its_end(daemon: Daemon) -> None:
    daemon.write(B)
    daemon.look()
    with run_lock(daemon.folder.parent / "outputs", "make forecast"):
        assert daemon.look() == []
        assert "waiting for another run to end" in daemon.said
    assert len(daemon.look()) == 1


def test_a_code_location_that_runs_learns_of_a_new_place_and_forgets_one_that_is_gone(daemon: Daemon) -> None:
    def places(*codes: str) -> None:
        rows = "".join(f"{code},Place {code},place,{code}.csv\n" for code in codes)
        text = f"{HEAD}{rows}SYSTEM,The system,system,\n"
        (daemon.folder / "places.csv").write_text(text, encoding="utf-8")

    # One that sorts before the others, and one that is gone.
    for codes in (("E06000032", "E06000055", "E06000042"), ("E06000031", "E06000032", "E06000042")):
        places(*codes)
        daemon.look()
        [run] = daemon.look()
        first, last = (run.tags[f"dagster/asset_partition_range_{end}"] for end in ("start", "end"))
        with dg.partition_loading_context(dynamic_partitions_store=daemon.instance):
            named = PLACES.get_partition_keys_in_range(dg.PartitionKeyRange(first, last))
        assert set(named) == set(codes)
        daemon.publishes(run)


def test_a_spoilt_places_csv_is_told_of_by_name_and_mended_without_a_restart(
    daemon: Daemon, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("PLACECAST_ALERT_SMTP_HOST", "PLACECAST_ALERT_WEBHOOK_URL"):
        monkeypatch.setenv(name, "")

    def look_at_places() -> str:
        resources = {"settings": daemon.settings}
        context = dg.build_sensor_context(instance=daemon.instance, resources=resources)
        return sensors.places(context).skip_message or ""

    path = daemon.folder / "places.csv"
    whole = path.read_text(encoding="utf-8")
    assert look_at_places() == "Dagster knows the 1 places of places.csv"
    for _ in range(2):
        path.write_text("half a fi", encoding="utf-8")
        assert "places.csv, row 1" in look_at_places()
        assert "places.csv, row 1" in look_at_places()
        assert daemon.look() == daemon.look() == []
        assert "no run is started: places.csv, row 1" in daemon.said
        path.write_text(whole.replace("Luton", "Luton Borough"), encoding="utf-8")
        assert look_at_places() == "Dagster knows the 1 places of places.csv"
        assert daemon.look() == []
        [run] = daemon.look()
        daemon.publishes(run)
        path.write_text(whole, encoding="utf-8")
        daemon.look()
        [run] = daemon.look()
        daemon.publishes(run)
    log = (daemon.settings.outputs_path / "nights" / "alerts.log").read_text().splitlines()
    assert len(log) == 1, "the same words are told once"
    assert "places.csv, row 1" in log[0]


def test_the_web_interface_can_choose_among_the_places_before_any_run(folder: Path) -> None:
    settings = RunSettings()
    with dg.DagsterInstance.ephemeral() as instance:
        context = dg.build_sensor_context(instance=instance, resources={"settings": settings})
        sensors.places(context)
        assert sorted(instance.get_dynamic_partitions(PLACES.name)) == place_codes(settings.data_path)
