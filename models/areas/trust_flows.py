"""Flows of a place's people to hospital trusts, out of each trust's catchment and what it recorded."""

from __future__ import annotations

import numpy as np

from models.arrays import FloatArray


def nearer_by(catchments: FloatArray, volumes: FloatArray, exponent: float) -> FloatArray:
    """Catchments (trust, authority) of what comes from nearer by than all admissions; each trust adds to 1.

    An authority's part of a trust grows by how much of the authority's own flow goes to that trust, to the
    power of `exponent`: far authorities, whose people mostly go elsewhere, come for planned specialist care.
    `volumes` (trust,) is what trusts recorded. 0 leaves the catchments as they are.
    """
    flows = catchments * volumes[:, None]
    of_place = np.divide(flows, flows.sum(axis=0), out=np.zeros_like(flows), where=flows.sum(axis=0) > 0)
    weighted = catchments * of_place**exponent
    totals = weighted.sum(axis=1, keepdims=True)
    # A trust that recorded nothing keeps its catchment: nobody goes there either way.
    return np.divide(weighted, totals, out=catchments.copy(), where=totals > 0)


def place_shares(catchments: FloatArray, volumes: FloatArray) -> FloatArray:
    """Share of each authority's people (trust, authority) who go to each trust; each authority adds to 1.

    Raises ValueError for an authority from which nobody goes to any trust.
    """
    flows = catchments * volumes[:, None]
    totals = flows.sum(axis=0)
    if np.any(totals <= 0):
        raise ValueError(f"authority {int(np.argmin(totals))} sends nobody to a trust")
    return flows / totals


def outside_of(catchments: FloatArray, inside: FloatArray) -> FloatArray:
    """(trust,) share of patients from outside the authorities that `inside` (authority,) marks."""
    return 1.0 - catchments @ inside


def kept_and_rest(shares: FloatArray, kept: FloatArray) -> FloatArray:
    """Shares (trust + 1, authority) of the trusts that `kept` (trust,) marks, all others as a last row."""
    own = shares[kept > 0]
    return np.vstack([own, 1.0 - own.sum(axis=0)])


def beside_trusts(shares: FloatArray, ratio: FloatArray) -> FloatArray:
    """(place,) share of attendances at other providers, which go by the trusts in whose footprint they stand.

    shares (trust, place) of those at trusts add to 1 a place; ratio (trust,) is other providers' attendances
    to each trust's own.
    """
    beside = ratio @ shares
    return beside / (1.0 + beside)
