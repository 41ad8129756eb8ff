"""Random faults over nights, inbox, folders and disk, one after the other; what they left, counted by kind.

    python -m benchmarks.validation.faults --faults 200 --seed 1

One sequence over one set of outputs. After each fault, and while the night or the inbox that met it goes on,
readers must have a whole release where they had one, made from inputs that were in use. Then a night that
nobody disturbs must publish what the inputs in use say. Nothing may be lost: files that came by the inbox are
in use, in the store, in quarantine, set aside or still there; a colleague's files are as they were; releases
that the rules keep are there and whole, but for those that the fault itself spoilt.
"""

from __future__ import annotations

import argparse
import os
import random
import shutil
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field
from multiprocessing.process import BaseProcess
from pathlib import Path

from rich.console import Console
from rich.table import Table

from assets.release_history.release_folders import current_id, release_ids
from benchmarks.validation.quick_nights import DAYS_KEPT, QuickHouse, content_sha256, homes_of
from benchmarks.validation.real_nights import whole

_LONGEST_SECONDS = 60.0
_NEW_DAYS = 2
"""Days of publication that a fault and the night after it may add: so many old ones may go."""


@dataclass
class Ledger:
    """What must not be lost: colleagues' files, files that arrived, spoilt releases, homes once in use."""

    foreign: dict[Path, bytes] = field(default_factory=dict)
    arrived: dict[str, str] = field(default_factory=dict)
    spoilt: set[str] = field(default_factory=set)
    homes: set[int] = field(default_factory=set)
    reads: int = 0


class Experiment:
    """The house, what is known of it, and the chance that all faults draw from."""

    def __init__(self, house: QuickHouse, seed: int) -> None:
        self.house, self.seed = house, seed
        self.chance = random.Random(seed)  # noqa: S311  (a repeatable choice, no secret)
        self.ledger = Ledger()
        self.days = 0
        self.number = 0
        self.readers_had_one = False
        self.link_spoilt = False

    def put(self, homes: int) -> None:
        """Another number of homes in Luton's file."""
        (self.house.root / "trajectories" / "luton.csv").write_bytes(self.house.luton(homes))

    def watched(
        self, process: BaseProcess, *, kill_after: float | None = None
    ) -> tuple[int | None, list[str]]:
        """Read as readers do until a process ends or is killed: its exit code, and what readers met."""
        began, wrong = time.monotonic(), []
        while process.is_alive():
            passed = time.monotonic() - began
            if (kill_after is not None and passed > kill_after) or passed > _LONGEST_SECONDS:
                process.kill()
                process.join()
                if passed > _LONGEST_SECONDS:
                    wrong.append("it did not end")
                break
            wrong += self.read()
            process.join(0.02)
        return process.exitcode, wrong + self.read()

    def read(self) -> list[str]:
        """What a reader meets who opens the current release now; nothing where the fault took the link."""
        self.ledger.reads += 1
        current = current_id(self.house.outputs)
        if current is None or current in self.ledger.spoilt:
            return ["readers have no release"] if self.readers_had_one and not self.link_spoilt else []
        folder = self.house.outputs / "releases" / current
        wrong = [] if whole(folder) else [f"{current} is not whole"]
        if not wrong and homes_of(folder / "housing_delivery.parquet") not in self.ledger.homes:
            wrong.append(f"{current} was made from inputs that were never in use")
        return wrong

    def in_use(self) -> int:
        """Homes of Luton's file as it is, which a release may be made from from now on."""
        from housing_trajectories.reading import read

        table = read(self.house.root / "trajectories" / "luton.csv").table
        homes = int(table["planned_net_dwellings"].sum())
        self.ledger.homes.add(homes)
        return homes

    def a_release(self) -> Path:
        """One of the whole releases, at random."""
        return self.house.outputs / "releases" / self.chance.choice(release_ids(self.house.outputs))

    def spoil(self, release: Path) -> None:
        """Note that a release is spoilt, and with it those that share its files."""
        there = release_ids(self.house.outputs)
        self.ledger.spoilt |= {r for r in there if not whole(self.house.outputs / "releases" / r)} | {
            release.name
        }
        self.link_spoilt |= (self.house.outputs / "current").resolve().name in self.ledger.spoilt


