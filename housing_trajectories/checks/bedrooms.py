"""Homes and bedrooms kept apart: class C3 is homes, class C2 and students' rooms are not.

A care home's or hall's number is its bedrooms, or the homes that the Housing Delivery Test counts for them,
or a file does not tell. Flats with a door of their own are homes whoever lives in them.
"""

from __future__ import annotations

import bisect
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Literal

import numpy as np

from housing_trajectories.checks.reference_figures import ReferenceFigures
from housing_trajectories.files.sheets import cell_at
from housing_trajectories.remarks import Remark, Words
from housing_trajectories.rows.row_kinds import BodyRows
from housing_trajectories.rows.site_rows import SiteRows
from housing_trajectories.rows.site_tables import TableOfSites
from housing_trajectories.rows.typed_table import TypedTable

Kind = Literal["C2", "student"]
Verdict = Literal["homes", "maybe homes", "bedrooms", "equivalents", "unclear"]

_SLACK = 0.51
_ROUNDED = 1.01  # a home, as the ratio's result is rounded
_RATIOS_ALIKE = 0.06  # room for a ratio of another census, such as 1.9 for 1.8

_EXTRA_CARE = re.compile(
    r"extra[\s-]?care|assisted living|(?:independent|later|supported|retirement) living|\bsheltered\b"
    r"|\bretirement\b",
    re.I,
)
_CARE = re.compile(
    r"\b(?:care|nursing) ?homes?\b|\b(?:old|elderly) (?:people|person)s?'?s?'?(?: residential)? homes?\b"
    r"|\bresidential care\b|\bnursing (?:care|bed)|\bcare (?:bed|room|suite)|\bcare (?:facility|complex)\b"
    r"|(?<!non-)(?<!non )\bresidential institution|\bhospice\b",
    re.I,
)
_BED_SPACES = re.compile(r"\bbed ?spaces?\b", re.I)
_CLASS_C2 = re.compile(r"\(\s*C2A?\b|\bclass(?:es)? C2A?\b|\bC2A? (?:use|class)\b|\buse C2A?\b", re.I)
_C2 = re.compile(r"\bC2A?\b", re.I)
_C3 = re.compile(r"\bC3[a-c]?\b", re.I)
_STUDENT = re.compile(
    r"\bstudents?'? (?:\w+ )?(?:accom\w*|bed|room|flat|hall|studio|village|scheme|housing|unit"
    r"|block|cluster|living|residence)"
    r"|\bPBSA\b|\bhalls? of residence|\bcluster (?:flat|room|bed)",
    re.I,
)
_SHARED = re.compile(
    r"\bHMOs?\b|\bhouses? in multiple occupation|\bsui generis\b|\b(?:co|shared)[\s-]?living\b", re.I
)
_BEDS = re.compile(
    r"(?<![\d.,])(\d{1,3}(?:,\d{3})+|\d{1,5})(?:\s*no\.?\b|\s*x\b)?[\s-]*"
    r"(?:(?!(?:and|with|for|to|of|one|two|three|four)\b)(?:c2a?|[a-z&'-]+)[\s-]+){0,3}?"
    r"(?:bed(?:room|space|ded)?s?|bed ?spaces?|rooms?|studios?)\b",
    re.I,
)
_BEDS_AFTER = re.compile(r"\b(?:bed(?:room|space)?s|bed ?spaces|rooms|studios)\s*[:=(]\s*(\d{1,5})\b", re.I)
_HOMES_COUNTED = re.compile(
    r"(?<![\d.,])(\d{1,5})\s*(?:no\.?\s*)?(?:(?!care|nursing|student|cluster|studio|bed)[\w-]+[\s-]+){0,2}?"
    r"(?:dwellings|homes|houses|flats|apartments|bungalows|maisonettes)\b",
    re.I,
)
_OWN_DOORS = re.compile(
    r"\b(?:flats?|apartments?|dwellings?|bungalows?|cottages?|maisonettes?|units?"
    r"|self[\s-]contained|(?<!care )(?<!nursing )homes)\b|\bC3",
    re.I,
)
_FLATS_OF_ROOMS = re.compile(
    r"\b(?:cluster|student|studio) (?:flat|apartment|unit)s?\b|\bnursing units?\b", re.I
)
_EQUIVALENT = re.compile(r"\bequiv|\bratio\b|\bC3[\s-]eq", re.I)
_BESIDE_OR_BEFORE = re.compile(
    r"\b(?:former(?:ly)?|ex|redundant|vacant|disused|closed|demoli\w+|conver\w+|change of use|redevelop\w*|"
    r"loss of|replac\w+|adj(?:acent|oining)?(?: to)?|next to|close to|rear of|behind|opposite|opp|beside|near"
    r"|(?:north|south|east|west) of|grounds|curtilage)\b"
    r"(?:(?!\bprovi|\berect|\bfor\b|\b(?:in)?to\b|\bnew\b|\bcreat|\bform\b|\bcompris)[^.;\n]){0,60}?"
    r"\b(?:care|nursing|residential|student|hall|PBSA|C2|HMOs?\b|houses? in mult)",
    re.I,
)
_TELLING = (
    *("care", "nursing", "c2", "institution", "hospice", "old p", "elderly", "sheltered", "retirement"),
    *("living", "student", "pbsa", "residence", "cluster", "hmo", "multiple occ", "sui gen"),
    *("bedspace", "bed space"),
)
_COLUMN: dict[Kind, str] = {"C2": "communal_bedrooms", "student": "student_bedrooms"}
_BLOCKS: dict[Kind, str] = {"C2": "communal", "student": "student"}
_MOST_NAMED = 5
_COLUMNS_OF_KINDS = ("use_class", "planning_status", "permission_type")
_TELLING_HEADING = re.compile(
    r"type|descri|propos|\buse\b|accommodat|comment|note|categor|development|product|detail", re.I
)


