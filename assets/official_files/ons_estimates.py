"""ONS mid-year population estimates: the workbook with sheets MYE2, or its sheet of persons as CSV.

Layout of the mid-2021 to mid-2024 editions: titles above a header of Code, Name, Geography, All ages and
single years of age to 90+; a row an area, countries and regions among councils. The sheet of persons saved as
CSV comes with its titles or without: then the user says the year, or the file's name does (`mye24`).
"""

from __future__ import annotations

import re

import pandas as pd

from assets.official_files.age_labels import OLDEST, SEXES, in_estimate_bands
from assets.official_files.file_content import Content
from assets.official_files.official_file import OPEN_LICENCE, Known, Publication, Reading, Totals
from assets.official_files.population_files import estimates

TITLE = "Mid-year population estimates"
ENGLAND = "E92000001"
_SHEETS = {"persons": "MYE2 - Persons", "female": "MYE2 - Females", "male": "MYE2 - Males"}
_COLUMNS = ("Code", "Name", "Geography", "All ages")
_AGES = (*(str(age) for age in range(OLDEST)), f"{OLDEST}+")
_YEAR = re.compile(r"mid-(\d{4})", re.IGNORECASE)
_PUBLISHED = re.compile(r"date published:\s*(?:\d{1,2}\w{0,2}\s+)?([A-Z][a-z]+ \d{4})", re.IGNORECASE)
_UNIONS = {
    "K02000001": ("E92000001", "W92000004", "S92000003", "N92000002"),
    "K04000001": ("E92000001", "W92000004"),
}
"""Countries that are together another row."""
_COUNCILS = {
    "E92000001": ("E06", "E07", "E08", "E09"),
    "W92000004": ("W06",),
}
"""First letters of codes of the councils that are together a country; Northern Ireland's are rounded."""
_NAMED_YEAR = re.compile(r"(?:mid|mye)[-_ ]?(20\d{2}|\d{2})(?!\d)", re.IGNORECASE)
_MOST_TIMES = 1.4
"""Persons of an area in two years a few years apart; one sex is about half of them."""

Area = dict[tuple[int, int | None], int]


def recognises(content: Content) -> bool:
    """Whether the workbook has the three sheets of single years of age, or a text the columns of one."""
    if content.text is not None:
        return any({*_COLUMNS, _AGES[0], _AGES[-1]} <= set(cells) for cells in content.head)
    return set(_SHEETS.values()) <= set(content.sheet_names)


def read(content: Content, known: Known) -> Publication:
    """The councils' people by sex and age; raises BadInput where ages or sexes do not add up."""
    reading = Reading(content, known)
    if content.text is None:
        people = {sex: _sheet(reading, content.sheet(sheet), sheet) for sex, sheet in _SHEETS.items()}
        year = _year(reading)
        reading.sheet = _SHEETS["persons"]
        _hold_sexes(reading, people)
    else:
        lines = [list[object](cells) for _, cells in content.lines()]
        people = {"persons": _sheet(reading, lines, None)}
        year = _year_of_text(reading)
        _hold_to_persons(reading, people["persons"])
    _hold_countries(reading, people["persons"])
    reading.stop_if_wrong()
    reading.sheet = None
    _name_unused(reading, people["persons"])
    published = _published(content)
    source = f"ons_mye_{year}"
    tables = estimates(
        reading,
        {
            (code, year, sex): in_estimate_bands(people[sex][code][0]) or {}
            for sex in people
            for code in known.councils
        },
        source,
        f"mid-year estimate, {published} release" if published else "mid-year estimate",
    )
    if set(SEXES) <= set(people):
        tables["england_population"] = _england(people, year)
    else:
        reading.unused.append("females and males: the sheet of persons alone")
    reading.stop_if_wrong()
    return Publication(
        publisher="Office for National Statistics",
        title=f"{TITLE}, mid-{year}",
        edition=published or f"mid-{year}",
        tables=tables,
        proofs=tuple(reading.proofs),
        unused=tuple(reading.unused),
        source={
            "id": source,
            "title": f"{TITLE}, mid-{year}",
            "publisher": "Office for National Statistics",
            "series": "MYE2, local authorities, by sex and age",
            "release": published or f"mid-{year}",
            "licence": OPEN_LICENCE,
            "coverage": f"England and Wales, 30 June {year}",
            "note": "",
        },
    )


def _sheet(
    reading: Reading, cells: list[list[object]], sheet: str | None
) -> dict[str, tuple[Area, int, str]]:
    """By area: people by age, the row they stand in, the kind of area; ages held to the sheet's total."""
    reading.sheet = sheet
    header = next((n for n, row in enumerate(cells) if row and str(row[0]).strip() == "Code"), None)
    if header is None:
        raise reading.refuse(None, "Code", "no header", "a row that starts with Code, Name, Geography")
    names = [str(cell).strip() for cell in cells[header]]
    at = reading.columns(names, header + 1, (*_COLUMNS, *_AGES))
    found: dict[str, tuple[Area, int, str]] = {}
    totals = Totals(reading, f"all ages in {sheet}" if sheet else "all ages by area")
    for number, row in enumerate(cells[header + 1 :], start=header + 2):
        code = str(row[at["Code"]]).strip() if row else ""
        if not code:
            continue
        if len(row) != len(names):
            reading.wrong(number, None, f"{len(row)} cells", f"{len(names)} cells, one per column")
            continue
        if code in found:
            reading.wrong(number, "Code", f"{code} a second time", "each area once")
            continue
        people: Area = {
            (age, None if age == OLDEST else age): reading.whole(number, name, row[at[name]])
            for age, name in enumerate(_AGES)
        }
        totals.hold(
            number,
            "All ages",
            sum(people.values()),
            reading.whole(number, "All ages", row[at["All ages"]]),
            of=code,
        )
        found[code] = people, number, str(row[at["Geography"]]).strip()
    for code in sorted(set(reading.known.councils) - set(found)):
        reading.wrong(None, "Code", f"no row of {code}", "a row for every place of places.csv")
    reading.stop_if_wrong()
    totals.close()
    return found


