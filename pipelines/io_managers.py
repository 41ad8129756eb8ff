"""The IO manager: assets to Parquet under `outputs/tables`, atomically, and back. It computes nothing.

Annotations are not postponed here: Dagster reads the types of resources as they stand.
"""

from functools import partial
from pathlib import Path

import dagster as dg
import pandas as pd
import xarray as xr
from pydantic import PrivateAttr

from assets.inputs.settings import RunSettings
from assets.tables.by_place import ByPlace, KeptPlaces
from assets.tables.parquet import (
    is_draws,
    read_draws,
    read_frame,
    write_draws,
    write_frame,
)
from pipelines.checks.table_checks import TableChecker
from pipelines.nightly.locked_outputs import LockedOutputs
from pipelines.operations.retries import retried
from pipelines.table_previews import shown

_SMALL = 1_000_000
"""Bytes of a file up to which its table is held in memory for the steps to come."""


class ParquetIOManager(dg.ConfigurableIOManager):
    """A table or draws is `tables/<asset>.parquet`, a partitioned one `<asset>/<place>.parquet`.

    A partitioned asset keeps each place as it is made (`assets.tables.by_place`), and reaches the next stage
    as a ByPlace that loads a place when it is asked for. The metadata `variables` of an asset's input reads
    only those variables of its draws.
    """

    settings: RunSettings
    outputs: LockedOutputs | None = None
    """The outputs folder that a run over these tables holds; without one, none is held."""
    _checker: TableChecker | None = PrivateAttr(default=None)
    _held: dict[Path, tuple[tuple[int, int, int], pd.DataFrame]] = PrivateAttr(default_factory=dict)

    @property
    def checker(self) -> TableChecker:
        """Looks at each table as soon as it is written."""
        self._checker = self._checker or TableChecker(self.settings.data_path)
        return self._checker

    def handle_output(self, context: dg.OutputContext, obj: object) -> None:
        """Write what an asset returned, unless its places are kept by now; other things are refused."""
        key = context.asset_key
        if context.has_asset_partitions and not isinstance(obj, KeptPlaces):
            raise TypeError(f"{key.to_user_string()} is partitioned and must be made place by place")
        rows = obj.rows if isinstance(obj, KeptPlaces) else self.keep(key, obj)
        name = key.path[-1]
        self.checker.begin(name, self.files(name))
        context.add_output_metadata({"dagster/row_count": rows, **shown(name, obj)})

    def load_input(self, context: dg.InputContext) -> pd.DataFrame | xr.Dataset | ByPlace:
        """Read an upstream asset."""
        key = context.asset_key
        variables = (context.definition_metadata or {}).get("variables")
        if context.has_asset_partitions:
            read = partial(self.read, key, variables=variables)
            return ByPlace(context.asset_partition_keys, read, ahead=True)
        return self.read(key, variables=variables)

    def keep(self, key: dg.AssetKey, value: object, place: str | None = None) -> int:
        """Write an asset, or one place of it; the number of its rows."""
        return _write(value, self._path(key, place))

    def read(
        self, key: dg.AssetKey, place: str | None = None, variables: list[str] | None = None
    ) -> pd.DataFrame | xr.Dataset:
        """An asset, or one place of it; of what many steps take in, what is small is read once."""
        path = self._path(key, place)
        file = _as_it_is(path)
        before, held = self._held.get(path, (None, None))
        if before != file or held is None:
            read = _read(path, variables)
            if file[-1] > _SMALL or not isinstance(read, pd.DataFrame):
                return read
            held = read
            self._held[path] = file, held
        # pandas copies what somebody writes to, so that what is held stays as it was read.
        return held.copy(deep=False)

    def files(self, asset: str) -> list[Path]:
        """The files of an asset as they are: one, or one a place."""
        path = self._path(dg.AssetKey(asset))
        return [path] if path.exists() else sorted((path.parent / asset).glob("*.parquet"))

    def _path(self, key: dg.AssetKey, place: str | None = None) -> Path:
        folder = (self.settings.outputs_path / "tables").joinpath(*key.path[:-1])
        name = key.path[-1]
        return folder / name / f"{place}.parquet" if place else folder / f"{name}.parquet"


def _as_it_is(path: Path) -> tuple[int, int, int]:
    """What tells a file that has been written anew from the one that was read; no file is told as such."""
    if not path.exists():
        return 0, 0, 0
    stat = path.stat()
    return stat.st_ino, stat.st_mtime_ns, stat.st_size


@retried
def _write(value: object, path: Path) -> int:
    if isinstance(value, pd.DataFrame):
        write_frame(value, path)
        return len(value)
    if isinstance(value, xr.Dataset):
        write_draws(value, path)
        return int(value.sizes.get("scenario", 1) * value.sizes["draw"] * value.sizes["year"])
    raise TypeError(
        f"{path.stem}: a pandas frame or an xarray Dataset is written, not {type(value).__name__}"
    )


@retried
def _read(path: Path, variables: list[str] | None) -> pd.DataFrame | xr.Dataset:
    if not path.exists():
        raise FileNotFoundError(f"{path.name} has not been made yet: run the stage before it first")
    return read_draws(path, variables) if is_draws(path) else read_frame(path)
