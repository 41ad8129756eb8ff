"""A place keeps its students; a place like the nation has nothing to keep."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from models.demography.structure import kept_at_turnover, relative_structure, structural_flow

AGE = np.arange(91)
NATION = 1000 * np.exp(-((AGE / 80.0) ** 4)) * np.ones((2, 1)) + 5
ALL_KEPT = np.ones(91)


def university_town() -> np.ndarray:
    town = 0.1 * NATION
    town[:, 19:22] *= 3
    return town


def test_a_place_like_the_nation_has_no_structural_flow() -> None:
    coming, leaving = structural_flow(0.02 * NATION, NATION, ALL_KEPT, 3, 10.0)
    assert np.abs(coming).max() < 1e-9
    assert np.abs(leaving).max() < 1e-12


def test_students_come_before_twenty_and_leave_after_in_like_numbers() -> None:
    coming, leaving = structural_flow(university_town(), NATION, ALL_KEPT, 1, 0.0)
    going = leaving * university_town()
    assert coming[:, 17:20].sum() > 150
    assert going[:, 20:24].sum() < -150
    assert coming[:, 30:].sum() == pytest.approx(0, abs=1e-9)


def test_where_nothing_is_kept_nobody_moves() -> None:
    coming, leaving = structural_flow(university_town(), NATION, np.zeros(91), 1, 0.0)
    assert coming.max() == 0
    assert leaving.min() == 0


@settings(max_examples=40)
@given(seed=st.integers(0, 10_000), size=st.floats(0.001, 10))
def test_flows_are_finite_and_nobody_leaves_twice(seed: int, size: float) -> None:
    random = np.random.default_rng(seed)
    people = np.floor(NATION * size * random.exponential(1.0, NATION.shape) * 0.01)
    people[0, 40] += 1
    coming, leaving = structural_flow(people, NATION, ALL_KEPT, 3, 10.0)
    assert np.isfinite(coming).all()
    assert coming.min() >= 0
    assert leaving.min() >= -1


def test_a_handful_of_residents_says_little() -> None:
    few = np.zeros((2, 91))
    few[:, ::7] = 2
    assert np.abs(relative_structure(few, NATION, 1, 50.0)).max() < 0.1
    with pytest.raises(ValueError, match="odd"):
        relative_structure(few, NATION, 4, 1.0)


def test_where_more_come_and_go_more_of_the_structure_is_of_the_age() -> None:
    kept = np.array([0.0, 0.25, 0.5, 1.0])
    power = np.array([0.75, 0.75, 0.75, 0.75])
    assert np.allclose(kept_at_turnover(kept, 1.0, power), kept)
    busy, quiet = kept_at_turnover(kept, 2.0, power), kept_at_turnover(kept, 0.5, power)
    assert (busy[1:3] > kept[1:3]).all()
    assert (quiet[1:3] < kept[1:3]).all()
    assert np.allclose(busy[[0, 3]], [0, 1])
    assert np.allclose(kept_at_turnover(kept, 3.0, np.zeros(4)), kept)
    with pytest.raises(ValueError, match="above 0"):
        kept_at_turnover(kept, 0.0, power)


def test_what_the_nation_has_more_of_one_sex_at_an_age_a_cohort_comes_to_have() -> None:
    # Boys outnumber girls at 15 everywhere, women match men at 30: who is 15 now will be 30 so.
    nation = NATION.copy()
    nation[1, :18] *= 1.05
    coming, leaving = structural_flow(0.02 * nation, nation, ALL_KEPT, 1, 0.0)
    net = coming + leaving * 0.02 * nation
    assert net[1, 15:20].sum() < -0.2
    assert abs(net[:, 30:]).max() < 1e-9
