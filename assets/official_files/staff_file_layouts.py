"""The layouts in which staff are recorded: two of NHS England as published, two tidy ones of our own.

Each reader takes the rows of a file and gives records, or findings that name the row. Layouts are told by
their column names. Which of the records are used, and for what, belongs elsewhere.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import NamedTuple

from assets.tables.declarations.named_values import AGE_BANDS
from housing_trajectories.findings import Finding

ALL_AGES = "all"
DATE_FORMATS = ("%Y-%m-%d", "%d/%m/%Y", "%Y-%m", "%d%b%Y", "%d-%b-%y", "%d %B %Y", "%B %Y")
NO_DATA = ("", "NA", "ND", "N/A", "-", "*", "NULL")
"""What stands in the practice file where a practice sent nothing."""
FLOW_NAMES = ("leavers", "joiners_training", "joiners_domestic", "joiners_international", "joiners_return")
LEAST_OF_PATIENTS = 0.95
"""Least share of a place's recorded patients in a whole practice file: those of a practice that closed are
with another one."""
LEAST_OF_NAMED = 0.85
"""The same of a file without patients, by the practices it names: some closed since they were recorded."""
_BOARDS = ("sub_icb_code", "ccg_code", "icb_code")
"""Columns of a practice's board, the smallest first."""
_NAMED = 8
"""Practices that are named where they are missing; of more the number is given."""
WTE_OVER_HEADS = 1e-6
"""WTE by which a row may stand above its headcount, from rounding in the publication."""

Row = tuple[int, Mapping[str, str]]
"""Row number as a spreadsheet shows it, and its cells by column name in lower case."""


class Staff(NamedTuple):
    """Staff of a group in an area: heads are None where a file does not count them."""

    area: str
    staff_group: str
    age_band: str
    headcount: float | None
    wte: float
    row: int


class Flow(NamedTuple):
    """People who left or joined a group of an area in a year."""

    area: str
    staff_group: str
    flow: str
    headcount: float
    row: int


@dataclass(frozen=True)
class KnownStaffNames:
    """What a file may name: groups by area kind, provider of each trust, place of each practice."""

    groups: Mapping[str, tuple[str, ...]]
    """Staff groups that an area has, by area."""
    trusts: Mapping[str, str]
    published_groups: Mapping[str, tuple[str, str]]
    """Kind and staff group of a published name in lower case."""
    practices: Mapping[str, str]
    patients: Mapping[str, float]
    """Registered patients of each practice, as last recorded."""


@dataclass
class Read:
    """What a file holds, and what is wrong with it."""

    file: str
    staff: list[Staff] = field(default_factory=list)
    flows: list[Flow] = field(default_factory=list)
    findings: list[Finding] = field(default_factory=list)
    remarks: list[str] = field(default_factory=list)
    """What does not stand in the way, but has to be said."""

    def wrong(self, row: int | None, column: str | None, found: str, expected: str) -> None:
        """Record a finding."""
        self.findings.append(Finding(self.file, row, column, found, expected))

    def number(self, row: int, column: str, text: str) -> float | None:
        """A number that is nil or more; None, and a finding, where it is not."""
        try:
            value = float(text.replace(",", ""))
        except ValueError:
            value = float("nan")
        if not 0 <= value < float("inf"):
            self.wrong(row, column, f"'{text}'" if text else "an empty cell", "a number of at least 0")
            return None
        return value


