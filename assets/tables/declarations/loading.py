"""Reading the declarations from `columns.yaml`, `input_tables.yaml` and `tables.yaml`, field by field.

What the fields mean stands at the head of the files. A malformed declaration is refused with the file, the
table or column, and what is wrong with it: nothing is filled in, nothing is left out.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, get_args

import yaml

from assets.tables.declarations.declaration import Column, Cover, Kind, Table, Term
from housing_trajectories.schema import PHASING_BASES, PLAN_STATUSES, PLANNING_STATUSES
from models.demand.driver_decomposition import DRIVERS
from models.demand.provider_flows import PARTS
from models.demography.band_summary import PUBLISHED_BANDS, SEXES
from models.estates.capacity_formulae import FACILITIES
from models.estates.contribution_rules import LIMITS
from models.evaluation.backtest_measures import MEASURES, METHODS

_LISTS: dict[str, tuple[str, ...]] = {
    "backtest_measures": MEASURES,
    "backtest_methods": METHODS,
    "contribution_limits": LIMITS,
    "drivers": DRIVERS,
    "facilities": tuple(FACILITIES),
    "phasing_bases": PHASING_BASES,
    "plan_statuses": PLAN_STATUSES,
    "planning_statuses": PLANNING_STATUSES,
    "provider_parts": PARTS,
    "published_age_bands": tuple(PUBLISHED_BANDS),
    "sexes": tuple(SEXES),
}
"""Values that code makes, by the name an `allowed` has for them."""

_TYPES = {str: "text", bool: "true or false", int: "a number", float: "a number"}
_COLUMN_FIELDS: dict[str, tuple[type, ...]] = {
    **dict.fromkeys(("kind", "unit", "allowed", "description", "like"), (str,)),
    "nullable": (bool,),
    **dict.fromkeys(("minimum", "maximum"), (int, float)),
}
_TABLE_FIELDS: dict[str, tuple[type, ...]] = {
    **dict.fromkeys(
        ("description", "columns", "source", "complete", "covers", "unbroken", "may_be_zero", "local_by"),
        (str,),
    ),
    "may_be_empty": (bool,),
}


class BadDeclaration(ValueError):
    """A declaration that cannot be used: its file, its table or column, and what is wrong."""


@dataclass(frozen=True)
class Declarations:
    """Every declared table by name, and the names of those promised to readers."""

    input_tables: dict[str, Table]
    tables: dict[str, Table]
    promised: tuple[str, ...]


def read_declarations(folder: Path) -> Declarations:
    """The tables that the three files of the folder declare; BadDeclaration for what cannot be used."""
    columns = described_columns(folder / "columns.yaml")
    made = content(folder / "tables.yaml")
    promised = tuple(str(made.pop("promised", "")).split())
    inputs = _tables("input_tables.yaml", content(folder / "input_tables.yaml"), columns)
    tables = _tables("tables.yaml", made, columns)
    for name in promised:
        if name not in tables and name not in inputs:
            raise BadDeclaration(f"tables.yaml, table {name}: promised, but declared nowhere")
    return Declarations(inputs, tables, promised)


def described_columns(path: Path) -> dict[str, Column]:
    """Every described column, by the name with which tables refer to it."""
    rows = content(path)
    where = {reference: f"{path.name}, column {reference}" for reference in rows}
    for reference, row in rows.items():
        _checked(where[reference], row, _COLUMN_FIELDS)
    return {reference: _column(where[reference], reference, rows) for reference in rows}


class _Loader(yaml.CSafeLoader):
    """YAML keeps the last of two entries of one name without a word; here the second is refused."""

    def construct_mapping(self, node: yaml.MappingNode, deep: bool = False) -> dict[Any, Any]:
        seen = set()
        for key, _ in node.value:
            if key.value in seen:
                file, line = Path(key.start_mark.name).name, key.start_mark.line + 1
                raise BadDeclaration(f"{file}, line {line}: {key.value} stands here a second time")
            seen.add(key.value)
        return super().construct_mapping(node, deep)


def content(path: Path) -> dict[str, Any]:
    """The named entries of a YAML file; BadDeclaration where it is none, or has a name twice."""
    with path.open("rb") as file:
        try:
            content = yaml.load(file, Loader=_Loader)  # noqa: S506  # a safe loader, as its base says
        except yaml.YAMLError as error:
            raise BadDeclaration(f"{path.name} is no YAML: {error}") from error
    if not isinstance(content, dict):
        raise BadDeclaration(f"{path.name}: expected named entries")
    return content


def _checked(where: str, entry: object, fields: Mapping[str, tuple[type, ...]]) -> dict[str, Any]:
    """The entry, if it has only fields there are, each of its type."""
    if not isinstance(entry, dict):
        raise BadDeclaration(f"{where}: found {entry!r}, expected {', '.join(fields)}")
    for name, value in entry.items():
        if name not in fields:
            raise BadDeclaration(f"{where}: unknown field {name}, expected {', '.join(fields)}")
        if type(value) not in fields[name]:
            raise BadDeclaration(f"{where}: {name} is {value!r}, expected {_TYPES[fields[name][0]]}")
    return entry


def _column(where: str, reference: str, rows: Mapping[str, dict[str, Any]]) -> Column:
    row = dict(rows[reference])
    if "like" in row:
        model = row.pop("like")
        if model not in rows or "like" in rows[model]:
            raise BadDeclaration(f"{where}: like {model}, expected a column that is described in full")
        row = {**rows[model], **row}
    for field in ("kind", "description"):
        if not row.get(field):
            raise BadDeclaration(f"{where}: no {field}")
    if row["kind"] not in get_args(Kind):
        raise BadDeclaration(f"{where}: kind is {row['kind']}, expected {', '.join(get_args(Kind))}")
    misplaced = row.keys() & ({"minimum", "maximum"} if row["kind"] == "text" else {"allowed"})
    if misplaced:
        raise BadDeclaration(f"{where}: {row['kind']} has no {' and no '.join(sorted(misplaced))}")
    if row.get("minimum", float("-inf")) > row.get("maximum", float("inf")):
        raise BadDeclaration(f"{where}: minimum {row['minimum']} is above maximum {row['maximum']}")
    if "allowed" in row:
        row["allowed"] = _allowed(where, row["allowed"], rows)
    return Column(name=reference.partition(".")[0], **row)


def _allowed(where: str, text: str, rows: Mapping[str, dict[str, Any]]) -> tuple[str, ...]:
    """The values of an `allowed`, with those that <...> stands for."""
    values: list[str] = []
    for value in text.split(" | "):
        name = value.removeprefix("<").removesuffix(">")
        if name == value:
            values.append(value)
        elif name in _LISTS:
            values += _LISTS[name]
        elif "<" not in rows.get(name, {}).get("allowed", "<"):
            values += rows[name]["allowed"].split(" | ")
        else:
            raise BadDeclaration(
                f"{where}: allowed names {value}, no list and no column that lists its values"
            )
    return tuple(values)


def _tables(file: str, stages: Mapping[str, Any], columns: Mapping[str, Column]) -> dict[str, Table]:
    tables: dict[str, Table] = {}
    for stage, entries in stages.items():
        if not isinstance(entries, dict):
            raise BadDeclaration(f"{file}: {stage} holds {entries!r}, expected tables")
        for name, entry in entries.items():
            where = f"{file}, table {name}"
            if name in tables:
                raise BadDeclaration(f"{where}: declared under {tables[name].stage} and under {stage}")
            tables[name] = _table(where, name, stage, _checked(where, entry, _TABLE_FIELDS), columns)
    return tables


def _table(
    where: str, name: str, stage: str, fields: Mapping[str, Any], columns: Mapping[str, Column]
) -> Table:
    for field in ("description", "columns"):
        if not fields.get(field):
            raise BadDeclaration(f"{where}: no {field}")
    made: dict[str, Column] = {}
    keys: list[str] = []
    optional: list[str] = []
    for word in fields["columns"].split():
        column = columns.get(word.rstrip("*?"))
        if column is None:
            raise BadDeclaration(f"{where}, column {word}: not described in columns.yaml")
        if column.name in made:
            raise BadDeclaration(f"{where}, column {column.name}: stands twice")
        made[column.name] = column
        if word.endswith("*"):
            keys.append(column.name)
        if word.endswith("?"):
            optional.append(column.name)
            if not column.nullable:
                raise BadDeclaration(
                    f"{where}, column {word}: optional, so its cells may be empty (nullable)"
                )
    complete = tuple(fields.get("complete", "").split())
    if not keys or not set(complete) <= set(keys):
        raise BadDeclaration(f"{where}: expected keys, marked by a star, those of `complete` among them")
    may_be_zero = tuple(fields.get("may_be_zero", "").split())
    strange = [name for name in may_be_zero if name not in made]
    if strange:
        raise BadDeclaration(f"{where}: may_be_zero names {strange[0]}, which is no column of it")
    unbroken = fields.get("unbroken", "")
    if unbroken and (unbroken not in keys or made[unbroken].kind != "integer"):
        raise BadDeclaration(f"{where}: unbroken is {unbroken}, expected a key that is a whole number")
    replaced = fields.get("local_by", "").split()
    local_by = () if replaced == ["table"] else tuple(replaced) or tuple(keys)
    if not set(local_by) <= set(keys):
        raise BadDeclaration(f"{where}: local_by is {' '.join(local_by)}, expected keys of it, or table")
    return Table(
        name=name,
        description=fields["description"],
        keys=tuple(keys),
        columns=tuple(made.values()),
        stage=stage,
        source_id=fields.get("source", ""),
        complete=complete,
        covers=tuple(_cover(where, clause, made) for clause in fields.get("covers", "").split(";") if clause),
        unbroken=unbroken,
        may_be_empty=fields.get("may_be_empty", False),
        may_be_zero=may_be_zero,
        local_by=local_by,
        optional=tuple(optional),
    )


_PLACES = ("place", "area")


def _cover(where: str, clause: str, made: Mapping[str, Column]) -> Cover:
    """The terms of a clause of `covers`: `place`, `year=2011..base`, `place,site_reference=housing_sites`."""
    terms = []
    for word in clause.split():
        names, _, of = word.partition("=")
        columns = tuple(names.split(","))
        strange = [name for name in columns if name not in made]
        if strange:
            raise BadDeclaration(f"{where}: covers names {strange[0]}, which is no column of it")
        if not of and columns[0] in _PLACES:
            of = "councils"
        if not of and made[columns[0]].allowed is None:
            raise BadDeclaration(f"{where}: covers names {names} without its values, which are not listed")
        terms.append(Term(columns, of))
    return tuple(terms)
