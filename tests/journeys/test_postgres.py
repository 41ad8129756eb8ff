"""Nights with Dagster's history in a real PostgreSQL, through its restart and its absence."""

from __future__ import annotations

import os
import pwd
import shutil
import socket
import subprocess
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import dagster as dg
import pytest

from benchmarks.validation.real_nights import contents, whole
from pipelines.__main__ import main
from tests.conftest import ROOT
from tests.journeys.running import DRAWS, Run

pytestmark = pytest.mark.long

PASSWORD = "secret-of-the-database"


@dataclass
class Server:
    """A PostgreSQL server of its own on loopback, with a data folder that goes with the test."""

    binaries: Path
    folder: Path
    port: int

    @property
    def url(self) -> str:
        return f"postgresql+psycopg2://placecast:{PASSWORD}@127.0.0.1:{self.port}/postgres"

    def call(self, *arguments: str) -> None:
        command = [str(self.binaries / arguments[0]), *arguments[1:]]
        if os.getuid() == 0:
            command = ["setpriv", "--reuid=postgres", "--regid=postgres", "--clear-groups", *command]
        subprocess.run(command, check=True, capture_output=True, cwd=self.folder, timeout=120)

    def start(self) -> None:
        options = f"-p {self.port} -c listen_addresses=127.0.0.1 -k {self.folder} -c fsync=off"
        log = str(self.folder / "log")
        self.call("pg_ctl", "-D", str(self.folder / "data"), "-l", log, "-w", "-o", options, "start")

    def stop(self) -> None:
        self.call("pg_ctl", "-D", str(self.folder / "data"), "-w", "-m", "fast", "stop")


def _binaries() -> Path | None:
    candidates = [*sorted(Path("/usr/lib/postgresql").glob("*/bin"), reverse=True)]
    found = shutil.which("initdb")
    return next(
        (path for path in candidates if (path / "initdb").exists()), Path(found).parent if found else None
    )


@pytest.fixture
def server() -> Iterator[Server]:
    binaries = _binaries()
    if binaries is None:
        pytest.skip("no PostgreSQL on this machine (Debian's package postgresql)")
    if os.getuid() == 0 and (
        not shutil.which("setpriv") or "postgres" not in {u.pw_name for u in pwd.getpwall()}
    ):
        pytest.skip("PostgreSQL refuses to run as root, and there is no user postgres to run it as")
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    # Not under pytest's own folder, which the user postgres may not enter.
    folder = Path(tempfile.mkdtemp(prefix="placecast-postgres-"))
    running = Server(binaries, folder, port)
    try:
        (folder / "password").write_text(PASSWORD)
        if os.getuid() == 0:
            for path in (folder, folder / "password"):
                shutil.chown(path, "postgres", "postgres")
        running.call(
            "initdb", "-D", str(folder / "data"), "-U", "placecast", "-A", "scram-sha-256",
            "--pwfile", str(folder / "password"), "--no-sync",
        )  # fmt: skip
        running.start()
        yield running
    finally:
        if (folder / "data" / "postmaster.pid").exists():
            running.stop()
        shutil.rmtree(folder, ignore_errors=True)


@pytest.fixture
def outputs(main_run: Run, server: Server, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Outputs after a run of everything, and production's dagster.yaml with the database's address."""
    shutil.copytree(main_run.outputs, tmp_path / "outputs", symlinks=True)
    home = tmp_path / "dagster"
    home.mkdir()
    shutil.copy(ROOT / "deploy" / "dagster.yaml", home / "dagster.yaml")
    monkeypatch.setenv("DAGSTER_HOME", str(home))
    monkeypatch.setenv("PLACECAST_POSTGRES_URL", server.url)
    for name in ("PLACECAST_DATA", "PLACECAST_TRAJECTORIES"):
        monkeypatch.setenv(name, "")
    return tmp_path / "outputs"


def hold(outputs: Path) -> int:
    """A night that runs though nothing has changed."""
    return main(["night", "--everything", "--outputs", str(outputs), "--draws", str(DRAWS)])


def history() -> list[dg.DagsterRunStatus]:
    with dg.DagsterInstance.get() as instance:
        assert "PLACECAST_POSTGRES_URL" in str(instance.get_ref().to_dict())
        return [run.status for run in instance.get_runs()]


def test_nights_go_on_through_a_restart_and_an_absence_of_the_database(
    outputs: Path, server: Server, main_run: Run, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert hold(outputs) == 0
    assert history() == [dg.DagsterRunStatus.SUCCESS]

    server.stop()
    server.start()
    assert hold(outputs) == 0
    assert history() == [dg.DagsterRunStatus.SUCCESS] * 2, "what ran before the restart is still known"

    server.stop()
    before = (outputs / "current").readlink()
    capsys.readouterr()
    assert hold(outputs) == 1
    screen = capsys.readouterr().out
    assert "the run crashed" in screen
    assert (outputs / "current").readlink() == before
    assert whole(outputs / "current")

    server.start()
    assert hold(outputs) == 0
    assert len(history()) == 3
    assert contents(outputs) == contents(main_run.outputs)

    written = b"".join(
        path.read_bytes()
        for folder in (outputs / "nights", outputs / "releases", tmp_path / "dagster")
        for path in folder.rglob("*")
        if path.is_file()
    )
    assert PASSWORD.encode() not in written
    assert PASSWORD not in screen
