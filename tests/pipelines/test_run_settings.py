"""What a run is told in the launchpad holds in every step, the lock and the tables, or is refused.

Annotations are not postponed here: Dagster reads the type of `context` as it stands.
"""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import dagster as dg
import pandas as pd
import pytest

from assets.inputs.places import every_place
from assets.inputs.settings import RunSettings
from assets.publication.side_process import SIDE_PROCESS
from pipelines.definitions import default_resources
from pipelines.failures import reason_of
from tests.shipped import DATA


@dg.asset
def said(context: dg.AssetExecutionContext, settings: RunSettings) -> pd.DataFrame:
    lock = (settings.outputs_path / "run.lock").read_text()
    return pd.DataFrame(
        {"draws": [settings.draws], "seed": [settings.seed], "locked": [context.run.run_id in lock]}
    )


@pytest.fixture(autouse=True)
def ended() -> Iterator[None]:
    yield
    SIDE_PROCESS.end()


def launched(outputs: Path, places: Path = DATA, **given: Any) -> dg.ExecuteInProcessResult:
    """A run of one asset by production's resources, with what somebody typed into the launchpad."""
    job = dg.Definitions(
        assets=[said], jobs=[dg.define_asset_job("all")], resources=default_resources(outputs)
    ).resolve_job_def("all")
    with dg.DagsterInstance.ephemeral() as instance:
        every_place(instance, places)
        return job.execute_in_process(
            instance=instance,
            raise_on_error=False,
            run_config={"resources": {"settings": {"config": given}}} if given else {},
        )


def test_draws_seed_and_folders_reach_every_step_the_lock_and_the_tables(tmp_path: Path) -> None:
    assert launched(tmp_path / "usual").success
    elsewhere = tmp_path / "elsewhere"
    assert launched(tmp_path / "usual", draws=7, seed=9, outputs_directory=str(elsewhere)).success
    rows = [pd.read_parquet(folder / "tables" / "said.parquet") for folder in (tmp_path / "usual", elsewhere)]
    assert [row.to_dict("records")[0] for row in rows] == [
        {"draws": 500, "seed": 20211, "locked": True},
        {"draws": 7, "seed": 9, "locked": True},
    ]


@pytest.mark.parametrize(
    ("given", "words"),
    [
        (
            {"code_version": "mine"},
            "column code_version: found mine; expected nothing: a run finds it",
        ),
        ({"published_at": "2020-01-01T00:00:00+00:00"}, "column published_at"),
        ({"history_directory": "history"}, "column history_directory"),
        ({"draws": 1}, "draws\n  Input should be greater than or equal to 2"),
    ],
)
def test_what_a_run_must_find_by_itself_is_refused_before_anything_is_made(
    tmp_path: Path, given: dict[str, Any], words: str
) -> None:
    result = launched(tmp_path / "outputs", **given)
    assert not result.success
    assert words in reason_of(result)
    assert not (tmp_path / "outputs" / "tables").exists()


def test_a_folder_of_other_places_is_refused_until_dagster_knows_them(tmp_path: Path) -> None:
    (tmp_path / "places.csv").write_text(
        "place,place_name,kind,trajectory_file\nE06000001,A,place,a.csv\nE54000001,S,system,\n",
        encoding="utf-8",
    )
    refused = launched(tmp_path / "outputs", data_directory=str(tmp_path))
    assert "found E06000001; expected the places Dagster knows, E06000032" in reason_of(refused)
    assert launched(tmp_path / "outputs", places=tmp_path, data_directory=str(tmp_path)).success
