"""A run is due when an input, the code or a setting differs from what the last successful run used."""

from __future__ import annotations

import platform
from dataclasses import replace
from pathlib import Path

import pytest

from assets.inputs.input_hashes import input_hashes
from pipelines.nightly.code_version import code_version
from pipelines.nightly.last_run import (
    LastRun,
    forget_last_run,
    read_last_run,
    reasons_to_run,
    write_last_run,
)

DRAWS, SEED = 24, 7
RELEASE = "20261122T020000Z-47b61080"


@pytest.fixture
def house(tmp_path: Path) -> Path:
    """Inputs, and outputs of a run that ended well on them."""
    for name, text in {"data/a.csv": "1", "data/b.csv": "2", "trajectories/luton.csv": "87"}.items():
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).write_text(text)
    release = tmp_path / "outputs" / "releases" / RELEASE
    release.mkdir(parents=True)
    (release / "manifest.json").write_text('{"inputs": {}, "tables": {"population": {}}}')
    (release / "population.parquet").write_bytes(b"people")
    (tmp_path / "outputs" / "current").symlink_to(Path("releases") / RELEASE)
    files = input_hashes(tmp_path / "data", tmp_path / "trajectories")
    record = LastRun(RELEASE, "run", DRAWS, SEED, code_version(), platform.python_version(), files)
    write_last_run(tmp_path / "outputs", record)
    return tmp_path


def reasons(house: Path, draws: int = DRAWS, seed: int = SEED) -> list[str]:
    return reasons_to_run(house / "outputs", house / "data", house / "trajectories", draws, seed)


def test_equal_inputs_code_and_settings_are_no_reason(house: Path) -> None:
    assert reasons(house) == []


def test_each_input_that_differs_is_named_with_how(house: Path) -> None:
    (house / "data" / "a.csv").write_text("one")
    (house / "data" / "b.csv").unlink()
    (house / "trajectories" / "luton.csv.reading.yaml").write_text("years: financial")
    assert reasons(house) == [
        "data/a.csv is changed",
        "data/b.csv is gone",
        "trajectories/luton.csv.reading.yaml is new",
    ]


def test_other_settings_are_named(house: Path) -> None:
    assert reasons(house, draws=500, seed=8) == ["500 draws from seed 8 instead of 24 draws from seed 7"]


@pytest.mark.parametrize("field", ["code", "python"])
def test_other_code_or_python_is_a_reason(house: Path, field: str) -> None:
    record = read_last_run(house / "outputs")
    assert record is not None
    write_last_run(house / "outputs", replace(record, **{field: "another"}))
    assert reasons(house) == ["code, libraries or Python changed"]


def test_a_release_that_lacks_a_table_and_a_link_that_is_gone_are_reasons(house: Path) -> None:
    (house / "outputs" / "current").unlink()
    assert reasons(house) == ["no release is current"]
    (house / "outputs" / "releases" / RELEASE / "population.parquet").unlink()
    assert reasons(house) == [
        f"release {RELEASE}, the last one made, is missing or not whole: population.parquet is missing",
        "no release is current",
    ]


def test_a_run_that_began_and_did_not_end_leaves_no_record_and_so_a_reason(house: Path) -> None:
    forget_last_run(house / "outputs")
    assert reasons(house) == ["no record of a successful run under these outputs"]
    (house / "outputs" / "last_run.json").write_text('{"half')
    assert reasons(house) == ["no record of a successful run under these outputs"]
