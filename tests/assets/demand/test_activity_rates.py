"""Rates made of national figures: England's people at a place's rates give the published totals.

Times the need index of the place, for services that go by one.
"""

from __future__ import annotations

import numpy as np
import pytest

from assets.demand.activity_rates import BASE_OF_AE_SHARES, BASE_OF_NATIONAL_TOTALS, _england
from assets.inputs.assumptions import Assumptions
from tests.assets.services_run import services

PLACES = ("E06000032", "E06000056")


def known(name: str) -> float:
    return Assumptions(services()["assumptions"]).value(f"demand.{name}")


def rates(place: str, service: str) -> np.ndarray:
    """(2, 91) women's rates above men's."""
    frame = services()["activity_rates"]
    rows = frame[(frame["place"] == place) & (frame["service"] == service)]
    wide = rows.pivot_table(index="sex", columns="age", values="rate")
    return wide.loc[["female", "male"]].to_numpy()


def need(place: str, service: str) -> float:
    """The index of a place's need that England's rates of a service are multiplied by."""
    by = services()["services"].set_index("service")["need"][service]
    if by == "none":
        return 1.0
    index = services()["need_indices"].set_index(["place", "need"])["need_index"]
    return float(index[place, by])


def england() -> np.ndarray:
    frame = services()["england_population"]
    rows = frame[frame["year"] == BASE_OF_NATIONAL_TOTALS]
    return np.stack([rows.loc[rows["sex"] == sex, "population"].to_numpy() for sex in ("female", "male")])


OF_CARE_HOMES = ("care_home_residents_england", "care_home_residents_65_and_over")


@pytest.mark.parametrize("place", PLACES)
@pytest.mark.parametrize(
    ("service", "ages", "names"),
    [
        ("community_contacts", slice(None), ("community_contacts_england",)),
        ("dental_visits", slice(0, 18), ("dental_courses_children",)),
        ("dental_visits", slice(18, None), ("dental_courses_adults",)),
        ("adult_social_care_long_term_clients", slice(18, 65), ("adult_social_care_clients_18_64",)),
        ("adult_social_care_long_term_clients", slice(65, None), ("adult_social_care_clients_65_and_over",)),
        ("social_care_requests", slice(18, 65), ("social_care_requests_18_64",)),
        ("social_care_requests", slice(65, None), ("social_care_requests_65_and_over",)),
        ("talking_therapies_referrals", slice(None), ("talking_therapies_referrals_england",)),
        (
            "talking_therapies_referrals",
            slice(65, None),
            ("talking_therapies_referrals_england", "talking_therapies_65_and_over"),
        ),
        ("care_home_places", slice(65, None), OF_CARE_HOMES),
        ("care_home_places", slice(85, None), (*OF_CARE_HOMES, "care_home_residents_85_and_over")),
    ],
)
def test_a_published_total_is_what_england_s_people_of_those_ages_use(
    place: str, service: str, ages: slice, names: tuple[str, ...]
) -> None:
    total = known(names[0]) * np.prod([known(name) / 100 for name in names[1:]])
    people = england() * known("england_population_growth_since_2021")
    used = (rates(place, service) * people)[:, ages].sum()
    assert used == pytest.approx(total * need(place, service))


def test_sight_tests_are_england_s_of_2013_14_on_the_people_of_then() -> None:
    people = _england(services()["england_population"], BASE_OF_AE_SHARES)
    used = rates("E06000032", "optometry_visits") * people
    assert used[:, :60].sum() == pytest.approx(7_224_583)
    assert used[:, 60:].sum() == pytest.approx(5_562_847)


def test_falls_have_england_s_published_rate_from_65_and_rise_with_age() -> None:
    found = rates("E06000032", "falls_admissions")
    assert (found * england())[:, 65:].sum() / england()[:, 65:].sum() == pytest.approx(0.01933)
    assert (found[:, :65] == 0).all()
    assert found[0, 66] < found[0, 80] < found[0, 88]


def test_frailty_has_the_review_s_shares_by_age_at_the_place_s_need() -> None:
    found = rates("E06000032", "frailty")[0] / need("E06000032", "frailty")
    assert found[[64, 65, 72, 79, 84, 90]] == pytest.approx([0, 0.04, 0.07, 0.09, 0.157, 0.261])


def test_what_goes_by_need_goes_by_the_published_index_of_its_kind() -> None:
    """NHS England's allocations 2025/26: Luton needs more than its ages say, Central Bedfordshire less."""
    luton, central = (
        {
            service: round(need(place, service), 3)
            for service in ("community_contacts", "mental_health_people_in_contact", "gp_appointments")
        }
        for place in PLACES
    )
    assert list(luton.values()) == [1.054, 1.028, 1.025]
    assert list(central.values()) == [0.842, 0.737, 0.947]
    assert need("E06000032", "dental_visits") == 1


@pytest.mark.parametrize("place", PLACES)
def test_gp_appointments_are_as_many_a_patient_as_published_and_rise_as_consultations_do(place: str) -> None:
    found = rates(place, "gp_appointments") / need(place, "gp_appointments")
    assert (found * england()).sum() / england().sum() == pytest.approx(known("gp_appointments_per_patient"))
    rise = known("gp_consultations_at_85_89") / known("gp_consultations_per_person")
    assert found[:, -1] == pytest.approx(known("gp_appointments_per_patient") * rise)
    level, top = int(known("gp_curve_rise_from_age")), int(known("gp_curve_rise_to_age"))
    assert (np.diff(found[0, level : top + 1]) > 0).all()


@pytest.mark.parametrize("place", PLACES)
def test_people_in_contact_with_mental_health_services_are_the_published_share(place: str) -> None:
    service = "mental_health_people_in_contact"
    found = rates(place, service) / need(place, service)
    share = known("mental_health_share_all_ages") / 100
    assert (found * england()).sum() / england().sum() == pytest.approx(share)


@pytest.mark.parametrize("place", PLACES)
def test_children_attend_a_and_e_as_england_s_do_by_band_and_infants_at_the_published_rate(
    place: str,
) -> None:
    people = _england(services()["england_population"], BASE_OF_AE_SHARES)
    found = rates(place, "ae_attendances")
    infants = (found[:, 0] * people[:, 0]).sum() / people[:, 0].sum()
    assert infants == pytest.approx(known("infant_ae_attendances"))
    bands = services()["ae_attendances_by_age"].query("age_to < 18")
    made = [
        (found * people)[:, first : last + 1].sum()
        for first, last in zip(bands["age_from"], bands["age_to"], strict=True)
    ]
    attendances = bands["attendances"].to_numpy()
    assert len(made) > 1
    assert np.array(made) / made[0] == pytest.approx(attendances / attendances[0])
