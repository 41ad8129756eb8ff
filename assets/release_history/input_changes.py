"""The input files against the versions the last release was made from, shown before they are taken.

Every file that changed is told in a sentence. A figure that moves further than its series ever did, or rows
that vanish in number, need a row of data/release_acceptances.csv that names the file: who, why, until when.
"""

from __future__ import annotations

import tempfile
from collections.abc import Collection, Hashable, Mapping
from dataclasses import dataclass
from datetime import date
from pathlib import Path, PurePosixPath
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from assets.inputs.csv_reading import read_table, row_numbers
from assets.inputs.input_store import InputStore, StoredInputMissing
from assets.inputs.settings import RunSettings
from assets.release_history.change_causes import what_changed
from assets.release_history.release_folders import manifest_of, release_before
from assets.tables.declarations import INPUT_TABLES
from assets.tables.declarations.declaration import Table
from housing_trajectories.findings import BadInput, Finding
from housing_trajectories.reading import read
from housing_trajectories.schema import Trajectory
from housing_trajectories.tools.fewer_sites import fewer_than_before
from models.evaluation.value_moves import bounds_of_moves, largest_steps

ACCEPTANCES = "release_acceptances.csv"
UNCOMPARED = (ACCEPTANCES, "weaknesses.csv")
"""Files that hold no figure: words on the release itself."""
SHOWN_ONLY = (
    "backtest_scores.csv",
    "edition_movements.csv",
    "release_bounds.csv",
    "release_retention.csv",
    "source_freshness.csv",
    "supply_backtest.csv",
)
"""Files whose figures no forecast uses: what changed in them is shown and needs no acceptance."""
MOST_GONE = 0.05
"""Share of a table's rows that may go without an acceptance."""
_ENDS = (b"\n", b"\r")
MOST_OF_TRAJECTORY_GONE = 0.25
"""Share of a trajectory's sites or homes that may go without an acceptance."""
_SHOWN = 3
_TIMES = ("year", "census_year", "month")
"""Keys along which a table holds series."""


@dataclass(frozen=True)
class InputChanges:
    """What changed between two versions of the inputs.

    grown: a sentence for each file that only has more rows; changed: one for each file in which something
    else changed; refused: a finding for each change that needs an acceptance.
    """

    grown: list[str]
    changed: list[str]
    refused: list[Finding]


def changes_since_last_release(
    digests: Mapping[str, str], settings: RunSettings, today: date
) -> InputChanges:
    """The run's inputs (SHA-256 by name, all stored) against those of the last release, if there is one.

    A release that is made again has passed this when it was published and is not compared. Another area's
    inputs are refused: its releases belong under outputs of their own.
    """
    last = release_before(settings.outputs_path)
    if last is None or settings.history_directory:
        return InputChanges([], [], [])
    used = manifest_of(settings.outputs_path, last)["inputs"]
    store = InputStore(settings.inputs_path)
    names = [name for name in used.keys() | digests.keys() if used.get(name) != digests.get(name)]
    try:
        before = {name: store.read(used[name]) for name in names if name in used}
    except StoredInputMissing as error:
        return InputChanges([], [f"the inputs of {last} cannot be compared: {error}"], [])
    after = {name: store.read(digests[name]) for name in names if name in digests}
    return input_changes(before, after, settings.data_path, _acceptances(settings.data_path), today)


def changes_of_folder(made: Mapping[Path, bytes], data: Path, today: date) -> InputChanges:
    """New contents of files against those in use, which they are to replace.

    A file outside the folder `data` is a council's trajectory; one that is new is passed over.
    """
    names = {path: f"{'data' if path.parent == data else 'trajectories'}/{path.name}" for path in made}
    before = {names[path]: path.read_bytes() for path in made if path.is_file()}
    after = {names[path]: content for path, content in made.items() if path.is_file()}
    return input_changes(before, after, data, _acceptances(data), today)


def _acceptances(data: Path) -> pd.DataFrame:
    return read_table(INPUT_TABLES["release_acceptances"], data / ACCEPTANCES, places=None)


