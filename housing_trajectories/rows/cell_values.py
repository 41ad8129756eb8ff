"""What one cell that should hold a number says: the rule for each way in which councils write one.

No rule ever turns something that is not a number into 0: it is a number, no statement, a number not known
yet, or unreadable, and in every case but a plain number it says so. Dates have a module of their own.
"""

from __future__ import annotations

import math
import re
from dataclasses import dataclass
from datetime import date, datetime, time
from typing import Literal

from housing_trajectories.findings import Severity

State = Literal["number", "none", "unknown", "unreadable"]


@dataclass(frozen=True)
class Amount:
    """A number as read, or why there is none.

    `low` and `high` are the ends where the cell gives a range, else missing. `issue` is empty where the
    cell is a plain number; `done` says what was made of it.
    """

    state: State
    value: float = math.nan
    low: float = math.nan
    high: float = math.nan
    issue: str = ""
    severity: Severity = "mended"
    done: str = ""


LARGE = "large number"
"""A plain number that a spreadsheet may also mean as a date."""
BLANK = Amount("none", issue="blank", done="taken as no statement, not as 0")

_LONGEST = 200
_ROUNDING = 1e-6  # what is left by a spreadsheet's own sums, not a part of a home
_SERIAL_DATES = (36_526, 73_415)  # 1 January 2000 and 31 December 2100 as a spreadsheet counts days
_NULLS = {
    "-",
    "--",
    "---",
    "<null>",
    "null",
    "n/a",
    "na",
    "n.a.",
    "n.a",
    "not applicable",
    "nan",
    "none stated",
}
_NULLS |= {".", "..", "…", "...", "*", "[x]", "[z]", "[c]", "<na>", "(blank)", "blank", "'-", "'"}
_NOTHING = {"nil", "none", "zero", "no homes"}
_STAGES = {
    "complete",
    "completed",
    "built",
    "built out",
    "done",
    "u/c",
    "uc",
    "under construction",
    "started",
}
_STAGES |= {"not started", "on site", "commenced", "expired", "lapsed", "superseded", "see above", "as above"}
_UNKNOWN = {"tbc", "tbd", "tba", "t.b.c", "t.b.c.", "t.b.d.", "?", "??", "???", "unknown", "not known", "n/k"}
_UNKNOWN |= {"nk", "to be confirmed", "to be determined", "to be agreed", "to follow", "awaiting", "pending"}
_UNKNOWN |= {
    "not yet known",
    "subject to review",
    "see note",
    "see notes",
    "x",
    "✓",
    "✔",
    "tick",
    "unclear",
    "to be advised",
}
_EXCEL_ERROR = re.compile(r"^(#[A-Z0-9/_ ]+[!?]?|#N/A!?|Err:\d+)$", re.IGNORECASE)
_PLAIN = re.compile(r"^[+-]?\d{1,9}$", re.ASCII)
_PLAIN_MEASURE = re.compile(r"^[-+]?\d{1,12}(?:\.\d{1,15})?$")
_NUMBER = r"(?:\d{1,3}(?:[, ]\d{3})+|\d{1,9})(?:\.\d+)?"
_DECIMAL = re.compile(rf"^({_NUMBER})$")
_DECIMAL_COMMA = re.compile(r"^(\d{1,6}),0{1,2}$")
_PERCENT = re.compile(r"^[+-]?\d+(?:\.\d+)?\s*(?:%|per ?cent|percent)$")
_SCIENTIFIC = re.compile(r"^\d(?:\.\d+)?e[+]?\d{1,2}$")
_RANGE = re.compile(
    rf"^(?:between )?({_NUMBER})\s*(?:-|\.\.+|to|and|or|~)\s*({_NUMBER})"
    r"(?:\s*(?:net |new )?(?:homes?|dwell?ings?|units?|dwgs?|houses?|flats?|plots?))?$"
)
_SLASHED = re.compile(rf"^({_NUMBER})\s*/\s*({_NUMBER})$")
_YEAR = re.compile(r"^(?:19|20)\d\d\s*[-/]\s*(?:\d\d|(?:19|20)\d\d)$")
_ABOUT = re.compile(
    rf"^(?:c\.?|ca\.?|circa|approx(?:imately|\.)?|about|around|est(?:imated?|\.)?|say|~|≈)\s*({_NUMBER})$"
)
_ABOUT_AFTER = re.compile(
    rf"^({_NUMBER})\s*(?:approx(?:imately|\.)?|est\.?|\(est\.?\)|ish|\?|\(approx\.?\)|tbc|\(tbc\))$"
)
_AT_LEAST = re.compile(
    rf"^(?:(?:at least|min\.?|minimum|>=?|≥|over|more than)\s*({_NUMBER})|({_NUMBER})\s*(?:\+|or more|min))$"
)
_AT_MOST = re.compile(
    rf"^(?:(?:up to|max\.?|maximum|at most|<=?|≤|under|less than|no more than)\s*({_NUMBER})"
    rf"|({_NUMBER})\s*max)$"
)
_BRACKETED = re.compile(rf"^\(\s*({_NUMBER})\s*\)$")
_NEGATIVE = re.compile(rf"^(?:-\s*({_NUMBER})|({_NUMBER})\s*-)$")
_WITH_WORD = re.compile(
    rf"^([-+]?{_NUMBER})\s*(?:no\.?|nr|x)?\s*(?:net |new )?(?:homes?|dwell?ings?|units?|dwgs?|du"
    rf"|houses?|flats?|plots?|net|\(net\)|p\.?a\.?|dpa|per (?:year|annum))$"
)
_COUNTED = re.compile(rf"^({_NUMBER})\s*(?:no\.?|nr\.?)$")
_FOOTNOTE = re.compile(rf"^({_NUMBER})\s*(?:\*+|†|‡|\[[^\]]{{1,20}}\]|\(note [^)]{{1,10}}\)|[¹²³]+)$")
_MONTH = r"(?:jan|feb|mar|apr|may|jun|jul|aug|sep|sept|oct|nov|dec)[a-z]*"
_DATE = re.compile(
    rf"^(?:\d{{1,2}}(?:st|nd|rd|th)?[-/ .]{_MONTH}(?:[-/ .,]+\d{{2,4}})?"
    rf"|{_MONTH}[-/ .]\d{{1,4}}(?:,? \d{{4}})?"
    r"|\d{1,2}[-/.]\d{1,2}[-/.]\d{2,4}|\d{4}-\d{1,2}-\d{1,2}(?:[ t]\d.*)?)$"
)
_FROM_DASHES = str.maketrans(
    {"–": "-", "—": "-", "−": "-", "‑": "-", "‒": "-", "\u00a0": " ", "\u202f": " ", "\u2009": " "}
)


