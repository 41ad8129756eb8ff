"""What the tests of every room share: the project's root and, where it is there, the bulk official data."""

from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent


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
