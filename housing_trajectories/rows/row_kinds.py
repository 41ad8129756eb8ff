"""Which rows beneath the headings are sites, and which are totals, headings again, hints or nothing at all.

A row that is left out is always listed. What a site's row says does not belong here.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from itertools import pairwise
from typing import Literal

from housing_trajectories.files.sheets import FindingList, Sheet
from housing_trajectories.headings.table_headings import Headings
from housing_trajectories.rows.row_words import (
    NO_REFERENCE,
    allowance_named,
    allowance_of,
    is_plain_total,
    is_summary_phrase,
    is_total,
    names_summary,
)

Kind = Literal[
    "site",
    "allowance",
    "total",
    "summary",
    "doubtful",
    "heading",
    "repeated",
    "hint",
    "numbering",
    "nameless",
    "note",
]

_NOTES = re.compile(r"^\W*(?:foot)?(?:notes?|sources?|key|caveats?|definitions?|abbreviations?)\W*$", re.I)

_HINT = re.compile(
    r"^(?:\(?(?:text|string|numeric|number|integer|int|decimal|float|real|date|datetime|boolean|bool|url|uri|varchar.*|char.*|"
    r"free ?text.*|whole number.*|list|drop[\s-]?down.*|yes ?/ ?no|y/n|required|format.*|auto.*"
    r"|enter .*|insert .*|select .*|"
    r"please .*|max(?:imum)?\.? \d+.*|up to \d+ char.*|d{1,2}[/\-.]m{1,2}[/\-.]y{2,4}"
    r"|y{4}[/\-.]m{2}[/\-.]d{2}|y{4}|e\.?g\.?[ :,].*|"
    r"example.*|number of .*|unique .*|name of .*|gss code|\d+ digits?|point|easting.*osgb.*"
    r"|alphanumeric|\[.*\]|<.*>)\)?)$",
    re.I,
)
_MUST = re.compile(
    r"^(?:mandatory|optional|required|conditional|recommended|m|o|r|c|must|should|may|yes|no)\*?$", re.I
)
_MUST_SURE = re.compile(r"^(?:mandatory|optional|required|conditional|must|should)\*?$", re.I)
_NO_NAME = re.compile(f"(?:{_MUST_SURE.pattern})|(?:{_HINT.pattern})", re.I)
_SUSPECT = re.compile(
    r"total|mandatory|optional|required|e\.?g\.?[ :]|example|text|string|integer|number|numeric"
    r"|unnamed|windfall|laps|"
    r"reference|\bref\b|^\W*$|n/a|<null>|^na$|^none$|^null$|tbc|^\d{1,2}$|allowance|discount|unique|enter|requirement|varchar|^[mo]$|conditional|alphanumeric",
    re.I,
)


@dataclass
class BodyRows:
    """Positions in the sheet of the rows that are sites or allowances, and of totals to check against.

    `allowance` gives the reference under which a row without a site of its own is kept, `sections` the
    heading under which a row stands.
    """

    kept: list[int] = field(default_factory=list)
    allowance: dict[int, str] = field(default_factory=dict)
    totals: list[int] = field(default_factory=list)
    nameless: list[int] = field(default_factory=list)
    sections: list[tuple[int, str]] = field(default_factory=list)


def body_rows(sheet: Sheet, headings: Headings, findings: FindingList) -> BodyRows:
    """Sort the rows beneath the headings, listing every one that is left out."""
    result = BodyRows()
    left_out: dict[Kind, list[int]] = {}
    reference, name = _columns(headings)
    start = headings.last + 1
    notes = False
    for position in range(start, len(sheet.rows)):
        row = sheet.rows[position]
        if notes and not _has_homes(headings, row):
            left_out.setdefault("note", []).append(position)
            continue
        cell = row[reference] if reference is not None and reference < len(row) else ""
        if cell != "" and headings.own:
            result.kept.append(position)
            continue
        if (
            cell != ""
            and " " not in str(cell).strip()
            and any(map(str.isdigit, str(cell)))
            and not _SUSPECT.search(str(cell))
            and not _named_like_no_site(row, name)
        ):
            result.kept.append(position)
            continue
        kind, label = _kind(sheet, headings, row, reference, name)
        if kind == "site":
            result.kept.append(position)
        elif kind == "allowance":
            result.kept.append(position)
            result.allowance[position] = label
        elif kind == "total":
            result.totals.append(position)
            left_out.setdefault(kind, []).append(position)
        elif kind == "nameless":
            result.nameless.append(position)
        else:
            if kind == "heading":
                result.sections.append((position, label))
                notes = notes or bool(_NOTES.match(label))
            left_out.setdefault(kind, []).append(position)
    _report(sheet, left_out, findings)
    return result


def _columns(headings: Headings) -> tuple[int | None, int | None]:
    fields = headings.fields
    reference = fields.get("site_reference", fields.get("permission_reference"))
    return reference, fields.get("site_name")


def _named_like_no_site(row: list[object], name: int | None) -> bool:
    text = str(row[name]).strip() if name is not None and name < len(row) else ""
    return bool(_NO_NAME.match(text))


def _kind(
    sheet: Sheet, headings: Headings, row: list[object], reference: int | None, name: int | None
) -> tuple[Kind, str]:
    filled = [(position, cell) for position, cell in enumerate(row) if cell != "" and str(cell).strip()]
    texts = [str(cell).strip() for _, cell in filled]
    if _is_numbering(filled):
        return "numbering", ""
    if _repeats(headings, filled) or all(text.lower().startswith("unnamed") for text in texts):
        return "repeated", ""
    if (
        len(texts) >= 2
        and all(_MUST.match(text) for text in texts)
        and any(_MUST_SURE.match(t) for t in texts)
    ):
        return "hint", ""
    hints = sum(bool(_HINT.match(text) or _MUST_SURE.match(text)) for text in texts)
    if (hints >= 2 and hints * 2 >= len(texts)) or (
        hints and texts[0].lower().startswith(("e.g", "eg ", "example"))
    ):
        return "hint", ""
    own = str(row[reference]).strip() if reference is not None and reference < len(row) else ""
    own = "" if own.lower() in NO_REFERENCE else own
    label = str(row[name]).strip() if name is not None and name < len(row) else ""
    first = own or label or next((str(c).strip() for _, c in filled if not _is_number(c)), "")
    numbers = any(_is_number(cell) for position, cell in filled if position != reference)
    described = _is_described(headings, row, reference)
    if _total_row(own, label, first, described):
        return "total", first
    alone = len(filled) == 1 and (" " in own or not any(map(str.isdigit, own)))
    if own and not alone:
        telling = label or own
        if not described and numbers and is_summary_phrase(telling):
            return "summary", telling
        return "site", ""
    allowance = allowance_of(first) if described else allowance_named(first)
    if allowance and (numbers or len(filled) > 2):
        return "allowance", allowance
    if not numbers and len(filled) <= 2 and not label.strip().isdecimal():
        stated = any(position >= _first_year(headings) for position, _ in filled)
        return ("site", "") if stated and label else ("heading", first)
    if is_summary_phrase(first, fewest=2 if described else 1):
        return "summary", first
    if names_summary(first) and not described and not _filled(headings, row, ("capacity_dwellings",)):
        return "doubtful", first
    if label:
        return "site", ""
    return ("nameless", "") if numbers else ("heading", first)


def _total_row(own: str, label: str, first: str, described: bool) -> bool:
    """Whether a row is a total: the plain words always, a longer name only where nothing describes a site."""
    if own:
        return is_plain_total(own) or (is_total(own) and not label and not described)
    return is_plain_total(first) or (is_total(first) and not described)


_DESCRIBING = (
    "planning_status",
    "permission_type",
    "permission_reference",
    "permission_date",
    "use_class",
    "deliverable",
    "geo_x",
    "geo_y",
    "hectares",
)


def _is_described(headings: Headings, row: list[object], reference: int | None) -> bool:
    """Whether a row says something that only a site has, such as a planning status or coordinates."""
    names = [name for name in _DESCRIBING if headings.fields.get(name) != reference]
    return _filled(headings, row, names)


def is_doubted(headings: Headings, row: list[object]) -> bool:
    """Whether a row kept as a site would be a total if its homes were the sum of those above."""
    reference, name = _columns(headings)
    described = _is_described(headings, row, reference)
    texts = [str(row[p]).strip() for p in (reference, name) if p is not None and p < len(row)]
    return not described or any(is_total(text) for text in texts)


def _has_homes(headings: Headings, row: list[object]) -> bool:
    """Whether a row has a number in a year's column, or in the column of homes."""
    positions = [year.position for year in headings.years]
    positions += [headings.fields["homes"]] if headings.is_long else []
    return any(_is_number(row[position]) for position in positions if position < len(row))


