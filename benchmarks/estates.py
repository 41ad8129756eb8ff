"""Estates and contributions: CPU seconds of both steps on the tables of the last run, for a number of draws.

Run by hand after `make forecast ARGS="--draws 1000"`; draws are those of the tables.
"""

from __future__ import annotations

import inspect
import sys
import time
from pathlib import Path
from typing import Any

from rich.console import Console

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))

from assets import contributions, estates  # noqa: E402
from assets.by_place import ByPlace  # noqa: E402
from assets.parquet import is_draws, read_draws, read_frame  # noqa: E402
from assets.settings import RunSettings  # noqa: E402

REPEATS = 3


def _read(path: Path) -> Any:
    if path.is_dir():
        files = {file.stem: file for file in path.glob("*.parquet")}
        return ByPlace(files, lambda place: _read(files[place]))
    return read_draws(path) if is_draws(path) else read_frame(path)


def main(folder: Path) -> None:
    """Print the CPU seconds of each step, reading its inputs from draws included."""
    console = Console(width=100)
    whole = _read(folder / "provider_demand_draws.parquet")
    draws = int(whole.sizes["draw"]) - 1
    made: dict[str, Any] = {"settings": RunSettings(draws=draws)}
    for asset in (estates.estates_tables, contributions.developer_contribution_tables):
        function = asset.op.compute_fn.decorated_fn  # type: ignore[union-attr]
        for name in inspect.signature(function).parameters:
            path = folder / name
            if name not in made:
                made[name] = _read(path if path.is_dir() else path.with_suffix(".parquet"))
        seconds = []
        for _ in range(REPEATS):
            started = time.process_time()
            result = function(**{name: made[name] for name in inspect.signature(function).parameters})
            seconds.append(time.process_time() - started)
        names = [key.path[-1] for key in asset.keys_by_output_name.values()]
        made |= dict(zip(names, result, strict=True))
        shown = ", ".join(f"{second:.1f}" for second in seconds)
        console.print(f"{asset.op.name}: {draws} draws in {shown} CPU seconds")


if __name__ == "__main__":
    main(Path(sys.argv[1]) if len(sys.argv) > 1 else ROOT / "outputs" / "tables")
