"""What moves demand: the drivers of the demand stage add up, and each answers to its own assumption."""

from __future__ import annotations

import pandas as pd
import pytest

from assets.demand.demand_drivers import demand_drivers, place_demand_drivers
from assets.demand.demand_stage import demand, demand_draws
from assets.demand.level_by_year import level_until
from tests.assets.demand.test_demand_stage import SYSTEM, base, demand_of
from tests.assets.services_run import call_stage, services


def test_drivers_add_up_to_demand_in_every_scenario_place_year_and_service() -> None:
    keys = ["scenario", "place", "year", "service"]
    whole = services()["demand"].set_index(keys)["principal"]
    parts = services()["demand_drivers"].groupby(keys)["principal"].sum()
    assert len(parts) == len(whole)
    assert ((parts.reindex(whole.index) - whole).abs() <= 1e-9 * whole).all()


def drivers(scenario: str, year: int, service: str, place: str = SYSTEM) -> pd.Series:
    rows = services()["demand_drivers"]
    chosen = rows[(rows["scenario"] == scenario) & (rows["year"] == year) & (rows["service"] == service)]
    return chosen[chosen["place"] == place].set_index("driver")["principal"]


def test_the_base_year_is_all_baseline() -> None:
    found = drivers("local_plan", 2024, "emergency_admissions")
    assert found["baseline"] == pytest.approx(demand_of(SYSTEM, "emergency_admissions"))
    assert found.drop("baseline").abs().max() < 1e-6


def test_homes_bring_demand_where_homes_decide_and_none_in_the_trend() -> None:
    assert drivers("local_plan", 2040, "gp_appointments")["new_homes"] > 0
    assert drivers("trend", 2040, "gp_appointments")["new_homes"] == 0


def test_new_models_of_care_avoid_what_the_targets_say_and_move_it_at_the_exchange_rate() -> None:
    ours, theirs = (
        drivers(name, 2035, "emergency_admissions") for name in ("local_plan", "new_models_of_care")
    )
    assert ours["mitigation"] == 0
    people = services()["population"].query("scenario == 'local_plan' and year == 2035")["principal"].sum()
    alcohol = 5 * 50 / 100_000 * people
    assert theirs["mitigation"] < -alcohol
    more = {
        service: demand_in("new_models_of_care", service) - demand_in("local_plan", service)
        for service in ("emergency_admissions", "community_contacts", "gp_appointments", "day_cases")
    }
    assert more["community_contacts"] == pytest.approx(-5 * more["emergency_admissions"])
    assert more["gp_appointments"] == pytest.approx(-more["emergency_admissions"])
    assert more["day_cases"] == 0


def demand_in(scenario: str, service: str, year: int = 2035) -> float:
    rows = base(scenario=scenario, year=year)
    return float(rows.loc[(rows["place"] == SYSTEM) & (rows["service"] == service), "principal"].item())


def changed(assumption: str, value: float) -> pd.Series:
    """Drivers of emergency bed days in 2040 with one assumption changed, demand made anew."""
    inputs = dict(services())
    frame = inputs["assumptions"].copy()
    row = frame["id"] == assumption
    frame.loc[row, "value"] = value
    if frame.loc[row, "low"].notna().any():
        frame.loc[row, ["low", "high"]] = value
    made = {**inputs, "assumptions": frame}
    made["demand_draws"] = dict(call_stage(demand_draws, made))
    made["demand"] = call_stage(demand, made)
    made["place_demand_drivers"] = dict(call_stage(place_demand_drivers, made))
    rows = call_stage(demand_drivers, made)
    chosen = rows[(rows["scenario"] == "local_plan") & (rows["year"] == 2040) & (rows["place"] == SYSTEM)]
    return chosen[chosen["service"] == "emergency_bed_days"].set_index("driver")["principal"]


def test_years_of_healthy_life_gained_lower_bed_days_and_stand_under_health_status() -> None:
    found = changed("demand.health_status_from_age", 55)
    people = found[["baseline", "new_homes", "other_population_size", "age_structure"]].sum()
    assert -0.06 < found["health_status"] / people < -0.04
    later = changed("demand.health_status_from_age", 75)
    assert found["health_status"] < later["health_status"] < 0
    assert found["interaction"] != 0


def test_shorter_stays_stand_under_length_of_stay() -> None:
    found = changed("demand.length_of_stay_emergency", -1.0)
    people = found[["baseline", "new_homes", "other_population_size", "age_structure"]].sum()
    # The trend goes on from the last year that the months give a level, to 2035.
    years = 2035 - level_until(services()["recorded_level"])["emergency_bed_days"]
    assert 8 <= years <= 10
    assert found["length_of_stay"] / people == pytest.approx(0.99**years - 1)


def test_a_level_moved_off_one_is_part_of_what_people_need_and_drivers_still_add_up() -> None:
    usual = drivers("local_plan", 2040, "emergency_bed_days")
    found = changed("demand.level_emergency_bed_days", 1.05)
    assert (found / usual).dropna().to_numpy() == pytest.approx(1.05)
