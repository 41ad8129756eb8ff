"""Columns of words: names and references made safe to show, categories brought to one wording.

Numbers and years belong elsewhere.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from datetime import date, datetime
from operator import itemgetter

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from housing_trajectories.files.sheets import FindingList
from housing_trajectories.findings import Severity
from housing_trajectories.headings.table_headings import Headings
from housing_trajectories.rows import site_words
from housing_trajectories.rows.cell_dates import read_date
from housing_trajectories.rows.site_words import WordRead
from housing_trajectories.schema import PERMISSION_TYPES, PHASING_BASES, PLAN_STATUSES, PLANNING_STATUSES

Texts = NDArray[np.object_]
Rows = Sequence[Sequence[object]]

_TAG = re.compile(r"<(?=\s*[a-zA-Z/!?])[^<>]*>?")
_NULLS = {"-", "--", "---", "<null>", "null", "n/a", "na", "#n/a", "?", "nan", "none", "tbc", "<na>", "."}
_CATEGORIES: dict[str, tuple[Callable[[str], WordRead], tuple[str, ...], Severity]] = {
    "planning_status": (site_words.planning_status, PLANNING_STATUSES, "warning"),
    "permission_type": (site_words.permission_type, PERMISSION_TYPES, "warning"),
    "use_class": (site_words.use_class, ("C3", "C2", "student"), "error"),
    "plan_status": (site_words.plan_status, PLAN_STATUSES, "error"),
    "phasing_basis": (site_words.phasing_basis, PHASING_BASES, "warning"),
}
_NOT_UNDERSTOOD = {
    "planning_status": "taken as not permissioned",
    "permission_type": "left empty",
    "use_class": "taken as C3",
    "plan_status": "taken as adopted",
    "phasing_basis": "taken as published",
}


class TextColumns:
    """The columns of words of a sheet's rows, each read once and reported on where it was not plain."""

    def __init__(self, rows: Rows, numbers: Sequence[int], headings: Headings, findings: FindingList) -> None:
        self._rows, self._numbers, self._headings, self._findings = rows, numbers, headings, findings

    def plain(self, name: str) -> Texts:
        """A reference, name or note: stripped, without null markers, inert."""
        cells = self._cells(name)
        if name in ("site_reference", "permission_reference"):
            self._report_dates(name, cells)
        texts = [cell.strip() if type(cell) is str else _text(cell) for cell in cells]
        values = np.array(texts, dtype=object)
        if len(values) == 0:
            return values
        codes, unique = pd.factorize(values)
        mapped = []
        for code, text in enumerate(unique):
            safe, issue, what = "" if text.lower() in _NULLS else text, "", ""
            if _may_be_live(safe):
                safe, issue, what = made_inert(safe)
                if issue:
                    self._report(issue, name, codes == code, f"'{text}'", "plain text", "warning", what)
            mapped.append("" if safe.lower() in _NULLS else safe)
        return np.array(mapped, dtype=object)[codes]

    def category(self, name: str) -> Texts:
        """A column of categories in the project's words, empty where the cell is."""
        reading, allowed, severity = _CATEGORIES[name]
        values = self.plain(name)
        if len(values) == 0 or name not in self._headings.fields:
            return values
        codes, unique = pd.factorize(values)
        mapped = []
        for code, text in enumerate(unique):
            read = reading(str(text)) if text else WordRead("")
            mapped.append(read.value)
            if read.how and not (self._headings.own and read.how == "another wording"):
                done = f"read as {read.value}" if read.value else "left empty"
                if read.severity == "warning":
                    done += f": {read.how}"
                self._report(
                    "category", name, codes == code, f"'{text}'", _any_of(allowed), read.severity, done
                )
            elif text and not read.value:
                done = _NOT_UNDERSTOOD[name]
                self._report(
                    "invalid category", name, codes == code, f"'{text}'", _any_of(allowed), severity, done
                )
        return np.array(mapped, dtype=object)[codes]

    def dates(self, name: str) -> Texts:
        """A column of dates as ISO text, empty where the cell is or is none."""
        cells = self._cells(name)
        known: dict[object, str] = {}
        values = []
        for cell, number in zip(cells, self._numbers, strict=True):
            if cell not in known:
                read = read_date("" if str(cell).strip().lower() in _NULLS else cell)
                known[cell] = read.value.isoformat() if read.value else ""
                if read.issue and not self._headings.own:
                    self._findings.add(
                        read.issue,
                        f"'{_text(cell)}'",
                        "a date such as 2024-03-31",
                        "warning" if read.value is None or read.issue == "far-future-date" else "mended",
                        row=number,
                        column=self._headings.fields[name] + 1,
                        heading=self._headings.heading(name),
                        done=read.done,
                    )
            values.append(known[cell])
        return np.array(values, dtype=object)

    def _cells(self, name: str) -> list[object]:
        position = self._headings.fields.get(name)
        return [""] * len(self._rows) if position is None else list(map(itemgetter(position), self._rows))

    def _report_dates(self, name: str, cells: list[object]) -> None:
        for cell, number in zip(cells, self._numbers, strict=True):
            if isinstance(cell, datetime | date):
                self._findings.add(
                    "text date",
                    f"'{_text(cell)}', a date",
                    "a reference, maybe one that a spreadsheet changed",
                    "warning",
                    row=number,
                    column=self._headings.fields[name] + 1,
                    heading=self._headings.heading(name),
                    done="kept as text",
                )

    def _report(
        self,
        issue: str,
        name: str,
        where: NDArray[np.bool_],
        found: str,
        expected: str,
        severity: Severity,
        done: str,
    ) -> None:
        positions = np.flatnonzero(where)
        room = self._findings.room(issue, severity)
        for position in positions[: room + 1]:
            self._findings.add(
                issue,
                found,
                expected,
                severity,
                done=done,
                row=self._numbers[position],
                column=self._headings.fields[name] + 1,
                heading=self._headings.heading(name),
            )
        self._findings.count(issue, max(0, len(positions) - room - 1), severity)


def _may_be_live(text: str) -> bool:
    return text[:1] in "'=+-@" or "<" in text or len(text) > 200 or not text.isprintable()


def made_inert(text: str) -> tuple[str, str, str]:
    """The text so that no reader of ours runs it: as it is shown, the issue, and what was done."""
    safe = " ".join("".join(c if c.isprintable() else " " for c in text).split())
    issue, done = ("control character", "left out") if safe != " ".join(text.split(" ")).strip() else ("", "")
    if _TAG.search(safe):
        safe = safe.replace("<", "‹").replace(">", "›")
        issue, done = "markup in a text", "kept as text, its brackets replaced"
    if len(safe) > 200:
        safe = safe[:199] + "…"
        issue, done = issue or "long text", done or "cut to 200 characters"
    bare = safe.lstrip("'")
    if bare and bare[0] in "-+" and bare[1:2] in (" ", ""):
        safe = bare[1:].strip()
    elif bare and bare[0] in "=+@-" and bare == safe:
        safe = "'" + safe
        issue, done = "formula in a text", "kept as text with an apostrophe before it, never run"
    return safe, issue, done


def _text(cell: object) -> str:
    if isinstance(cell, float) and cell.is_integer():
        return str(int(cell))
    if isinstance(cell, datetime):
        return cell.date().isoformat() if cell.hour == cell.minute == 0 else cell.isoformat()
    return str(cell).strip()


def _any_of(allowed: tuple[str, ...]) -> str:
    return "one of " + ", ".join(allowed)
