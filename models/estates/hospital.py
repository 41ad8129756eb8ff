"""Hospital facilities from hospital activity: beds, outpatient rooms, theatres. Numbers are parameters."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from models.estates.requirement import beds, room_minutes, rooms, theatres

FloatArray = NDArray[np.float64]


@dataclass(frozen=True)
class OutpatientParameters:
    """Shares and minutes by kind (first, follow-up, procedure), missed appointments, hours, utilisation."""

    share: FloatArray
    minutes: FloatArray
    not_attended: FloatArray
    face_to_face: FloatArray
    hours: float
    utilisation_percent: float


@dataclass(frozen=True)
class TheatreParameters:
    """By kind (day case, elective, emergency): share that uses a theatre (draw, kind) and minutes (kind,)."""

    share: FloatArray
    minutes: FloatArray
    hours: float
    utilisation_percent: float


def outpatient_rooms(attendances: FloatArray, parameters: OutpatientParameters) -> FloatArray:
    """Outpatient rooms (draw, year) of attendances (draw, year); those by telephone or video take none."""
    taken = room_minutes(parameters.minutes, parameters.not_attended, parameters.minutes)
    minutes = float((parameters.share * taken).sum())
    in_person = attendances * parameters.face_to_face[:, None]
    return rooms(in_person, minutes, parameters.hours, parameters.utilisation_percent / 100)


def operating_theatres(
    day_cases: FloatArray, elective: FloatArray, emergency: FloatArray, parameters: TheatreParameters
) -> FloatArray:
    """Theatres (draw, year) of admissions (draw, year) by kind."""
    procedures = np.stack([day_cases, elective, emergency], axis=-1) * parameters.share[:, None, :]
    return theatres(procedures, parameters.minutes, parameters.hours, parameters.utilisation_percent / 100)


def general_acute_beds(
    emergency_bed_days: FloatArray, elective_bed_days: FloatArray, occupancy_percent: float
) -> FloatArray:
    """General and acute beds (draw, year) at an occupancy; day cases and same-day spells take none."""
    return beds(emergency_bed_days + elective_bed_days, occupancy_percent / 100)
