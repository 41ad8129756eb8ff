"""Figures of a whole system, taken only by a run of that system with just those places.

A total of some councils spread over fewer of them, or over another system's, is a wrong number that looks
right. So each carries the places it is of, and a run of others is refused with its row.
"""

from __future__ import annotations

import re
from collections.abc import Collection

import pandas as pd

from housing_trajectories.findings import BadInput, Finding

FILE = "system_totals.csv"
_FIRST_ROW = 2
_YEAR = re.compile(r"\b(20\d\d)/\d\d$")


class SystemTotals:
    """The totals of the run's own system by name; `places` is the table of places."""

    def __init__(self, totals: pd.DataFrame, places: pd.DataFrame) -> None:
        self._system = system_code(places)
        own = totals[totals["system"] == self._system]
        self._findings = other_places_findings(FILE, own, council_codes(places))
        self._values = dict(zip(own["total"], own["value"].astype(float), strict=True))
        self._units = dict(zip(own["total"], own["unit"], strict=True))
        self._sources = dict(zip(own["total"], own["source_id"], strict=True))

    def value(self, total: str) -> float:
        """The figure; raises BadInput where the system has none, or one that is of other places."""
        if self._findings:
            raise BadInput(self._findings)
        if total not in self._values:
            found = f"no row of {total} for the system {self._system}"
            raise BadInput([Finding(FILE, None, "total", found, "a row of this run's system and its places")])
        return self._values[total]

    def optional(self, total: str) -> float | None:
        """The figure, None where the system has none; raises BadInput for one of other places."""
        return self.value(total) if total in self._values else None

    def told(self, total: str) -> tuple[str, str]:
        """Unit and source of a figure that the system has."""
        return str(self._units[total]), str(self._sources[total])

    def of_a_year(self, total: str) -> tuple[float, int] | None:
        """An optional figure and the financial year that its unit ends with; None where the system has none.

        Raises BadInput for a figure of other places, or of no year.
        """
        if total not in self._values:
            return None
        value, stated = self.value(total), _YEAR.search(str(self._units[total]))
        if stated is None:
            expected = "a unit and the financial year of the figure, such as appointments; 2023/24"
            raise BadInput([Finding(FILE, None, "unit", f"{self._units[total]} of {total}", expected)])
        return value, int(stated.group(1))


def system_code(places: pd.DataFrame) -> str:
    """Code of the system of places.csv."""
    return str(places.loc[places["kind"] == "system", "place"].item())


def council_codes(places: pd.DataFrame) -> list[str]:
    """Codes of the councils of places.csv in its order, the system itself left out."""
    kinds = places["kind"].tolist()
    return [str(code) for code, kind in zip(places["place"].tolist(), kinds, strict=True) if kind == "place"]


def other_places_findings(file: str, rows: pd.DataFrame, councils: Collection[str]) -> list[Finding]:
    """Rows whose column `places` (codes, a space between two) is not just the councils of the run.

    `rows` keep their position in the file as their index.
    """
    wanted = set(councils)
    findings = []
    for position, covered in zip(rows.index, rows["places"], strict=True):
        given = set(str(covered).split())
        if given == wanted:
            continue
        expected = (
            f"{' '.join(sorted(wanted))}, the places of places.csv: a figure of other places would set "
            "wrong levels; give these places' own, or remove the row"
        )
        findings.append(
            Finding(file, int(position) + _FIRST_ROW, "places", " ".join(sorted(given)), expected)
        )
    return findings