def _filled(headings: Headings, row: list[object], names: Sequence[str]) -> bool:
    positions = [headings.fields[name] for name in names if name in headings.fields]
    cells = [str(row[position]).strip() for position in positions if position < len(row)]
    return any(cell != "" and cell.lower() not in NO_REFERENCE for cell in cells)


def _first_year(headings: Headings) -> int:
    return min((year.position for year in headings.years), default=10_000)


def _is_numbering(filled: list[tuple[int, object]]) -> bool:
    """`1, 2, 3, …` over the columns: at least three, each its neighbour's plus one."""
    if len(filled) < 3:
        return False
    numbers = [re.sub(r"^[(\[]?(\d{1,3})[)\].]?(?:\.0)?$", r"\1", str(cell).strip()) for _, cell in filled]
    if not all(number.isdecimal() for number in numbers):
        return False
    values = [int(number) for number in numbers]
    return values[0] in (0, 1) and all(b == a + 1 for a, b in pairwise(values))


def _repeats(headings: Headings, filled: list[tuple[int, object]]) -> bool:
    if len(filled) < 2:
        return False
    same = sum(headings.texts.get(p, "\0").strip().lower() == str(cell).strip().lower() for p, cell in filled)
    return same >= 2 and same * 10 >= len(filled) * 6


