"""Jobs and how they are asked to cover every place in one run."""

from __future__ import annotations

import dagster as dg

from assets.places import PLACES

ALL_PLACES_TAGS = {
    "dagster/asset_partition_range_start": PLACES.get_first_partition_key() or "",
    "dagster/asset_partition_range_end": PLACES.get_last_partition_key() or "",
}
"""Tags of a run that covers the whole range of places at once, not a run a place."""

refresh = dg.define_asset_job(
    name="refresh",
    selection=dg.AssetSelection.all(),
    executor_def=dg.in_process_executor,
    description="Everything for all places in one run, in one process, from the inputs to the release",
    tags={"dagster/max_runtime": "3600"},
)
