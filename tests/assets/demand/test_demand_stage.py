"""The demand stage on the shipped figures: promised tables, recorded levels, plausible numbers."""

from __future__ import annotations

from types import SimpleNamespace

import numpy as np
import pandas as pd
import pytest

from assets.demand.activity_rates import activity_rates, rated_services
from assets.demand.demand_stage import demand_draws
from assets.demand.hospital_flows import hospital_services
from assets.demand.recorded_activity import activity_calibration, recorded_activity
from assets.inputs.service_list import switched_on
from assets.tables.declarations import TABLES
from housing_trajectories.findings import BadInput
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
        "demand_drivers",
        "provider_demand",
        "provider_demand_parts",
        "recorded_level",
        "demand_growth",
        "monthly_series",
        "monthly_fits",
        "activity_accuracy",
        "activity_forecast",
        "forecast_accuracy",
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
    assert len(frame) == 7 * 5 * 27 * len(switched_on(services()["services"]))
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
    # Doubt about growth beyond demography is common to all places, so there little is won by adding them.
    groups = services()["services"].set_index("service")["growth_group"].reindex(uncertain.index)
    assert (uncertain[True] < 1.02 * uncertain[False]).all()
    assert (uncertain[True] < uncertain[False])[groups == "none"].all()


def test_the_repeated_month_of_2022_and_any_other_are_found_and_left_out() -> None:
    inputs = services()
    months = inputs["ae_attendances_monthly"].copy()
    counts, own = ["ae_attendances", "emergency_admissions"], months["provider"] == "RD8"
    for year in (2025, 2024):
        assert (own & (months["month"] == f"{year}-02")).sum() == 1
    repeat, before = (own & (months["month"] == f"{year}-02") for year in (2025, 2024))
    months.loc[repeat, counts] = months.loc[before, counts].to_numpy()
    with_repeat = call_stage(recorded_activity, {**inputs, "ae_attendances_monthly": months})
    of_year = with_repeat.set_index(["provider", "measure", "year"]).loc[("RD8", "ae_attendances", 2024)]
    assert of_year["left_out"] == "2025-02"
    # 169,465 recorded less February's 12,878, on 163,202 less the 13,721 of the February before.
    assert of_year["level"] == pytest.approx((169_465 - 12_878) * 163_202 / (163_202 - 13_721))
    recorded = inputs["recorded_activity"]
    left_out = recorded[recorded["left_out"].notna() & (recorded["measure"] == "ae_attendances")]
    found = set(left_out[["provider", "year", "left_out"]].itertuples(index=False, name=None))
    assert found == {("RC9", 2022, "2022-04")}


def test_autumn_2019_is_known_and_its_year_is_whole() -> None:
    """The monthly workbooks of England: Bedford 89,006 and Luton and Dunstable 156,790 are one trust's."""
    recorded = services()["recorded_activity"]
    year = recorded[recorded["year"] == 2019].set_index(["provider", "measure"])["recorded"]
    assert year["RC9", "ae_attendances"] == 89_006 + 156_790
    assert year["RC9", "emergency_admissions"] == 28_044 + 50_508
    assert year["RD8", "ae_attendances"] == 146_676
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
    assert demanded["RC9", "ae_attendances"] == pytest.approx(303_217, rel=1e-3)
    assert demanded["RD8", "emergency_admissions"] == pytest.approx(30_802, rel=1e-3)
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


def test_what_is_expected_of_a_place_times_its_factor_is_its_demand_of_the_base_year() -> None:
    """Calibration and demand read the same people and births, of the same scenario and year."""
    table = services()["activity_calibration"].set_index(["place", "service"])
    # A year of healthy life gained, and who is registered, move demand from the base year on.
    for service in ("births", "ae_attendances", "camhs_referrals", "day_cases", "dental_visits"):
        for place in PEOPLE_2024:
            row = table.loc[(place, service)]
            assert row["calibrated"] == pytest.approx(row["expected"] * row["factor"])
            assert demand_of(place, service) == pytest.approx(row["calibrated"], rel=1e-9), (place, service)


def test_calibration_factors_are_plausible_and_reported_for_each_place_and_service() -> None:
    table = services()["activity_calibration"]
    assert len(table) == 4 * len(switched_on(services()["services"]))
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
        ("mental_health_people_in_contact", 0.053, 0.062),
        ("adult_social_care_long_term_clients", 0.012, 0.017),
        ("community_contacts", 1.1, 1.35),
        ("registered_patients", 1.05, 1.1),
        ("dental_visits", 0.55, 0.65),
        ("care_home_places", 0.0048, 0.0058),
        ("social_care_requests", 0.032, 0.040),
        ("talking_therapies_referrals", 0.026, 0.036),
        ("optometry_visits", 0.20, 0.25),
        ("frailty", 0.012, 0.02),
        ("falls_admissions", 0.0025, 0.0036),
    ],
)
def test_the_system_s_demand_per_resident_is_of_the_known_size(service: str, low: float, high: float) -> None:
    assert low < demand_of(SYSTEM, service) / sum(PEOPLE_2024.values()) < high


