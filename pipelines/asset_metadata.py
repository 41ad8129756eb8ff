"""What the web interface says of each asset beside its own definition: owner, kind, columns, freshness.

Columns come from the registry where a table is declared there; the working tables that no release holds are
described here, and draws by what their columns are named after.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

import dagster as dg

from assets.tables.declarations import INPUT_TABLES, TABLES
from assets.tables.declarations.declaration import Table
from assets.tables.parquet import ROW_DIMENSIONS
from pipelines.checks.source_age import freshness_policies

OWNER = "team:placecast"
SCHEMA = "dagster/column_schema"
_COLUMN_TYPES = {"text": "string", "integer": "int64", "number": "float64"}
_WORKING = {
    "recorded_staff": (
        ("area", "string", "A place or a provider"),
        ("staff_group", "string", "One of staff_groups"),
        ("age_band", "string", "Ages of the staff counted"),
        ("month", "string", "Month of the count, as year-month"),
        ("headcount", "float64", "People in post"),
        ("wte", "float64", "Whole-time equivalents in post"),
        ("file", "string", "The published file the row is from"),
    ),
    "recorded_staff_flows": (
        ("area", "string", "A place or a provider"),
        ("staff_group", "string", "One of staff_groups"),
        ("flow", "string", "Leavers or joiners"),
        ("month", "string", "Last month of the year they are of"),
        ("headcount", "float64", "People"),
        ("file", "string", "The published file the row is from"),
    ),
    "recorded_vacancies": (
        ("area", "string", "A place or a provider"),
        ("staff_group", "string", "One of staff_groups"),
        ("month", "string", "Month of the vacancies"),
        ("vacant_wte", "float64", "Vacant posts, in whole-time equivalents; empty where a rate is given"),
        ("vacancy_percent", "float64", "Vacant share of posts; empty where a number is given"),
        ("file", "string", "The file the row is from"),
    ),
    "provider_level": (
        ("provider", "string", "A hospital provider"),
        ("service", "string", "One of services"),
        ("year", "int64", "Financial year that starts in it"),
        ("ratio", "float64", "What is treated beside what the base year's use would make of it"),
    ),
    "recorded_figures": (
        ("series", "string", "What is recorded: a measure and of whom"),
        ("period", "string", "Year, financial year or month"),
        ("frequency", "string", "Yearly or monthly"),
        ("title", "string", "The series in words"),
        ("unit", "string", "Unit of the figure"),
        ("actual", "float64", "The figure on record"),
    ),
    "earlier_releases": (
        ("id", "string", "What an earlier release left for this run"),
        ("sha256", "string", "SHA-256 under which the store of inputs holds it"),
    ),
    "release": (
        ("<table>.parquet, <table>.csv", "file", "Every promised table; columns in docs/tables.md"),
        ("manifest.json", "file", "Hashes, inputs, versions, checks, the run and its link"),
        ("workbook.xlsx, report.html", "file", "Files for readers"),
        ("data_dictionary.csv, csv-metadata.json", "file", "Every column in words"),
    ),
}
"""Columns of the tables that the registry does not declare, as (name, type, description)."""
_ROWS = {
    "scenario": ("string", "Name of the scenario"),
    "draw": ("int32", "0 is the principal run, 1 on the draws"),
    "year": ("int32", "Year"),
}


def described(asset: dg.AssetsDefinition, version: str) -> dg.AssetsDefinition:
    """The asset with an owner, its code version, a kind, columns, and how old its source may grow."""

    def describe(spec: dg.AssetSpec) -> dg.AssetSpec:
        name = spec.key.path[-1]
        table = TABLES.get(name) or INPUT_TABLES.get(name)
        columns = columns_of(name, table)
        found: dict[str, Any] = {
            "owners": [OWNER],
            "code_version": version,
            "kinds": set(spec.kinds) or {"pandas"},
            "description": _first_paragraph(spec.description) or (table.description if table else None),
            "metadata": {**spec.metadata, **({SCHEMA: columns} if columns else {})},
        }
        policy = freshness_policies().get(table.source_id) if table and name in INPUT_TABLES else None
        if policy:
            found["freshness_policy"] = policy
        return spec.replace_attributes(**found)

    return asset.map_asset_specs(describe)


def _first_paragraph(words: str | None) -> str:
    """What a table is; how it is made is for who reads the code."""
    return (words or "").partition("\n\n")[0]


def columns_of(name: str, table: Table | None) -> dg.TableSchema | None:
    """The columns of a declared table, of a working table or of draws; None for an asset nobody described."""
    if table is not None:
        return _declared(table)
    if name in _WORKING:
        return _schema(_WORKING[name])
    if name.endswith("_draws"):
        rows = [(key, *_ROWS[key]) for key in ROW_DIMENSIONS]
        return _schema([*rows, ("<variable>[<labels>]", "float64", "One column per cell of each variable")])
    return None


def _schema(columns: Iterable[tuple[str, str, str]]) -> dg.TableSchema:
    return dg.TableSchema(
        columns=[dg.TableColumn(name=name, type=kind, description=words) for name, kind, words in columns]
    )


def _declared(table: Table) -> dg.TableSchema:
    return dg.TableSchema(
        columns=[
            dg.TableColumn(
                name=column.name,
                type=_COLUMN_TYPES[column.kind],
                description=column.description + (f" ({column.unit})" if column.unit else ""),
                constraints=dg.TableColumnConstraints(
                    nullable=column.nullable, unique=table.keys == (column.name,)
                ),
            )
            for column in table.columns
        ]
    )
