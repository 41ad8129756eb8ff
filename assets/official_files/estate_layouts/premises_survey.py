"""A survey of general practice premises with the columns of the NHS premises survey: CSV or workbook.

GIA, NIA, rooms, condition, functional suitability, tenure and end of lease of each building. No filled-in
survey was to hand: the columns are those that commissioners ask for, each known by more than one name.
"""

from __future__ import annotations

import re
from datetime import date, datetime
from typing import Any

import pandas as pd

from assets.official_files.estate_layouts.named_columns import (
    NamedColumns,
    found_columns,
    plain,
    rows_below,
    text_of,
)
from assets.official_files.file_content import Content
from assets.official_files.official_file import Known, Publication, Reading
from assets.tables.declarations import INPUT_TABLES

_NAMES: dict[str, tuple[str, ...]] = {
    "site_code": ("practice code", "site code", "ods code", "organisation code"),
    "site_name": ("site name", "practice name", "premises name"),
    "gross": ("gia (m2)", "gia (m²)", "gia", "gross internal area (m2)", "gross internal area"),
    "net": ("nia (m2)", "nia (m²)", "nia", "net internal area (m2)", "net internal area"),
    "gp_consulting_rooms": ("consulting rooms", "number of consulting rooms", "consulting/examination rooms"),
    "gp_treatment_rooms": ("treatment rooms", "number of treatment rooms"),
    "condition": ("physical condition", "condition", "condition rating"),
    "functional_suitability": ("functional suitability", "suitability"),
    "tenure": ("tenure",),
    "lease_end": ("lease end", "lease end date", "lease expiry date", "lease expiry"),
    "surveyed": ("survey date", "date of survey", "surveyed"),
}
_NEEDED = ("site_code", "gross", "surveyed")
_AREAS = {"gross": "primary_care_gross_internal_area", "net": "primary_care_net_internal_area"}
_ROOMS = ("gp_consulting_rooms", "gp_treatment_rooms")
_TENURES = {
    "freehold": "freehold",
    "owner occupied": "freehold",
    "leasehold": "leasehold",
    "leased": "leasehold",
    "licence": "licence",
    "lift": "lift",
    "pfi": "pfi",
}
_SOURCE = "premises_survey"
_HALF = 9
"""A lease that ends in the second half of a financial year leaves that year whole."""
_DAYS = ("%Y-%m-%d", "%d/%m/%Y")


def recognises(content: Content) -> bool:
    """Whether a table has a code, a gross internal area and a day of survey."""
    return _columns(content) is not None


def _columns(content: Content) -> tuple[NamedColumns, dict[str, str]] | None:
    for code in _NAMES["site_code"]:
        for gross in _NAMES["gross"]:
            for day in _NAMES["surveyed"]:
                at = found_columns(content, (code, gross, day))
                if at is not None:
                    known = {
                        name: next(given for given in names if given in at.names)
                        for name, names in _NAMES.items()
                        if set(names) & set(at.names)
                    }
                    return at, known
    return None


def read(content: Content, known: Known) -> Publication:
    """Rows of premises for every building of practices that premises.csv has; raises BadInput."""
    reading = Reading(content, known)
    found = _columns(content)
    if found is None:
        raise reading.refuse(1, None, "no survey", ", ".join(_NAMES[name][0] for name in _NEEDED))
    at, names = found
    reading.sheet = at.sheet
    where = known.premises.drop_duplicates("site_code").set_index("site_code")
    rows: list[dict[str, object]] = []
    seen: dict[str, int] = {}
    for number, cells in rows_below(reading, at):
        told = {name: text_of(cells[at.names.index(given)]) for name, given in names.items()}
        code = told["site_code"].upper()
        if code not in where.index:
            reading.wrong(
                number, names["site_code"], code, "a practice or site of premises.csv: give it a row first"
            )
            continue
        if code in seen:
            reading.wrong(number, names["site_code"], f"{code}, as in row {seen[code]}", "each building once")
        seen.setdefault(code, number)
        rows += _building(reading, number, names, told, where.loc[code].to_dict() | {"site_code": code})
    reading.stop_if_wrong()
    if not rows:
        raise reading.refuse(None, names["site_code"], "no building", "rows of buildings")
    reading.proofs.append(f"{len(seen):,} buildings; a survey prints no total")
    given = set(names.values())
    reading.unused += [name for name in at.names if name and name not in given]
    day = max(str(row["surveyed"]) for row in rows)
    return Publication(
        publisher="the area's own survey",
        title="Premises survey",
        edition=day,
        tables={"premises": pd.DataFrame(rows).reindex(columns=INPUT_TABLES["premises"].column_names)},
        proofs=tuple(reading.proofs),
        unused=tuple(reading.unused),
        source={
            "id": _SOURCE,
            "title": "Premises survey",
            "publisher": "the area's own survey",
            "series": "general practice premises",
            "release": day,
            "licence": "not published",
            "coverage": "buildings that were surveyed",
            "note": "Each row has the day of its survey.",
        },
        dated_by={"premises": "surveyed"},
    )


def _building(
    reading: Reading, number: int, names: dict[str, str], told: dict[str, str], before: dict[Any, Any]
) -> list[dict[str, object]]:
    """A row of each facility that the survey counted in a building."""
    day, lease = (
        _day(reading, number, names.get(name), told.get(name, "")) for name in ("surveyed", "lease_end")
    )
    if day is None:
        reading.wrong(number, names["surveyed"], told["surveyed"], "the day of the survey, as 2025-06-30")
    sizes = {
        name: reading.number(number, names[name], told[name])
        for name in ("gross", "net", *_ROOMS)
        if told.get(name)
    }
    tenure = _TENURES.get(plain(told.get("tenure", "")))
    if told.get("tenure") and tenure is None:
        reading.wrong(number, names["tenure"], told["tenure"], "one of " + ", ".join(_TENURES))
    grades = {}
    for name in ("condition", "functional_suitability"):
        grade = re.match(r"([A-D])(?![A-Za-z])", told.get(name, ""))
        if told.get(name) and grade is None:
            reading.wrong(number, names[name], told[name], "a grade from A to D")
        grades[name] = grade[1] if grade else None
    common = {
        **{
            name: before[name]
            for name in ("site_code", "site_name", "place", "neighbourhood", "registered_patients")
        },
        **grades,
        "tenure": tenure,
        "lease_end": None if lease is None else float(lease.year + (lease.month > _HALF)),
        "gross_internal_area_m2": sizes.get("gross"),
        "net_internal_area_m2": sizes.get("net"),
        "surveyed": None if day is None else day.isoformat(),
        "source_id": _SOURCE,
        "evidence_grade": "A",
        "note": "As surveyed",
    }
    of_facility = {_AREAS.get(name, name): size for name, size in sizes.items()}
    return [
        {**common, "facility": facility, "quantity": size, "unit": "rooms" if facility in _ROOMS else "m2"}
        for facility, size in of_facility.items()
    ]


def _day(reading: Reading, number: int, column: str | None, text: str) -> date | None:
    for form in _DAYS if text else ():
        try:
            return datetime.strptime(text, form).date()
        except ValueError:
            continue
    if text:
        reading.wrong(number, column, text, "a day as 2025-06-30 or 30/06/2025")
    return None
