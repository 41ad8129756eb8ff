"""What a declared table must keep, as a Great Expectations suite, and what a frame breaks of it.

Knows nothing of Dagster. Great Expectations takes seconds to import, which the side process does on the other
core while the run reads its inputs.
"""

from __future__ import annotations

import os
from collections.abc import Sequence
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pandas as pd

from assets.tables.declarations import INPUT_TABLES, TABLES
from assets.tables.declarations.declaration import Column, Table
from assets.tables.parquet import read_frame

if TYPE_CHECKING:
    from great_expectations.core.batch_definition import BatchDefinition

DECLARED = {**INPUT_TABLES, **TABLES}

_NUMERIC_TYPES = {"integer": ["int64"], "number": ["float64"]}
"""Great Expectations does not know pandas 3's own text type yet, so only numbers are held to a type."""


@cache
def _whole_table() -> BatchDefinition[Any]:
    """One batch definition for every table: declaring one a table saves the whole context thrice each."""
    os.environ["GX_ANALYTICS_ENABLED"] = "false"
    import great_expectations as gx
    from great_expectations.data_context.types.base import ProgressBarsConfig

    context = gx.get_context(mode="ephemeral")
    context.variables.progress_bars = ProgressBarsConfig(globally=False)
    asset = context.data_sources.add_pandas("tables").add_dataframe_asset("table")
    return asset.add_batch_definition_whole_dataframe("whole")


def suite(table: Table, places: Sequence[str], of_cells: bool = True) -> Any:
    """The Great Expectations suite that a table's declaration amounts to.

    The cells of an input table have just been held to the same declaration one by one as they were read,
    with their rows; of it only what stands over all rows is looked at again. `places` are the codes a column
    `place` may hold. Without `of_cells` the suite holds any table to what stands over all rows alone.
    """
    import great_expectations as gx
    import great_expectations.expectations as gxe

    expectations = [
        gxe.ExpectTableColumnsToMatchOrderedList(column_list=table.column_names),
        gxe.ExpectTableRowCountToBeBetween(min_value=0 if table.may_be_empty else 1),
        gxe.ExpectCompoundColumnsToBeUnique(column_list=list(table.keys))
        if len(table.keys) > 1
        else gxe.ExpectColumnValuesToBeUnique(column=table.keys[0]),
    ]
    for column in table.columns if of_cells and table.name not in INPUT_TABLES else ():
        expectations.extend(_column_expectations(column, places))
    return gx.ExpectationSuite(name=table.name, expectations=expectations)


def _column_expectations(column: Column, places: Sequence[str]) -> list[Any]:
    import great_expectations.expectations as gxe

    found: list[Any] = []
    if not column.nullable:
        found.append(gxe.ExpectColumnValuesToNotBeNull(column=column.name))
    if _typed(column):
        types = _NUMERIC_TYPES[column.kind]
        found.append(gxe.ExpectColumnValuesToBeInTypeList(column=column.name, type_list=types))
    allowed = _allowed(column, places)
    if allowed is not None:
        found.append(gxe.ExpectColumnValuesToBeInSet(column=column.name, value_set=list(allowed)))
    if column.minimum is not None or column.maximum is not None:
        found.append(
            gxe.ExpectColumnValuesToBeBetween(
                column=column.name, min_value=column.minimum, max_value=column.maximum
            )
        )
    return found


def validate(table: Table, frame: pd.DataFrame, places: Sequence[str]) -> list[str]:
    """What the frame breaks of the table's declaration, a sentence each; empty when it keeps all of it."""
    batch = _whole_table().get_batch({"dataframe": frame})
    # A suite takes its time for each expectation, and a cell that may not be is seen at a glance: the whole
    # suite runs, and gathers what is wrong, only on a table that breaks something.
    if _keeps_its_cells(table, frame, places):
        over_all_rows = suite(table, places, of_cells=False)
        if batch.validate(over_all_rows, result_format="BOOLEAN_ONLY").success:
            return []
    result = batch.validate(suite(table, places), result_format="SUMMARY")
    return [_sentence(table, item) for item in result.results if not item.success]


def _keeps_its_cells(table: Table, frame: pd.DataFrame, places: Sequence[str]) -> bool:
    """Whether all columns are there and no cell breaks what is declared of its column."""
    return all(
        column.name in frame and _keeps(column, frame[column.name], _allowed(column, places))
        for column in table.columns
    )


def _keeps(column: Column, values: pd.Series, allowed: Sequence[str] | None) -> bool:
    given = values.dropna()
    if len(given) < len(values) and not column.nullable:
        return False
    if _typed(column) and str(values.dtype) not in _NUMERIC_TYPES[column.kind]:
        return False
    if allowed is not None and not given.isin(allowed).all():
        return False
    if given.empty or (column.minimum is None and column.maximum is None):
        return True
    if not pd.api.types.is_numeric_dtype(given):
        return False
    above = column.minimum is None or given.min() >= column.minimum
    return bool(above and (column.maximum is None or given.max() <= column.maximum))


def _allowed(column: Column, places: Sequence[str]) -> Sequence[str] | None:
    """What alone may stand in a column; None where anything may."""
    return places if column.allowed is None and column.name == "place" else column.allowed


def _typed(column: Column) -> bool:
    return column.kind != "text" and not (column.kind == "integer" and column.nullable)


def _sentence(table: Table, item: Any) -> str:
    settings = {key: value for key, value in item.expectation_config.kwargs.items() if key != "batch_id"}
    column = settings.pop("column", None)
    found = item.result.get("partial_unexpected_list") or item.result.get("observed_value")
    where = f"{table.name}.{column}" if column else table.name
    expected = item.expectation_config.type.removeprefix("expect_").replace("_", " ")
    raised = (item.exception_info or {}).get("exception_message") if item.exception_info else None
    shown = str(found if found is not None else raised)[:200]
    return f"{where}: {expected} {settings or ''}, found {shown}".replace("  ", " ")


def broken(name: str, files: Sequence[Path], places: Sequence[str]) -> list[str]:
    """What a declared table in these files breaks, a sentence each; RuntimeError where none can tell."""
    try:
        frame = pd.concat([read_frame(file) for file in files], ignore_index=True)
        return validate(DECLARED[name], frame, places)
    except Exception as error:  # Not every error finds its way back from another process.
        raise RuntimeError(f"{name} could not be checked: {type(error).__name__}: {error}") from None


def prepare() -> None:
    """Import what takes long, before a table is to be checked."""
    _whole_table()