def test_registered_patients_are_those_of_each_place_s_practices() -> None:
    for place, registered in (("E06000032", 287_841), ("E06000056", 303_129)):
        assert demand_of(place, "registered_patients") == pytest.approx(registered, rel=0.01)


def test_luton_s_higher_midlife_emergency_rates_survive() -> None:
    rates = services()["activity_rates"].set_index(["place", "service", "sex", "age"])["rate"]
    for service in ("emergency_admissions", "ae_attendances"):
        luton = rates["E06000032", service, "female", 50]
        assert luton > 1.15 * rates["E06000056", service, "female", 50]


def test_a_service_switched_off_is_nowhere_and_can_be_switched_on_in_the_file() -> None:
    assert "home_care_clients" not in set(services()["demand"]["service"])
    inputs = dict(services())
    on = inputs["services"].assign(status="on")
    made = {**inputs, "services": on, "context": SimpleNamespace(partition_keys=["E06000032"])}
    made["activity_rates"] = call_stage(activity_rates, made)
    made["activity_calibration"] = call_stage(activity_calibration, made)
    draws = call_stage(demand_draws, made)["E06000032"]["demand"].isel(draw=0)
    assert set(draws["service"].to_numpy()) == set(on["service"])
    assert (draws > 0).all()
    bookings = draws.sel(service="maternity_bookings") / draws.sel(service="births")
    assert np.allclose(bookings, 1.05)
    falls = draws.sel(service="falls_admissions", year=2035)
    ratio = falls.sel(scenario="new_models_of_care") / falls.sel(scenario="local_plan")
    assert ratio.item() == pytest.approx(0.9)
    assert "falls_admissions" in set(hospital_services(on))


def test_one_row_changed_switches_one_service_on_for_places_and_hospitals() -> None:
    inputs = dict(services())
    rows = inputs["services"]
    wards = rows["service"] == "virtual_ward_admissions"
    made = {**inputs, "services": rows.assign(status=rows["status"].mask(wards, "on"))}
    made["context"] = SimpleNamespace(partition_keys=["E06000032"])
    made["activity_calibration"] = call_stage(activity_calibration, made)
    draws = call_stage(demand_draws, made)["E06000032"]["demand"]
    assert set(draws["service"].to_numpy()) == {*switched_on(rows)["service"], "virtual_ward_admissions"}
    assert (draws.sel(service="virtual_ward_admissions") > 0).all()
    before = services()["demand_draws"]["E06000032"]["demand"]
    assert np.array_equal(draws.sel(service=before["service"]), before)


def test_every_service_with_a_rule_of_its_own_has_a_curve_and_the_others_rows_in_a_file() -> None:
    made = services()
    rated = rated_services(made["services"], made["assumed_activity_rates"], made["prevalence_by_age"])
    assert rated == set(made["activity_rates"]["service"])


def test_luton_s_midlife_admissions_stand_above_the_other_places_in_demand_itself() -> None:
    """A place's own rates reach the release: not flattened by calibration or by England's curves."""
    rates = (
        services()["activity_rates"].set_index(["place", "service", "sex", "age"])["rate"].unstack("place")
    )
    factor = services()["activity_calibration"].set_index(["service", "place"])["factor"]
    for service in ("emergency_admissions", "emergency_bed_days"):
        calibrated = rates.xs(service) * factor[service]
        midlife = calibrated[calibrated.index.get_level_values("age").isin(range(40, 60))].mean()
        assert midlife["E06000032"] > 1.2 * midlife.drop("E06000032").max()


def test_every_service_without_a_published_rate_is_graded_c_and_off() -> None:
    listed = services()["services"].set_index("service")
    assumed = listed[listed["uncertainty"] == "assumed"]
    assert len(assumed) == 5
    assert (assumed["status"] == "off").all()
    assert (assumed["evidence_grade"] == "C").all()
    # Each says what a user must bring, and to which table.
    assert assumed["note"].str.contains(r"Bring .+ to .+\.csv|Bring .+ in assumptions\.csv").all()


