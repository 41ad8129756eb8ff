"""Wrong cells and rows put into the input tables one at a time: which are refused, shown, or pass in silence.

Each fault is made in a copy of `data/`: a figure ten times too large, two cells swapped, a row gone. What the
checks before a run do not refuse is held against the inputs of the last release, and the headlines are made
again: a headline that moves by more than a tenth of its interval, without a word, is what must not be.
"""

from __future__ import annotations

import argparse
import csv
import io
import shutil
import tempfile
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

import numpy as np
import pandas as pd

from assets.inputs.input_tables import check_every_input, files_of_a_run
from assets.inputs.settings import RunSettings
from assets.publication.headlines import headline_rows
from assets.release_history.input_changes import UNCOMPARED, input_changes
from assets.release_history.release_changes import HEADLINE_TABLES, KEYS
from assets.release_history.release_folders import current_id, manifest_of
from assets.release_history.replay import Replay, first_scenario
from assets.stages import MODELLED, assets_of
from assets.tables.declarations import INPUT_TABLES
from assets.tables.parquet import read_frame
from housing_trajectories.findings import BadInput

SILENT_SHARE = 0.1
"""Of a headline's interval: a smaller move is not looked for."""
HELD = ("monthly_series", "activity_forecast")
_FEWEST_DIGITS = 3

Table = list[list[str]]
Cell = tuple[int, int]


def _times(factor: float) -> Callable[[str], str]:
    return lambda text: f"{float(text) * factor:.10g}"


def _digits_swapped(text: str) -> str:
    return text[1] + text[0] + text[2:] if len(text) >= _FEWEST_DIGITS and text[:2].isdigit() else text


FIGURES: dict[str, Callable[[str], str]] = {
    "ten times": _times(10),
    "a tenth": _times(0.1),
    "a thousand times": _times(1000),
    "half as much again": _times(1.5),
    "negative": _times(-1),
    "nought": lambda _: "0",
    "empty": lambda _: "",
    "two digits swapped": _digits_swapped,
}
"""What is done to one figure."""
ROWS = ("row gone", "swapped with another row", "row of another key")


@dataclass(frozen=True)
class Fault:
    """One fault: where and what, and what became of it."""

    table: str
    what: str
    where: str
    outcome: str
    moved: float
    said: str


def faulty(table: Table, numeric: list[int], generator: np.random.Generator) -> tuple[str, str, Table] | None:
    """A fault's name, where it is, and the table with it; None where nothing would change."""
    made = [list(row) for row in table]
    kind = str(generator.choice([*FIGURES, *ROWS]))
    row = int(generator.integers(1, len(made)))
    column = int(generator.choice(numeric)) if numeric else -1
    if kind == "row gone" or column < 0:
        where, kind = f"row {row + 1}", "row gone"
        del made[row]
    elif kind == "swapped with another row":
        other = int(generator.integers(1, len(made)))
        made[row][column], made[other][column] = made[other][column], made[row][column]
        where = f"rows {row + 1} and {other + 1}, {made[0][column]}"
    elif kind == "row of another key":
        other = int(generator.integers(1, len(made)))
        made[row][0], made[other][0] = made[other][0], made[row][0]
        where = f"rows {row + 1} and {other + 1}, {made[0][0]}"
    else:
        old = made[row][column]
        if not old:
            return None
        new = FIGURES[kind](old)
        made[row][column] = f"{round(float(new))}" if new and old.lstrip("-").isdigit() else new
        where = f"row {row + 1}, {made[0][column]}: {old} → {made[row][column] or 'empty'}"
    return None if made == table else (kind, where, made)


