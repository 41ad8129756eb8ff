"""Our own layouts: staff in post, their flows and vacancies, and the user's tables beside published files."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from assets.official_files.staff_layouts.staff_months import OneMonth, month_in
from assets.official_files.staff_layouts.staff_records import (
    ALL_AGES,
    WTE_OVER_HEADS,
    Flow,
    KnownStaffNames,
    Read,
    Row,
    Staff,
    Vacancy,
)
from assets.tables.declarations.named_values import AGE_BANDS

FLOW_NAMES = ("leavers", "joiners_training", "joiners_domestic", "joiners_international", "joiners_return")
_RATE, _NUMBER = "vacancy_percent", "vacant_wte"
_WHOLE = 100.0


def tidy_staff(read: Read, rows: Iterable[Row], known: KnownStaffNames) -> None:
    """Our own layout: area, staff_group, age_band, month, headcount, wte; vacancies where it has them."""
    months = OneMonth(read, known)
    for number, row in rows:
        month = months.at(number, row)
        if not _unit_known(read, number, row, known):
            continue
        band = row["age_band"].strip()
        if band not in (*AGE_BANDS, ALL_AGES):
            read.wrong(number, "age_band", band, "one of " + ", ".join((*AGE_BANDS, ALL_AGES)))
            continue
        heads = read.number(number, "headcount", row["headcount"])
        wte = read.number(number, "wte", row["wte"])
        if heads is None or wte is None:
            continue
        if wte > heads + WTE_OVER_HEADS:
            read.wrong(number, "wte", f"{wte:g} WTE of {heads:g} people", "at most one WTE a person")
        area, group = row["area"].strip(), row["staff_group"].strip()
        read.staff.append(Staff(area, group, band, month, heads, wte, number))
        if row.get(_RATE, "").strip() or row.get(_NUMBER, "").strip():
            _add_vacancy(read, number, row, month)


def tidy_vacancies(read: Read, rows: Iterable[Row], known: KnownStaffNames) -> None:
    """Our own layout: area, staff_group, month, and vacant_wte or vacancy_percent."""
    months = OneMonth(read, known)
    for number, row in rows:
        month = months.at(number, row)
        if _unit_known(read, number, row, known):
            _add_vacancy(read, number, row, month)


def _add_vacancy(read: Read, number: int, row: Mapping[str, str], month: str) -> None:
    rate, wte = row.get(_RATE, "").strip(), row.get(_NUMBER, "").strip()
    if bool(rate) == bool(wte):
        found = "both a number and a rate" if rate else "neither a number nor a rate"
        read.wrong(number, _NUMBER, found, f"{_NUMBER} or {_RATE}")
        return
    value = read.number(number, _RATE if rate else _NUMBER, rate or wte)
    if value is None:
        return
    if rate and value >= _WHOLE:
        read.wrong(number, _RATE, f"{value:g} % of posts", "under 100 %")
        return
    unit = row["area"].strip(), row["staff_group"].strip(), month
    read.vacancies.append(Vacancy(*unit, None if rate else value, value if rate else None, number))


def tidy_flows(read: Read, rows: Iterable[Row], known: KnownStaffNames) -> None:
    """Our own layout: area, staff_group, flow, month, headcount (people in the year up to the month)."""
    months = OneMonth(read, known)
    for number, row in rows:
        month = months.at(number, row)
        if not _unit_known(read, number, row, known):
            continue
        name = row["flow"].strip()
        if name not in FLOW_NAMES:
            read.wrong(number, "flow", name, "one of " + ", ".join(FLOW_NAMES))
            continue
        heads = read.number(number, "headcount", row["headcount"])
        if heads is not None:
            unit = row["area"].strip(), row["staff_group"].strip()
            read.flows.append(Flow(*unit, name, month, heads, number))


def _unit_known(read: Read, number: int, row: Mapping[str, str], known: KnownStaffNames) -> bool:
    area, group = row["area"].strip(), row["staff_group"].strip()
    if area not in known.groups:
        read.wrong(number, "area", area, "one of " + ", ".join(sorted(known.groups)))
        return False
    if group not in known.groups[area]:
        read.wrong(number, "staff_group", group, "one of " + ", ".join(known.groups[area]))
        return False
    return True


def group_mapping(read: Read, rows: Iterable[Row], known: KnownStaffNames) -> dict[str, tuple[str, str]]:
    """The user's staff groups: kind and group of each published name in lower case."""
    groups = {group for of_area in known.groups.values() for group in of_area}
    mapped: dict[str, tuple[str, str]] = {}
    for number, row in rows:
        name, group = row["published_staff_group"].strip(), row["staff_group"].strip()
        if not name or name.lower() in mapped:
            found = f"{name} a second time" if name else "an empty cell"
            read.wrong(number, "published_staff_group", found, "each published group once")
        if group and group not in groups:
            read.wrong(number, "staff_group", group, "one of " + ", ".join(sorted(groups)) + ", or nothing")
        mapped[name.lower()] = ("modelled" if group else "not modelled", group)
    return mapped


def file_months(read: Read, rows: Iterable[Row], files: Iterable[str]) -> dict[str, str]:
    """The months that the owner of files says they are of, by the file's name."""
    there, months = set(files), dict[str, str]()
    for number, row in rows:
        name, month = row["file"].strip(), month_in(read, number, "month", row["month"])
        if name not in there:
            read.wrong(number, "file", name or "an empty cell", "a file that is in the folder")
        elif name in months:
            read.wrong(number, "file", f"{name} a second time", "each file once")
        elif month is not None:
            months[name] = month
    return months
