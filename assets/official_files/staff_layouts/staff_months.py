"""The month of a staff file: read from its rows, else said by its owner; never from its name alone."""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import datetime

from assets.official_files.staff_layouts.staff_records import MONTHS_FILE, KnownStaffNames, Read

DATE_FORMATS = (
    *("%Y-%m-%d", "%d/%m/%Y", "%Y-%m", "%d%b%Y", "%d-%b-%y", "%d %B %Y", "%B %Y", "%b %Y", "%b-%y"),
    *("%b%Y", "%Y-%m-%d %H:%M:%S", "%Y-%m-%dT%H:%M:%S", "%d/%m/%Y %H:%M"),
)
_YEAR_AND_MONTH = (("census_year", "census_month"), ("year", "month"))
_DATED = ("date", "data_month", "extract_date", "extracted_date", "month")
_MONTH_NAMES = [datetime(2000, number, 1).strftime("%B").lower() for number in range(1, 13)]
_NAMED_MONTH = re.compile(rf"({'|'.join(_MONTH_NAMES)})[ _.-]*(\d{{4}})")


def month_of(text: str) -> str | None:
    """A date or a month as year-month; None where it is neither."""
    for pattern in DATE_FORMATS:
        try:
            return f"{datetime.strptime(text.strip(), pattern):%Y-%m}"
        except ValueError:
            continue
    return None


def month_in(read: Read, number: int, column: str, text: str) -> str | None:
    """The month of a cell; None, and a finding, where it is none."""
    month = month_of(text)
    if month is None:
        found = f"'{text.strip()}'" if text.strip() else "an empty cell"
        read.wrong(number, column, found, "a date or month such as 2025-03-31 or 2025-03")
    return month


class OneMonth:
    """The one month of a file: by the columns of its rows, else by its owner's table of months."""

    def __init__(self, read: Read, known: KnownStaffNames) -> None:
        self._read, self._known = read, known
        self._first: tuple[int, str] | None = None
        self._said = False

    def at(self, number: int, row: Mapping[str, str]) -> str:
        """The month of a row; a second month and no month at all are findings, told once."""
        month = self._of_row(number, row)
        if month is None:
            return ""
        if self._first is None:
            self._first = number, month
            self._hold_name(month)
        elif month != self._first[1] and not self._said:
            self._said = True
            found = f"{month} where row {self._first[0]} has {self._first[1]}"
            self._read.wrong(number, self._column(row), found, "one month in a file")
        return month

    def _column(self, row: Mapping[str, str]) -> str | None:
        for year, month in _YEAR_AND_MONTH:
            if year in row and month in row:
                return month.upper()
        return next((name.upper() for name in _DATED if name in row), None)

    def _of_row(self, number: int, row: Mapping[str, str]) -> str | None:
        for year, month in _YEAR_AND_MONTH:
            if year in row and month in row:
                return self._year_and_month(number, month, row[year].strip(), row[month].strip())
        dated = next((name for name in _DATED if name in row), None)
        if dated is not None:
            return month_in(self._read, number, dated.upper(), row[dated])
        told = self._known.file_months.get(self._read.file)
        if told is None and not self._said:
            self._said = True
            expected = (
                "the month the staff stand at: a column MONTH such as 2026-03, or a row "
                f"'{self._read.file},2026-03' in {MONTHS_FILE} beside the file"
            )
            self._read.wrong(None, None, "no date in the file", expected)
        return told

    def _year_and_month(self, number: int, column: str, year: str, month: str) -> str | None:
        name = month.lower()
        named = [at for at, each in enumerate(_MONTH_NAMES, start=1) if name and each.startswith(name)]
        of_year = named[0] if len(named) == 1 else int(month) if month.isdigit() else 0
        if not (year.isdigit() and len(year) == 4 and 1 <= of_year <= 12):
            found, wanted = f"'{year}' and '{month}'", "a year and a month such as 2026 and 6"
            self._read.wrong(number, column.upper(), found, wanted)
            return None
        return f"{year}-{of_year:02}"

    def _hold_name(self, month: str) -> None:
        """A name that says another month than the file is of one that was renamed or dated wrongly."""
        named = _NAMED_MONTH.search(self._read.file.lower())
        if named and f"{named[2]}-{_MONTH_NAMES.index(named[1]) + 1:02}" != month:
            found = f"{month}, and {named[1].capitalize()} {named[2]} in the file's name"
            self._read.wrong(None, None, found, "the same month in both")
