"""From labelled draws to a released table's rows: principal, P10, P50 and P90 of each cell."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
import pandas as pd
import xarray as xr
from numpy.typing import NDArray

from assets.tables.declarations import TABLES
from models.uncertainty.ensemble import Summary, summarise

Labels = Mapping[str, tuple[str, Sequence[Any] | NDArray[Any]]]
"""By column the dimension it tells of, and what it says of every position along it."""


def uncertain_rows(quantity: xr.DataArray, constants: Mapping[str, object]) -> pd.DataFrame:
    """One row a cell of `quantity` (draw and further dims): its dims as columns, then the four values.

    `constants` are columns that hold one value for all rows. Raises ValueError on a value that is not finite.
    """
    dims = [str(dim) for dim in quantity.dims if dim != "draw"]
    array = quantity.transpose("draw", *dims)
    summary = summarised(array.to_numpy(), f"{quantity.name} of {dict(constants)}")
    labels: Labels = {dim: (dim, array.coords[dim].to_numpy()) for dim in dims}
    return summary_rows(summary, dims, labels, constants)


def summarised(draws: NDArray[np.float64], what: str, axis: int = 0) -> Summary:
    """The four values of each cell of `draws`; raises ValueError on a value that is not finite."""
    if not np.isfinite(draws).all():
        raise ValueError(f"{what} holds a value that is not finite")
    return summarise(draws, axis)


def summary_rows(
    summary: Summary,
    dims: Sequence[str],
    labels: Labels,
    constants: Mapping[str, object],
) -> pd.DataFrame:
    """One row a cell of a summary whose values have `dims`, its columns labels, constants and values."""
    columns = labelled(dict(zip(dims, summary.principal.shape, strict=True)), labels)
    values = {name: values.ravel() for name, values in summary._asdict().items()}
    return pd.DataFrame({**columns, **constants, **values})


def labelled(sizes: Mapping[str, int], labels: Labels) -> dict[str, pd.Index[Any]]:
    """Columns that label the cells of an array, row by row; `sizes` are its dimensions in their order.

    By position: looking the labels of a product up would take several times as long.
    """
    at = dict(zip(sizes, np.indices(tuple(sizes.values())), strict=True))
    return {name: pd.Index(values).take(at[dim].ravel()) for name, (dim, values) in labels.items()}


def released(name: str, parts: Sequence[pd.DataFrame]) -> pd.DataFrame:
    """The parts as the declared table `name`: its columns in order, sorted by its keys."""
    table = TABLES[name]
    whole = pd.concat(parts, ignore_index=True)[table.column_names]
    return whole.sort_values(list(table.keys), ignore_index=True)
