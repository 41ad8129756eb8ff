"""Need for a service over and above what age explains, from populations weighted for need.

A weighted population holds both the ages of people and how far they need more than others of their age. The
age profile of a service is fitted over practices with what else moves need held beside it, so that ages that
live in poor places are not taken for costly ones; the index is what is left once the profile is divided out.
"""

from __future__ import annotations

import numpy as np

from models.arrays import FloatArray, IntArray


def age_profile(
    weighted_per_person: FloatArray, age_shares: FloatArray, controls: FloatArray, people: FloatArray
) -> tuple[FloatArray, FloatArray]:
    """Relative need by age band, and the effect of each control, by least squares weighted by people.

    weighted_per_person: (practices,). age_shares: (practices, bands), each row adds up to 1. controls:
    (practices, controls), 0 where a practice is as England; they may move need either way, ages only upwards.
    """
    from scipy.optimize import nnls

    root = np.sqrt(people)[:, None]
    design = np.concatenate([age_shares, controls, -controls], axis=1) * root
    found, _ = nnls(design, weighted_per_person * root[:, 0])
    bands, count = age_shares.shape[1], controls.shape[1]
    return found[:bands], found[bands : bands + count] - found[bands + count :]


def need_index(weighted: FloatArray, age_weighted: FloatArray, area: IntArray, areas: int) -> FloatArray:
    """Weighted population of each area over its population weighted by age alone, all areas together 1.

    weighted, age_weighted: (practices,). area: (practices,), position of each practice's area. Raises
    ValueError where an area has nobody.
    """
    need = np.bincount(area, weights=weighted, minlength=areas)
    by_age = np.bincount(area, weights=age_weighted, minlength=areas)
    if not (by_age > 0).all():
        raise ValueError(f"area {int(np.argmin(by_age))} has no population weighted by age")
    return (need / by_age) / (need.sum() / by_age.sum())


def cost_factor(final: FloatArray, services: FloatArray, people: FloatArray) -> FloatArray:
    """What a final weighted population has beyond a fixed mix of its services: costs of the place, mean 1.

    final: (practices,). services: (practices, services), weighted populations before costs. people:
    (practices,).
    """
    from scipy.optimize import nnls

    root = 1 / np.sqrt(people)
    mix, _ = nnls(services * root[:, None], final * root)
    factor = final / (services @ mix)
    return factor / np.average(factor, weights=people)


def by_need(rates: FloatArray, index: float) -> FloatArray:
    """England's rates (…) at a place's need beside its age, England 1."""
    return rates * index


def at_rate(part: FloatArray | float, total: float, whole: float) -> FloatArray:
    """A total of England at a part of it: total × part ÷ whole; ValueError where there is no whole."""
    if whole <= 0:
        raise ValueError(f"a whole of {whole:,.0f} has no parts")
    return np.asarray(total * np.asarray(part) / whole)
