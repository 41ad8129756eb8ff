"""Records of staff files, what the files may name, and what is found wrong in one."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import NamedTuple

from housing_trajectories.findings import Finding

ALL_AGES = "all"
WTE_OVER_HEADS = 1e-6
"""WTE by which a row may stand above its headcount, from rounding in the publication."""
GENERAL_PRACTICE = {"gps", "gps_in_training", "practice_nurses"}
"""Staff of practices: those of primary care networks are published apart."""
NETWORK_STAFF = frozenset({"other_direct_patient_care", "practice_administration"})
"""Groups that practices and their networks employ both."""
MAPPING_FILE = "staff_group_mapping.csv"
"""The user's own table of staff groups that no table of ours lists."""
MONTHS_FILE = "file_months.csv"
"""The user's own table of the months of files that have none in them."""

Row = tuple[int, Mapping[str, str]]
"""Row number as a spreadsheet shows it, and its cells by column name in lower case."""


class Staff(NamedTuple):
    """Staff of a group in an area in a month: heads are None where a file does not count them."""

    area: str
    staff_group: str
    age_band: str
    month: str
    headcount: float | None
    wte: float
    row: int


class Flow(NamedTuple):
    """People who left or joined a group of an area in the year up to a month."""

    area: str
    staff_group: str
    flow: str
    month: str
    headcount: float
    row: int


class Vacancy(NamedTuple):
    """Posts of a group in an area that nobody holds in a month: a number, or a percentage of posts."""

    area: str
    staff_group: str
    month: str
    vacant_wte: float | None
    percent: float | None
    row: int


class FormerTrust(NamedTuple):
    """A trust that ended: the last day of its code, and the trusts that took it over."""

    closed: str
    successors: tuple[str, ...]


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
    base_year: int
    today: date
    former: Mapping[str, FormerTrust] = field(default_factory=dict)
    opened: Mapping[str, str] = field(default_factory=dict)
    """Day on which a trust's code began."""
    networks: Mapping[str, Mapping[str, float]] = field(default_factory=dict)
    """Share of a primary care network's patients by place of ours."""
    boards: Mapping[str, Mapping[str, float]] = field(default_factory=dict)
    """The same of a sub-ICB location."""
    network_patients: Mapping[str, float] = field(default_factory=dict)
    """Patients of a network in places of ours."""
    practice_staff: Mapping[tuple[str, str], float] = field(default_factory=dict)
    """FTE that practices employ themselves by place and group of NETWORK_STAFF, at England's rates."""
    file_months: Mapping[str, str] = field(default_factory=dict)
    """Month of each file that its owner has given one, by the file's name."""

    @property
    def first_month(self) -> str:
        """The oldest month that is taken: two years before the base year."""
        return f"{self.base_year - 2}-04"


def financial_year(month: str) -> int:
    """The year in which the financial year of a month begins: 2025 of March 2026."""
    year, of_year = (int(part) for part in month.split("-"))
    return year if of_year > 3 else year - 1


@dataclass
class Read:
    """What a file holds, and what is wrong with it."""

    file: str
    staff: list[Staff] = field(default_factory=list)
    flows: list[Flow] = field(default_factory=list)
    vacancies: list[Vacancy] = field(default_factory=list)
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

    @property
    def empty(self) -> bool:
        """Whether the file has no record at all."""
        return not (self.staff or self.flows or self.vacancies)
