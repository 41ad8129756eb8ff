"""Runs with Dagster's history in a real PostgreSQL, through its restart in mid-run and its absence."""

from __future__ import annotations

import json
import os
import pwd
import shutil
import socket
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import dagster as dg
import psycopg2
import pytest
import sqlalchemy
import yaml
from dagster._core.storage.dagster_run import IN_PROGRESS_RUN_STATUSES
from dagster._core.test_utils import create_run_for_test
from dagster_postgres.utils import DagsterPostgresException

from assets.inputs.places import every_place
from benchmarks.validation.real_nights import contents, whole
from pipelines.__main__ import main
from tests.conftest import ROOT
from tests.journeys.running import DRAWS, Run
from tests.shipped import DATA

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
        return f"postgresql+psycopg2://placecast:{PASSWORD}@127.0.0.1:{self.port}/placecast"

    def connection(self, role: str = "placecast", database: str = "placecast") -> Any:
        """A connection of one of the roles; all have the same password here."""
        opened = psycopg2.connect(
            host="127.0.0.1", port=self.port, user=role, password=PASSWORD, dbname=database
        )
        opened.autocommit = True
        return opened

    def make_role(self) -> None:
        """The role and the database, as the install page makes them."""
        command = [
            str(self.binaries / "psql"),
            "-qv",
            "ON_ERROR_STOP=1",
            "-h",
            "127.0.0.1",
            "-p",
            str(self.port),
        ]
        environment = {**os.environ, "PGPASSWORD": PASSWORD, "PLACECAST_POSTGRES_PASSWORD": PASSWORD}
        script = str(ROOT / "deploy" / "postgres.sql")
        command += ["-U", "postgres", "-d", "postgres", "-f", script]
        subprocess.run(command, check=True, env=environment, timeout=60)

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
            "initdb", "-D", str(folder / "data"), "-U", "postgres", "-A", "scram-sha-256",
            "--pwfile", str(folder / "password"), "--no-sync",
        )  # fmt: skip
        running.start()
        running.make_role()
        yield running
    finally:
        if (folder / "data" / "postmaster.pid").exists():
            running.stop()
        shutil.rmtree(folder, ignore_errors=True)


