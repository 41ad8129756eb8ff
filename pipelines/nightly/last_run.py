"""What the last successful run used, and why another one is due: inputs, code or settings that differ.

The record stands beside the working tables. A run takes it away when it begins and writes it when its release
is published, so that a run that fails or is killed leaves none and the next night makes everything. Only the
standard library: a night without news reads this and imports nothing else.
"""

from __future__ import annotations

import json
import os
import platform
from dataclasses import asdict, dataclass
from pathlib import Path

from assets.inputs.input_hashes import input_hashes
from assets.release_history.release_folders import NotWhole, current_id, manifest_in
from pipelines.nightly.code_version import code_version

NAME = "last_run.json"


@dataclass(frozen=True)
class LastRun:
    """One successful run: its release, settings, code and Python, the digest of every input file, and where
    these stood (empty in records of before that was kept)."""

    release: str
    run_id: str
    draws: int
    seed: int
    code: str
    python: str
    files: dict[str, str]
    data: str = ""
    trajectories: str = ""


def reasons_to_run(outputs: Path, data: Path, trajectories: Path, draws: int, seed: int) -> list[str]:
    """What differs from the last successful run, a sentence each; empty where a run would repeat it."""
    record = read_last_run(outputs)
    if record is None:
        return ["no record of a successful run under these outputs"]
    reasons = changed_files(record.files, input_hashes(data, trajectories))
    if (record.code, record.python) != (code_version(), platform.python_version()):
        reasons.append("code, libraries or Python changed")
    if (record.draws, record.seed) != (draws, seed):
        before = f"{record.draws} draws from seed {record.seed}"
        reasons.append(f"{draws} draws from seed {seed} instead of {before}")
    try:
        manifest_in(outputs / "releases" / record.release)
    except NotWhole as error:
        reasons.append(f"release {record.release}, the last one made, is missing or not whole: {error}")
    if current_id(outputs) is None:
        reasons.append("no release is current")
    return reasons


def changed_files(before: dict[str, str], now: dict[str, str]) -> list[str]:
    """A sentence for each input file that is changed, new or gone."""
    found = []
    for name in sorted(before.keys() | now.keys()):
        if before.get(name) != now.get(name):
            how = "new" if name not in before else "gone" if name not in now else "changed"
            found.append(f"{name} is {how}")
    return found


def read_last_run(outputs: Path) -> LastRun | None:
    """The record under an outputs folder; None when there is none, or none that can be read."""
    try:
        return LastRun(**json.loads((outputs / NAME).read_text(encoding="utf-8")))
    except (FileNotFoundError, ValueError, TypeError):
        return None


def forget_last_run(outputs: Path) -> None:
    """Take the record away: from now on the working tables are no longer that run's."""
    (outputs / NAME).unlink(missing_ok=True)


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