@dataclass(frozen=True)
class Said:
    """What words and number of a row come to: its `kind` of bedrooms, how many, and why it is unclear."""

    verdict: Verdict
    kind: Kind = "C2"
    bedrooms: float = 0.0
    number: float = 0.0
    why: str = ""


def may_tell(text: str) -> bool:
    """Whether a text has any word this module looks for."""
    folded = text.lower()
    return any(word in folded for word in _TELLING)


def telling_texts(texts: set[str]) -> set[str]:
    """Those of the texts that have a word this module looks for."""
    everything = "\n".join(texts).lower()
    return {text for text in texts if may_tell(text)} if any(w in everything for w in _TELLING) else set()


def kinds_named(text: str) -> set[Kind]:
    """The kinds of bedrooms that a text speaks of, homes of their own left aside."""
    plain = _EXTRA_CARE.sub("extracare", text)
    counted = bool(_beds(text))
    found: set[Kind] = set()
    if _CARE.search(plain) or _CLASS_C2.search(text) or (_C2.search(text) and counted):
        found.add("C2")
    if _STUDENT.search(text) or (counted and re.search(r"\bstudents?\b", text, re.I)):
        found.add("student")
    return found or ({"C2"} if _BED_SPACES.search(text) else set())


def kinds_under(heading: str) -> set[Kind]:
    """The kinds of bedrooms that a heading above rows names; students by themselves are enough."""
    found = kinds_named(heading)
    return found | {"student"} if re.search(r"\bstudents?\b", heading, re.I) else found


