"""`make soak`: real nights killed with -9 at random moments, one after the other. Prints a table.

One sequence: each night takes in a changed trajectory and goes on from whatever the one killed before it
left. Half are killed at a moment drawn from a whole night's time; half at one of the files a night writes,
drawn first by kind, so that moments which last milliseconds (the store of inputs, a release moved to its
name, the link that readers follow, the record of the run) come up as often as those that last seconds. Some
are killed alone and some with every process they started. After each, readers must have a whole release, its
files what its manifest says. After every tenth a night is let through: it must recover by itself and leave,
byte for byte, the tables of a run of everything on the same inputs that nobody disturbed.

The pipeline is the real one; few draws and one scenario keep a night short. Kills so far are kept in
`<folder>/soak.json`: started again, it goes on where it was.
"""

from __future__ import annotations

import argparse
import json
import random
import shutil
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Mapping
from dataclasses import asdict, dataclass
from pathlib import Path

from rich.console import Console
from rich.table import Table
from watchdog.events import FileSystemEvent, FileSystemEventHandler
from watchdog.observers import Observer

from assets.inputs.scenarios import PRINCIPAL
from benchmarks.shipped import DATA
from benchmarks.validation.real_nights import ROOT, contents, kill, night_command, start, whole, with_homes
from pipelines.nightly.last_run import write_durably

BETWEEN_NIGHTS_LET_THROUGH = 10
HOMES = ("87", "127", "167")
"""What stands in one year of Luton's trajectory, one night and another: three sets of inputs."""
AFTER_A_WRITE_SECONDS = 0.05
"""A kill at a written file comes at once or up to so much later, as chance has it."""
KINDS: Mapping[str, Callable[[str], bool]] = {
    "a working table": lambda path: path.startswith("tables/"),
    "the store of inputs": lambda path: path.startswith("inputs/"),
    "a file of the release": lambda path: path.startswith("releases/.building-") and "manifest" not in path,
    "its manifest": lambda path: path.endswith("/manifest.json"),
    "the release's name or link": lambda path: (
        path == "current"
        or path.startswith(".current-")
        or (path.startswith("releases/") and path.count("/") == 1)
    ),
    "the record of the run": lambda path: "last_run.json" in path,
    "the log of nights": lambda path: path.startswith("nights/"),
}
"""Kinds of files a night writes under its outputs."""


@dataclass(frozen=True)
class Kill:
    """One night that was killed: at what, when, at which stage, and what readers and the next night had."""

    number: int
    at: str
    seconds: float
    alone: bool
    last_words: str
    current_is_whole: bool
    published: bool
    recovered: bool | None = None


@dataclass(frozen=True)
class Undisturbed:
    """What nights that nobody disturbed made: tables by inputs, seconds, and files written by kind."""

    contents: Mapping[str, Mapping[str, str]]
    seconds: float
    writes: Mapping[str, int]


class Writes(FileSystemEventHandler):
    """Counts what a night writes under its outputs by kind, and calls once at the one that is waited for."""

    def __init__(self, outputs: Path, kind: str = "", nth: int = 0, call: Callable[[], None] | None = None):
        self.counted = dict.fromkeys(KINDS, 0)
        self._outputs = outputs
        self._kind, self._nth, self._call = kind, nth, call

    def on_any_event(self, event: FileSystemEvent) -> None:
        """A file or folder was made, changed or moved."""
        if event.event_type not in ("created", "moved", "closed"):
            return
        path = Path(str(event.dest_path or event.src_path)).relative_to(self._outputs).as_posix()
        kind = next((name for name, belongs in KINDS.items() if belongs(path)), None)
        if kind is None:
            return
        self.counted[kind] += 1
        if kind == self._kind and self.counted[kind] == self._nth and self._call:
            self._call()


