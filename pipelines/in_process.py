"""One run of everything in this process, as the commands hold it: made ready without delay and told of."""

from __future__ import annotations

import gc
import os
import sys
import time
import warnings
from collections.abc import Mapping
from contextlib import nullcontext
from pathlib import Path
from typing import TYPE_CHECKING, Any

from assets.publication.side_process import SIDE_PROCESS
from housing_trajectories.terminal import Terminal

if TYPE_CHECKING:
    import dagster as dg


def execute(
    outputs: Path,
    settings: Mapping[str, Any],
    *,
    tags: Mapping[str, str] | None = None,
    history: bool = True,
    console: Terminal | None = None,
    started: float | None = None,
    verbose: bool = False,
) -> dg.ExecuteInProcessResult:
    """Run the job over all assets in this process with these settings, telling of each stage as it ends.

    Warnings are told by kind at the end; with `verbose` each as it comes too.
    Raises BadInput at once where area.yaml or places.csv cannot be read. With `history` the web interface of
    DAGSTER_HOME shows the run, where there is one.
    """
    # Its imports take as long as those below, which the other core has time for.
    SIDE_PROCESS.prepare("pipelines.checks.expectations")
    # The hundreds of thousands of objects of imported libraries need no searching again and again.
    gc.set_threshold(100_000, 50, 50)
    # Single-run backfills are marked beta in Dagster; a planner can do nothing about it.
    warnings.filterwarnings("ignore", message=".*backfill_policy.*")
    import dagster as dg

    from assets.inputs.places import every_place, place_codes
    from assets.inputs.settings import RunSettings

    data = RunSettings(outputs_directory=str(outputs), **settings).prepared().data_path
    place_codes(data)
    from pipelines.definitions import build_definitions, default_resources
    from pipelines.memory_instance import instance_in_memory
    from pipelines.progress import StageProgress

    job = build_definitions(default_resources(outputs, **settings)).resolve_job_def("refresh")
    gc.freeze()
    without_dask_arrays()
    kept = history and os.environ.get("DAGSTER_HOME")
    begun = started or time.monotonic()
    told = StageProgress(console, job, begun, outputs, verbose=verbose) if console else nullcontext()
    with dg.DagsterInstance.get() if kept else instance_in_memory() as instance, told:
        return job.execute_in_process(
            instance=instance,
            tags={**every_place(instance, data), **(tags or {})},
            raise_on_error=False,
            run_config={"loggers": {"progress": {"config": {}}}},
        )


def without_dask_arrays() -> None:
    """Let xarray find no dask: it would load all of `dask.array` (0.6 s) with the first Dataset it makes.

    dask is there for the job `many_areas`; nothing in a run of the default job is an array of dask. xarray
    looks once and remembers; afterwards `dask.array` can be imported as ever.
    """
    if "dask.array" in sys.modules:
        return
    sys.modules["dask.array"] = None  # type: ignore[assignment]
    try:
        import xarray as xr

        xr.Dataset({"looked": ("once", [0.0])})
    finally:
        del sys.modules["dask.array"]
