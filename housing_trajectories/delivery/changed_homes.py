"""Homes of a place as a scenario changes them: sites moved, resized or left out, and its delivery as a whole.

The changes are made to the homes that are delivered, draw by draw: nothing takes the place of a site that is
left out or late. Arrays in, arrays out.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np

from housing_trajectories.delivery.delivery_draws import Array

EVERY_SITE = "all"
"""What a change of all homes of a place names for its site."""
WHOLE = 100.0


class HomesChange(NamedTuple):
    """A change of a site's homes, or of all of a place: so many years later, so many per cent more."""

    site: str
    years_later: int = 0
    homes_percent: float = 0.0


def changed_homes(
    homes: Array, references: Sequence[str], open_from: int, changes: Sequence[HomesChange]
) -> Array:
    """Homes (draws + 1, years, references) after the changes; years before position open_from stay.

    Changes of a site come first, those of every site after them, on what they leave. Homes that would come
    before the first open year come in it, those after the last year not at all.
    Raises ValueError for a site that is none of `references`.
    """
    result = homes.copy()
    for change in sorted(changes, key=lambda each: each.site == EVERY_SITE):
        if change.site != EVERY_SITE and change.site not in references:
            raise ValueError(f"no homes of site {change.site}: {', '.join(references)}")
        columns = (
            slice(None) if change.site == EVERY_SITE else slice(at := references.index(change.site), at + 1)
        )
        result[:, open_from:, columns] = _moved(result[:, open_from:, columns], change.years_later) * (
            1.0 + change.homes_percent / WHOLE
        )
    return result


def changed_years(years: Array, change: HomesChange | None) -> Array:
    """Year and planned homes (rows, 2) of a site after its change; as they are without one."""
    if change is None:
        return years
    moved = np.array([change.years_later, 0.0])
    return np.asarray((years + moved) * [1.0, 1.0 + change.homes_percent / WHOLE])


def _moved(homes: Array, years: int) -> Array:
    """Homes (draws + 1, open years, references) so many years later, earlier where negative."""
    last = homes.shape[1]
    moved = np.zeros_like(homes)
    for year in range(last):
        to = max(year + years, 0)
        if to < last:
            moved[:, to] += homes[:, year]
    return moved
