"""Declarations of tables: the fields of every input and released table, and of each of its columns.

One declaration feeds the reading of inputs, the Great Expectations suites, the column schemas in the
web interface, the data dictionary and the docs. It says what a table holds; it never reads or computes.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

Kind = Literal["text", "integer", "number"]

YEAR = "year"
"""Unit of a whole number that is a year; its column has a minimum and a maximum."""


@dataclass(frozen=True)
class Column:
    """One column: what it holds, in which unit, and what may stand in it.

    A column named `place` always holds a GSS code of `data/places.csv`; readers and checks hold it to that
    without its being said again here. `minimum` and `maximum` include the bound.
    """

    name: str
    kind: Kind
    description: str
    unit: str = ""
    nullable: bool = False
    allowed: tuple[str, ...] | None = None
    minimum: float | None = None
    maximum: float | None = None


@dataclass(frozen=True)
class Term:
    """Columns of a table, and what has the values they must have; the columns' allowed ones where empty."""

    columns: tuple[str, ...]
    of: str = ""


Cover = tuple[Term, ...]
"""Rows that must be there: one for each combination of the values of the terms."""


@dataclass(frozen=True)
class Table:
    """One table: rows are unique on `keys` and sorted by them; `source_id` names a block of sources.yaml.

    `complete` names keys of an input whose every combination must be there for each value of the other
    keys: an age band that is missing for one place is a hole, not a zero. A key with allowed values must
    have them all, `place` every council of places.csv, another every value it has anywhere in the table.
    `covers` says whom and which years there must be rows of, whatever else there is; `unbroken` names a
    column of years that follow each other without a gap, for each value of the keys before it.
    `optional` names columns that a file may leave out altogether: it is read as if their cells were empty.
    `may_be_empty` is for a register in which there may be nothing to say, `may_be_zero` names columns that
    may be 0 in every row. `local_by` names the keys by which an area's own rows stand in place of England's:
    all of them, those whose rows belong together, or none where the table stands or falls as a whole.
    """

    name: str
    description: str
    keys: tuple[str, ...]
    columns: tuple[Column, ...]
    stage: str
    source_id: str = ""
    complete: tuple[str, ...] = ()
    covers: tuple[Cover, ...] = ()
    unbroken: str = ""
    may_be_empty: bool = False
    may_be_zero: tuple[str, ...] = ()
    local_by: tuple[str, ...] = ()
    optional: tuple[str, ...] = ()

    @property
    def column_names(self) -> list[str]:
        """Names of the columns, in order."""
        return [column.name for column in self.columns]

    def allowed(self, name: str) -> tuple[str, ...]:
        """The values that may stand in a column, as declared; KeyError for a column that any may stand in."""
        return {column.name: column.allowed for column in self.columns if column.allowed}[name]
