"""A place's requirement told apart by neighbourhood: shares by need, intervals from both uncertainties.

Holding draws for every neighbourhood would be a hundred times the place's: a share is one number a year, and
what a neighbourhood's people are uncertain by beyond the place's is added to the place's interval as the
root of the sum of squares.
"""

from __future__ import annotations

import numpy as np

from models.arrays import FloatArray
from models.uncertainty.ensemble import NORMAL_P90, Summary


def need_shares(people: FloatArray, weights: FloatArray) -> FloatArray:
    """(…, neighbourhood) share of need of people (…, neighbourhood, band) who need weights (band,) each."""
    need = people @ weights
    return np.asarray(need / need.sum(axis=-1, keepdims=True))


def shares_by_practice(shares: FloatArray, lists: FloatArray) -> FloatArray:
    """Shares (year, neighbourhood) moved to where practices are: lists (neighbourhood,) of the first year.

    A neighbourhood's practices grow as its residents' share does; where no practice is, nothing is needed.
    """
    start = shares[:1]
    grown = lists * np.divide(shares, start, out=np.zeros_like(shares), where=start > 0)
    return np.asarray(grown / grown.sum(axis=-1, keepdims=True))


def own_spread(people: Summary, place: Summary) -> tuple[FloatArray, FloatArray]:
    """Relative half-widths, down and up, of neighbourhoods (…, n) beyond their place's (…)."""

    def beyond(ours: FloatArray, theirs: FloatArray) -> FloatArray:
        return np.sqrt(np.maximum(ours**2 - theirs[..., None] ** 2, 0.0))

    down = beyond(1 - people.p10 / people.p50, 1 - place.p10 / place.p50)
    up = beyond(people.p90 / people.p50 - 1, place.p90 / place.p50 - 1)
    return down, up


def in_neighbourhoods(place: Summary, shares: FloatArray, spread: tuple[FloatArray, FloatArray]) -> Summary:
    """The requirement (…, n) of neighbourhoods from the place's (…), shares (…, n) and their own spread."""
    middle = place.p50[..., None] * shares
    down = np.hypot((1 - place.p10 / place.p50)[..., None], spread[0])
    up = np.hypot((place.p90 / place.p50 - 1)[..., None], spread[1])
    return Summary(place.principal[..., None] * shares, middle * (1 - down), middle, middle * (1 + up))


def neighbourhood_draws(
    required: FloatArray, shares: FloatArray, spread: tuple[FloatArray, FloatArray], shock: FloatArray
) -> FloatArray:
    """The requirement (draw, …, year) of one neighbourhood: the place's, its share and its own shock (draw,).

    shares and both spreads: (…, year). A shock of 1.28 is its own P90.
    """
    own = shock.reshape(-1, *[1] * shares.ndim) / NORMAL_P90
    return np.asarray(required * shares * (1 + own * np.where(own > 0, spread[1], spread[0])))


def neighbourhood_breach(
    required: FloatArray, shares: FloatArray, spread: tuple[FloatArray, FloatArray], existing: FloatArray
) -> FloatArray:
    """(…, year) probability that a neighbourhood needs more than it has.

    required: (draw, …, year) of the place, principal first; shares and both spreads: (…, year); existing:
    (draw or 1, …, year). Over each draw its own spread is taken as normal, with a width for either side: it
    has room to spare unless its need lies above the place's, and is short unless it lies below.
    """
    # Loaded where it is used: half a second, which a run without buildings by neighbourhood does not need.
    from scipy.special import ndtr

    need = required[1:] * shares
    short = need - (existing[1:] if len(existing) > 1 else existing)
    width = need * np.where(short > 0, spread[0], spread[1]) / NORMAL_P90
    ratio = np.divide(short, width, out=np.where(short > 0, np.inf, -np.inf), where=width > 0)
    return np.asarray(ndtr(ratio).mean(axis=0))
