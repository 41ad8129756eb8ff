"""Jobs, how they cover every place in one run, and what a run that ends well leaves for the next."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

import dagster as dg

from assets.inputs.places import PLACES
from assets.tables.parquet import read_frame
from pipelines.checks.source_age import CHECK
from pipelines.nightly.last_run import LastRun, write_last_run
from pipelines.nightly.night_log import PUBLISHED, end, find_night

NIGHT_TAG = "placecast/night"
"""The id of the night a run belongs to, in `outputs/nights`."""


ALL_PLACES_TAGS = {
    "dagster/asset_partition_range_start": PLACES.get_partition_keys()[0],
    "dagster/asset_partition_range_end": PLACES.get_partition_keys()[-1],
}
"""Tags of one run that covers every place, not a run a place."""


class RunRecord(dg.ConfigurableResource):
    """The code that a run rests on, as it was loaded: what a run that ends well writes down."""

    code: str
    python: str


@dg.success_hook(required_resource_keys={"settings", "record"})
def remember(context: dg.HookContext) -> None:
    """After the release: keep what this run used, and complete its night's entry."""
    if context.op.name != "release":
        return
    run = context.instance.get_run_by_id(context.run_id)
    if run is None or run.asset_selection:
        return  # Somebody ran a part by hand: the rest need not be what these inputs and this code make.
    settings, record = context.resources.settings, context.resources.record
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
            code=record.code,
            python=record.python,
            files=dict(zip(files["id"], files["sha256"], strict=True)),
        ),
    )
    night = find_night(outputs, run.tags.get(NIGHT_TAG, ""))
    if night is not None:
        end(outputs, night, PUBLISHED, release=release, run_id=context.run_id, now=datetime.now(UTC))


refresh = dg.define_asset_job(
    name="refresh",
    selection=dg.AssetSelection.all() - CHECK,
    executor_def=dg.in_process_executor,
    hooks={remember},
    description="Everything for all places in one run, in one process, from the inputs to the release",
    tags={"dagster/max_runtime": "3600"},
)
