"""Every file of the corpus gives exactly the findings that stand beside it, and the echo a planner
would read.

`<file>.findings.csv` holds a first line with the echo, then severity, issue, cell or row, and site. A line is
changed by hand when a rule is; nothing writes these files.
"""

from __future__ import annotations

import csv
from pathlib import Path

import pytest

from housing_trajectories import read
from housing_trajectories.checks.reference_figures import reference_figures
from housing_trajectories.schema import Trajectory
from housing_trajectories.tools.check_report import echo, place_of
from tests.housing_trajectories.corpus_workbooks import WORKBOOKS

CORPUS = Path(__file__).parent / "corpus"
FILES = sorted(path.name for path in CORPUS.glob("*.csv") if not path.name.endswith(".findings.csv"))


def expected(name: str) -> tuple[str, list[tuple[str, ...]]]:
    with (CORPUS / f"{name}.findings.csv").open(encoding="utf-8", newline="") as file:
        (_, first_line), *rows = list(csv.reader(file))
    return first_line, sorted(tuple(row) for row in rows)


def given(trajectory: Trajectory) -> tuple[str, list[tuple[str, ...]]]:
    rows = [(f.severity, f.issue, place_of(f), f.site or "") for f in trajectory.findings]
    return echo(trajectory, reference_figures())[0], sorted(rows)


@pytest.mark.parametrize("name", FILES)
def test_a_file_gives_the_findings_that_stand_beside_it(name: str) -> None:
    assert given(read(CORPUS / name)) == expected(name)


@pytest.mark.parametrize("name", sorted(WORKBOOKS))
def test_a_workbook_gives_the_findings_that_stand_beside_it(name: str, tmp_path: Path) -> None:
    path = tmp_path / f"{name}.xlsx"
    WORKBOOKS[name](path)
    assert given(read(path)) == expected(path.name)


def test_the_corpus_is_large_enough_and_every_file_is_expected() -> None:
    assert len(FILES) + len(WORKBOOKS) >= 40
    listed = {path.name.removesuffix(".findings.csv") for path in CORPUS.glob("*.findings.csv")}
    assert listed == {*FILES, *(f"{name}.xlsx" for name in WORKBOOKS)}


@pytest.mark.parametrize("name", FILES)
def test_no_cell_that_is_no_number_becomes_a_zero_without_a_word(name: str) -> None:
    trajectory = read(CORPUS / name)
    zeros = trajectory.table[trajectory.table["planned_net_dwellings"].eq(0)]
    bedrooms = zeros["communal_bedrooms"] + zeros["student_bedrooms"]
    text = (CORPUS / name).read_bytes().decode("cp1252", errors="replace")
    stated = text.count(",0") + text.count("nil") + text.count(";0") + text.count("TBC")
    assert len(zeros[bedrooms.eq(0)]) <= stated
