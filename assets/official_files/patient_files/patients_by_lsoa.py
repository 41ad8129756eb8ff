"""NHS England's patients registered at a GP practice by lower layer super output area (LSOA): a CSV.

Layout: PUBLICATION, EXTRACT_DATE, PRACTICE_CODE, PRACTICE_NAME, LSOA_CODE, SEX, NUMBER_OF_PATIENTS; all of
England, for everybody (SEX is ALL) or for MALE and FEMALE apart. LSOAs are those of 2021; one of another year
or country counts as outside, and how many patients live there is told. A file prints no total.
"""

from __future__ import annotations

import re
from collections import defaultdict

import pandas as pd

from assets.england.national_tables import england_table
from assets.official_files.file_content import Content
from assets.official_files.official_file import OPEN_LICENCE, Known, Publication, Reading
from assets.tables.declarations import INPUT_TABLES

_PRACTICE, _AREA, _SEX, _PATIENTS, _DATE = (
    "practice_code",
    "lsoa_code",
    "sex",
    "number_of_patients",
    "extract_date",
)
_COLUMNS = (_PRACTICE, _AREA, _SEX, _PATIENTS)
_ALL, _SEXES = "ALL", ("MALE", "FEMALE")
_OUTSIDE = "outside"
_NAMED = 5
_LIST_OFF = 0.25
"""A practice's patients in the file that are so much off its list are told: it may be of another year."""


def recognises(content: Content) -> bool:
    """Whether the first line has practices, small areas and patients."""
    header = {name.lower() for name in content.head[0]} if content.head else set()
    return set(_COLUMNS) <= header


def read(content: Content, known: Known) -> Publication:
    """Rows of registered_flows of the practices that the file has; raises BadInput."""
    reading = Reading(content, known)
    header = [name.lower() for name in content.head[0]]
    at = reading.columns(header, 1, _COLUMNS)
    reading.stop_if_wrong()
    lookup = england_table("lsoas").set_index("lsoa")["msoa"].to_dict()
    of_sex: dict[str, dict[tuple[str, str], float]] = defaultdict(lambda: defaultdict(float))
    seen: set[tuple[str, str, str]] = set()
    unknown: dict[str, float] = defaultdict(float)
    edition = ""
    for number, cells in content.lines():
        if number == 1 or not any(cells):
            continue
        if len(cells) != len(header):
            reading.wrong(number, None, f"{len(cells)} cells", f"{len(header)} cells, one per column")
            continue
        practice, lsoa, sex = (cells[at[name]].strip().upper() for name in (_PRACTICE, _AREA, _SEX))
        if sex not in (_ALL, *_SEXES):
            reading.wrong(number, _SEX, cells[at[_SEX]], f"{_ALL}, or {' and '.join(_SEXES)}")
            continue
        edition = edition or (_month(cells[header.index(_DATE)]) if _DATE in header else "")
        msoa, ours = lookup.get(lsoa), practice in known.practices
        if not ours and msoa not in known.small_areas:
            continue
        if (practice, lsoa, sex) in seen:
            reading.wrong(number, _AREA, f"{lsoa} of {practice} a second time", "each small area once")
        seen.add((practice, lsoa, sex))
        patients = float(reading.whole(number, _PATIENTS, cells[at[_PATIENTS]]))
        if msoa is None:
            unknown[sex] += patients
        lives = msoa if msoa in known.small_areas else _OUTSIDE
        of_sex[sex][str(lives), practice if ours else _OUTSIDE] += patients
    flows = _everybody(reading, of_sex)
    reading.stop_if_wrong()
    if not any(practice in known.practices for _, practice in flows):
        listed = ", ".join(sorted(known.practices)[:_NAMED])
        raise reading.refuse(None, _PRACTICE, "no practice of practice_places.csv", f"rows of {listed}")
    if unknown:
        lost = unknown[_ALL] if _ALL in of_sex else sum(unknown.values())
        reading.unused.append(
            f"{lost:,.0f} patients of small areas that are none of England's of 2021: counted as outside"
        )
    _told(reading, flows)
    reading.proofs.append("not proved: the file prints no total; lists are held against practice_places.csv")
    return Publication(
        publisher="NHS England",
        title="Patients registered at a GP practice, by LSOA",
        edition=edition or known.release or "not dated",
        tables={"registered_flows": _rows(known, flows)},
        proofs=tuple(reading.proofs),
        unused=tuple(reading.unused),
        source={
            "id": "nhs_england_patients_by_lsoa",
            "title": "Patients registered at a GP practice",
            "publisher": "NHS England",
            "series": "patients by practice and lower layer super output area",
            "release": edition or known.release or "not dated",
            "licence": OPEN_LICENCE,
            "coverage": "England, by practice and LSOA",
            "note": "Small areas of 2021 are those that its LSOAs are part of.",
        },
    )


