"""The demand stage on the shipped figures: promised tables, recorded levels, plausible numbers."""

from __future__ import annotations

from types import SimpleNamespace

import numpy as np
import pandas as pd
import pytest

from assets.demand import activity_rates, demand_draws, recorded_activity
from assets.registry import TABLES
from tests.assets.services_run import PEOPLE_2024, call_stage, services

SYSTEM = "E54000024"
VALUES = ["principal", "p10", "p50", "p90"]


def base(name: str = "demand", scenario: str = "local_plan", year: int = 2024) -> pd.DataFrame:
    frame = services()[name]
    return frame[(frame["scenario"] == scenario) & (frame["year"] == year)]


def demand_of(place: str, service: str) -> float:
    rows = base()
    return float(rows.loc[(rows["place"] == place) & (rows["service"] == service), "principal"].item())


@pytest.mark.parametrize(
    "name",
    [
        "activity_rates",
        "recorded_activity",
        "activity_calibration",
        "provider_calibration",
        "demand",
        "provider_demand",
    ],
)
def test_tables_are_as_declared_unique_and_sorted(name: str) -> None:
    frame, table = services()[name], TABLES[name]
    assert list(frame.columns) == table.column_names
    keys = frame[list(table.keys)]
    assert not keys.duplicated().any()
    assert keys.equals(keys.sort_values(list(table.keys), ignore_index=True))
    required = [column.name for column in table.columns if not column.nullable]
    assert not frame[required].isna().any().any()


def test_every_service_place_and_year_to_2050_is_there_in_every_scenario() -> None:
    frame = services()["demand"]
    assert len(frame) == 6 * 5 * 27 * len(services()["services"])
    assert frame["year"].min() == 2024
    assert frame["year"].max() == 2050
    assert (frame["principal"] > 0).all()


def test_places_add_up_to_the_system() -> None:
    frame = services()["demand"].set_index(["scenario", "year", "service"])
    whole = frame.loc[frame["place"] == SYSTEM, "principal"]
    parts = frame.loc[frame["place"] != SYSTEM, "principal"].groupby(level=[0, 1, 2]).sum()
    assert (whole - parts.reindex(whole.index)).abs().max() < 1e-6


def test_the_system_s_interval_is_narrower_than_the_sum_of_the_places_intervals() -> None:
    rows = base(year=2040)
    width = (rows["p90"] - rows["p10"]).groupby([rows["service"], rows["place"] == SYSTEM]).sum().unstack()
    uncertain = width.drop(["births", "registered_patients"])
    assert (uncertain[True] < uncertain[False]).all()


def test_the_repeated_months_of_2025_and_2022_are_found_and_left_out() -> None:
    recorded = services()["recorded_activity"]
    left_out = recorded[recorded["left_out"].notna() & (recorded["measure"] == "ae_attendances")]
    found = set(left_out[["provider", "year", "left_out"]].itertuples(index=False, name=None))
    assert found == {
        ("QHG", 2024, "2025-02 2025-03"),
        ("RC9", 2022, "2022-04"),
        ("RC9", 2024, "2025-02 2025-03"),
        ("RD8", 2024, "2025-02 2025-03"),
        ("urgent_care", 2024, "2025-02 2025-03"),
    }


def test_months_missing_in_autumn_2019_make_no_year_and_no_zero() -> None:
    recorded = services()["recorded_activity"]
    assert 2019 not in set(recorded.loc[recorded["measure"] == "ae_attendances", "year"])
    assert (recorded["recorded"] > 0).all()


def test_a_missing_month_removes_its_year_rather_than_lowering_it() -> None:
    inputs = services()
    spoilt = inputs["ae_attendances_monthly"].query("not (provider == 'RD8' and month == '2024-09')")
    table = call_stage(recorded_activity, {**inputs, "ae_attendances_monthly": spoilt})
    years = set(table.loc[(table["provider"] == "RD8") & (table["measure"] == "ae_attendances"), "year"])
    assert 2024 not in years
    assert 2023 in years


def test_both_trusts_stand_at_what_they_recorded() -> None:
    check = services()["provider_calibration"].set_index(["provider", "measure"])
    trusts = check.loc[["RC9", "RD8"]]
    assert trusts["difference_percent"].abs().max() < 1e-6
    assert abs(check.loc[("urgent_care", "ae_attendances"), "difference_percent"]) < 15
    demanded = base("provider_demand").set_index(["provider", "service"])["principal"]
    assert demanded["RC9", "ae_attendances"] == pytest.approx(305_110, rel=1e-3)
    assert demanded["RD8", "emergency_admissions"] == pytest.approx(31_005, rel=1e-3)
    beds = demanded["RC9", "emergency_bed_days"] + demanded["RC9", "elective_bed_days"]
    assert beds / 365 == pytest.approx(1032.2, rel=1e-3)


