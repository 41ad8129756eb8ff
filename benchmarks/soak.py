"""`make soak`: real nights killed with -9 at random moments, and what is left after each. Prints a table.

Each night takes in a changed trajectory, so that there is work to be killed in. After every kill readers must
still have a whole release, its files what its manifest says. After every fifth a night is let through: it
must recover by itself, and leave, byte for byte, the tables of a run of everything on the same inputs that
nobody disturbed: nothing lost, nothing counted twice.

Kills so far are kept in `<folder>/soak.json`: started again, it goes on where it was.
"""

from __future__ import annotations

import argparse
import contextlib
import json
import os
import random
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from pathlib import Path

from rich.console import Console
from rich.table import Table

from assets.input_hashes import file_sha256
from pipelines.last_run import write_durably

ROOT = Path(__file__).resolve().parent.parent
BETWEEN_NIGHTS_LET_THROUGH = 5
HOMES = ("87", "127", "167")
"""What stands in one year of Luton's trajectory, one night and another: three sets of inputs."""
ABOUT_EARLIER_RELEASES = frozenset({"release_changes", "actual_against_plan", "sensitivity"})
"""Tables that speak of the releases before: two histories do not make the same of them."""


@dataclass(frozen=True)
class Kill:
    """One night that was killed: when, at which stage, and whether readers still had a whole release."""

    number: int
    seconds: float
    last_words: str
    current_is_whole: bool
    recovered: bool | None = None


def night_command(outputs: Path, trajectories: Path, draws: int) -> list[str]:
    """The command of a night over these folders."""
    return [
        sys.executable,
        "-W",
        "ignore",
        "-m",
        "pipelines.night",
        "--outputs",
        str(outputs),
        "--trajectories",
        str(trajectories),
        "--draws",
        str(draws),
    ]


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


def kill(process: subprocess.Popen[bytes]) -> None:
    """End a night and whatever it started, with -9."""
    if process.poll() is None:
        os.killpg(process.pid, signal.SIGKILL)
    process.wait()


