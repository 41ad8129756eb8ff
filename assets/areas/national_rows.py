"""What England's tables say of an area: rows of an input table, and the rung of the ladder they stand on."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Literal

import pandas as pd

from assets.england.national_tables import england_table

Level = Literal["published", "derived", "england_by_need", "england", "none"]
"""The unit's own published row; made of its published rows by a stated rule; England's rate times a need
index; England's alone; no figure there is."""


@dataclass(frozen=True)
class NationalRows:
    """Rows of one input table, in its columns, and what they rest on.

    `of` names the column whose values are the units (a place, a provider) that the rungs are of; `levels` has
    each unit's where it is not `level`. An area's own rows replace these by the table's `local_by`.
    """

    table: str
    rows: pd.DataFrame
    level: Level
    source_id: str
    vintage: str
    of: str = "place"
    levels: dict[str, Level] | None = None


@dataclass(frozen=True)
class AreaOfEngland:
    """The councils of an area in their order, its own code and name, and the loader of national tables."""

    code: str
    name: str
    authorities: tuple[str, ...]
    trusts: tuple[str, ...] = ()
    """Acute trusts that the area names itself; none where England's catchments say which they are."""
    load: Callable[[str], pd.DataFrame] = england_table

    def of(self, name: str, column: str = "authority") -> pd.DataFrame:
        """The rows of a national table that are of the area's councils, the column renamed `place`."""
        table = self.load(name)
        rows = table[table[column].isin(self.authorities)]
        return rows.rename(columns={column: "place"}).reset_index(drop=True)

    def without(self, rows: pd.DataFrame) -> list[str]:
        """Councils of which there is no row."""
        there = set(rows["place"])
        return [place for place in self.authorities if place not in there]


def by_band(rows: pd.DataFrame, bands: Sequence[tuple[str, int, int]], keys: list[str]) -> pd.DataFrame:
    """People by single year of age summed to bands (name, first age, last age)."""
    of_age = {age: name for name, first, last in bands for age in range(first, last + 1)}
    banded = rows.assign(age_band=rows["age"].map(of_age))
    banded["age_band"] = pd.Categorical(banded["age_band"], [name for name, _, _ in bands], ordered=True)
    summed = banded.groupby([*keys, "age_band"], as_index=False, observed=True)["population"].sum()
    summed["age_band"] = summed["age_band"].astype("str")
    return pd.DataFrame(summed)
