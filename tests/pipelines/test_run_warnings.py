"""Warnings of a run on the terminal: one line a kind with its count, none lost, and what to do about it."""

from __future__ import annotations

import io
import logging
from contextlib import suppress
from pathlib import Path
from types import SimpleNamespace

import dagster as dg
import pytest
from hypothesis import given
from hypothesis import strategies as st

from housing_trajectories.terminal import Terminal
from pipelines import progress
from pipelines.progress import StageProgress, progress_logger
from pipelines.run_warnings import FILE, grouped, keep, of_run, told

CELL = (
    "estate_schemes.csv, row {}, column replaces: found {}; expected the site code of a row of premises.csv"
)
REPEATS = (
    "ae_attendances_monthly.csv, provider RC9, column {}: 2022-04: repeats the year before to the digit; "
    "left out of fits and levels, not filled in"
)
MIXED = [
    CELL.format(14, "RD8"),
    REPEATS.format("ae_attendances"),
    CELL.format(15, "R1L"),
    REPEATS.format("emergency_admissions"),
    "since the last release, luton.csv has other figures of 2 sites",
    "far from the last release: people of Luton, 2035: 9 % more",
]


def test_one_kind_is_told_once_with_its_count_its_first_and_what_to_do() -> None:
    lines = told(MIXED, Path("out/warnings.txt"))
    assert lines[0] == "6 warnings of 4 kinds; each one is in out/warnings.txt"
    assert lines[1:4] == [
        "  2 × estate_schemes.csv, column replaces: expected the site code of a row of premises.csv",
        f"      first: {MIXED[0]}",
        "      what to do: correct the cell; where the file is right as it stands, nothing need be done",
    ]
    assert [line[:4].strip() for line in lines if "×" in line] == ["2", "2", "1", "1"]
    assert sum("what to do: " in line for line in lines) == 4
    assert told([], None) == []
    assert told(MIXED[:1], None)[0] == "1 warning of 1 kind"


def test_a_warning_nobody_foresaw_is_grouped_by_its_words_without_its_numbers() -> None:
    groups = grouped(["disk is 91 % full", "disk is 92 % full", "tape is 91 % full"])
    assert [(group.title, len(group.sentences)) for group in groups] == [
        ("disk is … % full", 2),
        ("tape is … % full", 1),
    ]


@given(st.lists(st.one_of(st.sampled_from(MIXED), st.text()), max_size=12))
def test_no_warning_is_lost_or_told_twice(sentences: list[str]) -> None:
    groups = grouped(sentences)
    assert sorted(each for group in groups for each in group.sentences) == sorted(sentences)
    assert len({(group.title, group.do) for group in groups}) == len(groups)
    assert all(group.title.isprintable() for group in groups)


def test_every_warning_is_kept_in_the_outputs_of_its_run(tmp_path: Path) -> None:
    path = keep(MIXED, "run-1", tmp_path)
    assert path == tmp_path / FILE
    assert path is not None
    lines = path.read_text(encoding="utf-8").splitlines()
    assert [line for line in lines if line in MIXED] == [MIXED[at] for at in (0, 2, 1, 3, 4, 5)]
    assert of_run(tmp_path, "run-1") == (6, 4)
    assert of_run(tmp_path, "run-2") is None
    assert keep([], "run-2", tmp_path) is None
    assert of_run(tmp_path, "run-1") is None


def test_a_disk_that_takes_nothing_stops_no_run(tmp_path: Path) -> None:
    assert keep(MIXED, "run-1", tmp_path / "not there") is None


def record(words: str, level: int = logging.WARNING) -> logging.LogRecord:
    made = logging.LogRecord("any", level, "", 0, "Dagster's own words", None, None)
    made.dagster_meta = {"run_id": "run-1", "orig_message": words}
    return made


@pytest.mark.parametrize("verbose", [False, True])
def test_a_run_tells_its_warnings_by_kind_at_its_end_and_each_at_once_only_if_asked(
    tmp_path: Path, verbose: bool
) -> None:
    screen = io.StringIO()
    layer = SimpleNamespace(selected_asset_keys=[])
    job = SimpleNamespace(asset_layer=layer)
    telling = StageProgress(Terminal(200, file=screen), job, 0.0, tmp_path, verbose=verbose)  # type: ignore[arg-type]
    with telling:
        assert telling in progress._TELLING
        for words in MIXED:
            telling.emit(record(words))
        telling.emit(record("nothing to worry about", logging.INFO))
        during = screen.getvalue()
    assert during.count("  warning: ") == (len(MIXED) if verbose else 0)
    shown = screen.getvalue()[len(during) :]
    assert shown.startswith("6 warnings of 4 kinds; each one is in ")
    assert "nothing to worry about" not in screen.getvalue()
    assert max(len(line) for line in shown.splitlines() if str(tmp_path) not in line) <= 100
    assert " ".join(MIXED[5].split()) in " ".join(shown.split())
    assert of_run(tmp_path, "run-1") == (6, 4)


def test_a_run_that_fails_tells_what_it_warned_of_before(tmp_path: Path) -> None:
    screen = io.StringIO()
    job = SimpleNamespace(asset_layer=SimpleNamespace(selected_asset_keys=[]))
    with suppress(RuntimeError), StageProgress(Terminal(200, file=screen), job, 0.0, tmp_path) as telling:  # type: ignore[arg-type]
        telling.emit(record(MIXED[0]))
        raise RuntimeError
    assert "1 warning of 1 kind" in screen.getvalue()


def test_what_an_asset_warns_of_reaches_the_terminal(tmp_path: Path) -> None:
    @dg.asset
    def warning_asset(context) -> None:  # type: ignore[no-untyped-def]
        for words in (MIXED[0], MIXED[2], MIXED[5]):
            context.log.warning(words)

    job = dg.Definitions(
        assets=[warning_asset],
        jobs=[dg.define_asset_job("all")],
        loggers={"progress": progress_logger},
    ).resolve_job_def("all")
    screen = io.StringIO()
    with StageProgress(Terminal(200, file=screen), job, 0.0, tmp_path):
        result = job.execute_in_process(run_config={"loggers": {"progress": {"config": {}}}})
    assert "3 warnings of 2 kinds" in screen.getvalue()
    assert of_run(tmp_path, result.run_id) == (3, 2)
