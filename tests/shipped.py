"""The default area's inputs as a run reads them, composed once."""

from __future__ import annotations

import atexit
import shutil
import tempfile
from pathlib import Path

from assets.areas.composing import composed
from tests.conftest import ROOT

AREA = ROOT / "data" / "areas" / "blmk"
TRAJECTORIES = ROOT / "housing_trajectories" / "blmk"

_FOLDER = Path(tempfile.mkdtemp(prefix="placecast-shipped-"))
atexit.register(shutil.rmtree, _FOLDER, ignore_errors=True)
DATA = composed(AREA, _FOLDER)[0]
"""A complete folder of input tables. Nobody writes to it: a test that changes a table copies it."""
