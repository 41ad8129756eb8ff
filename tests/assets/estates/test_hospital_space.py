"""Beds and critical care of the estates stage: as recorded, whose need, how stays change it."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from assets.estates.estates_stage import estates_tables
from tests.assets.estates.test_estates_stage import SYSTEM, base
from tests.assets.services_run import PEOPLE_2024, call_stage, named_outputs, services


def test_beds_of_the_base_year_are_those_recorded_as_occupied_at_the_target_occupancy() -> None:
    rows = base("provider_estates").set_index(["provider", "facility", "measure"])["principal"]
    assert rows["RC9", "general_acute_beds", "required"] == pytest.approx(1032.2 / 0.92, abs=0.5)
    assert rows["RD8", "general_acute_beds", "required"] == pytest.approx(497.5 / 0.92, abs=0.5)


def test_beds_of_the_register_are_those_recorded_as_open() -> None:
    rows = base("provider_estates").set_index(["provider", "facility", "measure"])["principal"]
    months = services()["acute_beds_monthly"]
    year = months[months["month"].between("2024-04", "2025-03")]
    for provider, opened in year.groupby("provider"):
        for facility, column in (
            ("general_acute_beds", "general_acute_beds_available"),
            ("critical_care_beds", "adult_critical_care_beds_available"),
        ):
            expected = opened[column].mean()
            assert rows[provider, facility, "existing"] == pytest.approx(expected, abs=0.01)
    # Open in the fullest of the winter's months: January 2025 at RC9 and February at RD8, not March's 566.
    for provider, opened in (("RC9", 1096), ("RD8", 544)):
        assert rows[provider, "general_acute_beds_winter_peak", "existing"] == opened


def test_critical_care_is_each_trust_s_own_as_recorded() -> None:
    """1.4 % of occupied beds at one trust and 1.0 % at the other, not 1.3 % at both."""
    rows = base("provider_estates").set_index(["provider", "facility", "measure"])["principal"]
    months = services()["acute_beds_monthly"]
    year = months[months["month"].between("2024-04", "2025-03")]
    for provider, recorded in year.groupby("provider"):
        share = (
            recorded["adult_critical_care_beds_occupied"].sum()
            / recorded["general_acute_beds_occupied"].sum()
        )
        beds = rows[provider, "general_acute_beds", "required"] * 0.92
        assert rows[provider, "critical_care_beds", "required"] == pytest.approx(beds * share / 0.7, rel=0.01)


def test_parts_of_a_trust_s_critical_care_still_add_up_by_origin_and_cause() -> None:
    of = {"facility": "critical_care_beds", "scenario": "local_plan", "year": 2040}
    made = {name: frame_of(name, of) for name in ("provider_estates", "provider_estates_by_place")}
    required = made["provider_estates"].query("measure == 'required'").set_index("provider")["principal"]
    assert made["provider_estates_by_place"].groupby("provider")["principal"].sum().to_dict() == (
        pytest.approx(required.to_dict())
    )
    gap = made["provider_estates"].query("measure == 'gap'").set_index("provider")["principal"]
    causes = frame_of("estates_causes", of).query("area_kind == 'provider'").set_index("area")["total"]
    assert causes.to_dict() == pytest.approx(gap.to_dict())


def frame_of(name: str, values: dict[str, object]) -> pd.DataFrame:
    frame = services()[name]
    return frame[np.logical_and.reduce([frame[column] == value for column, value in values.items()])]


def test_a_trust_without_a_record_of_critical_care_has_none_of_the_system_s() -> None:
    made = dict(services())
    beds = made["acute_beds_monthly"]
    care = ["adult_critical_care_beds_available", "adult_critical_care_beds_occupied"]
    unknown = beds.astype(dict.fromkeys(care, "float64"))
    unknown.loc[unknown["provider"] == "RD8", care] = np.nan
    found = named_outputs(estates_tables, call_stage(estates_tables, {**made, "acute_beds_monthly": unknown}))
    rows = found["provider_estates"]
    of = set(rows.loc[rows["facility"] == "critical_care_beds", "provider"])
    assert of == {"RC9"}
    assert "critical_care_beds" in set(found["estates"]["facility"])
    nowhere = unknown.assign(**dict.fromkeys(care, np.nan))
    found = named_outputs(estates_tables, call_stage(estates_tables, {**made, "acute_beds_monthly": nowhere}))
    assert "critical_care_beds" not in {*found["provider_estates"]["facility"], *found["estates"]["facility"]}


def test_the_fullest_winter_month_needs_more_beds_than_the_mean_of_the_year() -> None:
    rows = base("provider_estates").set_index(["provider", "facility", "measure"])["principal"]
    for provider in ("RC9", "RD8"):
        mean = rows[provider, "general_acute_beds", "required"]
        peak = rows[provider, "general_acute_beds_winter_peak", "required"]
        assert 1.0 < peak / mean < 1.15


def test_whose_need_a_hospital_meets_adds_up_to_its_requirement() -> None:
    parts = services()["provider_estates_by_place"]
    keys = ["scenario", "provider", "year", "facility"]
    whole = services()["provider_estates"].query("measure == 'required'").set_index(keys)["principal"]
    assert (parts.groupby(keys)["principal"].sum() - whole).abs().max() < 1e-6
    assert parts.groupby(keys)["share_percent"].sum().between(100 - 1e-6, 100 + 1e-6).all()
    assert (parts["principal"] > -1e-9).all()


def test_beds_fall_with_shorter_stays_and_stays_are_held_in_what_is_published() -> None:
    stays = services()["beds_by_length_of_stay"].pivot_table(
        index=["scenario", "provider", "year"], columns="length_of_stay", values="principal"
    )
    rows = services()["provider_estates"].query("facility == 'general_acute_beds' and measure == 'required'")
    published = rows.set_index(["scenario", "provider", "year"])["principal"]
    assert (stays["held"] - published).abs().max() < 1e-6
    later = stays[stays.index.get_level_values("year") > 2024]
    assert (later["as in the past"] < later["held"]).all()
    assert (later["held"] < later["longer"]).all()


def test_elective_and_emergency_stays_change_at_their_own_pace_until_the_last_year() -> None:
    made = services()
    changes = made["assumptions"].set_index("id")["value"].filter(like="estates.stay_change")
    last = int(changes["estates.stay_change_last_year"])
    days = made["provider_demand"].set_index(["scenario", "provider", "year", "service"])["principal"]
    beds = made["beds_by_length_of_stay"].set_index(["scenario", "provider", "year", "length_of_stay"])
    for scenario, provider, year in (("local_plan", "RC9", 2030), ("draft_plans", "RD8", 2045)):
        of_kind = days[scenario, provider, year]
        expected = {"held": 0.0, "as in the past": 0.0, "longer": 0.0}
        for kind in ("elective", "emergency"):
            held = of_kind[f"{kind}_bed_days"] / (365 * 0.92)
            for stay, name in (("as in the past", f"past_{kind}"), ("longer", "longer")):
                rate = changes[f"estates.stay_change_{name}"] / 100
                expected[stay] += held * (1 + rate) ** (min(year, last) - 2024)
            expected["held"] += held
        found = beds.loc[(scenario, provider, year), "principal"]
        assert found.to_dict() == pytest.approx(expected), (scenario, provider)


def test_drivers_reach_a_hospital_from_each_place_by_its_own_share_of_patients() -> None:
    made = services()
    causes = made["estates_causes"].set_index(["scenario", "area", "facility", "year"])
    shares = made["place_to_provider_shares"].query("flow_group == 'ae'")
    shares = shares.set_index(["provider", "place"])["share"]
    drivers = made["demand_drivers"].query("service == 'ae_attendances' and driver == 'new_homes'")
    drivers = drivers.set_index(["scenario", "place", "year"])["principal"]
    needed = made["provider_estates"].query("measure == 'required'")
    needed = needed.set_index(["scenario", "provider", "facility", "year"])["principal"]
    faced = made["provider_demand"].set_index(["scenario", "provider", "service", "year"])["principal"]
    for scenario, provider in (("local_plan", "RC9"), ("draft_plans", "RD8")):
        key = (scenario, provider, "ae_majors_spaces", 2040)
        a_patient = needed[key] / faced[scenario, provider, "ae_attendances", 2040]
        homes = sum(
            shares.get((provider, place), 0.0) * drivers[scenario, place, 2040] for place in PEOPLE_2024
        )
        assert causes.loc[key, "new_homes"] == pytest.approx(homes * a_patient), key


def test_hospital_capital_is_of_the_places_whose_need_it_is_in_the_same_scenario() -> None:
    made = services()
    keys = ["scenario", "provider", "year", "facility"]
    gap = made["provider_estates"].query("measure == 'gap' and facility == 'general_acute_beds'")
    gap = gap.sort_values(keys)
    # A ward of 28 for each trust, open from 2033/34 and only for what still is short then.
    first = gap[gap["year"] == 2033].set_index(["scenario", "provider"])["principal"]
    at = pd.MultiIndex.from_frame(gap[["scenario", "provider"]])
    needed = np.where(
        gap["year"] < 2033, np.minimum(gap["principal"], first.reindex(at).to_numpy()), gap["principal"]
    )
    most = gap.assign(needed=np.maximum(needed, 0)).groupby(["scenario", "provider"])["needed"].cummax()
    short = pd.Series(
        np.ceil(most.to_numpy() / 28 - 1e-6) * 28, index=pd.MultiIndex.from_frame(gap[keys]), name="short"
    )
    parts = made["provider_estates_by_place"].query("origin != 'outside'").join(short, on=keys, how="inner")
    part = (parts["short"] * parts["share_percent"] / 100).groupby(
        [parts["scenario"], parts["origin"], parts["year"]]
    )
    # All that was ever short has opened by the last year, at the running cost of a bed.
    built = part.sum().groupby(level=["scenario", "origin"]).max()
    costs = made["facilities"].set_index("facility").loc["general_acute_beds", "running_cost_gbp"]
    rows = made["capital_requirement"].query("facility == 'general_acute_beds'")
    rows = rows[rows["place"] != SYSTEM]
    last = rows[rows["year"] == rows["year"].max()].set_index(["scenario", "place"])["running_cost_gbp"]
    assert len(last) == len(built) > 4
    assert (built * costs - last).abs().max() < 1e-3
