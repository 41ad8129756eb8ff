"""Rates of services for which only England's figures are published, by single year of age and sex.

What is assumed beyond the figure (a shape, one rate for many ages) is said here and graded C in the data.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike

from models.arrays import FloatArray
from models.demand.age_curves import AGES, rest_at_one_rate, rising_curve, scaled_to_total, spread_band_totals
from models.demand.hospital_rates import relative_use


def ae_rates(
    age_from: ArrayLike,
    age_to: ArrayLike,
    attendances: ArrayLike,
    england_population: FloatArray,
    england_arrivals: FloatArray,
    local_arrivals: FloatArray,
    infant_rate: float,
) -> FloatArray:
    """A&E attendances a person-year (2, 91) of a place.

    Attendances by age band of a sample of England give the curve; within a band adults keep the shape of
    England's arrivals at major departments (2, 91, 0 for children), children are level. The level is set
    by infants' attendances. A place's adults stand to England's as their arrivals do, so that a place
    whose middle-aged attend more keeps that. All (2, 91).
    """
    shape = np.where(england_arrivals > 0, england_arrivals, 1.0)
    curve = spread_band_totals(age_from, age_to, attendances, england_population, shape)
    infants = float((curve[:, 0] * england_population[:, 0]).sum() / england_population[:, 0].sum())
    return curve * (infant_rate / infants) * relative_use(local_arrivals, england_arrivals)


def gp_appointment_rates(
    england_population: FloatArray,
    appointments_per_patient: float,
    consultations_at_oldest: float,
    consultations_per_person: float,
    rise_from: int,
    rise_to: int,
) -> FloatArray:
    """GP appointments a registered patient (2, 91): two published points and a straight line between.

    The oldest stand to the average as consultations at 85 to 89 do to consultations of all ages; the average
    over England's people is `appointments_per_patient`. The sexes share the curve.
    """
    oldest = appointments_per_patient * consultations_at_oldest / consultations_per_person
    people = england_population.sum(axis=0)
    curve = rising_curve(people, appointments_per_patient, oldest, rise_from, rise_to)
    return np.broadcast_to(curve, (2, AGES)).copy()


def share_of_people(
    known_shares: FloatArray, england_population: FloatArray, all_ages_percent: float
) -> FloatArray:
    """Shares (2, 91) known at some ages, and elsewhere the one share that makes England's what it is."""
    return rest_at_one_rate(england_population, all_ages_percent / 100, known_shares)


def rates_of_two_groups(
    england_population: FloatArray,
    younger: float,
    older: float,
    younger_from: int,
    older_from: int,
    population_growth: float,
    shape: FloatArray | None = None,
) -> FloatArray:
    """A rate a person (2, 91) that gives England's two totals: of ages younger_from…older_from-1 and beyond.

    Within a group all ages have one rate, or stand to each other as in `shape` (2, 91).
    `population_growth` brings England's people to the year of the totals.
    """
    ages = np.broadcast_to(np.arange(AGES), (2, AGES))
    people = england_population * population_growth
    within = np.ones((2, AGES)) if shape is None else shape
    of_younger = np.where((ages >= younger_from) & (ages < older_from), within, 0.0)
    of_older = np.where(ages >= older_from, within, 0.0)
    return scaled_to_total(of_younger, people, younger) + scaled_to_total(of_older, people, older)


def care_home_rates(
    england_population: FloatArray,
    shape: FloatArray,
    residents: float,
    older_percent: float,
    oldest_percent: float,
    older_from: int,
    oldest_from: int,
    population_growth: float,
) -> FloatArray:
    """Care home places a person occupies on a day (2, 91), at `older_from` and above; none below.

    `older_percent` of England's residents are of those ages and `oldest_percent` of these at `oldest_from`
    and above; on either side ages stand to each other as in `shape` (2, 91).
    """
    older = residents * older_percent / 100
    oldest = older * oldest_percent / 100
    return rates_of_two_groups(
        england_population, older - oldest, oldest, older_from, oldest_from, population_growth, shape
    )


def community_contact_rates(
    england_population: FloatArray,
    contacts: float,
    older_relative: float,
    older_from: int,
    population_growth: float,
) -> FloatArray:
    """Contacts with community services a person (2, 91): older people's rate a multiple of the others'."""
    ages = np.broadcast_to(np.arange(AGES), (2, AGES))
    shape = np.where(ages >= older_from, older_relative, 1.0)
    return scaled_to_total(shape, england_population * population_growth, contacts)
