"""NHS Workforce Statistics by organisation: staff of trusts by published group, in the layouts since 2018.

The files hold a month or all months since 2009. Of each trust the months of the base year are kept, and the
last month of every later year; without any, its last month before.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import NamedTuple

from assets.official_files.staff_layouts.staff_months import month_in
from assets.official_files.staff_layouts.staff_records import (
    ALL_AGES,
    MAPPING_FILE,
    WTE_OVER_HEADS,
    KnownStaffNames,
    Read,
    Row,
    Staff,
    financial_year,
)

MEASURES = {"fte": "FTE", "hc": "HC", "headcount": "HC", "full time equivalent": "FTE"}
TOTALS = ("total", "all staff groups")
TOTAL_OFF, TOTAL_OFF_WTE = 0.005, 1.0
"""By how much of it, or how many WTE, a printed total may miss its groups: organisations round."""
_ALL = "all staff groups"
_DOCTORS = "hchs doctors"


class _Cell(NamedTuple):
    """A printed value, and where it stands."""

    value: float
    row: int


class _Entry(NamedTuple):
    """One row of a file: of whom, which month, group as printed, measure, value."""

    row: int
    trust: str
    month: str
    group: str
    measure: str
    value: float


def staff_group_and_organisation(read: Read, rows: Iterable[Row], known: KnownStaffNames) -> None:
    """Until August 2025: Date, Org Code, Staff Group, Data Type (FTE, HC), Total."""

    def entries() -> Iterator[_Entry]:
        for number, row, trust in _ours(read, rows, known):
            measure = MEASURES.get(row["data type"].strip().lower())
            if measure is None:
                read.wrong(number, "Data Type", row["data type"].strip(), "FTE or HC")
                continue
            month = month_in(read, number, "Date", row["date"])
            value = read.number(number, "Total", row["total"])
            if month is not None and value is not None:
                yield _Entry(number, trust, month, row["staff group"].strip(), measure, value)

    _Trusts(read, known, "Staff Group").take(entries())


def core_organisations(read: Read, rows: Iterable[Row], known: KnownStaffNames) -> None:
    """Since September 2025: DATA_MONTH, ORG_CODE, MAIN_STAFF_GROUP, STAFF_GROUP_1, FTE and HEADCOUNT."""

    def entries() -> Iterator[_Entry]:
        for number, row, trust in _ours(read, rows, known):
            month = month_in(read, number, "DATA_MONTH", row["data_month"])
            main, group = row["main_staff_group"].strip(), row["staff_group_1"].strip()
            name = main if group.lower() == _ALL else group
            if name.lower().startswith(_DOCTORS):
                # Grades of doctors are parts of them.
                name = "HCHS doctors" if name.lower() in (_DOCTORS, f"{_DOCTORS} - all grades") else ""
            for column, measure in (("fte", "FTE"), ("headcount", "HC"), ("hc", "HC")):
                if column in row and name and month is not None:
                    value = read.number(number, column.upper(), row[column])
                    if value is not None:
                        yield _Entry(number, trust, month, name, measure, value)

    _Trusts(read, known, "STAFF_GROUP_1").take(entries())


def care_settings(read: Read, rows: Iterable[Row], known: KnownStaffNames) -> None:
    """Staff other than doctors by care setting: Date, Org Code, Staff Group 1, Care Setting, Total FTE."""
    added: dict[tuple[str, str, str], float] = {}
    at: dict[tuple[str, str, str], int] = {}
    seen: set[tuple[str, ...]] = set()
    for number, row, trust in _ours(read, rows, known):
        month = month_in(read, number, "Date", row["date"])
        value = read.number(number, "Total FTE", row["total fte"])
        told = tuple(cell for name, cell in row.items() if not name.startswith("total"))
        if told in seen:
            read.wrong(number, "Staff Group 1", "the row a second time", "each once a month")
        seen.add(told)
        if month is None or value is None:
            continue
        key = trust, month, row.get("staff group 1", "HCHS doctors").strip()
        added[key] = added.get(key, 0.0) + value
        at[key] = number
    _Trusts(read, known, "Staff Group 1").take(
        _Entry(at[key], key[0], key[1], key[2], "FTE", value) for key, value in added.items()
    )


def _ours(
    read: Read, rows: Iterable[Row], known: KnownStaffNames
) -> Iterator[tuple[int, Mapping[str, str], str]]:
    """The rows of our trusts and of those that they took over; a file without any of them is wrong."""
    others, ours = set[str](), set[str]()
    for number, row in rows:
        trust = (row.get("org code") or row.get("org_code") or "").strip().upper()
        former = known.former.get(trust)
        if trust in known.trusts or (former and set(former.successors) & set(known.trusts)):
            ours.add(trust)
            yield number, row, trust
        elif trust:
            others.add(trust)
        elif "org code" in row:
            # The files of organisations since September 2025 have rows of regions too, without one.
            read.wrong(number, "Org Code", "an empty cell", "the code of an organisation")
    if not ours:
        read.wrong(None, "Org Code", "none of our trusts", "rows of " + ", ".join(sorted(known.trusts)))
        return
    there = {known.trusts.get(trust, trust) for trust in ours}
    for provider in sorted(set(known.trusts.values()) - there):
        if others and not _covered(provider, ours, known):
            found = f"no row of {provider}, and rows of {len(others)} trusts that are not the area's"
            read.wrong(None, "Org Code", found, "every trust of the area, or trusts of the area alone")
        elif not _covered(provider, ours, known):
            read.remarks.append(f"no row of {provider}: its staff stay as they are in the tables")


def _covered(provider: str, trusts: set[str], known: KnownStaffNames) -> bool:
    """Whether a file has a trust under a code of before."""
    return any(provider in known.former[trust].successors for trust in trusts if trust in known.former)


class _Trusts:
    """The printed values of a file by provider and month, and whether they can be taken."""

    def __init__(self, read: Read, known: KnownStaffNames, column: str) -> None:
        self._read, self._known, self._column = read, known, column
        self._cells: dict[tuple[str, str, str, str], _Cell] = {}
        self._unknown: set[str] = set()

    def take(self, entries: Iterable[_Entry]) -> None:
        """Staff of the months that are kept, by our groups."""
        for row, trust, month, name, measure, value in entries:
            key = trust, month, name.lower(), measure
            if key in self._cells:
                found = f"{name} of {trust} a second time (first in row {self._cells[key].row})"
                self._read.wrong(row, self._column, found, "each once a month")
            self._cells[key] = _Cell(value, row)
            if name.lower() not in self._known.published_groups:
                self._say_unknown(row, name)
        by_provider: dict[str, dict[str, set[str]]] = {}
        for trust, month, *_ in self._cells:
            for provider in self._providers(trust, month):
                by_provider.setdefault(provider, {}).setdefault(month, set()).add(trust)
        if self._read.findings:
            # A row that could not be read would be missing from every sum.
            return
        latest = {provider: max(months) for provider, months in by_provider.items()}
        for provider, months in by_provider.items():
            if latest[provider] != max(latest.values()):
                found = f"{provider} until {latest[provider]}, other trusts until {max(latest.values())}"
                self._read.wrong(None, "Date", found, "the same last month of every trust of the area")
            for month in self._kept(months):
                if self._whole(provider, month, months[month]):
                    self._add(provider, month, months[month])

    def _say_unknown(self, row: int, name: str) -> None:
        if name.lower() not in self._unknown:
            self._unknown.add(name.lower())
            expected = (
                f"a staff group of published_staff_groups.csv, or a row '\"{name}\",<staff group>' in "
                f"{MAPPING_FILE} beside the file; nothing after the comma leaves it out"
            )
            self._read.wrong(row, self._column, name or "an empty cell", expected)

    def _providers(self, trust: str, month: str) -> tuple[str, ...]:
        """Of whom a trust's staff are today; a trust that was divided is refused by name."""
        former = self._known.former.get(trust)
        if former is None or trust in self._known.trusts:
            return (self._known.trusts[trust],)
        if len(former.successors) > 1:
            found = f"{trust} in {month}, which became {', '.join(former.successors)}"
            self._read.wrong(None, "Org Code", found, "a trust with one successor")
            return ()
        return (self._known.trusts[former.successors[0]],)

    def _kept(self, months: Iterable[str]) -> list[str]:
        base = self._known.base_year
        in_base = [month for month in months if financial_year(month) == base]
        last = {financial_year(month): month for month in sorted(months)}
        later = [month for year, month in last.items() if year > base]
        return sorted([*in_base, *later] or [max(months)])

    def _whole(self, provider: str, month: str, trusts: set[str]) -> bool:
        """Whether the codes of a month are all of a provider; former ones are said."""
        before = {code: past for code, past in self._known.former.items() if past.successors == (provider,)}
        for code in sorted(trusts & set(before)):
            if month > before[code].closed[:7]:
                said = f"{code} ended on {before[code].closed}: its staff are counted with {provider}'s"
                if said not in self._read.remarks:
                    self._read.remarks.append(said)
        missing = {code for code, past in before.items() if month <= past.closed[:7]} - trusts
        if provider not in trusts:
            # A code that began with the merger holds those of before and nothing else.
            began = self._known.opened.get(provider, "")
            parts = {code for code, past in before.items() if began and past.closed <= began}
            missing |= parts - trusts if parts else {provider}
        if missing:
            found = (
                f"{', '.join(sorted(trusts))} of {provider} in {month} without {', '.join(sorted(missing))}"
            )
            self._read.wrong(None, "Org Code", found, f"{provider} or every trust that became part of it")
        return not missing

    def _add(self, provider: str, month: str, trusts: set[str]) -> None:
        """Staff of our groups, after each trust's groups have been held against its printed total."""
        sums: dict[tuple[str, str], float] = {}
        at: dict[str, int] = {}
        for trust in sorted(trusts):
            cells = {key[2:]: cell for key, cell in self._cells.items() if key[:2] == (trust, month)}
            self._hold_total(trust, month, cells)
            for (name, measure), cell in cells.items():
                kind, group = self._known.published_groups.get(name, ("", ""))
                twin = cells.get((name, "HC"))
                if measure == "FTE" and twin and cell.value > twin.value + WTE_OVER_HEADS:
                    found = f"{cell.value:g} FTE of {twin.value:g} people"
                    self._read.wrong(cell.row, "Total", found, "at most one FTE a person")
                if kind == "modelled":
                    sums[group, measure] = sums.get((group, measure), 0.0) + cell.value
                    at[group] = cell.row
        for group, row in at.items():
            if (group, "FTE") not in sums:
                found = f"no FTE of {group} in {provider}"
                self._read.wrong(row, "Data Type", found, "an FTE row beside the HC row")
                continue
            heads = sums.get((group, "HC"))
            entry = Staff(provider, group, ALL_AGES, month, heads, sums[group, "FTE"], row)
            self._read.staff.append(entry)

    def _hold_total(self, trust: str, month: str, cells: Mapping[tuple[str, str], _Cell]) -> None:
        """A row that was lost or changed leaves a printed total that its groups do not add up to."""
        total = next((cells[name, "FTE"] for name in TOTALS if (name, "FTE") in cells), None)
        if total is None:
            return
        kinds = self._known.published_groups
        parts = [
            cell.value
            for (name, measure), cell in cells.items()
            if measure == "FTE" and kinds.get(name, ("", ""))[0] in ("modelled", "not modelled")
        ]
        if abs(sum(parts) - total.value) > max(TOTAL_OFF_WTE, TOTAL_OFF * total.value):
            there = {kinds[name][1] for name, measure in cells if name in kinds and measure == "FTE"}
            provider = self._known.trusts.get(trust, trust)
            missing = [group for group in self._known.groups.get(provider, ()) if group not in there]
            found = f"{total.value:,.1f} FTE of {trust} in {month}, groups add up to {sum(parts):,.1f}"
            found += f", without {', '.join(missing)}" if missing else ""
            self._read.wrong(total.row, "Total", found, "a total of its groups")
