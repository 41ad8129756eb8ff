"""The registry of tables: every input and every released table, declared once by the stage that owns it."""

from __future__ import annotations

from importlib import import_module
from importlib.util import find_spec

from assets.registry.declaration import VALUES, Column, Table

_STAGES = ("inputs", "housing", "population", "demand", "workforce", "estates", "accuracy", "history")


def _collect(which: str) -> dict[str, Table]:
    tables: dict[str, Table] = {}
    for stage in _STAGES:
        if find_spec(f"assets.registry.{stage}") is None:
            continue
        for table in getattr(import_module(f"assets.registry.{stage}"), which):
            if table.name in tables:
                raise ValueError(f"table {table.name} is declared twice")
            tables[table.name] = table
    return tables


INPUT_TABLES: dict[str, Table] = _collect("INPUTS")
"""Tables read from `data/<name>.csv`."""

TABLES: dict[str, Table] = _collect("TABLES")
"""Tables the stages make."""

__all__ = ["INPUT_TABLES", "TABLES", "VALUES", "Column", "Table"]
