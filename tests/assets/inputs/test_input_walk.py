"""What is said of each input file that lacks something, holds nothing or stands in another order: a table.

input_walk.csv has a row a file and change: refused before anything runs, with a part of what is said; the
same, where a file reads as the shipped one; or runs. That those run is shown by
`python benchmarks/validation/input_walk.py`.
"""

from __future__ import annotations

import csv
from collections.abc import Callable
from pathlib import Path

import pytest

from assets.inputs.csv_reading import read_table
from assets.tables.declarations import INPUT_TABLES
from housing_trajectories.findings import BadInput
from tests.assets.inputs.input_changes import CHANGES, found_in, same


@pytest.fixture(autouse=True)
def without_plausible_ranges(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> None:
    """What a figure looks like beside others takes as long as all else, and is tested by itself."""
    if request.node.get_closest_marker("long") is None:
        monkeypatch.setattr("assets.inputs.input_tables.plausibility_findings", lambda tables: [])


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
def test_what_a_file_lacks_is_refused_and_its_order_does_not_matter(table: str, tmp_path: Path) -> None:
    assert not _wrong(tmp_path, lambda row: row["table"] == table and row["expected"] != "runs")


@pytest.mark.long
def test_what_may_be_missing_is_not_refused(tmp_path: Path) -> None:
    assert not _wrong(tmp_path, lambda row: row["expected"] == "runs")


def test_registers_that_are_honestly_empty_are_taken(tmp_path: Path) -> None:
    empty = ("estate_schemes", "site_funding", "published_local_figures", "housing_sites", "premises")
    chosen = [row for row in walk() if row["table"] in empty and row["change"] == "empty"]
    assert [row["expected"] for row in chosen] == ["runs"] * len(empty)
    assert not _wrong(tmp_path, lambda row: row in chosen)


def _wrong(tmp_path: Path, chosen: Callable[[dict[str, str]], bool]) -> list[str]:
    """Rows of the walk that are answered otherwise than it expects, each with what is said."""
    return [
        f"{row['table']}, {row['change']}: expected {row['expected']} {row['says']}, but {said}"
        for row in walk()
        if chosen(row) and (said := _answer(row, tmp_path)) is not None
    ]


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