Fault = Callable[[Experiment], list[str]]


def killed_night(e: Experiment) -> list[str]:
    """A night killed with -9 at a random moment."""
    e.put(e.chance.choice((87, 107, 127)))
    e.in_use()
    return e.watched(e.house.night(e.days), kill_after=e.chance.uniform(0.0, 0.8))[1]


def killed_inbox(e: Experiment) -> list[str]:
    """A look into the inbox killed with -9 at a random moment."""
    arrive(e, e.house.luton(e.chance.randint(60, 140)))
    process = e.house.look(e.number)
    return e.watched(process, kill_after=e.chance.uniform(0.0, 0.6))[1]


def inbox_versions(e: Experiment) -> list[str]:
    """Two to four versions of one file at once."""
    for _ in range(e.chance.randint(2, 4)):
        arrive(e, e.house.luton(e.chance.randint(60, 140)))
    return e.watched(e.house.look(e.number))[1]


def inbox_rubbish(e: Experiment) -> list[str]:
    """A cut, garbled or empty file, bounds by the inbox, and a good file."""
    content = e.house.luton(e.chance.randint(60, 140))
    spoilt = e.chance.choice(
        (content[: e.chance.randint(0, len(content))], garbled(e, content), b"PK\x03\x04" + content, b"")
    )
    arrive(e, spoilt)
    arrive(e, spoilt, "release_bounds.csv")
    good = e.house.luton(e.chance.randint(60, 140))
    arrive(e, good)
    return e.watched(e.house.look(e.number))[1]


def cut_manifest(e: Experiment) -> list[str]:
    """The manifest of a release ends somewhere."""
    path = e.a_release() / "manifest.json"
    text = path.read_bytes()
    path.write_bytes(text[: e.chance.randint(0, len(text) - 2)])
    e.spoil(path.parent)
    return []


def lost_file(e: Experiment) -> list[str]:
    """A file of a release is gone."""
    release = e.a_release()
    e.chance.choice(sorted(release.iterdir())).unlink()
    e.spoil(release)
    return []


def garbled_file(e: Experiment) -> list[str]:
    """Bytes of a file of a release are others."""
    release = e.a_release()
    path = e.chance.choice(sorted(release.iterdir()))
    path.write_bytes(garbled(e, path.read_bytes()))
    e.spoil(release)
    return []


def spoilt_link(e: Experiment) -> list[str]:
    """The link that readers follow is gone, dangles, leads elsewhere or is a copy."""
    link = e.house.outputs / "current"
    e.link_spoilt = True
    if link.is_dir() and not link.is_symlink():
        return []
    target = link.resolve()
    link.unlink(missing_ok=True)
    how = e.chance.choice(("gone", "dangling", "elsewhere", "a copy"))
    if how == "dangling":
        link.symlink_to("releases/20200101T000000Z-00000000")
    elif how == "elsewhere":
        link.symlink_to(e.house.root / "data")
    elif how == "a copy" and target.is_dir():
        shutil.copytree(target, link)
    return []


def foreign_files(e: Experiment) -> list[str]:
    """A colleague's folder or file among ours."""
    base = e.house.outputs
    folder = e.chance.choice((base / "releases", base / "inputs", base / "nights", base))
    if e.chance.random() < 0.5 and folder.name == "releases":
        copy = folder / f"keep-for-board-meeting-{e.number}"
        shutil.copytree(e.a_release(), copy)
        e.ledger.foreign |= {path: path.read_bytes() for path in copy.iterdir()}
        return []
    folder.mkdir(exist_ok=True)
    path = folder / e.chance.choice((f"notes {e.number}.txt", f"Copy of release {e.number}.zip"))
    path.write_bytes(b"of a colleague")
    e.ledger.foreign[path] = b"of a colleague"
    return []


