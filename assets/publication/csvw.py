"""The description of a release's CSV files in the W3C's words (CSV on the Web), made from the registry."""

from __future__ import annotations

from collections.abc import Iterable

from assets.dimensions.relationships import Relationship, relationships
from assets.publication.dictionary import DECLARED
from assets.tables.declarations.declaration import Column, Table

_TYPES = {"text": "string", "integer": "integer", "number": "double"}
_LICENCE = "https://www.nationalarchives.gov.uk/doc/open-government-licence/version/3/"


def description(names: Iterable[str]) -> dict[str, object]:
    """The metadata document of the tables named: columns, types, units, keys, and what may be empty.

    `foreignKeys` says which column leads to which of the dimensions among them.
    """
    tables = [DECLARED[name] for name in names]
    there = {table.name for table in tables}
    leads = [each for each in relationships(tables) if each.dimension in there]
    return {
        "@context": ["http://www.w3.org/ns/csvw", {"@language": "en"}],
        "dc:title": "placecast release",
        "dc:license": {"@id": _LICENCE},
        "dialect": {"encoding": "utf-8", "header": True, "delimiter": ","},
        "tables": [_table(each, [lead for lead in leads if lead.table == each.name]) for each in tables],
    }


def _table(table: Table, leads: list[Relationship]) -> dict[str, object]:
    return {
        "url": f"{table.name}.csv",
        "dc:title": table.name,
        "dc:description": table.description,
        "tableSchema": {
            "columns": [_column(column) for column in table.columns],
            "primaryKey": list(table.keys),
            "foreignKeys": [
                {
                    "columnReference": lead.key,
                    "reference": {"resource": f"{lead.dimension}.csv", "columnReference": lead.key},
                }
                for lead in leads
            ],
        },
    }


def _column(column: Column) -> dict[str, object]:
    made: dict[str, object] = {
        "name": column.name,
        "titles": column.name,
        "dc:description": column.description + (f" ({column.unit})" if column.unit else ""),
        "datatype": _datatype(column),
        "required": not column.nullable,
    }
    return made


def _datatype(column: Column) -> object:
    bounds = {
        name: value
        for name, value in (("minimum", column.minimum), ("maximum", column.maximum))
        if value is not None
    }
    if column.allowed is not None:
        # The W3C's way to an enumeration: a pattern of the allowed words.
        pattern = "|".join(word.replace("+", "\\+").replace(".", "\\.") for word in column.allowed)
        return {"base": _TYPES[column.kind], "format": pattern}
    return {"base": _TYPES[column.kind], **bounds} if bounds else _TYPES[column.kind]
