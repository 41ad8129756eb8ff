"""The IO manager: assets to Parquet under `outputs/tables`, atomically, and back. Never a pickle."""

from __future__ import annotations

from concurrent.futures import Future, ThreadPoolExecutor
from functools import partial
from pathlib import Path

import dagster as dg
import pandas as pd
import xarray as xr
from pydantic import PrivateAttr

from assets.tables.by_place import ByPlace
from assets.tables.parquet import (
    is_draws,
    read_draws,
    read_frame,
    write_draws,
    write_frame,
)
from pipelines.checks.check_process import CHECKING
from pipelines.checks.table_checks import DECLARED, known_places
from pipelines.nightly.last_run import forget_last_run
from pipelines.nightly.leftovers import clear_leftovers, report_dead
from pipelines.nightly.run_lock import acquire, release
from pipelines.operations.retries import retried
from pipelines.table_previews import shown

_SMALL = 1_000_000
"""Bytes of a file up to which its table is held in memory for the steps to come."""


class ParquetIOManager(dg.ConfigurableIOManager):
    """Writes a table or draws to `<folder>/<asset>.parquet`, a partitioned one to `<asset>/<place>.parquet`.

    A partitioned asset returns a ByPlace, which is evaluated and written one place at a time, and reaches
    the next stage as a ByPlace that loads a place when it is asked for. The metadata `variables` of an
    asset's input reads only those variables of its draws.
    """

    folder: str
    outputs: str = ""
    """The folder of which a run over these tables holds the run lock; without one, none is held."""
    _held: dict[Path, tuple[tuple[int, int, int], pd.DataFrame]] = PrivateAttr(default_factory=dict)

    def setup_for_execution(self, context: dg.InitResourceContext) -> None:
        """Hold the outputs for this run alone, and clear away what a run that was killed left half done."""
        if not self.outputs:
            return
        run_id = context.run.run_id if context.run else None
        broken = acquire(Path(self.outputs), f"run {run_id}", run_id=run_id)
        clear_leftovers(Path(self.outputs))
        if broken and broken.run_id and broken.run_id != run_id and context.instance:
            report_dead(context.instance, broken)
        forget_last_run(Path(self.outputs))

    def teardown_after_execution(self, context: dg.InitResourceContext) -> None:
        """Give the outputs back."""
        if self.outputs:
            release(Path(self.outputs))

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
                    path = self._path(context.asset_key, place)
                    begun.append(writer.submit(partial(retried, partial(_write, value, path))))
                rows = sum(one.result() for one in begun)
        else:
            rows = retried(partial(_write, obj, self._path(context.asset_key)))
        name = context.asset_key.path[-1]
        if name in DECLARED:
            CHECKING.begin(name, self.files(name), known_places())
        context.add_output_metadata({"dagster/row_count": rows, **shown(name, obj)})

    def load_input(self, context: dg.InputContext) -> pd.DataFrame | xr.Dataset | ByPlace:
        """Read an upstream asset."""
        key = context.asset_key
        variables = (context.definition_metadata or {}).get("variables")
        if context.has_asset_partitions:
            return ByPlace(
                context.asset_partition_keys,
                lambda place: retried(partial(self._read, self._path(key, place), variables)),
                ahead=True,
            )
        return retried(partial(self._read, self._path(key), variables))

    def _read(self, path: Path, variables: list[str] | None) -> pd.DataFrame | xr.Dataset:
        """A table or draws from its file; of what many steps take in, what is small is read once."""
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
        folder = Path(self.folder).joinpath(*key.path[:-1])
        name = key.path[-1]
        return folder / name / f"{place}.parquet" if place else folder / f"{name}.parquet"


def _as_it_is(path: Path) -> tuple[int, int, int]:
    """What tells a file that has been written anew from the one that was read; no file is told as such."""
    if not path.exists():
        return 0, 0, 0
    stat = path.stat()
    return stat.st_ino, stat.st_mtime_ns, stat.st_size


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
