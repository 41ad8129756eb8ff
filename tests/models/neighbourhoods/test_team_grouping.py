"""Teams: contiguous, of the wanted size, alike, and the same whenever they are made."""

from __future__ import annotations

import numpy as np

from models.neighbourhoods.area_shapes import within_reach
from models.neighbourhoods.team_grouping import grouped


def chain(count: int) -> np.ndarray:
    near = np.zeros((count, count), dtype=bool)
    for at in range(count - 1):
        near[at, at + 1] = near[at + 1, at] = True
    return near


def test_an_area_joins_the_neighbour_it_is_most_like_and_not_one_it_does_not_touch() -> None:
    people = np.array([20.0, 15.0, 16.0, 20.0, 33.0])
    alike = np.full((5, 5), 0.1)
    alike[1, 2] = alike[2, 1] = 0.2
    alike[1, 0] = alike[0, 1] = 0.7
    alike[2, 3] = alike[3, 2] = 0.3
    alike[1, 4] = alike[4, 1] = 0.9
    assert grouped(people, chain(5), alike, 30, 60).tolist() == [0, 0, 1, 1, 2]


def test_a_team_without_room_beside_it_takes_an_area_that_leaves_its_own_team_whole() -> None:
    # 14 joins 16 and 28 joins both: 58 beside 29. It is most like 14, without which 16 and 28 do not touch.
    people = np.array([29.0, 14.0, 16.0, 28.0])
    near, alike = np.zeros((4, 4), dtype=bool), np.eye(4)
    for one, other, likeness in ((0, 1, 0.5), (0, 3, 0.3), (1, 2, 0.9), (1, 3, 0.6)):
        near[one, other] = near[other, one] = True
        alike[one, other] = alike[other, one] = likeness
    alike[2, 3] = alike[3, 2] = 0.6
    assert grouped(people, near, alike, 30, 60).tolist() == [0, 1, 1, 0]
    # Where no area can be spared, a team too large is better than one too small.
    assert grouped(people[[0, 3]] + 4, near[np.ix_([0, 3], [0, 3])], np.eye(2), 34, 60).tolist() == [0, 0]


def test_teams_of_a_grid_are_whole_of_the_wanted_size_and_repeat() -> None:
    rng = np.random.default_rng(7)
    width, height = 9, 7
    count = width * height
    at = np.array([(x, y) for y in range(height) for x in range(width)])
    near = np.abs(at[:, None] - at[None]).sum(axis=-1) == 1
    people = rng.uniform(5_000, 14_000, count)
    flows = rng.uniform(0, 1, (count, 6)) + 4 * (at[:, :1] // 2 == np.arange(6))
    alike = np.minimum(flows[:, None], flows[None]).sum(axis=-1)
    team = grouped(people, near, alike, 30_000, 60_000)
    assert (team == grouped(people, near, alike, 30_000, 60_000)).all()
    sizes = np.bincount(team, weights=people)
    assert sizes.min() >= 30_000
    assert sizes.max() <= 60_000
    for one in range(team.max() + 1):
        members = team == one
        assert within_reach(near[np.ix_(members, members)], 0).all()


def test_a_council_of_too_few_people_is_one_team() -> None:
    assert grouped(np.array([9e3, 4e3]), chain(2), np.eye(2), 30e3, 60e3).tolist() == [0, 0]
