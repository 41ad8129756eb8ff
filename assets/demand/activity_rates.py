"""Activity rates by place: the published rates of each service carried to single years of age and sex."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import dagster as dg
import numpy as np
import pandas as pd

from assets.inputs.assumptions import Assumptions
from assets.inputs.system_totals import council_codes
from assets.population.population_figures import grid
from assets.tables.declarations.named_values import NEIGHBOURHOOD_BANDS
from models.arrays import FloatArray
from models.demand import hospital_rates, national_rates
from models.demand.age_curves import AGES, even_single_years, stepped
from models.demand.level_explained import at_shape
from models.demand.need_index import by_need
from models.demography.graduation import band_of_age

ENGLAND = "E92000001"
SEXES = ("female", "male")
_BAND_OF_AGE = band_of_age(list(NEIGHBOURHOOD_BANDS), AGES)
BASE_OF_AE_SHARES = 2014
BASE_OF_NATIONAL_TOTALS = 2021


@dg.asset(group_name="demand", kinds={"numpy"})
def activity_rates(
    services: pd.DataFrame,
    places: pd.DataFrame,
    hospital_activity_rates_adults: pd.DataFrame,
    hospital_activity_rates_children: pd.DataFrame,
    outpatient_attendance_rates: pd.DataFrame,
    ae_attendances_by_age: pd.DataFrame,
    prevalence_by_age: pd.DataFrame,
    assumed_activity_rates: pd.DataFrame,
    england_population: pd.DataFrame,
    need_indices: pd.DataFrame,
    assumptions: pd.DataFrame,
) -> pd.DataFrame:
    """Activity a person-year by place, service, sex and single year of age, before calibration.

    Services that are switched off have their rates here too, for whoever switches them on.
    """
    known = Assumptions(assumptions)
    councils = sorted(council_codes(places))
    assumed = _assumed(assumed_activity_rates)
    national = assumed | _national_curves(
        known, outpatient_attendance_rates, prevalence_by_age, england_population, assumed
    )
    children = _children(known, hospital_activity_rates_children)
    england = _adults(known, hospital_activity_rates_adults, ENGLAND)
    people_2014 = _england(england_population, BASE_OF_AE_SHARES)
    frames: list[pd.DataFrame] = []
    for place in councils:
        local = _adults(known, hospital_activity_rates_adults, place)
        curves = dict(national)
        curves |= _hospital(known, ae_attendances_by_age, people_2014, local, england, children)
        curves["children_emergency_admissions"] = np.stack([children.emergency_admissions] * len(SEXES))
        curves["ae_ambulance_arrivals"] = local["ambulance_arrivals"]
        curves["ae_walk_in_arrivals"] = local["walk_in_arrivals"]
        for service in services.loc[services["people"] == "births", "service"]:
            curves.setdefault(service, np.zeros((len(SEXES), AGES)))
        curves |= _by_need(curves, services, need_indices[need_indices["place"] == place])
        frames.extend(_rows(place, service, curves) for service in sorted(services["service"]))
    return pd.concat(frames, ignore_index=True)


def _hospital(
    known: Assumptions,
    ae_attendances_by_age: pd.DataFrame,
    people_2014: FloatArray,
    local: Mapping[str, FloatArray],
    england: Mapping[str, FloatArray],
    children: hospital_rates.ChildrenRates,
) -> dict[str, FloatArray]:
    """A&E attendances, admissions and bed days (2, 91) where adults use hospitals as in `local`."""
    attendances = national_rates.ae_rates(
        ae_attendances_by_age["age_from"].to_numpy(),
        ae_attendances_by_age["age_to"].to_numpy(),
        ae_attendances_by_age["attendances"].to_numpy(),
        people_2014,
        hospital_rates.arrivals(england),
        hospital_rates.arrivals(local),
        known.value("demand.infant_ae_attendances"),
    )
    return {"ae_attendances": attendances} | hospital_rates.admission_rates(local, england, children)


def england_hospital_rates(
    known: Assumptions,
    adults: pd.DataFrame,
    children: pd.DataFrame,
    ae_attendances_by_age: pd.DataFrame,
    england_population: pd.DataFrame,
) -> dict[str, FloatArray]:
    """England's A&E attendances, admissions and bed days a person (2, 91), as a place's are made."""
    england = _adults(known, adults, ENGLAND)
    people = _england(england_population, BASE_OF_AE_SHARES)
    return _hospital(known, ae_attendances_by_age, people, england, england, _children(known, children))


def england_people(england_population: pd.DataFrame) -> FloatArray:
    """England's people (2, 91) of the year that national totals are spread over."""
    return _england(england_population, BASE_OF_NATIONAL_TOTALS)