def amount(cell: object) -> Amount:
    """The number that a cell of a year's homes holds, by the module's rules; never raises."""
    found = amount_of_site(cell)
    if found.issue == LARGE:
        return _unreadable("serial date", "a spreadsheet's number of a date; not counted as homes")
    return found


def amount_of_site(cell: object) -> Amount:
    """As `amount`, of a site in all its years: a new town may have as many homes as a date has days."""
    if cell is None or cell == "":
        return BLANK
    if isinstance(cell, bool):
        return _unreadable("invalid integer", "a yes or no where a number is needed; not counted")
    if isinstance(cell, int | float):
        return _of_number(float(cell))
    if isinstance(cell, datetime | date | time):
        return _unreadable(
            "text date", "a date where a number is needed, maybe one that a spreadsheet made of it"
        )
    text = str(cell)
    if _PLAIN.match(text):
        return _of_number(float(text))
    return _of_text(text)


def measure(cell: object) -> Amount:
    """A number that need not be whole, such as hectares or a coordinate, with the same rules."""
    if isinstance(cell, int | float) and not isinstance(cell, bool):
        return (
            Amount("number", float(cell))
            if math.isfinite(cell)
            else _unreadable("invalid number", "left out")
        )
    raw = str(cell if cell is not None else "")
    if _PLAIN_MEASURE.match(raw):
        return Amount("number", float(raw))
    text = _folded(raw)
    if _PLAIN_MEASURE.match(text):
        return Amount("number", float(text))
    if _DECIMAL.match(text):
        value = _float(text)
        return Amount("number", value, issue="thousands separator", done=f"read as {value:.12g}")
    unit = re.match(rf"^({_NUMBER})\s*(?:ha|hectares?|hect|sqm|m2|m)\.?$", text)
    if unit:
        return Amount("number", _float(unit.group(1)), issue="unit in number", done="read without its unit")
    found = _of_text(text) if text else BLANK
    if found.state == "number":
        return found
    return found if found.state == "none" else _unreadable("invalid number", "left out")


def _of_number(value: float) -> Amount:
    if not math.isfinite(value):
        return _unreadable("invalid integer", "not a finite number; not counted")
    if _SERIAL_DATES[0] <= value <= _SERIAL_DATES[1]:
        return Amount(
            "number",
            value,
            issue=LARGE,
            severity="warning",
            done=f"read as {value:,.0f} homes, not as a date",
        )
    if value != round(value) and abs(value - round(value)) < _ROUNDING:
        value = float(round(value))
    if value != round(value):
        return Amount("number", value, issue="part of a home", severity="warning", done="kept as it is")
    if abs(value) > _SERIAL_DATES[1]:
        return _unreadable("invalid integer", "more homes than any site has; not counted")
    return Amount("number", value)


def _of_text(raw: str) -> Amount:
    text = _folded(raw)
    if text == "":
        return BLANK
    if len(text) > _LONGEST:
        return _unreadable("invalid integer", "a long text; not counted")
    if _PLAIN.match(text):
        return _of_number(float(text))
    for rule in (_marker, _written_number, _hedged_number):
        found = rule(text)
        if found is not None:
            return found
    if _DATE.match(text):
        return _unreadable(
            "text date", "a date where a number is needed, maybe a range that a spreadsheet changed"
        )
    if text.startswith("="):
        quoted = re.match(r'^="([^"]*)"$', text)
        if quoted:
            return _noted(_of_text(quoted.group(1)), "quoted number", "the text within the formula")
        return _unreadable("formula without a value", "not evaluated, not counted")
    if "gross" in text:
        return _unreadable("gross where net is stated", "not counted")
    return _unreadable("invalid integer", "not counted, and not taken as 0")