def input_changes(
    before: Mapping[str, bytes],
    after: Mapping[str, bytes],
    data: Path,
    acceptances: pd.DataFrame,
    today: date,
) -> InputChanges:
    """What changed between two versions of the same folders of inputs, file by file.

    `before` and `after` hold the files that differ, by their names in a manifest (`data/…`,
    `trajectories/…`); a file that only one of them has is new or gone. `data` is the folder that
    trajectories are read with.
    """
    accepted = {name for name, _ in accepted_pairs(acceptances, today)}
    grown, changed, refused = [], [], []
    for name in sorted(before.keys() | after.keys()):
        file = PurePosixPath(name).name
        if file in UNCOMPARED:
            continue
        table = INPUT_TABLES.get(PurePosixPath(name).stem) if file.endswith(".csv") else None
        if name not in before or name not in after:
            changed.append(f"{file} is {'new' if name not in before else 'gone'}")
        elif table is None or not name.startswith("data/"):
            words = what_changed(name, before[name], after[name], data)
            changed.append(f"{file} changed" + (f": {words}" if words else ""))
            if name.startswith("trajectories/") and file not in accepted:
                refused += _trajectory_refusal(file, before[name], after[name], data)
        else:
            more, told, beyond = _table_changes(table, file, before[name], after[name])
            if told:
                changed.append(f"{file} changed: {', '.join(filter(None, (more, told)))}")
            elif more:
                grown.append(f"{file}: {more}")
            refused += [] if file in {*accepted, *SHOWN_ONLY} else beyond
    return InputChanges(grown, changed, refused)


def accepted_pairs(acceptances: pd.DataFrame, today: date) -> set[tuple[str, str]]:
    """What is accepted today, and where: a headline, a released table or an input file, and a code."""
    return {
        (str(row["accepted"]), str(row["place"]))
        for row in acceptances.to_dict("records")
        if (day := day_of(row["until"])) and day >= today
    }


def day_of(text: str) -> date | None:
    """A day such as 2026-12-31; None for anything else."""
    try:
        return date.fromisoformat(text)
    except ValueError:
        return None


def _trajectory_refusal(file: str, before: bytes, after: bytes, data: Path) -> list[Finding]:
    """A finding where a council's file lacks so much of its version before that it may be half of it.

    A file that is only understood as somebody told of it cannot be read here, and is not compared.
    """
    with tempfile.TemporaryDirectory(prefix="placecast-") as folder:
        issues: list[Trajectory] = []
        for part, content in (("before", before), ("after", after)):
            path = Path(folder, part, file)
            path.parent.mkdir()
            path.write_bytes(content)
            issues.append(read(path, data=data))
    if any(issue.errors for issue in issues):
        return []
    lacks = fewer_than_before(issues[0], issues[1], MOST_OF_TRAJECTORY_GONE)
    wanted = f"at most {MOST_OF_TRAJECTORY_GONE:.0%} of either fewer"
    return [] if lacks is None else [_refusal(file, None, None, lacks.found, wanted)]


def _table_changes(table: Table, file: str, before: bytes, after: bytes) -> tuple[str, str, list[Finding]]:
    """New rows in words, whatever else changed in words, and what is refused."""
    try:
        old = _read(table, file, before)
    except BadInput:
        return "", "the version before had other columns or values and is not compared", []
    try:
        new = _read(table, file, after)
    except BadInput as error:
        return "", "the new version cannot be read", list(error.findings)
    keys = list(table.keys)
    both = old.merge(
        new.assign(row=row_numbers(new)), on=keys, suffixes=("_before", ""), how="left", indicator=True
    )
    gone = both[both["_merge"] == "left_only"]
    come = len(new) - (len(both) - len(gone))
    told, refused = [], []
    if len(gone):
        lost = [
            _key(gone.to_dict("records")[0], keys),
            *_lost_of_each(old, new, keys),
            *_totals(table, old, new),
        ]
        told.append(f"{len(gone):,} of {len(old):,} rows gone, the first {'; '.join(lost)}")
        vanished = any(line for line in lost[1:] if "without" in line)
        # A series that not every area has is no register: half of it is a file that was cut.
        register = table.may_be_empty and not set(keys) & set(_TIMES)
        if not register and (vanished or len(gone) > MOST_GONE * len(old)):
            refused.append(_refusal(file, None, None, told[-1], "the rows of the version in use"))
    if before.endswith(_ENDS) and not after.endswith(_ENDS) and not _same_last(old, new):
        found = "a last row that does not end its line and is not as it was: it may be cut"
        refused.append(_refusal(file, len(new) + 1, None, found, "a line that ends"))
    cells, beyond = _cells(table, file, old, both[both["_merge"] == "both"])
    told += [f"{_counted(len(cells), 'cell')} changed: " + "; ".join(cells[:_SHOWN])] if cells else []
    grown = f"{_counted(come, 'row')} new" if come else ""
    return grown, ", ".join(told), refused + beyond


