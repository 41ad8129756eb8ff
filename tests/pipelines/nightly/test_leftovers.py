"""What a killed run left half done is cleared by the next, and nothing whole or being written."""

from __future__ import annotations

import os
import socket
import subprocess
import sys
from pathlib import Path

import dagster as dg
import pytest
from dagster._core.test_utils import create_run_for_test

from assets.inputs.places import every_place
from assets.inputs.settings import RunSettings
from pipelines.nightly.leftovers import clear_leftovers, name_process, report_dead
from pipelines.nightly.locked_outputs import LockedOutputs
from tests.shipped import DATA


@pytest.fixture
def ended() -> int:
    """The number of a process that is over."""
    process = subprocess.Popen([sys.executable, "-c", ""])
    process.wait()
    return process.pid


def test_only_what_no_living_process_will_finish_goes(tmp_path: Path, ended: int) -> None:
    half = [
        f"tables/.population.parquet.{ended}.part",
        f"tables/demand_draws/.E06000032.parquet.{ended}.part",
        f"fits/.RC9.parquet.{ended}.part",
        f"inputs/.abc.{ended}.part",
        f"nights/.2026-11-22.json.{ended}.part",
        f".last_run.json.{os.getpid()}.part",
        "releases/.building-run/population.parquet",
        "releases/.gone-20261101T020000Z-abc/manifest.json",
    ]
    stay = [
        "tables/population.parquet",
        "tables/demand_draws/E06000032.parquet",
        "inputs/abc",
        "nights/2026-11-22.json",
        f"nights/.alerts_told.json.{os.getppid()}.part",
        "releases/20261122T020000Z-abc/manifest.json",
        "last_run.json",
    ]
    for name in (*half, *stay):
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_text("x")
    (tmp_path / "current").symlink_to("releases/20261122T020000Z-abc")
    (tmp_path / f".current-{ended}").symlink_to("releases/20261122T020000Z-abc")
    assert len(clear_leftovers(tmp_path)) == len(half) + 1
    left = {path.relative_to(tmp_path).as_posix() for path in tmp_path.rglob("*") if not path.is_dir()}
    assert left == set(stay)
    assert (tmp_path / "current").readlink() == Path("releases/20261122T020000Z-abc")


def test_a_run_whose_process_is_gone_is_told_of_as_failed_and_no_other(tmp_path: Path, ended: int) -> None:
    here = socket.gethostname()
    with dg.DagsterInstance.ephemeral() as instance:

        def started(process: str, outputs: Path = tmp_path) -> str:
            run = create_run_for_test(instance, status=dg.DagsterRunStatus.STARTED)
            name_process(instance, outputs, run.run_id)
            instance.add_run_tags(run.run_id, {"placecast/process": process})
            return run.run_id

        dead = started(f"{here} {ended}")
        before_in_this_process = started(f"{here} {os.getpid()}")
        mine = started(f"{here} {os.getpid()}")
        alive = started(f"{here} {os.getppid()}")
        far = started(f"another-host {ended}")
        other = started(f"{here} {ended}", tmp_path / "other")
        unnamed = create_run_for_test(instance, status=dg.DagsterRunStatus.STARTED).run_id
        report_dead(instance, tmp_path, but=mine)
        failed = {
            run.run_id for run in instance.get_runs(dg.RunsFilter(statuses=[dg.DagsterRunStatus.FAILURE]))
        }
        assert failed == {dead, before_in_this_process}
        assert {run.run_id for run in instance.get_runs()} - failed == {mine, alive, far, other, unnamed}
        assert f"process {ended} on {here} is gone" in str(instance.all_logs(dead))


def test_a_run_names_its_process_when_it_has_the_outputs(tmp_path: Path) -> None:
    @dg.op(required_resource_keys={"outputs"})
    def look() -> None:
        pass

    @dg.job(resource_defs={"outputs": LockedOutputs(settings=RunSettings(outputs_directory=str(tmp_path)))})
    def short() -> None:
        look()

    with dg.DagsterInstance.ephemeral() as instance:
        every_place(instance, DATA)
        dead = create_run_for_test(instance, status=dg.DagsterRunStatus.STARTED).run_id
        name_process(instance, tmp_path, dead)
        run = short.execute_in_process(instance=instance).run_id
        tags = instance.get_run_by_id(run).tags
        assert tags["placecast/process"] == f"{socket.gethostname()} {os.getpid()}"
        assert tags["placecast/outputs"] == str(tmp_path.resolve())
        assert {each.run_id: each.status.value for each in instance.get_runs()} == {
            run: "SUCCESS",
            dead: "FAILURE",
        }