def garbled_record(e: Experiment) -> list[str]:
    """The record of the last run, the lock, or the log of nights is garbled."""
    names = ("last_run.json", "run.lock", "nights/alerts_told.json", "nights/*.json", "nights/*.txt")
    for path in e.house.outputs.glob(e.chance.choice(names)):
        if path not in e.ledger.foreign:
            path.write_bytes(e.chance.choice((b"", b"{", garbled(e, path.read_bytes()), b"[]", b"null")))
    return []


def spoilt_store(e: Experiment) -> list[str]:
    """Stored inputs are gone or garbled."""
    stored = sorted(path for path in (e.house.outputs / "inputs").iterdir() if len(path.name) == 64)
    for path in e.chance.sample(stored, min(3, len(stored))):
        if path.name in e.ledger.arrived.values():
            continue
        if e.chance.random() < 0.5:
            path.unlink()
        else:
            path.chmod(0o644)
            path.write_bytes(garbled(e, path.read_bytes()))
    return []


def wrong_clock(e: Experiment) -> list[str]:
    """A night by a clock that is wrong by up to eight years."""
    e.put(e.chance.choice((87, 107, 127)))
    e.in_use()
    return e.watched(e.house.night(e.days + e.chance.choice((-400, -40, -1, 40, 400, 3000))))[1]


def small_disk(e: Experiment) -> list[str]:
    """A night in which no file may be larger than some size."""
    e.put(e.chance.choice((87, 107, 127)))
    e.in_use()
    return e.watched(e.house.night(e.days, most_bytes=e.chance.randint(1, 400_000)))[1]


def read_only_folder(e: Experiment) -> list[str]:
    """A night or a look into the inbox while a folder takes nothing."""
    names = ("", "releases", "inputs", "nights")
    folder = e.house.outputs / e.chance.choice(names)
    if not folder.is_dir():
        return []
    _takes_nothing(folder, on=True)
    try:
        if e.chance.random() < 0.5:
            return e.watched(e.house.night(e.days))[1]
        arrive(e, e.house.luton(e.chance.randint(60, 140)))
        return e.watched(e.house.look(e.number))[1]
    finally:
        _takes_nothing(folder, on=False)


def _takes_nothing(folder: Path, *, on: bool) -> None:
    """By its rights, or for root, whom these do not concern, by its attribute (chattr)."""
    if os.getuid() == 0:
        subprocess.run(["chattr", "+i" if on else "-i", str(folder)], check=True)
    else:
        folder.chmod(0o555 if on else 0o755)


def input_changed_meanwhile(e: Experiment) -> list[str]:
    """An input that changes while a night reads it."""
    e.put(107)
    e.in_use()
    process = e.house.night(e.days)
    time.sleep(e.chance.uniform(0.0, 0.4))
    e.put(127)
    e.in_use()
    return e.watched(process)[1]


FAULTS: tuple[Fault, ...] = (
    killed_night,
    killed_inbox,
    inbox_versions,
    inbox_rubbish,
    cut_manifest,
    lost_file,
    garbled_file,
    spoilt_link,
    foreign_files,
    garbled_record,
    spoilt_store,
    wrong_clock,
    small_disk,
    read_only_folder,
    input_changed_meanwhile,
)


def garbled(e: Experiment, content: bytes) -> bytes:
    """The content with some bytes changed."""
    changed = bytearray(content or b"x")
    for _ in range(e.chance.randint(1, 20)):
        changed[e.chance.randrange(len(changed))] = e.chance.randrange(256)
    return bytes(changed)


def arrive(e: Experiment, content: bytes, name: str = "") -> None:
    """Put a file into the inbox."""
    path = e.house.inbox.folder / (name or f"Luton {e.number} {len(e.ledger.arrived)}.csv")
    path.write_bytes(content)
    e.ledger.arrived[f"{path.name} {e.number}"] = content_sha256(path)