def _read(table: Table, file: str, content: bytes) -> pd.DataFrame:
    with tempfile.TemporaryDirectory(prefix="placecast-") as folder:
        path = Path(folder) / file
        path.write_bytes(content)
        return read_table(table, path, places=None)


def _lost_of_each(old: pd.DataFrame, new: pd.DataFrame, keys: Collection[str]) -> list[str]:
    """Places, years and other keys, each of several rows, that have no row any more."""
    told = []
    for key in keys:
        lost = sorted(set(old[key]) - set(new[key]), key=str)
        if lost and old[key].nunique() < len(old):
            more = f" and {len(lost) - _SHOWN} more" if len(lost) > _SHOWN else ""
            named = ", ".join(str(value) for value in lost[:_SHOWN]) + more
            told.append(f"{key} {old[key].nunique():,} → {new[key].nunique():,}, without {named}")
    return told


def _totals(table: Table, old: pd.DataFrame, new: pd.DataFrame) -> list[str]:
    """Sums of counts that are smaller than they were."""
    counts = [
        column.name
        for column in table.columns
        if column.kind == "integer" and column.name not in table.keys and "year" not in column.name
    ]
    sums = [(name, old[name].sum(), new[name].sum()) for name in counts]
    return [f"{name} {before:,.0f} → {now:,.0f} in all" for name, before, now in sums if now < before]


def _same_last(old: pd.DataFrame, new: pd.DataFrame) -> bool:
    """Whether the last row is one of the version before."""
    last = new.tail(1).astype(str)
    return not last.empty and bool((old.astype(str) == last.iloc[0]).all(axis=1).any())


def _cells(
    table: Table, file: str, old: pd.DataFrame, there: pd.DataFrame
) -> tuple[list[str], list[Finding]]:
    """Changed cells in words, those that moved most for their bounds first, and those beyond them."""
    moved: list[tuple[float, str]] = []
    refused = []
    shown_keys = [_key(row, table.keys) for row in there[list(table.keys)].to_dict("records")]
    for column in table.columns:
        if column.name in table.keys or column.name == "note":
            continue
        before, after = there[f"{column.name}_before"], there[column.name]
        changed = np.flatnonzero(~((before == after) | (before.isna() & after.isna())))
        bounds = _bounds(table, column.name, old)[there.index] if column.kind != "text" else None
        for at in changed:
            was, now, row = before.iloc[at], after.iloc[at], int(there["row"].iloc[at])
            words = f"row {row}, {column.name} from {_shown(was)} to {_shown(now)}"
            if bounds is None or pd.isna(was) or pd.isna(now):
                moved.append((0.0, words))
                continue
            moved.append((abs(now - was) / bounds[at], words))
            if abs(now - was) > bounds[at]:
                found = f"{_shown(now)} for {shown_keys[at]}, {_shown(was)} in the version in use"
                expected = f"a change of at most {_shown(bounds[at])}"
                refused.append(_refusal(file, row, column.name, found, expected))
    moved.sort(key=lambda one: -one[0])
    return [words for _, words in moved], refused


def _bounds(table: Table, column: str, old: pd.DataFrame) -> NDArray[np.float64]:
    """How far the figure of each row of `old` may move."""
    times = [key for key in table.keys if key in _TIMES]
    values = old[column].to_numpy(dtype=np.float64)
    steps = np.full(len(old), np.nan)
    if times:
        others = [key for key in table.keys if key not in times]
        series = old.groupby(others, sort=False).ngroup() if others else pd.Series(0, index=old.index)
        order = old.assign(series=series).sort_values(["series", *times]).index.to_numpy()
        steps[order] = largest_steps(values[order], series.to_numpy(dtype=np.int64)[order])
    return bounds_of_moves(values, steps)


def _refusal(file: str, row: int | None, column: str | None, found: str, expected: str) -> Finding:
    way_out = f"or a row of {ACCEPTANCES} that names {file}: who accepts it, why and until when"
    return Finding(file, row, column, found, f"{expected}, {way_out}")


def _key(row: Mapping[Hashable, Any], keys: Collection[str]) -> str:
    return ", ".join(f"{key} {row[key]}" for key in keys)


def _counted(number: int, what: str) -> str:
    return f"{number:,} {what}{'' if number == 1 else 's'}"


def _shown(value: Any) -> str:
    if pd.isna(value):
        return "an empty cell"
    return str(value) if isinstance(value, str) else f"{value:,.10g}"