def nhs_workforce(read: Read, rows: Iterable[Row], known: KnownStaffNames) -> None:
    """NHS Workforce Statistics, staff group and organisation: FTE and HC rows of our trusts' latest month."""
    cells: dict[tuple[date, str, str, str], tuple[float, int]] = {}
    for number, row in rows:
        trust = row["org code"].strip().upper()
        if trust not in known.trusts:
            continue
        name, measure = row["staff group"].strip(), row["data type"].strip().upper()
        kind, _ = known.published_groups.get(name.lower(), ("unknown", ""))
        if kind == "unknown":
            read.wrong(number, "Staff Group", name, "a staff group of published_staff_groups.csv")
            continue
        if measure not in ("FTE", "HC"):
            read.wrong(number, "Data Type", measure, "FTE or HC")
            continue
        month, value = _date(read, number, row["date"]), read.number(number, "Total", row["total"])
        if kind != "modelled" or month is None or value is None:
            continue
        key = (month, trust, name.lower(), measure)
        if key in cells:
            read.wrong(number, "Staff Group", f"{name} of {trust} a second time", "each once a month")
        cells[key] = (value, number)
    if not cells:
        read.wrong(None, "Org Code", "none of our trusts", "rows of " + ", ".join(sorted(known.trusts)))
        return
    latest = max(month for month, *_ in cells)
    there = {known.trusts[trust] for _, trust, *_ in cells}
    for provider in sorted(set(known.trusts.values()) - there):
        read.remarks.append(f"no row of {provider}: its staff stay as they are in the tables")
    _sum_published(read, {key[1:]: value for key, value in cells.items() if key[0] == latest}, known)


def _sum_published(
    read: Read, cells: Mapping[tuple[str, str, str], tuple[float, int]], known: KnownStaffNames
) -> None:
    """Published groups of trusts as our groups of providers."""
    totals: dict[tuple[str, str, str], float] = {}
    at: dict[tuple[str, str], int] = {}
    for (trust, name, measure), (value, number) in cells.items():
        key = known.trusts[trust], known.published_groups[name][1]
        totals[(*key, measure)] = totals.get((*key, measure), 0.0) + value
        at[key] = number
        twin = cells.get((trust, name, "HC"))
        if measure == "FTE" and twin and value > twin[0] + WTE_OVER_HEADS:
            read.wrong(number, "Total", f"{value:g} FTE of {twin[0]:g} people", "at most one FTE a person")
    for (provider, group), number in at.items():
        if (provider, group, "FTE") not in totals:
            read.wrong(
                number, "Data Type", f"no FTE of {group} in {provider}", "an FTE row beside the HC row"
            )
            continue
        heads = totals.get((provider, group, "HC"))
        read.staff.append(Staff(provider, group, ALL_AGES, heads, totals[provider, group, "FTE"], number))


def _date(read: Read, number: int, text: str) -> date | None:
    for pattern in DATE_FORMATS:
        try:
            return datetime.strptime(text.strip(), pattern).date()
        except ValueError:
            continue
    read.wrong(number, "Date", text, "a date such as 2025-03-31")
    return None


_PRACTICE_COLUMNS = {
    "gps": ("total_gp_extg", None),
    "gps_in_training": ("total_gp", "total_gp_extg"),
    "practice_nurses": ("total_nurses", None),
}
"""Columns of a group, less those of another: GPs in training are all GPs less those not in training."""


def practice_detailed(read: Read, rows: Iterable[Row], known: KnownStaffNames) -> None:
    """General Practice Workforce, practice level, detailed: a row a practice."""
    found = _PracticeFile(read, known)
    for number, row in rows:
        sums = found.place_of(number, row)
        if sums is None:
            continue
        patients = read.number(number, "TOTAL_PATIENTS", row["total_patients"])
        sums.patients += patients or 0.0
        if row["total_gp_fte"].strip().upper() in NO_DATA:
            continue
        sums.patients_with_data += patients or 0.0
        for group, (plus, minus) in _PRACTICE_COLUMNS.items():
            fte = _difference(read, number, row, plus, minus, "fte")
            heads = _difference(read, number, row, plus, minus, "hc")
            if fte is None or heads is None:
                continue
            if fte > heads + WTE_OVER_HEADS:
                column = f"{plus.upper()}_FTE"
                read.wrong(number, column, f"{fte:g} FTE of {heads:g} people", "at most one FTE a person")
            sums.add(group, heads, fte)
    found.close(least=LEAST_OF_PATIENTS)


