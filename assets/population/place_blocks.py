"""One place's people in every scenario as a block of work for a cluster, kept as published quantiles.

The same projections, bands and quantiles as the assets of the population stage, without the draws being
written or read again: what a run of hundreds of places has no room for. Where blocks run:
assets/population/cluster.py.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
import pandas as pd
import xarray as xr

from assets.inputs.settings import RunSettings
from assets.population.population_figures import PopulationInputs
from assets.population.population_run import PopulationRun
from assets.tables.by_place import ByPlace
from assets.tables.declarations import TABLES
from models.demography.band_summary import PUBLISHED_BANDS, SEXES, published_bands
from models.uncertainty.ensemble import summarise


class PlaceBlock(NamedTuple):
    """What one place's projection needs beside what all share: its draws of homes and its trajectory."""

    place: str
    place_name: str
    homes: xr.Dataset
    trajectory: pd.DataFrame


class Shared(NamedTuple):
    """What every place's projection needs; recorded_until as `PopulationRun` has it."""

    inputs: PopulationInputs
    assumptions: pd.DataFrame
    scenarios: pd.DataFrame
    recorded_until: int
    seed: int


def project_place(block: PlaceBlock, shared: Shared) -> pd.DataFrame:
    """The place's rows of the released table `population`; raises as the population stage does."""
    homes = ByPlace([block.place], lambda _: block.homes)
    draws = block.homes.sizes["draw"] - 1
    run = PopulationRun(
        shared.inputs,
        shared.assumptions,
        shared.scenarios,
        homes,
        shared.recorded_until,
        RunSettings(draws=draws, seed=shared.seed),
        trajectories=ByPlace([block.place], lambda _: block.trajectory),
    )
    frames = []
    for scenario, projection in run.projections(block.place, draws):
        # The last mid-year serves only the financial year before it.
        summary = summarise(published_bands(projection.population[:, :-1]))
        years = range(projection.base_year, projection.base_year + summary.principal.shape[0])
        keys = {
            "scenario": [scenario],
            "place": [block.place],
            "year": years,
            "sex": SEXES,
            "age_band": PUBLISHED_BANDS,
        }
        index = pd.MultiIndex.from_product(list(keys.values()), names=list(keys))
        values = {name: np.ravel(value) for name, value in summary._asdict().items()}
        frames.append(index.to_frame(index=False).assign(place_name=block.place_name, **values))
    table = TABLES["population"]
    return pd.concat(frames)[table.column_names].sort_values(list(table.keys), ignore_index=True)
