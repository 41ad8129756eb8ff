"""What was found in a file that was read, and the error that stops a run because of it.

A finding is one sentence about one place in a file: where, what was found, what is expected, what was done.
Reading and cleaning produce findings; nothing here reads a file or decides how grave a finding is.
"""

from __future__ import annotations

from collections import Counter
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
    """An input cannot be used as it is. Its message is one line: up to ten errors, and how many more of what.

    Errors of one file, column and kind are told together, so that a thousand of one kind hide no other.
    `kept_in` is a file that lists all of them.
    """

    def __init__(self, findings: Sequence[Finding], kept_in: str = "") -> None:
        if not findings:
            raise ValueError("BadInput needs at least one finding")
        self.findings: tuple[Finding, ...] = tuple(findings)
        standing = [finding for finding in findings if finding.severity == "error"] or list(findings)
        first = [f"{len(standing):,} findings, all of them in {kept_in}"] if kept_in else []
        super().__init__(BETWEEN.join([*first, *_told(standing)]))


def _told(findings: Sequence[Finding]) -> list[str]:
    """Up to ten findings, of as many kinds as there are, each kind followed by how many more it has."""
    kinds: dict[tuple[str, str | None, str | None, str], list[Finding]] = {}
    for finding in findings:
        # Expected values differ from row to row by their figures alone.
        kind = finding.issue or "".join(letter for letter in finding.expected if not letter.isdigit())
        kinds.setdefault((finding.file, finding.sheet, finding.column, kind), []).append(finding)
    groups = list(kinds.values())
    shown = [1] * min(len(groups), SHOWN) + [0] * (len(groups) - SHOWN)
    for at in (at for _ in range(SHOWN) for at in range(len(groups))):
        if sum(shown) < SHOWN and shown[at] < len(groups[at]):
            shown[at] += 1
    told: list[str] = []
    for group, some in zip(groups[:SHOWN], shown, strict=False):
        told += [finding.refusal() for finding in group[:some]]
        if more := len(group) - some:
            of = "" if len(groups) == 1 else f" of {group[0].file}" + _column(group[0])
            told.append(f"and {more:,} more{of}")
    by_file = Counter(group[0].file for group in groups[SHOWN:] for _ in group)
    if by_file:
        listed = ", ".join(f"{file} ({count:,})" for file, count in by_file.items())
        told.append(f"and {by_file.total():,} more of other kinds: {listed}")
    return told


def _column(finding: Finding) -> str:
    return f", column {inert(finding.column)}" if finding.column else ""


def errors(findings: Iterable[Finding]) -> list[Finding]:
    """Only the findings that stop a run."""
    return [finding for finding in findings if finding.severity == "error"]


def raise_errors(findings: Sequence[Finding]) -> None:
    """Raise BadInput if any finding is an error."""
    standing = errors(findings)
    if standing:
        raise BadInput(standing)
