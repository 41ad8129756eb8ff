"""Property tests meet the same examples on every machine, however slow it is or what ran before."""

from __future__ import annotations

import importlib.util
import re
import subprocess
import sys
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st


def test_every_property_test_keeps_to_the_one_profile(root: Path) -> None:
    assert (settings().derandomize, settings().deadline, settings().database) == (True, None, None)
    texts = [path.read_text(encoding="utf-8") for path in (root / "tests").rglob("test_*.py")]
    own = [found for text in texts for found in re.findall(r"^@settings\((.*)\)", text, re.MULTILINE)]
    assert len(own) > 20
    assert {re.sub(r"=\d+", "", arguments) for arguments in own} == {"max_examples"}


def examples() -> list[tuple[int, str, str]]:
    met: list[tuple[int, str, str]] = []

    @given(st.integers(), st.text(), st.floats())
    def meet(number: int, text: str, share: float) -> None:
        met.append((number, text, repr(share)))

    meet()
    return met


def test_examples_do_not_depend_on_the_modules_that_are_imported(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    before = examples()
    path = tmp_path / "other_module.py"
    path.write_text(f"NUMBERS = {[7919 * n for n in range(100)]}\nWORDS = 'one', 'two'\n")
    spec = importlib.util.spec_from_file_location("other_module", path)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    monkeypatch.setitem(sys.modules, "other_module", module)
    assert examples() == before


def test_the_random_rounds_stop_when_the_time_is_up_and_say_what_failed(root: Path) -> None:
    command = [
        sys.executable,
        "-m",
        "benchmarks.validation.fuzz",
        "--minutes",
        "0.02",
        "tests/models/uncertainty/test_ensemble.py",
    ]
    done = subprocess.run(command, cwd=root, capture_output=True, text=True, check=True, timeout=120)
    assert re.search(r"\d+ rounds in 0 minutes; 0 tests failed\n$", done.stdout)
