"""The registry of tables: every input and every released table, declared once, as data.

`columns.yaml` describes every column; `input_tables.yaml` and `tables.yaml` say which of them a table has.
A table or column is added or changed there, and nowhere else.
"""

from __future__ import annotations

from pathlib import Path

from assets.tables.declarations.declaration import Column, Table
from assets.tables.declarations.loading import read_declarations

_DECLARED = read_declarations(Path(__file__).parent)

INPUT_TABLES: dict[str, Table] = _DECLARED.input_tables
"""Tables read from `data/<name>.csv`."""

TABLES: dict[str, Table] = _DECLARED.tables
"""Tables the stages make."""

PROMISED: tuple[str, ...] = _DECLARED.promised
"""Names of the tables promised to readers, in the order in which they are listed."""

__all__ = ["INPUT_TABLES", "PROMISED", "TABLES", "Column", "Table"]
