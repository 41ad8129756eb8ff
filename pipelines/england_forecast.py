"""England as a whole: people, demand and rooms of every authority, each forecast as an area of its own.

The same assets as a run of one area, without checks and without a release. An authority is a block of work
for a cluster, and its tables are written as it ends, so a run that was stopped goes on where it was.
"""

from __future__ import annotations

import gc
import hashlib
import json
import os
import shutil
import tempfile
import time
import warnings
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any, NamedTuple

import pandas as pd

from assets.areas.area_folder import write_area
from assets.areas.area_selection import select
from assets.england.national_tables import ENGLAND_DIRECTORY, england_table
from assets.inputs.defaults import SHARED_DATA
from assets.population.cluster import Cluster, run_blocks
from assets.tables.parquet import read_frame, write_frame
from pipelines.jobs import ENGLAND, ENGLAND_TABLES

REFUSED = "refused.csv"
_RUN, _FITS = "run.json", "fits"
_MEGABYTE = 1024


class Authority(NamedTuple):
    """One block of work."""

    code: str
    name: str


class Forecast(NamedTuple):
    """What came of a block: its tables, or why there are none; seconds and the most memory, in MB."""

    tables: dict[str, pd.DataFrame]
    refused: str
    seconds: float
    peak: int


def current_authorities() -> list[Authority]:
    """England's authorities by code."""
    table = england_table("authorities")
    rows = table[table["status"] == "current"].sort_values("code")
    return [Authority(str(code), str(name)) for code, name in zip(rows["code"], rows["name"], strict=True)]


def forecast_england(
    into: Path,
    authorities: Sequence[Authority],
    cluster: Cluster,
    draws: int,
    seed: int,
    told: Callable[[str, int, Forecast], None],
) -> list[str]:
    """Write `into`/<table>/<authority>.parquet for each authority; the codes of those that were refused.

    Authorities whose tables an earlier run of the same inputs, code, draws and seed has left are not made
    again. `told` hears of each as it ends: its name, how many are left, and what came of it.
    """
    _begin(into, {"draws": draws, "seed": seed, "made_from": _fingerprint()})
    waiting = [each for each in authorities if not _done(into, each.code)]
    refused: dict[str, str] = {}
    left = len(waiting)

    def keep(number: int, found: Forecast) -> None:
        nonlocal left
        left -= 1
        one = waiting[number]
        for name, frame in found.tables.items():
            write_frame(frame, into / name / f"{one.code}.parquet")
        if found.refused:
            refused[one.code] = found.refused
        told(one.name, left, found)

    if waiting:
        with cluster.client() as client:
            run_blocks(client, forecast_authority, waiting, keep, draws, seed, str(into / _FITS))
    path = into / REFUSED
    path.unlink(missing_ok=True)
    if refused:
        pd.DataFrame(refused.items(), columns=["authority", "why"]).to_csv(
            path,
            index=False,
            encoding="utf-8-sig",  # without its byte order mark Excel takes a file for Windows-1252
        )
    return sorted(refused)


def forecast_authority(one: Authority, draws: int, seed: int, fits: str) -> Forecast:
    """The authority's rows of ENGLAND_TABLES in every scenario, as a run of it alone gives them.

    fits: a folder of fits of trusts' monthly series, which authorities share; one that is not on the machine
    of the worker is not used.
    """
    import resource

    started = time.perf_counter()
    with tempfile.TemporaryDirectory(prefix=f"placecast-{one.code}-") as temporary:
        folder = Path(temporary)
        area = select(one.code)
        write_area(folder, area.name, area.code, area.authorities)
        outputs = folder / "outputs"
        if Path(fits).is_dir():
            outputs.mkdir()
            (outputs / _FITS).symlink_to(fits)
        tables: dict[str, pd.DataFrame] = {}
        refused = ""
        try:
            _run(outputs, {"data_directory": str(folder), "draws": draws, "seed": seed})
            tables = {name: _of(outputs / "tables" / f"{name}.parquet", one.code) for name in ENGLAND_TABLES}
        except Exception as error:  # one authority's trouble is told, and the others go on
            refused = _cause(error)
    # A run's graph holds itself: without this a worker keeps those of several authorities.
    gc.collect()
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // _MEGABYTE
    return Forecast(tables, refused, time.perf_counter() - started, peak)


def _run(outputs: Path, settings: dict[str, Any]) -> None:
    warnings.filterwarnings("ignore", message=".*backfill_policy.*")
    import dagster as dg

    from assets.inputs.places import every_place
    from assets.inputs.settings import RunSettings
    from pipelines.definitions import build_definitions, default_resources

    given = {"trajectories_directory": "", **settings}
    data = RunSettings(outputs_directory=str(outputs), **given).prepared().data_path
    job = build_definitions(default_resources(outputs, **given)).resolve_job_def(ENGLAND)
    with dg.DagsterInstance.ephemeral() as instance:
        job.execute_in_process(
            instance=instance,
            tags=every_place(instance, data),
            run_config={"loggers": {"progress": {"config": {}}}},
        )


def _of(path: Path, place: str) -> pd.DataFrame:
    frame = read_frame(path)
    return frame[frame["place"] == place].reset_index(drop=True)


def _cause(error: BaseException) -> str:
    while error.__cause__ is not None:
        error = error.__cause__
    return " ".join(str(error).split())[:500] or type(error).__name__


def _done(into: Path, code: str) -> bool:
    return all((into / name / f"{code}.parquet").is_file() for name in ENGLAND_TABLES)


def _begin(into: Path, run: dict[str, Any]) -> None:
    """Keep the tables of an earlier run like this one; of another nothing stays, so that none are mixed."""
    path = into / _RUN
    if path.is_file() and json.loads(path.read_text(encoding="utf-8")) == run:
        return
    path.unlink(missing_ok=True)
    for name in ENGLAND_TABLES:
        shutil.rmtree(into / name, ignore_errors=True)
    (into / _FITS).mkdir(parents=True, exist_ok=True)
    beside = path.with_name(f".{path.name}.{os.getpid()}")
    beside.write_text(json.dumps(run, indent=1), encoding="utf-8")
    beside.replace(path)


def _fingerprint() -> str:
    """A digest of all that the tables are made from: the code, the shared inputs and England's tables."""
    from pipelines.nightly.code_version import code_version

    made = hashlib.sha256(code_version().encode())
    for folder in (SHARED_DATA, SHARED_DATA / "scenarios", ENGLAND_DIRECTORY):
        for path in sorted(path for path in folder.iterdir() if path.is_file()):
            made.update(path.name.encode() + hashlib.sha256(path.read_bytes()).digest())
    return made.hexdigest()