def practice_high_level(read: Read, rows: Iterable[Row], known: KnownStaffNames) -> None:
    """General Practice Workforce, practice level, high level: a row a practice, role and measure."""
    found = _PracticeFile(read, known)
    groups = {"gp": "gps", "nurses": "practice_nurses"}
    for number, row in rows:
        name = row["staff_group"].strip().lower()
        if name not in (*groups, "direct patient care", "admin/non-clinical"):
            read.wrong(number, "STAFF_GROUP", row["staff_group"], "GP, Nurses, Direct Patient Care or Admin")
            continue
        sums = found.place_of(number, row)
        if sums is None or name not in groups or row["value"].strip().upper() in NO_DATA:
            continue
        role = row["detailed_staff_role"].strip().lower()
        if role == "total":
            continue
        group = "gps_in_training" if name == "gp" and "training" in role else groups[name]
        value = read.number(number, "VALUE", row["value"])
        is_fte = row["measure"].strip().upper() == "FTE"
        sums.add(group, 0.0 if is_fte else value or 0.0, value or 0.0 if is_fte else 0.0)
    found.close(least=LEAST_OF_NAMED)


@dataclass
class _Practices:
    """Sums over a place's practices."""

    patients: float = 0.0
    patients_with_data: float = 0.0
    row: int = 0
    heads: dict[str, float] = field(default_factory=dict)
    fte: dict[str, float] = field(default_factory=dict)
    there: set[str] = field(default_factory=set)

    def add(self, group: str, heads: float, fte: float) -> None:
        """Count a practice's staff."""
        self.heads[group] = self.heads.get(group, 0.0) + heads
        self.fte[group] = self.fte.get(group, 0.0) + fte


class _PracticeFile:
    """The practices of a file by place, and whether they are all that there are.

    Which board a practice is of is told by the file: codes of boards change, the practices that are known
    do not. A board of which at least half of the practices are known is ours, so that the others are too.
    """

    def __init__(self, read: Read, known: KnownStaffNames) -> None:
        self._read, self._known = read, known
        self._found: dict[str, _Practices] = {}
        self._boards: dict[tuple[str, str], set[str]] = {}
        self._others: dict[str, tuple[int, tuple[str, str]]] = {}

    def place_of(self, number: int, row: Mapping[str, str]) -> _Practices | None:
        """The sums of the place that the row's practice is in; None where it is none of ours."""
        practice = row["prac_code"].strip().upper()
        named = ((name, row.get(name, "").strip().upper()) for name in _BOARDS)
        board = next((pair for pair in named if pair[1]), ("", ""))
        place = self._known.practices.get(practice)
        if place is None:
            self._others.setdefault(practice, (number, board))
            return None
        if board[1]:
            self._boards.setdefault(board, set()).add(practice)
        sums = self._found.setdefault(place, _Practices())
        sums.row = number
        sums.there.add(practice)
        return sums

    def close(self, least: float) -> None:
        """Staff by place; practices that sent nothing are made good by the patients of those that did."""
        if not self._found:
            self._read.wrong(None, "PRAC_CODE", "none of our practices", "practices of practice_places.csv")
            return
        self._hold_boards()
        self._hold_practices(least)
        for place, sums in self._found.items():
            share = sums.patients_with_data / sums.patients if sums.patients else 1.0
            for group in sums.fte:
                heads, fte = sums.heads[group] / share, sums.fte[group] / share
                self._read.staff.append(Staff(place, group, ALL_AGES, heads, fte, sums.row))

    def _hold_boards(self) -> None:
        """A practice of our board that practice_places.csv has not would be left out of its place."""
        others: dict[tuple[str, str], dict[str, int]] = {}
        for practice, (number, board) in self._others.items():
            others.setdefault(board, {})[practice] = number
        for board, ours in self._boards.items():
            new = others.get(board, {})
            if len(new) <= len(ours):
                for practice, number in new.items():
                    expected = "a practice of practice_places.csv: add its place there"
                    self._read.wrong(number, "PRAC_CODE", practice, expected)
            elif board[0] == _BOARDS[-1]:
                found = f"board {board[1]} with {len(ours)} practices of ours and {len(new)} others"
                self._read.wrong(
                    None, board[0].upper(), found, "a column SUB_ICB_CODE, which tells them apart"
                )

    def _hold_practices(self, least: float) -> None:
        """A file of some of a place's practices has some of its staff."""
        for place in dict.fromkeys(self._known.practices.values()):
            listed = {
                code: self._known.patients[code] for code, of in self._known.practices.items() if of == place
            }
            sums = self._found.get(place, _Practices())
            recorded = sum(listed.values())
            patients = sums.patients or sum(listed[code] for code in sums.there)
            missing = sorted(code for code, count in listed.items() if count and code not in sums.there)
            if not missing:
                continue
            named = ", ".join(missing[:_NAMED]) + (
                f" and {len(missing) - _NAMED} more" if len(missing) > _NAMED else ""
            )
            found = (
                f"{len(sums.there)} of {len(listed)} practices of {place}, {patients:,.0f} of "
                f"{recorded:,.0f} patients; missing are {named}"
            )
            if patients < least * recorded or not sums.there:
                expected = "every practice of practice_places.csv (take out there those that have closed)"
                self._read.wrong(None, "PRAC_CODE", found, expected)
            else:
                self._read.remarks.append(found)


