"""Health status, length of stay and growth each move demand the right way, in draws and in own scenarios."""

from __future__ import annotations

from functools import cache
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
import yaml

from assets.demand.demand_run import DemandInputs, DemandRun, Residents
from assets.demand.demand_variants import check_variants
from assets.demand.healthy_life import HealthyLife
from assets.demand.level_by_year import level_until
from assets.inputs.assumptions import Assumptions
from assets.inputs.scenarios import Scenario, load_scenarios, read_scenarios, scenario_table
from housing_trajectories.findings import BadInput
from models.demand.driver_decomposition import USE
from tests.assets.services_run import (
    made_up_projection,
    shipped_inputs,
)
from tests.assets.services_run import services as whole_run
from tests.shipped import DATA

PLACE = "E06000055"
DRAWS = 200
BED_DAYS = ("emergency_bed_days", "elective_bed_days")
OWN_ROWS = {"demand.healthy_years_gained_a_decade_fitter": (3.0, 2.8, 3.2)}


@cache
def inputs() -> dict[str, pd.DataFrame]:
    """Shipped tables, with a scenario of a user's own for each thing it may switch."""
    made = dict(shipped_inputs())
    own = [
        read_scenarios(made["scenarios"])[0].model_copy(update={"name": name, "order": 90, **change})
        for name, change in {
            "fitter": {"health_status": "fitter"},
            "as_in_2022": {"health_status": "elicited_2022"},
            "shorter_stays": {"length_of_stay": "recorded_trend"},
            "people_only": {"non_demographic_growth": "none"},
            "experts": {"non_demographic_growth": "elicited"},
        }.items()
    ]
    made["scenarios"] = scenario_table([*read_scenarios(made["scenarios"]), *own])
    row = made["assumptions"].iloc[[0]]
    added = [
        row.assign(id=name, value=value, low=low, high=high) for name, (value, low, high) in OWN_ROWS.items()
    ]
    made["assumptions"] = pd.concat([made["assumptions"], *added], ignore_index=True)
    return made


@cache
def run() -> tuple[DemandRun, Residents]:
    made = {**whole_run(), **inputs()}
    tables = {name: made[name] for name in DemandInputs.__dataclass_fields__}
    projection = made_up_projection(shipped_inputs(), DRAWS)[PLACE].isel(scenario=0)
    people = Residents(
        projection["year"].to_numpy().tolist(),
        projection["population"].to_numpy(),
        projection["births"].to_numpy(),
    )
    return DemandRun(DemandInputs(**tables), made["settings"], DRAWS), people


@cache
def demand(scenario: str) -> pd.DataFrame:
    """Draws (rows) of 2040 by service."""
    demand_run, people = run()
    values = demand_run.demand(PLACE, scenario, people)
    return pd.DataFrame(values[:, demand_run.years.tolist().index(2040)], columns=demand_run.services)


def factors(scenario: str) -> dict[str, pd.Series]:
    """Factors of the principal run in 2040 by driver and service."""
    demand_run, people = run()
    _, found = demand_run.principal(PLACE, scenario, people, None)
    at = demand_run.years.tolist().index(2040)
    return {name: pd.Series(values[at], demand_run.services) for name, values in found.items()}


def test_health_status_is_at_work_in_the_principal_run_and_uncertain_in_its_draws() -> None:
    found = factors("local_plan")["health_status"]
    assert 0.94 < found["emergency_bed_days"] < 0.96
    assert 0.96 < found["emergency_admissions"] < 0.98
    assert 0.98 < found["outpatient_attendances"] < 0.99
    assert 0.98 < found["ae_attendances"] < 0.995
    assert found["camhs_referrals"] == 1


def test_healthy_life_is_the_elicited_share_of_the_life_ahead_of_people_of_65() -> None:
    """Women in 2040: 1/(1 + e^-0.22598) of 22.8 years, less 1/(1 + e^-0.06949) of 21.4 in 2024."""
    gained = run()[0]._health.gained("principal")
    at = run()[0].years.tolist().index(2040)
    elicited = inputs()["health_status_elicitation"].set_index(["year", "sex"])["term_1"]
    share = {year: 1 / (1 + np.exp(-elicited[year, "female"])) for year in (2024, 2040)}
    assert gained[0, at, 0] == pytest.approx(share[2040] * 22.8 - share[2024] * 21.4)
    assert gained[0, at].tolist() == pytest.approx([1.61, 1.12], abs=0.01)
    assert (gained[:, 0] == 0).all(), "what was recorded in the base year is in the rates"
    ill, fit = np.quantile(gained[1:, at, 1], [0.1, 0.9])
    assert ill < 0 < 3 < fit


def test_the_principal_run_stands_where_an_assumption_says_among_what_experts_expect() -> None:
    made = inputs()
    known = made["assumptions"].set_index("id", drop=False)
    known.loc["demand.health_status_probability", "value"] = 0.9
    ours = run()[0]._health
    tables = made["health_status_elicitation"], made["life_expectancy"]
    years, draws, seed = run()[0].years, DRAWS, whole_run()["settings"].seed
    fitter = HealthyLife(*tables, Assumptions(known), years, seed, draws).gained("principal")
    assert (fitter[0, 1:] > 2 * ours.gained("principal")[0, 1:]).all()
    assert np.array_equal(fitter[1:], ours.gained("principal")[1:])


