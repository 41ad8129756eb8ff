"""Who registers where, from distance alone, held to residents and to lists of every age.

People are the less likely to register with a practice the farther it is, exp(−decay × kilometres); residents
of each small area and each practice's list are met by iterative proportional fitting (Deming and Stephan
1940).
"""

from __future__ import annotations

import numpy as np

from models.arrays import FloatArray, IntArray
from models.neighbourhoods.area_shapes import Pairs

ROUNDS = 100
CLOSE_ENOUGH = 1e-3
"""Of the residents of any small area, as a share: then fitting stops."""


def decay_a_kilometre(less_a_minute: float, km_a_minute: float) -> float:
    """Decay a kilometre from how much less likely people register for a minute more (%), and the speed."""
    return float(-np.log1p(-less_a_minute / 100) / km_a_minute)


def registered(residents: FloatArray, lists: FloatArray, pairs: Pairs, decay: float) -> FloatArray:
    """(pairs,) patients, ages together, of small areas and practices near enough to each other.

    residents: (areas, ages); lists: (practices, ages); decay a kilometre. Every practice has its list, and
    every area its residents so far as its pairs allow. Lists count people who have moved away, so residents
    of each age are taken in proportion to reach the lists of that age. Raises ValueError where an age has a
    list and no residents, a practice has a list and no small area near, or the decay is negative.
    """
    if decay < 0:
        raise ValueError(f"decay is {decay}, expected 0 or more a kilometre")
    areas, practices = len(residents), len(lists)
    alone = np.setdiff1d(np.flatnonzero(lists.sum(axis=1) > 0), pairs.other)
    if len(alone):
        raise ValueError(f"practice {alone[0]} has a list and no small area near it")
    there, listed = residents.sum(axis=0), lists.sum(axis=0)
    if ((there <= 0) & (listed > 0)).any():
        raise ValueError("an age has patients and no residents")
    wanted = residents * np.divide(listed, there, out=np.zeros_like(there), where=there > 0)
    # Measured from the nearest practice, so that no area is too far from all for the number to be held.
    nearest = np.full(areas, np.inf)
    np.minimum.at(nearest, pairs.one, pairs.km)
    nearness = np.exp(-decay * (pairs.km - nearest[pairs.one]))
    found = np.zeros(len(pairs.km))
    for people, patients in zip(wanted.T, lists.T, strict=True):
        # Nobody of the age may live near a practice that lists some: a trace lets its list be met.
        flows = nearness * np.maximum(people, 1e-9)[pairs.one]
        for _ in range(ROUNDS):
            flows *= _ratio(people, _added(pairs.one, flows, areas))[pairs.one].clip(min=1e-12)
            flows *= _ratio(patients, _added(pairs.other, flows, practices))[pairs.other]
            off = np.abs(_added(pairs.one, flows, areas) - people)
            if (off <= CLOSE_ENOUGH * np.maximum(people, 1.0)).all():
                break
        found += flows
    return found


def _added(at: IntArray, values: FloatArray, count: int) -> FloatArray:
    """(count,) sums of values by position."""
    return np.asarray(np.bincount(at, values, count), dtype=np.float64)


def _ratio(wanted: FloatArray, there: FloatArray) -> FloatArray:
    return np.asarray(np.divide(wanted, there, out=np.zeros_like(there), where=there > 0))


def likeness(flows: FloatArray) -> FloatArray:
    """(areas, areas) from 0 to 1: the share of two areas' patients that are registered with the same ones.

    flows: (areas, practices or networks). The lesser of both areas' shares, added over practices.
    """
    shares = flows / np.maximum(flows.sum(axis=1, keepdims=True), 1e-9)
    return np.asarray(np.minimum(shares[:, None, :], shares[None, :, :]).sum(axis=-1))


def nearby_shares(
    distance: FloatArray, lists: FloatArray, decay: float, radius: float, least: int
) -> FloatArray:
    """(sites, practices) share of each practice in a site's people, 0 beyond its catchment; rows add to 1.

    The catchment is all practices within the radius (km), or the `least` nearest where it has fewer.
    Within it people register in proportion to list (practices,) × exp(−decay × distance (sites, practices)).
    """
    rank = distance.argsort(axis=1, kind="stable").argsort(axis=1, kind="stable")
    within = (distance <= radius) | (rank < least)
    nearness = np.exp(-decay * (distance - distance.min(axis=1, keepdims=True)))
    drawn = within * nearness * lists
    return np.asarray(drawn / drawn.sum(axis=1, keepdims=True))
