"""What must hold between the records of all staff files of a folder, and which of them stand for a year."""

from __future__ import annotations

from collections.abc import Sequence

from assets.official_files.staff_layouts.staff_records import (
    ALL_AGES,
    GENERAL_PRACTICE,
    NETWORK_STAFF,
    Flow,
    KnownStaffNames,
    Read,
    Staff,
    Vacancy,
    financial_year,
)
from assets.official_files.staff_layouts.tidy_staff import FLOW_NAMES
from assets.tables.declarations.named_values import AGE_BANDS
from housing_trajectories.findings import Finding


def between_files(files: Sequence[Read], known: KnownStaffNames) -> list[Finding]:
    """Findings between files; without any, of two files of a year only the later keeps its staff."""
    findings = _months(files, known)
    if not findings:
        findings = [*_twice(files), *_missing_groups(files, known), *_unfinished_flows(files)]
        _keep_latest(files, known.base_year)
        findings += _vacancies_without_staff(files, known.base_year)
    return findings


def _months(files: Sequence[Read], known: KnownStaffNames) -> list[Finding]:
    """A month that is not over, and one from years before the base year."""
    this_month, findings = f"{known.today:%Y-%m}", []
    for read in files:
        entries: list[Staff | Flow | Vacancy] = [*read.staff, *read.flows, *read.vacancies]
        for month in sorted({entry.month for entry in entries}):
            row = min(entry.row for entry in entries if entry.month == month)
            if month > this_month:
                findings.append(
                    Finding(read.file, row, "month", f"{month}, which is to come", f"up to {this_month}")
                )
            elif month < known.first_month:
                expected = (
                    f"{known.first_month} or later: the base year is {known.base_year}/"
                    f"{(known.base_year + 1) % 100:02}"
                )
                findings.append(Finding(read.file, row, "month", month, expected))
    return findings


def _twice(files: Sequence[Read]) -> list[Finding]:
    """The same staff, flow or vacancy in two rows, of one file or of two."""
    seen: dict[tuple[str, ...], str] = {}
    findings = []
    for read in files:
        entries: list[Staff | Flow | Vacancy] = [*read.staff, *read.flows, *read.vacancies]
        for entry in entries:
            part = "vacancies" if isinstance(entry, Vacancy) else entry[2]
            key = (type(entry).__name__, *map(str, entry[:3]), entry.month)
            here = f"{read.file} row {entry.row}"
            if key in seen:
                found = (
                    f"{entry[1]} of {entry[0]} ({part}) in {entry.month} a second time (first in {seen[key]})"
                )
                findings.append(Finding(read.file, entry.row, "staff_group", found, "each once"))
            seen.setdefault(key, here)
    return findings


def _keep_latest(files: Sequence[Read], base_year: int) -> None:
    """Of the files that have a group of an area in a financial year the one with its latest month; says so.

    All months before the base year count as one year: the latest of them stands for it where it has none.
    """

    def slot(entry: Staff) -> tuple[str, str, int]:
        return entry.area, entry.staff_group, max(financial_year(entry.month), base_year - 1)

    latest: dict[tuple[str, str, int], tuple[str, str]] = {}
    for read in files:
        for entry in read.staff:
            latest[slot(entry)] = max(latest.get(slot(entry), ("", "")), (entry.month, read.file))
    for read in files:
        left_out = {
            (entry.area, entry.month, *latest[slot(entry)])
            for entry in read.staff
            if latest[slot(entry)][1] != read.file
        }
        for area, month, later, file in sorted(left_out):
            read.remarks.append(f"{area} in {month} is left out: {file} has {later}")
        read.staff[:] = [entry for entry in read.staff if latest[slot(entry)][1] == read.file]


