"""Deliberate faults are found by the tests that look, and those that nobody looks for are listed."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pandas as pd
import pytest

from benchmarks.validation import mutant_results, mutant_sample
from tests.conftest import ROOT

MODULE = """def doubled(people: float) -> float:
    return people * 2


def halved(people: float) -> float:
    return people / 2
"""
TEST = """from models.tiny import doubled, halved


def test_doubled() -> None:
    assert doubled(4) == 8


def test_halved_gives_something() -> None:
    halved(4)
"""


def try_faults(root: Path) -> str:
    command = [sys.executable, "-W", "ignore", "-m", "benchmarks.validation.mutants", "--root", str(root)]
    done = subprocess.run(
        command, cwd=ROOT, env=dict(os.environ), capture_output=True, text=True, timeout=300
    )
    assert done.returncode == 0, done.stderr
    return done.stdout


@pytest.fixture
def tiny(tmp_path: Path) -> Path:
    """A project of one module, of whose two functions one is held by a test and the other only called."""
    root = tmp_path / "tiny"
    for name, text in {
        "models/tiny.py": MODULE,
        "tests/models/test_tiny.py": TEST,
        "pyproject.toml": '[tool.pytest.ini_options]\npythonpath = ["."]\n',
        "docs/mutants.md": "",
        ".gitignore": ".mutants\n",
    }.items():
        (root / name).parent.mkdir(parents=True, exist_ok=True)
        (root / name).write_text(text, encoding="utf-8")
    git = ["git", "-C", str(root), "-c", "user.name=tests", "-c", "user.email=tests@localhost"]
    subprocess.run([*git, "init", "--quiet"], check=True)
    subprocess.run([*git, "add", "."], check=True)
    subprocess.run([*git, "commit", "--quiet", "--message", "tiny"], check=True)
    return root


def test_a_fault_that_a_test_holds_is_seen_and_one_that_is_only_run_survives(tiny: Path) -> None:
    try_faults(tiny)
    table = mutant_results.read(tiny / mutant_results.STORED).set_index("line")
    assert list(table["outcome"]) == ["killed", "survived"]
    assert table.loc[2, "seen_by"] == "tests/models/test_tiny.py::test_doubled"
    page = (tiny / mutant_results.PAGE).read_text(encoding="utf-8")
    assert f"`{table.loc[6, 'was']}` → `{table.loc[6, 'becomes']}`" in page
    assert (tiny / "models" / "tiny.py").read_text(encoding="utf-8") == MODULE
    assert "1/" not in try_faults(tiny)


def test_a_sample_is_the_same_every_time_and_another_seed_draws_others(tiny: Path) -> None:
    names = [[item.job_id for item in mutant_sample.sample(tiny, 2, seed)] for seed in (1, 1, 2)]
    assert names[0] == names[1] != names[2]


def test_what_a_person_wrote_of_a_survivor_stays_until_a_test_sees_it(tmp_path: Path) -> None:
    def measured(*outcomes: str) -> pd.DataFrame:
        rows = {"seed": 1, "module": "models/tiny.py", "line": 1, "kind": "k", "was": ["a", "b"]}
        rows |= {"becomes": ["c", "d"], "outcome": outcomes, "seen_by": "", "seconds": 1.0}
        return pd.DataFrame({**rows, "tests_left_out": 0, "date": "2026-01-01", "commit": "abc"})

    path = tmp_path / "mutants.csv"
    table = mutant_results.store(measured("survived", "survived"), path)
    table.assign(judged=["equivalent", "left"], why=["same", "rare"]).to_csv(path, index=False)
    again = mutant_results.store(measured("survived", "killed"), path)
    assert list(again["judged"]) == ["equivalent", ""]
    assert list(again["at_first"]) == ["survived", "survived"]
    score = mutant_results.scores(again).set_index("room").loc["all"]
    assert (score["score"], score["score_at_first"]) == (1.0, 0.0)


def test_the_page_is_that_of_the_stored_table() -> None:
    from benchmarks.validation.mutants import CAP_SECONDS

    table = mutant_results.read(ROOT / mutant_results.STORED)
    assert (ROOT / mutant_results.PAGE).read_text(encoding="utf-8") == mutant_results.page(table, CAP_SECONDS)
