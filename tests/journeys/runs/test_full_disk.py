"""A disk that is really full or read-only: readers keep their release, and the next night recovers."""

from __future__ import annotations

import gc
import os
import shutil
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest

from benchmarks.validation.real_nights import contents, whole
from pipelines.__main__ import main
from tests.journeys.running import DRAWS, Run

pytestmark = pytest.mark.long

ROOM = 2_000_000
"""Bytes left on the disk: enough for a log, too little for a release."""


class Disk:
    """A file system in memory of a size, which can be changed and made read-only."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    def mount(self, *options: str) -> None:
        command = ["mount", "-t", "tmpfs", "-o", ",".join(options), "tmpfs", str(self.folder)]
        subprocess.run(command, check=True, capture_output=True)

    def change(self, *options: str) -> None:
        command = ["mount", "-o", ",".join(["remount", *options]), str(self.folder)]
        subprocess.run(command, check=True, capture_output=True)

    def leave(self, free: int) -> None:
        used = shutil.disk_usage(self.folder).used
        self.change(f"size={(used + free) // 4096 * 4096}")


@pytest.fixture
def disk(tmp_path: Path) -> Iterator[Disk]:
    made = Disk(tmp_path / "disk")
    made.folder.mkdir()
    if os.getuid() != 0:
        pytest.skip("only root may mount a file system")
    try:
        made.mount("size=2g")
    except (subprocess.CalledProcessError, FileNotFoundError):
        pytest.skip("no file system can be mounted here")
    try:
        yield made
    finally:
        subprocess.run(["umount", "--lazy", str(made.folder)], check=False)


def test_a_full_and_a_read_only_disk_end_the_night_in_a_sentence_and_the_next_one_recovers(
    disk: Disk, main_run: Run, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    for name in ("DAGSTER_HOME", "PLACECAST_DATA", "PLACECAST_TRAJECTORIES"):
        monkeypatch.setenv(name, "")
    outputs = disk.folder / "outputs"
    shutil.copytree(main_run.outputs, outputs, symlinks=True)
    before = (outputs / "current").readlink()

    def hold() -> int:
        return main(["night", "--everything", "--outputs", str(outputs), "--draws", str(DRAWS)])

    disk.leave(ROOM)
    assert hold() == 1
    assert "No space left on device" in capsys.readouterr().out
    assert (outputs / "current").readlink() == before
    assert whole(outputs / "current")

    # A night is a process of its own; here the files it could not write to the end are still held open.
    gc.collect()
    disk.change("ro")
    assert hold() == 1
    assert "Read-only file system" in capsys.readouterr().out
    assert whole(outputs / "current")

    disk.change("rw", "size=2g")
    assert hold() == 0
    assert (outputs / "current").readlink() != before
    assert whole(outputs / "current")
    assert contents(outputs) == contents(main_run.outputs)
    assert not list((outputs / "releases").glob(".*"))
