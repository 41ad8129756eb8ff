"""What practices need: their lists, grown with the people of the small areas that their patients live in."""

from __future__ import annotations

import numpy as np

from models.arrays import FloatArray
from models.uncertainty.ensemble import NORMAL_P90


def single_zeros(*shape: int) -> FloatArray:
    """Zeros of single precision: a thousand draws of every practice and year fill memory."""
    return np.zeros(shape, dtype=np.float32)


def beyond_first(spread: FloatArray) -> FloatArray:
    """A half-width (year, area) beyond that of the first year, in which the lists were counted."""
    return np.sqrt(np.maximum(spread**2 - spread[:1] ** 2, 0.0))


def requirement_of_practices(
    a_patient: FloatArray,
    relative: FloatArray,
    spread: tuple[FloatArray, FloatArray],
    shocks: FloatArray,
    patients: FloatArray,
) -> FloatArray:
    """(practice, year, draw) what the patients (area, practice) of a place's small areas need.

    a_patient: (year, draw) the place's requirement over its patients of the first year. relative: (year,
    area) need of an area's people over that of as many of the place in the first year. spread: half-widths
    (year, area) down and up of what moves an area beside its place; shocks: (area, draw), 1.28 at its P90.
    """
    steady = (relative @ patients).T
    drawn = single_zeros(patients.shape[1], *a_patient.shape)
    for width, side in zip(spread, (np.minimum(shocks, 0), np.maximum(shocks, 0)), strict=True):
        weights = (relative * width / NORMAL_P90)[:, :, None] * patients[None]
        drawn += np.matmul(weights.astype(np.float32).transpose(2, 0, 1), side.astype(np.float32))
    drawn += steady[:, :, None].astype(np.float32)
    drawn *= a_patient.astype(np.float32)
    return drawn


def from_building_percent(required: FloatArray, existing: FloatArray) -> FloatArray:
    """Share (…,) in % of the gap's variance over the draws (…, draw) that not knowing the buildings adds.

    0 where nothing is uncertain. The two are drawn apart but for what a room is taken for.
    """
    of_building, of_need = (np.var(values[..., 1:], axis=-1) for values in (existing, required))
    whole = of_building + of_need
    return np.asarray(100 * np.divide(of_building, whole, out=np.zeros_like(whole), where=whole > 0))


def short_share(gap: FloatArray) -> FloatArray:
    """Share of the draws (…, draw), the principal run left out, in which there is a gap."""
    return np.asarray((gap[..., 1:] > 0).mean(axis=-1))
