"""Speed and memory of the main job as a whole process, warm: `make bench`. Prints a table, judges nothing."""

from __future__ import annotations

import argparse
import json
import os
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from rich.console import Console
from rich.table import Table

ROOT = Path(__file__).resolve().parents[2]


def run_once(outputs: Path) -> tuple[float, float, str]:
    """Seconds, peak memory in GB and the content digest of one run in a process of its own."""
    command = [sys.executable, "-m", "pipelines", "forecast", "--outputs", str(outputs)]
    started = time.monotonic()
    with subprocess.Popen(command, cwd=ROOT, stdout=subprocess.DEVNULL) as process:
        _, status, usage = os.wait4(process.pid, 0)
        process.returncode = os.waitstatus_to_exitcode(status)
    if process.returncode != 0:
        raise SystemExit(f"the run ended with exit code {process.returncode}")
    manifest = json.loads((outputs / "current" / "manifest.json").read_text(encoding="utf-8"))
    return time.monotonic() - started, usage.ru_maxrss / 1024**2, manifest["content_sha256"]


def main() -> None:
    """Run the job a few times and print what it took."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--runs", type=int, default=3)
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        run_once(Path(folder))  # the first run compiles the kernel and fills the disk cache
        figures = [run_once(Path(folder)) for _ in range(options.runs)]
    table = Table(title=f"make forecast, warm, {options.runs} runs on {os.cpu_count()} cores")
    for heading in ("", "minimum", "median", "maximum"):
        table.add_column(heading, justify="left" if not heading else "right")
    for name, values in (
        ("wall seconds", [figure[0] for figure in figures]),
        ("peak memory, GB", [figure[1] for figure in figures]),
    ):
        table.add_row(name, *(f"{f(values):.2f}" for f in (min, statistics.median, max)))
    console = Console()
    console.print(table)
    same = len({figure[2] for figure in figures}) == 1
    console.print(f"tables byte-identical over the runs: {'yes' if same else 'NO'}")


if __name__ == "__main__":
    main()