def _marker(text: str) -> Amount | None:
    if text in _NULLS:
        return Amount("none", issue="null marker", done="taken as no statement, not as 0")
    if text in _UNKNOWN:
        return Amount("unknown", issue="to be confirmed")
    if _EXCEL_ERROR.match(text):
        return Amount("unknown", issue="spreadsheet error")
    if text in _STAGES:
        return Amount(
            "none",
            issue="stage in place of a number",
            severity="warning",
            done="taken as no statement, not as 0",
        )
    if _PERCENT.match(text):
        return _unreadable("percentage", "not counted, and not taken as homes")
    if text in _NOTHING:
        return Amount("number", 0.0, issue="number in words", done="read as 0, which it states")
    return None


def _written_number(text: str) -> Amount | None:
    if match := _DECIMAL.match(text):
        value = _float(match.group(1))
        if "," in text or " " in text:
            return _noted(_of_number(value), "thousands separator", f"read as {value:g}")
        return _noted(_of_number(value), "decimal number", f"read as {value:g}")
    if match := _DECIMAL_COMMA.match(text):
        value = float(match.group(1))
        return _noted(_of_number(value), "decimal comma", f"read as {value:g}", "warning")
    if _SCIENTIFIC.match(text):
        value = float(text)
        return _noted(_of_number(value), "scientific number", f"read as {value:g}", "warning")
    if match := _BRACKETED.match(text):
        value = -_float(match.group(1))
        return Amount(
            "number", value, issue="bracketed number", done=f"read as {value:g}, as accounts write it"
        )
    if match := _NEGATIVE.match(text):
        value = -_float(match.group(1) or match.group(2))
        return Amount(
            "number", value, issue="" if match.group(1) else "trailing minus", done=f"read as {value:g}"
        )
    if text.startswith(("'", "+")) and len(text) > 1:
        return _noted(_of_text(text[1:]), "number as text", "read without the leading sign")
    return None


def _hedged_number(text: str) -> Amount | None:
    inner = re.match(r"^\(([^()]+)\)$", text)
    if inner:
        return _hedged_number(inner.group(1).strip())
    if match := _SLASHED.match(text):
        low, high = _float(match.group(1)), _float(match.group(2))
        if low + 1 < high <= 2 * low:
            done = f"read as the midpoint {(low + high) / 2:g}, its ends kept"
            return Amount("number", (low + high) / 2, low, high, "range", "warning", done)
        return _unreadable("invalid integer", "a part of a whole, a year or a range; not counted")
    if _YEAR.match(text):
        return _unreadable("year in place of a number", "not counted, and not taken as 0")
    if match := _RANGE.match(text):
        low, high = _float(match.group(1)), _float(match.group(2))
        if low > high:
            return _unreadable("invalid integer", "a difference, or a range from high to low; not counted")
        middle = (low + high) / 2
        done = f"read as the midpoint {middle:g}, its ends kept"
        return Amount("number", middle, low, high, "range", "mended", done)
    if match := _ABOUT.match(text) or _ABOUT_AFTER.match(text):
        value = _float(match.group(1))
        return _noted(_of_number(value), "approximate number", f"read as {value:g}")
    if match := _AT_LEAST.match(text):
        value = _float(match.group(1) or match.group(2))
        return Amount(
            "number", value, value, math.nan, "at least", "warning", f"read as {value:g}, the least kept"
        )
    if match := _AT_MOST.match(text):
        high = _float(match.group(1) or match.group(2))
        done = f"read as the midpoint {high / 2:g} of 0 to {high:g}, its ends kept"
        return Amount("number", high / 2, 0.0, high, "at most", "warning", done)
    if match := _WITH_WORD.match(text) or _COUNTED.match(text):
        value = _float(match.group(1))
        return _noted(_of_number(value), "unit in number", f"read as {value:g}")
    if match := _FOOTNOTE.match(text):
        value = _float(match.group(1))
        return _noted(_of_number(value), "footnote", f"read as {value:g}")
    return None


def _noted(found: Amount, issue: str, done: str, severity: Severity = "mended") -> Amount:
    """`found` with a remark, unless it already carries a graver one."""
    if found.state != "number" or found.issue:
        return found
    return Amount("number", found.value, found.low, found.high, issue, severity, done)


def _unreadable(issue: str, done: str) -> Amount:
    return Amount("unreadable", issue=issue, severity="error", done=done)


def _folded(text: str) -> str:
    return " ".join(text[: _LONGEST + 1].translate(_FROM_DASHES).split()).lower()


def _float(text: str) -> float:
    return float(text.replace(",", "").replace(" ", ""))
