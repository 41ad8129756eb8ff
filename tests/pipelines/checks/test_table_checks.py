"""The checks made from a declaration let what keeps it pass, and name what breaks it."""

from __future__ import annotations

import pandas as pd
import pytest

from assets.tables.declarations import TABLES
from assets.tables.declarations.declaration import Column, Table
from pipelines.checks.expectations import validate

DEMAND = Table(
    name="some_demand",
    description="Demand",
    keys=("place", "year"),
    columns=(
        Column("place", "text", "GSS code"),
        Column("year", "integer", "Financial year", minimum=2021, maximum=2060),
        Column("status", "text", "Why a value is null", allowed=("known", "unknown")),
        Column("principal", "number", "People", nullable=True, minimum=0),
    ),
    stage="demand",
)
PLACES = ["E06000032", "E06000055"]
GOOD = pd.DataFrame(
    {
        "place": ["E06000032", "E06000055"],
        "year": [2024, 2024],
        "status": ["known", "unknown"],
        "principal": [12.5, None],
    }
)


def test_a_table_as_declared_breaks_nothing() -> None:
    assert validate(DEMAND, GOOD, PLACES) == []


@pytest.mark.parametrize(
    ("wrong", "words"),
    [
        (GOOD.assign(place="E06000032"), "compound columns to be unique"),
        (GOOD.assign(place=["E06000032", "E06000099"]), "E06000099"),
        (GOOD.assign(year=[1999, 2024]), "1999"),
        (GOOD.assign(year=[2024, 2061]), "2061"),
        (GOOD.assign(year=[2024.0, 2024.0]), "type list"),
        (GOOD.assign(status=["known", "guessed"]), "guessed"),
        (GOOD.assign(status=["known", None]), "not be null"),
        (GOOD.assign(principal=[-0.5, 1.0]), "-0.5"),
        (GOOD.drop(columns="status"), "columns to match ordered list"),
        (GOOD.iloc[:0], "row count"),
    ],
)
def test_what_breaks_the_declaration_is_named(wrong: pd.DataFrame, words: str) -> None:
    broken = validate(DEMAND, wrong, PLACES)
    assert any(words in sentence for sentence in broken), broken


def test_an_uncertain_quantity_has_the_same_four_columns_in_every_stage() -> None:
    found = {}
    for name in ("population", "housing_delivery", "demand", "workforce", "estates", "capital_requirement"):
        at = TABLES[name].column_names.index("principal")
        found[name] = TABLES[name].columns[at : at + 4]
    assert [column.name for column in found["population"]] == ["principal", "p10", "p50", "p90"]
    assert len(set(found.values())) == 1
