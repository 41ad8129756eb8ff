"""Why space is short: today's shortfall, planned capacity and each driver of demand, adding up exactly.

Every facility is linear in demand, so a driver of demand is a part of the requirement. Principal run only, as
the drivers are.
"""

from __future__ import annotations

import numpy as np

from models.arrays import FloatArray

GROUPS: dict[str, tuple[str, ...]] = {
    "recorded_level": ("recorded_level", "waiting_lists"),
    "new_homes": ("new_homes",),
    "ageing": ("age_structure",),
    "other_population_size": ("other_population_size",),
    "health_status": ("health_status",),
    "non_demographic_growth": ("non_demographic_growth",),
    "models_of_care": ("mitigation", "length_of_stay", "interaction"),
}
"""Causes of growth and the drivers of demand they are."""

CAUSES = ("today", "planned_capacity", *GROUPS, "outside_and_level", "local")
"""Every cause. `outside_and_level`: a hospital's people from outside, whatever moves them. `local`: how a
neighbourhood ages and moves beside its place; over neighbourhoods it is 0."""


_RESIDUE = 1e-12
"""Of all causes of a cell together: far above what sixteen digits lose, far below what anybody shows."""


def place_causes(
    drivers: FloatArray, names: list[str], coefficients: FloatArray, existing: FloatArray | None
) -> dict[str, FloatArray]:
    """Causes (…, year) of one facility from drivers (…, driver, year, service) × coefficients (service,).

    existing (year,): with it the causes add up to the gap, without it (None) to the requirement. Where it is
    what opens beyond the first year, which has 0, they add up to the requirement less that.
    """
    parts = drivers @ coefficients
    found = {
        cause: np.sum([parts[..., names.index(name), :] for name in group], axis=0)
        for cause, group in GROUPS.items()
    }
    baseline = parts[..., names.index("baseline"), :]
    return _with_capacity(np.broadcast_to(baseline[..., :1], baseline.shape), found, existing)


def provider_causes(
    required: FloatArray,
    drivers: FloatArray,
    names: list[str],
    coefficients: FloatArray,
    existing: FloatArray | None,
) -> dict[str, FloatArray]:
    """Causes of a hospital's requirement (…, year); drivers are those of the places' demand that it meets."""
    parts = drivers @ coefficients
    found = {
        cause: np.sum([parts[..., names.index(name), :] for name in group], axis=0)
        for cause, group in GROUPS.items()
    }
    today = np.broadcast_to(required[..., :1], required.shape)
    found["outside_and_level"] = required - today - np.sum(list(found.values()), axis=0)
    return _with_capacity(today, found, existing)


def neighbourhood_causes(
    place: dict[str, FloatArray],
    required: FloatArray,
    home_shares: FloatArray,
    existing: FloatArray | None,
) -> dict[str, FloatArray]:
    """Causes (year, neighbourhood) from the place's, those of its requirement (year,).

    required: (year, neighbourhood). home_shares: share of the place's new homes that stand in each. New homes
    lie where they are built, the rest where people were at first, and what is left is `local`.
    """
    today = np.broadcast_to(required[:1], required.shape)
    base = required[0] / required[0].sum()
    found = {cause: place[cause][:, None] * base for cause in GROUPS if cause != "new_homes"}
    found["new_homes"] = place["new_homes"][:, None] * home_shares
    found["local"] = required - today - np.sum(list(found.values()), axis=0)
    return _with_capacity(today, found, existing)


def _with_capacity(
    today: FloatArray, growth: dict[str, FloatArray], existing: FloatArray | None
) -> dict[str, FloatArray]:
    zero = np.zeros_like(today)
    have = zero if existing is None else np.broadcast_to(existing, today.shape)
    first = have[..., :1] if existing is None or existing.ndim == 1 else have[:1]
    found = {cause: growth.get(cause, zero) for cause in CAUSES}
    return _without_residue({**found, "today": today - first, "planned_capacity": first - have})


def _without_residue(causes: dict[str, FloatArray]) -> dict[str, FloatArray]:
    """Causes with what is left by the arithmetic alone as 0: nobody is to read an ageing of −3e-11 beds."""
    size = np.sum([np.abs(values) for values in causes.values()], axis=0)
    return {
        cause: np.where(np.abs(values) > _RESIDUE * size, values, 0.0) for cause, values in causes.items()
    }


def total(causes: dict[str, FloatArray]) -> FloatArray:
    """What the causes add up to: the gap, or the requirement where it is not known what exists."""
    return np.asarray(np.sum([causes[cause] for cause in CAUSES], axis=0))


def home_shares(homes: FloatArray, population_share: FloatArray) -> FloatArray:
    """(year, neighbourhood) share of homes built since the first year, (year, neighbourhood) a year each.

    Where none is built it is the share of people: nothing is laid on it.
    """
    built = np.cumsum(homes, axis=0)
    whole = built.sum(axis=-1, keepdims=True)
    even = np.broadcast_to(population_share, built.shape)
    return np.where(whole > 0, np.divide(built, whole, out=np.zeros_like(built), where=whole > 0), even)
