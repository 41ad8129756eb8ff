"""Defaults of a run: folders of inputs, number of draws, seed.

The folder of inputs is the project's own unless PLACECAST_DATA names another, and the folder of trajectories
unless PLACECAST_TRAJECTORIES does, the folder of outputs unless PLACECAST_OUTPUTS does. Only the standard
library, so that a command can ask before it imports anything that takes seconds.
"""

from __future__ import annotations

import os
from pathlib import Path

_ROOT = Path(__file__).resolve().parents[2]
DATA_DIRECTORY = Path(os.environ.get("PLACECAST_DATA") or _ROOT / "data")
TRAJECTORIES_DIRECTORY = Path(
    os.environ.get("PLACECAST_TRAJECTORIES") or _ROOT / "housing_trajectories" / "blmk"
)
OUTPUTS_DIRECTORY = Path(os.environ.get("PLACECAST_OUTPUTS") or _ROOT / "outputs")
DEFAULT_DRAWS = 500
DEFAULT_SEED = 20211
