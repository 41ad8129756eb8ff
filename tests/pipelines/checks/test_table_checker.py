"""What the side process finds of a table reaches the run, and its end is never taken for a pass."""

from __future__ import annotations

import multiprocessing
from pathlib import Path

import pandas as pd
import pytest

from assets.tables.parquet import write_frame
from pipelines.checks.table_checks import TableChecker
from tests.shipped import DATA

PLACES = pd.DataFrame(
    {
        "place": ["E06000032", "E54000024"],
        "place_name": ["Luton", "System"],
        "kind": ["place", "system"],
        "trajectory_file": ["luton.csv", ""],
    }
)


@pytest.fixture(scope="module")
def checker() -> TableChecker:
    return TableChecker(DATA)


def written(folder: Path, frame: pd.DataFrame) -> Path:
    path = folder / "places.parquet"
    write_frame(frame, path)
    return path


def test_a_file_written_anew_after_it_was_begun_is_seen_again(checker: TableChecker, tmp_path: Path) -> None:
    files = [written(tmp_path, PLACES)]
    checker.begin("places", files)
    written(tmp_path, PLACES.assign(place="E06000032"))
    assert any("unique" in sentence for sentence in checker.broken("places", files))


def test_replies_find_the_table_they_are_of(checker: TableChecker, tmp_path: Path) -> None:
    good, bad = tmp_path / "good", tmp_path / "bad"
    files = {folder: [written(folder, frame)] for folder, frame in ((good, PLACES), (bad, PLACES.iloc[:0]))}
    for folder in (good, bad):
        checker.begin("places", files[folder])
    assert any("row count" in sentence for sentence in checker.broken("places", files[bad]))
    assert checker.broken("places", files[good]) == []


def test_a_file_that_cannot_be_read_is_an_error(checker: TableChecker, tmp_path: Path) -> None:
    path = tmp_path / "places.parquet"
    path.write_bytes(b"PAR1 half a file")
    with pytest.raises(RuntimeError, match="places could not be checked: Spoilt: places"):
        checker.broken("places", [path])


def test_a_process_that_was_killed_is_an_error_and_the_next_request_starts_another(
    checker: TableChecker, tmp_path: Path
) -> None:
    files = [written(tmp_path, PLACES)]
    assert checker.broken("places", files) == []
    checker.begin("places", files)
    for process in multiprocessing.active_children():
        process.kill()
        process.join()
    with pytest.raises(RuntimeError, match=r"places could not be checked: .* ended early"):
        checker.broken("places", files)
    assert checker.broken("places", files) == []
