"""The model of a release for Power BI: tables of Parquet files and their relationships, as a model.bim.

`python -m assets.dimensions.power_bi > powerbi/model.bim` prints it. The format is Microsoft's Tabular Model
Scripting Language in JSON (learn.microsoft.com/analysis-services/tmsl).
"""

from __future__ import annotations

import json
import sys

from assets.dimensions.relationships import DIMENSIONS, Relationship, relationships
from assets.tables.declarations import INPUT_TABLES, PROMISED, TABLES
from assets.tables.declarations.declaration import Table

_TYPES = {"text": "string", "integer": "int64", "number": "double"}
_FOLDER = "C:\\placecast\\current\\"
_PARAMETER = ' meta [IsParameterQuery=true, Type="Text", IsParameterQueryRequired=true]'


def model() -> dict[str, object]:
    """Every released table with its columns, described, and every relationship that is used.

    Tables read `Folder & "<name>.parquet"`, of which Folder is the one thing to set. A relationship to
    dim_year, dim_place or another dimension goes from many rows to one.
    """
    declared = {**INPUT_TABLES, **TABLES}
    tables = [declared[name] for name in PROMISED]
    return {
        "name": "placecast",
        "compatibilityLevel": 1567,
        "model": {
            "culture": "en-GB",
            "defaultPowerBIDataSourceVersion": "powerBI_V3",
            "expressions": [{"name": "Folder", "kind": "m", "expression": f'"{_FOLDER}"{_PARAMETER}'}],
            "tables": [_table(each) for each in tables],
            "relationships": [_relationship(each) for each in relationships(tables)],
        },
    }


def _table(table: Table) -> dict[str, object]:
    return {
        "name": table.name,
        "description": table.description,
        "columns": [
            {
                "name": column.name,
                "dataType": _TYPES[column.kind],
                "sourceColumn": column.name,
                "description": column.description + (f" ({column.unit})" if column.unit else ""),
                "summarizeBy": "sum" if column.kind == "number" else "none",
                **({"isKey": True} if DIMENSIONS.get(table.name) == column.name else {}),
            }
            for column in table.columns
        ],
        "partitions": [
            {
                "name": table.name,
                "mode": "import",
                "source": {
                    "type": "m",
                    "expression": f'Parquet.Document(File.Contents(Folder & "{table.name}.parquet"))',
                },
            }
        ],
    }


def _relationship(lead: Relationship) -> dict[str, object]:
    return {
        "name": f"{lead.table}.{lead.key}",
        "fromTable": lead.table,
        "fromColumn": lead.key,
        "toTable": lead.dimension,
        "toColumn": lead.key,
    }


if __name__ == "__main__":
    sys.stdout.write(json.dumps(model(), indent=1, ensure_ascii=False) + "\n")
