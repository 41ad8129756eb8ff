"""The code location that Dagster loads: assets with what they carry, checks, jobs, schedules, resources."""

from __future__ import annotations

import logging
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import dagster as dg

from assets.inputs.defaults import OUTPUTS_DIRECTORY
from assets.inputs.settings import RunSettings
from assets.population.cluster import Cluster
from assets.publication.release_stage import release_asset
from assets.stages import STAGES, assets_of
from housing_trajectories.plain_text import PlainRecord
from pipelines.asset_metadata import described
from pipelines.checks.source_age import (
    daily_look_at_sources,
    look_at_sources,
    no_newer_release_is_out,
)
from pipelines.checks.table_checks import table_checks
from pipelines.checks.trajectory_check import not_fewer_than_before
from pipelines.io_managers import ParquetIOManager
from pipelines.jobs import england, refresh
from pipelines.many_areas_job import many_areas
from pipelines.nightly.code_version import code_version
from pipelines.nightly.locked_outputs import LockedOutputs
from pipelines.nightly.schedules import nightly
from pipelines.progress import progress_logger
from pipelines.sensors import changed_inputs, failed_run, inbox, places


def build_definitions(resources: Mapping[str, Any] | None = None) -> dg.Definitions:
    """The same graph for production and tests; `resources` overrides those it names."""
    version = code_version()
    assets = [described(asset, version) for asset in assets_of(STAGES)]
    made = {key.path[-1] for asset in assets for key in asset.keys}
    release = described(release_asset(made), version)
    return dg.Definitions(
        assets=[*assets, release],
        asset_checks=[*table_checks(made), not_fewer_than_before, no_newer_release_is_out],
        jobs=[refresh, look_at_sources, many_areas, england],
        schedules=[nightly, daily_look_at_sources],
        sensors=[changed_inputs, inbox, places, failed_run],
        loggers={"progress": progress_logger},
        executor=dg.in_process_executor,
        resources={**default_resources(), **(resources or {})},
    )


def default_resources(outputs: Path | None = None, **settings: Any) -> dict[str, Any]:
    """The resources of a run that writes under `outputs`, with settings of RunSettings as given."""
    folder = outputs or OUTPUTS_DIRECTORY
    # At launch: what a person gives in the launchpad for `settings` holds for whatever rests on it.
    run = RunSettings.configure_at_launch(
        outputs_directory=str(folder), code_version=code_version(), **settings
    )
    locked = LockedOutputs(settings=run)
    tables = ParquetIOManager(settings=run, outputs=locked)
    return {"settings": run, "outputs": locked, "io_manager": tables, "cluster": Cluster()}


@dg.definitions
def defs() -> dg.Definitions:
    """What Dagster's own programs load; they write a run's messages to the terminal themselves."""
    logging.setLogRecordFactory(PlainRecord)
    return build_definitions()
