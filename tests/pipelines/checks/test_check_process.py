"""The process that checks tables: what it finds reaches the run, and its end is never taken for a pass."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pandas as pd
import pytest

from assets.tables.parquet import write_frame
from pipelines.checks.check_process import Checking

PLACES = pd.DataFrame(
    {
        "place": ["E06000032", "E54000024"],
        "place_name": ["Luton", "System"],
        "kind": ["place", "system"],
        "trajectory_file": ["luton.csv", ""],
    }
)


@pytest.fixture(scope="module")
def checking() -> Iterator[Checking]:
    process = Checking()
    yield process
    if process._process is not None:
        process._process.communicate()


def written(folder: Path, frame: pd.DataFrame) -> Path:
    path = folder / "places.parquet"
    write_frame(frame, path)
    return path


def test_a_file_written_anew_after_it_was_begun_is_seen_again(checking: Checking, tmp_path: Path) -> None:
    files = [written(tmp_path, PLACES)]
    checking.begin("places", files, [])
    written(tmp_path, PLACES.assign(place="E06000032"))
    assert any("unique" in sentence for sentence in checking.broken("places", files, []))


def test_replies_find_the_table_they_are_of(checking: Checking, tmp_path: Path) -> None:
    good, bad = tmp_path / "good", tmp_path / "bad"
    files = {folder: [written(folder, frame)] for folder, frame in ((good, PLACES), (bad, PLACES.iloc[:0]))}
    for folder in (good, bad):
        checking.begin("places", files[folder], [])
    assert any("row count" in sentence for sentence in checking.broken("places", files[bad], []))
    assert checking.broken("places", files[good], []) == []


def test_a_file_that_cannot_be_read_is_an_error(checking: Checking, tmp_path: Path) -> None:
    path = tmp_path / "places.parquet"
    path.write_bytes(b"PAR1 half a file")
    with pytest.raises(RuntimeError, match="places could not be checked: Spoilt: places"):
        checking.broken("places", [path], [])


def test_a_process_that_has_ended_is_an_error_and_the_next_request_starts_another(tmp_path: Path) -> None:
    checking = Checking()
    files = [written(tmp_path, PLACES)]
    checking.begin("places", files, [])
    assert checking._process is not None
    checking._process.kill()
    with pytest.raises(RuntimeError, match="ended early"):
        checking.broken("places", files, [])
    assert checking.broken("places", files, []) == []
    checking._process.communicate()
