"""What a housing trajectory is, once understood: its columns, its words, and how a financial year is written.

Only definitions and the type that carries them. Reading a council's file belongs in `reading`, deciding when
homes come in `phasing` and `delivery`.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field

import pandas as pd

from housing_trajectories.findings import Finding

PLAN_STATUSES = ("recorded", "adopted", "beyond_plan", "draft")
"""Recorded net additions; an adopted plan; the years beyond it; a plan not yet adopted."""

PLANNING_STATUSES = ("permissioned", "not permissioned", "pending decision", "mixed", "completed")
"""The brownfield register's three, `mixed` where a row is no single site, `completed` for recorded homes."""

PHASING_BASES = ("recorded", "published", "build_out_rule", "plan_balance", "plan_total", "beyond_plan")
"""Where a row's years come from: the record, the council's own phasing, the project's build-out rule, what
the plan has left after its named sites (`plan_total` in rows of totals), or the rate held beyond its end."""

RECORDED_REFERENCE = "recorded"
REMAINDER_REFERENCE = "remainder"
TOTAL_REFERENCE = "all"
"""`all` is a place's total in released tables, so no site may be called that."""

SITE_COLUMNS = (
    "place",
    "plan",
    "plan_status",
    "site_reference",
    "site_name",
    "planning_status",
    "phasing_basis",
    "capacity_dwellings",
    "built_before",
    "note",
)
"""Columns of a wide file before its years: a row a site and plan status."""

TIDY_COLUMNS = (
    "place",
    "plan",
    "plan_status",
    "site_reference",
    "site_name",
    "planning_status",
    "phasing_basis",
    "year",
    "planned_net_dwellings",
    "capacity_dwellings",
    "built_before",
)
"""Columns of the tidy table: a row a site, plan status and financial year."""

_FINANCIAL_YEAR = re.compile(r"^(\d{4})/(\d{2})$")


@dataclass(frozen=True)
class Trajectory:
    """A council's trajectory as it was understood.

    `table` has TIDY_COLUMNS; `capacity_dwellings` is a site's lifetime total and `built_before` what of it
    stood before the first year phased, both missing on rows that are no site. `findings` say what was found
    on the way; none of them is an error.
    """

    file: str
    sha256: str
    table: pd.DataFrame
    findings: tuple[Finding, ...] = field(default=())


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