def test_care_homes_and_dentists_have_the_people_of_england_that_are_published() -> None:
    made = services()
    rates = made["activity_rates"].query("place == 'E06000032'").groupby(["service", "age"])["rate"].mean()
    people = made["england_population"].query("year == 2021")
    people = people.groupby("age_from")["population"].sum() * 1.02
    homes, dentists = rates["care_home_places"] * people, rates["dental_visits"] * people
    assert homes.loc[65:].sum() == pytest.approx(372_035 * 0.821)
    assert homes.loc[:64].sum() == 0
    assert homes.loc[85:].sum() / homes.sum() == pytest.approx(0.564)
    assert rates["care_home_places"].loc[65:].is_monotonic_increasing
    assert dentists.loc[:17].sum() == pytest.approx(12_000_000)
    assert dentists.loc[18:].sum() == pytest.approx(23_000_000)


def test_referrals_of_school_children_add_up_to_the_printed_total_of_the_system() -> None:
    assert demand_of(SYSTEM, "camhs_referrals") == pytest.approx(7000)


def test_children_s_admissions_are_a_part_of_emergency_admissions() -> None:
    share = demand_of(SYSTEM, "children_emergency_admissions") / demand_of(SYSTEM, "emergency_admissions")
    assert 0.08 < share < 0.25


def parts_of_providers() -> pd.DataFrame:
    rows = services()["provider_demand_parts"]
    return rows.pivot_table(
        index=["scenario", "provider", "year", "service"], columns="part", values="principal", aggfunc="sum"
    )


def test_the_parts_of_a_provider_add_up_to_what_it_faces() -> None:
    parts = parts_of_providers()
    faced = services()["provider_demand"].set_index(parts.index.names)["principal"]
    assert len(parts) == len(faced)
    assert ((parts.sum(axis=1) - faced.reindex(parts.index)).abs() <= 1e-9 * faced.abs().max()).all()


def test_residents_of_all_providers_are_the_demand_of_the_places_in_every_year() -> None:
    residents = parts_of_providers()["residents"].groupby(["scenario", "year", "service"]).sum()
    frame = services()["demand"]
    needed = frame[frame["place"] == SYSTEM].set_index(["scenario", "year", "service"])["principal"]
    assert residents.to_numpy() == pytest.approx(needed.reindex(residents.index).to_numpy(), rel=1e-9)


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
    people_alone = draws.sel(service=["births", "camhs_referrals", "dementia", "dental_visits"])
    assert np.array_equal(
        people_alone.sel(scenario="local_plan"), people_alone.sel(scenario="new_models_of_care")
    )
    assert not np.array_equal(
        people_alone.sel(scenario="local_plan"), people_alone.sel(scenario="slow_delivery")
    )


def test_a_service_without_a_rate_is_an_error_that_names_it() -> None:
    inputs = dict(services())
    unknown = inputs["services"].iloc[[0]].assign(service="prison_health")
    inputs["services"] = pd.concat([inputs["services"], unknown], ignore_index=True)
    with pytest.raises(KeyError, match="prison_health"):
        call_stage(activity_rates, inputs)


@pytest.mark.parametrize(
    ("table", "column", "of", "said"),
    [
        ("recorded_activity", "level", "RD8", "ae_attendances_monthly.csv, column ae_attendances"),
        (
            "gp_workforce_and_patients",
            "registered_patients",
            "E06000032",
            "gp_workforce_and_patients.csv, col",
        ),
    ],
)
def test_a_record_of_less_than_half_of_what_people_would_have_is_refused(
    table: str, column: str, of: str, said: str
) -> None:
    made = dict(services())
    frame = made[table].copy()
    rows = frame["provider" if "provider" in frame else "place"] == of
    frame[column] = frame[column].where(~rows, frame[column] * 0.3)
    made[table] = frame
    with pytest.raises(BadInput) as error:
        call_stage(activity_calibration, made)
    assert str(error.value).startswith(said)
    assert "expected 0.5 to 2 times" in str(error.value)


def test_a_record_out_of_catchments_alone_is_held_and_says_so() -> None:
    made = dict(services())
    of_catchments = made["place_to_provider_shares"].assign(source_id="ohid_trust_catchments")
    made["place_to_provider_shares"] = of_catchments
    record = made["recorded_activity"]
    there = (record["provider"] == "RD8") & (record["measure"] == "ae_attendances")
    made["recorded_activity"] = record.assign(level=record["level"].where(~there, record["level"] * 0.3))
    table = call_stage(activity_calibration, made).set_index(["place", "service"])
    row = table.loc[("E06000042", "ae_attendances")]
    assert row["factor"] == 0.5
    assert "held at 0.5 times England’s rate" in row["basis"]
    assert "held" not in table.loc[("E06000042", "emergency_admissions"), "basis"]
