"""A sheet of cells as it stands in a file, before anything in it is understood.

Only what reading a CSV file and reading a workbook have in common, and the limits that keep a hostile file
from taking the machine. What cells mean belongs in `tables`.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace

from housing_trajectories.findings import Finding, Severity

LARGEST_FILE = 60_000_000
LARGEST_UNPACKED = 400_000_000
LARGEST_TEXTS = 48_000_000
LARGEST_RATIO = 250
MOST_COLUMNS = 600
MOST_CELLS = 3_000_000
MOST_FILLED_ROWS = 150_000
MOST_ROWS = 1_048_576
LONGEST_TEXT = 2_000
"""What a trajectory of 50,000 sites and 30 years stays under with room to spare. Not modelling numbers."""


@dataclass
class Sheet:
    """Rows of one sheet that are not blank: `numbers` are their rows as a spreadsheet shows them.

    Cells are text in a CSV file; in a workbook they are text, numbers or dates, and "" where empty.
    `blank_rows` counts those left out before the last row that is not. `merged` holds first row, first
    column, last row, last column; `without_value` the (row, column) of formulas without a cached value;
    `covered` those of values that stand under a merged cell. Rows and columns count from 1.
    """

    name: str | None
    rows: list[list[object]] = field(default_factory=list)
    numbers: list[int] = field(default_factory=list)
    blank_rows: int = 0
    hidden: bool = False
    hidden_rows: set[int] = field(default_factory=set)
    hidden_columns: set[int] = field(default_factory=set)
    merged: list[tuple[int, int, int, int]] = field(default_factory=list)
    without_value: set[tuple[int, int]] = field(default_factory=set)
    covered: dict[tuple[int, int], object] = field(default_factory=dict)
    left_early: bool = False


class FindingList:
    """Findings of one file, gathered as it is read; the same thing many times over is told once with
    a count.
    """

    MOST_ALIKE = 60

    def __init__(self, file: str) -> None:
        self.file = file
        self.sheet: str | None = None
        self.turned: dict[str | None, tuple[int, ...]] = {}
        self._sites: list[tuple[str | None, Sequence[int], Sequence[object]]] = []
        self._findings: list[Finding] = []
        self._rows: list[int | None] = []
        self._counts: dict[tuple[str | None, str, str], int] = {}

    def add(
        self,
        issue: str,
        found: str,
        expected: str,
        severity: Severity = "error",
        *,
        done: str = "",
        row: int | None = None,
        column: int | None = None,
        heading: str | None = None,
        site: str | None = None,
        sheet: str | None = None,
    ) -> None:
        """One more finding; `column` counts from 1 and gives the cell's address with `row`.

        `sheet` is the one in hand unless given; of a sheet that was turned, rows and columns are given as
        turned and shown as they stand in the file.
        """
        sheet = sheet or self.sheet
        key = (sheet, issue, severity)
        self._counts[key] = self._counts.get(key, 0) + 1
        if self._counts[key] > self.MOST_ALIKE:
            return
        self._rows.append(row)
        if sheet in self.turned:
            lines = self.turned[sheet]
            row, column = lines[column - 1] if column is not None and column <= len(lines) else None, row
        letter = column_letter(column) if column is not None else None
        cell = f"{letter}{row}" if letter and row is not None else None
        name = heading or (letter if letter else None)
        self._findings.append(
            Finding(
                file=self.file,
                row=row,
                column=name,
                found=found,
                expected=expected,
                severity=severity,
                sheet=sheet,
                site=site,
                done=done,
                cell=cell,
                issue=issue,
            )
        )

    def count(self, issue: str, more: int, severity: Severity) -> None:
        """Add `more` of a kind that is already listed often enough."""
        key = (self.sheet, issue, severity)
        self._counts[key] = self._counts.get(key, 0) + more

    def room(self, issue: str, severity: Severity) -> int:
        """How many more of this kind will be listed one by one."""
        return max(0, self.MOST_ALIKE - self._counts.get((self.sheet, issue, severity), 0))

    def all(self) -> tuple[Finding, ...]:
        """Every finding, and for each kind that was cut short how many more there are."""
        return (*self._with_sites(), *self._rest())

    def know_sites(self, numbers: Sequence[int], references: Sequence[object]) -> None:
        """The site of each row of the sheet in hand, so that a finding about a row names it."""
        self._sites.append((self.sheet, numbers, references))

    def _with_sites(self) -> list[Finding]:
        if not self._sites or not any(f.site is None for f in self._findings):
            return self._findings
        site_of = {
            (sheet, int(number)): str(reference)
            for sheet, numbers, references in self._sites
            for number, reference in zip(numbers, references, strict=True)
        }
        return [
            f if f.site is not None or row is None else replace(f, site=site_of.get((f.sheet, row)))
            for f, row in zip(self._findings, self._rows, strict=True)
        ]

    def has_error(self) -> bool:
        """Whether an error stands."""
        return any(severity == "error" for _, _, severity in self._counts)

    def _rest(self) -> Iterator[Finding]:
        for (sheet, issue, severity), number in self._counts.items():
            more = number - self.MOST_ALIKE
            if more > 0:
                yield Finding(
                    self.file,
                    None,
                    None,
                    f"{more:,} more of the same: {issue}",
                    "as above",
                    severity,  # type: ignore[arg-type]
                    sheet=sheet,
                    done="as above",
                    issue=issue,
                )


def column_letter(number: int) -> str:
    """`A` for 1, `AA` for 27."""
    letters = ""
    while number > 0:
        number, rest = divmod(number - 1, 26)
        letters = chr(65 + rest) + letters
    return letters


def is_number(cell: object) -> bool:
    """Whether a cell holds a number other than 0, written as one or as text."""
    if isinstance(cell, int | float):
        return cell != 0
    return bool(re.match(r"^\s*[\d,.]*[1-9][\d,.]*\s*$", str(cell)))
