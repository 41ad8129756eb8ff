"""Tables and draws as Parquet files, written beside and moved into place, so that no reader sees half a file.

Holds the file format and nothing of Dagster. A table is a pandas frame; draws are an xarray Dataset whose
every variable has the dimensions scenario, draw and year, stored as a row a scenario, draw and year and a
column a cell. Draws of one scenario, which their attribute `scenario` names, come back with the dimensions,
labels and type that they were given.
"""

from __future__ import annotations

import json
import os
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from itertools import product
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq
import xarray as xr

ROW_DIMENSIONS = ("scenario", "draw", "year")
_LAYOUT = b"placecast_draws"
_ROWS_AT_ONCE = 128


def neighbour(path: Path) -> Path:
    """The temporary file beside `path` to write to before it is moved into place."""
    path.parent.mkdir(parents=True, exist_ok=True)
    return path.with_name(f".{path.name}.{os.getpid()}.part")


def finish(temporary: Path, path: Path) -> None:
    """Make the written neighbour durable and move it into place in one step."""
    to_disk(temporary)
    temporary.replace(path)


def to_disk(path: Path) -> None:
    """Make a file, or which names a folder holds, survive a loss of power."""
    handle = os.open(path, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def write_frame(frame: pd.DataFrame, path: Path) -> None:
    """A table, without pandas's own index or metadata, so that equal tables are equal bytes."""
    temporary = neighbour(path)
    table = pa.Table.from_pandas(frame, preserve_index=False).replace_schema_metadata(None)
    table = table.cast(pa.schema([_plain(field) for field in table.schema]))
    try:
        # With a checksum a page: a table that was spoilt on disk is refused, not read as other numbers.
        pq.write_table(table, temporary, compression="zstd", write_page_checksum=True)
        finish(temporary, path)
    finally:
        temporary.unlink(missing_ok=True)


def _plain(field: pa.Field) -> pa.Field:
    """Text as `string`: older readers (Power BI, Excel) do not know `large_string`."""
    return pa.field(field.name, pa.string()) if pa.types.is_large_string(field.type) else field


class Spoilt(Exception):
    """A Parquet file that is there and cannot be read; the message names it."""

    def __init__(self, path: Path, error: Exception) -> None:
        first = (str(error).strip().splitlines() or [type(error).__name__])[0]
        super().__init__(f"{path.name} is corrupt: {first[:200]}")


@contextmanager
def _refusing_spoilt(path: Path) -> Iterator[None]:
    """Spoilt in the place of what Arrow raises; an error of the disk, which may pass, stays what it is."""
    try:
        yield
    except (pa.ArrowException, OSError, UnicodeDecodeError) as error:
        if isinstance(error, OSError) and (type(error) is not OSError or error.errno is not None):
            raise
        raise Spoilt(path, error) from None


def read_frame(path: Path) -> pd.DataFrame:
    """A table as it was written; raises Spoilt where the file is no longer that."""
    with _refusing_spoilt(path), pq.ParquetFile(path, page_checksum_verification=True) as file:
        return file.read(use_threads=False).to_pandas()


def write_draws(draws: xr.Dataset, path: Path) -> None:
    """Draws, a row group a scenario."""
    one = _one_scenario(draws)
    if one:
        wide = draws.reset_coords(drop=True).expand_dims(scenario=[one["scenario"]])
        draws = wide.transpose(*ROW_DIMENSIONS, ...)
    _require_row_dimensions(draws)
    layout: dict[str, Any] = {
        "one_scenario": one,
        "coordinates": {str(name): draws[name].values.tolist() for name in draws.dims},
        "variables": {
            str(name): [str(d) for d in draws[name].dims if d not in ROW_DIMENSIONS]
            for name in draws.data_vars
        },
    }
    temporary = neighbour(path)
    try:
        writer: pq.ParquetWriter | None = None
        for scenario in range(draws.sizes["scenario"]):
            table = _scenario_table(draws, scenario, layout).replace_schema_metadata(
                {_LAYOUT: json.dumps(layout)}
            )
            if writer is None:
                writer = pq.ParquetWriter(
                    temporary,
                    table.schema,
                    compression="none",
                    use_dictionary=["scenario"],
                    write_statistics=False,
                )
            writer.write_table(table)
        if writer is None:
            raise ValueError("draws without a scenario")
        writer.close()
        finish(temporary, path)
    finally:
        temporary.unlink(missing_ok=True)


def _one_scenario(draws: xr.Dataset) -> dict[str, Any] | None:
    """How draws of one scenario are to come back: dimensions, labels beside a dimension's own, and type."""
    if "scenario" not in draws.attrs:
        return None
    labels = {str(name): each for name, each in draws.coords.items() if name not in draws.dims}
    return {
        "scenario": str(draws.attrs["scenario"]),
        "dimensions": {str(name): [str(d) for d in draws[name].dims] for name in draws.data_vars},
        "labels": {name: [str(each.dims[0]), each.values.tolist()] for name, each in labels.items()},
        "types": {str(name): str(draws[name].dtype) for name in draws.data_vars},
    }


def _as_given(draws: xr.Dataset, one: Mapping[str, Any]) -> xr.Dataset:
    """Draws of one scenario with the dimensions, labels and types they were given."""
    given = draws.isel(scenario=0, drop=True)
    made = {
        name: given[name].transpose(*one["dimensions"][name]).astype(one["types"][name])
        for name in map(str, given.data_vars)
    }
    labels = {name: tuple(label) for name, label in one["labels"].items() if label[0] in given.dims}
    return xr.Dataset(made, attrs={"scenario": one["scenario"]}).assign_coords(labels)


def _require_row_dimensions(draws: xr.Dataset) -> None:
    for name, variable in draws.data_vars.items():
        if tuple(variable.dims[:3]) != ROW_DIMENSIONS:
            raise ValueError(f"{name} has dimensions {variable.dims}, not {ROW_DIMENSIONS} first")


def _scenario_table(draws: xr.Dataset, scenario: int, layout: Mapping[str, Any]) -> pa.Table:
    one = draws.isel(scenario=scenario)
    runs, years = one.sizes["draw"], one.sizes["year"]
    columns: dict[str, object] = {
        "scenario": [str(draws["scenario"].values[scenario])] * (runs * years),
        "draw": np.repeat(draws["draw"].values.astype(np.int32), years),
        "year": np.tile(draws["year"].values.astype(np.int32), runs),
    }
    for name, variable in one.data_vars.items():
        cells = variable.values.reshape(runs * years, -1)
        names = _cell_names(str(name), layout["variables"][str(name)], layout["coordinates"])
        for label, cell in zip(names, cells.T, strict=True):
            columns[label] = np.ascontiguousarray(cell)
    return pa.table(columns)


def _cell_names(name: str, dimensions: list[str], coordinates: Mapping[str, Sequence[object]]) -> list[str]:
    """Column names of a variable's cells, in the order of its array: `population[female,0]`."""
    if not dimensions:
        return [name]
    labels = product(*(coordinates[dimension] for dimension in dimensions))
    return [f"{name}[{','.join(map(str, label))}]" for label in labels]


def is_draws(path: Path) -> bool:
    """Whether a file holds draws rather than a table."""
    with _refusing_spoilt(path):
        metadata = pq.read_schema(path).metadata
    return bool(metadata) and _LAYOUT in metadata


def read_draws(path: Path, variables: list[str] | None = None) -> xr.Dataset:
    """Draws as they were written; `variables` reads only those. Raises Spoilt where the file is not whole."""
    with _refusing_spoilt(path), pq.ParquetFile(path, memory_map=True) as file:
        layout = json.loads(file.schema_arrow.metadata[_LAYOUT])
        coordinates = layout["coordinates"]
        wanted = {
            name: d for name, d in layout["variables"].items() if variables is None or name in variables
        }
        absent = set(variables or ()) - set(wanted)
        if absent:
            raise KeyError(f"{path.name} holds no {', '.join(sorted(absent))}")
        names = {name: _cell_names(name, dimensions, coordinates) for name, dimensions in wanted.items()}
        shape = [len(coordinates[d]) for d in ROW_DIMENSIONS]
        arrays = {
            name: np.empty((shape[0], shape[1] * shape[2], len(cells)), dtype=np.float64)
            for name, cells in names.items()
        }
        for scenario, group in enumerate(_groups(file, [c for cells in names.values() for c in cells])):
            for name, cells in names.items():
                if not cells:  # a place without a site has draws of none
                    continue
                _transpose([group.column(cell).to_numpy() for cell in cells], arrays[name][scenario])
    used = {d for dimensions in wanted.values() for d in dimensions} | set(ROW_DIMENSIONS)
    read = xr.Dataset(
        {
            name: (
                (*ROW_DIMENSIONS, *dimensions),
                arrays[name].reshape([*shape, *(len(coordinates[d]) for d in dimensions)]),
            )
            for name, dimensions in wanted.items()
        },
        coords={d: coordinates[d] for d in coordinates if d in used},
    )
    return _as_given(read, layout["one_scenario"]) if layout.get("one_scenario") else read


def _transpose(columns: list[np.ndarray], rows: np.ndarray) -> None:
    """Columns into the columns of `rows`, some hundred rows at a time so that both stay in the cache."""
    stacked = np.stack(columns)
    for start in range(0, len(rows), _ROWS_AT_ONCE):
        rows[start : start + _ROWS_AT_ONCE] = stacked[:, start : start + _ROWS_AT_ONCE].T


def _groups(file: pq.ParquetFile, columns: list[str]) -> Iterator[pa.Table]:
    for group in range(file.num_row_groups):
        yield file.read_row_group(group, columns=columns, use_threads=False)
