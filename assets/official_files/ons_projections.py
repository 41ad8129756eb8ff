"""ONS subnational population projections for England: the CSV of persons by age and year.

Two layouts of the 2018-based edition, each with a column a year, the first being the base. By five-year age
group: CODE, AREA, AGE GROUP, every value quoted, with leading blanks. By single year of age: AREA_CODE,
AREA_NAME, COMPONENT, SEX, AGE_GROUP, with files of persons, males and females.
"""

from __future__ import annotations

import pandas as pd

from assets.official_files.age_labels import ALL, Ages, ages_of, parts_of
from assets.official_files.file_content import Content
from assets.official_files.official_file import OPEN_LICENCE, Known, Publication, Reading, Totals
from assets.tables.declarations import INPUT_TABLES

TITLE = "Subnational population projections for England"
ENGLAND = "E92000001"
WANTED: dict[str, Ages] = {"all": ALL, "65+": (65, None), "85+": (85, None)}
_NAMES = ("CODE", "AREA", "AGE GROUP")
_SINGLE_YEARS = ("AREA_CODE", "AREA_NAME", "AGE_GROUP", "COMPONENT", "SEX")
_POPULATION, _PERSONS = "population", "persons"
_COUNCIL = ("E06", "E07", "E08", "E09")
"""First letters of codes of councils, which together are England."""
_ROUNDING = 0.05
"""Most by which a figure printed to one decimal stands off the figure."""


def recognises(content: Content) -> bool:
    """Whether the first line has the columns of one of the layouts, and years."""
    header = content.head[0] if content.head else []
    return bool(_names(header)) and any(_is_year(name) for name in header)


def _names(header: list[str]) -> tuple[str, ...]:
    """Columns of the layout: code, name and age first; none where it is neither."""
    return next((names for names in (_NAMES, _SINGLE_YEARS) if set(names) <= set(header)), ())


def _is_year(name: str) -> bool:
    return name.isdecimal() and len(name) == 4


def read(content: Content, known: Known) -> Publication:
    """The councils' projected people in all, over 65 and over 85, by year; raises BadInput."""
    reading = Reading(content, known)
    header = content.head[0]
    years = {int(name): position for position, name in enumerate(header) if _is_year(name)}
    names = _names(header)
    at = reading.columns(header, 1, (*names, *(str(year) for year in years)))
    code_column, _, age_column, *told = names
    people: dict[str, dict[Ages, tuple[int, dict[int, float]]]] = {}
    for number, cells in content.lines():
        if number == 1 or not any(cells):
            continue
        if len(cells) != len(header):
            reading.wrong(number, None, f"{len(cells)} cells", f"{len(header)} cells, one per column")
            continue
        if told:
            _hold_to_people(reading, number, cells, at)
        code, ages = cells[at[code_column]], ages_of(cells[at[age_column]])
        if ages is None:
            reading.wrong(number, age_column, cells[at[age_column]], "ages such as 5-9, 90+ or All ages")
            continue
        if ages in people.setdefault(code, {}):
            reading.wrong(number, age_column, f"{cells[at[age_column]]} of {code} twice", "each once")
            continue
        values = {
            year: reading.number(number, str(year), cells[position]) for year, position in years.items()
        }
        people[code][ages] = number, values
    reading.stop_if_wrong()
    base = min(years)
    _hold(reading, people, sorted(years))
    rows = [
        (
            f"ons_{base}_based",
            code,
            year,
            band,
            _people(reading, people, code, ages, year),
            f"ons_snpp_{base}_based",
        )
        for band, ages in WANTED.items()
        for code in known.councils
        for year in sorted(years)
    ]
    reading.stop_if_wrong()
    others = sorted({code for code in people if code not in known.councils})
    reading.unused.append(f"{len(others)} other areas (read for the proofs)")
    reading.unused.append("age groups other than all ages, 65 and over, 85 and over")
    return Publication(
        publisher="Office for National Statistics",
        title=f"{TITLE}, {base}-based",
        edition=f"{base}-based",
        tables={
            "official_projections": pd.DataFrame(
                rows, columns=INPUT_TABLES["official_projections"].column_names
            )
        },
        proofs=tuple(reading.proofs),
        unused=tuple(reading.unused),
        source={
            "id": f"ons_snpp_{base}_based",
            "title": f"{TITLE}, {base}-based",
            "publisher": "Office for National Statistics",
            "series": "local authorities, persons, totals and ages 65 and over, 85 and over",
            "release": f"{base}-based",
            "licence": OPEN_LICENCE,
            "coverage": f"England, mid-{base} to mid-{max(years)}",
            "note": "Which variant the file holds is not said in it.",
        },
    )


def _hold_to_people(reading: Reading, row: int, cells: list[str], at: dict[str, int]) -> None:
    """Refuse a file of the single-year layout that is not of people of both sexes."""
    component, sex = cells[at["COMPONENT"]], cells[at["SEX"]]
    if component.lower() != _POPULATION:
        raise reading.refuse(row, "COMPONENT", component, "Population")
    if sex.lower() != _PERSONS:
        raise reading.refuse(row, "SEX", sex, "persons: the file of both sexes together")


def _hold(
    reading: Reading, people: dict[str, dict[Ages, tuple[int, dict[int, float]]]], years: list[int]
) -> None:
    ages_held = Totals(reading, "all ages by area and year")
    for code, groups in people.items():
        parts = parts_of(ALL, groups)
        if ALL not in groups or parts is None:
            reading.wrong(
                None, "AGE GROUP", f"ages of {code} with a gap", "All ages and groups that make it up"
            )
            continue
        number, printed = groups[ALL]
        for year in years:
            added = sum(groups[ages][1][year] for ages in parts)
            ages_held.hold(number, str(year), added, printed[year], _ROUNDING * (len(parts) + 1), code)
    reading.stop_if_wrong()
    ages_held.close()
    if ENGLAND not in people:
        raise reading.refuse(None, None, f"no row of {ENGLAND}", "England, which its councils are held to")
    england = Totals(reading, "England by year, its councils together")
    councils = [groups for code, groups in people.items() if code.startswith(_COUNCIL)]
    number, printed = people[ENGLAND][ALL]
    for year in years:
        added = sum(groups[ALL][1][year] for groups in councils)
        england.hold(number, str(year), added, printed[year], _ROUNDING * (len(councils) + 1))
    reading.stop_if_wrong()
    england.close()


def _people(
    reading: Reading,
    people: dict[str, dict[Ages, tuple[int, dict[int, float]]]],
    code: str,
    ages: Ages,
    year: int,
) -> int:
    groups = people.get(code)
    if groups is None:
        raise reading.refuse(None, "CODE", f"no row of {code}", "rows for every place of places.csv")
    if ages == ALL:
        return round(groups[ALL][1][year])
    parts = parts_of(ages, groups)
    if parts is None:
        raise reading.refuse(None, "AGE GROUP", f"ages of {code} with a gap", f"groups from {ages[0]} on")
    return round(sum(groups[part][1][year] for part in parts))
