"""Jobs, how they cover every place in one run, and what a run that ends well leaves for the next."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import dagster as dg

from assets.parquet import read_frame
from assets.places import PLACES
from pipelines.freshness import CHECK
from pipelines.last_run import PLANNED_ON_TAG, LastRun, tables_as_left, write_last_run
from pipelines.nights import PUBLISHED, end, find_night

NIGHT_TAG = "placecast/night"
"""The id of the night a run belongs to, in `outputs/nights`."""


def places_tags(places: list[str]) -> dict[str, str]:
    """Tags of one run over an unbroken stretch of the places, not a run a place."""
    return {
        "dagster/asset_partition_range_start": places[0],
        "dagster/asset_partition_range_end": places[-1],
    }


ALL_PLACES_TAGS = places_tags(list(PLACES.get_partition_keys()))
"""Tags of a run that covers the whole range of places at once."""


class RunRecord(dg.ConfigurableResource):
    """What a run that ends well writes down: digests of the code as it was loaded, which it rested on."""

    environment: str
    project: str
    code: dict[str, str]


@dg.success_hook(required_resource_keys={"settings", "record", "io_manager"})
def remember(context: dg.HookContext) -> None:
    """After the release: keep what this run used, and complete its night's entry."""
    if context.op.name != "release":
        return
    run = context.instance.get_run_by_id(context.run_id)
    if run is None or (run.asset_selection and PLANNED_ON_TAG not in run.tags):
        return  # Somebody ran a part by hand: the rest need not be what these inputs and this code make.
    settings, record = context.resources.settings, context.resources.record
    outputs: Path = settings.outputs_path
    release = (outputs / "current").resolve().name
    made_from = context.resources.io_manager.made_from
    files = read_frame(outputs / "tables" / "input_files.parquet")
    write_last_run(
        outputs,
        LastRun(
            release=release,
            run_id=context.run_id,
            draws=settings.draws,
            seed=settings.seed,
            environment=record.environment,
            project=record.project,
            places=list(PLACES.get_partition_keys()),
            files=dict(zip(files["id"], files["sha256"], strict=True)),
            code=dict(record.code),
            tables=tables_as_left(outputs / "tables"),
            made_from=made_from.digests if made_from else {},
        ),
    )
    night = find_night(outputs, run.tags.get(NIGHT_TAG, ""))
    if night is not None:
        parts = made_from.left_as_they_were if made_from else {}
        night = replace(night, places_left_as_they_were=parts)
        end(outputs, night, PUBLISHED, release=release, run_id=context.run_id, now=datetime.now(UTC))


refresh = dg.define_asset_job(
    name="refresh",
    selection=dg.AssetSelection.all() - CHECK,
    executor_def=dg.in_process_executor,
    hooks={remember},
    description="Everything for all places in one run, in one process, from the inputs to the release",
    tags={"dagster/max_runtime": "3600"},
)
