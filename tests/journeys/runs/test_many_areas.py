"""The job for many areas gives the people that the default job published, made on a cluster."""

from __future__ import annotations

import dagster as dg
import pandas as pd
import pytest

from assets.population.cluster import Cluster
from pipelines.definitions import build_definitions, default_resources
from tests.journeys.running import DRAWS, Run

pytestmark = pytest.mark.long


def test_people_made_on_a_cluster_are_those_of_the_release(main_run: Run) -> None:
    resources = default_resources(main_run.outputs, draws=DRAWS)
    definitions = build_definitions({**resources, "cluster": Cluster(workers=1)})
    with dg.DagsterInstance.ephemeral() as instance:
        assert definitions.resolve_job_def("many_areas").execute_in_process(instance=instance).success
    made = [pd.read_parquet(path) for path in sorted((main_run.outputs / "many_areas").glob("*.parquet"))]
    assert len(made) == 4
    released = main_run.table("population")
    ours = pd.concat(made)
    keys = ["scenario", "place", "year", "sex", "age_band"]
    both = released[released["place"].isin(ours["place"])].set_index(keys).sort_index()
    # The same draws, added up over ages in another order: a thousand-millionth of a person.
    pd.testing.assert_frame_equal(
        ours.set_index(keys).sort_index()[both.columns], both, check_exact=False, rtol=0, atol=1e-9
    )


def test_the_default_job_does_not_start_a_cluster() -> None:
    """Dask costs seconds: the job of every night neither needs the resource nor imports it."""
    definitions = build_definitions()
    needed = {
        key
        for node in definitions.resolve_job_def("refresh").nodes
        for key in node.definition.required_resource_keys  # type: ignore[attr-defined]
    }
    assert "settings" in needed
    assert "cluster" not in needed
