"""The sensors in Dagster's real daemon, with production's job, lock and record over a few quick assets."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import dagster as dg
import pytest

from assets.inputs.input_hashes import input_hashes
from pipelines.nightly.last_run import read_last_run
from tests.conftest import ROOT
from tests.shipped import DATA

pytestmark = pytest.mark.long

LOCATION = """
import dagster as dg
import pandas as pd

from assets.inputs.input_hashes import input_hashes
from assets.inputs.settings import RunSettings
from assets.publication.release_stage import publish
from pipelines import sensors
from pipelines.checks.source_age import no_newer_release_is_out
from pipelines.definitions import default_resources
from pipelines.jobs import refresh

for sensor in (sensors.changed_inputs, sensors.places):
    sensor._min_interval = 1
sensors._PAUSES = (1, 2)

@dg.asset
def input_files(settings: RunSettings) -> pd.DataFrame:
    files = input_hashes(settings.data_path, settings.trajectories_path)
    return pd.DataFrame({"id": list(files), "sha256": list(files.values())})

@dg.asset
def source_freshness() -> pd.DataFrame:
    return pd.DataFrame({"source_id": ["ons"]})

@dg.asset
def release(context, settings: RunSettings, input_files: pd.DataFrame) -> pd.DataFrame:
    away = settings.outputs_path.parent / "away"
    if away.exists():
        away.unlink()
        raise OSError("the disk was away for a moment")
    publish({"input_files": input_files}, settings, run_id=context.run.run_id, checks=[])
    return input_files

defs = dg.Definitions(
    assets=[input_files, source_freshness, release],
    asset_checks=[no_newer_release_is_out],
    jobs=[refresh],
    sensors=[sensors.changed_inputs, sensors.places],
    resources=default_resources(),
)
"""


class Services:
    """A home of Dagster, inputs, outputs and the daemon over them."""

    def __init__(self, root: Path) -> None:
        self.root = root
        self.data, self.trajectories, self.outputs = (root / n for n in ("data", "trajectories", "outputs"))
        self.home = root / "home"

    def wait(self, what: str, until: Callable[[], object]) -> None:
        end = time.monotonic() + 240
        while not until():
            assert time.monotonic() < end, f"{what}\n{(self.root / 'log').read_text()[-3000:]}"
            time.sleep(0.3)

    def write(self, homes: int) -> None:
        (self.trajectories / "luton.csv").write_text(f"homes\n{homes}\n", encoding="utf-8")

    def stands(self) -> bool:
        """Whether a release stands on the inputs as they are, and its run is over."""
        record = read_last_run(self.outputs)
        if record is None or record.files != input_hashes(self.data, self.trajectories):
            return False
        with dg.DagsterInstance.from_config(str(self.home)) as instance:
            run = instance.get_run_by_id(record.run_id)
            return run is not None and run.status == dg.DagsterRunStatus.SUCCESS

    def runs(self) -> list[dg.DagsterRunStatus]:
        with dg.DagsterInstance.from_config(str(self.home)) as instance:
            return [run.status for run in reversed(instance.get_runs())]

    def known(self) -> bool:
        """Whether `changed_inputs` has looked a first time."""
        with dg.DagsterInstance.from_config(str(self.home)) as instance:
            states = instance.all_instigator_state()
            data = [state.instigator_data for state in states if state.name == "changed_inputs"]
            return any(getattr(one, "cursor", None) for one in data)


@pytest.fixture
def services(tmp_path: Path) -> Iterator[Services]:
    made = Services(tmp_path)
    for folder in (made.data, made.trajectories, made.outputs, made.home):
        folder.mkdir()
    shutil.copy(ROOT / "dagster.yaml", made.home / "dagster.yaml")
    shutil.copy(DATA / "places.csv", made.data / "places.csv")
    made.write(87)
    (tmp_path / "location.py").write_text(LOCATION, encoding="utf-8")
    # Two processes that make the database at once get in each other's way.
    with dg.DagsterInstance.from_config(str(made.home)) as instance:
        assert instance.get_runs_count() == 0
    environment = {name: value for name, value in os.environ.items() if not name.startswith("PLACECAST_")}
    environment |= {
        "DAGSTER_HOME": str(made.home),
        "PLACECAST_DATA": str(made.data),
        "PLACECAST_TRAJECTORIES": str(made.trajectories),
        "PLACECAST_OUTPUTS": str(made.outputs),
        "PLACECAST_AUTOMATION": "on",
        "PYTHONPATH": str(ROOT),
    }
    command = [sys.executable, "-m", "dagster._daemon", "run", "-f", str(tmp_path / "location.py")]
    with (tmp_path / "log").open("wb") as log:
        process = subprocess.Popen(
            command, cwd=ROOT, env=environment, stdout=log, stderr=subprocess.STDOUT, start_new_session=True
        )
    try:
        yield made
    finally:
        process.terminate()
        try:
            process.wait(timeout=30)
        except subprocess.TimeoutExpired:
            process.kill()


def test_changes_that_come_back_failures_that_pass_and_a_spoilt_places_csv(services: Services) -> None:
    services.wait("the first look", services.known)
    for number, homes in enumerate((425, 87, 425), start=1):
        services.write(homes)
        services.wait(f"a release of {homes}", services.stands)
        assert services.runs() == [dg.DagsterRunStatus.SUCCESS] * number, "one run a change"

    (services.root / "away").touch()
    services.write(99)
    services.wait("a release after a failure that passed", services.stands)
    assert services.runs()[3:] == [dg.DagsterRunStatus.FAILURE, dg.DagsterRunStatus.SUCCESS]

    places = services.data / "places.csv"
    whole = places.read_bytes()
    places.write_bytes(b"half a fi")
    log = services.outputs / "nights" / "alerts.log"
    services.wait("an alert", lambda: log.exists() and "places.csv, row 1" in log.read_text())
    places.write_bytes(whole + b"\n")
    services.wait("a release after mending", services.stands)
    assert services.runs()[5:] == [dg.DagsterRunStatus.SUCCESS], "none was started while it was spoilt"
