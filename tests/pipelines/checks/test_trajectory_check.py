"""A council's file that lacks much of its last version is a warning of the run, until the next version."""

from __future__ import annotations

import hashlib
import json
import shutil
from pathlib import Path

import dagster as dg
import pandas as pd
import pytest

from assets.inputs.input_store import InputStore
from assets.inputs.settings import RunSettings
from assets.release_history.earlier_releases import earlier_releases
from pipelines.checks.trajectory_check import SHARE, not_fewer_than_before
from pipelines.definitions import build_definitions
from tests.conftest import ROOT
from tests.shipped import DATA

DEFS = build_definitions()

FILE = "milton_keynes.csv"
NO_RECORD = pd.DataFrame(columns=["series", "period"])


@pytest.fixture
def settings(tmp_path: Path) -> RunSettings:
    """Outputs without a release, and trajectories of which Milton Keynes's ends after nineteen rows."""
    shutil.copytree(ROOT / "housing_trajectories" / "blmk", tmp_path / "trajectories")
    lines = (tmp_path / "trajectories" / FILE).read_text(encoding="utf-8").splitlines(keepends=True)
    (tmp_path / "trajectories" / FILE).write_text("".join(lines[:20]), encoding="utf-8")
    return RunSettings(
        data_directory=str(DATA),
        trajectories_directory=str(tmp_path / "trajectories"),
        outputs_directory=str(tmp_path / "outputs"),
    )


def released(settings: RunSettings, name: str, content: bytes) -> None:
    """A release that used a version of the file."""
    folder = settings.outputs_path / "releases" / name
    folder.mkdir(parents=True)
    digest = InputStore(settings.inputs_path).keep_bytes(content)
    manifest = {"inputs": {f"trajectories/{FILE}": digest}, "tables": {}}
    (folder / "manifest.json").write_text(json.dumps(manifest), encoding="utf-8")


def checked(settings: RunSettings, assumptions: pd.DataFrame | None = None) -> dg.AssetCheckResult:
    places = pd.read_csv(DATA / "places.csv")
    if assumptions is None:
        assumptions = pd.read_csv(DATA / "assumptions.csv")
    earlier = earlier_releases(settings, NO_RECORD, places)
    with dg.DagsterInstance.ephemeral() as instance:
        context = dg.build_op_context(instance=instance)
        result = not_fewer_than_before(
            context, settings=settings, earlier_releases=earlier, places=places, assumptions=assumptions
        )
    assert isinstance(result, dg.AssetCheckResult)
    return result


def test_the_warning_names_file_homes_and_references_and_stands_until_the_next_version(
    settings: RunSettings,
) -> None:
    assert checked(settings).passed, "no version is known before it"
    whole = (ROOT / "housing_trajectories" / "blmk" / FILE).read_bytes()
    released(settings, "20260101T000000Z-0000aaaa", whole)
    cut = (settings.trajectories_path / FILE).read_bytes()
    for release in ("20260102T000000Z-0000bbbb", "20260103T000000Z-0000cccc"):
        result = checked(settings)
        assert not result.passed
        assert result.severity == dg.AssetCheckSeverity.WARN
        words = f"{FILE}: found less than in the version before: 0 of 11 sites, "
        assert (result.description or "").startswith(words)
        assert "missing are MK-CMK, MK-EAST, " in (result.description or "")
        released(settings, release, cut)
    (settings.trajectories_path / FILE).write_bytes(whole)
    assert checked(settings).passed, "the whole file has more than the one that was cut off"


def test_inputs_of_an_older_version_without_the_share_are_told_of_and_stop_nothing(
    settings: RunSettings,
) -> None:
    assumptions = pd.read_csv(DATA / "assumptions.csv")
    result = checked(settings, assumptions[assumptions["id"] != SHARE])
    assert not result.passed
    assert SHARE in (result.description or "")


def test_the_version_before_is_kept_with_what_the_run_rests_on(settings: RunSettings) -> None:
    whole = (ROOT / "housing_trajectories" / "blmk" / FILE).read_bytes()
    released(settings, "20260101T000000Z-0000aaaa", whole)
    places = pd.read_csv(DATA / "places.csv")
    kept = earlier_releases(settings, NO_RECORD, places).set_index("id")["sha256"]
    assert kept[f"history/version_before_{FILE}"] == hashlib.sha256(whole).hexdigest()


def test_every_run_makes_the_check_and_it_stops_none() -> None:
    key = dg.AssetCheckKey(dg.AssetKey("housing_trajectories"), "not_fewer_than_before")
    assert key in DEFS.resolve_job_def("refresh").asset_layer.asset_graph.asset_check_keys
    [spec] = not_fewer_than_before.check_specs
    assert not spec.blocking
