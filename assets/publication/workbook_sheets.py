"""The sheets of the workbook: which rows and columns each holds, with names beside codes.

workbook_sheets.yaml names them; a released table that it does not know gets a sheet under its own name.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from typing import Any

import pandas as pd

from assets.dimensions.relationships import DIMENSIONS, name_column
from assets.inputs.scenarios import PRINCIPAL
from assets.publication.dictionary import DECLARED, year_label
from assets.publication.report.wording import short
from assets.tables.declarations.loading import content
from housing_trajectories.schema import financial_year_label

MOST_ROWS = 18_000
"""Rows of a released table's sheet at most; past that nobody reads it."""
MOST_ROWS_TO_PIVOT = 200_000
"""Rows of a sheet that is there to be filtered and pivoted: whole but for systems of many areas."""
MOST_ROWS_OF_ALL_SCENARIOS = 6_000
"""A longer table holds the principal scenario alone, with all its years."""
MOST_CELLS = 6_000_000
"""Cells of a workbook at most, about 25 MB: for a system of many areas long tables are shortened further."""
NO_SHEET = tuple(DIMENSIONS)
"""Names stand beside the codes already, so dimensions are left to Power BI and DuckDB."""
_MORE = "More tables"
_KIND = "kind"


@dataclass(frozen=True)
class ChartLine:
    """A line of a chart: its name, its rows (first and last, from 0) and the columns of its values."""

    name: str
    first: int
    last: int
    x: str
    value: str


@dataclass(frozen=True)
class Chart:
    """Lines over rows of the sheet's table."""

    title: str
    x_title: str
    y_title: str
    series: tuple[ChartLine, ...]


@dataclass(frozen=True)
class WorkbookSheet:
    """One sheet with one table. `headings` are words for columns; `whole` is the number of rows there are."""

    name: str
    title: str
    asks: str
    group: str
    frame: pd.DataFrame
    said: str
    tables: tuple[str, ...]
    whole: int
    headings: Mapping[str, str] = field(default_factory=dict)
    charts: tuple[Chart, ...] = ()
    to_pivot: bool = False


@dataclass(frozen=True)
class Absent:
    """A table without a sheet, and why: it has no rows, or they are elsewhere."""

    name: str
    title: str
    group: str
    why: str


def sheets(tables: Mapping[str, pd.DataFrame]) -> list[WorkbookSheet | Absent]:
    """The sheets of a release's tables in their order."""
    most = MOST_ROWS
    while most > 1_000 and sum(_cells(each, most) for each in tables.values()) > MOST_CELLS:
        most = most * 3 // 4
    return list(_sheets(tables, most))


def _cells(frame: pd.DataFrame, most: int) -> int:
    return len(narrowed(frame, most)[0]) * frame.shape[1]


def _sheets(tables: Mapping[str, pd.DataFrame], most: int) -> Iterator[WorkbookSheet | Absent]:
    given = _given()
    for name, told in given["headlines"].items():
        made = _headline(name, told, tables)
        if made is not None:
            yield made
    known: set[str] = {table for told in given["headlines"].values() for table in _sources(told)}
    for group, members in given["groups"].items():
        for name, line in members.items():
            known.add(name)
            if name in tables:
                title, asks, *why = (part.strip() for part in line.split(" | "))
                yield _whole(name, title, asks, group, tables, most, *why)
    for name, line in given["elsewhere"].items():
        known.add(name)
        if name in tables:
            title, where = line.split(" | ")
            yield Absent(name, title, "Elsewhere", where)
    for name in tables:
        if name not in known and name not in NO_SHEET:
            title = name.replace("_", " ").capitalize()[:31]
            yield _whole(name, title, DECLARED[name].description, _MORE, tables, most)


@cache
def _given() -> dict[str, Any]:
    return content(Path(__file__).with_suffix(".yaml"))


def _sources(told: Mapping[str, Any]) -> tuple[str, ...]:
    found = told["from"]
    return tuple(found.values()) if isinstance(found, dict) else (found,)


def _whole(
    name: str,
    title: str,
    asks: str,
    group: str,
    tables: Mapping[str, pd.DataFrame],
    most: int,
    why: str = "This release has none.",
) -> WorkbookSheet | Absent:
    """The sheet of a table under its own name."""
    whole = tables[name]
    if not len(whole):
        return Absent(name, title, group, f"No rows. {why}")
    held, said = narrowed(whole, most)
    return WorkbookSheet(
        name, title, asks, group, beside_codes(held, name, tables), said, (name,), len(whole)
    )