class Folders:
    """The inputs, outputs and notes of one soak."""

    def __init__(self, folder: Path, draws: int) -> None:
        self.folder, self.draws = folder, draws
        self.outputs, self.trajectories, self.data = (
            folder / name for name in ("outputs", "trajectories", "data")
        )
        self.log = folder / "night.log"

    def prepare(self) -> None:
        """Small inputs: all figures, all four trajectories, one scenario."""
        for old in (self.outputs, self.trajectories, self.data):
            shutil.rmtree(old, ignore_errors=True)
        shutil.copytree(ROOT / "housing_trajectories" / "blmk", self.trajectories)
        shutil.copytree(DATA, self.data)
        for scenario in (self.data / "scenarios").glob("*.yaml"):
            if scenario.stem != PRINCIPAL:
                scenario.unlink()
        self.outputs.mkdir(parents=True)

    def night(self) -> subprocess.Popen[bytes]:
        """Start a night over them."""
        return start(night_command(self.outputs, self.trajectories, self.draws, self.data), self.log)

    def let_through(self) -> None:
        """Hold a night to its end; raises RuntimeError with its words where it fails."""
        if self.night().wait() != 0:
            raise RuntimeError(self.log.read_text(errors="replace"))

    def last_words(self) -> str:
        """The last line a night said."""
        words = self.log.read_text(errors="replace").strip().splitlines()
        return words[-1].strip()[:50] if words else "(nothing said yet)"


def main() -> int:
    """Kill nights until there are enough, and print what was left."""
    parser = argparse.ArgumentParser(prog="soak", description=__doc__.split("\n\n")[0])
    parser.add_argument("--kills", type=int, default=50)
    parser.add_argument("--draws", type=int, default=4)
    parser.add_argument("--folder", type=Path, default=ROOT / "outputs" / "soak")
    options = parser.parse_args()
    folders = Folders(options.folder.resolve(), options.draws)
    folders.folder.mkdir(parents=True, exist_ok=True)
    console = Console(highlight=False, width=None if sys.stdout.isatty() else 140)
    undisturbed = _undisturbed(folders, console)
    kills = _kills(folders.folder)
    while len(kills) < options.kills:
        number = len(kills) + 1
        last = number % BETWEEN_NIGHTS_LET_THROUGH == 0 or number == options.kills
        kills.append(_one(folders, undisturbed, number, let_through_after=last))
        write_durably(
            folders.folder / "soak.json", json.dumps([asdict(entry) for entry in kills], indent=1) + "\n"
        )
        console.print("  ".join(_cells(kills[-1])))
    console.print(_table(kills))
    broken = [path.name for path in (folders.outputs / "releases").iterdir() if not whole(path)]
    debris = [path.name for path in folders.outputs.rglob(".*") if path.name.endswith(".part")]
    let_through = [entry for entry in kills if entry.recovered is not None]
    console.print(
        f"{len(kills)} kills; current whole after {sum(entry.current_is_whole for entry in kills)}; "
        f"{sum(bool(entry.recovered) for entry in let_through)} of {len(let_through)} nights let through "
        f"left what an undisturbed one makes; releases that are not whole: {broken or 'none'}; "
        f"half-written files left: {debris or 'none'}"
    )
    good = all(entry.current_is_whole and entry.recovered is not False for entry in kills)
    return 0 if good and not broken and not debris else 1


def _one(folders: Folders, undisturbed: Undisturbed, number: int, *, let_through_after: bool) -> Kill:
    chance = random.Random(number)  # noqa: S311  (a repeatable choice of moments, no secret)
    homes = HOMES[number % len(HOMES)]
    with_homes(folders.trajectories, homes)
    before = (folders.outputs / "current").readlink()
    alone = chance.random() < 0.5
    began = time.monotonic()
    if chance.random() < 0.5:
        at = "a moment"
        process = folders.night()
        try:
            process.wait(timeout=chance.uniform(0.2, undisturbed.seconds))
        except subprocess.TimeoutExpired:
            kill(process, alone=alone)
        else:
            at = "a moment (it had ended)"
    else:
        at = _killed_at_a_write(folders, undisturbed, chance, alone=alone)
    seconds = time.monotonic() - began
    words = folders.last_words()
    intact = whole(folders.outputs / "current")
    published = (folders.outputs / "current").readlink() != before
    recovered = None
    if let_through_after:
        folders.let_through()
        recovered = contents(folders.outputs) == undisturbed.contents[homes]
    return Kill(number, at, round(seconds, 1), alone, words, intact, published, recovered)


