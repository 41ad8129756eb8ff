"""The job `many_areas`: every place's people on a cluster, a file a place under `outputs/many_areas`.

For more places than one process should project in a night. It stands on the tables a run left (inputs and
the housing stage) and publishes nothing; the default job neither needs nor starts it.
"""

from collections.abc import Iterator
from pathlib import Path

import dagster as dg
import pandas as pd

from assets.inputs.settings import RunSettings
from assets.population.cluster import Cluster, run_blocks
from assets.population.place_blocks import PlaceBlock, Shared, project_place
from assets.population.population_figures import PopulationInputs
from assets.tables.parquet import read_draws, read_frame, write_frame


@dg.op(out=dg.Out(dg.Nothing), description="People of every place by sex and age band, on the cluster")
def project_on_cluster(context: dg.OpExecutionContext, settings: RunSettings, cluster: Cluster) -> None:
    """Project block by block; each place's quantiles are written as they come."""
    tables, into = settings.outputs_path / "tables", settings.outputs_path / "many_areas"
    places = read_frame(tables / "places.parquet")
    places = places[places["kind"] == "place"]
    blocks = list(zip(places["place"], places["place_name"], strict=True))
    recorded = read_frame(tables / "net_additional_dwellings.parquet")["year"].max()
    shared = Shared(
        PopulationInputs(
            **{name: read_frame(tables / f"{name}.parquet") for name in PopulationInputs.__annotations__}
        ),
        read_frame(tables / "assumptions.parquet"),
        read_frame(tables / "scenarios.parquet"),
        # Net additions of the last recorded financial year bring the stock to the 31 March after it.
        int(recorded) + 1,
        settings.seed,
    )

    def keep(number: int, frame: pd.DataFrame) -> None:
        write_frame(frame, into / f"{blocks[number][0]}.parquet")
        context.log.info(f"{blocks[number][1]}: {len(frame):,} rows")

    with cluster.client() as client:
        run_blocks(client, project_place, _read(blocks, tables), keep, shared)


def _read(places: list[tuple[str, str]], tables: Path) -> Iterator[PlaceBlock]:
    """Each place's draws of homes, read when its turn comes."""
    for place, name in places:
        yield PlaceBlock(
            place,
            name,
            read_draws(tables / "housing_delivery_draws" / f"{place}.parquet"),
            read_frame(tables / "housing_trajectories" / f"{place}.parquet"),
        )


@dg.job(
    executor_def=dg.in_process_executor,
    description="People of every place on a dask cluster: for many places, beside the default job",
    tags={"dagster/max_runtime": "21600"},
)
def many_areas() -> None:
    """One op: dask spreads the work."""
    project_on_cluster()
