"""Changes of homes move, resize and leave out what is delivered, draw by draw, and nothing else."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from housing_trajectories.delivery.changed_homes import HomesChange, changed_homes, changed_years

REFERENCES = ["A", "B", "recorded"]
HOMES = np.arange(1.0, 31.0).reshape(2, 5, 3)
OPEN_FROM = 2


def test_a_site_moves_by_years_and_homes_beyond_the_last_year_are_not_built() -> None:
    changed = changed_homes(HOMES, REFERENCES, OPEN_FROM, [HomesChange("B", years_later=2)])
    assert changed[:, :OPEN_FROM].tolist() == HOMES[:, :OPEN_FROM].tolist()
    assert changed[:, 2:4, 1].tolist() == [[0, 0], [0, 0]]
    assert changed[:, 4, 1].tolist() == HOMES[:, 2, 1].tolist()
    assert np.array_equal(changed[:, :, [0, 2]], HOMES[:, :, [0, 2]])


def test_homes_moved_before_the_first_open_year_come_in_it() -> None:
    changed = changed_homes(HOMES, REFERENCES, OPEN_FROM, [HomesChange("A", years_later=-1)])
    assert changed[:, 2, 0].tolist() == (HOMES[:, 2, 0] + HOMES[:, 3, 0]).tolist()
    assert changed[:, 4, 0].tolist() == [0, 0]


def test_a_place_changes_on_what_its_sites_leave_whatever_the_order() -> None:
    site, whole = HomesChange("A", homes_percent=-50), HomesChange("all", homes_percent=10)
    expected = HOMES.copy()
    expected[:, OPEN_FROM:, 0] *= 0.5
    expected[:, OPEN_FROM:] *= 1.1
    for changes in ([site, whole], [whole, site]):
        assert changed_homes(HOMES, REFERENCES, OPEN_FROM, changes) == pytest.approx(expected)


def test_left_out_is_nothing_and_what_was_given_stays() -> None:
    before = HOMES.copy()
    assert not changed_homes(HOMES, REFERENCES, 0, [HomesChange("A", 0, -100)])[:, :, 0].any()
    assert np.array_equal(HOMES, before)


def test_a_site_that_is_none_is_refused() -> None:
    with pytest.raises(ValueError, match="no homes of site C"):
        changed_homes(HOMES, REFERENCES, OPEN_FROM, [HomesChange("C", 1)])


@settings(max_examples=50)
@given(later=st.integers(-4, 4), percent=st.floats(-100, 100))
def test_homes_are_only_lost_beyond_the_last_year(later: int, percent: float) -> None:
    changed = changed_homes(HOMES, REFERENCES, OPEN_FROM, [HomesChange("A", later, percent)])
    stay = HOMES.shape[1] - max(later, 0)
    expected = HOMES[:, OPEN_FROM:stay, 0].sum(axis=1) * (1 + percent / 100)
    assert changed[:, OPEN_FROM:, 0].sum(axis=1) == pytest.approx(expected)


def test_planned_years_move_with_their_site() -> None:
    years = np.array([[2026.0, 10.0], [2027.0, 20.0]])
    assert changed_years(years, HomesChange("A", 3, -50)).tolist() == [[2029, 5], [2030, 10]]
    assert changed_years(years, None) is years
