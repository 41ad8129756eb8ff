"""What a night takes when one council's trajectory has changed, and when nothing has. Prints a table.

`python -m benchmarks.speed.changed_trajectory [--outputs FOLDER]`: a run of everything, then nights, each a
process of its own with another number of homes in one year of Luton's trajectory. With --outputs, a copy of
what an earlier run left is taken for the first. Seconds of the clock mean something on a quiet machine
only; seconds of processor are those of the night and all it started. Judges nothing.
"""

from __future__ import annotations

import argparse
import os
import shutil
import statistics
import subprocess
import tempfile
import time
from pathlib import Path

from rich.console import Console
from rich.table import Table

from assets.inputs.defaults import DEFAULT_DRAWS
from benchmarks.validation.real_nights import ROOT, environment, night_command, with_homes

HOMES = ("127", "167", "107", "147")


def hold(outputs: Path, trajectories: Path, draws: int) -> tuple[float, float]:
    """Hold one night: seconds of the clock and of the processor. Raises SystemExit where it fails."""
    log = outputs / "benchmark.log"
    began = time.monotonic()
    with log.open("wb") as out:
        process = subprocess.Popen(
            night_command(outputs, trajectories, draws),
            cwd=ROOT,
            env=environment(),
            stdout=out,
            stderr=subprocess.STDOUT,
        )
        _, status, usage = os.wait4(process.pid, 0)
    process.returncode = os.waitstatus_to_exitcode(status)
    if process.returncode:
        raise SystemExit(log.read_text(errors="replace"))
    return time.monotonic() - began, usage.ru_utime + usage.ru_stime


def main() -> None:
    """Hold the nights and print what they took."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--outputs", type=Path, help="outputs of an earlier run by the same code and draws")
    parser.add_argument("--draws", type=int, default=DEFAULT_DRAWS)
    parser.add_argument("--nights", type=int, default=3)
    options = parser.parse_args()
    console = Console(highlight=False)
    with tempfile.TemporaryDirectory() as folder:
        outputs, trajectories = Path(folder) / "outputs", Path(folder) / "trajectories"
        shutil.copytree(ROOT / "housing_trajectories" / "blmk", trajectories)
        if options.outputs:
            shutil.copytree(options.outputs, outputs, symlinks=True)
        else:
            outputs.mkdir()
        hold(outputs, trajectories, options.draws)
        nothing = [hold(outputs, trajectories, options.draws) for _ in range(options.nights)]
        changed = []
        for number in range(options.nights):
            with_homes(trajectories, HOMES[number % len(HOMES)])
            changed.append(hold(outputs, trajectories, options.draws))
    table = Table(title=f"a night, {options.draws} draws, {options.nights} of each on {os.cpu_count()} cores")
    for heading in ("", "clock s, median", "clock s, least", "processor s, median"):
        table.add_column(heading, justify="left" if not heading else "right")
    for name, figures in (("nothing changed", nothing), ("one trajectory changed", changed)):
        clock, processor = [one[0] for one in figures], [one[1] for one in figures]
        table.add_row(
            name,
            f"{statistics.median(clock):.1f}",
            f"{min(clock):.1f}",
            f"{statistics.median(processor):.1f}",
        )
    console.print(table)


if __name__ == "__main__":
    main()
