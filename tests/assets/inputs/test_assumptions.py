"""Every figure names its source, and every assumption what rests on it."""

from __future__ import annotations

from pathlib import Path

import pandas as pd
import pytest
import yaml

from assets.inputs.assumptions import lineage_findings
from assets.tables.declarations import INPUT_TABLES
from tests.shipped import DATA


@pytest.fixture(scope="module")
def assumptions() -> pd.DataFrame:
    return pd.read_csv(DATA / "assumptions.csv")


@pytest.fixture(scope="module")
def source_ids() -> set[str]:
    text = (DATA / "sources.yaml").read_text(encoding="utf-8")
    return {block["id"] for block in yaml.safe_load(text)}


@pytest.mark.parametrize("name", sorted(INPUT_TABLES))
def test_an_input_table_cites_a_source_as_a_whole_or_row_by_row(name: str, source_ids: set[str]) -> None:
    table = INPUT_TABLES[name]
    if table.source_id:
        assert table.source_id in source_ids
    else:
        assert "source_id" in table.column_names, f"{name} names no source"


def test_every_file_in_data_is_declared(root: Path) -> None:
    assert {path.stem for path in (DATA).glob("*.csv")} == set(INPUT_TABLES)


def test_every_source_is_cited_or_says_what_it_stands_for(source_ids: set[str], root: Path) -> None:
    cited = {table.source_id for table in INPUT_TABLES.values()}
    for path in (*(root / "data").glob("*.csv"), *DATA.glob("*.csv")):
        frame = pd.read_csv(path)
        if "source_id" in frame:
            cited |= set(frame["source_id"].dropna())
    cited |= set(pd.read_csv(root / "data" / "england" / "tables.csv")["source_id"])
    assert source_ids - cited == set(), "sources nobody cites"


@pytest.mark.parametrize(
    ("column", "cell", "unknown"),
    [
        ("tables", "demand demnad", "demnad"),
        ("concerns", "gps gpz", "gpz"),
        ("concerns", "growth_group:x", "x"),
    ],
)
def test_a_name_in_the_lineage_that_nothing_has_is_refused_with_its_row(
    assumptions: pd.DataFrame, root: Path, column: str, cell: str, unknown: str
) -> None:
    tables = {"assumptions": assumptions.assign(**{column: assumptions[column].astype(object)})}
    for name in ("services", "staff_groups", "facilities"):
        tables[name] = pd.read_csv(DATA / f"{name}.csv")
    assert lineage_findings(tables) == []
    tables["assumptions"].loc[4, column] = cell
    [finding] = lineage_findings(tables)
    assert (finding.row, finding.column) == (6, column)
    assert unknown in finding.found


def test_no_working_assumption_passes_for_a_published_figure(assumptions: pd.DataFrame) -> None:
    own = assumptions[assumptions["source_id"] == "placecast"]
    assert set(own["evidence_grade"]) == {"C"}


def test_an_uncertain_assumption_lies_within_its_range(assumptions: pd.DataFrame) -> None:
    ranged = assumptions.dropna(subset=["low", "high"])
    assert (ranged["low"] <= ranged["value"]).all()
    assert (ranged["value"] <= ranged["high"]).all()
    assert (assumptions["low"].isna() == assumptions["high"].isna()).all()
