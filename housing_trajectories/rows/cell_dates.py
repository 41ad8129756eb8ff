"""What one cell that should hold a date says, in any of the forms councils use, spreadsheet numbers
among them.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date, datetime, timedelta

_MONTHS = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")
_SPREADSHEET_EPOCH = date(1899, 12, 30)
_SERIAL = (20_000, 73_415)
_FAR_FUTURE = 2050
_MONTH = r"(jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec)[a-z]*"
_WEEKDAY = re.compile(r"^(?:mon|tue|wed|thu|fri|sat|sun)[a-z]*[,.]?\s+")
_TIME = re.compile(
    r"(?:[t ]|,\s*)\d{1,2}:\d{2}(?::\d{2}(?:\.\d+)?)?\s*(?:am|pm)?\s*(?:z|[+-]\d{2}:?\d{2}|gmt|bst|utc)?$"
)
_YEAR_FIRST = re.compile(r"^(\d{4})[-/. ](\d{1,2})[-/. ](\d{1,2})$")
_COMPACT = re.compile(r"^(\d{4})(\d{2})(\d{2})$")
_DAY_FIRST = re.compile(r"^(\d{1,2})[-/. ](\d{1,2})[-/. ](\d{4}|\d{2})$")
_DAY_NAMED = re.compile(rf"^(\d{{1,2}})[-/. ]*(?:of )?{_MONTH}[-/., ]*'?(\d{{4}}|\d{{2}})$")
_NAMED_DAY = re.compile(rf"^{_MONTH}[-/. ]*(\d{{1,2}})[,-/. ]+(\d{{4}})$")
_YEAR_NAMED = re.compile(rf"^(\d{{4}})[-/. ]{_MONTH}[-/. ](\d{{1,2}})$")
_MONTH_YEAR = re.compile(rf"^{_MONTH}[-/., ]*'?(\d{{4}}|\d{{2}})$")
_NUMBER_MONTH = re.compile(r"^(?:(\d{1,2})[-/.](\d{4})|(\d{4})[-/.](\d{1,2}))$")
_YEAR = re.compile(r"^(19|20)\d{2}$")


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
    if _YEAR.match(text):
        return int(text), 1, 1, "read as 1 January"
    return None


def _century(text: str) -> int:
    year = int(text)
    if year >= 100:
        return year
    return 2000 + year if year < 70 else 1900 + year


def _serial(number: float) -> DateRead:
    if not _SERIAL[0] <= number <= _SERIAL[1]:
        if 1900 <= number <= 2100 and number == int(number):
            return _checked(date(int(number), 1, 1), "text date", "read as 1 January")
        return DateRead(None, "invalid date", "left out")
    value = _SPREADSHEET_EPOCH + timedelta(days=int(number))
    return _checked(value, "serial date", f"read as {value.isoformat()}")


def _checked(value: date, issue: str, done: str) -> DateRead:
    if value.year > _FAR_FUTURE:
        return DateRead(value, "far-future-date", "kept as it is")
    return DateRead(value, issue, done)