def test_draws_are_of_one_shock_in_every_year_and_for_both_sexes() -> None:
    gained = run()[0]._health.gained("principal")[1:]
    order = gained[:, -1, 0].argsort()
    assert (np.diff(gained[order, -1, 1]) >= 0).all()
    assert (np.diff(gained[order, 10, 0]) >= 0).all()


def test_the_older_elicitation_is_a_scenario_s_choice_and_has_the_smaller_effect() -> None:
    older, newer = factors("as_in_2022")["health_status"], factors("local_plan")["health_status"]
    assert 0.99 < older["emergency_bed_days"] < 1
    assert newer["emergency_bed_days"] < older["emergency_bed_days"] - 0.04


def scenario(name: str) -> Scenario:
    return next(one for one in read_scenarios(inputs()["scenarios"]) if one.name == name)


def test_years_gained_in_a_user_s_scenario_lower_what_older_people_need() -> None:
    ours, theirs = demand("local_plan"), demand("fitter")
    assert theirs["emergency_admissions"][0] < ours["emergency_admissions"][0]
    assert theirs["camhs_referrals"].equals(ours["camhs_referrals"])
    assert theirs["dementia"].equals(ours["dementia"]), "outside hospital nobody has tested it"
    ratio = theirs["emergency_bed_days"][0] / ours["emergency_bed_days"][0]
    assert 0.85 < ratio < 0.95


def test_new_models_of_care_shorten_stays_and_no_other_scenario_does() -> None:
    for name in ("local_plan", "plan_on_schedule", "slow_delivery", "trend", "draft_plans"):
        assert (factors(name)["length_of_stay"] == 1).all()
    found = factors("new_models_of_care")["length_of_stay"]
    years = 2035 - level_until(whole_run()["recorded_level"])["emergency_bed_days"]
    assert found["emergency_bed_days"] == pytest.approx(0.9906**years)
    assert found["elective_bed_days"] == pytest.approx(0.9822**years)
    assert (found.drop(list(BED_DAYS)) == 1).all()


def test_shorter_stays_need_fewer_bed_days_for_the_same_admissions_and_by_an_uncertain_much() -> None:
    ours, theirs = demand("local_plan"), demand("shorter_stays")
    assert theirs["elective_admissions"].equals(ours["elective_admissions"])
    ratio = theirs["elective_bed_days"] / ours["elective_bed_days"]
    assert (ratio < 1).all()
    assert ratio[1:].std() > 0.01


def test_without_growth_beyond_people_the_driver_is_nothing_and_outpatients_are_a_third_fewer() -> None:
    assert (factors("people_only")["non_demographic_growth"] == 1).all()
    ratio = (
        demand("people_only")["outpatient_attendances"][0] / demand("local_plan")["outpatient_attendances"][0]
    )
    assert ratio == pytest.approx(1.0249**-16)


def test_doubt_about_growth_beyond_demography_is_most_of_an_interval_and_shares_the_draws() -> None:
    def width(name: str) -> float:
        low, high = demand(name)["outpatient_attendances"][1:].quantile([0.1, 0.9])
        return float(high / low)

    assert width("local_plan") > 1.3 * width("people_only")
    # Experts' own centre is another, their range is the principal run's.
    assert demand("experts")["day_cases"].iloc[0] > 1.1 * demand("local_plan")["day_cases"].iloc[0]
    assert width("experts") == pytest.approx(width("local_plan"), rel=0.05)
    assert demand("experts")["gp_appointments"].equals(demand("local_plan")["gp_appointments"])


def test_every_driver_of_use_is_at_work_in_some_shipped_scenario() -> None:
    at_work = {
        name
        for shipped in ("local_plan", "new_models_of_care")
        for name, found in factors(shipped).items()
        if not np.allclose(found, 1)
    }
    # Lists wait for somebody to give them.
    assert at_work == set(USE) - {"waiting_lists"}


def test_a_variant_without_its_rows_is_named_before_anything_runs() -> None:
    made = inputs()
    bad = scenario("local_plan").model_copy(update={"length_of_stay": "halved"})
    with pytest.raises(BadInput, match=r"id demand\.length_of_stay_e\w+_halved: found no such row"):
        check_variants(Assumptions(made["assumptions"]), made["services"], [bad])


def test_a_scenario_file_may_say_all_three(tmp_path: Path) -> None:
    shipped = yaml.safe_load((DATA / "scenarios" / "local_plan.yaml").read_text(encoding="utf-8"))
    words = {"health_status": "fitter", "length_of_stay": "recorded_trend", "non_demographic_growth": "none"}
    (tmp_path / "local_plan.yaml").write_text(yaml.safe_dump({**shipped, **words}), encoding="utf-8")
    read = load_scenarios(tmp_path)[0]
    assert (read.health_status, read.length_of_stay, read.non_demographic_growth) == tuple(words.values())


def test_scenarios_that_share_their_people_have_the_demand_each_would_have_alone() -> None:
    demand_run, people = run()
    alike = Residents(people.mid_years, people.people.copy(), people.births.copy())
    fewer = Residents(people.mid_years, people.people * 0.9, people.births)
    of_scenarios = {"local_plan": people, "shorter_stays": alike, "people_only": fewer}
    assert people.same_as(alike)
    assert not people.same_as(fewer)
    together = demand_run.demands(PLACE, of_scenarios)
    for name, found in zip(of_scenarios, together, strict=True):
        assert np.array_equal(found, demand_run.demand(PLACE, name, of_scenarios[name]))
