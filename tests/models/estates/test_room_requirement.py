"""Rooms, theatres and beds by the printed formulae, worked by hand."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from models.estates.capacity_formulae import FACILITIES, required
from models.estates.room_requirement import beds, room_minutes, rooms, theatres


def test_beds_at_92_per_cent_occupancy() -> None:
    # 1,032 beds occupied all year are 376,680 bed days: 1,121.7 beds.
    assert beds(np.array([376_680.0]), 0.92)[0] == pytest.approx(1032 / 0.92)
    with pytest.raises(ValueError, match="occupancy"):
        beds(np.array([1.0]), 1.2)


def test_a_missed_appointment_takes_the_room_as_long_as_one_kept() -> None:
    assert float(room_minutes(20.0, 0.089, 20.0)) == pytest.approx(21.78)


def test_rooms_are_minutes_over_hours_and_utilisation() -> None:
    # 156,000 attendances of 10 minutes are 26,000 hours; a room gives 2,600 × 50 %.
    assert rooms(np.array([156_000.0]), 10.0, 2600.0, 0.5)[0] == pytest.approx(20.0)
    with pytest.raises(ValueError, match="above 0"):
        rooms(np.array([1.0]), 10.0, 2600.0, 0.0)


def test_theatres_add_up_over_kinds_of_procedure() -> None:
    procedures = np.array([[10_000.0, 4_000.0, 500.0]])
    hours = (10_000 * 40 + 4_000 * 90 + 500 * 80) / 60
    found = theatres(procedures, np.array([40.0, 90.0, 80.0]), 2880.0, 0.85)
    assert found[0] == pytest.approx(hours / (2880 * 0.85))


@given(
    st.sampled_from(sorted(FACILITIES)),
    st.floats(0.05, 0.95),
    st.floats(0, 1e6),
    st.floats(0, 1e6),
)
def test_every_facility_is_linear_in_activity_so_parts_of_a_need_add_up(
    name: str, number: float, one: float, other: float
) -> None:
    draws = 3

    def value(_: str) -> np.ndarray:
        return np.full(draws, number)

    coefficients = FACILITIES[name](value)
    assert all((of_service >= 0).all() for of_service in coefficients.values())
    matrix = np.stack(list(coefficients.values()), axis=-1)[..., None]
    activity = np.zeros((draws, 2, len(coefficients)))
    activity[:, 0], activity[:, 1] = one, other
    parts = required(activity, matrix)
    whole = required(activity.sum(axis=1, keepdims=True), matrix)
    assert whole[:, 0] == pytest.approx(parts.sum(axis=1), rel=1e-9, abs=1e-9)
