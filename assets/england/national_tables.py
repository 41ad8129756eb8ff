"""One of England's national tables by its name, as `make england` wrote it. Nothing here builds one."""

from __future__ import annotations

import gzip
import json
from pathlib import Path
from typing import Any

import pandas as pd

from assets.inputs.defaults import SHARED_DATA
from assets.tables.parquet import Spoilt, read_frame
from housing_trajectories.findings import BadInput, Finding

ENGLAND_DIRECTORY = SHARED_DATA / "england"
_BUILT = "a table that `make england FROM=folder` writes"


def england_table(name: str, folder: Path = ENGLAND_DIRECTORY) -> pd.DataFrame:
    """The national table `name`, sorted by its key; raises BadInput where it is missing or spoilt."""
    path = folder / f"{name}.parquet"
    _require(path)
    try:
        return read_frame(path)
    except Spoilt as error:
        raise BadInput([Finding(path.name, None, None, str(error), _BUILT)]) from None


def england_boundaries(name: str, folder: Path = ENGLAND_DIRECTORY) -> dict[str, Any]:
    """A GeoJSON collection of features with `code` and `name`, in longitude and latitude; raises BadInput."""
    path = folder / f"{name}.geojson.gz"
    _require(path)
    try:
        boundaries: dict[str, Any] = json.loads(gzip.decompress(path.read_bytes()))
    except (OSError, EOFError, ValueError) as error:
        raise BadInput([Finding(path.name, None, None, str(error), _BUILT)]) from None
    return boundaries


def _require(path: Path) -> None:
    if path.is_file():
        return
    there = sorted(other.name.split(".")[0] for other in path.parent.glob("*.*") if other.suffix != ".csv")
    found = f"no such file; there are {', '.join(there)}" if there else "no such file"
    raise BadInput([Finding(f"england/{path.name}", None, None, found, _BUILT)])