def _killed_at_a_write(
    folders: Folders, undisturbed: Undisturbed, chance: random.Random, *, alone: bool
) -> str:
    kind = chance.choice([name for name, count in undisturbed.writes.items() if count])
    nth = chance.randint(1, undisturbed.writes[kind])
    later = chance.choice((0.0, chance.uniform(0.0, AFTER_A_WRITE_SECONDS)))
    there = threading.Event()
    watch = Observer()
    watch.schedule(Writes(folders.outputs, kind, nth, there.set), str(folders.outputs), recursive=True)
    watch.start()
    process = folders.night()
    try:
        while not there.wait(timeout=0.2) and process.poll() is None:
            pass
        time.sleep(later)
        ended = process.poll() is not None
        kill(process, alone=alone)
    finally:
        watch.stop()
        watch.join()
    return f"{kind}, {nth}" + (" (it had ended)" if ended else "")


def _undisturbed(folders: Folders, console: Console) -> Undisturbed:
    """What undisturbed runs of everything make of each set of inputs; the soak starts from the last."""
    kept = folders.folder / "undisturbed.json"
    if kept.exists():
        return Undisturbed(**json.loads(kept.read_text(encoding="utf-8")))
    folders.prepare()
    contents_of: dict[str, Mapping[str, str]] = {}
    for homes in HOMES:
        with_homes(folders.trajectories, homes)
        shutil.rmtree(folders.outputs / "tables", ignore_errors=True)
        (folders.outputs / "last_run.json").unlink(missing_ok=True)
        folders.let_through()
        contents_of[homes] = contents(folders.outputs)
    # How long a night is and what it writes: of one like those that will be killed.
    with_homes(folders.trajectories, HOMES[0])
    writes = Writes(folders.outputs)
    watch = Observer()
    watch.schedule(writes, str(folders.outputs), recursive=True)
    watch.start()
    began = time.monotonic()
    folders.let_through()
    seconds = time.monotonic() - began
    watch.stop()
    watch.join()
    if contents(folders.outputs) != contents_of[HOMES[0]]:
        raise RuntimeError("a night makes other tables than a run of everything")
    console.print(f"an undisturbed night: {seconds:.0f} s, files written: {writes.counted}")
    found = Undisturbed(contents_of, seconds, writes.counted)
    write_durably(kept, json.dumps(asdict(found)) + "\n")
    return found


def _kills(folder: Path) -> list[Kill]:
    try:
        return [Kill(**entry) for entry in json.loads((folder / "soak.json").read_text(encoding="utf-8"))]
    except FileNotFoundError:
        return []


def _table(kills: list[Kill]) -> Table:
    shown = Table(title="Nights killed with -9", title_justify="left")
    for heading in (
        "kill",
        "killed at",
        "after s",
        "what",
        "last words",
        "current",
        "published",
        "next night",
    ):
        shown.add_column(heading, justify="right" if heading in ("kill", "after s") else "left")
    for entry in kills:
        shown.add_row(*_cells(entry))
    return shown


def _cells(entry: Kill) -> tuple[str, ...]:
    after = {None: "killed too", True: "recovered, same bytes", False: "DIFFERS"}[entry.recovered]
    return (
        str(entry.number),
        entry.at,
        f"{entry.seconds:.1f}",
        "alone" if entry.alone else "with all",
        entry.last_words,
        "whole" if entry.current_is_whole else "NOT WHOLE",
        "yes" if entry.published else "no",
        after,
    )


if __name__ == "__main__":
    sys.exit(main())
