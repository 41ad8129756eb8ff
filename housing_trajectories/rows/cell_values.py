"""What one cell that should hold a number or a date says: the rule for each way in which councils write one.

No rule ever turns something that is not a number into 0: it is a number, no statement, a number not known
yet, or unreadable, and in every case but a plain number it says so.
"""

from __future__ import annotations

import math
import re
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
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
    *("-", "--", "---", "<null>", "null", "n/a", "na", "n.a.", "n.a", "not applicable", "nan", "none stated"),
    *(".", "..", "…", "...", "*", "[x]", "[z]", "[c]", "<na>", "(blank)", "blank", "'-", "'"),
}
_NOTHING = {"nil", "none", "zero", "no homes"}
_STAGES = {
    *("complete", "completed", "built", "built out", "done", "u/c", "uc", "under construction", "started"),
    *("not started", "on site", "commenced", "expired", "lapsed", "superseded", "see above", "as above"),
}
_UNKNOWN = {
    *(
        "tbc",
        "tbd",
        "tba",
        "t.b.c",
        "t.b.c.",
        "t.b.d.",
        "?",
        "??",
        "???",
        "unknown",
        "not known",
        "n/k",
        "nk",
    ),
    *("to be confirmed", "to be determined", "to be agreed", "to be advised", "to follow", "awaiting"),
    *(
        "pending",
        "not yet known",
        "subject to review",
        "see note",
        "see notes",
        "x",
        "✓",
        "✔",
        "tick",
        "unclear",
    ),
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
        finite = math.isfinite(cell)
        return Amount("number", float(cell)) if finite else _unreadable("invalid number", "left out")
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
        done = f"read as {value:,.0f} homes, not as a date"
        return Amount("number", value, issue=LARGE, severity="warning", done=done)
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
        done = "taken as no statement, not as 0"
        return Amount("none", issue="stage in place of a number", severity="warning", done=done)
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
        done = f"read as {value:g}, as accounts write it"
        return Amount("number", value, issue="bracketed number", done=done)
    if match := _NEGATIVE.match(text):
        value = -_float(match.group(1) or match.group(2))
        issue = "" if match.group(1) else "trailing minus"
        return Amount("number", value, issue=issue, done=f"read as {value:g}")
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
        done = f"read as {value:g}, the least kept"
        return Amount("number", value, value, math.nan, "at least", "warning", done)
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


_MONTHS = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")
_SPREADSHEET_EPOCH = date(1899, 12, 30)
_SERIAL_DAYS = (20_000, 73_415)
_FAR_FUTURE = 2050
_NAMED_MONTH = r"(jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec)[a-z]*"
_WEEKDAY = re.compile(r"^(?:mon|tue|wed|thu|fri|sat|sun)[a-z]*[,.]?\s+")
_TIME = re.compile(
    r"(?:[t ]|,\s*)\d{1,2}:\d{2}(?::\d{2}(?:\.\d+)?)?\s*(?:am|pm)?\s*(?:z|[+-]\d{2}:?\d{2}|gmt|bst|utc)?$"
)
_YEAR_FIRST = re.compile(r"^(\d{4})[-/. ](\d{1,2})[-/. ](\d{1,2})$")
_COMPACT = re.compile(r"^(\d{4})(\d{2})(\d{2})$")
_DAY_FIRST = re.compile(r"^(\d{1,2})[-/. ](\d{1,2})[-/. ](\d{4}|\d{2})$")
_DAY_NAMED = re.compile(rf"^(\d{{1,2}})[-/. ]*(?:of )?{_NAMED_MONTH}[-/., ]*'?(\d{{4}}|\d{{2}})$")
_NAMED_DAY = re.compile(rf"^{_NAMED_MONTH}[-/. ]*(\d{{1,2}})[,-/. ]+(\d{{4}})$")
_YEAR_NAMED = re.compile(rf"^(\d{{4}})[-/. ]{_NAMED_MONTH}[-/. ](\d{{1,2}})$")
_MONTH_YEAR = re.compile(rf"^{_NAMED_MONTH}[-/., ]*'?(\d{{4}}|\d{{2}})$")
_NUMBER_MONTH = re.compile(r"^(?:(\d{1,2})[-/.](\d{4})|(\d{4})[-/.](\d{1,2}))$")
_YEAR_ALONE = re.compile(r"^(19|20)\d{2}$")


@dataclass(frozen=True)
class DateRead:
    """A date, or None where the cell is none; `issue` is empty where it is written as 2024-03-31."""

    value: date | None
    issue: str = ""
    done: str = ""


def read_date(cell: object) -> DateRead:
    """The date in a cell; never raises. A date without a day stands at the first of the month or year."""
    if isinstance(cell, datetime):
        return _checked(cell.date(), "", "")
    if isinstance(cell, date):
        return _checked(cell, "", "")
    if isinstance(cell, int | float) and not isinstance(cell, bool):
        return _serial(float(cell))
    text = " ".join(str(cell or "").split()).lower()[:60]
    if not text:
        return DateRead(None)
    if re.fullmatch(r"\d{5}(\.\d+)?", text):
        return _serial(float(text))
    bare = _WEEKDAY.sub("", _TIME.sub("", text)).strip()
    bare = re.sub(r"(\d)(?:st|nd|rd|th)\b", r"\1", bare).replace("–", "-")
    parts = _parts(bare)
    if parts is None:
        return DateRead(None, "invalid date", "left out")
    year, month, day, how = parts
    if month > 12 and day <= 12:
        month, day, how = day, month, "read with the month first"
    try:
        value = date(year, month, day)
    except ValueError:
        return DateRead(None, "invalid date", "left out")
    plain = text == value.isoformat()
    return _checked(
        value, "" if plain else "text date", "" if plain else how or f"read as {value.isoformat()}"
    )


def _parts(text: str) -> tuple[int, int, int, str] | None:
    """Year, month, day, and what to say where the day or month is not given."""
    if match := _YEAR_FIRST.match(text) or _COMPACT.match(text):
        return int(match[1]), int(match[2]), int(match[3]), ""
    if match := _DAY_FIRST.match(text):
        return _century(match[3]), int(match[2]), int(match[1]), ""
    if match := _DAY_NAMED.match(text):
        return _century(match[3]), _MONTHS.index(match[2]) + 1, int(match[1]), ""
    if match := _NAMED_DAY.match(text):
        return int(match[3]), _MONTHS.index(match[1]) + 1, int(match[2]), ""
    if match := _YEAR_NAMED.match(text):
        return int(match[1]), _MONTHS.index(match[2]) + 1, int(match[3]), ""
    if match := _MONTH_YEAR.match(text):
        return _century(match[2]), _MONTHS.index(match[1]) + 1, 1, "read as the first of the month"
    if match := _NUMBER_MONTH.match(text):
        year, month = (match[2], match[1]) if match[1] else (match[3], match[4])
        return int(year), int(month), 1, "read as the first of the month"
    if _YEAR_ALONE.match(text):
        return int(text), 1, 1, "read as 1 January"
    return None


def _century(text: str) -> int:
    year = int(text)
    if year >= 100:
        return year
    return 2000 + year if year < 70 else 1900 + year


def _serial(number: float) -> DateRead:
    if not _SERIAL_DAYS[0] <= number <= _SERIAL_DAYS[1]:
        if 1900 <= number <= 2100 and number == int(number):
            return _checked(date(int(number), 1, 1), "text date", "read as 1 January")
        return DateRead(None, "invalid date", "left out")
    value = _SPREADSHEET_EPOCH + timedelta(days=int(number))
    return _checked(value, "serial date", f"read as {value.isoformat()}")


def _checked(value: date, issue: str, done: str) -> DateRead:
    if value.year > _FAR_FUTURE:
        return DateRead(value, "far-future-date", "kept as it is")
    return DateRead(value, issue, done)
