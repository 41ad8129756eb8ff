"""Which column of which released table leads to which dimension, read off the declarations."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from assets.tables.declarations import TABLES
from assets.tables.declarations.declaration import Table

DIMENSIONS = {
    "dim_place": "place",
    "dim_neighbourhood": "neighbourhood",
    "dim_msoa": "msoa",
    "dim_provider": "provider",
    "dim_area": "area",
    "dim_service": "service",
    "dim_sector": "sector",
    "dim_staff_group": "staff_group",
    "dim_facility": "facility",
    "dim_year": "year",
    "dim_scenario": "scenario",
}
"""Every dimension and its key. A column of a released table with that name holds that key."""

OTHER_CODES = frozenset(
    {
        ("estates_register", "facility"),
        ("mitigation_effects", "sector"),
        ("mitigation_measures", "service"),
        ("trust_beds", "sector"),
    }
)
"""Columns with the name of a key that hold other codes as well, as their declarations say."""


@dataclass(frozen=True)
class Relationship:
    """Many rows of `table` to the one row of `dimension` with the same value in the column `key`."""

    table: str
    dimension: str
    key: str


def relationships(tables: Iterable[Table]) -> list[Relationship]:
    """Every relationship of released tables to dimensions, in their order. Dimensions have none."""
    return [
        Relationship(table.name, dimension, key)
        for table in tables
        if table.name not in DIMENSIONS
        for dimension, key in DIMENSIONS.items()
        if _holds(table, key)
    ]


def name_column(dimension: str) -> str:
    """The column of a dimension that says what its key is called: the first after the key."""
    return TABLES[dimension].column_names[1]


def _holds(table: Table, key: str) -> bool:
    kinds = {column.name: column.kind for column in table.columns}
    return kinds.get(key) == ("integer" if key == "year" else "text") and (
        (table.name, key) not in OTHER_CODES
    )