def _hold_sexes(reading: Reading, people: dict[str, dict[str, tuple[Area, int, str]]]) -> None:
    totals = Totals(reading, "persons by area and age, females and males together")
    reading.sheet = _SHEETS["persons"]
    for code, (ages, number, _) in people["persons"].items():
        for age, count in ages.items():
            by_sex = sum(people[sex][code][0][age] for sex in SEXES if code in people[sex])
            totals.hold(number, str(age[0]), by_sex, count, of=code)
    totals.close()


def _hold_countries(reading: Reading, persons: dict[str, tuple[Area, int, str]]) -> None:
    """Councils to their country and countries to their union, each that the file has; England is there."""
    if ENGLAND not in persons:
        raise reading.refuse(None, "Code", f"no row of {ENGLAND}", "England, which its councils are held to")
    held = Totals(reading, "countries by age, their councils together")
    for country, kinds in _COUNCILS.items():
        _hold_parts(held, persons, country, [code for code in persons if code.startswith(kinds)])
    held.close()
    held = Totals(reading, "unions by age, their countries together")
    for union, countries in _UNIONS.items():
        _hold_parts(held, persons, union, [code for code in countries if code in persons])
    held.close()


def _hold_parts(
    held: Totals, persons: dict[str, tuple[Area, int, str]], whole: str, parts: list[str]
) -> None:
    if whole not in persons:
        return
    ages, number, _ = persons[whole]
    for age, count in ages.items():
        held.hold(number, str(age[0]), sum(persons[code][0][age] for code in parts), count, of=whole)


def _hold_to_persons(reading: Reading, areas: dict[str, tuple[Area, int, str]]) -> None:
    """Refuse a sheet of one sex: by its title or, where it has none, by the people last known of."""
    title = _title(reading).lower()
    named = [sex for sex in ("persons", "females", "males") if re.search(rf"\b{sex}\b", title)]
    if named and named[0] != "persons":
        raise reading.refuse(1, None, f"a sheet of {named[0]}", "the sheet of persons")
    for code in () if named else reading.known.councils:
        ages, number, _ = areas[code]
        people, before = sum(ages.values()), reading.known.people.get(code)
        if before and not 1 / _MOST_TIMES <= people / before <= _MOST_TIMES:
            expected = f"persons, near the {before:,} last known of in mid_year_estimate_totals.csv"
            reading.wrong(number, "All ages", f"{people:,} of {code}", expected)
    reading.stop_if_wrong()


def _title(reading: Reading) -> str:
    """The lines above the header of a text, in one."""
    above = []
    for cells in reading.content.head:
        if cells and cells[0] == "Code":
            break
        above.append(" ".join(cells))
    return " ".join(above)


def _year_of_text(reading: Reading) -> int:
    for text in (reading.known.release or "", _title(reading), reading.content.name):
        if found := _NAMED_YEAR.search(text):
            return int(found[1]) % 100 + 2000
    raise reading.refuse(
        None,
        None,
        f"no year in {reading.content.name}",
        "a title or a name with mid-2024 or mye24 in it, or --release mid-2024",
    )


def _year(reading: Reading) -> int:
    sheet = _SHEETS["persons"]
    title = " ".join(str(row[0]) for row in reading.content.sheet(sheet)[:3] if row)
    found = _YEAR.search(title)
    if found is None:
        raise reading.refuse(1, None, title, "a title that says mid- and the year")
    return int(found[1])


def _published(content: Content) -> str | None:
    for name in content.sheet_names[:1]:
        for row in content.sheet(name):
            found = _PUBLISHED.search(str(row[0])) if row else None
            if found:
                return found[1]
    return None


def _england(people: dict[str, dict[str, tuple[Area, int, str]]], year: int) -> pd.DataFrame:
    rows = [
        (year, sex, first, OLDEST if last is None else last, count)
        for sex in SEXES
        if ENGLAND in people[sex]
        for (first, last), count in people[sex][ENGLAND][0].items()
    ]
    return pd.DataFrame(rows, columns=["year", "sex", "age_from", "age_to", "population"])


def _name_unused(reading: Reading, persons: dict[str, tuple[Area, int, str]]) -> None:
    used = {*reading.known.councils, ENGLAND}
    kinds: dict[str, int] = {}
    for code, (_, _, kind) in persons.items():
        if code not in used:
            kinds[kind] = kinds.get(kind, 0) + 1
    reading.unused += [f"{count} areas of kind {kind} (read for the proofs)" for kind, count in kinds.items()]
    rest = [name for name in reading.content.sheet_names if name not in _SHEETS.values()]
    if rest:
        reading.unused.append("sheets " + ", ".join(rest))
