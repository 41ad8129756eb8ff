"""What a resident needs of a facility is what the estates stage requires of the place's residents, a head."""

from __future__ import annotations

from functools import cache

import numpy as np
import pytest

from assets.contributions.resident_needs import Needs
from assets.estates.facility_parameters import Facilities
from assets.tables.declarations.named_values import NEIGHBOURHOOD_BANDS
from tests.assets.services_run import services

PLACES = ("E06000032", "E06000042", "E06000055", "E06000056")


@cache
def run() -> Facilities:
    made = services()
    return Facilities(
        made["facilities"],
        list(made["demand_drivers"]["service"].unique()),
        made["acute_beds_monthly"],
        made["assumptions"],
        made["settings"],
    )


@cache
def needs() -> Needs:
    made = services()
    tables = ("activity_rates", "activity_calibration", "place_to_provider_shares", "services", "providers")
    return Needs(run(), *(made[name] for name in tables))


def people(place: str) -> np.ndarray:
    """(band,) the place's residents of mid-2024."""
    frame = services()["population_single_year"]
    rows = frame[(frame["place"] == place) & (frame["year"] == 2024) & (frame["scenario"] == "local_plan")]
    starts = [int(band.rstrip("+").split("-")[0]) for band in NEIGHBOURHOOD_BANDS]
    band = np.searchsorted(starts, rows["age"].to_numpy(), side="right") - 1
    return np.bincount(band, rows["principal"].to_numpy())


def required(place: str, facility: str) -> float:
    frame = services()["estates"]
    rows = frame[(frame["place"] == place) & (frame["facility"] == facility) & (frame["year"] == 2024)]
    rows = rows[(rows["scenario"] == "local_plan") & (rows["measure"] == "required")]
    return float(rows["principal"].item())


@pytest.mark.parametrize("place", PLACES)
@pytest.mark.parametrize("facility", ["community_clinic_rooms", "dental_surgeries", "mental_health_beds"])
def test_residents_at_the_need_of_a_person_are_what_the_place_requires(place: str, facility: str) -> None:
    # Within a band all ages count the same, hence the tolerance.
    assert people(place) @ needs().of_person(place, facility) == pytest.approx(
        required(place, facility), rel=0.04
    )


@pytest.mark.parametrize("place", PLACES)
@pytest.mark.parametrize("facility", ["gp_consulting_rooms", "primary_care_gross_internal_area"])
def test_a_place_s_surplus_of_registered_patients_is_not_laid_on_residents(place: str, facility: str) -> None:
    calibration = services()["activity_calibration"].set_index(["place", "service"])["factor"]
    surplus = float(calibration[place, "registered_patients"])
    # What all lists have over all residents is: patients, where practices serve.
    assert needs().patients == 1.07
    of_residents = people(place) @ needs().of_person(place, facility) / needs().patients
    assert of_residents * surplus == pytest.approx(required(place, facility), rel=0.04)


@pytest.mark.parametrize("place", PLACES)
def test_providers_meet_their_shares_of_the_need_of_hospital_beds(place: str) -> None:
    shares = services()["place_to_provider_shares"]
    providers = sorted(shares.loc[shares["place"] == place, "provider"].unique())
    whole = needs().of_person(place, "general_acute_beds")
    parts = sum(needs().of_person(place, "general_acute_beds", provider) for provider in providers)
    assert (parts <= whole + 1e-6).all()
    assert parts.sum() > 0.5 * whole.sum()


def test_space_a_need_takes_is_one_in_the_principal_run_and_its_first_service_s_in_every_draw() -> None:
    spaces = {facility: needs().space(facility) for facility in run().names}
    for facility, space in spaces.items():
        column = run().coefficients[:, :, run().names.index(facility)]
        assert space[0] == 1.0
        serving = np.flatnonzero(column[0])[0]
        assert column[:, serving] == pytest.approx(space * column[0, serving])
    assert any(space[1:].std() > 0 for space in spaces.values())


def test_rates_have_the_decimals_that_a_statement_prints() -> None:
    rates = needs().of_person("E06000056", "general_acute_beds", "RC9")
    assert (rates > 0).all()
    assert [float(f"{1000 * rate:.4f}") for rate in rates] == pytest.approx(list(1000 * rates), abs=1e-9)
