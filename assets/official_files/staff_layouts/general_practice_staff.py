"""General practice staff: the practice files of NHS England, its files of individuals, and of networks.

Practice files have no month in them: their owner says it. Individuals are known by sub-ICB location or by
primary care network; they are shared out to places by registered patients.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from assets.official_files.staff_layouts.staff_months import OneMonth
from assets.official_files.staff_layouts.staff_records import (
    ALL_AGES,
    GENERAL_PRACTICE,
    MAPPING_FILE,
    NETWORK_STAFF,
    WTE_OVER_HEADS,
    KnownStaffNames,
    Read,
    Row,
    Staff,
)

NO_DATA = ("", "NA", "ND", "N/A", "-", "*", "NULL")
"""What stands in the practice file where a practice sent nothing."""
LEAST_OF_PATIENTS = 0.95
"""Least share of a place's recorded patients in a whole practice file: those of a practice that closed are
with another one."""
LEAST_OF_NAMED = 0.85
"""The same of a file without patients, by the practices or networks it names: some closed since they were
recorded, and some networks employ nobody."""
MOST_WTE_A_HEAD = 2.0
"""WTE of 37.5 hours that a person is recorded with at most: partners work longer weeks. The file of networks
of June 2026 has 487 people over one WTE and none over two."""
_BOARDS = ("sub_icb_code", "ccg_code", "icb_code")
"""Columns of a practice's board, the smallest first."""
_NAMED = 8
"""Practices that are named where they are missing; of more the number is given."""
_TRAINEES = "gps in training"
"""How the role of a GP in training begins."""
_INDIVIDUALS = {"gp": "gps", "nurses": "practice_nurses", "direct patient care": "", "admin/non-clinical": ""}
"""Staff group of each group of the files of individuals; empty where it is not modelled."""
_CONTRACTED = "contracted"
"""In the data source of services that a network buys: a row of them is no person."""

_PRACTICE_COLUMNS = {
    "gps": ("total_gp_extg", None),
    "gps_in_training": ("total_gp", "total_gp_extg"),
    "practice_nurses": ("total_nurses", None),
}
"""Columns of a group, less those of another: GPs in training are all GPs less those not in training."""


def practice_detailed(read: Read, rows: Iterable[Row], known: KnownStaffNames) -> None:
    """General Practice Workforce, practice level, detailed: a row a practice."""
    found, months = _PracticeFile(read, known), OneMonth(read, known)
    long_weeks = _LongWeeks(read)
    for number, row in rows:
        month = months.at(number, row)
        sums = found.place_of(number, row)
        if sums is None:
            continue
        found.month = month
        if not sums.once(row["prac_code"].strip().upper()):
            read.wrong(number, "PRAC_CODE", f"{row['prac_code'].strip()} a second time", "each practice once")
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
            long_weeks.hold(number, f"{plus.upper()}_FTE", fte, heads)
            sums.add(group, heads, fte)
    long_weeks.close()
    found.close(least=LEAST_OF_PATIENTS)


def practice_high_level(read: Read, rows: Iterable[Row], known: KnownStaffNames) -> None:
    """General Practice Workforce, practice level, high level: a row a practice, role and measure."""
    found, months = _PracticeFile(read, known), OneMonth(read, known)
    groups = {"gp": "gps", "nurses": "practice_nurses"}
    seen: dict[tuple[str, ...], int] = {}
    for number, row in rows:
        month = months.at(number, row)
        name = row["staff_group"].strip().lower()
        if name not in (*groups, "direct patient care", "admin/non-clinical"):
            read.wrong(number, "STAFF_GROUP", row["staff_group"], "GP, Nurses, Direct Patient Care or Admin")
            continue
        sums = found.place_of(number, row)
        if sums is None:
            continue
        found.month = month
        told = ("prac_code", "staff_group", "detailed_staff_role", "measure")
        key = tuple(row[column].strip().lower() for column in told)
        if key in seen:
            read.wrong(
                number,
                "DETAILED_STAFF_ROLE",
                f"the row a second time (first in row {seen[key]})",
                "each once",
            )
        seen.setdefault(key, number)
        if name not in groups or row["value"].strip().upper() in NO_DATA:
            continue
        role = row["detailed_staff_role"].strip().lower()
        if role == "total":
            continue
        group = "gps_in_training" if name == "gp" and "training" in role else groups[name]
        value = read.number(number, "VALUE", row["value"])
        is_fte = row["measure"].strip().upper() == "FTE"
        sums.add(group, 0.0 if is_fte else value or 0.0, value or 0.0 if is_fte else 0.0)
    found.close(least=LEAST_OF_NAMED)


