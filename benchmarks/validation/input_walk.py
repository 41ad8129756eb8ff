"""Whether the changed inputs that pass the checks also run: rounds of whole runs, printed.

tests/assets/inputs/input_walk.csv says which changes of which table pass. Each round changes many tables at
once, one change a table; the first two change nothing and the order of all rows and columns, and must agree.

    python benchmarks/validation/input_walk.py --draws 4 [--rounds 0,1]
"""

from __future__ import annotations

import argparse
import csv
import shutil
import sys
import tempfile
import time
from pathlib import Path

import numpy as np
import pandas as pd

sys.path.insert(0, str(Path(__file__).resolve().parents[2]))

from assets.inputs.settings import RunSettings
from assets.tables.declarations import INPUT_TABLES, TABLES
from pipelines.failures import reason_of
from pipelines.in_process import execute
from tests.assets.inputs.input_changes import CHANGES, Rows, shuffled, text_of
from tests.assets.inputs.test_input_walk import WALK

Round = list[tuple[str, str]]
"""Table and change."""


def rounds() -> list[Round]:
    """Nothing, everything in another order, then the k-th change that passes of each table."""
    with WALK.open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    passing: dict[str, list[str]] = {}
    for row in rows:
        if row["expected"] == "runs":
            passing.setdefault(row["table"], []).append(row["change"])
    order = [(row["table"], "reordered") for row in rows if row["change"] == "columns_reversed"]
    most = max(len(changes) for changes in passing.values())
    return [
        [],
        order,
        *(
            [(table, changes[at]) for table, changes in passing.items() if at < len(changes)]
            for at in range(most)
        ),
    ]


def changed(table: str, change: str) -> Rows:
    """The table's rows after a change that it has."""
    if change == "reordered":
        return [row[::-1] for row in shuffled(table)]
    rows = CHANGES[change](table)
    if rows is None:
        raise ValueError(f"{table} has nothing to change by {change}")
    return rows


def run(cases: Round, folder: Path, draws: int) -> str:
    """Run everything on the changed inputs; what came of it."""
    settings = RunSettings()
    shutil.copytree(settings.data_path, folder / "data")
    for table, change in cases:
        text = text_of(changed(table, change))
        (folder / "data" / f"{table}.csv").write_text(text, encoding="utf-8")
    result = execute(
        folder / "outputs",
        {
            "draws": draws,
            "seed": 1,
            "data_directory": str(folder / "data"),
            "trajectories_directory": str(settings.trajectories_path),
        },
        history=False,
    )
    return "published" if result.success else reason_of(result)


def furthest(one: Path, other: Path) -> tuple[float, str]:
    """The largest difference between two releases' numbers in shares of a column's largest, and where."""
    worst, where = 0.0, ""
    for path in sorted((one / "current").glob("*.parquet")):
        table = TABLES.get(path.stem) or INPUT_TABLES[path.stem]
        ours, theirs = (
            pd.read_parquet(folder / "current" / path.name).sort_values(list(table.keys), ignore_index=True)
            for folder in (one, other)
        )
        if path.stem == "input_files" or not len(ours):
            continue
        if not ours[list(table.keys)].equals(theirs[list(table.keys)]):
            return float("inf"), path.stem
        for column in ours.select_dtypes("number"):
            a, b = (frame[column].to_numpy(dtype=float) for frame in (ours, theirs))
            largest = float(np.nanmax(np.abs(a), initial=0.0)) or 1.0
            gap = float(np.nanmax(np.abs(a - b), initial=0.0)) / largest
            if gap > worst:
                worst, where = gap, f"{path.stem}.{column}"
    return worst, where


def not_finite(outputs: Path) -> list[str]:
    """Required numbers of the release that are not finite, by table and column."""
    found = []
    for path in sorted((outputs / "current").glob("*.parquet")):
        frame = pd.read_parquet(path)
        for column in {"principal", "p10", "p50", "p90"} & set(frame.columns):
            if not np.isfinite(frame[column].to_numpy(dtype=float)).all():
                found.append(f"{path.stem}.{column}")
    return found


def main() -> int:
    """Run the rounds asked for, one after another, and print what came of each."""
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("--draws", type=int, default=4)
    options.add_argument("--rounds", default="")
    asked = options.parse_args()
    every = rounds()
    chosen = [int(at) for at in asked.rounds.split(",") if at] or list(range(len(every)))
    failed = 0
    with tempfile.TemporaryDirectory(prefix="input-walk-") as temporary:
        for at in chosen:
            started, cases = time.monotonic(), every[at]
            folder = Path(temporary) / str(at)
            outcome = run(cases, folder, asked.draws)
            while len(cases) > 1 and (lost := [one for one in cases if outcome.startswith(f"{one[0]}.csv")]):
                # Two changes that pass alone may contradict each other: each has its turn.
                print(f"round {at} without {lost[0]}, which has a round of its own: {outcome[:200]}")
                chosen.append(len(every))
                every.append(lost)
                cases = [one for one in cases if one not in lost]
                shutil.rmtree(folder)
                outcome = run(cases, folder, asked.draws)
            failed += outcome != "published"
            seconds = time.monotonic() - started
            print(f"round {at}, {len(cases)} changes, {seconds:.0f} s: {outcome}", flush=True)
            if outcome == "published":
                print(f"  not finite: {', '.join(not_finite(folder / 'outputs')) or 'nothing'}")
            if at < 2 and (Path(temporary) / "0" / "outputs" / "current").exists():
                gap, where = furthest(Path(temporary) / "0" / "outputs", folder / "outputs")
                print(f"  furthest from round 0: {gap:.1e} {where}")
            for table, change in cases if at > 1 else ():
                print(f"  {table}: {change}", flush=True)
    return 1 if failed else 0


if __name__ == "__main__":
    raise SystemExit(main())