def _headline(name: str, told: Mapping[str, Any], tables: Mapping[str, pd.DataFrame]) -> WorkbookSheet | None:
    """A sheet cut from tables; None where a release has none of their rows."""
    parts = [
        _rows(tables[table], table, key, told, tables)
        for key, table in _keyed(told["from"])
        if table in tables
    ]
    parts = [part for part in parts if len(part)]
    if not parts:
        return None
    frame = pd.concat(parts, ignore_index=True)
    if "across" in told:
        frame = _across(frame, told["across"])
    if "sort" in told:
        by = [column for column in told["sort"].split() if column in frame]
        frame = frame.sort_values(by, kind="stable", ignore_index=True)
    held, said = narrowed(frame, MOST_ROWS_TO_PIVOT, MOST_ROWS_TO_PIVOT)
    pairs = [each.strip().partition(" as ") for each in told.get("columns", "").split(",") if each.strip()]
    headings = {column: heading or column for column, _, heading in pairs}
    columns = [column for column in headings or held.columns if column in held and column != _KIND]
    return WorkbookSheet(
        name=name,
        title=told["sheet"],
        asks=told["asks"],
        group="To pivot" if told["sheet"].endswith("to pivot") else "Headlines",
        frame=held[columns],
        said=said,
        tables=tuple(table for _, table in _keyed(told["from"]) if table in tables),
        whole=len(frame),
        headings=headings,
        charts=tuple(
            chart for each in told.get("charts", ()) if (chart := _chart(each, held, columns)) is not None
        ),
        to_pivot=bool(told.get("pivot")),
    )


def _keyed(found: object) -> list[tuple[str, str]]:
    """Tables with the key that becomes `area`, which is empty for a table by itself."""
    return list(found.items()) if isinstance(found, dict) else [("", str(found))]


def _rows(
    frame: pd.DataFrame, table: str, key: str, told: Mapping[str, Any], tables: Mapping[str, pd.DataFrame]
) -> pd.DataFrame:
    """The rows of a table that a headline is about, with names and the kind of each place."""
    rows = beside_codes(frame[_chosen(frame, told.get("where", {}))], table, tables)
    if "dim_place" in tables and "place" in rows:
        _after(rows, "place", _KIND, _of(tables["dim_place"], "place", "kind"))
    if key:
        rows = rows.rename(columns={key: "area", f"{key}_name": "area_name"})
        rows["area_kind"] = rows.get(_KIND, key)
    return rows


def _chosen(frame: pd.DataFrame, where: Mapping[str, Any]) -> pd.Series:
    """The rows that have, in each column of `where` that there is, its value or one of its values."""
    chosen = pd.Series(True, index=frame.index)
    for column, value in where.items():
        if column in frame:
            chosen &= frame[column].isin(value if isinstance(value, list) else [value])
    return chosen


def _across(frame: pd.DataFrame, across: str) -> pd.DataFrame:
    """A row for the rows that differ in `across` alone; `gap_p10` is P10 of the measure gap."""
    columns = list(map(str, frame))
    values = [each for each in ("principal", "p10", "p50", "p90", "probability_short") if each in columns]
    # What only some measures have, or what follows from the facility.
    own = {"basis", "interval_from_building_percent", "first_year_short", "unit"}
    own |= {each for each in columns if each.startswith("probability_short")}
    keys = [each for each in columns if each not in {*values, across, *own}]
    # Unlike a pivot table it refuses two rows for one cell.
    wide = pd.DataFrame(frame.set_index([*keys, across])[values].unstack(across))  # noqa: PD010
    pairs = [(str(pair[0]), str(pair[1])) for pair in wide.columns.to_flat_index()]
    wide.columns = pd.Index(
        [measure if value == "principal" else f"{measure}_{value}" for value, measure in pairs]
    )
    wide = wide.reset_index()
    return wide.assign(unit=_unit_of(frame, wide)) if "unit" in columns and "facility" in wide else wide


def _unit_of(frame: pd.DataFrame, wide: pd.DataFrame) -> pd.Series:
    units = frame.drop_duplicates("facility")
    return wide["facility"].map(dict(zip(units["facility"], units["unit"], strict=True)))


def _chart(told: Mapping[str, Any], frame: pd.DataFrame, columns: Sequence[str]) -> Chart | None:
    """The chart of a headline; None where none of its lines has rows."""
    rows = frame[_chosen(frame, told.get("where", {}))]
    values, lines = told["values"].split(), told.get("lines", "").split()
    if not len(rows) or not {told["x"], *values, *lines} <= set(columns):
        return None
    grouped: list[tuple[str | None, pd.DataFrame]] = [(None, rows)] if not lines else _lines(rows, lines)
    if "most" in told:
        grouped = sorted(grouped, key=lambda each: -each[1][values[0]].iloc[-1])[: told["most"]]
    words = {"principal": "Principal", "p10": "P10", "p90": "P90"}
    series = []
    for name, line in grouped:
        first, last = int(line.index[0]), int(line.index[-1])
        if last - first + 1 != len(line) or not line[told["x"]].is_unique:
            continue  # two areas of one name are no line
        for value in values:
            if line[value].isna().all():
                continue
            said = words.get(value, value) if name is None else str(name)
            said = f"{said}, {value}" if name is not None and len(values) > 1 else said
            series.append(ChartLine(said, first, last, told["x"], value))
    return Chart(told["title"], told["x_title"], told["y_title"], tuple(series)) if series else None


