"""What each facility takes of a unit of service: the capacity formulae as coefficients.

Every formula is linear in activity, so a facility is a coefficient for each service it serves: facilities a
unit of service a year, by draw. The requirement is activity × coefficient, for a place, a provider, a driver
of demand or one site's residents alike, and parts add up because the whole is linear. Numbers come as values.

`value(name)` gives an assumption as (draw,): the same in all draws where it has no range.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence

import numpy as np
from numpy.typing import NDArray

from models.arrays import FloatArray
from models.estates.room_requirement import beds, room_minutes, rooms, theatres

Values = Callable[[str], FloatArray]
Coefficients = dict[str, FloatArray]

PERCENT = 100.0
A_THOUSAND = 1000.0
HOURS_A_YEAR = 8760.0
WINTER_MONTHS = 4
"""December to March, the last of a financial year."""


def _each(draws: FloatArray) -> FloatArray:
    """One unit of a service in every draw."""
    return np.ones_like(draws)


def _rooms(value: Values, minutes: FloatArray, hours: str, utilisation: str) -> FloatArray:
    return rooms(_each(minutes), minutes, value(hours), value(utilisation) / PERCENT)


def gp_consulting_rooms(value: Values) -> Coefficients:
    """Consulting rooms of an appointment: those in person that need no treatment room, with changeover."""
    gp = value("gp_share_of_appointments") / PERCENT
    contact = gp * value("gp_minutes") + (1 - gp) * value("other_professional_minutes")
    minutes = room_minutes(contact + value("gp_room_changeover"), value("gp_not_attended"), contact)
    in_person = value("gp_face_to_face") / PERCENT * (1 - value("gp_treatment_room_share"))
    return {"gp_appointments": in_person * _gp_rooms(value, minutes)}


def gp_treatment_rooms(value: Values) -> Coefficients:
    """Treatment rooms of an appointment: the share of those in person that needs one."""
    contact = value("gp_treatment_minutes")
    minutes = room_minutes(contact, value("gp_not_attended"), contact)
    share = value("gp_face_to_face") / PERCENT * value("gp_treatment_room_share")
    return {"gp_appointments": share * _gp_rooms(value, minutes)}


def _gp_rooms(value: Values, minutes: FloatArray) -> FloatArray:
    """Rooms of an appointment in person; extended hours add to the core ones."""
    hours = value("gp_room_hours") + value("gp_extended_hours")
    return rooms(_each(minutes), minutes, hours, value("gp_room_utilisation") / PERCENT)


def primary_care_gross_internal_area(value: Values) -> Coefficients:
    """Square metres of general practice premises of a registered patient.

    The floor of the clinical rooms in the norm follows their hours and utilisation as the rooms do; the rest
    follows patients. At the hours and utilisation at which the norm holds it is the norm.
    """
    patients = value("primary_care_area_patients")
    norm = value("primary_care_area") / patients
    of_rooms = value("primary_care_area_rooms") / A_THOUSAND * clinical_room_gross_area(value)
    hours = value("gp_room_hours") + value("gp_extended_hours")
    open_and_used = hours * value("gp_room_utilisation")
    at_norm = value("primary_care_area_hours") * value("primary_care_area_utilisation")
    return {"registered_patients": norm + of_rooms * (at_norm / open_and_used - 1)}


def clinical_room_gross_area(value: Values) -> FloatArray:
    """Square metres of a clinical room with its circulation, without waiting and offices."""
    return value("gp_clinical_room_area") * (1 + value("primary_care_circulation") / PERCENT)


def primary_care_net_internal_area(value: Values) -> Coefficients:
    """Net of circulation, which is a share of the net area."""
    gross = primary_care_gross_internal_area(value)["registered_patients"]
    return {"registered_patients": gross / (1 + value("primary_care_circulation") / PERCENT)}


def general_acute_beds(value: Values) -> Coefficients:
    """Beds of an overnight bed day, without maternity, newborns and critical care; the annual mean."""
    occupancy = value("occupancy_general_acute") / PERCENT
    bed = beds(_each(occupancy), occupancy)
    return {"emergency_bed_days": bed, "elective_bed_days": bed}


def general_acute_beds_winter_peak(value: Values) -> Coefficients:
    """Beds of an overnight bed day in the fullest month of a winter."""
    return {service: mean * value("winter_peak") for service, mean in general_acute_beds(value).items()}


def critical_care_beds(value: Values) -> Coefficients:
    """Adult critical care beds of an overnight bed day: the recorded share of occupied beds."""
    bed = beds(value("critical_care_share"), value("occupancy_critical_care") / PERCENT)
    return {"emergency_bed_days": bed, "elective_bed_days": bed}


def maternity_beds(value: Values) -> Coefficients:
    """Maternity beds of a birth."""
    return {"births": beds(value("maternity_bed_days"), value("occupancy_maternity") / PERCENT)}


def birth_rooms(value: Values) -> Coefficients:
    """Birth rooms of a birth: those that are not planned caesareans, normal or assisted."""
    assisted = value("birth_assisted_share")
    mean = (1 - assisted) * value("birth_minutes_normal") + assisted * value("birth_minutes_assisted")
    hours = np.full_like(mean, HOURS_A_YEAR)
    room = rooms(_each(mean), mean, hours, value("birth_room_utilisation") / PERCENT)
    return {"births": value("birth_room_share") * room}


def obstetric_theatres(value: Values) -> Coefficients:
    """Obstetric theatres of a birth."""
    minutes = value("caesarean_share") * value("caesarean_minutes")
    return {"births": _rooms(value, minutes, "obstetric_theatre_hours", "obstetric_theatre_utilisation")}


def operating_theatres(value: Values) -> Coefficients:
    """Theatres of an admission: the share that uses one × its minutes."""
    kinds = {
        "day_cases": "day_case",
        "elective_admissions": "elective",
        "emergency_admissions": "non_elective",
    }
    shares = {"day_case": "day_cases", "elective": "elective", "non_elective": "emergency"}
    return {
        service: theatres(
            value(f"theatre_share_{shares[kind]}")[:, None],
            value(f"theatre_minutes_{kind}")[:, None],
            value("theatre_hours"),
            value("theatre_utilisation") / PERCENT,
        )
        for service, kind in kinds.items()
    }


def day_case_recovery_spaces(value: Values) -> Coefficients:
    """Recovery spaces of a day case, which takes no overnight bed."""
    minutes = value("day_case_recovery_minutes")
    return {"day_cases": _rooms(value, minutes, "theatre_hours", "day_case_recovery_utilisation")}


def same_day_emergency_care_spaces(value: Values) -> Coefficients:
    """Same-day emergency care spaces of an emergency admission, for those that go home the same day."""
    minutes = value("same_day_share") * value("same_day_minutes")
    return {"emergency_admissions": _rooms(value, minutes, "same_day_hours", "same_day_utilisation")}


def ae_majors_spaces(value: Values) -> Coefficients:
    """Majors spaces of an A&E attendance."""
    return {"ae_attendances": _ae(value, value("ae_majors_share"), value("ae_minutes_majors"))}


def ae_minors_spaces(value: Values) -> Coefficients:
    """Minors spaces of an A&E attendance."""
    return {"ae_attendances": _ae(value, 1 - value("ae_majors_share"), value("ae_minutes_minors"))}


def _ae(value: Values, share: FloatArray, minutes: FloatArray) -> FloatArray:
    return rooms(share, minutes, np.full_like(minutes, HOURS_A_YEAR), value("ae_utilisation") / PERCENT)


def outpatient_rooms(value: Values) -> Coefficients:
    """Outpatient rooms of an attendance: first, follow-up and procedures in person, with missed ones."""
    missed = {"first": "first", "follow_up": "follow_up", "procedure": "follow_up"}
    minutes = sum(
        (
            value(f"outpatient_share_{kind}")
            * room_minutes(
                value(f"outpatient_minutes_{kind}"),
                value(f"outpatient_not_attended_{of}"),
                value(f"outpatient_minutes_{kind}"),
            )
            for kind, of in missed.items()
        ),
        start=np.zeros_like(value("outpatient_face_to_face")),
    )
    in_person = value("outpatient_face_to_face") * minutes
    return {
        "outpatient_attendances": _rooms(
            value, in_person, "outpatient_room_hours", "outpatient_room_utilisation"
        )
    }


def outpatient_virtual_rooms(value: Values) -> Coefficients:
    """Rooms from which attendances by telephone or video are held."""
    minutes = (1 - value("outpatient_face_to_face")) * value("outpatient_virtual_minutes")
    return {
        "outpatient_attendances": _rooms(
            value, minutes, "outpatient_virtual_hours", "outpatient_room_utilisation"
        )
    }


def endoscopy_rooms(value: Values) -> Coefficients:
    """Endoscopy rooms of a day case: the share that is an endoscopy."""
    minutes = value("endoscopy_share") * value("endoscopy_minutes")
    return {"day_cases": _rooms(value, minutes, "endoscopy_hours", "endoscopy_utilisation")}


def imaging_rooms(value: Values) -> Coefficients:
    """Imaging rooms, of any modality, of an outpatient, an A&E attendance and an emergency admission."""
    services = {
        "outpatient_attendances": "imaging_of_outpatient",
        "ae_attendances": "imaging_of_ae",
        "emergency_admissions": "imaging_of_admission",
    }
    return {
        service: _rooms(
            value, value(tests) * value("imaging_minutes"), "imaging_hours", "imaging_utilisation"
        )
        for service, tests in services.items()
    }


def mental_health_beds(value: Values) -> Coefficients:
    """Mental health beds of a person in contact with mental health services in the year."""
    days = value("mental_health_bed_days")
    return {
        "mental_health_people_in_contact": beds(days, value("occupancy_mental_health") / PERCENT),
    }


def community_clinic_rooms(value: Values) -> Coefficients:
    """Clinic rooms of a community contact: the share that is held in one."""
    minutes = value("community_clinic_share") * value("community_clinic_minutes")
    return {
        "community_contacts": _rooms(value, minutes, "community_clinic_hours", "community_clinic_utilisation")
    }


def dental_surgeries(value: Values) -> Coefficients:
    """Dental surgeries of a course of treatment."""
    minutes = value("dental_visits_of_course") * value("dental_minutes")
    return {"dental_visits": _rooms(value, minutes, "dental_hours", "dental_utilisation")}


def care_home_places(value: Values) -> Coefficients:
    """Care-home places of a place occupied on a day."""
    return {"care_home_places": PERCENT / value("occupancy_care_home")}


FACILITIES: Mapping[str, Callable[[Values], Coefficients]] = {
    "ae_majors_spaces": ae_majors_spaces,
    "ae_minors_spaces": ae_minors_spaces,
    "birth_rooms": birth_rooms,
    "care_home_places": care_home_places,
    "community_clinic_rooms": community_clinic_rooms,
    "critical_care_beds": critical_care_beds,
    "day_case_recovery_spaces": day_case_recovery_spaces,
    "dental_surgeries": dental_surgeries,
    "endoscopy_rooms": endoscopy_rooms,
    "general_acute_beds": general_acute_beds,
    "general_acute_beds_winter_peak": general_acute_beds_winter_peak,
    "gp_consulting_rooms": gp_consulting_rooms,
    "gp_treatment_rooms": gp_treatment_rooms,
    "imaging_rooms": imaging_rooms,
    "maternity_beds": maternity_beds,
    "mental_health_beds": mental_health_beds,
    "obstetric_theatres": obstetric_theatres,
    "outpatient_rooms": outpatient_rooms,
    "outpatient_virtual_rooms": outpatient_virtual_rooms,
    "primary_care_gross_internal_area": primary_care_gross_internal_area,
    "primary_care_net_internal_area": primary_care_net_internal_area,
    "same_day_emergency_care_spaces": same_day_emergency_care_spaces,
    "theatres": operating_theatres,
}
"""Every facility by name: what it takes of a unit of each service it serves."""


def required(activity: FloatArray, coefficients: FloatArray) -> FloatArray:
    """Facilities (draw, …, facility) that activity (draw, …, service) takes: (draw, service, facility)."""
    draws = activity.shape[0]
    flat = activity.reshape(draws, -1, activity.shape[-1])
    return (flat @ coefficients).reshape(*activity.shape[:-1], coefficients.shape[-1])


def winter_peak(occupied: FloatArray) -> float:
    """The fullest winter month's occupied beds over the year's mean: the mean over the years.

    occupied: (provider, year, month from April), NaN where not recorded. Years of which a month is missing
    are left out. Raises ValueError where none is whole.
    """
    together = occupied.sum(axis=0)
    whole = together[np.isfinite(together).all(axis=-1)]
    if not len(whole):
        raise ValueError("no financial year has occupied beds of every provider in all twelve months")
    return float((whole[:, -WINTER_MONTHS:].max(axis=-1) / whole.mean(axis=-1)).mean())


def critical_care_share(critical_care: FloatArray, general_acute: FloatArray) -> float:
    """Critical care over general and acute beds, both as occupied (provider, month) and NaN where not.

    Of months in which both are recorded; NaN where there is none.
    """
    both = np.isfinite(critical_care) & np.isfinite(general_acute)
    beds_occupied = float(general_acute[both].sum())
    return float(critical_care[both].sum()) / beds_occupied if beds_occupied > 0 else float("nan")


def stay_factor(change_a_year: float, years: NDArray[np.int64], base_year: int, last_year: int) -> FloatArray:
    """Length of stay (year,) over the base year's where it changes by so many % a year until `last_year`."""
    steps = np.minimum(years, last_year) - base_year
    return np.asarray((1 + change_a_year / PERCENT) ** steps)


def beds_at_stays(
    bed_days: FloatArray,
    coefficients: FloatArray,
    changes_a_year: Sequence[float],
    years: NDArray[np.int64],
    last_year: int,
) -> FloatArray:
    """Beds (scenario, year) that bed days (scenario, year, kind) take where the stays of each kind change.

    coefficients: beds of a bed day (kind,); changes_a_year: % a year of each kind, from the first of the
    years until `last_year`.
    """
    factors = [stay_factor(change, years, int(years[0]), last_year) for change in changes_a_year]
    return np.asarray((bed_days * np.stack(factors, axis=-1)) @ coefficients)
