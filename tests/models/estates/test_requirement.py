"""Rooms, theatres, beds and floor area by the printed formulae, worked by hand."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from models.estates.hospital import (
    OutpatientParameters,
    TheatreParameters,
    general_acute_beds,
    operating_theatres,
    outpatient_rooms,
)
from models.estates.primary_care import ConsultingRoomParameters, consulting_rooms
from models.estates.requirement import beds, breach_probability, floor_area, room_minutes, rooms, shortfall


def test_beds_at_92_per_cent_occupancy() -> None:
    # 1,032 beds occupied all year are 376,680 bed days: 1,121.7 beds.
    assert beds(np.array([376_680.0]), 0.92)[0] == pytest.approx(1032 / 0.92)
    with pytest.raises(ValueError, match="occupancy"):
        beds(np.array([1.0]), 1.2)


def test_bed_days_of_emergencies_and_electives_share_the_beds() -> None:
    required = general_acute_beds(np.array([[300_000.0]]), np.array([[35_800.0]]), 92.0)
    assert required[0, 0] == pytest.approx(1000.0)


def test_a_missed_appointment_takes_the_room_as_long_as_one_kept() -> None:
    assert float(room_minutes(20.0, 0.089, 20.0)) == pytest.approx(21.78)


def test_rooms_are_minutes_over_hours_and_utilisation() -> None:
    # 156,000 attendances of 10 minutes are 26,000 hours; a room gives 2,600 × 50 %.
    assert rooms(np.array([156_000.0]), 10.0, 2600.0, 0.5)[0] == pytest.approx(20.0)
    with pytest.raises(ValueError, match="above 0"):
        rooms(np.array([1.0]), 10.0, 2600.0, 0.0)


def test_consulting_rooms_of_a_list_of_ten_thousand() -> None:
    parameters = ConsultingRoomParameters(80.0, 50.0, 9.0, 11.0, 0.05, 2600.0, np.array([60.0]))
    # 58,000 appointments, 46,400 in person, 10.5 minutes with missed ones: 8,120 hours over 1,560.
    assert consulting_rooms(np.array([[58_000.0]]), parameters)[0, 0] == pytest.approx(8120 / 1560)


def test_outpatients_on_the_telephone_take_no_room() -> None:
    parameters = OutpatientParameters(
        share=np.array([0.3, 0.6, 0.1]),
        minutes=np.array([38.0, 20.0, 28.0]),
        not_attended=np.array([0.0, 0.0, 0.0]),
        face_to_face=np.array([1.0, 0.5]),
        hours=2860.0,
        utilisation_percent=85.0,
    )
    required = outpatient_rooms(np.full((2, 1), 100_000.0), parameters)
    assert required[0, 0] == pytest.approx(100_000 * 26.2 / 60 / 2431)
    assert required[1, 0] == pytest.approx(required[0, 0] / 2)


def test_theatres_add_up_over_kinds_of_procedure() -> None:
    parameters = TheatreParameters(
        share=np.array([[0.5, 1.0, 0.1]]),
        minutes=np.array([40.0, 90.0, 80.0]),
        hours=2880.0,
        utilisation_percent=85.0,
    )
    required = operating_theatres(
        np.array([[30_000.0]]), np.array([[4_000.0]]), np.array([[30_000.0]]), parameters
    )
    assert required[0, 0] == pytest.approx((10_000 + 6_000 + 4_000) / 2448)


def test_floor_area_by_registered_patients() -> None:
    assert floor_area(np.array([17_500.0]), 120.0, 1750.0)[0] == pytest.approx(1200.0)


@given(st.lists(st.floats(0, 2000), min_size=3, max_size=30), st.floats(0, 2000))
def test_the_probability_of_a_breach_is_the_share_of_draws_with_a_shortfall(
    required: list[float], existing: float
) -> None:
    draws = np.array(required)
    probability = float(breach_probability(draws, existing))
    assert probability == pytest.approx((shortfall(draws, existing)[1:] > 0).mean())
    assert 0 <= probability <= 1
