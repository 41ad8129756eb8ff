"""The checks made from a declaration let what keeps it pass, and name what breaks it."""

from __future__ import annotations

import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from assets.tables.declarations import TABLES
from assets.tables.declarations.declaration import Column, Table
from pipelines.checks.expectations import _keeps_its_cells, _whole_table, suite, validate

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


CELLS = st.tuples(
    st.sampled_from([*PLACES, *PLACES, "E06000099", None]),
    st.sampled_from([2020, 2021, 2040, 2060, 2061]),
    st.sampled_from(["known", "unknown", "unknown", "guessed", None]),
    st.sampled_from([-0.5, 0.0, 12.5, float("inf"), None]),
)


@settings(max_examples=15)
@given(st.lists(CELLS, min_size=1, max_size=3))
def test_what_is_seen_at_a_glance_is_the_verdict_of_the_whole_suite_on_cells(
    rows: list[tuple[object, ...]],
) -> None:
    frame = pd.DataFrame(rows, columns=DEMAND.column_names).astype({"principal": "float64"})
    batch = _whole_table().get_batch({"dataframe": frame})
    found = batch.validate(suite(DEMAND, PLACES), result_format="BOOLEAN_ONLY").results
    of_cells = [item.success for item in found if item.expectation_config.kwargs.get("column")]
    assert len(of_cells) == 9
    assert _keeps_its_cells(DEMAND, frame, PLACES) == all(of_cells)


def test_an_uncertain_quantity_has_the_same_four_columns_in_every_stage() -> None:
    found = {}
    for name in ("population", "housing_delivery", "demand", "workforce", "estates", "capital_requirement"):
        at = TABLES[name].column_names.index("principal")
        found[name] = TABLES[name].columns[at : at + 4]
    assert [column.name for column in found["population"]] == ["principal", "p10", "p50", "p90"]
    assert len(set(found.values())) == 1
