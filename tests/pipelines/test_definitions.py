"""The code location holds what operators rely on: groups, owners, schemas, checks and versions."""

from __future__ import annotations

import ast
import logging
import os
import re
import subprocess
import sys
from pathlib import Path

import dagster as dg
import pytest

from assets.inputs.places import PLACES
from assets.tables.declarations import INPUT_TABLES, TABLES
from pipelines import definitions
from pipelines.asset_metadata import OWNER, SCHEMA
from pipelines.definitions import build_definitions
from pipelines.stage_diagram import with_diagram

DEFS = build_definitions()


def test_what_dagster_writes_to_the_terminal_obeys_nothing_in_a_name(
    capfd: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(definitions, "build_definitions", lambda: DEFS)
    name = "Luton\x1b]0;title\x07\x9b2J\u202e"

    @dg.op
    def say(context) -> None:  # type: ignore[no-untyped-def]
        context.log.warning(f"said {name}")
        raise ValueError(f"raised {name}")

    @dg.job
    def short() -> None:
        say()

    before = logging.getLogRecordFactory()
    try:
        definitions.defs.load_fn()
        short.execute_in_process(raise_on_error=False)
    finally:
        logging.setLogRecordFactory(before)
    written = re.sub(r"\x1b\[[0-9;]*m", "", capfd.readouterr().err)
    assert "said Luton" in written
    assert "raised Luton" in written
    assert all(character.isprintable() or character == "\n" for character in written)


@pytest.fixture(scope="module")
def specs() -> list[dg.AssetSpec]:
    return list(DEFS.resolve_all_asset_specs())


def test_every_asset_says_what_it_is_whose_it_is_and_which_code_made_it(specs: list[dg.AssetSpec]) -> None:
    stages = {table.stage for table in (*INPUT_TABLES.values(), *TABLES.values())} | {"publication"}
    for spec in specs:
        assert spec.description, spec.key
        assert list(spec.owners) == [OWNER], spec.key
        assert spec.code_version, spec.key
        assert spec.kinds, spec.key
        assert spec.metadata[SCHEMA].columns, spec.key
        assert all(column.description for column in spec.metadata[SCHEMA].columns), spec.key
        assert spec.group_name in stages, spec.key


def test_every_declared_table_carries_its_column_schema_and_a_blocking_check(
    specs: list[dg.AssetSpec],
) -> None:
    declared = {**INPUT_TABLES, **TABLES}
    made = {spec.key.path[-1]: spec for spec in specs}
    checked = {
        key.asset_key.path[-1]
        for key in DEFS.resolve_asset_graph().asset_check_keys
        if key.name == "as_declared"
    }
    for name, table in declared.items():
        schema = made[name].metadata[SCHEMA]
        assert [column.name for column in schema.columns] == table.column_names
        assert name in checked


def test_places_are_partitions_made_in_one_run_and_totals_are_not_partitioned() -> None:
    graph = DEFS.resolve_asset_graph()
    for name in ("housing_trajectories", "housing_delivery_draws", "projection_draws", "demand_draws"):
        node = graph.get(dg.AssetKey(name))
        assert node.partitions_def == PLACES
        assert node.backfill_policy == dg.BackfillPolicy.single_run()
    for name in ("population", "demand", "workforce", "estates", "release"):
        assert graph.get(dg.AssetKey(name)).partitions_def is None


def test_the_job_runs_in_one_process() -> None:
    assert DEFS.resolve_job_def("refresh").executor_def.name == "in_process"


def test_nothing_is_pickled_or_evaluated(root: Path) -> None:
    for room in ("pipelines", "assets", "housing_trajectories", "models", "benchmarks"):
        for path in (root / room).rglob("*.py"):
            for node in ast.walk(ast.parse(path.read_bytes())):
                if isinstance(node, ast.Import | ast.ImportFrom):
                    names = [alias.name for alias in node.names] + [getattr(node, "module", "") or ""]
                    assert not {"pickle", "cloudpickle", "joblib", "marshal"} & set(names), path
                if isinstance(node, ast.Call) and isinstance(node.func, ast.Name):
                    assert node.func.id not in ("eval", "exec"), path


def test_whoever_opens_an_input_file_waits_until_all_have_been_checked(specs: list[dg.AssetSpec]) -> None:
    others = {"sources", "scenarios", "housing_trajectories", "recorded_staff", "recorded_staff_flows"}
    opening = [spec for spec in specs if spec.key.path[-1] in {*INPUT_TABLES, *others}]
    assert len(opening) == len(INPUT_TABLES) + len(others)
    for spec in opening:
        assert dg.AssetKey("input_files") in {dep.asset_key for dep in spec.deps}, spec.key


def test_input_files_are_opened_in_these_modules_alone(root: Path) -> None:
    """Their assets wait until all inputs have been checked."""
    asking = {
        path.relative_to(root).as_posix()
        for room in ("assets", "models")
        for path in (root / room).rglob("*.py")
        if ".data_path" in path.read_text() or ".trajectories_path" in path.read_text()
    }
    opening = {
        "assets/inputs/input_tables.py",
        "assets/housing/housing_stage.py",
        "assets/official_files/staff_files.py",
    }
    no_assets = (
        "assets/release_history/",
        "assets/official_files/merging.py",
        "assets/inputs/settings.py",
    )
    assert {path for path in asking if not path.startswith(no_assets)} == opening


@pytest.mark.parametrize("first", ["pipelines", "tests.conftest"])
def test_linear_algebra_has_one_thread_before_numpy_is_loaded(first: str) -> None:
    """Its threads spin while they wait, and another number of them adds in another order."""
    said = f"import os, sys, {first}; print('numpy' in sys.modules, os.environ['OPENBLAS_NUM_THREADS'])"
    left = {name: value for name, value in os.environ.items() if name != "OPENBLAS_NUM_THREADS"}
    found = subprocess.run([sys.executable, "-c", said], capture_output=True, text=True, check=True, env=left)
    assert found.stdout.split() == ["False", "1"]


def test_the_picture_of_the_architecture_is_drawn_from_the_graph(root: Path) -> None:
    page = (root / "docs" / "architecture.md").read_text(encoding="utf-8")
    assert with_diagram(page, DEFS.resolve_asset_graph()) == page
    assert "housing --> population" in page
