"""Neighbourhoods within a place: base shares carried forward by cohort, new homes where sites are, raked.

A neighbourhood's people are a share of the place's at each age. Nothing is projected here that is not already
in the place: every year and draw adds up to it, band by band. Which homes come when is housing's, how many
people the place has is `projection`'s.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from models.arrays import FloatArray


def carried_shares(
    base: FloatArray,
    band_of_age: NDArray[np.int64],
    structure: FloatArray,
    women: FloatArray,
    kept: FloatArray,
) -> FloatArray:
    """(years, neighbourhoods, ages) share of a place's people at each age who live in each neighbourhood.

    base: (neighbourhoods, bands) people at the year before the first; band_of_age: (ages,). structure:
    (years, ages) the place's people; women: (years, ages) those of childbearing age, zero elsewhere: newborns
    follow where they live. kept: (ages,) share of a neighbourhood's structure that is of the age after ten
    years (students stay where halls are), the rest being of the cohort, which takes its share along as it
    ages. Shares add to one at every age.
    Raises ValueError where a band of the base holds nobody or a negative number.
    """
    if base.min() < 0 or (base.sum(axis=0) <= 0).any():
        raise ValueError("base people of neighbourhoods must not be negative, nor nobody in a band")
    start = (base / base.sum(axis=0))[:, band_of_age]
    pull = 1.0 - (1.0 - kept) ** 0.1
    mothers = women / women.sum(axis=1, keepdims=True)
    at_start = start @ mothers[0]
    shares = np.empty((len(women), *start.shape))
    now = start
    for year in range(len(women)):
        # Newborns are nobody's mothers, yet nought times what stands in their place is added up.
        after = np.zeros_like(now)
        after[:, 1:] = pull[1:] * start[:, 1:] + (1.0 - pull[1:]) * now[:, :-1]
        reaching, old = structure[max(year - 1, 0), -2:]
        after[:, -1] = (now[:, -2] * reaching + now[:, -1] * old) / (reaching + old)
        after[:, 0] = start[:, 0] * np.divide(
            after @ mothers[year], at_start, out=np.ones_like(at_start), where=at_start > 0
        )
        now = after / after.sum(axis=0)
        shares[year] = now
    return shares


def homes_by_neighbourhood(
    homes: FloatArray, neighbourhood_of_site: NDArray[np.int64], population_share: FloatArray
) -> FloatArray:
    """(…, neighbourhoods) homes from (…, sites); a site's neighbourhood is −1 where unknown.

    Homes of unknown whereabouts are spread by population.
    """
    placed = np.zeros((len(neighbourhood_of_site), len(population_share)))
    known = neighbourhood_of_site >= 0
    placed[np.flatnonzero(known), neighbourhood_of_site[known]] = 1.0
    placed[~known] = population_share
    return homes @ placed


def neighbourhood_people(
    shares: FloatArray,
    structure: FloatArray,
    place: FloatArray,
    homes: FloatArray,
    base_dwellings: float,
    tilt: FloatArray,
    band_of_age: NDArray[np.int64],
) -> FloatArray:
    """(draws, years, neighbourhoods, bands) people; over neighbourhoods they add up to `place`.

    shares: (years, neighbourhoods, ages). structure: (years, ages) the place's people, which weigh the ages
    of a band. place: (draws, years, bands). homes: (draws, years, neighbourhoods) net additions since the
    base; tilt: (ages,) how many more of an age come to new homes. A neighbourhood's people grow with its
    homes, at tilted ages more, and are then raked to the place. Raises ValueError where more homes go than
    a neighbourhood has.
    """
    bands = int(band_of_age.max()) + 1
    of_band = (band_of_age[:, None] == np.arange(bands)).astype(np.float64)
    weight = (shares * structure[:, None, :]) @ of_band
    tilt_of_band = (structure * tilt) @ of_band / (structure @ of_band)
    dwellings = base_dwellings * weight.sum(axis=-1) / weight.sum(axis=(-2, -1))[:, None]
    growth = homes / dwellings
    if growth.min() * tilt_of_band.max() <= -1.0:
        at = np.unravel_index(int(growth.argmin()), growth.shape)
        raise ValueError(
            f"neighbourhood {int(at[2])} would lose {-float(homes[at]):,.0f} of "
            f"{float(dwellings[at[1:]]):,.0f} homes in year {int(at[1])}, draw {int(at[0])}"
        )
    people = np.einsum("dyn,yb->dynb", growth, tilt_of_band)
    people += 1.0
    people *= weight
    people *= (place / people.sum(axis=2))[:, :, None, :]
    return people
