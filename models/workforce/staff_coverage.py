"""Shares of published totals that staff stand for, and the readings of printed vacancies."""

from __future__ import annotations

WHOLE = 100.0


def percent_of(part: float, whole: float) -> float:
    """Part in per cent of a whole; raises ValueError where there is no whole."""
    if whole <= 0:
        raise ValueError(f"a total of {whole:g} has no shares")
    return part / whole * WHOLE


def posts_of_vacancies(vacancies: float, percent: float) -> float:
    """Posts of which `vacancies` are `percent`; raises ValueError for a rate outside 0 to 100 %."""
    if not 0 < percent < WHOLE:
        raise ValueError(f"a vacancy rate lies between 0 and 100 %, not {percent}")
    return vacancies / percent * WHOLE


def vacant_percent(vacancies: float, in_post: float) -> float:
    """Share of posts that is vacant, in per cent, beside staff in post."""
    return percent_of(vacancies, vacancies + in_post)
