"""The data dictionary: what every table and column holds, made from the registry, as a table and as a page.

`python -m assets.publication.dictionary` prints the page that stands in docs/tables.md.
"""

from __future__ import annotations

import sys
from collections.abc import Iterable

import pandas as pd

from assets.tables.declarations import INPUT_TABLES, PROMISED, TABLES
from assets.tables.declarations.declaration import Table

DECLARED: dict[str, Table] = {**INPUT_TABLES, **TABLES}

_INTRODUCTION = """# Tables

Made from the registry of tables; do not edit. A release is a folder with a Parquet and a CSV file for each
table of the first part. Rows are unique on the keys and sorted by them. `principal` is the run with every
factor at its central value; `p10`, `p50` and `p90` are taken across draws: p10 to p90 is an 80 % prediction
interval.
"""


def dictionary(names: Iterable[str]) -> pd.DataFrame:
    """A row a column of the tables named, in their order."""
    rows = [
        {
            "table": name,
            "table_description": DECLARED[name].description,
            "column": column.name,
            "position": position,
            "kind": column.kind,
            "key": column.name in DECLARED[name].keys,
            "unit": column.unit,
            "nullable": column.nullable,
            "allowed": "; ".join(column.allowed or ()),
            "description": column.description,
        }
        for name in names
        for position, column in enumerate(DECLARED[name].columns, start=1)
    ]
    return pd.DataFrame(rows)


def page() -> str:
    """The page of all tables in Markdown."""
    working = [name for name in TABLES if name not in PROMISED]
    inputs = [name for name in INPUT_TABLES if name not in PROMISED]
    parts = [_INTRODUCTION]
    for title, names in (
        ("Tables of a release", PROMISED),
        ("Working tables", working),
        ("Input tables: `data/<name>.csv`", inputs),
    ):
        parts.append(f"## {title}\n")
        parts.extend(_section(DECLARED[name]) for name in names)
    return "\n".join(parts)


def _section(table: Table) -> str:
    source = f" Source: `{table.source_id}`." if table.source_id else ""
    lines = [
        f"### {table.name}\n",
        f"{table.description}. Keys: {', '.join(f'`{key}`' for key in table.keys)}.{source}\n",
        "| column | kind | unit | may be empty | holds |",
        "|---|---|---|---|---|",
    ]
    for column in table.columns:
        allowed = f" ({', '.join(column.allowed)})" if column.allowed else ""
        empty = "yes" if column.nullable else ""
        text = (column.description + allowed).replace("|", "\\|")
        lines.append(f"| `{column.name}` | {column.kind} | {column.unit} | {empty} | {text} |")
    return "\n".join(lines) + "\n"


if __name__ == "__main__":
    sys.stdout.write(page())
