"""The Power BI model: what the declarations say, tables and relationships that there are."""

from __future__ import annotations

import json
from pathlib import Path

from assets.dimensions.power_bi import model
from assets.dimensions.relationships import DIMENSIONS
from assets.tables.declarations import PROMISED


def test_the_file_is_what_the_declarations_make(root: Path) -> None:
    assert json.loads((root / "powerbi" / "model.bim").read_text(encoding="utf-8")) == model(), (
        "run: make docs"
    )


def test_every_relationship_joins_columns_of_one_type_and_leads_to_a_key(root: Path) -> None:
    made = json.loads((root / "powerbi" / "model.bim").read_text(encoding="utf-8"))["model"]
    columns = {
        table["name"]: {column["name"]: column for column in table["columns"]} for table in made["tables"]
    }
    assert list(columns) == list(PROMISED)
    assert len({each["name"] for each in made["relationships"]}) == len(made["relationships"]) > 100
    for each in made["relationships"]:
        start = columns[each["fromTable"]][each["fromColumn"]]
        end = columns[each["toTable"]][each["toColumn"]]
        assert start["dataType"] == end["dataType"], each["name"]
        assert end["isKey"], each["name"]
    assert {each["toTable"] for each in made["relationships"]} == set(DIMENSIONS)


def test_every_table_reads_its_own_file() -> None:
    for table in model()["model"]["tables"]:  # type: ignore[index]
        (part,) = table["partitions"]
        assert f'Folder & "{table["name"]}.parquet"' in part["source"]["expression"]
