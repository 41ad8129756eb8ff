"""Whether a site's words speak of bedrooms rather than homes, and whether its number counts them.

A care home's or hall's number is its bedrooms, or the homes that the Housing Delivery Test counts for them,
or a file does not tell. Flats with a door of their own are homes whoever lives in them. Moving the numbers
does not belong here.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

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