def said(
    text: str,
    numbers: Sequence[float],
    stated: Kind | None,
    given: float,
    under: set[Kind],
    ratios: dict[Kind, float],
) -> Said:
    """Whether a row's number is of homes or of bedrooms.

    `numbers` are the row's capacity and its phased homes, those that are known; `stated` the use class its
    own column gives, `given` its bedrooms from a column of their own (0 where there is none), `under` the
    kinds that the heading above it names, `ratios` the bedrooms that count as a home.
    """
    named = {stated} if stated else kinds_named(text)
    beds = [given] if given else _beds(text)
    if not named and len(under) == 1 and beds and not _OWN_DOORS.search(text):
        named = set(under)
    equals = [bed for bed in beds for number in numbers if abs(bed - number) <= _SLACK]
    if not named and not given:
        if _EXTRA_CARE.search(text) or _SHARED.search(text):
            return _of_homes_or_rooms(text, equals)
        if _C2.search(text):
            return Said("maybe homes")
        if not under or _OWN_DOORS.search(text) or _BESIDE_OR_BEFORE.search(text):
            return Said("homes")
        return _unclear(numbers, sorted(under)[0], ratios, "the heading above names bedrooms")
    if len(named) > 1:
        return _unclear(numbers, "C2", ratios, "both a care home and students' rooms")
    if not named:
        return Said("homes")  # a column gives its bedrooms beside its homes
    kind: Kind = named.pop()
    if stated is None:
        own_doors = bool(_OWN_DOORS.search(_FLATS_OF_ROOMS.sub(" ", text)))
        if _BESIDE_OR_BEFORE.search(text) and (own_doors or not beds):
            return Said("maybe homes")
        if kind == "C2" and _EXTRA_CARE.search(text) and not given:
            if own_doors and not _CARE.search(_EXTRA_CARE.sub("extracare", text)):
                return Said("maybe homes")
            return _unclear(numbers, kind, ratios, "extra care may be homes or bedrooms")
        if _homes_besides(text, beds, ratios[kind]) or _C3.search(text):
            return _unclear(numbers, kind, ratios, "homes and bedrooms on one row")
    if equals:
        return Said("bedrooms", kind, equals[0], equals[0])
    for bed in beds:
        for number in numbers:
            if _is_equivalent(number, bed, ratios[kind]):
                return Said("equivalents", kind, bed, number)
    if given:
        return Said("homes")
    if beds:
        words = " or ".join(f"{bed:,.0f}" for bed in beds[:3])
        return _unclear(numbers, kind, ratios, f"the words say {words} bedrooms")
    if _EQUIVALENT.search(text) and numbers:
        return Said("equivalents", kind, round(numbers[0] * ratios[kind]), numbers[0])
    if stated:
        return Said("bedrooms", kind, numbers[0] if numbers else 0.0, numbers[0] if numbers else 0.0)
    return _unclear(numbers, kind, ratios, "")


def _of_homes_or_rooms(text: str, equals: list[float]) -> Said:
    """Extra care without a class, and houses in multiple occupation: homes, unless the number is of rooms."""
    shared = bool(_SHARED.search(text))
    if shared and _BESIDE_OR_BEFORE.search(text) and _OWN_DOORS.search(text):
        return Said("homes")
    if equals and equals[0] > 1 and (shared or not _OWN_DOORS.search(text)):
        why = "a shared house is one home" if shared else "extra care may be homes or bedrooms"
        return Said("unclear", number=equals[0], why=f"{equals[0]:,.0f} rooms counted as homes: {why}")
    return Said("homes")


def _unclear(numbers: Sequence[float], kind: Kind, ratios: dict[Kind, float], why: str) -> Said:
    number = numbers[0] if numbers else 0.0
    words = f"{number:,.0f} may be bedrooms, or homes counted for {number * ratios[kind]:,.0f} bedrooms"
    return Said("unclear", kind, number=number, why=f"{words}; {why}" if why else words)


def _beds(text: str) -> list[float]:
    found = [float(match[1].replace(",", "")) for match in _BEDS.finditer(text)]
    found += [float(match[1]) for match in _BEDS_AFTER.finditer(text)]
    return list(dict.fromkeys(found))


def _homes_besides(text: str, beds: Sequence[float], ratio: float) -> bool:
    """Whether the text counts homes that are not those its bedrooms come to."""
    for match in _HOMES_COUNTED.finditer(text):
        homes = float(match[1])
        if not any(homes == bed or _is_equivalent(homes, bed, ratio) for bed in beds) and not (
            _EQUIVALENT.search(text) and not beds
        ):
            return True
    return False


def _is_equivalent(number: float, bedrooms: float, ratio: float) -> bool:
    expected = bedrooms / ratio
    return number > 0 and abs(number - expected) <= max(_ROUNDED, _RATIOS_ALIKE * expected)


