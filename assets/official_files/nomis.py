"""Nomis downloads of mid-year population estimates by council, as CSV.

Layout: a title, `ONS Crown Copyright Reserved [from Nomis on …]`, lines such as "Date :","2023" that hold for
the table below, a blank line, a header of the areas' names and, where codes were asked for, `mnemonic`, a row
an area, a blank line and footnotes; a file may hold several such tables, one a year and sex. Columns are ages
or years. Asked to, Nomis numbers the rows in a first column, `row`. Some files start with a blank line.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field

from assets.official_files.age_labels import ALL, SEXES, Ages, ages_of, in_estimate_bands, parts_of
from assets.official_files.file_content import Content
from assets.official_files.official_file import OPEN_LICENCE, Known, Publication, Reading, Totals
from assets.official_files.population_files import estimates

TITLE = "population estimates - local authority based"
_MARK = "from nomis on"
_MNEMONIC = "mnemonic"
_AREAS = ("local authority", "area")
"""How the header of the areas' names begins."""
_NUMBERED = "row"
_DOWNLOADED = re.compile(r"\[from Nomis on ([^\]]+)\]", re.IGNORECASE)
_SEXES = {
    "total": "persons",
    "persons": "persons",
    "all persons": "persons",
    "male": "male",
    "males": "male",
    "female": "female",
    "females": "female",
}
_YEAR = re.compile(r"(?:mid-?\s*)?(\d{4})")

Cell = tuple[str, int, str, Ages]
"""Area, year, sex, ages."""


@dataclass
class _Said:
    """What the lines above a table say holds for all of it."""

    year: int | None = None
    sex: str | None = None
    ages: Ages | None = None
    others: list[str] = field(default_factory=list)


def recognises(content: Content) -> bool:
    """Whether the first lines say the file is from Nomis."""
    return any(_MARK in cell.lower() for cells in content.head for cell in cells)


def read(content: Content, known: Known) -> Publication:
    """The councils' people by age, and by sex where it has them; raises BadInput."""
    reading = Reading(content, known)
    title = next((cell for cells in content.head for cell in cells if cell), "")
    if TITLE not in title.lower():
        raise reading.refuse(1, None, title, "Population estimates - local authority based: no other is read")
    people: dict[Cell, tuple[int, int]] = {}
    for number, column, cell, text in _cells(reading):
        if cell[0] not in known.councils:
            continue
        if cell in people:
            reading.wrong(number, column, f"{cell[2]} of {cell[0]} in {cell[1]} a second time", "each once")
        people[cell] = reading.whole(number, column, text), number
    reading.stop_if_wrong()
    if not people:
        raise reading.refuse(None, _MNEMONIC, "none of our places", "rows of " + ", ".join(known.councils))
    _hold_places(reading, people)
    _hold(reading, people)
    downloaded = next((f[1] for row in content.head for c in row if (f := _DOWNLOADED.search(c))), "")
    bands, totals = _bands(reading, people)
    basis = f"mid-year estimate, from Nomis on {downloaded}"
    tables = estimates(reading, bands, "ons_mye_nomis", basis, totals)
    if not tables:
        raise reading.refuse(
            None,
            None,
            "; ".join(reading.unused) or "no use for it",
            "single years of age, or ages 0, 1-4, 5-9 …",
        )
    return Publication(
        publisher="Nomis (Office for National Statistics)",
        title=title,
        edition=f"downloaded {downloaded}",
        tables=tables,
        proofs=tuple(reading.proofs),
        unused=tuple(dict.fromkeys(reading.unused)),
        source={
            "id": "ons_mye_nomis",
            "title": "Mid-year population estimates, downloaded from Nomis",
            "publisher": "Office for National Statistics",
            "series": title,
            "release": f"as downloaded {downloaded}",
            "licence": OPEN_LICENCE,
            "coverage": f"mid-{min(cell[1] for cell in people)} to mid-{max(cell[1] for cell in people)}",
            "note": "",
        },
    )


def _cells(reading: Reading) -> Iterator[tuple[int, str, Cell, str]]:
    """Row, column, what it is of, and text of each figure of the file's tables."""
    said, header, area = _Said(), list[str](), _Area(0, 0, False)
    names = {_short(name): code for code, name in reading.known.councils.items()}
    others: set[str] = set()
    last_row = None
    for number, cells in reading.content.lines():
        filled = [cell for cell in cells if cell]
        last_row = None if not filled else last_row
        if found := _header(cells):
            header, area = cells, found
            continue
        is_note = len(filled) == 2 and filled[0].endswith(":")
        if header and len(filled) > 1 and not is_note:
            last_row = number
            if len(cells) != len(header):
                reading.wrong(number, None, f"{len(cells)} cells", f"{len(header)} cells, one per column")
                continue
            named = cells[area.column]
            code = named if area.by_code else names.get(_short(named), named)
            if code not in reading.known.councils:
                others.add(named)
                continue
            for name, text in zip(header[area.figures :], cells[area.figures :], strict=True):
                cell = _of(reading, number, name, code, said)
                if cell is not None:
                    yield number, name, cell, text
            continue
        if header and filled:  # a footnote, or the title or notes of the next table, end this one
            header, said = [], _Said()
        if len(filled) == 2:
            _note(reading, number, said, filled)
    if last_row is not None:
        reading.wrong(last_row, None, "the end of the file", "a blank line after the table: the file is cut")
    if others:
        reading.unused.append(f"{len(others)} other areas")


@dataclass(frozen=True)
class _Area:
    """Where a table has its areas, codes or names, and the first column of figures."""

    column: int
    figures: int
    by_code: bool


