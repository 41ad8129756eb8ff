"""What all tests share: how examples are drawn, the root, and the bulk official data where it is there."""

from __future__ import annotations

import gc
import os
from collections.abc import Callable
from pathlib import Path

import pytest
from hypothesis import HealthCheck, settings
from hypothesis.database import DirectoryBasedExampleDatabase
from hypothesis.internal.conjecture import providers
from hypothesis.internal.constants_ast import Constants

# First of all, as where a command is run: it gives linear algebra one thread before anything loads numpy.
from pipelines import ROOT

# `make test` meets the same examples on every machine, however slow it is, and remembers none. `make fuzz`
# meets new ones in each round and keeps those that fail. A test may set its max_examples, for both: rounds
# of `make fuzz` are no larger, but many. Examples may share a test's folder: each writes what it reads.
_ANY_MACHINE = settings(
    deadline=None,
    print_blob=True,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.function_scoped_fixture],
)
settings.register_profile("suite", _ANY_MACHINE, derandomize=True, database=None)
settings.register_profile(
    "fuzz",
    _ANY_MACHINE,
    derandomize=False,
    database=DirectoryBasedExampleDatabase(ROOT / ".hypothesis" / "examples"),
)
if os.environ.get("PLACECAST_FUZZ"):
    settings.load_profile("fuzz")
else:
    settings.load_profile("suite")
    # Without this, examples also draw on the numbers and words in whichever modules were imported before.
    providers._get_local_constants = Constants


LONGEST = (
    "journeys/runs/test_history.py",
    "pipelines/inbox/test_inbox_run.py",
    "journeys/runs/test_areas_of_england.py",
    "journeys/runs/test_recipes.py",
    "journeys/runs/test_clean_files_run.py",
    "journeys/opened/test_report.py",
    "housing_trajectories/test_hostile_files.py",
    "benchmarks/test_mutants.py",
)
"""Modules to begin with. The second needs neither the main run nor the compiled code that it makes first."""


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Long modules first, so that processes which share the tests end at about the same time."""
    place = {ROOT / "tests" / name: number for number, name in enumerate(LONGEST)}
    items.sort(key=lambda item: place.get(item.path, len(place)))


def pytest_collection_finish() -> None:
    """Search what was imported for garbage no more, and the rest as seldom as a run does."""
    gc.set_threshold(100_000, 50, 50)
    gc.freeze()


@pytest.fixture
def root() -> Path:
    """The project's root folder."""
    return ROOT


@pytest.fixture(scope="session")
def shared() -> Callable[[str], Path]:
    """A file of bulk official data, which does not travel with the project: skips, saying so, without it."""

    def find(name: str) -> Path:
        path = Path(os.environ.get("PLACECAST_SHARED") or ROOT.parent / "shared") / name
        if not path.exists():
            pytest.skip(f"needs {name} of the bulk official data, which is not here (PLACECAST_SHARED)")
        return path

    return find
