"""Single values of a release, held as a reviewed snapshot: picked, compared, and renewed on demand.

A snapshot is a CSV file with a row a value: the table and the row it stands in, the column, what it was when
somebody last looked, and how far (relatively) it may lie from that. Runs repeat to the bit on one machine;
without its wide instructions a processor gives the same to 5 parts in 10^12. One part in a million is far
less than anyone reads. What rests on models fitted to months has a wider bound: their optimisers stop where
rounding takes them, which moved such values by up to 3 parts in 10,000.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Sequence
from pathlib import Path

import pandas as pd
import pytest

from tests.shipped import DATA

RENEW = "PLACECAST_RENEW_SNAPSHOT"
"""Set to 1, what has moved is written over the snapshot."""
COLUMNS = ["table", "row", "column", "value", "within"]


def read(path: Path) -> pd.DataFrame:
    """The snapshot as text, so that what has not moved is written as it was."""
    frame = pd.read_csv(path, dtype=str, keep_default_na=False)
    if list(frame.columns) != COLUMNS:
        raise ValueError(f"{path.name} has the columns {', '.join(frame.columns)}, not {', '.join(COLUMNS)}")
    return frame


def found(snapshot: pd.DataFrame, table: Callable[[str], pd.DataFrame]) -> list[float]:
    """What a release has of each value; raises ValueError where not exactly one row is meant."""
    tables = {name: table(name) for name in snapshot["table"].unique()}
    return [
        _cell(tables[name], name, row, column)
        for name, row, column in zip(snapshot["table"], snapshot["row"], snapshot["column"], strict=True)
    ]


def _cell(frame: pd.DataFrame, name: str, row: str, column: str) -> float:
    for part in row.split("; "):
        key, _, wanted = part.partition("=")
        values = frame[key]
        frame = frame[values == (wanted if pd.api.types.is_string_dtype(values) else float(wanted))]
    if len(frame) != 1:
        raise ValueError(f"{name} has {len(frame)} rows with {row}")
    return float(frame[column].item())


def moved(snapshot: pd.DataFrame, values: Sequence[float]) -> dict[int, str]:
    """By number of row, a line for each value beyond its bound: headline, before, after, per cent."""
    places = pd.read_csv(DATA / "places.csv").set_index("place")["place_name"].to_dict()
    lines = {}
    for number, (held, value) in enumerate(zip(snapshot.itertuples(index=False), values, strict=True)):
        labels = [part.partition("=")[2] for part in held.row.split("; ")]
        headline = ", ".join([f"{held.table} {held.column}", *(places.get(one, one) for one in labels)])
        if not held.value:
            lines[number] = f"{headline}: new, {_shown(value)}"
            continue
        before = float(held.value)
        if not abs(value - before) <= float(held.within) * abs(before):
            percent = f"{100 * (value / before - 1):+,.4f} %"
            lines[number] = f"{headline}: {_shown(before)} -> {_shown(value)} ({percent})"
    return lines


def _shown(value: float) -> str:
    return f"{value:,.1f}" if abs(value) >= 1000 else f"{value:.5g}"


def hold(path: Path, table: Callable[[str], pd.DataFrame]) -> str:
    """Hold a release to the snapshot or, where that is asked for, renew it and say what has moved.

    Raises AssertionError with a line for each value that has moved.
    """
    snapshot = read(path)
    values = found(snapshot, table)
    lines = moved(snapshot, values)
    said = "\n".join([f"{len(lines)} of {len(values)} values of {path.name} have moved", *lines.values()])
    if os.environ.get(RENEW) != "1":
        assert not lines, f"{said}\nIf they are meant to, run make snapshot and review what it prints."
    for number in lines:
        snapshot.loc[number, "value"] = f"{values[number]:.12g}"
    if lines:
        snapshot.to_csv(path, index=False, lineterminator="\n")
    return said


def say(words: str, capsys: pytest.CaptureFixture[str]) -> None:
    """Print what a renewal has moved, past pytest's capture; a comparison has nothing to say."""
    if os.environ.get(RENEW) == "1":
        with capsys.disabled():
            print(f"\n{words}")