def _lines(rows: pd.DataFrame, columns: list[str]) -> list[tuple[str | None, pd.DataFrame]]:
    """The rows of each line, named by what tells it from others."""
    return [(", ".join(map(_short, names)), line) for names, line in rows.groupby(columns, sort=False)]


def _short(name: object) -> str:
    """A name without what stands in brackets and what all trusts' names end in, for a legend."""
    return short(str(name).partition(" (")[0])


def beside_codes(frame: pd.DataFrame, table: str, tables: Mapping[str, pd.DataFrame]) -> pd.DataFrame:
    """The rows with a name after each code that lacks one, and 2024/25 or mid-2024 after the year."""
    made = frame.copy()
    for dimension, key in DIMENSIONS.items():
        name = name_column(dimension)
        if key != "year" and key in made and dimension in tables and name not in made:
            _after(made, key, name, _of(tables[dimension], key, name))
    if "origin" in made and "dim_place" in tables:
        _after(made, "origin", "origin_name", _of(tables["dim_place"], "place", "place_name"))
    if "site_reference" in made and "site_name" not in made and "housing_delivery" in tables:
        sites = tables["housing_delivery"].drop_duplicates("site_reference")
        _after(made, "site_reference", "site_name", _of(sites, "site_reference", "site_name"))
    if "assumption" in made and "assumptions" in tables:
        for column in ("unit", "note"):
            known = _of(tables["assumptions"], "id", column)
            said = {code: known.get(code, "") for code in made["assumption"].unique()}
            _after(made, "assumption", f"assumption_{column}", said)
    if "year" in made and len(made):
        label = year_label(DECLARED[table])
        if label and label not in made:
            words = financial_year_label if label == "financial_year" else "mid-{}".format
            _after(made, "year", label, {year: words(year) for year in made["year"].unique()})
    return made


def _of(names: pd.DataFrame, code: str, name: str) -> dict[Any, Any]:
    return dict(zip(names[code], names[name], strict=True))


def _after(frame: pd.DataFrame, column: str, name: str, names: Mapping[Any, Any]) -> None:
    """Put the names after their codes; a code without one stands for itself."""
    # Of each code once: a table has tens of thousands of rows and a few dozen codes.
    at, codes = pd.factorize(frame[column], use_na_sentinel=False)
    said = pd.Index([names.get(code, code) for code in codes], dtype="str").take(at)
    frame.insert(list(frame).index(column) + 1, name, said)


def narrowed(
    frame: pd.DataFrame, most_rows: int = MOST_ROWS, most_of_all: int = MOST_ROWS_OF_ALL_SCENARIOS
) -> tuple[pd.DataFrame, str]:
    """The rows of a table that a sheet holds, and a sentence that says which they are."""
    said: list[str] = []
    held = frame
    steps = (_principal_scenario, _fifth_years, _persons, _all_ages, _tenth_years, _system_alone)
    for step in steps:
        if len(held) <= (min(most_of_all, most_rows) if step is _principal_scenario else most_rows):
            continue
        held, words = step(held)
        said += [words] if words else []
    held = held.reset_index(drop=True)
    if len(held) == len(frame):
        return held, f"All {len(frame):,} rows."
    return (
        held,
        f"{len(held):,} of {len(frame):,} rows: {'; '.join(said)}. All rows are in Parquet and CSV.",
    )


def _principal_scenario(frame: pd.DataFrame) -> tuple[pd.DataFrame, str]:
    held, words = _only(frame, "scenario", PRINCIPAL)
    return held, f"{words}, all years" if words and "year" in frame else words


def _fifth_years(frame: pd.DataFrame) -> tuple[pd.DataFrame, str]:
    return _years(frame, 5)


def _tenth_years(frame: pd.DataFrame) -> tuple[pd.DataFrame, str]:
    return _years(frame, 10)


def _years(frame: pd.DataFrame, every: int) -> tuple[pd.DataFrame, str]:
    if "year" not in frame:
        return frame, ""
    kept = frame[(frame["year"] % every == 0) | (frame["year"] == frame["year"].min())]
    return kept, f"the first year and every {'fifth' if every == 5 else 'tenth'}"


def _persons(frame: pd.DataFrame) -> tuple[pd.DataFrame, str]:
    return _only(frame, "sex", "persons")


def _all_ages(frame: pd.DataFrame) -> tuple[pd.DataFrame, str]:
    return _only(frame, "age_band", "all")


def _system_alone(frame: pd.DataFrame) -> tuple[pd.DataFrame, str]:
    return _only(frame, "area_kind", "system")


def _only(frame: pd.DataFrame, column: str, value: str) -> tuple[pd.DataFrame, str]:
    """The rows of one value of a column, where it has any."""
    if column not in frame:
        return frame, ""
    chosen = frame[column] == value
    return (frame[chosen], f"{column} {value}") if chosen.any() else (frame, "")
