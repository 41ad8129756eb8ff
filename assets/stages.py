"""The stages of a run in their order: the packages whose modules define assets."""

from __future__ import annotations

from collections.abc import Iterable
from types import ModuleType

import dagster as dg

from assets import (
    accuracy,
    buildings,
    contributions,
    demand,
    dimensions,
    estates,
    housing,
    inputs,
    mitigation,
    neighbourhoods,
    official_files,
    population,
    release_history,
    responses,
    scenarios_compared,
    workforce,
)

MODELLED = (
    inputs,
    official_files,
    housing,
    population,
    neighbourhoods,
    demand,
    workforce,
    estates,
    buildings,
    mitigation,
    contributions,
    responses,
    accuracy,
    scenarios_compared,
)
"""Stages that follow from a run's inputs alone."""

STAGES = (*MODELLED, dimensions, release_history)
"""All stages but the release, which is put together from what they make."""


def assets_of(stages: Iterable[ModuleType]) -> list[dg.AssetsDefinition]:
    """The assets that the modules of these packages define."""
    return [
        asset
        for stage in stages
        for asset in dg.load_assets_from_package_module(stage)
        if isinstance(asset, dg.AssetsDefinition)
    ]
