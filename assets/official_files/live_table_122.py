"""MHCLG Live Table 122, net additional dwellings by council and financial year: the ODS workbook.

Layout of the release of November 2021: a header with `Current ONS code` and a column a financial year, marked
R where revised; England first, kinds of council and counties above the councils they are the sums of.
"""

from __future__ import annotations

import re
from datetime import date

import pandas as pd

from assets.official_files.file_content import Content
from assets.official_files.official_file import OPEN_LICENCE, Known, Publication, Reading, Totals
from assets.tables.declarations import INPUT_TABLES

TITLE = "Net additional dwellings by local authority district"
_SERIES = "net additional dwellings"
_CODE = "current ons code"
_NAME = "lower and single tier authority data"
_COUNTY = "met and shire county totals"
_YEAR = re.compile(r"(\d{4})-(\d{2})\s*[RP]?")
_ABSENT = ("", "..", "-", ":", "[x]")
"""What stands where a council did not exist in the year."""
_FLOATING = 0.01
"""Dwellings by which a sum of figures with a dozen decimals may stand off."""


def recognises(content: Content) -> bool:
    """Whether a sheet's first row is the table's title."""
    return bool(content.sheet_names) and any(_SERIES in _title(content, n) for n in content.sheet_names[:4])


def _title(content: Content, name: str) -> str:
    if not re.search(r"122", name):
        return ""
    return " ".join(str(row[0]).lower() for row in content.sheet(name)[:1] if row)


def read(content: Content, known: Known) -> Publication:
    """The councils' net additional dwellings; raises BadInput where councils do not add up to England."""
    reading = Reading(content, known)
    sheet = next(name for name in content.sheet_names if _SERIES in _title(content, name))
    reading.sheet = sheet
    cells = content.sheet(sheet)
    header, names = _header(reading, cells)
    code, name, county = (names.index(wanted) for wanted in (_CODE, _NAME, _COUNTY))
    years = {
        int(found[1]): position
        for position, text in enumerate(names)
        if (found := _YEAR.fullmatch(text.upper()))
    }
    release = _release(reading, cells)
    body = [
        (number, row)
        for number, row in enumerate(cells[header + 1 :], start=header + 2)
        if str(row[code]).strip() or str(row[0]).strip()
    ]
    councils = [(n, row) for n, row in body if str(row[code]).strip() and str(row[name]).strip()]
    _hold(reading, body, councils, years, (code, name, county))
    rows = []
    by_code = {str(row[code]).strip(): (number, row) for number, row in councils}
    for place in known.councils:
        if place not in by_code:
            reading.wrong(None, names[code], f"no row of {place}", "a row for every place of places.csv")
            continue
        number, row = by_code[place]
        for year, position in years.items():
            value = _value(reading, number, year, row[position])
            if value is not None:
                rows.append((place, year, round(value), release))
    reading.stop_if_wrong()
    reading.unused.append(f"{len(councils) - len(known.councils)} other councils (read for the proofs)")
    first = {place: min(row[1] for row in rows if row[0] == place) for place in known.councils}
    absent = [f"{place} before {year}" for place, year in first.items() if year > min(years)]
    if absent:
        reading.unused.append("years in which a council did not exist: " + ", ".join(absent))
    reading.unused += [f"sheet {other}" for other in content.sheet_names if other != sheet]
    return Publication(
        publisher="Ministry of Housing, Communities and Local Government",
        title=f"Live Table 122: {TITLE.lower()}",
        edition=release,
        tables={
            "net_additional_dwellings": pd.DataFrame(
                rows, columns=INPUT_TABLES["net_additional_dwellings"].column_names
            )
        },
        proofs=tuple(reading.proofs),
        unused=tuple(reading.unused),
        source={
            "id": "mhclg_live_table_122",
            "title": TITLE,
            "publisher": "Ministry of Housing, Communities and Local Government",
            "series": "Live Table 122",
            "release": release,
            "licence": OPEN_LICENCE,
            "coverage": f"England, {min(years)}/{(min(years) + 1) % 100:02d} to {max(years)}",
            "note": "",
        },
        dated_by={"net_additional_dwellings": "release"},
    )


def _header(reading: Reading, cells: list[list[object]]) -> tuple[int, list[str]]:
    for number, row in enumerate(cells):
        names = [" ".join(str(cell).split()).lower() for cell in row]
        if _CODE in names:
            for wanted in (_NAME, _COUNTY):
                if wanted not in names:
                    raise reading.refuse(number + 1, wanted, "no such column", "the column")
            return number, names
    raise reading.refuse(None, _CODE, "no such column", "a header with the codes of councils")


def _release(reading: Reading, cells: list[list[object]]) -> str:
    """Year and month of the release: the date beside `Latest update`, or what the user gave."""
    for row in cells:
        for position, cell in enumerate(row):
            if str(cell).strip().lower() == "latest update":
                for beside in row[position + 1 :]:
                    if isinstance(beside, date):
                        return f"{beside:%Y-%m}"
    if reading.known.release:
        return reading.known.release
    raise reading.refuse(None, None, "no date of the latest update", "a date, or --release 2024-11")


def _value(reading: Reading, row: int, year: int, cell: object) -> float | None:
    if isinstance(cell, str) and cell.strip() in _ABSENT:
        return None
    return reading.number(row, f"{year}-{(year + 1) % 100:02d}", cell, least=-1e6)


def _hold(
    reading: Reading,
    body: list[tuple[int, list[object]]],
    councils: list[tuple[int, list[object]]],
    years: dict[int, int],
    at: tuple[int, int, int],
) -> None:
    """Councils together are England, and those under a county the county."""
    code, name, county = at
    england = Totals(reading, "England by year, its councils together")
    counties = Totals(reading, "counties by year, their councils together")
    country = next(((n, r) for n, r in body if str(r[0]).strip().lower() == "england"), None)
    if country is None:
        raise reading.refuse(None, None, "no row of England", "England's total, to hold councils to")
    for year, position in years.items():
        label = f"{year}-{(year + 1) % 100:02d}"
        added = sum(_value(reading, n, year, row[position]) or 0.0 for n, row in councils)
        printed = _value(reading, country[0], year, country[1][position]) or 0.0
        england.hold(country[0], label, added, printed, _FLOATING, "England")
        head: tuple[int, float] | None = None
        under = 0.0
        end: list[object] = [""] * len(body[0][1])
        for n, row in [*body, (0, end)]:
            is_council = bool(str(row[code]).strip() and str(row[name]).strip())
            if head and not is_council:
                counties.hold(head[0], label, under, head[1], _FLOATING)
                head = None
            if is_council:
                under += _value(reading, n, year, row[position]) or 0.0
            elif str(row[county]).strip():
                head, under = (n, _value(reading, n, year, row[position]) or 0.0), 0.0
    reading.stop_if_wrong()
    england.close()
    counties.close()
