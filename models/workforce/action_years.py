"""The first year in which anything decided today can be done: the next intake, the next financial year.

A year is the financial year that starts on 1 April of it.
"""

from __future__ import annotations

from datetime import date

INTAKE_MONTH = 9
"""Courses start in September."""
YEAR_MONTH = 4


def first_intake_year(today: date) -> int:
    """The year of the next intake after `today`: September falls in the financial year of its own number."""
    return today.year + (today.month >= INTAKE_MONTH)


def first_action_year(today: date) -> int:
    """The first whole financial year that is still ahead of `today`."""
    return today.year + (today >= date(today.year, YEAR_MONTH, 1))
