"""What was found in a file that was read, and the error that stops a run because of it.

A finding is one sentence about one place in a file: where, what was found, what is expected, what was done.
Reading and cleaning produce findings; nothing here reads a file or decides how grave a finding is.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from typing import Literal

from housing_trajectories.plain_text import printable

Severity = Literal["error", "warning", "mended"]

SEVERITIES: tuple[Severity, ...] = ("error", "warning", "mended")


def inert(text: str, longest: int = 120) -> str:
    """The text of a cell made safe to show on a terminal: printable, on one line, shortened."""
    shown = " ".join(printable(text).split())
    return shown if len(shown) <= longest else shown[: longest - 1] + "…"


@dataclass(frozen=True)
class Finding:
    """One thing found in a file.

    `row` is the line or row as a spreadsheet shows it, counted from 1; None when the whole file is meant.
    `done` says what the reader did about it; empty when it did nothing but report. `cell` is its address as
    a spreadsheet shows it (`K12`), `issue` the kind of thing it is, in words that do not change.
    """

    file: str
    row: int | None
    column: str | None
    found: str
    expected: str
    severity: Severity = "error"
    sheet: str | None = None
    site: str | None = None
    done: str = ""
    cell: str | None = None
    issue: str = ""

    @property
    def where(self) -> str:
        """File, sheet, row, column and site, as far as they are known, in reading order."""
        parts = [self.file]
        if self.sheet:
            parts.append(f"sheet {inert(self.sheet)}")
        if self.row is not None:
            parts.append(f"row {self.row}")
        if self.cell and (self.row is None or self.column is None):
            parts.append(f"cell {self.cell}")
        if self.column:
            parts.append(f"column {inert(self.column)}")
        if self.site:
            parts.append(f"site {inert(self.site)}")
        return ", ".join(parts)

    def sentence(self) -> str:
        """The finding as one line: where, what was found, what is expected, what was done."""
        text = f"{self.where}: found {inert(self.found)}; expected {inert(self.expected, 300)}"
        return f"{text}; {self.done}" if self.done else text

    def refusal(self) -> str:
        """The same of a file that is not used: what was done to understand it is left out, advice is kept."""
        advice = self.done.partition(": ")[2]
        return replace(self, done=advice).sentence()


SHOWN = 10
"""Errors that a message tells: who mends a file mends more than one row at a time."""
BETWEEN = " | "


class BadInput(Exception):
    """An input cannot be used as it is. Its message is one line: up to ten errors, and how many more."""

    def __init__(self, findings: Sequence[Finding]) -> None:
        if not findings:
            raise ValueError("BadInput needs at least one finding")
        self.findings: tuple[Finding, ...] = tuple(findings)
        standing = [finding for finding in findings if finding.severity == "error"] or list(findings)
        shown, more = standing[:SHOWN], len(standing) - SHOWN
        told = BETWEEN.join(finding.refusal() for finding in shown)
        super().__init__(told + (f"{BETWEEN}and {more} more" if more > 0 else ""))


def errors(findings: Iterable[Finding]) -> list[Finding]:
    """Only the findings that stop a run."""
    return [finding for finding in findings if finding.severity == "error"]


def raise_errors(findings: Sequence[Finding]) -> None:
    """Raise BadInput if any finding is an error."""
    standing = errors(findings)
    if standing:
        raise BadInput(standing)
