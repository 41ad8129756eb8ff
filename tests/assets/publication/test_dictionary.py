"""The dictionary says what every released column holds, and the docs page is what the registry makes."""

from __future__ import annotations

from pathlib import Path

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