def lost(e: Experiment, published: list[str]) -> list[str]:
    """What is not there any more and ought to be."""
    wrong = [
        f"{path.name}, a colleague's, is gone or changed"
        for path, content in e.ledger.foreign.items()
        if not path.is_file() or path.read_bytes() != content
    ]
    inputs = e.house.root
    there = {
        content_sha256(path)
        for folder in (inputs / "inputs", inputs / "trajectories", e.house.outputs / "inputs")
        for path in folder.rglob("*")
        if path.is_file()
    }
    wrong += [f"{name}, which arrived, is lost" for name, sha in e.ledger.arrived.items() if sha not in there]
    e.ledger.arrived = {
        name: sha for name, sha in e.ledger.arrived.items() if str(e.number) in name.split()[-1]
    }
    releases = release_ids(e.house.outputs)
    days = sorted({release[:8] for release in published}, reverse=True)
    for release in published:
        kept = release[:8] in days[: DAYS_KEPT - _NEW_DAYS] and release not in e.ledger.spoilt
        if kept and not (release in releases and whole(e.house.outputs / "releases" / release)):
            wrong.append(f"release {release} is lost or not whole")
    return wrong


def one(e: Experiment) -> tuple[str, list[str]]:
    """A fault, and a night nobody disturbs after it: the kind, and all that went wrong."""
    e.number += 1
    e.days += 1
    fault = e.chance.choice(FAULTS)
    e.in_use()
    before = release_ids(e.house.outputs)
    wrong = fault(e)
    e.link_spoilt |= current_id(e.house.outputs) in {None, *e.ledger.spoilt}
    _, met = e.watched(e.house.look(e.number))
    wrong += met
    homes = e.in_use()
    code, met = e.watched(e.house.night(e.days))
    wrong += met
    words = e.house.root / "words.txt"
    if code != 0:
        wrong.append(f"the next night failed: {words.read_text() if words.exists() else code}")
    e.readers_had_one, e.link_spoilt = True, False
    current = current_id(e.house.outputs)
    folder = e.house.outputs / "releases" / (current or "")
    if current is None or not whole(folder) or homes_of(folder / "housing_delivery.parquet") != homes:
        wrong.append("readers do not see what the inputs in use say")
    wrong += lost(e, before)
    hidden = [path.name for path in e.house.outputs.rglob(".*")]
    half = (".building", ".gone", ".current")
    debris = [name for name in hidden if name.startswith(half) or name.endswith(".part")]
    wrong += [f"debris: {name}" for name in debris]
    return fault.__name__.replace("_", " "), wrong


def main() -> int:
    """Make so many faults and print what they left, by kind."""
    parser = argparse.ArgumentParser(prog="faults", description=__doc__.split("\n\n")[0])
    parser.add_argument("--faults", type=int, default=200)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--folder", type=Path, default=Path("/dev/shm/placecast-faults"))  # noqa: S108
    options = parser.parse_args()
    console = Console(highlight=False, width=None if sys.stdout.isatty() else 140)
    house = QuickHouse(options.folder.resolve())
    house.prepare()
    e = Experiment(house, options.seed)
    for days in (-2, -1):  # two releases to begin with
        e.put(87 + days)
        e.in_use()
        if e.watched(house.night(days))[0] != 0:
            console.print((house.root / "words.txt").read_text())
            return 1
    made: Counter[str] = Counter()
    bad: Counter[str] = Counter()
    for _ in range(options.faults):
        kind, wrong = one(e)
        made[kind] += 1
        bad[kind] += bool(wrong)
        if wrong:
            console.print(f"fault {e.number}, {kind}: {'; '.join(dict.fromkeys(wrong))}")
    shown = Table(title=f"Faults, seed {options.seed}", title_justify="left")
    for heading in ("fault", "times", "something wrong"):
        shown.add_column(heading, justify="left" if heading == "fault" else "right")
    for kind, times in sorted(made.items()):
        shown.add_row(kind, str(times), str(bad[kind]))
    console.print(shown)
    console.print(
        f"{sum(made.values())} faults from seed {options.seed}, {e.ledger.reads:,} reads meanwhile; "
        f"{sum(bad.values())} left something wrong"
    )
    return 1 if sum(bad.values()) else 0


if __name__ == "__main__":
    sys.exit(main())
