"""What a housing trajectory is, once understood: its columns, its words, and how a financial year is written.

Only definitions and the type that carries them. Reading a council's file belongs in `reading`, deciding when
homes come in `phasing` and `delivery`.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field

import pandas as pd

from housing_trajectories.findings import Finding, errors, raise_errors

PLAN_STATUSES = ("recorded", "adopted", "beyond_plan", "draft")
"""Recorded net additions; an adopted plan; the years beyond it; a plan not yet adopted."""

WITHDRAWN, EXPIRED, PAST_RATE = "withdrawn", "expired", "past_rate"
"""Plans of the register that are no longer: one that will not be adopted, and one that has run out. The
withdrawn one does not count; the expired one stands for the adopted one where there is no other."""

PLANNING_STATUSES = ("permissioned", "not permissioned", "pending decision", "mixed", "completed")
"""The brownfield register's three, `mixed` where a row is no single site, `completed` for recorded homes."""

PHASING_BASES = ("recorded", "published", "build_out_rule", "plan_balance", "plan_total", "beyond_plan")
"""Where a row's years come from: the record, the council's own phasing, the project's build-out rule, what
the plan has left after its named sites (`plan_total` in rows of totals), or the rate held beyond its end."""

RECORDED_REFERENCE = "recorded"
REMAINDER_REFERENCE = "remainder"
TOTAL_REFERENCE = "all"
"""`all` is a place's total in released tables, so no site may be called that."""

IDENTITY_COLUMNS = (
    *("place", "plan", "plan_status", "site_reference", "site_name", "planning_status", "phasing_basis"),
)
"""Text of the tidy table, the same in every year of a site and plan status."""

SITE_COLUMNS = (*IDENTITY_COLUMNS, "capacity_dwellings", "built_before", "note")
"""Columns of a wide file before its years: a row a site and plan status."""

TIDY_COLUMNS = (
    *IDENTITY_COLUMNS,
    "year",
    "planned_net_dwellings",
    "planned_low",
    "planned_high",
    "communal_bedrooms",
    "student_bedrooms",
    "capacity_dwellings",
    "built_before",
)
"""Columns of the tidy table: a row a site, plan status and financial year.

`planned_net_dwellings` are homes of use class C3. `planned_low` and `planned_high` are the ends of a range
where the council gave one. Bedrooms of class C2 and of students are kept apart: they house the communal
population and are no homes."""

MIX_COLUMNS = (
    "homes_1_bedroom",
    "homes_2_bedrooms",
    "homes_3_bedrooms",
    "homes_4_or_more_bedrooms",
    "market_homes",
    "affordable_homes",
)
"""Homes of a site by bedrooms and by tenure over its lifetime."""

DETAIL_NUMBERS = (
    "homes_beyond",
    "geo_x",
    "geo_y",
    "hectares",
    "capacity_low",
    "capacity_high",
    *MIX_COLUMNS,
)
DETAIL_TEXTS = ("permission_type", "permission_date", "deliverable", "note")
DETAIL_COLUMNS = (*DETAIL_TEXTS, *DETAIL_NUMBERS)
"""What is known of a site beside its homes by year, where the council gives it; `homes_beyond` are those it
puts after the last year without saying when."""

KNOWN_OF_SITES = (*IDENTITY_COLUMNS, "capacity_dwellings", "built_before", *DETAIL_COLUMNS)
"""Columns of the table of sites, which has those without homes in any year too."""

PERMISSION_TYPES = (
    "full planning permission",
    "outline planning permission",
    "reserved matters approval",
    "permission in principle",
    "technical details consent",
    "planning permission granted under an order",
    "other",
)
"""The brownfield register's permission types."""

_FINANCIAL_YEAR = re.compile(r"^(\d{4})/(\d{2})$")


@dataclass(frozen=True)
class Trajectory:
    """A council's trajectory as it was understood.

    `table` has TIDY_COLUMNS; `capacity_dwellings` is a site's lifetime total and `built_before` what of it
    stood before the first year phased, both missing on rows that are no site. `sites` has KNOWN_OF_SITES, a
    row a site, sites without homes in any year among them. `findings` say what was found on the way; where
    one of them is an error the table holds what could be understood and must not be used: see `usable`.

    A file is known by its `sha256`; `received` and `base_date` are ISO dates or empty, `issue` is its label.
    """

    file: str
    sha256: str
    table: pd.DataFrame
    findings: tuple[Finding, ...] = field(default=())
    sites: pd.DataFrame = field(default_factory=pd.DataFrame)
    received: str = ""
    base_date: str = ""
    issue: str = ""

    @property
    def errors(self) -> tuple[Finding, ...]:
        """The findings that stand in the way of using it."""
        return tuple(errors(self.findings))

    def usable(self) -> Trajectory:
        """This trajectory. Raises BadInput with every finding that is an error."""
        raise_errors(self.findings)
        return self


def financial_year_label(year: int) -> str:
    """`2024/25` for the financial year that starts in 2024."""
    return f"{year}/{(year + 1) % 100:02d}"


def financial_year(label: str) -> int | None:
    """The year in which the financial year `2024/25` starts, or None if the label is not one."""
    match = _FINANCIAL_YEAR.match(label)
    if match is None:
        return None
    year = int(match.group(1))
    return year if (year + 1) % 100 == int(match.group(2)) else None
