"""Staff of areas as tables read them: sums over groups and areas, draw by draw."""

from __future__ import annotations

import numpy as np

from models.workforce.staffing import Staffing, together, with_sums


def test_sums_follow_the_groups_they_are_over() -> None:
    values = np.arange(4 * 2 * 3 * 5, dtype=float).reshape(4, 2, 3, 5)
    made = with_sums(values, [range(4), [1, 3]])
    assert made.shape == (6, 2, 3, 5)
    assert (made[:4] == values).all()
    assert (made[4] == values.sum(axis=0)).all()
    assert (made[5] == values[1] + values[3]).all()


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
