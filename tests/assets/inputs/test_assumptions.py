"""Every figure names its source, and every assumption the code that uses it."""

from __future__ import annotations

import ast
from pathlib import Path

import pandas as pd
import pytest
import yaml

from assets.tables.declarations import INPUT_TABLES


@pytest.fixture(scope="module")
def assumptions() -> pd.DataFrame:
    return pd.read_csv(Path(__file__).parents[3] / "data" / "assumptions.csv")


@pytest.fixture(scope="module")
def source_ids() -> set[str]:
    text = (Path(__file__).parents[3] / "data" / "sources.yaml").read_text(encoding="utf-8")
    return {block["id"] for block in yaml.safe_load(text)}


@pytest.mark.parametrize("name", sorted(INPUT_TABLES))
def test_an_input_table_cites_a_source_as_a_whole_or_row_by_row(name: str, source_ids: set[str]) -> None:
    table = INPUT_TABLES[name]
    if table.source_id:
        assert table.source_id in source_ids
    else:
        assert "source_id" in table.column_names, f"{name} names no source"


def test_every_file_in_data_is_declared(root: Path) -> None:
    assert {path.stem for path in (root / "data").glob("*.csv")} == set(INPUT_TABLES)


def test_every_source_is_cited_or_says_what_it_stands_for(source_ids: set[str], root: Path) -> None:
    cited = {table.source_id for table in INPUT_TABLES.values()}
    for path in (root / "data").glob("*.csv"):
        frame = pd.read_csv(path)
        if "source_id" in frame:
            cited |= set(frame["source_id"].dropna())
    assert source_ids - cited == set(), "sources nobody cites"


def test_where_an_assumption_is_used_is_code_that_exists(assumptions: pd.DataFrame, root: Path) -> None:
    for row in assumptions.itertuples():
        file, _, name = row.used_in.partition(":")
        tree = ast.parse((root / file).read_bytes())
        defined = {
            node.name
            for node in ast.walk(tree)
            if isinstance(node, ast.FunctionDef | ast.ClassDef | ast.AsyncFunctionDef)
        }
        assert name in defined, f"{row.id}: {row.used_in} is not there"


def test_no_working_assumption_passes_for_a_published_figure(assumptions: pd.DataFrame) -> None:
    own = assumptions[assumptions["source_id"] == "placecast"]
    assert set(own["evidence_grade"]) == {"C"}


def test_an_uncertain_assumption_lies_within_its_range(assumptions: pd.DataFrame) -> None:
    ranged = assumptions.dropna(subset=["low", "high"])
    assert (ranged["low"] <= ranged["value"]).all()
    assert (ranged["value"] <= ranged["high"]).all()
    assert (assumptions["low"].isna() == assumptions["high"].isna()).all()
