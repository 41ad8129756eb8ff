"""The places of a run, as Dagster partitions. Which places there are is data: `places.csv`.

Partitions are dynamic: Dagster is told what places.csv names before each run, so that a code location which
runs for months learns of a new place.
"""

from __future__ import annotations

from contextlib import suppress
from pathlib import Path
from typing import Any

import dagster as dg

from assets.inputs.csv_reading import read_table
from assets.tables.declarations import INPUT_TABLES
from housing_trajectories.findings import BadInput

NAME = "places"
PLACES = dg.DynamicPartitionsDefinition(name=NAME)
"""One partition a council."""

PLACED: dict[str, Any] = {
    "partitions_def": PLACES,
    "backfill_policy": dg.BackfillPolicy.single_run(),
}
"""Arguments of every asset that is made place by place, all places in one run."""


def place_codes(data: Path) -> list[str]:
    """The councils that a folder's places.csv names, in the order of their codes; raises BadInput."""
    frame = read_table(INPUT_TABLES["places"], data / "places.csv", places=None)
    return sorted(frame.loc[frame["kind"] == "place", "place"])


def every_place(instance: dg.DagsterInstance, data: Path) -> dict[str, str]:
    """The tags of one run that covers every place; Dagster has learnt what places.csv names by then.

    Where places.csv cannot be read, the places known so far stay: the run's first step refuses it in words.
    """
    with suppress(BadInput):
        named = place_codes(data)
        for gone in set(instance.get_dynamic_partitions(NAME)) - set(named):
            instance.delete_dynamic_partition(NAME, gone)
        instance.add_dynamic_partitions(NAME, named)
    # A range goes by the order in which Dagster learnt of its places.
    learnt = instance.get_dynamic_partitions(NAME)
    if not learnt:
        return {}
    return {
        "dagster/asset_partition_range_start": learnt[0],
        "dagster/asset_partition_range_end": learnt[-1],
    }


def place_keys(context: dg.AssetExecutionContext) -> list[str]:
    """The places of this run, sorted: Dagster gives them in an order that changes from process to process."""
    return sorted(context.partition_keys)