@pytest.fixture
def home(server: Server, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Production's dagster.yaml, with the database's address in the environment."""
    home = tmp_path / "dagster"
    home.mkdir()
    shutil.copy(ROOT / "deploy" / "dagster.yaml", home / "dagster.yaml")
    monkeypatch.setenv("DAGSTER_HOME", str(home))
    monkeypatch.setenv("PLACECAST_POSTGRES_URL", server.url)
    for name in ("PLACECAST_DATA", "PLACECAST_TRAJECTORIES"):
        monkeypatch.setenv(name, "")
    return home


@pytest.fixture
def outputs(main_run: Run, home: Path, tmp_path: Path) -> Path:
    """Outputs after a run of everything."""
    return shutil.copytree(main_run.outputs, tmp_path / "outputs", symlinks=True)


def hold(outputs: Path) -> int:
    """A night that runs though nothing has changed."""
    return main(["night", "--everything", "--outputs", str(outputs), "--draws", str(DRAWS)])


def history() -> list[dg.DagsterRunStatus]:
    with dg.DagsterInstance.get() as instance:
        assert "PLACECAST_POSTGRES_URL" in str(instance.get_ref().to_dict())
        return [run.status for run in instance.get_runs()]


def test_the_role_has_its_own_schema_and_no_other_right(server: Server) -> None:
    with closing(server.connection()) as connection, connection.cursor() as cursor:
        cursor.execute(
            "SELECT rolsuper, rolcreatedb, rolcreaterole, rolreplication, rolbypassrls FROM pg_roles "
            "WHERE rolname = current_user"
        )
        assert cursor.fetchone() == (False,) * 5
        cursor.execute("CREATE TABLE own (x int)")
        cursor.execute("SELECT schemaname FROM pg_tables WHERE tablename = 'own'")
        assert cursor.fetchone() == ("placecast",)
        for refused in (
            "CREATE TABLE public.x (x int)",
            "CREATE SCHEMA another",
            "CREATE TEMPORARY TABLE x (x int)",
            "CREATE DATABASE another",
            "CREATE ROLE another",
            "CREATE EXTENSION dblink",
            "SELECT pg_read_file('/etc/passwd')",
            "COPY own TO PROGRAM 'id'",
            "SELECT * FROM pg_authid",
            "ALTER ROLE placecast SUPERUSER",
        ):
            with pytest.raises(psycopg2.errors.InsufficientPrivilege):
                cursor.execute(refused)
    with closing(server.connection("postgres", "postgres")) as superuser, superuser.cursor() as cursor:
        cursor.execute(f"CREATE ROLE another LOGIN PASSWORD '{PASSWORD}'")
    with pytest.raises(psycopg2.OperationalError, match="permission denied for database"):
        server.connection("another")


def away(server: Server, seconds: float, started: Callable[[], bool]) -> threading.Thread:
    """Stops the database in the midst of a run, and starts it again some seconds later."""

    def stop_and_start() -> None:
        while not started():
            time.sleep(0.1)
        server.stop()
        time.sleep(seconds)
        server.start()

    thread = threading.Thread(target=stop_and_start, daemon=True)
    thread.start()
    return thread


@pytest.mark.parametrize("patiently", [True, False])
def test_a_runs_log_is_written_on_after_the_absence_and_not_by_dagsters_own_storage(
    home: Path, server: Server, patiently: bool
) -> None:
    settings = home / "dagster.yaml"
    if not patiently:
        given = yaml.safe_load(settings.read_text(encoding="utf-8"))
        given["storage"] = {"postgres": given["storage"]["custom"]["config"]}
        settings.write_text(yaml.safe_dump(given), encoding="utf-8")
    with dg.DagsterInstance.get() as instance:
        run = create_run_for_test(instance, status=dg.DagsterRunStatus.STARTED)
        thread = away(server, 15, lambda: True)
        written, failed = 0, 0
        while thread.is_alive():
            try:
                instance.report_engine_event(f"line {written}", run)
                written += 1
            except (DagsterPostgresException, sqlalchemy.exc.DBAPIError):
                failed += 1
        thread.join()
        lines = [event.message for event in instance.all_logs(run.run_id) if "line " in event.message]
    assert (failed == 0) == patiently
    if patiently:
        assert list(dict.fromkeys(lines)) == [f"line {number}" for number in range(written)]
        assert len(lines) <= written + 1, "at worst the line that broke off stands twice"


@pytest.fixture
def daemon(home: Path, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Iterator[Path]:
    """Dagster's daemon as a server runs it, making releases in an empty folder of outputs."""
    monkeypatch.setenv("PLACECAST_OUTPUTS", str(tmp_path / "made"))
    with (tmp_path / "daemon.log").open("wb") as log:
        process = subprocess.Popen(
            [sys.executable, "-m", "dagster._daemon", "run", "--workspace", "workspace.yaml"],
            cwd=ROOT,
            stdout=log,
            stderr=log,
        )
        yield tmp_path / "made"
        process.terminate()
        process.wait(120)


def test_a_run_of_the_daemon_goes_on_while_the_database_is_away(
    daemon: Path, server: Server, tmp_path: Path
) -> None:
    with dg.DagsterInstance.get() as instance:
        tags = every_place(instance, DATA)
    command = [sys.executable, "-m", "dagster", "job", "launch", "--workspace", "workspace.yaml"]
    command += ["--job", "refresh", "--tags", json.dumps(tags)]
    subprocess.run(command, cwd=ROOT, check=True, timeout=600)
    thread = away(server, 10, lambda: (daemon / "tables" / "households.parquet").exists())
    thread.join()
    for _ in range(600):
        statuses = history()
        if not set(statuses) & set(IN_PROGRESS_RUN_STATUSES):
            break
        time.sleep(1)
    log = (tmp_path / "daemon.log").read_text(errors="replace")
    assert statuses == [dg.DagsterRunStatus.SUCCESS], log[-5000:]
    assert whole(daemon / "current")


def test_nights_go_on_through_ten_seconds_without_the_database_and_its_absence(
    outputs: Path, server: Server, main_run: Run, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    made = outputs / "tables" / "households.parquet"
    earlier = made.stat().st_mtime_ns
    thread = away(server, 10, lambda: made.exists() and made.stat().st_mtime_ns != earlier)
    assert hold(outputs) == 0, capsys.readouterr()
    thread.join()
    assert history() == [dg.DagsterRunStatus.SUCCESS], "what ran before the restart is still known"
    assert contents(outputs) == contents(main_run.outputs)

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
    assert history() == [dg.DagsterRunStatus.SUCCESS] * 2
    assert contents(outputs) == contents(main_run.outputs)

    written = b"".join(
        path.read_bytes()
        for folder in (outputs / "nights", outputs / "releases", tmp_path / "dagster")
        for path in folder.rglob("*")
        if path.is_file()
    )
    assert PASSWORD.encode() not in written
    assert PASSWORD not in screen
