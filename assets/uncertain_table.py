"""From labelled draws to a released table's rows: principal, P10, P50 and P90 of each cell."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np
import pandas as pd
import xarray as xr

from assets.registry import TABLES
from models.ensemble import summarise


def uncertain_rows(quantity: xr.DataArray, constants: Mapping[str, object]) -> pd.DataFrame:
    """One row a cell of `quantity` (draw and further dims): its dims as columns, then the four values.

    `constants` are columns that hold one value for all rows. Raises ValueError on a value that is not finite.
    """
    dims = [str(dim) for dim in quantity.dims if dim != "draw"]
    array = quantity.transpose("draw", *dims)
    if not np.isfinite(array.to_numpy()).all():
        raise ValueError(f"{quantity.name} of {dict(constants)} holds a value that is not finite")
    cells = array.shape[1:]
    # Labels by their number: a frame made of a product of labels would look each of them up again.
    labels = {
        dim: pd.Index(array.coords[dim].to_numpy()).take(at.ravel())
        for dim, at in zip(dims, np.indices(cells), strict=True)
    }
    found = zip(("principal", "p10", "p50", "p90"), summarise(array.to_numpy()), strict=True)
    return pd.DataFrame({**labels, **constants, **{name: values.ravel() for name, values in found}})


def released(name: str, parts: Sequence[pd.DataFrame]) -> pd.DataFrame:
    """The parts as the declared table `name`: its columns in order, sorted by its keys."""
    table = TABLES[name]
    whole = pd.concat(parts, ignore_index=True)[table.column_names]
    return whole.sort_values(list(table.keys), ignore_index=True)
