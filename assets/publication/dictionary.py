"""The data dictionary: what every table and column holds, made from the registry, as a table and as a page.

`python -m assets.publication.dictionary` prints the page that stands in docs/tables.md.
"""

from __future__ import annotations

import sys
from collections.abc import Iterable

import pandas as pd

from assets.dimensions.relationships import name_column, relationships
from assets.tables.declarations import INPUT_TABLES, PROMISED, TABLES
from assets.tables.declarations.declaration import Table

DECLARED: dict[str, Table] = {**INPUT_TABLES, **TABLES}

_INTRODUCTION = """# Tables

Made from the registry of tables; do not edit. A release is a folder with a Parquet and a CSV file for each
table of the first part. Rows are unique on the keys and sorted by them. `principal` is the run with every
factor at its central value; `p10`, `p50` and `p90` are taken across draws: p10 to p90 is an 80 % prediction
interval. The lines of Python (after `import pandas as pd`) and R read a table in the release's folder with
the names of its codes; `powerbi/README.md` says how with Power BI and DuckDB.
"""


def dictionary(names: Iterable[str]) -> pd.DataFrame:
    """A row a column of the tables named, in their order; the first of each says how to read the table."""
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
            "python": in_python(DECLARED[name]) if position == 1 else None,
            "r": in_r(DECLARED[name]) if position == 1 else None,
        }
        for name in names
        for position, column in enumerate(DECLARED[name].columns, start=1)
    ]
    return pd.DataFrame(rows)


def in_python(table: Table) -> str:
    """One line of Python, in a release's folder, that reads a table with the names of its codes."""
    joined = "".join(
        f'.merge(pd.read_parquet("{dimension}.parquet", columns=["{key}", "{name}"]), how="left")'
        for dimension, key, name in _names(table)
    )
    return f'pd.read_parquet("{table.name}.parquet"){joined}'


def in_r(table: Table) -> str:
    """The same in R, with the packages arrow and dplyr."""
    joined = "".join(
        f' |> dplyr::left_join(arrow::read_parquet("{dimension}.parquet", '
        f'col_select = c("{key}", "{name}")), by = "{key}")'
        for dimension, key, name in _names(table)
    )
    return f'arrow::read_parquet("{table.name}.parquet"){joined}'


def _names(table: Table) -> list[tuple[str, str, str]]:
    """Dimension, key and name of the codes of a table that it does not name itself."""
    columns, found = table.column_names, []
    for lead in relationships([table]):
        name = year_label(table) if lead.key == "year" else name_column(lead.dimension)
        if name and name not in columns:
            found.append((lead.dimension, lead.key, name))
    return found


def year_label(table: Table) -> str:
    """The column of dim_year that says what a table's year is; empty where it is neither or both."""
    told = next((column.description for column in table.columns if column.name == "year"), "")
    if told.startswith(("Mid-year (", "Mid-year compared")):
        return "mid_year"
    return "financial_year" if told.startswith("Financial year that") else ""


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
        parts.extend(_section(DECLARED[name], read=name in PROMISED) for name in names)
    return "\n".join(parts)


def _section(table: Table, *, read: bool) -> str:
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
    if read:
        lines += ["", f"Python: `{in_python(table)}`", "", f"R: `{in_r(table)}`"]
    return "\n".join(lines) + "\n"


if __name__ == "__main__":
    sys.stdout.write(page())