def practice_individuals(read: Read, rows: Iterable[Row], known: KnownStaffNames) -> None:
    """General Practice Workforce, individual level: a row a person and role, by sub-ICB location."""
    people, months = _Individuals(read, known.boards), OneMonth(read, known)
    unlisted = set[str]()
    for number, row in rows:
        board = row["sub_icb_code"].strip().upper()
        month = months.at(number, row)
        if not board:
            read.wrong(number, "SUB_ICB_CODE", "an empty cell", "the code of a sub-ICB location")
        if board not in known.boards:
            continue
        name, role = row["staff_group"].strip(), row["staff_role"].strip().lower()
        group = known.published_groups.get(name.lower(), ("", _INDIVIDUALS.get(name.lower())))[1]
        if group is None:
            _unlisted(read, number, name, unlisted)
            continue
        if group == "gps" and role.startswith(_TRAINEES):
            group = "gps_in_training"
        people.add(number, board, group, month, row, counted=True)
    if not people.boards:
        wanted = ", ".join(sorted(known.boards)) or "a sub-ICB location of the area"
        read.wrong(None, "SUB_ICB_CODE", "none of our sub-ICB locations", wanted)
    people.close(GENERAL_PRACTICE)


def network_individuals(read: Read, rows: Iterable[Row], known: KnownStaffNames) -> None:
    """Primary Care Network Workforce, individual level: a row a person and role, or a bought service."""
    shares = {**known.boards, **known.networks}
    people, months = _Individuals(read, shares), OneMonth(read, known)
    unlisted, seen = set[str](), set[str]()
    for number, row in rows:
        month = months.at(number, row)
        network, board = (row[name].strip().upper() for name in ("pcn_code", "sub_icb_code"))
        if not (network and board):
            column = "SUB_ICB_CODE" if network else "PCN_CODE"
            read.wrong(number, column, "an empty cell", "codes of a network and of its sub-ICB location")
            continue
        if network in known.networks:
            seen.add(network)
        elif board not in known.boards:
            continue
        name = row["staff_group"].strip()
        kind, group = known.published_groups.get(name.lower(), ("unknown", ""))
        if kind == "unknown":
            _unlisted(read, number, name, unlisted)
            continue
        unit = network if network in known.networks else board
        counted = _CONTRACTED not in row["data_source"].strip().lower()
        people.add(number, unit, group if kind == "modelled" else "", month, row, counted)
        if unit == board:
            people.say(f"{network} has no practice in the tables: its staff go by the patients of {board}")
    if not people.boards:
        read.wrong(None, "PCN_CODE", "none of our primary care networks", "networks of the area's practices")
        return
    _hold_networks(read, known, seen)
    people.close(set(NETWORK_STAFF))
    _with_practices(read, known)


def _with_practices(read: Read, known: KnownStaffNames) -> None:
    """Add those of the same groups whom practices employ themselves, who are in no file of networks."""
    for at, entry in enumerate(read.staff):
        own = known.practice_staff.get((entry.area, entry.staff_group), 0.0)
        if own:
            read.staff[at] = entry._replace(wte=entry.wte + own, headcount=None)
    added = sum(known.practice_staff.values())
    if added:
        read.remarks.append(
            f"{added:,.0f} FTE whom practices employ themselves, at England's rates, are added: "
            "the file has those of networks"
        )


def _hold_networks(read: Read, known: KnownStaffNames, seen: set[str]) -> None:
    """A file of some of the area's networks has some of their staff."""
    missing = sorted(set(known.network_patients) - seen)
    if not missing:
        return
    patients = known.network_patients
    there, whole = sum(patients[code] for code in set(patients) & seen), sum(patients.values())
    found = (
        f"{len(patients) - len(missing)} of {len(patients)} networks of the area, {there:,.0f} of "
        f"{whole:,.0f} patients; missing are {_listed(missing)}"
    )
    if there < LEAST_OF_NAMED * whole:
        read.wrong(None, "PCN_CODE", found, "every network of the area's practices")
    else:
        read.remarks.append(f"{found}: they employ nobody")


def _unlisted(read: Read, row: int, name: str, told: set[str]) -> None:
    if name.lower() not in told:
        told.add(name.lower())
        expected = (
            f"a staff group of published_staff_groups.csv, or a row '\"{name}\",<staff group>' in "
            f"{MAPPING_FILE} beside the file; nothing after the comma leaves it out"
        )
        read.wrong(row, "STAFF_GROUP", name or "an empty cell", expected)


class _LongWeeks:
    """People recorded with more than one WTE: said together, and wrong beyond what anybody works."""

    def __init__(self, read: Read) -> None:
        self._read = read
        self._rows: list[int] = []

    def hold(self, row: int, column: str, fte: float, heads: float) -> None:
        """Take a number of WTE and of people."""
        if fte > MOST_WTE_A_HEAD * heads + WTE_OVER_HEADS:
            expected = f"at most {MOST_WTE_A_HEAD:g} FTE a person"
            self._read.wrong(row, column, f"{fte:g} FTE of {heads:g} people", expected)
        elif fte > heads + WTE_OVER_HEADS:
            self._rows.append(row)

    def close(self) -> None:
        """Say how many there are."""
        if self._rows:
            rows = f"{len(self._rows)} rows, the first row {self._rows[0]}"
            self._read.remarks.append(f"more than one FTE a person, as longer weeks are recorded: {rows}")