class WrongCells:
    """The shipped inputs, the release made from them, and a replay of its headlines."""

    def __init__(self, outputs: Path) -> None:
        self.settings = RunSettings(outputs_directory=str(outputs))
        release = current_id(outputs)
        if release is None:
            raise SystemExit(f"no release in {outputs}: run make forecast first")
        self.headlines = pd.DataFrame(manifest_of(outputs, release)["headlines"]).set_index(KEYS)
        held = {name: read_frame(outputs / "tables" / f"{name}.parquet") for name in HELD}
        self.replay = Replay(assets_of(MODELLED), held=held)
        self.base = self._principal(self.settings)

    def _principal(self, settings: RunSettings) -> pd.Series:
        tables = self.replay.tables(HEADLINE_TABLES, settings, {"scenarios": first_scenario})
        return headline_rows(tables).set_index(KEYS)["principal"]

    def outcome(self, name: str, content: str) -> tuple[str, float, str]:
        """What becomes of a run with this content of one table, the largest move, and what is said."""
        with tempfile.TemporaryDirectory(prefix="placecast-") as folder:
            data = Path(folder) / "data"
            shutil.copytree(self.settings.data_path, data)
            path = data / f"{name}.csv"
            before = path.read_bytes()
            path.write_text(content, encoding="utf-8", newline="")
            settings = self.settings.model_copy(update={"data_directory": str(data)})
            try:
                check_every_input(settings)
            except BadInput as error:
                return "refused", np.nan, error.findings[0].sentence()
            changes = input_changes(
                {f"data/{name}.csv": before}, {f"data/{name}.csv": path.read_bytes()}, data,
                pd.DataFrame(columns=["accepted", "place", "until"]), datetime.now(UTC).date(),
            )  # fmt: skip
            try:
                after = self._principal(settings)
            except Exception as error:
                return "stops a run late", np.nan, f"{type(error).__name__}: {error}"
        widths = (self.headlines["p90"] - self.headlines["p10"]).reindex(self.base.index)
        moved = float(((after.reindex(self.base.index) - self.base).abs() / widths).max())
        if changes.refused:
            return "needs acceptance", moved, changes.refused[0].sentence()
        return ("shown" if changes.changed else "silent"), moved, "; ".join(changes.changed)


def _tables(data: Path) -> dict[str, tuple[Table, list[int]]]:
    """Every input table that holds something: its cells, and the positions of its columns of figures."""
    found = {}
    for name, declared in INPUT_TABLES.items():
        rows = list(csv.reader(io.StringIO((data / f"{name}.csv").read_text(encoding="utf-8-sig"))))
        if len(rows) > 2 and f"{name}.csv" not in UNCOMPARED:
            kinds = {column.name: column.kind for column in declared.columns}
            found[name] = rows, [at for at, column in enumerate(rows[0]) if kinds.get(column) != "text"]
    return found


def run(outputs: Path, count: int, seed: int) -> list[Fault]:
    """Make `count` faults, every table as likely as the others, and print each as it is done."""
    experiment = WrongCells(outputs)
    generator = np.random.default_rng(seed)
    tables = _tables(experiment.settings.data_path)
    assert files_of_a_run(experiment.settings), "there are inputs"
    faults: list[Fault] = []
    while len(faults) < count:
        name = str(generator.choice(sorted(tables)))
        rows, numeric = tables[name]
        fault = faulty(rows, numeric, generator)
        if fault is None:
            continue
        kind, where, made = fault
        text = io.StringIO()
        csv.writer(text, lineterminator="\n").writerows(made)
        outcome, moved, said = experiment.outcome(name, text.getvalue())
        faults.append(Fault(name, kind, where, outcome, moved, said))
        print(
            f"{len(faults):3} {name}, {kind}, {where}: {outcome}, moved {moved:.2f}: {said[:200]}", flush=True
        )
    return faults


def summary(faults: list[Fault]) -> str:
    """Counts by table, and how many moved a headline with and without a release to compare with."""
    lines = []
    outcomes = ("refused", "needs acceptance", "shown", "silent", "stops a run late")
    lines.append("table," + ",".join(outcomes) + ",moved and not refused")
    for name in sorted({fault.table for fault in faults}):
        own = [fault for fault in faults if fault.table == name]
        counts = Counter(fault.outcome for fault in own)
        moved = sum(fault.moved > SILENT_SHARE for fault in own)
        lines.append(f"{name}," + ",".join(str(counts[each]) for each in outcomes) + f",{moved}")
    moved = [fault for fault in faults if fault.moved > SILENT_SHARE]
    silent = [fault for fault in moved if fault.outcome == "silent"]
    lines.append(
        f"{len(faults)} faults: {len(silent)} moved a headline by more than {SILENT_SHARE:g} of its interval "
        f"in silence; in a first run, with no release to compare with, {len(moved)} would"
    )
    return "\n".join(lines)


def main() -> None:
    """Print what becomes of the faults of one seed."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--outputs", type=Path, default=Path("outputs"), help="outputs with a release")
    parser.add_argument("--count", type=int, default=300)
    parser.add_argument("--seed", type=int, default=20261128)
    arguments = parser.parse_args()
    print(f"seed {arguments.seed}")
    print(summary(run(arguments.outputs, arguments.count, arguments.seed)))


if __name__ == "__main__":
    main()
