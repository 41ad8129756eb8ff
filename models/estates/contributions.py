"""What a site may be asked for: the space its net-new residents need, beyond what there is room for already.

Nothing is laid on homes but what homes bring: not an existing deficit, not the growth of use by the same
people, not people who only move within the area, and not space that is there. Arrays carry `run` first: draws,
or the variants of a sensitivity.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

FloatArray = NDArray[np.float64]


def first_occupants(homes: FloatArray, people_a_home: FloatArray) -> FloatArray:
    """(site, band) people who first live in homes (site, bedrooms): people_a_home is (bedrooms, band)."""
    return np.asarray(homes @ people_a_home)


def counted_need(first: FloatArray, net_new_share: FloatArray, difference: FloatArray) -> FloatArray:
    """(run, site) need that may be counted: of net-new residents, and no more than the site's difference.

    first: (run, site) need of all first occupants; net_new_share: (run,). difference: (run, site) need with
    the homes less need without them, which also counts who refills the homes that movers leave.
    """
    return np.minimum(first * net_new_share[:, None], np.maximum(difference, 0.0))


def within_growth(needs: FloatArray, growth: FloatArray) -> FloatArray:
    """Needs (run, site) of one catchment, all scaled down where together they exceed its growth (run,)."""
    together = needs.sum(axis=-1)
    room = np.maximum(growth, 0.0)
    scale = np.divide(room, together, out=np.ones_like(together), where=together > room)
    return needs * scale[:, None]


def unserved(needs: FloatArray, spare: FloatArray) -> FloatArray:
    """Needs (run, site) of one catchment that its spare capacity (run,) leaves over.

    Sites stand in the order in which they use it: committed growth first. Together they leave over what the
    sum of needs exceeds the spare capacity by, and nothing where it does not.
    """
    reached = np.cumsum(needs, axis=-1)
    over = np.maximum(reached - np.maximum(spare, 0.0)[:, None], 0.0)
    return np.asarray(np.diff(over, axis=-1, prepend=0.0))


def asked_quantity(
    needs: FloatArray, spare: FloatArray, growth: FloatArray, committed: NDArray[np.bool_]
) -> FloatArray:
    """(run, site) what sites of one catchment may be asked for; committed ones use spare capacity only."""
    left = unserved(within_growth(needs, growth), spare)
    return np.where(committed[None, :], 0.0, left)


def amount(quantity: FloatArray, unit_cost: FloatArray, other_funding: FloatArray) -> FloatArray:
    """(run, site) money: quantity × unit cost (run,) less what other funding (site,) covers, never below 0."""
    return np.maximum(quantity * unit_cost[:, None] - other_funding, 0.0)


def first_dwelling(dwellings: float, need: float, asked: float) -> int:
    """The dwelling from which a site's people find no room: occupation is taken as even over its homes."""
    served = 0.0 if need <= 0 else 1.0 - asked / need
    return min(int(dwellings * max(served, 0.0)) + 1, max(int(dwellings), 1))