def _by_need(
    curves: Mapping[str, FloatArray], services: pd.DataFrame, needs: pd.DataFrame
) -> dict[str, FloatArray]:
    """England's rates of a place's services that go by a need index, times that index."""
    index = needs.set_index("need")["need_index"]
    carried = services[services["need"].isin(index.index) & services["service"].isin(curves)]
    return {
        str(service): by_need(curves[str(service)], float(index[need]))
        for service, need in zip(carried["service"], carried["need"], strict=True)
    }


_HERE = (
    "births",
    "registered_patients",
    "outpatient_attendances",
    "gp_appointments",
    "mental_health_people_in_contact",
    "adult_social_care_long_term_clients",
    "dental_visits",
    "social_care_requests",
    "talking_therapies_referrals",
    "optometry_visits",
    "community_contacts",
    "ae_attendances",
    "ae_ambulance_arrivals",
    "ae_walk_in_arrivals",
    "emergency_admissions",
    "elective_admissions",
    "day_cases",
    "emergency_bed_days",
    "elective_bed_days",
    "children_emergency_admissions",
)
"""Services whose curve is made of published figures by rules of their own."""


def rated_services(
    services: pd.DataFrame, assumed_activity_rates: pd.DataFrame, prevalence_by_age: pd.DataFrame
) -> set[str]:
    """Services that have a rate: by a rule of their own, a row of a file, or a birth."""
    of_births = services.loc[services["people"] == "births", "service"]
    files = (assumed_activity_rates["service"], prevalence_by_age["service"], of_births)
    return {*_HERE, *(str(service) for names in files for service in names)}


def _rows(place: str, service: str, curves: dict[str, FloatArray]) -> pd.DataFrame:
    if service not in curves:
        raise KeyError(f"no activity rate is known for the service {service} of services.csv")
    return pd.DataFrame(
        {
            "place": place,
            "service": service,
            "sex": np.repeat(SEXES, AGES),
            "age": np.tile(np.arange(AGES), len(SEXES)),
            "rate": curves[service].reshape(-1),
        }
    )


def _by_sex(frame: pd.DataFrame, columns: list[str], first: int, per: float) -> FloatArray:
    return stepped(
        frame["age_from"].to_numpy(), frame["age_to"].to_numpy(), frame[columns].to_numpy().T, first, per=per
    )


def _adults(known: Assumptions, rates: pd.DataFrame, area: str) -> dict[str, FloatArray]:
    of_area = rates[rates["area"] == area]
    if of_area.empty:
        raise KeyError(f"hospital_activity_rates_adults.csv has no rates for {area}")
    first = int(known.value("demand.first_adult_age"))
    return {
        str(activity): _by_sex(rows, ["female_per_1000", "male_per_1000"], first, 1000)
        for activity, rows in of_area.groupby("activity")
    }


def _children(known: Assumptions, rates: pd.DataFrame) -> hospital_rates.ChildrenRates:
    last = int(rates["age_to"].max())
    curves = stepped(
        rates["age_from"].to_numpy(),
        rates["age_to"].to_numpy(),
        rates[
            [
                "emergency_admissions_per_1000",
                "all_admissions_per_1000",
                "day_cases_per_1000",
                "bed_days_per_1000",
            ]
        ]
        .to_numpy()
        .T,
        last=last,
        per=1000,
    )
    emergency, all_admissions, day_cases, bed_days = curves
    return hospital_rates.children_rates(
        emergency,
        all_admissions,
        day_cases,
        bed_days,
        known.value("demand.infant_emergency_admissions"),
        int(known.value("demand.first_adult_age")),
    )


def _england(population: pd.DataFrame, year: int) -> FloatArray:
    of_year = population[population["year"] == year]
    return np.stack(
        [
            even_single_years(
                rows["age_from"].to_numpy(), rows["age_to"].to_numpy(), rows["population"].to_numpy()
            )
            for rows in (of_year[of_year["sex"] == sex] for sex in SEXES)
        ]
    )


def _assumed(rates: pd.DataFrame) -> dict[str, FloatArray]:
    """Shapes and assumed rates as given: the sexes share a curve, other ages have none."""
    curves = {}
    for service, rows in rates.groupby("service"):
        ages = rows["age_from"].to_numpy(), rows["age_to"].to_numpy()
        try:
            curve = stepped(
                *ages, rows["per_1000"].to_numpy(), int(ages[0].min()), int(ages[1].max()), per=1000
            )
        except ValueError as error:
            raise ValueError(f"assumed_activity_rates.csv, {service}: {error}") from None
        curves[str(service)] = np.stack([curve] * len(SEXES))
    return curves