def test_four_fifths_of_milton_keynes_hospital_s_patients_live_there() -> None:
    shares = services()["place_to_provider_shares"]
    for group, service in (("ae", "ae_attendances"), ("emergency", "emergency_admissions")):
        rows = shares[(shares["flow_group"] == group) & (shares["provider"] == "RD8")].set_index("place")
        own = rows.loc["E06000042", "share"] * demand_of("E06000042", service)
        treated = base("provider_demand").set_index(["provider", "service"])["principal"]["RD8", service]
        assert own / treated == pytest.approx(0.80, abs=0.06)


def test_providers_treat_all_of_the_system_s_demand_and_people_from_outside() -> None:
    treated = base("provider_demand").groupby("service")["principal"].sum()
    for service in treated.index:
        assert 1.0 < treated[service] / demand_of(SYSTEM, service) < 1.12


def test_calibration_factors_are_plausible_and_reported_for_each_place_and_service() -> None:
    table = services()["activity_calibration"]
    assert len(table) == 4 * len(services()["services"])
    hospital = table[table["service"].isin(["ae_attendances", "emergency_admissions", "emergency_bed_days"])]
    assert hospital["factor"].between(0.6, 1.6).all()
    assert (table["basis"] != "").all()


@pytest.mark.parametrize(
    ("service", "low", "high"),
    [
        ("gp_appointments", 5.2, 7.2),
        ("ae_attendances", 0.40, 0.56),
        ("emergency_admissions", 0.09, 0.125),
        ("day_cases", 0.10, 0.16),
        ("elective_admissions", 0.015, 0.025),
        ("outpatient_attendances", 1.7, 2.4),
        ("dementia", 0.009, 0.015),
        ("mental_health_people_in_contact", 0.06, 0.07),
        ("adult_social_care_long_term_clients", 0.012, 0.017),
        ("community_contacts", 1.1, 1.35),
        ("registered_patients", 1.05, 1.1),
    ],
)
def test_the_system_s_demand_per_resident_is_of_the_known_size(service: str, low: float, high: float) -> None:
    assert low < demand_of(SYSTEM, service) / sum(PEOPLE_2024.values()) < high


def test_registered_patients_are_those_of_each_place_s_practices() -> None:
    for place, registered in (("E06000032", 289_518), ("E06000056", 295_708)):
        assert demand_of(place, "registered_patients") == pytest.approx(registered, rel=0.01)


def test_luton_s_higher_midlife_emergency_rates_survive() -> None:
    rates = services()["activity_rates"].set_index(["place", "service", "sex", "age"])["rate"]
    for service in ("emergency_admissions", "ae_attendances"):
        luton = rates["E06000032", service, "female", 50]
        assert luton > 1.15 * rates["E06000056", service, "female", 50]


def test_new_models_of_care_avoid_admissions_and_bring_contacts_and_change_nothing_else() -> None:
    frame = services()["demand"].set_index(["place", "year", "service"])
    ours, theirs = (
        frame.loc[frame["scenario"] == name, "principal"] for name in ("local_plan", "new_models_of_care")
    )
    ratio = (theirs / ours).unstack("service").loc[(SYSTEM, 2035)]
    assert ratio["emergency_admissions"] == pytest.approx(0.975)
    assert ratio["community_contacts"] == pytest.approx(1.011)
    assert ratio.drop(["emergency_admissions", "emergency_bed_days", "community_contacts"]).eq(1).all()


def test_intervals_open_with_the_years_and_hold_the_principal_run() -> None:
    rows = services()["demand"].set_index(["scenario", "place", "service", "year"])
    width = ((rows["p90"] - rows["p10"]) / rows["principal"]).unstack("year")
    hospital = width.loc[("local_plan", SYSTEM, ["ae_attendances", "day_cases"]), :]
    assert (hospital[2050] > 2 * hospital[2024]).all()
    assert ((rows["p10"] <= rows["principal"]) & (rows["principal"] <= rows["p90"])).mean() > 0.97


def test_the_same_seed_gives_the_same_draws_and_a_place_alone_has_them_too() -> None:
    place = "E06000055"
    alone = call_stage(demand_draws, {**services(), "context": SimpleNamespace(partition_keys=[place])})
    assert list(alone) == [place]
    assert np.array_equal(alone[place]["demand"], services()["demand_draws"][place]["demand"])


def test_scenarios_with_the_same_people_share_their_draws() -> None:
    draws = services()["demand_draws"]["E06000032"]["demand"]
    assert np.array_equal(draws.sel(scenario="local_plan"), draws.sel(scenario="slow_delivery"))


def test_a_service_without_a_rate_is_an_error_that_names_it() -> None:
    inputs = dict(services())
    unknown = inputs["services"].iloc[[0]].assign(service="falls_admissions")
    inputs["services"] = pd.concat([inputs["services"], unknown], ignore_index=True)
    with pytest.raises(KeyError, match="falls_admissions"):
        call_stage(activity_rates, inputs)
