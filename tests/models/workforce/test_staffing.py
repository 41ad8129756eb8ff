"""Staff of areas as tables read them: nothing lost in the turning, sums over groups and areas."""

from __future__ import annotations

import numpy as np

from models.workforce.staffing import DRAWS_AT_ONCE, Staffing, cells, together


def test_every_cell_keeps_its_draws_and_sums_follow_the_groups() -> None:
    """More draws than are turned at a time."""
    shape = (2, DRAWS_AT_ONCE + 3, 3, 2, 4)
    draws = np.arange(np.prod(shape), dtype=float).reshape(shape)
    turned = cells(draws, [range(4), [1, 3]])
    assert turned.shape == (2, 6, 2, 3, DRAWS_AT_ONCE + 3)
    for area, group, scenario, year in ((0, 0, 0, 0), (1, 3, 1, 2), (0, 2, 1, 1)):
        assert (turned[area, group, scenario, year] == draws[scenario, :, year, area, group]).all()
    assert (turned[:, 4] == turned[:, :4].sum(axis=1)).all()
    assert (turned[:, 5] == turned[:, 1] + turned[:, 3]).all()


def test_the_system_s_staff_are_those_of_its_places_draw_by_draw() -> None:
    def area(size: float) -> Staffing:
        return Staffing(*(np.full((1, 1, 1, 2), size + part) for part in range(4)))

    whole = together([area(10.0), area(100.0)])
    assert [values.ravel().tolist() for values in whole] == [
        [110.0, 110.0],
        [112.0, 112.0],
        [114.0, 114.0],
        [116.0, 116.0],
    ]
