"""`python benchmarks/small_areas.py`: the backtest of neighbourhoods by its short name."""

from __future__ import annotations

import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))  # a script has its own folder there alone

from benchmarks.population.small_area_backtest import main

if __name__ == "__main__":
    main()
