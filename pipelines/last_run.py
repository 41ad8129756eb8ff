"""What the last successful run used, and what it left: kept by us beside the working tables.

Dagster stamps one data version on every place of a run over all of them, so that it cannot say later which
place has changed. Written only once a release is published; a run that fails or is killed leaves the record
of the one before, and whatever it wrote no longer matches it. Only the standard library: a night without
news reads this and imports nothing else.
"""

from __future__ import annotations

import hashlib
import json
import os
import platform
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from pathlib import Path

NAME = "last_run.json"
PLANNED_ON_TAG = "placecast/planned_on"
"""A part run's tag: the successful run and the code its plan was made on."""
_ROOT = Path(__file__).resolve().parent.parent
_EVERY_TABLE_RESTS_ON = (
    "requirements.lock",
    "pipelines/io_managers.py",
    "pipelines/checks.py",
    "pipelines/build.py",
    "assets/parquet.py",
    "assets/by_place.py",
)


@dataclass(frozen=True)
class LastRun:
    """One successful run: what it read, by which code, and the tables it left (size and time of change)."""

    release: str
    run_id: str
    draws: int
    seed: int
    environment: str
    project: str
    places: list[str]
    files: dict[str, str]
    code: dict[str, str]
    tables: dict[str, list[int]] = field(default_factory=dict)
    made_from: dict[str, str] = field(default_factory=dict)


def planned_on_value(record: LastRun | None, project: str) -> str:
    """What the tag of a run that is planned now says."""
    return f"{record.run_id if record else 'no run'} {project}"


def environment() -> str:
    """One digest of what every table rests on: libraries, Python, and how tables are written and checked."""
    digest = hashlib.sha256(platform.python_version().encode())
    for name in _EVERY_TABLE_RESTS_ON:
        path = _ROOT / name
        digest.update(name.encode() + (path.read_bytes() if path.exists() else b"absent"))
    return digest.hexdigest()[:12]


def read_last_run(outputs: Path) -> LastRun | None:
    """The record under an outputs folder; None when there is none, or none that can be read."""
    try:
        return LastRun(**json.loads((outputs / NAME).read_text(encoding="utf-8")))
    except (FileNotFoundError, ValueError, TypeError):
        return None


def write_last_run(outputs: Path, record: LastRun) -> None:
    """Keep the record, durable and in one step."""
    write_durably(outputs / NAME, json.dumps(asdict(record), indent=1, sort_keys=True) + "\n")


def write_durably(path: Path, text: str) -> None:
    """A small text file, written beside, synced and moved into place."""
    path.parent.mkdir(parents=True, exist_ok=True)
    temporary = path.with_name(f".{path.name}.{os.getpid()}.part")
    try:
        with temporary.open("w", encoding="utf-8") as file:
            file.write(text)
            file.flush()
            os.fsync(file.fileno())
        temporary.replace(path)
    finally:
        temporary.unlink(missing_ok=True)


def tables_as_left(tables: Path) -> dict[str, list[int]]:
    """Size and time of change of every working table, such as `demand_draws/E06000032.parquet`."""
    found = {}
    for path in sorted(tables.rglob("*.parquet")):
        if not path.name.startswith("."):
            state = path.stat()
            found[path.relative_to(tables).as_posix()] = [state.st_size, state.st_mtime_ns]
    return found


def tables_that_differ(record: LastRun, tables: Path) -> list[str]:
    """Tables of the record that are gone or no longer as that run left them."""
    now: Mapping[str, list[int]] = tables_as_left(tables)
    return sorted(name for name, state in record.tables.items() if now.get(name) != state)
