"""Premises of general practice: consulting rooms and gross internal area. Numbers come as parameters."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from models.estates.requirement import room_minutes, rooms

FloatArray = NDArray[np.float64]


@dataclass(frozen=True)
class ConsultingRoomParameters:
    """Appointments in person and with a GP (%), minutes of GPs and others, missed ones, hours, utilisation.

    `utilisation_percent` is (draw,), the rest single values.
    """

    face_to_face_percent: float
    gp_share_percent: float
    gp_minutes: float
    other_minutes: float
    not_attended: float
    hours: float
    utilisation_percent: FloatArray


def consulting_rooms(appointments: FloatArray, parameters: ConsultingRoomParameters) -> FloatArray:
    """Consulting rooms (draw, year) for appointments (draw, year) with all professionals."""
    gp_share = parameters.gp_share_percent / 100
    mean = gp_share * parameters.gp_minutes + (1 - gp_share) * parameters.other_minutes
    minutes = room_minutes(mean, parameters.not_attended, mean)
    in_person = appointments * (parameters.face_to_face_percent / 100)
    return rooms(in_person, minutes, parameters.hours, parameters.utilisation_percent[:, None] / 100)