def _is_number(cell: object) -> bool:
    if isinstance(cell, int | float):
        return True
    return bool(re.search(r"\d", str(cell))) and not re.search(r"[a-z]{3}", str(cell), re.I)


_WORDS: dict[Kind, tuple[str, str]] = {
    "total": ("total row", "a total or subtotal"),
    "summary": ("summary row", "a row of requirements or sums"),
    "doubtful": ("summary row", "by its name a row of requirements or sums"),
    "heading": ("heading row", "a row with text only"),
    "repeated": ("repeated heading", "the headings again"),
    "note": ("note row", "a row beneath the notes"),
    "hint": ("hint row", "a row of hints on how to fill in the table"),
    "numbering": ("numbering row", "the columns numbered"),
}


def _report(sheet: Sheet, left_out: dict[Kind, list[int]], findings: FindingList) -> None:
    for kind, positions in left_out.items():
        issue, words = _WORDS[kind]
        for position in positions:
            row = sheet.rows[position]
            first = next((str(cell) for cell in row if cell != "" and str(cell).strip()), "")
            findings.add(
                issue,
                f"{words}: '{first}'",
                "a row a site",
                "warning" if kind == "doubtful" else "mended",
                row=sheet.numbers[position],
                done="left out",
            )
    if sheet.blank_rows:
        findings.add(
            "blank row",
            f"{sheet.blank_rows:,} blank row{'s' if sheet.blank_rows > 1 else ''}",
            "a row a site",
            "mended",
            done="left out",
        )
