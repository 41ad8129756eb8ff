"""Registration by distance meets residents and lists whatever they are, and falls with distance."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from models.arrays import FloatArray
from models.neighbourhoods import registration
from models.neighbourhoods.area_shapes import Pairs
from models.neighbourhoods.registration import decay_a_kilometre, likeness, nearby_shares


def pairs_of(distance: FloatArray) -> Pairs:
    """Every small area with every practice."""
    one, other = np.indices(distance.shape).reshape(2, -1)
    return Pairs(one, other, distance.ravel())


def registered(residents: FloatArray, lists: FloatArray, distance: FloatArray, decay: float) -> FloatArray:
    """(areas, practices) patients, everybody free to register anywhere."""
    found = registration.registered(residents, lists, pairs_of(distance), decay)
    return found.reshape(distance.shape)


@st.composite
def towns(draw: st.DrawFn) -> tuple[np.ndarray, np.ndarray, np.ndarray, float]:
    areas, practices = draw(st.integers(1, 5)), draw(st.integers(1, 4))
    people = st.floats(1, 9e3)
    return (
        draw(arrays(float, (areas, 2), elements=people)),
        draw(arrays(float, (practices, 2), elements=people)),
        draw(arrays(float, (areas, practices), elements=st.floats(0, 40))),
        draw(st.floats(0, 1.0)),
    )


@given(towns())
@settings(max_examples=25)
def test_lists_are_met_to_the_patient_and_nobody_is_counted_below_none(
    town: tuple[np.ndarray, np.ndarray, np.ndarray, float],
) -> None:
    residents, lists, distance, decay = town
    found = registered(residents, lists, distance, decay)
    assert (found >= 0).all()
    assert found.sum(axis=0) == pytest.approx(lists.sum(axis=1), rel=1e-9)


def test_both_margins_of_every_age_are_met_and_nearness_decides_between_equals() -> None:
    residents = np.array([[300.0, 0.0], [100.0, 800.0], [200.0, 400.0]])
    lists = np.array([[450.0, 300.0], [210.0, 1020.0]])
    distance = np.array([[1.0, 3.0], [4.0, 2.0], [2.5, 2.5]])
    decay = 0.6
    young, old = (registered(residents * keep, lists * keep, distance, decay) for keep in ([1, 0], [0, 1]))
    found = registered(residents, lists, distance, decay)
    assert found == pytest.approx(young + old, rel=1e-4)
    assert found.sum(axis=0) == pytest.approx(lists.sum(axis=1))
    # 1.1 patients for each resident of either age: lists hold more people than live there.
    assert found.sum(axis=1) == pytest.approx(1.1 * residents.sum(axis=1), rel=2e-3)
    # What fitting cannot change: the ratio of ratios is that of the distances.
    odds = young[0, 0] * young[1, 1] / (young[0, 1] * young[1, 0])
    assert odds == pytest.approx(np.exp(decay * (3.0 + 4.0 - 1.0 - 2.0)), rel=1e-9)


def test_what_cannot_be_met_is_refused() -> None:
    with pytest.raises(ValueError, match="an age has patients and no residents"):
        registered(np.array([[5.0, 0.0]]), np.array([[5.0, 1.0]]), np.ones((1, 1)), 0.5)
    with pytest.raises(ValueError, match="decay is -1"):
        registered(np.ones((1, 1)), np.ones((1, 1)), np.ones((1, 1)), -1)


def test_the_decay_is_what_a_minute_less_likely_makes_over_its_kilometres() -> None:
    decay = decay_a_kilometre(29, 0.6)
    assert np.exp(-decay * 0.6) == pytest.approx(0.71)
    assert decay == pytest.approx(0.5708, abs=1e-4)


def test_nobody_registers_where_no_pair_is_and_a_practice_without_one_is_refused() -> None:
    residents, lists = np.array([[500.0], [300.0]]), np.array([[450.0], [350.0]])
    three = Pairs(np.array([0, 0, 1]), np.array([0, 1, 1]), np.array([1.0, 2.0, 1.0]))
    assert registration.registered(residents, lists, three, 0.5) == pytest.approx([450, 50, 300], abs=0.5)
    with pytest.raises(ValueError, match="practice 1 has a list and no small area near it"):
        registration.registered(residents, lists, Pairs(*(part[:1] for part in vars(three).values())), 0.5)


def test_likeness_is_the_patients_that_two_areas_share() -> None:
    flows = np.array([[60.0, 40.0, 0.0], [1.0, 2.0, 1.0], [0.0, 0.0, 7.0]])
    assert likeness(flows).round(3).tolist() == [[1.0, 0.65, 0.0], [0.65, 1.0, 0.25], [0.0, 0.25, 1.0]]


def test_a_catchment_is_a_radius_or_the_nearest_few_and_shares_fall_with_distance() -> None:
    distance = np.array([[1.0, 3.0, 9.0, 4.0], [30.0, 20.0, 21.0, 50.0]])
    lists = np.array([1000.0, 2000.0, 9000.0, 500.0])
    found = nearby_shares(distance, lists, 0.5, 5.0, 2)
    drawn = np.array([1000.0, 2000 * np.exp(-1), 0.0, 500 * np.exp(-1.5)])
    assert found[0] == pytest.approx(drawn / drawn.sum())
    far = np.array([0.0, 2000.0, 9000 * np.exp(-0.5), 0.0])
    assert found[1] == pytest.approx(far / far.sum())
