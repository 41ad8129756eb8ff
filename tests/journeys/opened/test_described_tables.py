"""The columns the web interface shows of an asset are those its file has."""

from __future__ import annotations

import pyarrow as pa
import pyarrow.parquet as pq

from assets.tables.declarations import INPUT_TABLES, TABLES
from pipelines.asset_metadata import SCHEMA
from pipelines.definitions import build_definitions
from tests.journeys.running import Run

DEFS = build_definitions()

WITHOUT_A_FILE = {"release"}


def test_working_tables_and_draws_have_the_columns_that_are_shown_of_them(main_run: Run) -> None:
    looked_at = 0
    for spec in DEFS.resolve_all_asset_specs():
        name = spec.key.path[-1]
        if name in {**TABLES, **INPUT_TABLES} or name in WITHOUT_A_FILE:
            continue  # Held to their declaration by a check of their own.
        path = main_run.outputs / "tables" / f"{name}.parquet"
        paths = [path] if path.exists() else sorted((path.parent / name).glob("*.parquet"))
        found: pa.Schema = pq.read_schema(paths[0])
        shown = [column.name for column in spec.metadata[SCHEMA].columns]
        if "<variable>[<labels>]" in shown:
            assert found.names[:3] == shown[:3], name
            assert all(pa.types.is_floating(found.field(each).type) for each in found.names[3:]), name
        else:
            assert found.names == shown, name
        looked_at += 1
    assert looked_at > 5
