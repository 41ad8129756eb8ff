"""Two runs never write at once; a run that died hinders nobody and is told of."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from pipelines.nightly import run_lock
from tests.conftest import ROOT

HOLD = """
import sys, time
from pathlib import Path
from pipelines.nightly.run_lock import run_lock
with run_lock(Path(sys.argv[1]), "a run by hand", run_id="abc"):
    print("held", flush=True)
    time.sleep(600)
"""


def hold_elsewhere(outputs: Path) -> subprocess.Popen[str]:
    process = subprocess.Popen(
        [sys.executable, "-c", HOLD, str(outputs)], stdout=subprocess.PIPE, text=True, cwd=ROOT
    )
    assert process.stdout is not None
    assert process.stdout.readline() == "held\n"
    return process


def test_a_second_run_is_told_who_runs_and_changes_nothing(tmp_path: Path) -> None:
    process = hold_elsewhere(tmp_path)
    waited: list[str] = []
    try:
        with (
            pytest.raises(run_lock.Busy, match=f"process {process.pid}"),
            run_lock.run_lock(tmp_path, "a night", wait_seconds=0.2, on_wait=waited.append),
        ):
            pass
        assert len(waited) == 1
        held = run_lock.holder(tmp_path)
        assert held is not None
        assert held.pid == process.pid
    finally:
        process.kill()
        process.wait()


def test_a_killed_run_gives_way_at_once_and_is_named_to_the_next(tmp_path: Path) -> None:
    process = hold_elsewhere(tmp_path)
    os.kill(process.pid, signal.SIGKILL)
    process.wait()
    assert run_lock.holder(tmp_path) is None
    with run_lock.run_lock(tmp_path, "a night", wait_seconds=0) as broken:
        assert broken is not None
        assert broken.pid == process.pid
        assert broken.run_id == "abc"
        assert json.loads((tmp_path / run_lock.NAME).read_text())["pid"] == os.getpid()
        with run_lock.run_lock(tmp_path, "its run", run_id="def") as inner:
            assert inner == broken, "the run within the night is told of it too"
    with run_lock.run_lock(tmp_path, "the night after", wait_seconds=0) as broken:
        assert broken is None, "a run that gave the lock back is not taken for dead"


def test_a_process_that_holds_it_takes_it_again_and_gives_it_back_once(tmp_path: Path) -> None:
    with run_lock.run_lock(tmp_path, "make forecast"):
        with run_lock.run_lock(tmp_path, "its run", run_id="r"):
            assert run_lock.holder(tmp_path).run_id == "r"  # type: ignore[union-attr]
        held = run_lock.holder(tmp_path)
        assert held is not None
        assert held.what == "make forecast"
    assert run_lock.holder(tmp_path) is None


def test_looking_for_a_holder_creates_nothing(tmp_path: Path) -> None:
    assert run_lock.holder(tmp_path / "outputs") is None
    assert list(tmp_path.iterdir()) == []
