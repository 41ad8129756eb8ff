"""The registry of tables: every input and every released table, declared once by the stage that owns it."""

from __future__ import annotations

from assets.tables.declarations import (
    accuracy_tables,
    demand_tables,
    estates_tables,
    general_input_tables,
    history_tables,
    housing_tables,
    population_tables,
    workforce_tables,
)
from assets.tables.declarations.declaration import VALUES, Column, Table

_STAGES = (
    general_input_tables,
    housing_tables,
    population_tables,
    demand_tables,
    workforce_tables,
    estates_tables,
    accuracy_tables,
    history_tables,
)


def _collect(which: str) -> dict[str, Table]:
    tables: dict[str, Table] = {}
    for stage in _STAGES:
        for table in getattr(stage, which):
            if table.name in tables:
                raise ValueError(f"table {table.name} is declared twice")
            tables[table.name] = table
    return tables


INPUT_TABLES: dict[str, Table] = _collect("INPUTS")
"""Tables read from `data/<name>.csv`."""

TABLES: dict[str, Table] = _collect("TABLES")
"""Tables the stages make."""

__all__ = ["INPUT_TABLES", "TABLES", "VALUES", "Column", "Table"]