def _header(cells: list[str]) -> _Area | None:
    """What the header of a table says of its areas; None for any other line."""
    lower = [cell.lower() for cell in cells[:3]]
    if _MNEMONIC in lower[1:]:
        code = lower.index(_MNEMONIC)
        return _Area(code, code + 1, by_code=True)
    first = 1 if lower[:1] == [_NUMBERED] else 0
    if len(lower) > first + 1 and lower[first].startswith(_AREAS) and lower[first + 1]:
        return _Area(first, first + 1, by_code=False)
    return None


def _short(name: str) -> str:
    """A council's name without what Nomis puts behind a comma (`Bristol, City of`)."""
    return name.split(",")[0].strip().casefold()


def _hold_places(reading: Reading, people: dict[Cell, tuple[int, int]]) -> None:
    """Every place of places.csv with the same ages, in each year and sex there is."""
    tables: dict[tuple[int, str], dict[str, set[Ages]]] = {}
    for code, year, sex, ages in people:
        tables.setdefault((year, sex), {}).setdefault(code, set()).add(ages)
    for (year, sex), there in sorted(tables.items()):
        every = set().union(*there.values())
        for code, name in reading.known.councils.items():
            missing = len(every - there.get(code, set()))
            if missing:
                of = f"{sex} of {name} ({code}) in {year}"
                found = f"no {of}" if code not in there else f"{of} without {missing} of {len(every)} ages"
                reading.wrong(None, None, found, "every place of places.csv in the download")
    reading.stop_if_wrong()


def _note(reading: Reading, number: int, said: _Said, filled: list[str]) -> None:
    name, value = filled[0].rstrip(": ").lower(), filled[1].strip()
    if name in ("date", "time"):
        found = _YEAR.fullmatch(value)
        if found is None:
            reading.wrong(number, filled[0], value, "a year")
        said.year = int(found[1]) if found else None
    elif name in ("sex", "gender"):
        if value.lower() not in _SEXES:
            reading.wrong(number, filled[0], value, "Total, Male or Female")
        said.sex = _SEXES.get(value.lower())
    elif name in ("age", "c_age"):
        said.ages = ages_of(value)
        if said.ages is None:
            reading.wrong(number, filled[0], value, "an age such as All ages")
    elif name in ("measures", "rates", "measure") and value.lower() not in ("value", "total"):
        reading.wrong(number, filled[0], value, "value: counts and no percentages")


def _of(reading: Reading, row: int, name: str, code: str, said: _Said) -> Cell | None:
    """What a figure is of: the lines above the table, and its column's name."""
    year, sex, ages = said.year, said.sex, said.ages
    label = name.strip().lower()
    if label in _SEXES and sex is None and ages is not None:
        sex = _SEXES[label]
    elif year is None and (found := _YEAR.fullmatch(label)):
        year = int(found[1])
    elif ages is None:
        ages = ages_of(label)
    if year is None or ages is None:
        missing = "year" if year is None else "ages"
        reading.wrong(
            row, name, f"a column without its {missing}", "the year above the table, ages in columns"
        )
        return None
    return code, year, sex or "persons", ages


def _hold(reading: Reading, people: dict[Cell, tuple[int, int]]) -> None:
    """All ages to ages, and persons to females and males, where the file has both."""
    ages_held = Totals(reading, "all ages by place, year and sex")
    sexes_held = Totals(reading, "persons by place, year and age, females and males together")
    held = False
    for (code, year, sex, ages), (count, row) in people.items():
        others = {cell[3]: value[0] for cell, value in people.items() if cell[:3] == (code, year, sex)}
        parts = parts_of(ALL, others) if ages == ALL else None
        if parts:
            ages_held.hold(
                row, "all ages", sum(others[part] for part in parts), count, of=f"{code} in {year}"
            )
            held = True
        by_sex = [people.get((code, year, name, ages)) for name in SEXES]
        if sex == "persons" and all(by_sex):
            added = sum(value[0] for value in by_sex if value)
            sexes_held.hold(row, "persons", added, count, of=f"{code} in {year}")
            held = True
    reading.stop_if_wrong()
    if held:
        ages_held.close()
        sexes_held.close()
    else:
        reading.proofs.append(
            "not proved: the file has no total of its own (download All ages with the ages)"
        )


def _bands(
    reading: Reading, people: dict[Cell, tuple[int, int]]
) -> tuple[dict[tuple[str, int, str], dict[str, int]], dict[tuple[str, int], int]]:
    """People by band, and by place and year where the file has nothing but persons of all ages."""
    groups: dict[tuple[str, int, str], dict[Ages, int]] = {}
    for (code, year, sex, ages), (count, _) in people.items():
        groups.setdefault((code, year, sex), {})[ages] = count
    for (code, year, sex), by_age in list(groups.items()):
        both = [groups.get((code, year, name)) for name in SEXES]
        if sex != "persons" and all(both) and (code, year, "persons") not in groups:
            groups[code, year, "persons"] = {
                ages: sum(part.get(ages, 0) for part in both if part) for ages in by_age
            }
    found, totals = {}, {}
    for (code, year, sex), by_age in groups.items():
        bands = in_estimate_bands(by_age)
        if bands is not None:
            found[code, year, sex] = bands
        elif set(by_age) == {ALL} and sex == "persons":
            totals[code, year] = by_age[ALL]
        else:
            reading.unused.append(f"{sex} of {year}: its ages do not make up 0, 1-4, 5-9 … 85-89, 90+")
    return found, totals
