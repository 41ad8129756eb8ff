"""A night as a process of its own, as a timer would start it, and what it left, looked at from outside.

For the soak and for the tests that kill nights. Knows nothing of how a night works inside.
"""

from __future__ import annotations

import gzip
import hashlib
import json
import os
import signal
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path

from assets.inputs.input_hashes import file_sha256
from assets.release_history.shared_files import PACKED

ROOT = Path(__file__).resolve().parents[2]
ABOUT_EARLIER_RELEASES = frozenset({"release_changes", "actual_against_plan", "sensitivity"})
"""Tables that speak of the releases before: two histories do not make the same of them."""


def night_command(outputs: Path, trajectories: Path, draws: int, data: Path | None = None) -> list[str]:
    """The command of a night over these folders."""
    command = [sys.executable, "-W", "ignore", "-m", "pipelines", "night", "--outputs", str(outputs)]
    command += ["--trajectories", str(trajectories), "--draws", str(draws)]
    return [*command, "--data", str(data)] if data else command


def environment() -> dict[str, str]:
    """The environment of a night that leaves nothing in Dagster's own history."""
    unwanted = ("DAGSTER_HOME", "PLACECAST_DATA", "PLACECAST_TRAJECTORIES", "PLACECAST_OUTPUTS")
    return {name: value for name, value in os.environ.items() if name not in unwanted}


def start(command: list[str], log: Path) -> subprocess.Popen[bytes]:
    """Start a night in a process group of its own, its words going to a file."""
    with log.open("wb") as out:
        return subprocess.Popen(
            command, cwd=ROOT, env=environment(), stdout=out, stderr=subprocess.STDOUT, start_new_session=True
        )


def kill(process: subprocess.Popen[bytes], *, alone: bool = False) -> None:
    """End a night with -9, and whatever it started; with `alone` what it started lives on as it can."""
    if process.poll() is None:
        if alone:
            process.kill()
        else:
            os.killpg(process.pid, signal.SIGKILL)
    process.wait()


def whole(release: Path) -> bool:
    """Whether a release has every file its manifest names, with the content it says."""
    try:
        manifest = json.loads((release / "manifest.json").read_text(encoding="utf-8"))
        files = manifest["files"]
        return bool(manifest["tables"]) and all(
            _sha256(release / name) == digest for name, digest in files.items()
        )
    except (OSError, EOFError, ValueError, KeyError):
        return False


def _sha256(path: Path) -> str:
    """Of a file, or of what is packed in its place."""
    if path.exists():
        return file_sha256(path)
    return hashlib.sha256(gzip.decompress(path.with_name(path.name + PACKED).read_bytes())).hexdigest()


def contents(outputs: Path) -> Mapping[str, str]:
    """Table → SHA-256 in the current release, without those that speak of earlier ones."""
    manifest = json.loads((outputs / "current" / "manifest.json").read_text(encoding="utf-8"))
    return {
        name: entry["parquet_sha256"]
        for name, entry in manifest["tables"].items()
        if name not in ABOUT_EARLIER_RELEASES
    }


def with_homes(trajectories: Path, homes: str) -> None:
    """Luton's trajectory with another number of homes in one year to come."""
    text = (ROOT / "housing_trajectories" / "blmk" / "luton.csv").read_text(encoding="utf-8")
    planned = ",87,86,87,87,87,86,87,"
    if planned not in text:
        raise ValueError("luton.csv no longer holds the cells that the soak changes")
    (trajectories / "luton.csv").write_text(
        text.replace(planned, f",87,86,87,{homes},87,86,87,", 1), encoding="utf-8"
    )
