"""From a number to the assumptions it rests on: its own and no other's, none left out."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from assets.contributions.contribution_items import (
    EQUIPMENT,
    FACILITIES_BEHIND,
    ROOMS,
    SERVICE_FUNDING,
    TITLES,
)
from assets.publication.headlines import HEADLINES
from assets.publication.report.rests_on import UPSTREAM, Basis, asks, bases, concerning, resting_on
from assets.tables.declarations import TABLES
from models.estates.capacity_formulae import FACILITIES
from tests.shipped import DATA


@pytest.fixture(scope="module")
def tables() -> dict[str, pd.DataFrame]:
    staff = pd.read_csv(DATA / "staff_groups.csv")[["sector", "staff_group"]]
    totals = pd.DataFrame({"sector": ["all", "all"], "staff_group": ["all", "all_outside_hospital"]})
    return {
        "assumptions": pd.read_csv(DATA / "assumptions.csv"),
        "services": pd.read_csv(DATA / "services.csv"),
        "workforce": pd.concat([staff, totals], ignore_index=True),
        "estates": pd.read_csv(DATA / "facilities.csv")[["facility"]],
        "provider_estates": pd.DataFrame({"facility": ["general_acute_beds"]}),
    }


@pytest.fixture(scope="module")
def made(tables: dict[str, pd.DataFrame]) -> dict[str, Basis]:
    return bases(tables)


def test_every_assumption_is_behind_a_table_whose_upstream_is_known(made: dict[str, Basis]) -> None:
    declared = concerning(pd.read_csv(DATA / "assumptions.csv"))
    assert declared.keys() <= UPSTREAM.keys()
    assert UPSTREAM.keys() <= made.keys()


FROM_RECORDS = {"estates.winter_peak", "estates.critical_care_share"}
"""What formulas ask for that is read off records and is no assumption."""


def test_a_facility_s_assumptions_are_those_its_formula_asks_for() -> None:
    declared = concerning(pd.read_csv(DATA / "assumptions.csv"))["estates"]
    for facility, formula in FACILITIES.items():
        asked: set[str] = set()

        def value(name: str, asked: set[str] = asked) -> np.ndarray:
            asked.add(f"estates.{name}")
            return np.ones(1)

        served = list(formula(value))
        of_stays = {each for each in declared if "stay_change" in each and "bed_days" in " ".join(served)}
        own = {each for each, names in declared.items() if facility in names}
        assert own - of_stays == asked - FROM_RECORDS, facility


def test_every_name_that_a_basis_builds_on_and_every_headline_is_a_basis(made: dict[str, Basis]) -> None:
    assert {name for basis in made.values() for name in basis.upstream} <= made.keys()
    assert {headline.basis for headline in HEADLINES} <= made.keys()
    assert {f"facility|{facility}" for facility in FACILITIES} <= made.keys()
    for headline in HEADLINES:
        assert made[headline.basis].ids, headline.name


def test_what_a_number_rests_on_holds_what_is_upstream_and_not_what_is_beside_it(
    made: dict[str, Basis],
) -> None:
    rooms = resting_on(made, "facility|gp_consulting_rooms")
    assert {"estates.gp_minutes", "demand.gp_appointments_per_patient", "housing.beyond_plan_rate"} <= rooms
    assert {"demography.net_migration", "demand.registered_ratio_change"} <= rooms
    assert not rooms & {
        "estates.theatre_hours",
        "demand.level_ae_attendances",
        "demand.infant_ae_attendances",
    }
    assert not [each for each in rooms if each.startswith("workforce.")]

    people = resting_on(made, "population")
    assert {each.split(".")[0] for each in people} == {"housing", "demography"}

    outside = resting_on(made, "staff|all|all_outside_hospital")
    assert {"workforce.leaver_rate_gps", "workforce.level_adult_social_care"} <= outside
    assert not outside & {"workforce.leaver_rate_midwives", "workforce.level_acute"}

    attendances = resting_on(made, "service|ae_attendances")
    assert {"demand.non_demographic_growth_ae", "demand.health_status_from_age"} <= attendances
    assert not attendances & {"demand.non_demographic_growth_elective", "demand.mental_health_share_all_ages"}
    beds = resting_on(made, "facility|general_acute_beds")
    assert {"demand.level_emergency_admissions", "demand.elsewhere_share_factor"} <= beds


def test_what_an_ask_buys_is_what_the_table_of_facilities_says() -> None:
    assert set(TABLES["developer_contributions"].allowed("item")) == set(FACILITIES_BEHIND) == set(TITLES)
    facilities = pd.read_csv(DATA / "facilities.csv")
    asked = facilities[facilities["contribution"] != "none"].groupby("contribution")["facility"].agg(tuple)
    kinds = {item: of for item, of in FACILITIES_BEHIND.items() if item not in (EQUIPMENT, SERVICE_FUNDING)}
    assert asked.to_dict() == kinds
    assert FACILITIES_BEHIND[EQUIPMENT] == ROOMS


def test_a_statement_cites_the_rules_of_its_ask_and_the_space_it_buys_and_nothing_beside(
    tables: dict[str, pd.DataFrame],
) -> None:
    made = asks(tables["assumptions"])
    assert made[SERVICE_FUNDING].ids == ()
    for item in set(made) - {SERVICE_FUNDING}:
        own = set(made[item].ids)
        assert {
            "estates.net_new_share_practice",
            "estates.net_new_share_hospital",
            "estates.occupancy_relative",
            "estates.mix_1_bedroom",
            "estates.equipment_gbp",
        } <= own
        assert not own & {"estates.optimism_bias_standard", "estates.discount_rate_first"}
    beds, rooms = set(made["hospital_capital"].ids), set(made[EQUIPMENT].ids)
    assert "estates.occupancy_general_acute" in beds
    assert "estates.occupancy_mental_health" not in beds
    assert {"estates.gp_minutes", "estates.gp_treatment_minutes"} <= rooms
    assert {"estates.primary_care_area", "estates.primary_care_area_patients"} <= set(
        made["general_practice_premises"].ids
    )
