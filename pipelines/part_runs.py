"""Runs of a part of the graph: the plan's view of the assets, and a plan as what Dagster is asked for."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path

import dagster as dg

from assets.publication.release import EARLIER_RELEASE_TAG
from assets.settings import RunSettings
from pipelines.code_versions import project_version
from pipelines.jobs import NIGHT_TAG, places_tags
from pipelines.last_run import PLANNED_ON_TAG, LastRun, planned_on_value, read_last_run
from pipelines.made_from import only_an_order
from pipelines.night_plan import Asset, Plan, plan_night
from pipelines.standing import look, trajectory_files


@dataclass(frozen=True)
class Request:
    """A plan, and the assets and tags of the one run that carries it out."""

    plan: Plan
    keys: list[dg.AssetKey]
    tags: dict[str, str]

    def for_night(self, identifier: str) -> dict[str, str]:
        """The tags of the run of a night."""
        return {**self.tags, NIGHT_TAG: identifier}

    def run_request(self, run_key: str, tags: Mapping[str, str]) -> dg.RunRequest:
        """What a schedule or a sensor answers to have the plan carried out."""
        selection = self.keys if self.plan.unchanged else None
        return dg.RunRequest(run_key=run_key, asset_selection=selection, tags={**self.tags, **tags})


def request_now() -> tuple[Path, Callable[[], Request]]:
    """The outputs folder of the loaded code location, and how to ask what a run of it would have to make."""
    from pipelines.definitions import defs

    settings: RunSettings = (defs.resources or {})["settings"]
    return settings.outputs_path, lambda: request(settings, defs.resolve_asset_graph())


def request(settings: RunSettings, graph: dg.AssetGraph) -> Request:
    """What a run started now would have to make, held against the last successful run."""
    outputs = settings.outputs_path
    record = read_last_run(outputs)
    now = look(outputs, settings.data_path, settings.trajectories_path, settings.draws, settings.seed, record)
    plan = plan_night(record, now, planned_assets(graph, settings.data_path))
    return Request(plan, [dg.AssetKey(name) for name in plan.make], _tags(plan, record))


def _tags(plan: Plan, record: LastRun | None) -> dict[str, str]:
    if plan.nothing:
        return {}
    tags = {**places_tags(list(plan.places)), PLANNED_ON_TAG: planned_on_value(record, project_version())}
    return {**tags, EARLIER_RELEASE_TAG: record.release} if record and plan.unchanged else tags


def planned_assets(graph: dg.AssetGraph, data: Path) -> list[Asset]:
    """Every asset of the code location as the plan sees it."""
    return [_asset(graph.get(key), data) for key in sorted(graph.get_all_asset_keys())]


def _asset(node: dg.AssetNode, data: Path) -> Asset:
    name = node.key.path[-1]
    by_place: Mapping[str, str] = {}
    if node.metadata.get("reads_by_place"):
        by_place = {place: f"trajectories/{file}" for place, file in trajectory_files(data).items()}
    return Asset(
        name=name,
        code=node.code_version or "",
        parents=tuple(key.path[-1] for key in sorted(node.parent_keys) if not only_an_order(key, node)),
        together=tuple(key.path[-1] for key in sorted(node.execution_set_asset_keys) if key != node.key),
        by_place=node.is_partitioned,
        reads=tuple(f"data/{pattern}" for pattern in node.metadata.get("reads", ())),
        reads_by_place=by_place,
    )
