"""The job of everything, and what a run that ends well leaves for the next."""

from __future__ import annotations

import platform
from datetime import UTC, datetime
from pathlib import Path

import dagster as dg

from assets.tables.parquet import read_frame
from pipelines.checks.source_age import CHECK
from pipelines.nightly.last_run import LastRun, write_last_run
from pipelines.nightly.night_log import NIGHT_TAG, PUBLISHED, end, find_night
from pipelines.nightly.run_history import purge_runs
from pipelines.operations.watch import oddities

ENGLAND = "england"
"""The job of the tables below and of all they are made from."""
ENGLAND_TABLES = ("population", "demand", "estates")

_NAMED = 3
"""Oddities that a night's entry names; `doctor` shows them all."""


@dg.success_hook(required_resource_keys={"settings"})
def remember(context: dg.HookContext) -> None:
    """After the release: keep what this run used, and complete its night's entry."""
    if context.op.name != "release":
        return
    run = context.instance.get_run_by_id(context.run_id)
    if run is None or run.asset_selection:
        return  # Somebody ran a part by hand: the rest need not be what these inputs and this code make.
    settings = context.resources.settings
    outputs: Path = settings.outputs_path
    release = (outputs / "current").resolve().name
    files = read_frame(outputs / "tables" / "input_files.parquet")
    write_last_run(
        outputs,
        LastRun(
            release=release,
            run_id=context.run_id,
            draws=settings.draws,
            seed=settings.seed,
            code=settings.code_version,
            python=platform.python_version(),
            files=dict(zip(files["id"], files["sha256"], strict=True)),
            data=str(settings.data_path.resolve()),
            trajectories=str(settings.trajectories_path.resolve()),
        ),
    )
    purge_runs(context.instance, outputs)
    night = find_night(outputs, run.tags.get(NIGHT_TAG, ""))
    if night is not None:
        now = datetime.now(UTC)
        odd = "; ".join(alert.title for alert in oddities(outputs, now)[:_NAMED])
        end(outputs, night, PUBLISHED, message=odd, release=release, run_id=context.run_id, now=now)


_BY_PLACE = dg.AssetSelection.assets(*ENGLAND_TABLES).required_multi_asset_neighbors().upstream()
england = dg.define_asset_job(
    name=ENGLAND,
    selection=_BY_PLACE.required_multi_asset_neighbors().without_checks(),
    executor_def=dg.in_process_executor,
    description="People, demand and rooms without checks and without a release: what england-forecast runs",
    tags={"dagster/max_runtime": "3600"},
)

refresh = dg.define_asset_job(
    name="refresh",
    selection=dg.AssetSelection.all() - CHECK,
    executor_def=dg.in_process_executor,
    hooks={remember},
    description="Everything for all places in one run, in one process, from the inputs to the release",
    tags={"dagster/max_runtime": "3600"},
)
