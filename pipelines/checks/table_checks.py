"""Blocking checks on every declared table, made from the registry as Great Expectations suites.

A table is looked at in the side process from the moment it is written, so that the run goes on meanwhile; the
check waits for what was found.

Annotations are not postponed here: Dagster reads the type of `context` as it stands.
"""

from collections.abc import Sequence
from concurrent.futures import BrokenExecutor, Future
from pathlib import Path

import dagster as dg

from assets.inputs.csv_reading import read_table
from assets.publication.side_process import SIDE_PROCESS
from assets.tables.declarations import INPUT_TABLES
from assets.tables.declarations.declaration import Table
from housing_trajectories.plain_text import as_markdown
from pipelines.checks.expectations import DECLARED, broken

_FIRST = "input_files"
"""The table that every run makes and checks before all others."""


class TableChecker:
    """Has tables held to their declaration in the side process, and gives what was found.

    `data` is the folder whose places.csv has the codes that may stand in a column `place`.
    """

    def __init__(self, data: Path) -> None:
        self._data = data
        self._places: list[str] = []
        self._begun: dict[tuple[str, ...], Future[list[str]]] = {}

    def begin(self, name: str, files: Sequence[Path]) -> None:
        """Have a table that has just been written looked at; one that is not declared is let be."""
        if name in DECLARED:
            self._begun[_as_they_are(files)] = self._ask(name, files)

    def broken(self, name: str, files: Sequence[Path]) -> list[str]:
        """What a table breaks of its declaration as its files are now, a sentence each."""
        begun = self._begun.pop(_as_they_are(files), None) or self._ask(name, files)
        try:
            return begun.result()
        except BrokenExecutor:
            raise RuntimeError(f"{name} could not be checked: the process that checks ended early") from None

    def _ask(self, name: str, files: Sequence[Path]) -> Future[list[str]]:
        if not self._places:
            table = read_table(INPUT_TABLES["places"], self._data / "places.csv", places=None)
            self._places = list(table["place"])
        return SIDE_PROCESS.do(broken, name, list(files), self._places)


def _as_they_are(files: Sequence[Path]) -> tuple[str, ...]:
    """What a file that has been written anew differs in from the one that was looked at."""
    return tuple(f"{file} {stat.st_ino} {stat.st_mtime_ns}" for file in files for stat in [file.stat()])


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
        tables = context.resources.io_manager
        found = tables.checker.broken(table.name, tables.files(table.name))
        if table.name == _FIRST:
            # The side process has nothing to do for a while.
            SIDE_PROCESS.prepare("assets.publication.workbook")
        more = f" (and {len(found) - 3} more)" if len(found) > 3 else ""
        return dg.AssetCheckResult(
            passed=not found,
            severity=dg.AssetCheckSeverity.ERROR,
            description=as_markdown("; ".join(found[:3]) + more if found else "as declared"),
            metadata={"expectations_broken": len(found)},
        )

    return as_declared
