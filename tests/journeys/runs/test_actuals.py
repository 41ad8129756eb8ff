"""When a year comes on record, what an earlier release had forecast for it is set against it and scored."""

from __future__ import annotations

import json
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

import dagster as dg
import pandas as pd
import pytest

from assets.inputs.settings import RunSettings
from assets.release_history.actuals import FROM_CENSUS, actual_against_plan
from assets.release_history.earlier_releases import earlier_releases
from assets.release_history.release_folders import current_id
from assets.tables.by_place import ByPlace
from assets.tables.parquet import read_frame
from tests.journeys.running import Run

pytestmark = pytest.mark.long


def call(asset: dg.AssetsDefinition, **given: Any) -> pd.DataFrame:
    function: Callable[..., pd.DataFrame] = asset.op.compute_fn.decorated_fn  # type: ignore[union-attr]
    return function(**given)


@pytest.fixture
def a_year_later(main_run: Run, tmp_path: Path) -> tuple[str, RunSettings]:
    """A release that knew the estimates up to mid-2023 alone, and outputs in which it is the current one."""
    release = current_id(main_run.outputs) or ""
    folder = tmp_path / "releases" / release
    shutil.copytree(main_run.outputs / "releases" / release, folder)
    manifest = json.loads((folder / "manifest.json").read_text(encoding="utf-8"))
    for series in manifest["recorded_until"]:
        if series.startswith("population."):
            manifest["recorded_until"][series] = "2023"
    (folder / "manifest.json").write_text(json.dumps(manifest), encoding="utf-8")
    (tmp_path / "current").symlink_to(Path("releases") / release)
    return release, RunSettings(outputs_directory=str(tmp_path))


def test_a_forecast_is_scored_when_its_year_is_on_record(
    main_run: Run, a_year_later: tuple[str, RunSettings]
) -> None:
    release, settings = a_year_later
    recorded = main_run.working_table("recorded_figures")
    places = main_run.working_table("places")
    taken_over = call(earlier_releases, settings=settings, recorded_figures=recorded, places=places)
    assert set(taken_over["id"]) == {
        "history/previous_manifest.json",
        "history/earlier_forecasts.parquet",
    }
    unrebased = main_run.outputs / "tables" / "unrebased_projection"
    table = call(
        actual_against_plan,
        recorded_figures=recorded,
        earlier_releases=taken_over,
        unrebased_projection=ByPlace(
            [path.stem for path in unrebased.glob("*.parquet")],
            lambda place: read_frame(unrebased / f"{place}.parquet"),
        ),
        monthly_series=main_run.working_table("monthly_series"),
        monthly_fits=main_run.working_table("monthly_fits"),
        monthly_interval_ratios=main_run.working_table("monthly_interval_ratios"),
        intervention_log=main_run.working_table("intervention_log"),
        assumptions=main_run.working_table("assumptions"),
        settings=settings,
    )
    scored = table[table["release"] == release]
    assert set(scored["period"]) == {"2024"}
    assert set(scored["series"].str.partition(".")[0]) == {"population"}
    within = (scored["p10"] <= scored["actual"]) & (scored["actual"] <= scored["p90"])
    assert (scored["inside"] == within.astype("int64")).all()
    people = main_run.table("population").query(
        "scenario == 'local_plan' and sex == 'persons' and age_band == 'all' and year == 2024"
    )
    said = people.set_index("place")["principal"]
    for row in scored.to_dict("records"):
        assert row["principal"] == said[row["series"].split(".")[1]]
    of_people = table[table["series"].str.startswith("population.")]
    assert set(of_people["release"]) == {release, FROM_CENSUS}


def test_nothing_is_forecast_of_what_was_on_record_already(
    main_run: Run, a_year_later: tuple[str, RunSettings]
) -> None:
    _, settings = a_year_later
    recorded = main_run.working_table("recorded_figures")
    newer = recorded["series"].str.startswith("population.") & (recorded["period"] > "2023")
    before = recorded[~newer]
    places = main_run.working_table("places")
    taken_over = call(earlier_releases, settings=settings, recorded_figures=before, places=places)
    assert set(taken_over["id"]) == {"history/previous_manifest.json"}
