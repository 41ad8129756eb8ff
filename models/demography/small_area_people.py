"""Neighbourhoods within a place: shares carried by cohort, raked to the place's ages and to homes.

A neighbourhood's people are a share of the place's at each age. Nothing is projected here that is not already
in the place: every year and draw adds up to it, band by band. Which homes come when is housing's, how many
people the place has is `projection`'s.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from models.arrays import FloatArray

ROUNDS = 3
"""Of raking to homes and to the place in turn; the place, which must be met, comes last."""
HORIZON = 10
"""Years between the censuses on which the method was measured."""


@dataclass(frozen=True)
class SmallAreaMethod:
    """Numbers of the method; each is a row of the assumptions table.

    kept: (ages,) share of a neighbourhood's structure that is of the age after ten years and not of the
    cohort. newcomers: (ages,) people of an age in new homes, over those in the neighbourhood's other homes.
    homes_taken: (ages,) homes a person of an age takes; their level plays no part, their ratios do.
    homes_power, settled_power: homes of unknown whereabouts go where homes ^ homes_power × share of settled
    people ^ −settled_power is high; settled: (ages,) true at ages of people who are settled.
    whereabouts_spread: standard deviation of that measure between draws, in logs. total_spread, band_spread:
    standard deviations after ten years of a neighbourhood's people and of its people in each band, in logs;
    students_spread: of its total for each unit of its share of people of a student's age (students: (ages,)
    true there), whose halls come and go. unrecorded_spread: of its homes, where not every home that comes or
    goes is recorded there. built_weight: how much homes of unknown whereabouts go where a place has built of
    late, the rest going by the measure.
    """

    kept: FloatArray
    newcomers: FloatArray
    homes_taken: FloatArray
    homes_power: float
    settled_power: float
    settled: NDArray[np.bool_]
    whereabouts_spread: float
    total_spread: float
    band_spread: FloatArray
    students_spread: float
    students: NDArray[np.bool_]
    unrecorded_spread: float
    built_weight: float = 0.0

    def with_homes_unknown(self) -> SmallAreaMethod:
        """The method where homes come and go that no site stands for: totals are wider by what that makes."""
        return replace(self, total_spread=float(np.hypot(self.total_spread, self.unrecorded_spread)))


def carried_shares(
    base: FloatArray, structure: FloatArray, women: FloatArray, kept: FloatArray
) -> FloatArray:
    """(years, neighbourhoods, ages) share of a place's people at each age who live in each neighbourhood.

    base: (neighbourhoods, ages) people in the first year. structure: (years, ages) the place's people; women:
    (years, ages) those of childbearing age, zero elsewhere: newborns follow where they live.
    kept: (ages,) share of a neighbourhood's structure that is of the age after ten years (students stay where
    halls are), the rest being of the cohort, which takes its share along as it ages. Shares add to one at
    every age. An age of nobody has the shares of all ages. Raises ValueError where the base is negative or
    has nobody.
    """
    if base.min() < 0 or base.sum() <= 0:
        raise ValueError("base people of neighbourhoods must not be negative, nor nobody at all")
    of_age = base.sum(axis=0)
    everyone = np.broadcast_to((base.sum(axis=1) / base.sum())[:, None], base.shape)
    start = np.where(of_age > 0, base / np.where(of_age > 0, of_age, 1.0), everyone)
    pull = 1.0 - (1.0 - kept) ** (1.0 / HORIZON)
    mothers = women / women.sum(axis=1, keepdims=True)
    at_start = start @ mothers[0]
    shares = np.empty((len(women), *start.shape))
    shares[0] = now = start
    for year in range(1, len(women)):
        # Newborns are nobody's mothers, yet nought times what stands in their place is added up.
        after = np.zeros_like(now)
        after[:, 1:] = now[:, :-1]
        reaching, old = structure[year - 1, -2:]
        after[:, -1] = (now[:, -2] * reaching + now[:, -1] * old) / (reaching + old)
        after[:, 1:] = pull[1:] * start[:, 1:] + (1.0 - pull[1:]) * after[:, 1:]
        after[:, 0] = start[:, 0] * np.divide(
            after @ mothers[year], at_start, out=np.ones_like(at_start), where=at_start > 0
        )
        now = after / after.sum(axis=0)
        shares[year] = now
    return shares


def where_homes_go(
    base: FloatArray,
    homes: FloatArray,
    method: SmallAreaMethod,
    normals: FloatArray,
    built: FloatArray | None = None,
) -> FloatArray:
    """(draws, neighbourhoods) share of each in homes of unknown whereabouts; each draw adds to one.

    base: (neighbourhoods, ages) people, homes: (neighbourhoods,) at the base. normals: (draws,
    neighbourhoods) standard, nought in the principal run. built: (neighbourhoods,) shares of what was built
    of late, which count by the method's built_weight where they are given.
    """
    settled = base[:, method.settled].sum(axis=1) / np.maximum(base.sum(axis=1), 1.0)
    # A neighbourhood of students has hardly anybody settled and would draw all homes.
    measure = homes**method.homes_power * np.maximum(settled, 0.05) ** -method.settled_power
    if built is not None:
        measure = (1 - method.built_weight) * measure / measure.sum() + method.built_weight * built
    drawn = measure * np.exp(method.whereabouts_spread * normals)
    return np.asarray(drawn / drawn.sum(axis=-1, keepdims=True))


def homes_by_neighbourhood(
    homes: FloatArray,
    neighbourhood_of_site: NDArray[np.int64],
    where_they_go: FloatArray,
    share_of_homes: FloatArray,
    spread_over: Mapping[int, FloatArray] | None = None,
) -> FloatArray:
    """(draws, years, neighbourhoods) homes from (draws, years, sites); −1 where a site's place is unknown.

    Homes of unknown whereabouts, all sites together, are spread by where_they_go (draws, neighbourhoods), and
    where more are lost than come, by share_of_homes (neighbourhoods,): homes are lost where they stand.
    spread_over: shares (neighbourhoods,) of sites that lie in several, by their position.
    """
    known = neighbourhood_of_site >= 0
    placed = np.zeros((len(neighbourhood_of_site), len(share_of_homes)))
    placed[np.flatnonzero(known), neighbourhood_of_site[known]] = 1.0
    for site, shares in (spread_over or {}).items():
        known[site], placed[site] = True, shares
    unknown = homes[..., ~known].sum(axis=-1)[..., None]
    spread = np.where(unknown > 0, where_they_go[:, None], share_of_homes)
    return np.asarray(homes @ placed + unknown * spread)


@dataclass(frozen=True)
class Carried:
    """What a place's neighbourhoods have without homes and chance, (years, neighbourhoods, bands) each.

    people: by share and structure. homes_taken: homes a person takes. newcomers: (years, bands) as in the
    method. at_base, students: (neighbourhoods,) homes that the base's people take, and their share that is
    of a student's age.
    """

    people: FloatArray
    homes_taken: FloatArray
    newcomers: FloatArray
    at_base: FloatArray
    students: FloatArray


def carried(
    base: FloatArray,
    structure: FloatArray,
    women: FloatArray,
    method: SmallAreaMethod,
    band_of_age: NDArray[np.int64],
) -> Carried:
    """A place's neighbourhoods carried forward; arguments as in `carried_shares`, band_of_age: (ages,)."""
    of_band = (band_of_age[:, None] == np.arange(int(band_of_age.max()) + 1)).astype(np.float64)
    by_age = carried_shares(base, structure, women, method.kept) * structure[:, None, :]
    people = by_age @ of_band
    taken = (by_age * method.homes_taken) @ of_band
    return Carried(
        people=people,
        homes_taken=np.divide(taken, people, out=np.zeros_like(people), where=people > 0),
        newcomers=(structure * method.newcomers) @ of_band / (structure @ of_band),
        at_base=base @ method.homes_taken,
        students=base[:, method.students].sum(axis=1) / np.maximum(base.sum(axis=1), 1.0),
    )


