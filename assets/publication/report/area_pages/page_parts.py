"""What a page of an area is made of, and how its numbers are written."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

import pandas as pd

from assets.publication.report.wording import financial, words

Cell = str | list[str]
"""A text, or a link to another area's page as [its code, the text]."""

Row = dict[str, Any]
"""A row of a released table by column."""

UNKNOWN = "not known"
NO_TABLE = "not in this release"


@dataclass(frozen=True)
class AreaPart:
    """A part of a page: a table under a title, points below it, and the basis its numbers rest on.

    columns: heading and whether its cells are numbers; basis: a name of `rests_on.bases`, or empty.
    wide: whether it takes the whole width on paper.
    """

    title: str
    columns: Sequence[tuple[str, bool]] = ()
    rows: Sequence[Sequence[Cell]] = ()
    says: str = ""
    points: Sequence[Cell] = ()
    basis: str = ""
    wide: bool = False

    def packed(self) -> dict[str, object]:
        """What the page's script needs, without what is empty."""
        found: dict[str, object] = {"title": self.title}
        if self.rows:
            found["columns"] = [heading for heading, _ in self.columns]
            found["numeric"] = "".join("1" if numeric else "0" for _, numeric in self.columns)
            found["rows"] = [list(row) for row in self.rows]
        for name, value in (("says", self.says), ("points", list(self.points)), ("basis", self.basis)):
            if value:
                found[name] = value
        if self.wide:
            found["wide"] = 1
        return found


@dataclass(frozen=True)
class AreaPage:
    """A page: its code and kind, its name, the areas it belongs to, its main sentences, its parts.

    members: the neighbourhoods it is made of, which its map marks; of a place the script finds them.
    """

    code: str
    kind: str
    name: str
    within: Sequence[Cell] = ()
    lead: Sequence[str] = ()
    parts: Sequence[AreaPart] = field(default_factory=tuple)
    members: Sequence[str] = ()

    def packed(self) -> dict[str, object]:
        """What the page's script needs, without parts that say nothing."""
        return {
            "kind": self.kind,
            "name": self.name,
            "within": list(self.within),
            "lead": list(self.lead),
            "members": list(self.members),
            "parts": [part.packed() for part in self.parts if part.rows or part.points or part.says],
        }


def known(value: object) -> bool:
    """Whether a cell of a table holds something."""
    return value is not None and not pd.isna(value) and value != ""  # type: ignore[call-overload]


def number(value: Any, decimals: int = 0) -> str:
    """A number as the report writes it; never a minus before a zero."""
    if not known(value):
        return UNKNOWN
    text = f"{value:,.{decimals}f}"
    return text.removeprefix("-") if not text.strip("-0.,") else text.replace("-", "−")


def spread(row: Row | None, decimals: int = 0) -> str:
    """A row's 80 % prediction interval, or that it has none."""
    if row is None or not known(row["p10"]):
        return UNKNOWN
    return f"{number(row['p10'], decimals)} to {number(row['p90'], decimals)}"


def with_spread(row: Row | None, decimals: int = 0) -> str:
    """A row's principal value and its interval, where that is more than a point."""
    if row is None or not known(row["principal"]):
        return UNKNOWN
    value = number(row["principal"], decimals)
    return value if row["p10"] == row["p90"] else f"{value} ({spread(row, decimals)})"


def pounds(value: Any) -> str:
    """A sum of money to the thousand: what a cost of premises is known to at best."""
    return UNKNOWN if not known(value) else f"£{number(round(value, -3))}"


def to_the_pound(value: Any) -> str:
    """A sum of money as it is requested or agreed."""
    return UNKNOWN if not known(value) else f"£{number(value)}"


def pounds_between(value: Any, low: Any, high: Any) -> str:
    """A sum of money and its range."""
    if not known(value):
        return UNKNOWN
    return pounds(value) if low == high else f"{pounds(value)} ({pounds(low)} to {pounds(high)})"


def percent(share: Any) -> str:
    """A probability as a percentage that is never certain unless every draw is."""
    if not known(share):
        return UNKNOWN
    if 0 < share < 0.005:
        return "under 1 %"
    return "over 99 %" if 0.995 <= share < 1 else f"{100 * share:.0f} %"


def change(before: Any, after: Any) -> str:
    """How much more or less in per cent; not known without a base."""
    if not known(before) or not known(after) or before <= 0:
        return UNKNOWN
    grown = 100 * (after / before - 1)
    return f"{'+' if grown >= 0 else '−'}{abs(grown):.0f} %"


def year_words(year: Any, otherwise: str = UNKNOWN) -> str:
    """A financial year, or what its absence means."""
    return financial(int(year)) if known(year) else otherwise


def measured_unit(unit: str, name: object) -> str:
    """A service or facility in words, with its unit where the words do not say it."""
    said = words(name)
    return said if unit.split()[-1] in said.lower() else f"{said}, {square(unit)}"


def square(unit: str) -> str:
    """A unit as it is written."""
    return "m²" if unit == "m2" else unit
