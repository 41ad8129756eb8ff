"""ONS mid-year population estimates: the workbook with sheets MYE2, persons, females and males.

Layout of the mid-2021 edition: titles above a header of Code, Name, Geography, All ages and single years of
age to 90+; a row an area, countries and regions among councils.
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
_COUNTRIES = ("E92000001", "W92000004", "S92000003", "N92000002")
_KINGDOM = "K02000001"

Area = dict[tuple[int, int | None], int]


def recognises(content: Content) -> bool:
    """Whether the workbook has the three sheets of single years of age."""
    return set(_SHEETS.values()) <= set(content.sheet_names)


def read(content: Content, known: Known) -> Publication:
    """The councils' people by sex and age; raises BadInput where ages or sexes do not add up."""
    reading = Reading(content, known)
    people = {sex: _sheet(reading, sheet) for sex, sheet in _SHEETS.items()}
    year = _year(reading)
    _hold_sexes(reading, people)
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
    tables["england_population"] = _england(people, year)
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


def _sheet(reading: Reading, sheet: str) -> dict[str, tuple[Area, int, str]]:
    """By area: people by age, the row they stand in, the kind of area; ages held to the sheet's total."""
    reading.sheet = sheet
    cells = reading.content.sheet(sheet)
    header = next((n for n, row in enumerate(cells) if row and str(row[0]).strip() == "Code"), None)
    if header is None:
        raise reading.refuse(None, "Code", "no header", "a row that starts with Code, Name, Geography")
    names = [str(cell).strip() for cell in cells[header]]
    at = reading.columns(names, header + 1, (*_COLUMNS, *_AGES))
    found: dict[str, tuple[Area, int, str]] = {}
    totals = Totals(reading, f"all ages in {sheet}")
    for number, row in enumerate(cells[header + 1 :], start=header + 2):
        code = str(row[at["Code"]]).strip()
        if not code:
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
    if {*_COUNTRIES, _KINGDOM} <= set(people["persons"]):
        countries = Totals(reading, "the United Kingdom by age, its four countries together")
        kingdom, number, _ = people["persons"][_KINGDOM]
        for age, count in kingdom.items():
            parts = sum(people["persons"][code][0][age] for code in _COUNTRIES)
            countries.hold(number, str(age[0]), parts, count)
        countries.close()


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
    reading.unused.append("sheets " + ", ".join(rest))
