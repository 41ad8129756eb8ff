"""Blocking checks on every declared table, made from the registry as Great Expectations suites.

A table is looked at in a process of its own from the moment it is written, so that the run goes on meanwhile;
the check waits for what that process found.

Annotations are not postponed here: Dagster reads the type of `context` as it stands.
"""

from functools import cache

import dagster as dg

from assets.inputs.csv_reading import read_table
from assets.inputs.places import DATA_DIRECTORY
from assets.publication.documents import prepare_workbook_writer
from assets.tables.declarations import INPUT_TABLES, TABLES
from assets.tables.declarations.declaration import Table
from pipelines.checks.check_process import CHECKING

_FIRST = "input_files"
"""The table that every run makes and checks before all others."""

DECLARED = {**INPUT_TABLES, **TABLES}


@cache
def known_places() -> list[str]:
    """The codes that may stand in a column `place`."""
    return list(read_table(INPUT_TABLES["places"], DATA_DIRECTORY / "places.csv", places=None)["place"])


def table_checks(assets: set[str]) -> list[dg.AssetChecksDefinition]:
    """A blocking check for each declared table that is an asset."""
    return [_table_check(DECLARED[name]) for name in sorted(DECLARED.keys() & assets)]


def _table_check(table: Table) -> dg.AssetChecksDefinition:
    @dg.asset_check(
        asset=table.name,
        name="as_declared",
        blocking=True,
        required_resource_keys={"io_manager"},
        description="Columns, keys, bounds and allowed values are as the registry declares them",
    )
    def as_declared(context: dg.AssetCheckExecutionContext) -> dg.AssetCheckResult:
        broken = CHECKING.broken(table.name, context.resources.io_manager.files(table.name), known_places())
        if table.name == _FIRST:
            # The process that checks is ready by now, so that the other core has nothing to do for a while.
            prepare_workbook_writer()
        return dg.AssetCheckResult(
            passed=not broken,
            severity=dg.AssetCheckSeverity.ERROR,
            description="; ".join(broken[:3]) + _more(broken) if broken else "as declared",
            metadata={"expectations_broken": len(broken)},
        )

    return as_declared


def _more(broken: list[str]) -> str:
    return f" (and {len(broken) - 3} more)" if len(broken) > 3 else ""