def _known_shares(prevalence: pd.DataFrame, service: str) -> FloatArray:
    of_service = prevalence[prevalence["service"] == service]
    return np.stack(
        [
            stepped(
                rows["age_from"].to_numpy(),
                rows["age_to"].to_numpy(),
                rows["percent"].to_numpy(),
                first=int(rows["age_from"].min()),
                per=100,
            )
            for rows in (of_service[of_service["sex"] == sex] for sex in SEXES)
        ]
    )


def _national_curves(
    known: Assumptions,
    outpatients: pd.DataFrame,
    prevalence: pd.DataFrame,
    england_population: pd.DataFrame,
    assumed: dict[str, FloatArray],
) -> dict[str, FloatArray]:
    people = england_people(england_population)
    value = known.value
    older_from = int(value("demand.adult_social_care_older_from_age"))
    growth = value("demand.england_population_growth_since_2021")
    therapies_of_older = value("demand.talking_therapies_65_and_over") / 100
    return {
        "births": np.zeros((len(SEXES), AGES)),
        "registered_patients": np.ones((len(SEXES), AGES)),
        "outpatient_attendances": _by_sex(outpatients, ["female_per_1000", "male_per_1000"], 0, 1000),
        "gp_appointments": national_rates.gp_appointment_rates(
            people,
            value("demand.gp_appointments_per_patient"),
            value("demand.gp_consultations_at_85_89"),
            value("demand.gp_consultations_per_person"),
            int(value("demand.gp_curve_rise_from_age")),
            int(value("demand.gp_curve_rise_to_age")),
        ),
        "dementia": _known_shares(prevalence, "dementia"),
        "mental_health_people_in_contact": national_rates.share_of_people(
            _known_shares(prevalence, "mental_health_people_in_contact"),
            people,
            value("demand.mental_health_share_all_ages"),
        ),
        "adult_social_care_long_term_clients": national_rates.rates_of_two_groups(
            people,
            value("demand.adult_social_care_clients_18_64"),
            value("demand.adult_social_care_clients_65_and_over"),
            int(value("demand.first_adult_age")),
            older_from,
            growth,
        ),
        "dental_visits": national_rates.rates_of_two_groups(
            people,
            value("demand.dental_courses_children"),
            value("demand.dental_courses_adults"),
            0,
            int(value("demand.first_adult_age")),
            growth,
        ),
        "social_care_requests": national_rates.rates_of_two_groups(
            people,
            value("demand.social_care_requests_18_64"),
            value("demand.social_care_requests_65_and_over"),
            int(value("demand.first_adult_age")),
            older_from,
            growth,
        ),
        "talking_therapies_referrals": national_rates.rates_of_two_groups(
            people,
            value("demand.talking_therapies_referrals_england") * (1 - therapies_of_older),
            value("demand.talking_therapies_referrals_england") * therapies_of_older,
            int(value("demand.first_adult_age")),
            older_from,
            growth,
        ),
        # Of 2013/14, on the people of that year.
        "optometry_visits": national_rates.rates_of_two_groups(
            _england(england_population, BASE_OF_AE_SHARES),
            value("demand.sight_tests_under_60"),
            value("demand.sight_tests_60_and_over"),
            0,
            int(value("demand.sight_tests_older_from_age")),
            1.0,
        ),
        "falls_admissions": at_shape(
            assumed["falls_admissions"],
            people,
            value("demand.falls_admissions_65_and_over") / 1000 * float(people[:, older_from:].sum()),
            older_from,
        ),
        "care_home_places": national_rates.care_home_rates(
            people,
            assumed["care_home_places"],
            value("demand.care_home_residents_england"),
            value("demand.care_home_residents_65_and_over"),
            value("demand.care_home_residents_85_and_over"),
            int(value("demand.care_home_older_from_age")),
            int(value("demand.care_home_oldest_from_age")),
            growth,
        ),
        "community_contacts": national_rates.community_contact_rates(
            people,
            value("demand.community_contacts_england"),
            value("demand.community_contacts_older_relative"),
            older_from,
            growth,
        ),
    }


def band_rates(place: str, rates: pd.DataFrame, services: Sequence[str]) -> dict[str, FloatArray]:
    """Rates (bands,) of a place by service in the age bands of neighbourhoods: means over ages and sexes.

    rates: `activity_rates`. ValueError where a service has none.
    """
    axes = {"service": list(services), "sex": SEXES, "age": range(AGES)}
    by_age = grid(rates[rates["place"] == place], "rate", **axes).mean(axis=1)
    return {
        service: np.bincount(_BAND_OF_AGE, values) / np.bincount(_BAND_OF_AGE)
        for service, values in zip(services, by_age, strict=True)
    }
