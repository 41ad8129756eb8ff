"""What the heading of a year column means: which financial years its homes fall in.

A label such as 2024/25 says so itself. A bare 2025 does not: its meaning is read from the words around it or
asked for, and where neither tells, that is an error. Reading the homes beneath does not belong here.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date, datetime
from functools import lru_cache
from typing import Literal

Meaning = Literal["financial", "financial-ending", "calendar", "mid-year"]
MEANINGS: tuple[Meaning, ...] = ("financial", "financial-ending", "calendar", "mid-year")
"""What a bare year is: the financial year that starts in it, the one that ends in it, the calendar year, or
the year to 30 June of it."""

_FIRST, _LAST = 1990, 2100


@dataclass(frozen=True)
class YearLabel:
    """What one heading says.

    `kind`: `financial` (`first` starts it), `bare` (a year whose meaning is to be read elsewhere),
    `calendar`, `mid-year`, `band` (financial years `first` to `last` together), `beyond` (after `first`),
    `relative` (the `first`-th to `last`-th year of the file). `remark` says how it was read if not plainly.
    """

    kind: Literal["financial", "bare", "calendar", "mid-year", "band", "beyond", "relative"]
    first: int
    last: int
    remark: str = ""
    quarter: bool = False

    @property
    def key(self) -> tuple[str, int, int]:
        """What tells it from other years."""
        return self.kind, self.first, self.last


_TOTAL = re.compile(r"\b(?:sub-?\s?totals?|totals?|cumulative|sum|average|mean|annualised)\b")
_BEFORE = re.compile(
    r"\b(?:built|complet\w*|deliver\w*|past|previous|prior|pre)\b.*\b(?:to date|before|prior|up to"
    r"|as at|as of|since|by|to|at|-)\b"
    r"|\b(?:before|prior to|pre-|up to|as at|as of)\b|\bto date\b"
)
_NOT_A_YEAR = re.compile(
    r"\b(?:capacity|requirement|remaining|outstanding|permission|application|allocation|reference|ref|population|"
    r"base date|expiry|decision|approved|position|status|list|plan|shlaa|helaa|census)\b"
)
_PLAIN_SIGNS = str.maketrans("–—‑−’‘\u00a0", "----'' ")
_EXPECTED = re.compile(r"\b(?:expected|forecast|project\w*|phas\w*|anticipated|planned|future)\b")
_MONTH = r"(?:jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec)[a-z]*"
_Y4 = r"((?:19|20)\d\d)"
_SEPARATOR = r"\s*[/\-_.\\ ]\s*"
_YEAR_TOTAL = re.compile(rf"^({_Y4}\s*[/\-]\s*\d\d(?:\d\d)?) totals?$")
_DAY_END = r"31(?:st)?[ /\-.]*(?:mar(?:ch)?|0?3)[ /\-.,]*'?((?:19|20)\d\d|\d\d)(?!\d)"
_DAY_START = r"0?1(?:st)?[ /\-.]*(?:apr(?:il)?|0?4)[ /\-.,]*'?((?:19|20)\d\d|\d\d)"
_DAYS = re.compile(rf"^(?:from )?{_DAY_START}\s*(?:-|to|until)\s*{_DAY_END}$")
_YEAR_TO_DAY = re.compile(rf"^(?:y/?e|y(?:ea)?r (?:to|end(?:ing|ed)?)|12 months to)\.?\s*{_DAY_END}$")
_MONTH_ALONE = re.compile(r"^(mar(?:ch)?|apr(?:il)?)[ \-/.]*'?((?:19|20)\d\d|\d\d)$")
_DAY_ALONE = re.compile(rf"^{_DAY_END}$")
_DAY_BEHIND = re.compile(rf"^{_Y4}\s*\(?(?:to |at )?31(?:st)? mar(?:ch)?\)?$")
_TWO_FINANCIAL = re.compile(
    rf"{_Y4}\s*[/]\s*(\d\d(?:\d\d)?)\s*(?:-|to|until)\s*{_Y4}\s*[/]\s*(\d\d(?:\d\d)?)(?!\d)"
)
_FINANCIAL = re.compile(rf"(?<!\d){_Y4}{_SEPARATOR}((?:19|20)\d\d|\d\d?)(?!\d)")
_SHORT = re.compile(r"(?<![\d/])'?(\d\d)\s*[/\-]\s*'?(\d\d)(?![\d/])")
_JOINED = re.compile(r"(?<!\d)((?:19|20)\d\d)((?:20)?\d\d)(?!\d)")
_APRIL_MARCH = re.compile(
    rf"(?:1(?:st)? )?apr(?:il)?\.?\s*'?{_Y4[:-1]}|\d\d)\s*(?:-"
    rf"|to)\s*(?:31(?:st)? )?mar(?:ch)?\.?\s*'?((?:19|20)\d\d|\d\d)(?!\d)"
)
_JAN_DEC = re.compile(
    r"jan(?:uary)?\.?\s*(?:'?\d{2,4})?\s*(?:-|to)\s*(?:31(?:st)? )?dec(?:ember)?\.?\s*'?((?:19|20)\d\d"
    r"|\d\d)(?!\d)"
)
_JULY_JUNE = re.compile(
    r"jul[yi]?\.?\s*'?(?:\d{2,4})?\s*(?:-|to)\s*(?:30(?:th)? )?june?\.?\s*'?((?:19|20)\d\d|\d\d)(?!\d)"
)
_ENDING = re.compile(
    rf"(?:y/?e|year end(?:ing|ed)?|year to|fy end(?:ing)?|ending"
    rf"|12 months to)\.?\s*(?:(?:31(?:st)? )?mar(?:ch)?\.?,?\s*)?'?{_Y4[:-1]}|\d\d)(?!\d|\s*(?:st )?mar)"
)
_END_OF_MARCH = re.compile(rf"(?:31(?:st)?[ /\-.]*(?:mar(?:ch)?|0?3)|mar(?:ch)?)[ /\-.,]*{_Y4}(?!\d)")
_START_OF_APRIL = re.compile(rf"(?:from )?0?1(?:st)?[ /\-.]*(?:apr(?:il)?|0?4)[ /\-.,]*{_Y4}(?!\d)")
_MID = re.compile(rf"mid[\s\-]*(?:year)?[\s\-]*{_Y4}|(?:30(?:th)? )?june?\s*{_Y4}|{_Y4}\s*\(?mid[\s\-]*year")
_CALENDAR = re.compile(rf"(?:calendar(?: year)?|cy)\s*{_Y4}|{_Y4}\s*\(?(?:calendar|cy|jan)")
_FY_ONE = re.compile(r"\bfy\s*'?((?:20)?\d\d)(?![\d/\-])")
_BEYOND = re.compile(
    rf"(?:beyond|post|after|later than|>|remainder (?:after|beyond)"
    rf"|from)\s*{_Y4}(?:\s*[/\-]\s*\d\d(?:\d\d)?)?|{_Y4}(?:\s*[/\-]\s*\d\d(?:\d\d)?)?\s*(?:\+|onwards?"
    rf"|and beyond|and after|plus|and later)"
)
_LATER = re.compile(
    r"(?:homes |dwellings |units )?(?:beyond|thereafter|later(?: years)?"
    r"|beyond (?:the )?(?:trajectory|period)(?: period)?"
    r"|after (?:the )?trajectory(?: period)?|post[ -]trajectory)"
)
_BEYOND_PLAN = re.compile(
    r"(?:beyond|post|after|outside)\s*(?:the |end of )?\s*plan|plan period \+|\bpost[ -]plan\b"
)
_RELATIVE_BAND = re.compile(
    r"(?:^|\b)(?:years?|yrs?)\s*(\d{1,2})\s*(?:-|to)\s*(\d{1,2})|(\d{1,2})\s*(?:-|to)\s*(\d{1,2})\s*(?:years?|yrs?)"
)
_RELATIVE = re.compile(r"^(?:year|yr|y)\s*(\d{1,2})$")
_BARE = re.compile(rf"^(?:[a-z_]{{0,12}}[\s_]?)?{_Y4}(?:\.0)?(?:[\s_][a-z_]{{0,14}})?$")
_PARENTHESES = re.compile(r"\((?:year|yr|y)?\s*\d{1,2}\)|\b(?:year|yr|y)\s*\d{1,2}\b[:\-\s]*(?=.*\d{2})")


@lru_cache(maxsize=8192, typed=True)
def year_label(cell: object) -> YearLabel | None:
    """What a heading says of years, None where it is no year's; never raises.

    Worked out once for each different cell: the search for headings asks it of many.
    """
    if isinstance(cell, datetime | date):
        return _of_date(cell)
    if isinstance(cell, int | float) and not isinstance(cell, bool):
        pair = round(cell * 100) if cell == cell and 1e3 < abs(cell) < 1e4 and cell != int(cell) else cell
        if pair == pair and 1e5 < abs(pair) < 1e6 and float(pair).is_integer():
            first, last = divmod(int(pair), 100)
            if _plausible(first) and last == (first + 1) % 100:
                return YearLabel("financial", first, first)
        if pair == pair and 1e7 < abs(pair) < 1e8 and float(pair).is_integer():
            first, last = divmod(int(pair), 10_000)
            if _plausible(first) and last == first + 1:
                return YearLabel("financial", first, first)
        whole = int(cell) if cell == cell and abs(cell) < 1e7 else 0
        return YearLabel("bare", whole, whole) if whole == cell and _plausible(whole) else None
    text = folded(str(cell or ""))
    text = _YEAR_TOTAL.sub(r"\1", text)
    if _LATER.fullmatch(text):
        return YearLabel("beyond", 0, 0)
    if not text or len(text) > 80 or _TOTAL.search(text) or not re.search(r"\d|plan", text):
        return None
    for reading in (_beyond, _spelt_out, _before, _double, _single):
        found = reading(text)
        if found == "stop":
            return None
        if isinstance(found, YearLabel):
            return found if found.kind in ("relative", "beyond") or _plausible(found.first) else None
    return None


def is_built_before(cell: object) -> bool:
    """Whether a heading is that of the homes built before the base date."""
    text = folded(str(cell or ""))
    if re.match(r"(?:net )?totals? (?:to|at|by|up to) (?:date|31|march|1 )", text):
        return True
    past = re.search(r"\b(?:built|complet\w*|deliver\w*)\b", text) and not _EXPECTED.search(text)
    return bool(past) and bool(_BEFORE.search(text) or _TWO_FINANCIAL.search(text))


def _beyond(text: str) -> YearLabel | str | None:
    if _BEYOND_PLAN.search(text):
        return YearLabel("beyond", 0, 0)
    match = _BEYOND.search(text)
    if match and not re.search(r"complet|built", text):
        year = int(match.group(1) or match.group(2))
        return YearLabel("beyond", year, year)
    return None


def _spelt_out(text: str) -> YearLabel | str | None:
    if match := _DAYS.match(text):
        first, last = _full(match.group(1)), _full(match.group(2))
        if last == first + 1:
            return YearLabel("financial", first, first)
        return YearLabel("band", first, last - 1) if last > first else "stop"
    if match := _YEAR_TO_DAY.match(text) or _DAY_ALONE.match(text) or _DAY_BEHIND.match(text):
        return YearLabel("financial", _full(match.group(1)) - 1, _full(match.group(1)) - 1)
    if match := _MONTH_ALONE.match(text):
        return _of_month(3 if match.group(1).startswith("mar") else 4, _full(match.group(2)))
    if match := _APRIL_MARCH.search(text):
        first, last = _full(match.group(1)), _full(match.group(2))
        return (
            YearLabel("financial", first, first) if last == first + 1 else YearLabel("band", first, last - 1)
        )
    if match := _JAN_DEC.search(text):
        return YearLabel("calendar", _full(match.group(1)), _full(match.group(1)))
    if match := _JULY_JUNE.search(text):
        return YearLabel("mid-year", _full(match.group(1)), _full(match.group(1)))
    if (match := _ENDING.search(text)) and not re.search(r"dec|june", text):
        year = _full(match.group(1)) - 1
        return YearLabel("financial", year, year)
    return None


def _before(text: str) -> YearLabel | str | None:
    return "stop" if _BEFORE.search(text) or _NOT_A_YEAR.search(text) else None


def _double(text: str) -> YearLabel | str | None:
    bare = _PARENTHESES.sub(" ", text)
    quarter = bool(re.search(r"\b(?:q[1-4]|h[12])\b", bare))
    bare = re.sub(r"\b(?:q[1-4]|h[12])\b", " ", bare).strip()
    past = re.search(r"\b(?:built|complet\w*|deliver\w*)\b", bare) and not _EXPECTED.search(bare)
    if match := _TWO_FINANCIAL.search(bare):
        if past:
            return "stop"
        return YearLabel("band", int(match.group(1)), int(match.group(3)))
    match = _FINANCIAL.search(bare)
    if match:
        first, last = int(match.group(1)), _full(match.group(2))
        if "mid" in bare and last == first + 1:
            return YearLabel("mid-year", last, last)
        if last == first + 1 or (len(match.group(2)) == 1 and last % 10 == (first + 1) % 10):
            return YearLabel("financial", first, first, quarter=quarter)
        if past:
            return "stop"
        if last - first in (5, 10, 15, 20):
            return YearLabel("band", first, last - 1)
        if 1 < last - first < 40:
            return YearLabel("band", first, last, remark="read as whole financial years, both ends included")
        return "stop"
    match = _SHORT.search(bare)
    if match and not _RELATIVE_BAND.search(bare):
        first, last = int(match.group(1)), int(match.group(2))
        if last == (first + 1) % 100:
            century = 1900 if first >= _FIRST % 100 else 2000
            return YearLabel("financial", century + first, century + first, quarter=quarter)
    match = _JOINED.search(bare)
    if match and _full(match.group(2)) == int(match.group(1)) + 1:
        return YearLabel("financial", int(match.group(1)), int(match.group(1)))
    return None


def _single(text: str) -> YearLabel | str | None:
    if match := _END_OF_MARCH.search(text):
        return YearLabel("financial", int(match.group(1)) - 1, int(match.group(1)) - 1)
    if match := _START_OF_APRIL.search(text):
        return YearLabel("financial", int(match.group(1)), int(match.group(1)))
    if match := _MID.search(text):
        year = int(next(group for group in match.groups() if group))
        return YearLabel("mid-year", year, year)
    if match := _CALENDAR.search(text):
        year = int(next(group for group in match.groups() if group))
        return YearLabel("calendar", year, year)
    if match := _FY_ONE.search(text):
        year = _full(match.group(1))
        return YearLabel(
            "financial", year - 1, year - 1, remark=f"read as the financial year that ends in {year}"
        )
    if match := _RELATIVE_BAND.search(text):
        first, last = (int(group) for group in match.groups() if group)
        return YearLabel("relative", max(first, 1), last) if last >= first else "stop"
    if match := _RELATIVE.match(text):
        return YearLabel("relative", int(match.group(1)), int(match.group(1)))
    if match := _BARE.match(re.sub(r"^(?:year|yr|y|x|f|fy)[\s_.:]*(?=(?:19|20)\d\d)", "", text)):
        year = int(match.group(1))
        return YearLabel("bare", year, year)
    return None


def _of_date(cell: date) -> YearLabel | None:
    if not _plausible(cell.year):
        return None
    if (cell.month, cell.day) == (3, 31):
        return YearLabel("financial", cell.year - 1, cell.year - 1)
    if (cell.month, cell.day) == (4, 1):
        return YearLabel("financial", cell.year, cell.year)
    if (cell.month, cell.day) == (3, 1):
        return _of_month(3, cell.year)
    if (cell.month, cell.day) == (6, 30):
        return YearLabel("mid-year", cell.year, cell.year)
    if (cell.month, cell.day) == (12, 31):
        return YearLabel("calendar", cell.year, cell.year)
    if (cell.month, cell.day) == (1, 1):
        return YearLabel("bare", cell.year, cell.year)
    return None


def _of_month(month: int, year: int) -> YearLabel:
    """A month by itself at either end of a financial year."""
    if month == 3:
        return YearLabel("financial", year - 1, year - 1, remark="read as the year that ends in that month")
    return YearLabel("financial", year, year, remark="read as the year that starts in that month")


def _full(text: str) -> int:
    return int(text) if len(text) == 4 else 2000 + int(text)


def _plausible(year: int) -> bool:
    return _FIRST <= year <= _LAST


def folded(text: str) -> str:
    """A text in small letters, with plain dashes and single spaces."""
    return " ".join(text[:300].translate(_PLAIN_SIGNS).lower().split())
