"""The dictionary says what every released column holds, and the docs page is what the registry makes."""

from __future__ import annotations

import re
from pathlib import Path

import pandas as pd
import pytest

from assets.publication.dictionary import DECLARED, dictionary, page
from assets.tables.declarations import PROMISED


def test_the_docs_page_is_the_one_the_registry_makes(root: Path) -> None:
    shipped = (root / "docs" / "tables.md").read_text(encoding="utf-8")
    assert shipped == page(), "run: make docs"


def test_every_column_of_every_promised_table_is_described() -> None:
    rows = dictionary(PROMISED)
    assert set(rows["table"]) == set(PROMISED)
    assert rows["description"].str.len().min() > 0
    assert not rows.duplicated(["table", "column"]).any()


def test_columns_of_uncertain_tables_stand_in_the_promised_order() -> None:
    assert DECLARED["population"].column_names == [
        "scenario",
        "place",
        "year",
        "sex",
        "age_band",
        "place_name",
        "principal",
        "p10",
        "p50",
        "p90",
    ]


def test_the_lines_of_python_read_a_table_with_names(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    rows = {
        "demand": {
            "place": ["E1"],
            "year": [2035],
            "service": ["births"],
            "scenario": ["s"],
            "place_name": ["Luton"],
        },
        "population_by_deprivation": {
            "place": ["E1"],
            "year": [2035],
            "scenario": ["s"],
            "place_name": ["Luton"],
        },
        "dim_service": {"service": ["births"], "service_name": ["Births"], "unit": ["births"]},
        "dim_year": {"year": [2035], "financial_year": ["2035/36"], "mid_year": ["mid-2035"]},
        "dim_scenario": {"scenario": ["s"], "scenario_name": ["Adopted plans"]},
    }
    for name, columns in rows.items():
        pd.DataFrame(columns).to_parquet(tmp_path / f"{name}.parquet")
    monkeypatch.chdir(tmp_path)
    told = dictionary(["demand", "population_by_deprivation"])
    assert told["python"].notna().tolist() == (told["position"] == 1).tolist()
    first, second = (eval(line, {"pd": pd}) for line in told["python"].dropna())
    assert first.loc[0, ["service_name", "financial_year", "scenario_name"]].tolist() == [
        "Births",
        "2035/36",
        "Adopted plans",
    ]
    assert second.loc[0, "mid_year"] == "mid-2035"
    assert list(first["place_name"]) == ["Luton"], "what a table names itself is not joined again"


def test_the_lines_of_r_join_the_same() -> None:
    told = dictionary(PROMISED).dropna(subset="python")
    assert set(told["table"]) == set(PROMISED)
    for name, python, r in zip(told["table"], told["python"], told["r"], strict=True):
        assert re.findall(r'"(\w+)\.parquet"', python) == re.findall(r'"(\w+)\.parquet"', r), name
        assert re.findall(r'\["(\w+)", "(\w+)"\]', python) == re.findall(r'c\("(\w+)", "(\w+)"\)', r), name