def _difference(
    read: Read, number: int, row: Mapping[str, str], plus: str, minus: str | None, measure: str
) -> float | None:
    parts = [
        read.number(number, f"{name}_{measure}".upper(), row[f"{name}_{measure}"])
        for name in (plus, minus)
        if name
    ]
    if None in parts:
        return None
    values = [part for part in parts if part is not None]
    return values[0] - sum(values[1:])


def tidy_staff(read: Read, rows: Iterable[Row], known: KnownStaffNames) -> None:
    """Our own layout: area, staff_group, age_band, headcount, wte."""
    for number, row in rows:
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
        read.staff.append(Staff(row["area"].strip(), row["staff_group"].strip(), band, heads, wte, number))


def tidy_flows(read: Read, rows: Iterable[Row], known: KnownStaffNames) -> None:
    """Our own layout: area, staff_group, flow, headcount (people in a year)."""
    for number, row in rows:
        if not _unit_known(read, number, row, known):
            continue
        name = row["flow"].strip()
        if name not in FLOW_NAMES:
            read.wrong(number, "flow", name, "one of " + ", ".join(FLOW_NAMES))
            continue
        heads = read.number(number, "headcount", row["headcount"])
        if heads is not None:
            read.flows.append(Flow(row["area"].strip(), row["staff_group"].strip(), name, heads, number))


def _unit_known(read: Read, number: int, row: Mapping[str, str], known: KnownStaffNames) -> bool:
    area, group = row["area"].strip(), row["staff_group"].strip()
    if area not in known.groups:
        read.wrong(number, "area", area, "one of " + ", ".join(sorted(known.groups)))
        return False
    if group not in known.groups[area]:
        read.wrong(number, "staff_group", group, "one of " + ", ".join(known.groups[area]))
        return False
    return True


Reader = Callable[[Read, Iterable[Row], KnownStaffNames], None]

LAYOUTS: tuple[tuple[str, Collection[str], Reader], ...] = (
    (
        "NHS Workforce Statistics, staff group and organisation",
        ("date", "org code", "staff group", "data type", "total"),
        nhs_workforce,
    ),
    (
        "General Practice Workforce, practice level, detailed",
        (
            "prac_code",
            "total_patients",
            "total_gp_hc",
            "total_gp_fte",
            "total_gp_extg_hc",
            "total_gp_extg_fte",
            "total_nurses_hc",
            "total_nurses_fte",
        ),
        practice_detailed,
    ),
    (
        "General Practice Workforce, practice level, high level",
        ("prac_code", "staff_group", "detailed_staff_role", "measure", "value"),
        practice_high_level,
    ),
    (
        "staff in post by group and age",
        ("area", "staff_group", "age_band", "headcount", "wte"),
        tidy_staff,
    ),
    ("flows of staff", ("area", "staff_group", "flow", "headcount"), tidy_flows),
)
"""Name, the columns that a file of the layout has, and its reader; the first that fits is taken."""
