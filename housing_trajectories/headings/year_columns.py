"""Which financial years a table's homes fall in, and how that was told: never guessed in silence."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from housing_trajectories.headings.year_labels import Meaning, YearLabel, folded
from housing_trajectories.remarks import Remark, Words, remark
from housing_trajectories.rows.cell_values import read_date
from housing_trajectories.schema import financial_year_label

_DATE = (
    r"(\d{1,2}(?:st|nd|rd|th)?[ /.\-]+(?:[a-z]{3,9}|\d{1,2})[ /.\-,]+(?:19|20)\d\d|(?:19"
    r"|20)\d\d-\d\d-\d\d|(?:31(?:st)? )?march (?:19|20)\d\d|(?:1(?:st)? )?april (?:19|20)\d\d)"
)
_BASE = re.compile(
    rf"(?:base date|as at|as of|position (?:at|as at)|situation at|base[d]? (?:on|at|of)|to|up to"
    rf"|before|by|at)\s*[:=\-]?\s*(?:of |is |the )?{_DATE}"
)
_PERIOD = re.compile(
    r"plan(?: period)?\b[^\d\n]{0,40}?(?<!\d)((?:19|20)\d\d)(?:/(\d\d))?\s*(?:-|–|to|until)\s*((?:19"
    r"|20)\d\d|\d\d)(?:/(\d\d))?(?!\d)"
)


@dataclass(frozen=True)
class YearsAsked:
    """What a file's words or its reader's options say: `meaning` of a bare year, where that comes from, and
    the financial year of a file's `year 1`."""

    meaning: Meaning | None
    told_by: str
    first_year: int | None


def years_asked(option: Meaning | None, texts: Sequence[str], first_year: int | None) -> YearsAsked:
    """The meaning of a bare year, from the option or else from the words around the table."""
    if option is not None:
        return YearsAsked(option, "as asked", first_year)
    found: set[Meaning] = set()
    said = ""
    for text in texts:
        here = _meanings_in(text)
        if here and not said:
            said = text
        found |= here
    if len(found) == 1:
        return YearsAsked(found.pop(), f"as '{' '.join(said.split())[:60]}' says", first_year)
    told = "the file speaks of " + " and ".join(sorted(found)) if found else ""
    return YearsAsked(None, told, first_year)


def column_weights(
    label: YearLabel, heading: str, asked: YearsAsked, row: int, column: int
) -> tuple[Mapping[int, float] | None, list[Remark]]:
    """The financial years of one column's homes; None where they fall in none."""
    at: Words = {"row": row, "column": column, "heading": heading}
    if label.kind == "beyond":
        return None, []
    if label.kind == "bare" and asked.meaning is None:
        told = f": {asked.told_by}" if asked.told_by else ""
        found = remark("year_not_told", **at, text=heading, told=told, year=label.first)
        return _weights(label, "financial", asked.first_year), [found]
    shares = _weights(label, asked.meaning, asked.first_year)
    if shares is None:
        return None, [remark("year_without_start", **at, text=heading)]
    if label.kind == "financial" and not label.remark:
        return shares, []
    by = f", {asked.told_by}" if label.kind == "bare" else ""
    code = "years_split" if label.kind in ("band", "relative") else "year_meaning"
    return shares, [remark(code, **at, text=heading, years=_said(shares) + by)]


def _weights(label: YearLabel, meaning: Meaning | None, first_year: int | None) -> Mapping[int, float] | None:
    """The share of a column's homes that falls in each financial year; None where that cannot be told.

    Homes of a calendar year fall a quarter in the financial year before and three quarters in the one that
    starts in it; of a year to 30 June three quarters in the one before. `first_year` is the financial year
    of a file's `year 1`.
    """
    kind: str = label.kind
    if kind == "bare":
        kind = meaning or "unknown"
    if kind == "financial":
        return {label.first: 1.0}
    if kind == "financial-ending":
        return {label.first - 1: 1.0}
    if kind == "calendar":
        return {label.first - 1: 0.25, label.first: 0.75}
    if kind == "mid-year":
        return {label.first - 1: 0.75, label.first: 0.25}
    if kind == "band":
        return _even(label.first, label.last)
    if kind == "relative" and first_year is not None:
        return _even(first_year + label.first - 1, first_year + label.last - 1)
    return None


def _meanings_in(text: str) -> set[Meaning]:
    """What the words of a text say a bare year is."""
    words = folded(text)
    found: set[Meaning] = set()
    if re.search(
        r"year end(?:ing|ed)\b(?!.*(?:dec|june))|y/e|year to (?:31(?:st)? )?march|financial years? ending",
        words,
    ):
        found.add("financial-ending")
    elif re.search(
        r"financial year|monitoring year|april (?:\d{4} )?(?:to|-) (?:31(?:st)? )?march|1(?:st)? april to"
        r"|plan year|fiscal year",
        words,
    ):
        found.add("financial")
    if re.search(r"calendar year|january (?:to|-) (?:31(?:st)? )?december|jan ?- ?dec", words):
        found.add("calendar")
    if re.search(r"mid[ -]?years?\b|year to (?:30(?:th)? )?june|july (?:to|-) (?:30(?:th)? )?june", words):
        found.add("mid-year")
    return found


def _even(first: int, last: int) -> dict[int, float]:
    return dict.fromkeys(range(first, last + 1), 1 / (last - first + 1))


def base_date_in(texts: Sequence[str]) -> date | None:
    """The base date that a text names; 31 March stands for the next day."""
    for text in texts:
        folded = " ".join(text.lower().split())[:400]
        for match in _BASE.finditer(folded):
            words = re.sub(r"^march", "31 march", re.sub(r"^april", "1 april", match.group(1)))
            found = read_date(words).value
            if found is not None and (found.month, found.day) == (3, 31):
                return date(found.year, 4, 1)
            if found is not None and (found.month, found.day) == (4, 1):
                return found
            if found is not None and "base date" in match.group(0):
                return found
    return None


def plan_period_in(texts: Sequence[str]) -> tuple[int, int] | None:
    """First and last financial year of the plan period that a text names; 2015-2035 ends with 2034/35."""
    for text in texts:
        match = _PERIOD.search(" ".join(text.lower().split())[:400])
        if match:
            first, end = int(match.group(1)), match.group(3)
            last = int(end) if len(end) == 4 else first // 100 * 100 + int(end)
            last = last if match.group(4) else last - 1
            if 3 <= last - first <= 60:
                return first, last
    return None


def financial_year_of(day: date) -> int:
    """The year in which the financial year of `day` starts."""
    return day.year if (day.month, day.day) >= (4, 1) else day.year - 1


def _said(shares: Mapping[int, float]) -> str:
    if len(shares) == 1:
        return financial_year_label(next(iter(shares)))
    years = sorted(shares)
    if len(set(shares.values())) == 1:
        return f"{financial_year_label(years[0])} to {financial_year_label(years[-1])}, alike in each"
    return " and ".join(f"{shares[year]:.0%} in {financial_year_label(year)}" for year in years)
