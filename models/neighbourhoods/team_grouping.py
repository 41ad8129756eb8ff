"""Small areas put together to teams of a wanted size: contiguous, and alike in whom they register with.

Each small area starts as a team. The smallest team that is too small joins the neighbouring team most like
it, so long as both together are not too large; where none has room it takes the small area most like it from
a neighbour that can spare it. Ties go by the order of the areas, so the same input gives the same teams.
"""

from __future__ import annotations

import numpy as np

from models.arrays import BoolArray, FloatArray, IntArray
from models.neighbourhoods.area_shapes import within_reach


def grouped(
    people: FloatArray, neighbours: BoolArray, likeness: FloatArray, least: float, most: float
) -> IntArray:
    """(areas,) number of the team of each small area, numbered in the order of their first areas.

    people: (areas,). neighbours: (areas, areas), all hanging together. likeness: (areas, areas). Where people
    in all are fewer than least, or no neighbour can spare a small area, a team is of another size.
    """
    team = np.arange(len(people), dtype=np.int64)
    stuck: set[int] = set()
    while True:
        sizes = _sizes(team, people)
        small = [int(t) for t in np.unique(team) if sizes[t] < least and t not in stuck]
        if not small or len(np.unique(team)) == 1:
            break
        one = min(small, key=lambda t: (sizes[t], t))
        beside = np.unique(team[neighbours[team == one].any(axis=0) & (team != one)])
        with_room = [int(t) for t in beside if sizes[one] + sizes[t] <= most]
        if with_room:
            other = max(with_room, key=lambda t: (_alike(team == one, team == t, people, likeness), -t))
            team[team == max(one, other)] = min(one, other)
            # A team that grew may give room to one that found none before.
            stuck.clear()
        elif not _take(team, one, sizes, people, neighbours, likeness, least, most):
            stuck.add(one)
    _place_stuck(team, people, neighbours, likeness, least)
    _, first, numbered = np.unique(team, return_index=True, return_inverse=True)
    return np.asarray(np.argsort(np.argsort(first))[numbered], dtype=np.int64)


def _sizes(team: IntArray, people: FloatArray) -> FloatArray:
    """People of each team, by its number."""
    return np.asarray(np.bincount(team, weights=people, minlength=len(people)), dtype=np.float64)


def _alike(one: BoolArray, other: BoolArray, people: FloatArray, likeness: FloatArray) -> float:
    """Mean likeness of the people of two teams."""
    weights = people[one][:, None] * people[other][None, :]
    return float((likeness[np.ix_(one, other)] * weights).sum() / max(weights.sum(), 1e-9))


def _take(
    team: IntArray,
    one: int,
    sizes: FloatArray,
    people: FloatArray,
    neighbours: BoolArray,
    likeness: FloatArray,
    least: float,
    most: float,
) -> bool:
    """Move to a team the small area beside it most like it whose own team stays whole and large enough."""
    own = team == one
    best: tuple[float, int] | None = None
    for area in np.flatnonzero(neighbours[own].any(axis=0) & ~own):
        rest = (team == team[area]) & (np.arange(len(team)) != area)
        if sizes[team[area]] - people[area] < least or sizes[one] + people[area] > most:
            continue
        if not _whole(rest, neighbours):
            continue
        alike = _alike(own, np.arange(len(team)) == area, people, likeness)
        if best is None or alike > best[0]:
            best = (alike, int(area))
    if best is None:
        return False
    team[best[1]] = one
    return True


def _whole(members: BoolArray, neighbours: BoolArray) -> bool:
    return bool(within_reach(neighbours[np.ix_(members, members)], 0).all())


def _place_stuck(
    team: IntArray, people: FloatArray, neighbours: BoolArray, likeness: FloatArray, least: float
) -> None:
    """Teams too small that nobody has room for join the neighbour most like them all the same."""
    while len(np.unique(team)) > 1:
        sizes = _sizes(team, people)
        small = [int(t) for t in np.unique(team) if sizes[t] < least]
        if not small:
            return
        one = min(small, key=lambda t: (sizes[t], t))
        beside = np.unique(team[neighbours[team == one].any(axis=0) & (team != one)])
        other = max(
            (int(t) for t in beside), key=lambda t: (_alike(team == one, team == t, people, likeness), -t)
        )
        team[team == max(one, other)] = min(one, other)
