"""Forecasts of areas that differ, out of England's tables alone: figures are believable or explained."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from benchmarks.speed.areas import TWELVE, figures, people_of_estimate, run
from tests.conftest import ROOT
from tests.journeys.running import Run, run_forecast

SINGLE, THREE = "E06000046", "E07000008,E07000012,E07000009"
"""An island that is one council; three districts around a specialist trust."""


@pytest.fixture(scope="module", params=[SINGLE, pytest.param(THREE, marks=pytest.mark.long)])
def area_run(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Run:
    folder = tmp_path_factory.mktemp("area")
    listed = str(request.param).replace(",", ", ")
    (folder / "area.yaml").write_text(f"name: Here\ncode: HERE\nauthorities: [{listed}]\n", encoding="utf-8")
    with pytest.MonkeyPatch.context() as monkeypatch:
        made = run_forecast(monkeypatch, folder / "outputs", "--data", str(folder), "--draws", "4")
    assert made.exit_code == 0, made.screen
    return made


def believable(tables: Path) -> None:
    people, estimate = people_of_estimate(tables)
    assert people == pytest.approx(estimate, abs=1)
    found = figures(tables)
    assert len(found) == 7
    for figure in found:
        assert figure.value > 0, figure.name
        assert not figure.is_outside or figure.is_explained, figure


def test_its_figures_are_believable(area_run: Run) -> None:
    believable(area_run.outputs / "tables")


def test_every_input_says_what_it_rests_on_and_none_is_called_local(area_run: Run) -> None:
    inputs = area_run.table("area_inputs")
    assert {"published", "derived", "england"} <= set(inputs["level"])
    assert "local" not in set(inputs["level"])


def test_no_place_or_trust_of_the_default_area_is_in_its_release(area_run: Run) -> None:
    report = (area_run.outputs / "current" / "report.html").read_text(encoding="utf-8")
    for name in ("Luton", "Milton Keynes", "Central Bedfordshire"):
        assert name not in report, name


def test_a_council_that_is_the_whole_area_is_not_told_twice(area_run: Run) -> None:
    report = (area_run.outputs / "current" / "report.html").read_text(encoding="utf-8")
    table = report.partition('aria-label="Headlines by place"')[2].partition("</table>")[0]
    places = area_run.working_table("places")
    councils = int((places["kind"] == "place").sum())
    assert table.count("People, persons") == (councils + 1 if councils > 1 else 1)
    assert ("Whole area" in area_run.screen) == (councils > 1)


def test_demand_stands_for_every_council_and_service(area_run: Run) -> None:
    demand = area_run.table("demand")
    councils = set(area_run.working_table("places").query("kind == 'place'")["place"])
    by_place = demand[demand["year"].eq(2030)].groupby(["scenario", "place"])["service"].nunique()
    assert by_place.nunique() == 1
    assert councils <= set(by_place.index.get_level_values("place"))


@pytest.mark.long
@pytest.mark.parametrize("area", TWELVE)
def test_twelve_areas_that_differ(area: str, tmp_path: Path) -> None:
    code, _, _ = run(area, tmp_path / "outputs", draws=24)
    log = (tmp_path / "outputs.log").read_text(encoding="utf-8")
    assert code == 0, log[-3000:]
    (population,) = tmp_path.rglob("tables/population.parquet")
    believable(population.parent)


@pytest.mark.long
def test_a_release_is_the_same_to_the_byte_with_every_figure_of_another_area_changed(tmp_path: Path) -> None:
    project = tmp_path / "project"
    left_out = shutil.ignore_patterns(".git", ".venv", "outputs*", "tests", "docs", "__pycache__", ".*cache")
    shutil.copytree(ROOT, project, ignore=left_out)
    releases = []
    for name in ("before", "after"):
        outputs = tmp_path / name
        command = [sys.executable, "-m", "pipelines", "forecast", "--area", "E06000046", "--draws", "4"]
        subprocess.run(
            [*command, "--outputs", str(outputs)],
            cwd=project,
            env={**os.environ, "PYTHONHASHSEED": "0"},
            check=True,
            capture_output=True,
        )
        releases += list(outputs.rglob("current/population.parquet"))
        figures_changed = str.maketrans("123456789", "918273645")
        for path in (project / "data" / "areas" / "blmk").glob("*.csv"):
            path.write_text(path.read_text(encoding="utf-8").translate(figures_changed), encoding="utf-8")
    before, after = (path.parent for path in releases)
    names = sorted(path.name for path in before.glob("*.parquet"))
    assert len(names) > 20
    for name in names:
        assert (before / name).read_bytes() == (after / name).read_bytes(), name
    inputs = [
        json.loads((folder / "manifest.json").read_text(encoding="utf-8")) for folder in (before, after)
    ]
    assert inputs[0]["seed"] == inputs[1]["seed"]