def _missing_groups(files: Sequence[Read], known: KnownStaffNames) -> list[Finding]:
    """A group that an area has not in a month, and one whose bands are not all there or stand beside `all`.

    Files of a month are taken together: doctors and other staff may stand in two.
    """
    findings = []
    by_month: dict[tuple[str, str], list[tuple[Read, Staff]]] = {}
    for read in files:
        for entry in read.staff:
            by_month.setdefault((entry.area, entry.month), []).append((read, entry))
    for (area, month), entries in by_month.items():
        read, last = entries[-1]
        there = {entry.staff_group for _, entry in entries}
        wanted = set(known.groups[area])
        apart = [part for part in (GENERAL_PRACTICE, NETWORK_STAFF) if there & part]
        if there <= set().union(*apart):
            wanted = set().union(*apart)
        for group in sorted(wanted - there):
            found = f"no {group} for {area} in {month}"
            findings.append(Finding(read.file, last.row, "staff_group", found, "every group of the area"))
        for group in sorted(there):
            bands = {entry.age_band for _, entry in entries if entry.staff_group == group}
            if bands not in ({ALL_AGES}, set(AGE_BANDS)):
                missing = ", ".join(band for band in AGE_BANDS if band not in bands)
                findings.append(
                    Finding(
                        read.file,
                        last.row,
                        "age_band",
                        f"{group} of {area} without {missing or 'all bands alone'}",
                        "every age band, with 0 where nobody is in it, or all alone",
                    )
                )
    return findings


def _vacancies_without_staff(files: Sequence[Read], base_year: int) -> list[Finding]:
    """Vacancies of a later year without the staff in post of that year: posts are both together."""
    staff = {(*entry[:2], financial_year(entry.month)) for read in files for entry in read.staff}
    findings = []
    seen: dict[tuple[str, str], str] = {}
    for read in files:
        for entry in read.vacancies:
            year, unit = financial_year(entry.month), (entry.area, entry.staff_group)
            if year < base_year:
                found, expected = entry.month, f"{base_year}-04 or later"
                findings.append(Finding(read.file, entry.row, "month", found, expected))
            elif year > base_year and (*unit, year) not in staff:
                found = f"vacancies of {entry.staff_group} of {entry.area} in {entry.month} alone"
                expected = f"staff in post of {year}/{(year + 1) % 100:02} too"
                findings.append(Finding(read.file, entry.row, "month", found, expected))
            if unit in seen:
                found = f"{entry.staff_group} of {entry.area} in {entry.month} and in {seen[unit]}"
                findings.append(Finding(read.file, entry.row, "month", found, "one month: the latest"))
            seen.setdefault(unit, entry.month)
    return findings


def _unfinished_flows(files: Sequence[Read]) -> list[Finding]:
    """A group with some of its flows, or with more leavers than people."""
    findings = []
    by_month: dict[tuple[str, str, str], float] = {}
    for read in files:
        for entry in read.staff:
            if entry.headcount is not None:
                key = entry.area, entry.staff_group, entry.month
                by_month[key] = by_month.get(key, 0.0) + entry.headcount
    heads = {(area, group): by_month[area, group, month] for area, group, month in sorted(by_month)}
    for read in files:
        by_unit: dict[tuple[str, str], dict[str, Flow]] = {}
        for flow in read.flows:
            by_unit.setdefault((flow.area, flow.staff_group), {})[flow.flow] = flow
        for unit, flows in by_unit.items():
            row = max(flow.row for flow in flows.values())
            missing = [name for name in FLOW_NAMES if name not in flows]
            if missing:
                found = f"{unit[1]} of {unit[0]} without {', '.join(missing)}"
                findings.append(Finding(read.file, row, "flow", found, "every flow, with 0 for none"))
            leavers = flows.get("leavers")
            if leavers and unit in heads and leavers.headcount >= heads[unit]:
                found = f"{leavers.headcount:g} leavers of {heads[unit]:g} people, over 100 %"
                findings.append(
                    Finding(read.file, leavers.row, "headcount", found, "fewer leavers than people in post")
                )
    return findings
