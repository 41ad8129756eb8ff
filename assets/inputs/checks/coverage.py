"""Whom and which years a table must have rows of, as its declaration says in `covers` and `unbroken`.

A file that lost a council, a trust, a year or a small area is still a well-formed file. Here it is held
against the tables that name them, before anything runs.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from itertools import product
from typing import get_args

import pandas as pd

from assets.inputs.system_totals import council_codes, system_code
from assets.tables.declarations import INPUT_TABLES
from assets.tables.declarations.declaration import Cover, Table
from housing_trajectories.delivery.selection import Plans, in_force, plans_of
from housing_trajectories.findings import Finding

_SHOWN = 6
"""Values that one finding lists before it counts the rest."""
_KINDS = {"acute_trusts": "acute", "whole_system": "system"}
"""Kinds of providers.csv by the word that `covers` has for them."""


class _Unknown(Exception):
    """A table that a declaration names could not be read: what it names cannot be asked for."""


def coverage_findings(tables: Mapping[str, pd.DataFrame]) -> list[Finding]:
    """Rows that tables must have and do not; what an unreadable table would name is not asked for.

    tables: the input tables read so far, each under its name.
    """
    each = [finding for name in tables for finding in coverage_of(name, tables)]
    return each + _plan_years(tables) + _deprivation(tables)


def coverage_of(name: str, tables: Mapping[str, pd.DataFrame]) -> list[Finding]:
    """The same of one table alone."""
    table, frame = INPUT_TABLES[name], tables[name]
    findings: list[Finding] = []
    for cover in table.covers:
        try:
            findings.extend(_missing(table, frame, cover, tables))
        except _Unknown:
            continue
    if table.unbroken and len(frame):
        findings.extend(_gaps(table, frame))
    return findings + _only_zeros(table, frame)


def _plan_years(tables: Mapping[str, pd.DataFrame]) -> list[Finding]:
    """Years of a plan without a record of homes: what the plan has left rests on all of them."""
    if not {"net_additional_dwellings", "local_plan_requirements", "places"} <= set(tables):
        return []
    homes, findings = tables["net_additional_dwellings"], []
    requirements = tables["local_plan_requirements"].to_dict("records")
    for place in council_codes(tables["places"]):
        recorded = set(homes.loc[homes["place"] == place, "year"])
        plans = plans_of(place, requirements)
        if plans and in_force(plans, "adopted") is None:
            found = f"no row of place {place} with plan_status adopted"
            expected = "one, or one that is expired, or past_rate where no plan has a figure"
            findings.append(Finding("local_plan_requirements.csv", None, "plan_status", found, expected))
        if not recorded:
            continue
        for status in get_args(Plans):
            plan = in_force(plans, status)
            lost = sorted(set(range(plan.first_year, max(recorded))) - recorded) if plan else []
            if plan and lost:
                found = f"no row of place {place} for {_listed([str(year) for year in lost])}"
                expected = f"each year from {plan.first_year}, in which {plan.name} begins"
                findings.append(Finding("net_additional_dwellings.csv", None, "year", found, expected))
    return findings


def _deprivation(tables: Mapping[str, pd.DataFrame]) -> list[Finding]:
    """Small areas without a quintile where their place has some: its people could not be told apart."""
    if not {"small_area_deprivation", "msoa_population"} <= set(tables):
        return []
    given = tables["small_area_deprivation"].groupby("msoa")["lsoas"].sum()
    findings = []
    for place, rows in tables["msoa_population"].groupby("place"):
        msoas = set(rows["msoa"])
        lost = sorted(msoas - set(given.index[given > 0]))
        if lost and len(lost) < len(msoas):
            found = f"no LSOAs of {_listed(lost)}, small areas of place {place}"
            expected = "LSOAs of every small area of a place, or of none"
            findings.append(Finding("small_area_deprivation.csv", None, "msoa", found, expected))
    return findings


def _only_zeros(table: Table, frame: pd.DataFrame) -> list[Finding]:
    """Columns of figures with 0 in every row, which nobody publishes and of which a model says nothing."""
    findings = []
    for column in table.columns:
        if column.kind == "text" or column.name in table.keys or column.name in table.may_be_zero:
            continue
        cells = frame[column.name]
        if len(cells) < 2 or cells.iloc[0] > 0 or cells.iloc[-1] > 0:
            continue
        given = cells.dropna()
        if len(given) > 1 and (given == 0).all():
            found = f"0 in each of {len(given):,} rows"
            expected = "figures, or no cell where none is known" if column.nullable else "figures"
            findings.append(Finding(f"{table.name}.csv", None, column.name, found, expected))
    return findings


def _missing(
    table: Table, frame: pd.DataFrame, cover: Cover, tables: Mapping[str, pd.DataFrame]
) -> list[Finding]:
    """One finding for each value of the first columns without all of its rows."""
    columns = [column for term in cover for column in term.columns]
    wanted = [_wanted(table, term.columns, term.of, tables) for term in cover]
    present = set(zip(*(frame[column].tolist() for column in columns), strict=True))
    findings = []
    for first in wanted[0]:
        rest = [sum(values, ()) for values in product(*wanted[1:])]
        missing = [values for values in rest if (*first, *values) not in present]
        if not missing:
            continue
        who = _named(columns, first)
        others = columns[len(first) :]
        # Without any row the first columns alone say it.
        if others and any(row[: len(first)] == first for row in present):
            who = f"{who} with {', '.join(others)} {_listed([_joined(one) for one in missing])}"
        findings.append(
            Finding(
                f"{table.name}.csv",
                None,
                ", ".join(columns),
                f"no row of {who}",
                " × ".join(
                    _asked(term.columns, term.of, some) for term, some in zip(cover, wanted, strict=True)
                ),
                issue="rows that are missing",
            )
        )
    return findings


def _named(columns: Sequence[str], values: tuple[object, ...]) -> str:
    return ", ".join(f"{column} {value}" for column, value in zip(columns, values, strict=False))


def _joined(values: tuple[object, ...]) -> str:
    return " ".join(map(str, values))


def _listed(values: Sequence[str]) -> str:
    more = f" and {len(values) - _SHOWN} more" if len(values) > _SHOWN else ""
    return ", ".join(values[:_SHOWN]) + more


def _asked(columns: Sequence[str], of: str, values: Sequence[tuple[object, ...]]) -> str:
    shown = _listed([_joined(value) for value in values])
    named = f"every {', '.join(columns)} of {of}" if of in INPUT_TABLES or "." in of else ", ".join(columns)
    return f"{named} ({shown})"


def _wanted(
    table: Table, columns: Sequence[str], of: str, tables: Mapping[str, pd.DataFrame]
) -> list[tuple[object, ...]]:
    """The values of some columns that must be there."""
    if of in INPUT_TABLES:
        rows = _table(of, tables)
        return sorted(set(zip(*(rows[column].tolist() for column in columns), strict=True)))
    if not of:
        return [(value,) for value in table.allowed(columns[0])]
    whole = any(column.name == columns[0] and column.kind == "integer" for column in table.columns)
    values = [value for word in of.split("|") for value in _values(word, tables, years=whole)]
    return [(int(str(value).removesuffix(".0")) if whole else value,) for value in dict.fromkeys(values)]


def _values(word: str, tables: Mapping[str, pd.DataFrame], years: bool) -> Sequence[object]:
    """What a word of `covers` stands for: a named list, a column, years from one to another, or itself."""
    if word == "councils":
        return sorted(council_codes(_places(tables)))
    if word == "own_system":
        return [system_code(_places(tables))]
    if word in _KINDS:
        providers = _table("providers", tables)
        return sorted(providers.loc[providers["kind"] == _KINDS[word], "provider"])
    name, _, column = word.partition(".")
    if name in INPUT_TABLES and column in INPUT_TABLES[name].column_names:
        return sorted(set(_table(name, tables)[column].dropna()))
    if not years:
        return [word]
    first, dots, last = word.partition("..")
    start = _year(first, tables)
    # At least the first: a table that ends before it has lost it.
    return range(start, max(start, _year(last, tables)) + 1) if dots else [start]


def _year(word: str, tables: Mapping[str, pd.DataFrame]) -> int:
    """A year: in figures, `base`, the last of a table, or an assumption."""
    if word.isdigit():
        return int(word)
    name, _, column = ("census_based_population.last" if word == "base" else word).partition(".")
    if name in INPUT_TABLES and column == "last":
        return int(_table(name, tables)["year"].max())
    assumptions = _table("assumptions", tables)
    found = assumptions.loc[assumptions["id"] == word, "value"]
    if found.empty:
        raise _Unknown(word)
    return int(found.iloc[0])


def _table(name: str, tables: Mapping[str, pd.DataFrame]) -> pd.DataFrame:
    if name not in tables or (tables[name].empty and not INPUT_TABLES[name].may_be_empty):
        raise _Unknown(name)
    return tables[name]


def _places(tables: Mapping[str, pd.DataFrame]) -> pd.DataFrame:
    places = _table("places", tables)
    if (places["kind"] == "system").sum() != 1:
        raise _Unknown("places")
    return places


def _gaps(table: Table, frame: pd.DataFrame) -> list[Finding]:
    """Years without a row between the first and the last of the keys that stand before the year."""
    column = table.unbroken
    before = list(table.keys[: table.keys.index(column)])
    findings = []
    for key, rows in frame.groupby(before, sort=True) if before else [((), frame)]:
        years = set(rows[column])
        lost = sorted(set(range(min(years), max(years) + 1)) - years)
        if lost:
            of = f" of {_named(before, key)}" if before else ""
            findings.append(
                Finding(
                    f"{table.name}.csv",
                    None,
                    column,
                    f"no row{of} for {_listed([str(year) for year in lost])}",
                    f"each {column} from {min(years)} to {max(years)}",
                    issue="rows that are missing",
                )
            )
    return findings