def _everybody(
    reading: Reading, of_sex: dict[str, dict[tuple[str, str], float]]
) -> dict[tuple[str, str], float]:
    """Patients of both sexes by (msoa, practice); a finding where one sex is missing."""
    if _ALL in of_sex:
        return of_sex[_ALL]
    missing = [sex for sex in _SEXES if of_sex and sex not in of_sex]
    if missing:
        reading.wrong(None, _SEX, f"no row of {' or '.join(missing)}", f"{_ALL}, or {' and '.join(_SEXES)}")
    summed: dict[tuple[str, str], float] = defaultdict(float)
    for sex in _SEXES:
        for key, patients in of_sex.get(sex, {}).items():
            summed[key] += patients
    return summed


def _told(reading: Reading, flows: dict[tuple[str, str], float]) -> None:
    """Practices that the file has not, and those whose patients are far from their list."""
    lists: dict[str, float] = defaultdict(float)
    for (_, practice), patients in flows.items():
        lists[practice] += patients
    practices = reading.known.practices
    missing = sorted(set(practices) - set(lists))
    if missing:
        more = f" and {len(missing) - _NAMED} more" if len(missing) > _NAMED else ""
        reading.unused.append(
            f"practices that the file has not, whose flows stay: {', '.join(missing[:_NAMED])}{more}"
        )
    for practice, (_, listed) in sorted(practices.items()):
        if practice in lists and abs(lists[practice] - listed) > _LIST_OFF * listed:
            reading.unused.append(f"{practice}: {lists[practice]:,.0f} patients, {listed:,} on its list")


def _rows(known: Known, flows: dict[tuple[str, str], float]) -> pd.DataFrame:
    """Rows of the table; one that stood there for a practice of the file and is none in it is nought."""
    of_msoa: dict[str, float] = defaultdict(float)
    for (msoa, _), patients in flows.items():
        of_msoa[msoa] += patients
    read_here = {practice for _, practice in flows}
    before = zip(known.flows["msoa"], known.flows["practice"], strict=True) if len(known.flows) else ()
    keys = dict.fromkeys([*flows, *((msoa, practice) for msoa, practice in before if practice in read_here)])
    rows = [
        {
            "msoa": msoa,
            "practice": practice,
            "place": known.practices[practice][0] if practice != _OUTSIDE else known.small_areas[msoa],
            "patients": flows.get((msoa, practice), 0.0),
            "residents_share_percent": None
            if msoa == _OUTSIDE
            else round(100 * flows.get((msoa, practice), 0.0) / of_msoa[msoa], 3)
            if of_msoa[msoa]
            else 0.0,
            "basis": "published",
            "uncertain": "no",
        }
        for msoa, practice in sorted(keys)
    ]
    return pd.DataFrame(rows, columns=list(INPUT_TABLES["registered_flows"].column_names))


_MONTHS = ("JAN", "FEB", "MAR", "APR", "MAY", "JUN", "JUL", "AUG", "SEP", "OCT", "NOV", "DEC")


def _month(text: str) -> str:
    """01JUL2026 as 2026-07; the text itself where it is written otherwise."""
    found = re.fullmatch(r"(\d{2})([A-Z]{3})(\d{4})", text.strip().upper())
    if found is None or found[2] not in _MONTHS:
        return text.strip()
    return f"{found[3]}-{_MONTHS.index(found[2]) + 1:02}"
