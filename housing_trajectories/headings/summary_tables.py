"""Tables that sum what other tables of the same file hold: counted, their homes would stand twice.

A table is looked at as a whole; rows that are sums within a table are told by `row_kinds`.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from housing_trajectories.files.sheets import FindingList
from housing_trajectories.rows.site_rows import SiteRows
from housing_trajectories.rows.table_rows import TableRead

_SLACK = 0.51
_ISSUE = "table that sums others"


def without_summaries(tables: list[TableRead], findings: FindingList) -> list[TableRead]:
    """The tables without those whose homes by year are exactly all the others'.

    A table of names and years alone beside tables of sites, with half as many homes as those or more, that
    does not sum them is an error: it may hold the same homes.
    """
    if len(tables) < 2:
        return tables
    years = sorted({year for table in tables for year in table.rows.years})
    homes = np.array([_by_year(table.rows, years) for table in tables])
    drop: list[int] = []
    for number, table in enumerate(tables):
        others = homes.sum(axis=0) - homes[number] - homes[drop].sum(axis=0)
        others_described = any(o.described for o in tables if o is not table)
        if not len(table.rows) or not homes[number].any() or table.described or not others_described:
            continue
        row = int(table.rows.numbers["row"][0])
        sheet = table.rows.sheet_of(0)
        shown = f"{homes[number].sum():,.0f} homes in {len(table.rows)} rows of names and years"
        if (np.abs(others - homes[number]) <= _SLACK).all():
            drop.append(number)
            findings.add(
                _ISSUE,
                f"{shown}, in every year those of the other tables",
                "each home once",
                "warning",
                row=row,
                sheet=sheet,
                done="left out",
            )
        elif homes[number].sum() * 2 >= others.sum() and (table.rows.texts["kind"] == "site").any():
            findings.add(
                _ISSUE,
                f"{shown}, beside {others.sum():,.0f} of the other tables",
                "each home once: a table that sums others left out, or equal to them",
                row=row,
                sheet=sheet,
                done="counted as well",
            )
    return [table for number, table in enumerate(tables) if number not in drop]


def _by_year(rows: SiteRows, years: Sequence[int]) -> np.ndarray:
    result = np.zeros(len(years))
    result[[years.index(year) for year in rows.years]] = np.nansum(rows.homes, axis=0)
    return result
