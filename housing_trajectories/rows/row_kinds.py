"""Which rows beneath the headings are sites, and which are totals, headings again, hints or nothing at all.

A row that is left out is always listed. What a site's row says does not belong here.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from itertools import pairwise
from typing import Literal

from housing_trajectories.files.sheets import Row, Sheet, cell_at
from housing_trajectories.headings.columns import Headings
from housing_trajectories.headings.locate import LocatedTable
from housing_trajectories.remarks import Remark, each, remark
from housing_trajectories.rows.words import (
    NO_REFERENCE,
    allowance_named,
    allowance_of,
    is_plain_total,
    is_summary_phrase,
    is_total,
    names_summary,
)

Kind = (
    Literal["site", "allowance", "nameless", "total", "summary", "doubtful", "heading", "repeated", "note"]
    | (Literal["hint", "numbering"])
)

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


@dataclass(frozen=True)
class BodyRows:
    """Positions in the sheet of the rows that are sites or allowances, and of totals to check against.

    `allowance` gives the reference under which a row without a site of its own is kept, `sections` the
    heading under which a row stands.
    """

    kept: Sequence[int]
    allowance: Mapping[int, str]
    totals: Sequence[int]
    nameless: Sequence[int]
    sections: Sequence[tuple[int, str]]


def body_rows(table: LocatedTable) -> tuple[BodyRows, list[Remark]]:
    """The rows beneath the headings sorted by what they are; every one that is left out is listed."""
    sheet, headings = table.sheet, table.headings
    reference, name = _columns(headings)
    of_kind: dict[Kind, list[int]] = {}
    labels: dict[int, str] = {}
    notes = False
    for position in range(headings.last + 1, len(sheet.rows)):
        row = sheet.rows[position]
        if notes and not _has_homes(headings, row):
            kind: Kind = "note"
        elif _is_plain_site(headings, row, reference, name):
            kind = "site"
        else:
            kind, labels[position] = _kind(headings, row, reference, name)
            notes = notes or (kind == "heading" and bool(_NOTES.match(labels[position])))
        of_kind.setdefault(kind, []).append(position)
    allowances, headed = of_kind.get("allowance", []), of_kind.get("heading", [])
    body = BodyRows(
        sorted([*of_kind.get("site", []), *allowances]),
        {position: labels[position] for position in allowances},
        of_kind.get("total", []),
        of_kind.get("nameless", []),
        [(position, labels[position]) for position in headed],
    )
    return body, _left_out(sheet, of_kind)


def _is_plain_site(headings: Headings, row: Row, reference: int | None, name: int | None) -> bool:
    """Whether a row's reference alone tells that it is a site's."""
    cell = cell_at(row, reference)
    if cell == "" or headings.own:
        return cell != ""
    text = str(cell)
    is_code = " " not in text.strip() and any(map(str.isdigit, text)) and not _SUSPECT.search(text)
    return is_code and not _NO_NAME.match(str(cell_at(row, name)).strip())


def _columns(headings: Headings) -> tuple[int | None, int | None]:
    fields = headings.fields
    reference = fields.get("site_reference", fields.get("permission_reference"))
    return reference, fields.get("site_name")


def _kind(headings: Headings, row: Row, reference: int | None, name: int | None) -> tuple[Kind, str]:
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
    own = str(cell_at(row, reference)).strip()
    own = "" if own.lower() in NO_REFERENCE else own
    label = str(cell_at(row, name)).strip()
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
    *("planning_status", "permission_type", "permission_reference", "permission_date", "use_class"),
    *("deliverable", "geo_x", "geo_y", "hectares"),
)


def _is_described(headings: Headings, row: Row, reference: int | None) -> bool:
    """Whether a row says something that only a site has, such as a planning status or coordinates."""
    names = [name for name in _DESCRIBING if headings.fields.get(name) != reference]
    return _filled(headings, row, names)


def is_doubted(headings: Headings, row: Row) -> bool:
    """Whether a row kept as a site would be a total if its homes were the sum of those above."""
    reference, name = _columns(headings)
    described = _is_described(headings, row, reference)
    return not described or any(is_total(str(cell_at(row, p)).strip()) for p in (reference, name))


def _has_homes(headings: Headings, row: Row) -> bool:
    """Whether a row has a number in a year's column, or in the column of homes."""
    positions = [year.position for year in headings.years]
    positions += [headings.fields["homes"]] if headings.is_long else []
    return any(_is_number(row[position]) for position in positions if position < len(row))


def _filled(headings: Headings, row: Row, names: Sequence[str]) -> bool:
    positions = [headings.fields[name] for name in names if name in headings.fields]
    cells = [str(row[position]).strip() for position in positions if position < len(row)]
    return any(cell != "" and cell.lower() not in NO_REFERENCE for cell in cells)


def _first_year(headings: Headings) -> int:
    return min((year.position for year in headings.years), default=10_000)


def _is_numbering(filled: Sequence[tuple[int, object]]) -> bool:
    """`1, 2, 3, …` over the columns: at least three, each its neighbour's plus one."""
    if len(filled) < 3:
        return False
    numbers = [re.sub(r"^[(\[]?(\d{1,3})[)\].]?(?:\.0)?$", r"\1", str(cell).strip()) for _, cell in filled]
    if not all(number.isdecimal() for number in numbers):
        return False
    values = [int(number) for number in numbers]
    return values[0] in (0, 1) and all(b == a + 1 for a, b in pairwise(values))


def _repeats(headings: Headings, filled: Sequence[tuple[int, object]]) -> bool:
    if len(filled) < 2:
        return False
    same = sum(headings.texts.get(p, "\0").strip().lower() == str(cell).strip().lower() for p, cell in filled)
    return same >= 2 and same * 10 >= len(filled) * 6


def _is_number(cell: object) -> bool:
    if isinstance(cell, int | float):
        return True
    return bool(re.search(r"\d", str(cell))) and not re.search(r"[a-z]{3}", str(cell), re.I)


_KEPT = ("site", "allowance", "nameless")


def _left_out(sheet: Sheet, of_kind: Mapping[Kind, Sequence[int]]) -> list[Remark]:
    def tell(kind: Kind, position: int) -> Remark:
        first = next((cell for cell in sheet.rows[position] if cell != "" and str(cell).strip()), "")
        return remark(f"{kind}_row", row=sheet.numbers[position], first=first)

    remarks = []
    for kind, positions in of_kind.items():
        if kind not in _KEPT:
            remarks += each(positions, partial(tell, kind))
    blank = [remark("blank_rows", rows=sheet.blank_rows)] if sheet.blank_rows else []
    return [*remarks, *blank]
