"""The released tables that pages of areas show, found by what a row is of."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from typing import Any

import pandas as pd

from assets.inputs.scenarios import PRINCIPAL
from assets.publication.report.area_pages.page_parts import Row


class AreaTables:
    """Rows of the principal scenario by the value of one column; each table is sorted out once.

    names: of places, trusts and neighbourhoods by code; now: the last mid-year with an estimate; year: the
    one the pages lead with.
    """

    def __init__(
        self, tables: Mapping[str, pd.DataFrame], names: Mapping[str, str], now: int, year: int
    ) -> None:
        self._tables = tables
        self._found: dict[object, dict[str, list[Row]]] = {}
        self._years: dict[str, list[int]] = {}
        self._lists: dict[str, float] | None = None
        self.names = names
        self.now = now
        self.year = year

    def has(self, table: str) -> bool:
        """Whether the release has the table, with rows in it."""
        return table in self._tables and len(self._tables[table]) > 0

    def years(self, table: str) -> list[int]:
        """The years of a table, in order."""
        if table not in self._years:
            found = self._tables[table]["year"].unique() if self.has(table) else ()
            self._years[table] = sorted(int(year) for year in found)
        return self._years[table]

    def by(self, table: str, key: str, **where: Sequence[Any]) -> dict[str, list[Row]]:
        """Rows by the values of `key`; `where` keeps those whose column holds one of the values given."""
        asked = (table, key, tuple(sorted((name, tuple(values)) for name, values in where.items())))
        if asked not in self._found:
            self._found[asked] = self._sorted_out(table, key, where)
        return self._found[asked]

    def _sorted_out(self, table: str, key: str, where: Mapping[str, Sequence[Any]]) -> dict[str, list[Row]]:
        if not self.has(table):
            return {}
        frame = self._tables[table]
        if "scenario" in frame:
            frame = frame[frame["scenario"] == PRINCIPAL]
        for column, values in where.items():
            frame = frame[frame[column].isin(list(values))]
        found: dict[str, list[Row]] = {}
        frame = frame[frame[key].notna()]
        names = [str(name) for name in frame]
        for values in zip(*(frame[name].tolist() for name in names), strict=True):
            row = dict(zip(names, values, strict=True))
            found.setdefault(str(row[key]), []).append(row)
        return found

    def of(self, table: str, key: str, value: str, **where: Sequence[Any]) -> list[Row]:
        """Rows of one value of `key`."""
        return self.by(table, key, **where).get(value, [])

    def among(self, table: str, key: str, values: Collection[str], **where: Sequence[Any]) -> list[Row]:
        """Rows of several values of `key`, in their order."""
        found = self.by(table, key, **where)
        return [row for value in values for row in found.get(value, [])]

    def called(self, code: str) -> str:
        """The name of a place, trust or neighbourhood, or its code."""
        return self.names.get(code, code)

    def registered(self) -> dict[str, float]:
        """Registered patients by practice: all its rows of registered_flows, wherever the patients live."""
        if self._lists is None:
            rows = self.by("registered_flows", "practice")
            self._lists = {code: float(sum(row["patients"] for row in own)) for code, own in rows.items()}
        return self._lists

    def price_base(self) -> str:
        """The prices of the run, in words."""
        if not self.has("capital_requirement"):
            return "the prices of the run"
        return str(self._tables["capital_requirement"]["price_base"].iloc[0])

    def source(self, identifier: Any) -> str:
        """The title of a source."""
        titles = self.by("sources", "id")
        found = titles.get(str(identifier))
        return str(found[0]["title"]) if found else str(identifier)
