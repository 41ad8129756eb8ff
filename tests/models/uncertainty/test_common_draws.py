"""A difference taken draw by draw: exact for the principal run, narrower than two intervals side by side."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from models.uncertainty.common_draws import difference, rounded
from models.uncertainty.ensemble import summarise

RANDOM = np.random.default_rng(24)
COMMON = RANDOM.standard_normal(400)
THEIRS = np.concatenate([[1000.0], 1003.0 + 50.0 * COMMON])
OURS = np.concatenate([[1100.0], 1090.0 + 52.0 * COMMON + 3.0 * RANDOM.standard_normal(400)])


def test_the_interval_of_a_difference_is_narrower_than_what_two_intervals_leave_open() -> None:
    found, ours, theirs = difference(OURS, THEIRS), summarise(OURS), summarise(THEIRS)
    assert found.principal == 100.0
    assert found.p10 == pytest.approx(87 - 1.28 * np.hypot(3, 2), abs=0.8)
    assert found.p90 == pytest.approx(87 + 1.28 * np.hypot(3, 2), abs=0.8)
    assert found.p90 - found.p10 < 0.1 * ((ours.p90 - theirs.p10) - (ours.p10 - theirs.p90))


def test_draws_are_subtracted_one_from_its_own_and_not_from_another() -> None:
    ours, theirs = np.array([5.0, 1.0, 9.0, 4.0]), np.array([3.0, 9.0, 1.0, 4.0])
    found = difference(ours, theirs)
    assert found.principal == 2.0
    assert found.p50 == 0.0
    assert (found.p10, found.p90) == pytest.approx((-6.4, 6.4))


@settings(max_examples=50)
@given(arrays(float, (2, 7), elements=st.floats(-1e6, 1e6)), st.data())
def test_a_run_against_itself_is_zero_and_sides_swapped_change_the_sign(
    ours: np.ndarray, data: st.DataObject
) -> None:
    theirs = data.draw(arrays(float, (2, 7), elements=st.floats(-1e6, 1e6)))
    assert all((part == 0).all() for part in difference(ours, ours, axis=1))
    there, back = difference(ours, theirs, axis=1), difference(theirs, ours, axis=1)
    np.testing.assert_array_equal(there.principal, -back.principal)
    np.testing.assert_allclose(there.p10, -back.p90, rtol=1e-12, atol=1e-6)
    np.testing.assert_allclose(there.p50, -back.p50, rtol=1e-12, atol=1e-6)


def test_draws_of_another_number_are_not_common() -> None:
    with pytest.raises(ValueError, match="not common"):
        difference(OURS, THEIRS[:-1])


def test_draws_are_rounded_and_the_principal_run_is_not() -> None:
    kept = rounded(np.array([[1.26, 1.26, -2.349], [7.77, 0.04, 0.06]]), 1)
    assert kept.tolist() == [[1.26, 1.3, -2.3], [7.77, 0.0, 0.1]]
