"""What a killed run left half done is cleared by the next, and nothing whole or being written."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from pipelines.nightly.leftovers import clear_leftovers


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