def bedrooms_apart(rows: SiteRows, figures: ReferenceFigures) -> tuple[SiteRows, list[Remark]]:
    """The numbers of C2 and student rows in their own columns, and bedrooms given without years phased.

    A row whose words say that its number is of bedrooms counts as one of that class; homes counted for
    bedrooms by the Housing Delivery Test's ratios become bedrooms again; where words and number do not tell
    which they are, that is an error.
    """
    ratios: dict[Kind, float] = {
        "C2": figures.communal_bedrooms_per_home,
        "student": figures.student_bedrooms_per_home,
    }
    rows, by_words, remarks = _judged(rows, ratios)
    blocks = {name: getattr(rows, name).copy() for name in ("homes", "low", "high", "communal", "student")}
    for kind, name in _BLOCKS.items():
        where = rows.texts["use_class"] == kind
        if where.any():
            homes = blocks["homes"][where]
            blocks[name][where] = np.where(np.isnan(homes), blocks[name][where], homes)
            for of_homes in ("homes", "low", "high"):
                blocks[of_homes][where] = np.nan
            told = where & by_words
            words: Words = {
                "rows": int(where.sum()),
                "kind": kind,
                "bedrooms": np.nansum(blocks[name][where]),
                "by_words": f"; class by name, notes or type: {_named(rows, told)}" if told.any() else "",
                "severity": "warning" if told.any() else "mended",
            }
            remarks.append(rows.remark("bedrooms_apart", int(where.argmax()), **words))
    for kind, name in _BLOCKS.items():
        blocks[name], found = _phased(rows, _COLUMN[kind], blocks["homes"], blocks[name])
        remarks += found
    return rows.with_blocks(**blocks), remarks


def _judged(rows: SiteRows, ratios: dict[Kind, float]) -> tuple[SiteRows, np.ndarray, list[Remark]]:
    """Each row of bedrooms with its class and its number in bedrooms; marks those told by words."""
    by_words = np.zeros(len(rows), dtype=bool)
    classes, homes = rows.texts["use_class"].copy(), rows.homes.copy()
    given = {name: rows.numbers[name].copy() for name in _COLUMN.values()}
    turned: dict[Kind, list[tuple[int, Said]]] = {"C2": [], "student": []}
    remarks = []
    for index in _rows_to_judge(rows):
        stated = str(classes[index])
        kind: Kind | None = stated if stated in _COLUMN else None
        text = "\n".join(str(rows.texts[name][index]) for name in ("site_name", "note", "words"))
        bedrooms = sum(float(np.nan_to_num(values[index])) for values in given.values())
        under = set() if kind else kinds_under(str(rows.texts["section"][index]))
        found = said(text, _numbers(rows, index), kind, bedrooms, under, ratios)
        if found.verdict in ("bedrooms", "equivalents"):
            by_words[index] = kind is None
            classes[index] = found.kind
            for values in given.values() if bedrooms else ():
                values[index] = np.nan  # the row's years hold them
            if found.verdict == "equivalents":
                homes[index] *= found.bedrooms / found.number
                turned[found.kind].append((int(index), found))
        elif found.verdict in ("unclear", "maybe homes"):
            name = " ".join(f"'{rows.texts['site_name'][index]}' {rows.texts['note'][index]}".split())
            code = "homes_or_bedrooms" if found.verdict == "unclear" else "class_not_stated"
            remarks.append(rows.remark(code, index, why=found.why, name=name))
    for of_kind, items in turned.items():
        if items:
            places = np.zeros(len(rows), dtype=bool)
            places[[index for index, _ in items]] = True
            words: Words = {
                "homes": sum(found.number for _, found in items),
                "bedrooms": sum(found.bedrooms for _, found in items),
                "kind": of_kind,
                "ratio": ratios[of_kind],
                "named": _named(rows, places),
            }
            remarks.append(rows.remark("bedrooms_as_homes", items[0][0], **words))
    return (
        rows.with_texts(use_class=classes).with_numbers(**given).with_blocks(homes=homes),
        by_words,
        remarks,
    )


def _rows_to_judge(rows: SiteRows) -> np.ndarray:
    """Rows with homes of which a word or number tells bedrooms, and no class says that they are homes."""
    with_homes = (np.nan_to_num(rows.homes) > 0).any(axis=1) & ~rows.is_recorded
    open_class = with_homes & (rows.texts["use_class"] != "C3")
    columns = [rows.texts[name] for name in ("site_name", "note", "words", "section")]
    telling = telling_texts({str(text) for column in columns for text in column[open_class]})
    given = np.any([np.nan_to_num(rows.numbers[name]) > 0 for name in _COLUMN.values()], axis=0)
    if telling:
        given |= np.any([np.isin(column.astype(str), list(telling)) for column in columns], axis=0)
    return np.flatnonzero(open_class & given)


