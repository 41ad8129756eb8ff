"""What residents need in a financial year: people by age and sex × rates, grown, calibrated and uncertain.

One place and one scenario at a time, all draws at once. Which provider serves them is `provider_flows`.
"""

from __future__ import annotations

import numpy as np

from models.arrays import FloatArray

FROM_THIS_MID_YEAR = 0.75
"""Weight of a financial year's own mid-year in the average of its people; the next has the rest.

A financial year's middle is 1 October, a quarter of the way from one 30 June to the next.
"""


def financial_year_average(at_mid_year: FloatArray, axis: int) -> FloatArray:
    """Average over financial years of what stands at mid-years: one entry fewer along `axis`."""
    values = np.moveaxis(at_mid_year, axis, 0)
    average = FROM_THIS_MID_YEAR * values[:-1] + (1 - FROM_THIS_MID_YEAR) * values[1:]
    return np.moveaxis(average, 0, axis)


def financial_year_births(births: FloatArray, axis: int) -> FloatArray:
    """Births of financial years from births between mid-years: one entry fewer along `axis`.

    Entry y of `births` are those from mid-year y − 1 to mid-year y: April to June of financial year y are
    their last quarter, July to March three quarters of entry y + 1.
    """
    values = np.moveaxis(births, axis, 0)
    in_year = (1 - FROM_THIS_MID_YEAR) * values[:-1] + FROM_THIS_MID_YEAR * values[1:]
    return np.moveaxis(in_year, 0, axis)


def expected_activity(population: FloatArray, rates: FloatArray) -> FloatArray:
    """Activity (draw, year, service): people at mid-years (draw, year + 1, 2, 91) × rates (service, 2, 91).

    The product is taken before the average over the year: the same by linearity, and far less to hold.
    """
    draws, mid_years = population.shape[:2]
    cells = population.reshape(draws * mid_years, -1)
    at_mid_year = cells @ rates.reshape(rates.shape[0], -1).T
    return financial_year_average(at_mid_year.reshape(draws, mid_years, -1), axis=1)


def expected_by_sex(population: FloatArray, rates: FloatArray) -> FloatArray:
    """Activity (draw, year, sex, kind, service): people (draw, year + 1, sex, age) × rates (kind, service,
    sex, age). Ages beyond those with a rate are left out, and people are averaged first: rates are many."""
    at_work = np.flatnonzero(rates.any(axis=(0, 1, 2)))
    ages = slice(at_work[0], at_work[-1] + 1) if len(at_work) else slice(0, 0)
    people = financial_year_average(population[..., ages], axis=1)
    kinds, services, sexes = rates.shape[:3]
    made = np.empty((*people.shape[:3], kinds * services))
    for sex in range(sexes):
        of_sex = rates[:, :, sex, ages].reshape(kinds * services, people.shape[-1])
        np.matmul(people[:, :, sex], of_sex.T, out=made[:, :, sex])
    return made.reshape(*people.shape[:3], kinds, services)


def unmitigated_demand(
    expected: FloatArray, calibration: FloatArray, growth: FloatArray, length_of_stay: FloatArray
) -> FloatArray:
    """Demand (…, year, service) before mitigation: `expected`, health status in it, × `calibration` (service
    or year, service) × non-demographic `growth` × `length_of_stay`, the others (…, year, service)."""
    return expected * calibration * growth * length_of_stay


def resident_demand(
    expected: FloatArray,
    calibration: FloatArray,
    growth: FloatArray,
    mitigation: FloatArray,
    length_of_stay: FloatArray,
    activity_factor: FloatArray,
) -> FloatArray:
    """Demand (draw, year, service): the factors in a chain, so that each one's effect can be told apart.

    Unmitigated demand × `mitigation` (draw or 1, year, service) × `activity_factor` (draw, year, service),
    which is 1 in the principal run.
    """
    return unmitigated_demand(expected, calibration, growth, length_of_stay) * mitigation * activity_factor
