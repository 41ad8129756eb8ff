"""The system in a few numbers: the rows of tables that are its headlines, declared once.

The report's first screen shows them, and releases are compared by them. It picks rows; it computes nothing.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import pandas as pd

from assets.inputs.scenarios import PRINCIPAL

HEADLINE_YEARS = (2030, 2035, 2040)
"""Years at which headlines are compared from release to release."""

_VALUES = ["principal", "p10", "p50", "p90"]


@dataclass(frozen=True)
class Headline:
    """One number of each place and year: the rows of `table` in which every column of `where` has its value.

    `basis` names what it rests on, in assets/publication/report/rests_on.py.
    """

    name: str
    title: str
    table: str
    where: Mapping[str, str]
    unit: str
    basis: str


HEADLINES: tuple[Headline, ...] = (
    Headline(
        "population", "People", "population", {"sex": "persons", "age_band": "all"}, "persons", "population"
    ),
    Headline("homes", "Homes", "households", {"measure": "dwellings"}, "dwellings", "housing_delivery"),
    Headline(
        "ae_attendances",
        "A&E attendances a year",
        "demand",
        {"service": "ae_attendances"},
        "attendances",
        "service|ae_attendances",
    ),
    Headline(
        "workforce_gap",
        "Staff shortfall outside hospitals",
        "workforce",
        {"staff_group": "all_outside_hospital", "measure": "gap_wte"},
        "WTE",
        "staff|all|all_outside_hospital",
    ),
    Headline(
        "gp_consulting_rooms",
        "General practice consulting rooms required",
        "estates",
        {"facility": "gp_consulting_rooms", "measure": "required"},
        "rooms",
        "facility|gp_consulting_rooms",
    ),
)
"""The five. The first screen also says which building is over capacity first."""


def headline_rows(
    tables: Mapping[str, pd.DataFrame], scenario: str = PRINCIPAL, years: tuple[int, ...] = HEADLINE_YEARS
) -> pd.DataFrame:
    """A row a headline, place and year of those whose table is there: headline, place, year, unit, values.

    In the order of HEADLINES, then by place and year. Raises ValueError where a headline has two rows for a
    place and year: its declaration is then too wide.
    """
    parts = []
    for headline in HEADLINES:
        if headline.table not in tables:
            continue
        rows = tables[headline.table]
        rows = rows[(rows["scenario"] == scenario) & rows["year"].isin(years)]
        for column, value in headline.where.items():
            rows = rows[rows[column] == value]
        rows = rows.sort_values(["place", "year"])
        if rows.duplicated(["place", "year"]).any():
            raise ValueError(f"headline {headline.name} has more than one row of {headline.table} a place")
        parts.append(
            pd.DataFrame(
                {"headline": headline.name, "place": rows["place"], "year": rows["year"]},
                index=rows.index,
            ).assign(unit=headline.unit, **{value: rows[value] for value in _VALUES})
        )
    if not parts:
        return pd.DataFrame(columns=["headline", "place", "year", "unit", *_VALUES])
    return pd.concat(parts, ignore_index=True)


def first_full(breach: pd.DataFrame, scenario: str = PRINCIPAL) -> pd.DataFrame:
    """By area and facility of known capacity: the first years in which 10, 50, 90 % of draws need more.

    Columns area, area_kind, facility, early, central, late (nullable integers: null where the share is never
    reached), sorted by central, then early. Full means that more is required than exists.
    """
    rows = breach[breach["scenario"] == scenario]
    return first_years(rows, ["area", "area_kind", "facility"])


def first_years(rows: pd.DataFrame, keys: list[str]) -> pd.DataFrame:
    """By `keys` the first years whose `probability` reaches 10, 50 and 90 %: early, central, late.

    Nullable integers: null where the share is never reached. Sorted by central, then early, then the keys.
    """
    found = rows[keys].drop_duplicates().sort_values(keys, ignore_index=True)
    for name, share in (("early", 0.1), ("central", 0.5), ("late", 0.9)):
        first = rows[rows["probability"] >= share].groupby(keys)["year"].min().rename(name).reset_index()
        found = found.merge(first, on=keys, how="left").astype({name: "Int64"})
    return found.sort_values(["central", "early", *keys], na_position="last", ignore_index=True)
