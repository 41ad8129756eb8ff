"""What a site may be asked for: the space its net-new residents need, beyond what there is room for already.

Nothing is laid on homes but what homes bring: not an existing deficit, not the growth of use by the
same people, not people who only move within the area, and not space that is there. Arrays carry `run`
first: draws, or the variants of a sensitivity.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, fields

import numpy as np

from models.arrays import FloatArray


def homes_by_bedrooms(dwellings: float, mix: FloatArray) -> FloatArray:
    """(bedrooms,) a site's homes in the proportions of a mix, whatever that adds up to."""
    return np.asarray(dwellings * mix / mix.sum())


def first_occupants(homes: FloatArray, people_a_home: FloatArray) -> FloatArray:
    """(site, band) people who first live in homes (site, bedrooms): people_a_home is (bedrooms, band)."""
    return np.asarray(homes @ people_a_home)


def occupants_by_bedrooms(homes: FloatArray, people_a_home: FloatArray) -> FloatArray:
    """(site, bedrooms, band) the same people by the home they live in."""
    return np.asarray(homes[:, :, None] * people_a_home)


def gained_by_site(with_site: FloatArray, without: FloatArray, stand: FloatArray, homes: float) -> FloatArray:
    """(draw, band) people a site of so many homes adds, from people (draw, band) of both projections.

    Taken for each home that stands (draw,): a draw in which the site is late counts as much as one in which
    it is not, and one in which it is never built as the principal run.
    """
    gained = with_site - without
    standing = stand[:, None]
    a_home = np.divide(gained, standing, out=np.zeros_like(gained), where=standing > 0)
    return np.asarray(homes * np.where(standing > 0, a_home, a_home[:1]))


def shares_of_need(
    people: FloatArray, weights: FloatArray, of_providers: Sequence[FloatArray]
) -> tuple[list[float], float]:
    """Shares of the need of people (band,) that providers meet, and the share that is met elsewhere.

    weights: (band,) what a person needs in all; of_providers: of that what each provider meets.
    """
    whole = float(people @ weights)
    shares = [float(people @ of_provider) / whole for of_provider in of_providers]
    return shares, 1.0 - sum(shares)


def short_today(spare: Sequence[float]) -> float:
    """What catchments with so much to spare are short of in all; one with room makes up for no other."""
    return sum(max(-each, 0.0) for each in spare)


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


def amount(quantity: FloatArray, unit_cost: FloatArray, other_funding: FloatArray) -> FloatArray:
    """(run, site) money: quantity × unit cost (run,) less other funding (site,), never below 0."""
    return np.maximum(quantity * unit_cost[:, None] - other_funding, 0.0)


def first_dwelling(dwellings: float, need: float, asked: float) -> int:
    """The dwelling from which a site's people find no room: occupation is taken as even over its homes."""
    served = 0.0 if need <= 0 else 1.0 - asked / need
    return min(int(dwellings * max(served, 0.0)) + 1, max(int(dwellings), 1))


_PARTS, _WHOLE = 3, 300
"""A payment is parted on a site of at least 300 homes left from the first that finds no room, in three."""


def instalments(first: int, dwellings: float) -> list[int]:
    """The dwellings before whose occupation equal parts are due, from the first that finds no room on."""
    left = int(dwellings) - first + 1
    parts = _PARTS if left >= _WHOLE else 1
    return [first + part * left // parts for part in range(parts)]


@dataclass(frozen=True)
class CatchmentNeed:
    """A catchment and what a person of each site needs there: weights (site, band), 0 for sites elsewhere.

    `spare` and `growth` are those of the principal run in the facility's unit. Spare capacity that is not
    known is 0: none can be credited. Growth that is not known sets no limit.
    """

    weights: FloatArray
    spare: float
    needed: float
    growth: float


LIMITS = ("net_new_share", "difference", "growth")
"""What may bind a need that is counted: the share of first occupants who are net-new, what the place gains
with the site against without it, and what all sites of a catchment together add to its need."""

SHOWN = 4
"""Decimals of what is counted: a statement prints them all, so that a reader gets the same amount from it."""


def as_shown(quantity: FloatArray) -> FloatArray:
    """A quantity cut to the decimals that are shown, in favour of whoever pays for it."""
    steps = 10.0**SHOWN
    return np.asarray(np.floor(np.maximum(quantity, 0.0) * steps + 1e-6) / steps)


@dataclass(frozen=True)
class Ask:
    """What sites need of one facility, in one catchment or over all of them; all (run, site).

    Need of all first occupants, of those net-new, of them no more than the difference, no more than the
    growth of all sites; that as it is counted, to the decimals shown, and what is unserved of it.
    """

    first: FloatArray
    net_new: FloatArray
    within_difference: FloatArray
    within_growth: FloatArray
    counted: FloatArray
    unserved: FloatArray

    @property
    def served(self) -> FloatArray:
        """(run, site) what spare capacity serves of what is counted."""
        return np.round(self.counted - self.unserved, SHOWN)

    def limits(self) -> list[str]:
        """Which of LIMITS binds each site's need in the principal run; the share where none goes below it."""
        tight = 1.0 - 1e-9
        by_growth = self.within_growth[0] < self.within_difference[0] * tight
        by_difference = self.within_difference[0] < self.net_new[0] * tight
        names = np.where(by_growth, LIMITS[2], np.where(by_difference, LIMITS[1], LIMITS[0]))
        return [str(name) for name in names]


def together(asks: Sequence[Ask], sites: int, runs: int) -> Ask:
    """The sum of asks of several catchments; of none, nothing."""
    nothing = np.zeros((runs, sites))
    return Ask(
        *(
            np.sum([getattr(ask, each.name) for ask in asks], axis=0) if asks else nothing
            for each in fields(Ask)
        )
    )


def catchment_asks(
    catchments: Sequence[CatchmentNeed],
    people: FloatArray,
    difference: FloatArray,
    net_new_share: FloatArray,
    space: FloatArray,
) -> list[Ask]:
    """What the sites need of one facility in each of its catchments.

    people: (run, site, band) first occupants. difference: (run, site, band) people with the homes less
    without. space: (run,) what a need takes, over the principal run's. What exists beyond today's need is
    worked out at the same space a need, so that a run with larger rooms has less to spare.
    """
    found = []
    for catchment in catchments:
        need = np.einsum("rsb,sb->rs", people, catchment.weights) * space[:, None]
        gained = np.einsum("rsb,sb->rs", difference, catchment.weights) * space[:, None]
        growth = np.where(np.isnan(catchment.growth), np.inf, catchment.growth * space)
        existing = catchment.spare + catchment.needed
        spare = np.where(np.isnan(existing), 0.0, existing - catchment.needed * space)
        limited = counted_need(need, net_new_share, gained)
        here = within_growth(limited, growth)
        counted = as_shown(here)
        served = np.round(counted - unserved(counted, spare), SHOWN)
        net_new = need * net_new_share[:, None]
        found.append(Ask(need, net_new, limited, here, counted, np.round(counted - served, SHOWN)))
    return found