def whole(release: Path) -> bool:
    """Whether a release has every file its manifest names, with the content it says."""
    try:
        manifest = json.loads((release / "manifest.json").read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return False
    return bool(manifest["tables"]) and all(
        (release / f"{name}.{kind}").is_file()
        and file_sha256(release / f"{name}.{kind}") == entry[f"{kind}_sha256"]
        for name, entry in manifest["tables"].items()
        for kind in ("parquet", "csv")
    )


def contents(outputs: Path) -> Mapping[str, str]:
    """Table → SHA-256 in the current release, without those that speak of earlier ones."""
    manifest = json.loads((outputs / "current" / "manifest.json").read_text(encoding="utf-8"))
    return {
        name: entry["parquet_sha256"]
        for name, entry in manifest["tables"].items()
        if name not in ABOUT_EARLIER_RELEASES
    }


def with_homes(trajectories: Path, homes: str) -> None:
    """Luton's trajectory with another number of homes in one year."""
    text = (ROOT / "housing_trajectories" / "blmk" / "luton.csv").read_text(encoding="utf-8")
    if ",87,86,87," not in text:
        raise ValueError("luton.csv no longer holds the cells that the soak changes")
    (trajectories / "luton.csv").write_text(
        text.replace(",87,86,87,", f",{homes},86,87,", 1), encoding="utf-8"
    )


def main() -> int:
    """Kill nights until there are enough, and print what was left."""
    parser = argparse.ArgumentParser(prog="soak", description=__doc__.split("\n\n")[0])
    parser.add_argument("--kills", type=int, default=50)
    parser.add_argument("--draws", type=int, default=12)
    parser.add_argument("--folder", type=Path, default=ROOT / "outputs" / "soak")
    options = parser.parse_args()
    folder: Path = options.folder.resolve()
    folder.mkdir(parents=True, exist_ok=True)
    console = Console(highlight=False, width=None if sys.stdout.isatty() else 120)
    undisturbed, seconds = _undisturbed(folder, options.draws, console)
    kills = _kills(folder)
    outputs, trajectories = folder / "outputs", folder / "trajectories"
    while len(kills) < options.kills:
        number = len(kills) + 1
        chance = random.Random(number)  # noqa: S311  (a repeatable choice of moments, no secret)
        homes = HOMES[number % len(HOMES)]
        with_homes(trajectories, homes)
        process = start(night_command(outputs, trajectories, options.draws), folder / "night.log")
        after = chance.uniform(0.5, seconds)
        with contextlib.suppress(subprocess.TimeoutExpired):
            process.wait(timeout=after)
        kill(process)
        words = (folder / "night.log").read_text(errors="replace").strip().splitlines()
        recovered = None
        intact = whole(outputs / "current")
        if number % BETWEEN_NIGHTS_LET_THROUGH == 0 or number == options.kills:
            code = start(night_command(outputs, trajectories, options.draws), folder / "night.log").wait()
            recovered = code == 0 and contents(outputs) == undisturbed[homes]
        last = words[-1].strip()[:60] if words else "(nothing said yet)"
        kills.append(Kill(number, round(after, 1), last, intact, recovered))
        write_durably(folder / "soak.json", json.dumps([asdict(entry) for entry in kills], indent=1) + "\n")
        console.print(_line(kills[-1]))
    console.print(_table(kills))
    good = all(entry.current_is_whole and entry.recovered is not False for entry in kills)
    console.print(
        f"{len(kills)} kills; current whole after {sum(entry.current_is_whole for entry in kills)}; "
        f"{sum(entry.recovered is True for entry in kills)} of "
        f"{sum(entry.recovered is not None for entry in kills)} nights let through left "
        "what an undisturbed one makes"
    )
    return 0 if good else 1


def _undisturbed(folder: Path, draws: int, console: Console) -> tuple[dict[str, Mapping[str, str]], float]:
    """What undisturbed runs of everything make of each set of inputs; the soak starts from the last."""
    kept = folder / "undisturbed.json"
    outputs, trajectories = folder / "outputs", folder / "trajectories"
    if kept.exists():
        found = json.loads(kept.read_text(encoding="utf-8"))
        return found["contents"], found["seconds"]
    shutil.rmtree(outputs, ignore_errors=True)
    shutil.rmtree(trajectories, ignore_errors=True)
    shutil.copytree(ROOT / "housing_trajectories" / "blmk", trajectories)
    contents_of: dict[str, Mapping[str, str]] = {}
    seconds = 0.0
    for homes in HOMES:
        with_homes(trajectories, homes)
        shutil.rmtree(outputs / "tables", ignore_errors=True)
        (outputs / "last_run.json").unlink(missing_ok=True)
        began = time.monotonic()
        command = night_command(outputs, trajectories, draws)
        if start(command, folder / "night.log").wait() != 0:
            raise RuntimeError((folder / "night.log").read_text(errors="replace"))
        seconds = time.monotonic() - began
        contents_of[homes] = contents(outputs)
        console.print(f"a run of everything with {homes} homes, undisturbed: {seconds:.0f} s")
    write_durably(kept, json.dumps({"contents": contents_of, "seconds": seconds}) + "\n")
    return contents_of, seconds


def _kills(folder: Path) -> list[Kill]:
    try:
        return [Kill(**entry) for entry in json.loads((folder / "soak.json").read_text(encoding="utf-8"))]
    except FileNotFoundError:
        return []


def _table(kills: list[Kill]) -> Table:
    shown = Table(title="Nights killed with -9", title_justify="left")
    for heading in ("kill", "after s", "last words", "current whole", "next night"):
        shown.add_column(heading, justify="right" if heading in ("kill", "after s") else "left")
    for entry in kills:
        shown.add_row(*_cells(entry))
    return shown


def _cells(entry: Kill) -> tuple[str, str, str, str, str]:
    after = {None: "killed too", True: "recovered, same bytes", False: "DIFFERS"}[entry.recovered]
    return (
        str(entry.number),
        f"{entry.seconds:.1f}",
        entry.last_words,
        "yes" if entry.current_is_whole else "NO",
        after,
    )


def _line(entry: Kill) -> str:
    return "  ".join(_cells(entry))


if __name__ == "__main__":
    sys.exit(main())