class _Individuals:
    """Sums over people by network or sub-ICB location, and their places."""

    def __init__(self, read: Read, shares: Mapping[str, Mapping[str, float]]) -> None:
        self._read, self._shares = read, shares
        self._fte: dict[tuple[str, str], float] = {}
        self._heads: dict[tuple[str, str], set[str]] = {}
        self._uncounted: set[str] = set()
        self._left_out: dict[str, float] = {}
        self._rows: dict[str, int] = {}
        self._seen: dict[tuple[str, ...], int] = {}
        self._repeats: list[int] = []
        self._month = ""
        self._weeks = _LongWeeks(read)

    @property
    def boards(self) -> set[str]:
        """Networks and locations of which there was a row."""
        return set(self._rows)

    def say(self, remark: str) -> None:
        """A remark, once."""
        if remark not in self._read.remarks:
            self._read.remarks.append(remark)

    def add(
        self, number: int, unit: str, group: str, month: str, row: Mapping[str, str], counted: bool
    ) -> None:
        """Count a row; `counted` where it is a person, group "" where it is not modelled."""
        self._rows[unit], self._month = number, month
        fte = self._read.number(number, "FTE", row["fte"])
        if fte is None:
            return
        if counted:
            self._weeks.hold(number, "FTE", fte, 1.0)
            key = tuple(row.values())
            if key in self._seen:
                self._repeats.append(number)
            self._seen.setdefault(key, number)
        if not group:
            name = row["staff_group"].strip()
            self._left_out[name] = self._left_out.get(name, 0.0) + fte
            return
        self._fte[unit, group] = self._fte.get((unit, group), 0.0) + fte
        if counted:
            self._heads.setdefault((unit, group), set()).add(row["unique_identifier"].strip())
        else:
            self._uncounted.add(group)

    def close(self, wanted: set[str]) -> None:
        """Staff by place; what is left out is said with its WTE."""
        self._weeks.close()
        if self._repeats:
            rows = f"{len(self._repeats)} rows, the first row {self._repeats[0]}"
            self.say(f"rows that are the same as another in every cell, counted as published: {rows}")
        for name, fte in sorted(self._left_out.items()):
            self.say(f"{name}: {fte:,.1f} FTE are in no staff group of ours")
        by_place: dict[tuple[str, str], list[float]] = {}
        for (unit, group), fte in self._fte.items():
            people = len(self._heads.get((unit, group), ()))
            for place, share in self._shares[unit].items():
                sums = by_place.setdefault((place, group), [0.0, 0.0])
                sums[0] += share * fte
                sums[1] += share * people
        row = max(self._rows.values(), default=0)
        places = {place for place, _ in by_place}
        for place, group in sorted({*by_place, *((place, group) for place in places for group in wanted)}):
            fte, heads = by_place.get((place, group), (0.0, 0.0))
            known_heads = None if group in self._uncounted else heads
            self._read.staff.append(Staff(place, group, ALL_AGES, self._month, known_heads, fte, row))


def _listed(codes: list[str]) -> str:
    return ", ".join(codes[:_NAMED]) + (f" and {len(codes) - _NAMED} more" if len(codes) > _NAMED else "")


@dataclass
class _Practices:
    """Sums over a place's practices."""

    patients: float = 0.0
    patients_with_data: float = 0.0
    row: int = 0
    heads: dict[str, float] = field(default_factory=dict)
    fte: dict[str, float] = field(default_factory=dict)
    there: set[str] = field(default_factory=set)
    rows_of: set[str] = field(default_factory=set)

    def once(self, practice: str) -> bool:
        """Whether this is the practice's first row."""
        first = practice not in self.rows_of
        self.rows_of.add(practice)
        return first

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
        self.month = ""
        self._found: dict[str, _Practices] = {}
        self._boards: dict[tuple[str, str], set[str]] = {}
        self._others: dict[str, tuple[int, tuple[str, str]]] = {}

    def place_of(self, number: int, row: Mapping[str, str]) -> _Practices | None:
        """The sums of the place that the row's practice is in; None where it is none of ours."""
        practice = row["prac_code"].strip().upper()
        named = ((name, row.get(name, "").strip().upper()) for name in _BOARDS)
        board = next((pair for pair in named if pair[1]), ("", ""))
        place = self._known.practices.get(practice)
        if not practice:
            self._read.wrong(number, "PRAC_CODE", "an empty cell", "the code of a practice")
            return None
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
                if 0 < heads < fte - WTE_OVER_HEADS:
                    found = f"{fte:,.1f} FTE of {heads:,.1f} {group} in {place}"
                    self._read.wrong(sums.row, None, found, "at most one FTE a person in a place as a whole")
                self._read.staff.append(Staff(place, group, ALL_AGES, self.month, heads, fte, sums.row))

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
            found = (
                f"{len(sums.there)} of {len(listed)} practices of {place}, {patients:,.0f} of "
                f"{recorded:,.0f} patients; missing are {_listed(missing)}"
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
