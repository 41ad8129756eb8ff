"""The default area's inputs as a run reads them, composed once."""

from __future__ import annotations

import atexit
import shutil
import tempfile
from pathlib import Path

from assets.areas.area_folder import read_area
from assets.areas.composing import composed
from assets.inputs.defaults import DATA_DIRECTORY

_FOLDER = Path(tempfile.mkdtemp(prefix="placecast-shipped-"))
atexit.register(shutil.rmtree, _FOLDER, ignore_errors=True)
DATA = composed(DATA_DIRECTORY, _FOLDER)[0]
"""A complete folder of input tables. Nobody writes to it."""
TRAJECTORIES = read_area(DATA_DIRECTORY).trajectories
