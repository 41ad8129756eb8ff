"""What is said of each input file that lacks something, holds nothing or stands in another order: a table.

input_walk.csv has a row a file and change: refused before anything runs, with a part of what is said; the
same, where a file reads as the shipped one; or runs. That those run is shown by
`python benchmarks/validation/input_walk.py`.
"""

from __future__ import annotations

import csv
from pathlib import Path

import pytest

from assets.inputs.csv_reading import read_table
from assets.tables.declarations import INPUT_TABLES
from housing_trajectories.findings import BadInput
from tests.assets.inputs.input_changes import CHANGES, found_in, same

WALK = Path(__file__).with_name("input_walk.csv")


def walk() -> list[dict[str, str]]:
    with WALK.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def test_the_walk_takes_every_input_and_every_change_it_can() -> None:
    written = {(row["table"], row["change"]) for row in walk()}
    assert len(written) == len(walk())
    possible = {(table, name) for table in INPUT_TABLES for name, change in CHANGES.items() if change(table)}
    assert written == possible | {(table, "missing") for table in INPUT_TABLES}


@pytest.mark.parametrize("table", INPUT_TABLES)
def test_each_change_of_a_file_has_the_answer_that_the_walk_expects(table: str, tmp_path: Path) -> None:
    wrong = []
    for row in walk():
        if row["table"] == table and (said := _answer(row, tmp_path)) is not None:
            wrong.append(f"{row['change']}: expected {row['expected']} {row['says']}, but {said}")
    assert not wrong, "\n".join(wrong)


def _answer(row: dict[str, str], tmp_path: Path) -> str | None:
    """What is said instead of what a row of the walk expects; None where it is that."""
    table, expected = row["table"], row["expected"]
    if row["change"] == "missing":
        with pytest.raises(BadInput) as error:
            read_table(INPUT_TABLES[table], tmp_path / f"{table}.csv", places=None)
        return None if row["says"] in str(error.value) else str(error.value)
    rows = CHANGES[row["change"]](table)
    assert rows is not None, row
    if expected == "same":
        return None if same(table, rows) else "it reads otherwise"
    said = [finding.sentence() for finding in found_in(table, rows)]
    if expected == "runs":
        return "; ".join(said[:3]) or None
    if any(row["says"] in sentence and table in sentence + row["says"] for sentence in said):
        return None
    return "; ".join(said[:3]) or "nothing is said"
