"""What the tests of England's tables share."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.assets.england.published_folder import Folder


@pytest.fixture
def folder(tmp_path: Path) -> Folder:
    return Folder(tmp_path)
