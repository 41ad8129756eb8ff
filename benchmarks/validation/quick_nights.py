"""Nights of a fraction of a second for the experiment with faults: all of a night but what it computes.

Lock, leftovers, record, input store, comparison with the last release, publication, pruning, packing and the
log of nights are the project's own; the tables are a few rows made of Luton's homes. Each night and each look
into the inbox is a process of its own, which can be killed.
"""

from __future__ import annotations

import hashlib
import os
import platform
import resource
import shutil
import signal
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from multiprocessing import get_context
from multiprocessing.process import BaseProcess
from pathlib import Path

import pandas as pd

from assets.inputs import input_tables
from assets.inputs.input_hashes import input_hashes, input_paths
from assets.inputs.input_store import InputStore
from assets.inputs.settings import RunSettings
from assets.publication.release_stage import publish
from assets.release_history.earlier_releases import Earlier, earlier_releases
from assets.release_history.retention import prune, readable
from assets.release_history.shared_files import pack
from benchmarks.shipped import DATA
from benchmarks.validation.real_nights import ROOT
from housing_trajectories.reading import read
from pipelines.inbox.arrivals import trajectory_files
from pipelines.inbox.inbox_run import STANDS_STILL_SECONDS, take_in
from pipelines.inbox.put_away import Inbox
from pipelines.nightly.last_run import LastRun, changed_files, forget_last_run, read_last_run, write_last_run
from pipelines.nightly.leftovers import clear_leftovers
from pipelines.nightly.night_log import FAILED, PUBLISHED, begin, end
from pipelines.nightly.run_lock import run_lock

LUTON = "E06000032"
PLANNED = ",87,86,87,87,87,86,87,"
DAYS_KEPT = 6
RULES = pd.DataFrame(
    [
        ("all_of_last_days", str(DAYS_KEPT)),
        ("last_of_month_for_months", "2"),
        ("unused_inputs_for_days", "3"),
    ],
    columns=["rule", "value"],
)
_ROWS = 8_000


@dataclass(frozen=True)
class QuickHouse:
    """Inputs, inbox and outputs of one experiment."""

    root: Path

    @property
    def outputs(self) -> Path:
        """Where releases are."""
        return self.root / "outputs"

    @property
    def inbox(self) -> Inbox:
        """Its inbox, quarantine, data and trajectories."""
        inputs = self.root / "inputs"
        return Inbox(inputs / "inbox", inputs / "quarantine", self.root / "data", self.root / "trajectories")

    def prepare(self) -> None:
        """The shipped inputs and no outputs."""
        shutil.rmtree(self.root, ignore_errors=True)
        shutil.copytree(DATA, self.root / "data")
        shutil.copytree(ROOT / "housing_trajectories" / "blmk", self.root / "trajectories")
        self.inbox.folder.mkdir(parents=True)
        self.outputs.mkdir()
        _night(self, -3)  # here, so that what it imports is there for every process to come

    def luton(self, homes: int) -> bytes:
        """Luton's trajectory with so many homes in one year."""
        text = (ROOT / "housing_trajectories" / "blmk" / "luton.csv").read_text(encoding="utf-8")
        return text.replace(PLANNED, PLANNED.replace(",87,", f",{homes},", 1), 1).encode()

    def night(self, days: int, *, most_bytes: int = 0) -> BaseProcess:
        """Start a night by a clock that is so many days ahead; with `most_bytes` no file may be larger."""
        return _started(_night, self, days, most_bytes)

    def look(self, number: int) -> BaseProcess:
        """Start a look into the inbox at which what stands still is taken in."""
        return _started(_look, self, number, 0)


def homes_of(table: Path) -> int:
    """The homes that a release was made from."""
    return int(pd.read_parquet(table)["homes"].iloc[0])


Work = Callable[[QuickHouse, int], None]


def _started(work: Work, house: QuickHouse, number: int, most: int) -> BaseProcess:
    process = get_context("fork").Process(target=_alone, args=(work, house, number, most))
    process.start()
    return process


def _alone(work: Work, house: QuickHouse, number: int, most: int) -> None:
    if most:
        signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
        resource.setrlimit(resource.RLIMIT_FSIZE, (most, most))
    try:
        work(house, number)
    except Exception as error:
        (house.root / "words.txt").write_text(f"{type(error).__name__}: {error}"[:400])
        os._exit(1)
    os._exit(0)


def _night(house: QuickHouse, days: int) -> None:
    now = datetime.now(UTC) + timedelta(days=days)
    outputs, data, trajectories = house.outputs, house.root / "data", house.root / "trajectories"
    with run_lock(outputs, "a night", wait_seconds=30):
        before = read_last_run(outputs)
        files = input_hashes(data, trajectories)
        night = begin(
            outputs, changed_files(before.files if before else {}, files), "the experiment", now=now
        )
        clear_leftovers(outputs)
        forget_last_run(outputs)
        try:
            release = _made(house, files, now, night.id)
        except Exception as error:
            end(outputs, night, FAILED, message=str(error)[:200], now=now)
            raise
        record = LastRun(release.name, night.id, 2, 1, "quick", platform.python_version(), files)
        write_last_run(outputs, record)
        end(outputs, night, PUBLISHED, release=release.name, now=now)


def _made(house: QuickHouse, files: dict[str, str], now: datetime, run_id: str) -> Path:
    outputs, data, trajectories = house.outputs, house.root / "data", house.root / "trajectories"
    settings = RunSettings(
        data_directory=str(data), trajectories_directory=str(trajectories), outputs_directory=str(outputs)
    )
    store = InputStore(settings.inputs_path)
    for path in input_paths(data, trajectories).values():
        store.keep(path)
    homes = read(trajectories / "luton.csv", LUTON).usable().table["planned_net_dwellings"].sum()
    nothing = pd.DataFrame(columns=["series", "period"])
    # The asset's own function: Dagster would make an instance for one call.
    gathered = earlier_releases.op.compute_fn.decorated_fn  # type: ignore[union-attr]
    past = gathered(settings=settings, recorded_figures=nothing, places=pd.read_csv(data / "places.csv"))
    previous = Earlier(past, settings).previous
    numbers = pd.DataFrame({"row": range(_ROWS), "homes": int(homes)})
    tables = {
        "input_files": pd.DataFrame({"id": list(files), "sha256": list(files.values())}),
        "housing_delivery": numbers,
        "population": numbers.assign(homes=1, people=numbers["row"] * 1.5),
    }
    (outputs / "tables").mkdir(exist_ok=True)
    facts = {
        "history": dict(zip(past["id"], past["sha256"], strict=True)),
        "previous_release": previous["release"] if previous else None,
    }
    release = publish(tables, settings, run_id=run_id, checks=[], now=now, examined=lambda: facts)
    prune(outputs, RULES)
    pack(outputs, readable(outputs))
    if input_hashes(data, trajectories) != files:
        raise RuntimeError("an input changed during the night")
    return release


def _look(house: QuickHouse, number: int) -> None:
    def check(settings: RunSettings) -> None:
        for place, file in trajectory_files(settings.data_path).items():
            read(settings.trajectories_path / file, place).usable()

    input_tables.check_every_input = check
    with run_lock(house.outputs, "the inbox", wait_seconds=30):
        for moment in (0.0, STANDS_STILL_SECONDS + 1):
            take_in(house.inbox, house.outputs, now=number * 1000 + moment)


def content_sha256(path: Path) -> str:
    """SHA-256 of a file's content."""
    return hashlib.sha256(path.read_bytes()).hexdigest()
