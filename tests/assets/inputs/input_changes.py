"""Changes of an input file as another area's or a spoilt copy has them, by name: rows in, rows out.

`python -m tests.assets.inputs.input_changes` prints what is said of each table and change today, in the form
of input_walk.csv, which says what ought to be.
"""

from __future__ import annotations

import csv
import io
import random
from collections.abc import Callable
from functools import cache
from pathlib import Path

import pandas as pd

from assets.inputs import input_tables
from assets.inputs.checks.coverage import coverage_of
from assets.inputs.csv_reading import read_table
from assets.inputs.scenarios import Scenario, load_scenarios
from assets.inputs.system_totals import council_codes
from assets.tables.declarations import INPUT_TABLES
from assets.tables.declarations.declaration import YEAR
from housing_trajectories.findings import BadInput, Finding, errors
from housing_trajectories.reading import read as read_trajectory
from tests.shipped import DATA, TRAJECTORIES

Rows = list[list[str]]

PLACE, PROVIDER = "E06000055", "RD8"
_PLACES, _PROVIDERS, _YEARS = ("place", "area"), ("provider", "trust"), ("year", "census_year", "month")


def rows_of(table: str) -> Rows:
    """The shipped file, its header first."""
    return list(csv.reader(io.StringIO((DATA / f"{table}.csv").read_text(encoding="utf-8-sig"))))


def text_of(rows: Rows) -> str:
    out = io.StringIO()
    csv.writer(out, lineterminator="\n").writerows(rows)
    return out.getvalue()


def _without(columns: tuple[str, ...], value: str) -> Callable[[str], Rows | None]:
    def change(table: str) -> Rows | None:
        head, *body = rows_of(table)
        at = next((head.index(name) for name in columns if name in head), None)
        if at is None or not any(row[at] == value for row in body):
            return None
        return [head, *(row for row in body if row[at] != value)]

    return change


def _years(keep: Callable[[str, list[str]], bool], fewest: int) -> Callable[[str], Rows | None]:
    def change(table: str) -> Rows | None:
        head, *body = rows_of(table)
        at = next((head.index(name) for name in _YEARS if name in head), None)
        years = sorted({row[at][:4] for row in body}) if at is not None else []
        if at is None or len(years) < fewest:
            return None
        return [head, *(row for row in body if keep(row[at][:4], years))]

    return change


def _zeros(table: str) -> Rows | None:
    head, *body = rows_of(table)
    figures = {
        head.index(column.name)
        for column in INPUT_TABLES[table].columns
        if column.kind != "text"
        and column.name not in INPUT_TABLES[table].keys
        and column.unit != YEAR
        and not column.name.startswith("age_")
        and "year" not in column.name
    }
    zeroed = [["0" if at in figures and cell else cell for at, cell in enumerate(row)] for row in body]
    return [head, *zeroed] if zeroed != body else None


def shuffled(table: str) -> Rows:
    head, *body = rows_of(table)
    return [head, *random.Random(1).sample(body, len(body))]


CHANGES: dict[str, Callable[[str], Rows | None]] = {
    "empty": lambda table: rows_of(table)[:1],
    "no_place": _without(_PLACES, PLACE),
    "no_provider": _without(_PROVIDERS, PROVIDER),
    "no_year": _years(lambda year, years: year != years[len(years) // 2], 3),
    "first_year_later": _years(lambda year, years: year != years[0], 2),
    "second_half_of_years": _years(lambda year, years: year >= years[len(years) // 2], 3),
    "last_year_gone": _years(lambda year, years: year != years[-1], 2),
    "zeros": _zeros,
    "shuffled": lambda table: rows if (rows := shuffled(table)) != rows_of(table) else None,
    "columns_reversed": lambda table: [row[::-1] for row in rows_of(table)],
}
"""Changes by name; None where a table has nothing to change."""


@cache
def shipped() -> dict[str, pd.DataFrame]:
    """Every shipped table as read."""
    return {name: read(name, text_of(rows_of(name))) for name in INPUT_TABLES}


@cache
def _places() -> pd.DataFrame:
    return read_table(INPUT_TABLES["places"], DATA / "places.csv", places=None)


@cache
def _scenarios() -> list[Scenario]:
    return load_scenarios(DATA / "scenarios")


@cache
def _planned() -> dict[str, set[str]]:
    folder = TRAJECTORIES
    rows = _places()[_places()["kind"] == "place"].to_dict("records")
    return {
        str(row["place"]): set(read_trajectory(folder / str(row["trajectory_file"])).table["site_reference"])
        for row in rows
    }


def read(table: str, text: str, folder: Path | None = None) -> pd.DataFrame:
    """A table as a run reads it; raises BadInput."""
    from tempfile import TemporaryDirectory

    with TemporaryDirectory() as temporary:
        path = (folder or Path(temporary)) / f"{table}.csv"
        path.write_text(text, encoding="utf-8")
        known = None if table == "places" else set(_places()["place"])
        return read_table(INPUT_TABLES[table], path, known, council_codes(_places()))


def found_in(table: str, rows: Rows) -> list[Finding]:
    """Why a run would be refused, were this the table's file and all others as shipped; empty where it runs.

    What the file alone shows comes first, then what it lacks, then what stands between it and others.
    """
    try:
        frame = read(table, text_of(rows))
    except BadInput as error:
        return list(error.findings)
    tables = {**shipped(), table: frame}
    if lacking := coverage_of(table, tables):
        return lacking
    return errors(input_tables.findings_between(tables, _scenarios(), _planned(), DATA))


def same(table: str, rows: Rows) -> bool:
    """Whether a table reads as the shipped one does, but for the order of its rows."""
    keys = list(INPUT_TABLES[table].keys)
    one, other = (
        frame.sort_values(keys, ignore_index=True) for frame in (shipped()[table], read(table, text_of(rows)))
    )
    one.attrs, other.attrs = {}, {}
    return one.equals(other)


if __name__ == "__main__":
    import sys

    written = csv.writer(sys.stdout, lineterminator="\n")
    written.writerow(["table", "change", "expected", "says"])
    for name in INPUT_TABLES:
        for what, change in CHANGES.items():
            changed = change(name)
            if changed is None:
                continue
            if what in ("shuffled", "columns_reversed"):
                written.writerow([name, what, "same" if same(name, changed) else "DIFFERS", ""])
                continue
            findings = found_in(name, changed)
            said = findings[0].sentence() if findings else ""
            written.writerow([name, what, "refused" if findings else "runs", said])
        sys.stdout.flush()
