"""Rooms, theatres and beds that activity takes, by NHS England's capacity formulae."""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike

from models.arrays import FloatArray

MINUTES_AN_HOUR = 60
DAYS_A_YEAR = 365


def rooms(
    attendances: FloatArray,
    minutes: FloatArray | float,
    hours_a_year: FloatArray | float,
    utilisation: FloatArray | float,
) -> FloatArray:
    """Rooms = attendances × minutes in the room / 60 ÷ (hours a year × utilisation)."""
    if np.any(np.asarray(hours_a_year) <= 0) or np.any(np.asarray(utilisation) <= 0):
        raise ValueError("rooms need hours and a utilisation above 0")
    return attendances * minutes / MINUTES_AN_HOUR / (hours_a_year * np.asarray(utilisation))


def room_minutes(minutes: ArrayLike, not_attended: ArrayLike, not_attended_minutes: ArrayLike) -> FloatArray:
    """Minutes a room is taken by an attendance, with the missed ones it brings along."""
    missed = np.asarray(not_attended, dtype=float) * np.asarray(not_attended_minutes, dtype=float)
    return np.asarray(minutes, dtype=float) + missed


def beds(overnight_bed_days: FloatArray, occupancy: FloatArray | float) -> FloatArray:
    """Beds = overnight bed days ÷ (365 × occupancy)."""
    if np.any((np.asarray(occupancy) <= 0) | (np.asarray(occupancy) > 1)):
        raise ValueError("an occupancy lies above 0 and at most at 1")
    return overnight_bed_days / (DAYS_A_YEAR * np.asarray(occupancy))


def theatres(
    procedures: FloatArray,
    minutes: FloatArray,
    hours_a_year: FloatArray | float,
    utilisation: FloatArray | float,
) -> FloatArray:
    """Theatres for procedures (…, kind) of `minutes` (kind,) each, summed over the kinds."""
    return rooms((procedures * minutes).sum(axis=-1), 1.0, hours_a_year, utilisation)
