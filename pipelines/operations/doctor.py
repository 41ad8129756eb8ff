"""Whether this installation can complete a nightly run: what is looked at, and what is found.

Looks only: it writes one small file into each folder that must be writable, and removes it.
"""

from __future__ import annotations

import os
import re
import shutil
import sys
import tempfile
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from importlib import metadata
from pathlib import Path
from typing import Any

from assets.areas.area_folder import is_area
from assets.inputs.defaults import DATA_DIRECTORY
from assets.inputs.input_hashes import file_sha256
from assets.release_history.release_folders import current_id, manifest_in
from pipelines import ROOT
from pipelines.nightly.last_run import read_last_run
from pipelines.nightly.run_lock import holder
from pipelines.operations import watch
from pipelines.operations.alerts import senders

WELL, WARN, WRONG = "ok", "warn", "WRONG"
_NAMED = 5
_PYTHONS = ((3, 11), (3, 14))


@dataclass(frozen=True)
class Look:
    """One line of the screen: what was looked at, how it is, and what to do where it is not well."""

    what: str
    state: str
    found: str
    do: str = ""


def examine(outputs: Path, data: Path = DATA_DIRECTORY) -> Iterator[Look]:
    """Every look, in the order in which things rest on each other.

    data: the folder of inputs that a nightly run reads.
    """
    looks: tuple[tuple[str, Callable[[], Look]], ...] = (
        ("python", _python),
        ("packages", _packages),
        ("outputs folder", lambda: _writable("outputs folder", outputs)),
        ("disk", lambda: _disk(outputs)),
        ("inputs", lambda: _inputs(outputs, data)),
        ("run lock", lambda: _lock(outputs)),
        ("last run", lambda: _last_run(outputs)),
        ("current release", lambda: _release(outputs)),
        ("releases folder", lambda: _odd("spoilt_release", "releases folder", outputs)),
        ("clock", lambda: _odd("clock", "clock", outputs)),
        ("last night", lambda: _night(outputs)),
        ("database", _database),
        ("alerts", lambda: _alerts(outputs)),
    )
    for what, look in looks:
        try:
            yield look()
        except Exception as error:  # A look that breaks is one to see, and must not hide the others.
            yield Look(what, WRONG, f"{type(error).__name__}: {error}"[:300])


def _python() -> Look:
    found = ".".join(map(str, sys.version_info[:3]))
    if not _PYTHONS[0] <= sys.version_info[:2] < _PYTHONS[1]:
        return Look("python", WRONG, found, "placecast needs Python 3.11, 3.12 or 3.13")
    return Look("python", WELL, found)


def _packages() -> Look:
    """Installed versions against the lock; packages of other platforms and Pythons may be absent."""
    lock = (ROOT / "requirements.lock").read_text(encoding="utf-8")
    locked = dict(re.findall(r"^([A-Za-z0-9._-]+)==([^ ;\\]+)", lock, flags=re.MULTILINE))
    needed = {"dagster", "pandas", "pyarrow", "numpy", "numba", "xarray", "great-expectations"}
    wrong, absent = [], []
    for name, version in locked.items():
        try:
            installed = metadata.version(name)
        except metadata.PackageNotFoundError:
            absent += [name] if name in needed else []
            continue
        if installed != version and lock.count(f"\n{name}==") <= 1:
            wrong.append(f"{name} {installed} instead of {version}")
    if wrong or absent:
        found = "; ".join([*wrong[:3], *(f"{name} is not installed" for name in absent)])
        more = f" and {len(wrong) - 3} more" if len(wrong) > 3 else ""
        do = "rm -rf .venv && make forecast installs the locked packages again"
        return Look("packages", WRONG, found + more, do)
    return Look("packages", WELL, f"{len(locked)} locked versions agree with what is installed")


def _writable(what: str, folder: Path) -> Look:
    try:
        folder.mkdir(parents=True, exist_ok=True)
        with tempfile.NamedTemporaryFile(dir=folder, prefix=".doctor-"):
            pass
    except OSError as error:
        do = f"give the user {os.getuid()} the right to write there, or name another with PLACECAST_OUTPUTS"
        return Look(what, WRONG, f"{folder} cannot be written: {error.strerror}", do)
    return Look(what, WELL, f"{folder} can be written")


def _disk(outputs: Path) -> Look:
    there = outputs if outputs.exists() else outputs.parent
    free = shutil.disk_usage(there).free
    words = f"{free / 1e9:.1f} GB free"
    if free < watch.LOWEST_FREE_BYTES:
        return Look("disk", WRONG, words, "docs/operations/alerts.md#low_disk")
    return Look("disk", WELL, words)


