"""The IO manager: assets to Parquet under `outputs/tables`, atomically, and back. Never a pickle."""

from __future__ import annotations

from concurrent.futures import Future, ThreadPoolExecutor
from pathlib import Path

import dagster as dg
import pandas as pd
import xarray as xr

from assets.by_place import ByPlace
from assets.parquet import is_draws, read_draws, read_frame, write_draws, write_frame
from pipelines.checking import CHECKING
from pipelines.checks import DECLARED, known_places


class ParquetIOManager(dg.ConfigurableIOManager):
    """Writes a table or draws to `<folder>/<asset>.parquet`, a partitioned one to `<asset>/<place>.parquet`.

    A partitioned asset returns a ByPlace, which is evaluated and written one place at a time, and reaches
    the next stage as a ByPlace that loads a place when it is asked for. The metadata `variables` of an
    asset's input reads only those variables of its draws.
    """

    folder: str

    def handle_output(self, context: dg.OutputContext, obj: object) -> None:
        """Write what an asset returned; anything but a frame, a Dataset or a ByPlace of them is refused."""
        if context.has_asset_partitions:
            if not isinstance(obj, ByPlace):
                raise TypeError(
                    f"{context.asset_key.to_user_string()} is partitioned and must return a ByPlace"
                )
            with ThreadPoolExecutor(max_workers=1) as writer:
                begun: list[Future[int]] = []
                for place in sorted(context.asset_partition_keys):
                    value = obj[place]
                    # One place is written while the next is made, and no more than these two are held.
                    if begun:
                        begun[-1].result()
                    begun.append(writer.submit(_write, value, self._path(context.asset_key, place)))
                rows = sum(one.result() for one in begun)
        else:
            rows = _write(obj, self._path(context.asset_key))
        name = context.asset_key.path[-1]
        if name in DECLARED:
            CHECKING.begin(name, self.files(name), known_places())
        context.add_output_metadata({"dagster/row_count": rows})

    def load_input(self, context: dg.InputContext) -> pd.DataFrame | xr.Dataset | ByPlace:
        """Read an upstream asset."""
        key = context.asset_key
        variables = (context.definition_metadata or {}).get("variables")
        if context.has_asset_partitions:
            return ByPlace(
                context.asset_partition_keys,
                lambda place: _read(self._path(key, place), variables),
                ahead=True,
            )
        return _read(self._path(key), variables)

    def files(self, asset: str) -> list[Path]:
        """The files of an asset as they are: one, or one a place."""
        path = self._path(dg.AssetKey(asset))
        return [path] if path.exists() else sorted((path.parent / asset).glob("*.parquet"))

    def _path(self, key: dg.AssetKey, place: str | None = None) -> Path:
        folder = Path(self.folder).joinpath(*key.path[:-1])
        name = key.path[-1]
        return folder / name / f"{place}.parquet" if place else folder / f"{name}.parquet"


def _write(value: object, path: Path) -> int:
    if isinstance(value, pd.DataFrame):
        write_frame(value, path)
        return len(value)
    if isinstance(value, xr.Dataset):
        write_draws(value, path)
        return int(value.sizes["scenario"] * value.sizes["draw"] * value.sizes["year"])
    raise TypeError(
        f"{path.stem}: a pandas frame or an xarray Dataset is written, not {type(value).__name__}"
    )


def _read(path: Path, variables: list[str] | None) -> pd.DataFrame | xr.Dataset:
    if not path.exists():
        raise FileNotFoundError(f"{path.name} has not been made yet: run the stage before it first")
    return read_draws(path, variables) if is_draws(path) else read_frame(path)