def neighbourhood_people(
    areas: Carried,
    place: FloatArray,
    growth: FloatArray,
    years: FloatArray,
    method: SmallAreaMethod,
    normals: FloatArray,
) -> FloatArray:
    """(draws, years, neighbourhoods, bands) people; over neighbourhoods they add up to `place`.

    place: (draws, years, bands). growth: (draws, years, neighbourhoods) homes since the base over homes at
    it; years: (years,) since it. normals: (draws, neighbourhoods, 1 + bands) standard, nought in the
    principal run, for a neighbourhood's total and its bands. People carried forward, with those of new homes,
    are raked in turn to the neighbourhood's homes and to the place's bands (iterative proportional fitting).
    Chance comes after homes, grows with the root of the years and leaves the place as it is. Raises
    ValueError where more homes go than a neighbourhood has.
    """
    if growth.min() <= -1.0:
        draw, year, area = (int(at) for at in np.unravel_index(int(growth.argmin()), growth.shape))
        raise ValueError(
            f"neighbourhood {area} would lose {-float(growth[draw, year, area]):.0%} of its homes in year "
            f"{year}, draw {draw}"
        )
    of_total = np.hypot(method.total_spread, method.students_spread * areas.students)[:, None]
    found = np.empty((*growth.shape, place.shape[-1]))
    # Year by year: what a year needs stays in the processor's cache.
    for at, wide in enumerate(np.sqrt(years / HORIZON)):
        # Homes that go take people of all ages, homes that come have their own.
        came = np.maximum(growth[:, at], 0.0)
        people = areas.people[at] * (1.0 + came[..., None] * areas.newcomers[at])
        target = areas.at_base * (1.0 + growth[:, at])
        for _ in range(ROUNDS):
            taken = np.einsum("dnb,nb->dn", people, areas.homes_taken[at])
            people *= (target / np.maximum(taken, 1e-9))[..., None]
            _rake(people, place[:, at])
        before = people.sum(axis=-1, keepdims=True)
        people *= np.exp(wide * method.band_spread * normals[..., 1:])
        # Who lives there varies apart from how many do: homes hold the total when ages give way.
        people *= before / np.maximum(people.sum(axis=-1, keepdims=True), 1e-9)
        people *= np.exp(wide * of_total * normals[..., :1])
        _rake(people, place[:, at])
        found[:, at] = people
    return found


def _rake(people: FloatArray, place: FloatArray) -> None:
    there = people.sum(axis=1)
    people *= np.divide(place, there, out=np.zeros_like(there), where=there > 0)[:, None, :]