def _inputs(outputs: Path, data: Path) -> Look:
    """The folders that the last run under these outputs read; those of a nightly run where there was none."""
    from assets.inputs.input_tables import check_every_input, with_list
    from assets.inputs.settings import RunSettings
    from housing_trajectories.findings import BETWEEN, BadInput

    nightly = RunSettings(data_directory=str(data), outputs_directory=str(outputs))
    record = read_last_run(outputs)
    settings, other = nightly, False
    if record and record.data:
        settings = RunSettings(data_directory=record.data, trajectories_directory=record.trajectories)
        other = (settings.data_path, settings.trajectories_path) != (
            nightly.data_path,
            nightly.trajectories_path,
        )
    folders = f"{settings.data_path} and {settings.trajectories_path}"
    try:
        with tempfile.TemporaryDirectory(prefix="placecast-doctor-") as folder:
            if is_area(Path(settings.data_directory)):
                folders = settings.data_directory
                settings = RunSettings(data_directory=folders, outputs_directory=folder).prepared()
            check_every_input(settings)
    except BadInput as error:
        found = f"{folders}: {with_list(error, outputs)}".replace(BETWEEN, "; ")
        return Look("inputs", WRONG, found[:900], "correct the cell; until then every run is refused")
    if other:
        found = (
            f"{folders}, which the last run read, are without error; a nightly run reads {nightly.data_path}"
        )
        return Look("inputs", WARN, found, "set PLACECAST_DATA and PLACECAST_TRAJECTORIES, or run make night")
    return Look("inputs", WELL, f"{folders} read without error")


def _lock(outputs: Path) -> Look:
    running = holder(outputs)
    if running is None:
        return Look("run lock", WELL, "free: no run is in progress")
    age = datetime.now(UTC) - datetime.fromisoformat(running.started)
    hours = age.total_seconds() / 3600
    if hours > watch.HOURS_TO_END:
        return Look("run lock", WARN, running.sentence(), "docs/operations/alerts.md#long_night")
    return Look("run lock", WELL, f"a run is in progress: {running.sentence()}")


def _last_run(outputs: Path) -> Look:
    record = read_last_run(outputs)
    if record is None:
        return Look("last run", WARN, "no successful run on record", "make night makes a full run")
    return Look("last run", WELL, f"run {record.run_id[:8]} made release {record.release}")


def _release(outputs: Path) -> Look:
    current = outputs / "current"
    if current_id(outputs) is None:
        do = "docs/operations/alerts.md#no_release"
        found = "the link leads to no whole release" if os.path.lexists(current) else "there is none"
        return Look("current release", WRONG, found, do)
    manifest = manifest_in(current.resolve())
    spoilt = [
        name
        for name, digest in _published(manifest).items()
        if not (current / name).is_file() or file_sha256(current / name) != digest
    ]
    if spoilt:
        found = f"{manifest['release']}: {', '.join(spoilt[:3])} differ from the manifest"
        return Look("current release", WRONG, found, "docs/operations/README.md#restore")
    days = (datetime.now(UTC) - datetime.fromisoformat(manifest["published_at"])).days
    words = f"{manifest['release']}, {days} days old, {len(manifest['tables'])} tables as published"
    record = read_last_run(outputs)
    if record and record.release != manifest["release"]:
        return Look("current release", WARN, f"{words}; the last one made is {record.release}")
    return Look("current release", WELL, words)


def _published(manifest: Mapping[str, Any]) -> dict[str, str]:
    """SHA-256 of every file of a release; of its Parquet files alone where an older one lists no others."""
    tables = manifest["tables"].items()
    return {f"{name}.parquet": entry["parquet_sha256"] for name, entry in tables} | manifest.get("files", {})


def _odd(kind: str, what: str, outputs: Path) -> Look:
    alerts = [alert for alert in watch.oddities(outputs, datetime.now(UTC)) if alert.kind == kind]
    if not alerts:
        return Look(what, WELL, "nothing out of the ordinary")
    named = "; ".join(alert.title for alert in alerts[:_NAMED])
    more = f"; and {len(alerts) - _NAMED} more" if len(alerts) > _NAMED else ""
    return Look(what, WARN, named + more, alerts[0].page())


def _night(outputs: Path) -> Look:
    alerts = [alert for alert in watch.problems(outputs, datetime.now(UTC)) if alert.kind.endswith("_night")]
    if alerts:
        return Look("last night", WARN, f"{alerts[0].title}: {alerts[0].text}"[:300], alerts[0].page())
    return Look("last night", WELL, f"the nightly run of {watch.last_due(datetime.now(UTC))} succeeded")


def _database() -> Look:
    home = os.environ.get("DAGSTER_HOME")
    if not home:
        return Look("database", WARN, "DAGSTER_HOME is not set: no schedule and no web interface")
    if not Path(home).is_dir():
        # The project's own folder comes with the first `make ui`; one that was named must be there.
        own = Path(home).resolve() == ROOT / ".dagster"
        do = "make ui makes it" if own else "make the folder and put dagster.yaml into it, or name another"
        return Look("database", WARN if own else WRONG, f"DAGSTER_HOME is not there yet: {home}", do)
    import dagster as dg

    with dg.DagsterInstance.get() as instance:
        runs = instance.get_runs_count()
        kind = type(instance.run_storage).__name__.removesuffix("RunStorage") or "default"
        return Look("database", WELL, f"{kind} under {home} answers, {runs} runs in it")


def _alerts(outputs: Path) -> Look:
    try:
        names = [sender.name for sender in senders(outputs)]
    except ValueError as error:
        return Look("alerts", WRONG, f"incomplete or wrong: {error}", "docs/operations/README.md#alerts")
    if len(names) == 1:
        do = "set PLACECAST_ALERT_… (docs/operations/README.md#alerts)"
        return Look("alerts", WARN, "only the log file: nobody is alerted to a failed nightly run", do)
    return Look("alerts", WELL, "sent by " + ", ".join(names) + "; try python -m pipelines watch --test")
