"""What a unit of activity takes of staff: minutes, care hours, theatre sessions and caseloads, as WTE.

Headroom (leave, sickness, study) is stated apart: a WTE is contracted for its hours and works the productive
ones. The skill mix says which share of a service's work a staff group does; a scenario may move it. What
staff there are, and what is added to a norm to reach the funded establishment, does not belong here.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np
from numpy.typing import NDArray

from models.arrays import FloatArray

MINUTES_AN_HOUR = 60
WHOLE = 100.0
SHARES_ADD_UP_TO = 1e-6
"""How far the shares of a service's work, in per cent, may be from adding to 100."""


def headroom_share(percents: Sequence[float]) -> float:
    """Share of contracted hours that is not worked with patients' work in hand: leave, sickness, study.

    Raises ValueError for a negative part or where the parts leave nothing to work.
    """
    total = sum(percents)
    if min(percents) < 0 or total >= WHOLE:
        raise ValueError(
            f"headroom of {total:g} % of contracted hours: its parts are at least 0 and leave some"
        )
    return total / WHOLE


def productive_hours(contracted_hours: float, headroom: float) -> float:
    """Hours a year that a whole-time equivalent works; `headroom` is a share of the contracted ones."""
    return contracted_hours * (1 - headroom)


def wte_per_unit(
    norm: str, value: float, hours: float, session_hours: float = 0.0, units_per_session: float = 0.0
) -> float:
    """WTE that a unit of a year's activity takes; `hours` are productive hours a WTE a year.

    minutes_per_contact: minutes of a contact or attendance. hours_per_bed_day: care hours an occupied bed
    takes in a day, which is staff per occupied bed × hours ÷ 365. staff_per_theatre_session: staff at a
    session of `session_hours` that takes `units_per_session` cases. caseload: people or events a WTE has in
    a year, headroom already in it. Raises ValueError for an unknown norm or a value that is not positive.
    """
    if value <= 0:
        raise ValueError(f"the norm {norm} is {value}; expected more than 0")
    if norm == "minutes_per_contact":
        return value / MINUTES_AN_HOUR / hours
    if norm == "hours_per_bed_day":
        return value / hours
    if norm == "staff_per_theatre_session":
        if units_per_session <= 0:
            raise ValueError(f"a theatre session takes {units_per_session} cases; expected more than 0")
        return value * session_hours / units_per_session / hours
    if norm == "caseload":
        return 1 / value
    raise ValueError(f"no norm is called {norm}")


def shares_add_up(percents: FloatArray) -> bool:
    """Whether shares in per cent make the whole."""
    return bool(abs(percents.sum() - WHOLE) <= SHARES_ADD_UP_TO)


def staffing_norms(entries: Mapping[tuple[int, int], float], groups: int, services: int) -> FloatArray:
    """WTE per unit (group, service) from entries by (group, service); nothing elsewhere."""
    norms = np.zeros((groups, services))
    for (group, service), value in entries.items():
        norms[group, service] = value
    return norms


def norms_of_groups(whole: FloatArray, shares: FloatArray) -> FloatArray:
    """WTE per unit (year, group, service): norms (group, service) × its share of the work in a year."""
    return np.asarray(whole[None] * shares)


def skill_mix_shares(
    recorded: Mapping[tuple[int, int], float],
    wanted: Mapping[tuple[int, int], float],
    phase: tuple[int, int],
    years: NDArray[np.int64],
    groups: int,
    services: int,
) -> FloatArray:
    """Share of a service's work that each staff group does (year, group, service).

    `recorded` and `wanted` hold per cent by (group, service); a service without a matrix is wholly its
    group's (1). From the recorded shares up to `phase[0]` in a straight line to the wanted ones in
    `phase[1]`; a service that is not wanted otherwise stays. Raises ValueError where the shares of a service
    do not add to 100, or a wanted matrix names a group that has no recorded share of the service.
    """
    before = np.ones((groups, services))
    after = np.ones((groups, services))
    for matrix, into in ((recorded, (before, after)), (wanted, (after,))):
        for service in {column for _, column in matrix}:
            percents = np.array([value for (_, column), value in matrix.items() if column == service])
            if not shares_add_up(percents):
                raise ValueError(
                    f"the skill mix of service {service} adds to {percents.sum():g} %, not 100 %"
                )
        for cell, value in matrix.items():
            if cell not in recorded:
                raise ValueError(f"the skill mix names group {cell[0]}, which has no recorded share")
            for array in into:
                array[cell] = value / WHOLE
    first, last = phase
    progress = np.clip((years - first) / max(last - first, 1), 0.0, 1.0)
    return np.asarray(before + progress[:, None, None] * (after - before))
