"""People by national deprivation quintile: the shares of a neighbourhood's people, and sums over a place.

Nothing of deprivation is projected: every neighbourhood keeps its shares of small areas.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from models.arrays import FloatArray

QUINTILES = (1, 2, 3, 4, 5)
"""1 is the most deprived fifth of a country's small areas, which is Core20."""


def quintile_shares(people: FloatArray, areas: FloatArray, neighbourhood: NDArray[np.int64]) -> FloatArray:
    """(neighbourhoods, quintiles, bands) share of a neighbourhood's people of each age band by quintile.

    people: (parts, bands) people of the parts that neighbourhoods are put together of. areas: (parts,
    quintiles) small areas of each part by quintile, or people in them; only ratios matter. neighbourhood:
    (parts,) the neighbourhood of each. Shares add to one; a band without people has the shares of all ages.
    Raises ValueError for a part without small areas.
    """
    counted = areas.sum(axis=1)
    if areas.min() < 0 or (counted <= 0).any():
        raise ValueError("every part needs small areas of some quintile, and none may be negative")
    placed = (neighbourhood == np.arange(neighbourhood.max() + 1)[:, None]).astype(np.float64)
    by_quintile = np.einsum("nm,mq,mb->nqb", placed, areas / counted[:, None], people)
    of_band = by_quintile.sum(axis=1, keepdims=True)
    of_all_ages = by_quintile.sum(axis=-1, keepdims=True)
    of_all_ages = of_all_ages / of_all_ages.sum(axis=1, keepdims=True)
    return np.where(of_band > 0, by_quintile / np.where(of_band > 0, of_band, 1.0), of_all_ages)


def people_by_quintile(people: FloatArray, shares: FloatArray) -> FloatArray:
    """(…, quintiles, bands) people of a place from (…, neighbourhoods, bands) and `quintile_shares`."""
    return np.einsum("...nb,nqb->...qb", people, shares, optimize=True)


def demand_by_quintile(people: FloatArray, rates: FloatArray, demand: FloatArray) -> FloatArray:
    """(…, quintiles, services) a place's demand (…, services) by the ages of each quintile's people.

    people: (…, quintiles, bands). rates: (services, bands), the same for every quintile; only ratios matter.
    Raises ValueError where nobody needs a service of which there is demand.
    """
    need = people @ rates.T
    whole = need.sum(axis=-2, keepdims=True)
    if ((whole[..., 0, :] <= 0) & (demand > 0)).any():
        raise ValueError("there is demand for a service that no age needs")
    return np.asarray(demand[..., None, :] * need / np.where(whole > 0, whole, 1.0))
