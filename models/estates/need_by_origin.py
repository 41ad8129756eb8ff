"""Whose need a hospital's requirement is: the people of each place, and those from outside."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np

from models.arrays import FloatArray
from models.estates.capacity_formulae import PERCENT


def requirement_by_origin(
    from_places: Mapping[str, FloatArray], activity: FloatArray, coefficients: FloatArray, outside: str
) -> dict[str, FloatArray]:
    """Requirement (scenario, year, facility) by place, and of those from outside under the name `outside`.

    from_places: activity (scenario, year, service) of each place's people that flows to the provider;
    activity: all of the provider's; coefficients: (service, facility). People from outside keep the share of
    each service they have in the first year, so a provider held to its monthly forecast for a while is held
    for all who come to it alike.
    """
    together = np.sum(list(from_places.values()), axis=0)
    inside = np.divide(together, activity, out=np.ones_like(together), where=activity > 0)[:, :1]
    kept = np.divide(activity * inside, together, out=np.ones_like(together), where=together > 0)
    found = {place: (part * kept) @ coefficients for place, part in from_places.items()}
    found[outside] = activity @ coefficients - np.sum(list(found.values()), axis=0)
    return found


def percent_of_whole(parts: Mapping[str, FloatArray]) -> dict[str, FloatArray]:
    """Each part in per cent of the sum of all, 0 where that is 0."""
    total = np.sum(list(parts.values()), axis=0)
    return {
        name: PERCENT * np.divide(part, total, out=np.zeros_like(total), where=total > 0)
        for name, part in parts.items()
    }
