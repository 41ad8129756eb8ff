"""The places of the run, as Dagster partitions. Which places there are is data: `places.csv`.

Partitions are fixed when the code is loaded, so the folder of inputs cannot wait for a run's settings.
"""

from __future__ import annotations

from typing import Any

import dagster as dg

from assets.inputs.csv_reading import read_table
from assets.inputs.defaults import DATA_DIRECTORY as DATA_DIRECTORY
from assets.inputs.defaults import TRAJECTORIES_DIRECTORY as TRAJECTORIES_DIRECTORY
from assets.tables.declarations import INPUT_TABLES


def _place_codes() -> list[str]:
    frame = read_table(INPUT_TABLES["places"], DATA_DIRECTORY / "places.csv", places=None)
    return sorted(frame.loc[frame["kind"] == "place", "place"])


PLACES = dg.StaticPartitionsDefinition(_place_codes())
"""One partition a council, in the order of their codes."""

PLACED: dict[str, Any] = {
    "partitions_def": PLACES,
    "backfill_policy": dg.BackfillPolicy.single_run(),
}
"""Arguments of every asset that is made place by place, all places in one run."""


def place_keys(context: dg.AssetExecutionContext) -> list[str]:
    """The places of this run, sorted: Dagster gives them in an order that changes from process to process."""
    return sorted(context.partition_keys)
