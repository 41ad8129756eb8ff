"""What a published file was understood to be: rows for the project's tables, proofs, and what was left.

Common to all readers. Which file holds what belongs to each of them, and writing rows to a data folder to
assets/official_files/merging.py.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass, field

import pandas as pd

from assets.inputs.csv_reading import LARGEST_NUMBER
from assets.official_files.file_content import Content
from housing_trajectories.findings import BadInput, Finding, inert

OPEN_LICENCE = "Open Government Licence v3.0"


@dataclass(frozen=True)
class Known:
    """What the user's data folder says, so far as a published file has to be read by it."""

    councils: Mapping[str, str]
    """Name of each council by GSS code."""
    system: str
    """GSS code of the system."""
    providers: Mapping[str, str]
    """Kind of each provider."""
    trusts: Mapping[str, str]
    """Provider that a trust is part of today, by the code it had."""
    census_years: frozenset[int]
    """Mid-years whose estimates stand on a census; the latest is the base of projections."""
    sub_boards: frozenset[str] = frozenset()
    """Codes, NHS and GSS, of the sub-ICB locations that the system is, whatever board they are part of."""
    people: Mapping[str, int] = field(default_factory=dict)
    """People of each council in the latest year there is an estimate of."""
    practices: Mapping[str, tuple[str, int]] = field(default_factory=dict)
    """Place and list of each practice."""
    small_areas: Mapping[str, str] = field(default_factory=dict)
    """Place of each small area."""
    flows: pd.DataFrame = field(default_factory=pd.DataFrame)
    """Patients by small area and practice as they are known now."""
    premises: pd.DataFrame = field(default_factory=pd.DataFrame)
    trust_sites: pd.DataFrame = field(default_factory=pd.DataFrame)
    release: str | None = None
    """Release as the user gave it, for a file that does not say."""
    renews_from: str = "9999-12"
    """First month whose appointments renew what is assumed of them: that after the last one known, and none
    from before the base year."""


@dataclass(frozen=True)
class Publication:
    """A file as it was understood.

    tables: rows by input table, in the columns the registry declares. proofs: what was added up and held to
    the file's own totals, in words, with the largest difference. unused: what else the file has, by name.
    source: the block of sources.yaml its rows cite. dated_by: the column of a table that says which release
    a row is of, where a later release must not give way to an earlier one.
    """

    publisher: str
    title: str
    edition: str
    tables: Mapping[str, pd.DataFrame]
    proofs: tuple[str, ...]
    unused: tuple[str, ...]
    source: Mapping[str, str] = field(default_factory=dict)
    dated_by: Mapping[str, str] = field(default_factory=dict)


class Reading:
    """One file in reading: cells checked as they are asked for, findings gathered, proofs kept."""

    def __init__(self, content: Content, known: Known) -> None:
        self.content = content
        self.known = known
        self.sheet: str | None = None
        self.findings: list[Finding] = []
        self.proofs: list[str] = []
        self.unused: list[str] = []

    def wrong(self, row: int | None, column: str | None, found: str, expected: str) -> None:
        """Record a finding."""
        shown = inert(found) or "an empty cell"
        self.findings.append(Finding(self.content.name, row, column, shown, expected, sheet=self.sheet))

    def stop_if_wrong(self) -> None:
        """Raise BadInput with everything found so far, if anything was."""
        if self.findings:
            raise BadInput(self.findings)

    def refuse(self, row: int | None, column: str | None, found: str, expected: str) -> BadInput:
        """The error to raise where reading cannot go on."""
        self.wrong(row, column, found, expected)
        return BadInput(self.findings)

    def number(self, row: int, column: str, cell: object, least: float = 0.0) -> float:
        """A number, thousands separators taken out; NaN, and a finding, where it is none."""
        text = cell.replace(",", "").strip() if isinstance(cell, str) else cell
        try:
            value = float(text) if isinstance(text, (str, int, float)) and text is not True else math.nan
        except ValueError:
            value = math.nan
        if not (math.isfinite(value) and least <= value <= LARGEST_NUMBER):
            self.wrong(row, column, str(cell), f"a number of at least {least:,g}")
            return math.nan
        return value

    def whole(self, row: int, column: str, cell: object) -> int:
        """A whole number of at least 0; 0, and a finding, where it is none."""
        value = self.number(row, column, cell)
        if math.isnan(value):
            return 0
        if value != int(value):
            self.wrong(row, column, str(cell), "a whole number")
        return int(value)

    def columns(self, header: list[str], row: int, names: tuple[str, ...]) -> dict[str, int]:
        """Position of each named column, whatever its case; a finding for one that is missing or double."""
        lower = [cell.lower() for cell in header]
        places = {}
        for name in names:
            there = lower.count(name.lower())
            if there != 1:
                found = "no such column" if not there else f"the column {there} times"
                self.wrong(row, name, found, "the column once")
            else:
                places[name] = lower.index(name.lower())
        self.stop_if_wrong()
        return places


class Totals:
    """Sums held to totals printed in the same file; one sentence for all of them in the end."""

    def __init__(self, reading: Reading, what: str) -> None:
        self._reading = reading
        self._what = what
        self._count = 0
        self._largest = 0.0

    def hold(
        self, row: int, column: str, parts: float, printed: float, within: float = 0.0, of: str = ""
    ) -> None:
        """Compare a sum with the total printed in `row`; a finding where it is off by more than `within`."""
        self._count += 1
        difference = abs(parts - printed)
        self._largest = max(self._largest, difference)
        if not difference <= within:
            named = f" of {of}" if of else ""
            self._reading.wrong(
                row, column, f"{printed:,.10g}{named}", f"{parts:,.10g}, what its parts in the file add up to"
            )

    def close(self) -> None:
        """Keep the sentence."""
        off = f"; the largest difference is {self._largest:,.2g}, from rounding" if self._largest else ""
        self._reading.proofs.append(f"{self._count:,} totals of {self._what} hold{off}")