def _numbers(rows: SiteRows, index: int) -> list[float]:
    """The row's capacity, its homes in all years, and those with what was built and comes later."""
    phased = float(np.nansum(rows.homes[index]))
    beside = sum(float(np.nan_to_num(rows.numbers[name][index])) for name in ("built_before", "homes_beyond"))
    stated = [rows.numbers[name][index] for name in ("capacity_dwellings", "remaining", "gross_capacity")]
    return [float(n) for n in dict.fromkeys([*stated, phased, phased + beside]) if n == n and n > 0]


def _named(rows: SiteRows, where: np.ndarray) -> str:
    references = [str(rows.texts["site_reference"][index]) for index in np.flatnonzero(where)]
    return ", ".join(references[:_MOST_NAMED]) + (" …" if len(references) > _MOST_NAMED else "")


def _phased(
    rows: SiteRows, name: str, homes: np.ndarray, block: np.ndarray
) -> tuple[np.ndarray, list[Remark]]:
    """A site's bedrooms without a year come as its homes come."""
    given = np.nan_to_num(rows.numbers[name])
    result = block.copy()
    remarks = []
    for index in np.flatnonzero(given):
        planned = np.nan_to_num(homes[index])
        code = "bedrooms_without_homes"
        if planned.sum() > 0:
            code = "bedrooms_without_year"
            result[index] = np.where(planned != 0, given[index] * planned / planned.sum(), block[index])
        remarks.append(rows.remark(code, index, name, bedrooms=given[index]))
    return result, remarks


def with_words_beside(table: TableOfSites, typed: TypedTable) -> TableOfSites:
    """The table's rows with the words beside their names and notes where they may speak of bedrooms.

    `words` are those of columns not used otherwise, `section` the heading above a row. In the project's own
    long form bedrooms stand in columns of their own, and the rows are of homes.
    """
    rows = table.rows
    headings, body, sheet = typed.headings, typed.body, typed.table.sheet
    if headings.own and headings.is_long and "communal_bedrooms" in headings.fields:
        return replace(table, rows=rows.with_texts(use_class=np.full(len(rows), "C3", dtype=object)))
    index_of = {int(number): index for index, number in enumerate(rows.numbers["row"])}
    fields, words = headings.fields, rows.texts["words"].copy()
    positions = [fields[name] for name in _COLUMNS_OF_KINDS if name in fields]
    positions += [p for p in headings.unused if _TELLING_HEADING.search(headings.texts.get(p, ""))]
    for position in _telling_rows(typed, [*positions, fields.get("site_name", 0)]) if positions else ():
        index = index_of.get(sheet.numbers[position])
        if index is None:
            continue
        understood = rows.texts["use_class"][index] != ""  # a class that was not is an error already
        row = sheet.rows[position]
        beside = [p for p in positions if understood or p != fields.get("use_class")]
        cells = [cell_at(row, p) for p in beside]
        words[index] = " ".join(str(cell).strip()[:200] for cell in cells if cell != "")
    sections = rows.texts["section"].copy()
    for position, label in _sections(body).items():
        index = index_of.get(sheet.numbers[position])
        if index is not None:
            sections[index] = label
    return replace(table, rows=rows.with_texts(words=words, section=sections))


def _telling_rows(typed: TypedTable, positions: Sequence[int]) -> list[int]:
    """Positions of the rows of which a cell in these columns may speak of bedrooms."""
    found: set[int] = set()
    for column in positions:
        cells = [str(cell_at(typed.table.sheet.rows[p], column)) for p in typed.body.kept]
        telling = telling_texts(set(cells))
        found.update(p for p, cell in zip(typed.body.kept, cells, strict=True) if cell in telling)
    return sorted(found)


def _sections(body: BodyRows) -> Mapping[int, str]:
    """The heading above each row, up to the next heading or total, where it may speak of bedrooms."""
    sections = [(position, label if may_tell(label) else "") for position, label in body.sections]
    if not any(label for _, label in sections):
        return {}
    sections = sorted([*sections, *((position, "") for position in body.totals)])
    starts = [position for position, _ in sections]
    above = {position: bisect.bisect(starts, position) - 1 for position in body.kept}
    return {position: sections[at][1] for position, at in above.items() if at >= 0}
