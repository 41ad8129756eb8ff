"""Defaults of a run: the area, folder of outputs, number of draws, seed.

The folder of inputs is the default area's unless PLACECAST_DATA names another: an area's, or a complete
folder of input tables. The trajectories are those the area points to unless PLACECAST_TRAJECTORIES names a
folder, and outputs go where PLACECAST_OUTPUTS says. Only the standard library, so that a command can ask
before it imports anything that takes seconds.
"""

from __future__ import annotations

import os
from pathlib import Path

_ROOT = Path(__file__).resolve().parents[2]
SHARED_DATA = _ROOT / "data"
"""What holds for every area: the tables of the method and of England."""
DATA_DIRECTORY = Path(os.environ.get("PLACECAST_DATA") or _ROOT / "data" / "areas" / "blmk")
TRAJECTORIES_DIRECTORY = os.environ.get("PLACECAST_TRAJECTORIES") or ""
"""Empty where the area says which."""
OUTPUTS_DIRECTORY = Path(os.environ.get("PLACECAST_OUTPUTS") or _ROOT / "outputs")
DEFAULT_DRAWS = 500
DEFAULT_SEED = 20211
