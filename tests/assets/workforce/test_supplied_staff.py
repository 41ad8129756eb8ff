"""A workforce policy changes what it names, of the groups it names, from its year on, and nothing else."""

from __future__ import annotations

from dataclasses import fields
from typing import Any

import numpy as np
import pandas as pd
import pytest

from assets.inputs.assumptions import Assumptions
from assets.inputs.scenarios import read_scenarios
from assets.inputs.settings import RunSettings
from assets.workforce.supplied_staff import domestic_growth, policy, supply_base, supply_draws
from assets.workforce.workforce_inputs import StaffingTables
from models.workforce.supply_outlook import SOURCES
from tests.assets.services_run import services

UNITS = [("RD8", "acute", "nurses"), ("E06000032", "general_practice", "gps")]
YEARS = np.arange(2024, 2031)


def tables(**changed: pd.DataFrame) -> StaffingTables:
    given = {field.name: services()[field.name] for field in fields(StaffingTables)}
    return StaffingTables(**{**given, **changed})


def changed_by(lever: str, group: str) -> dict[str, np.ndarray]:
    """What a policy of one lever, a fifth less from 2027 on, makes of ratios that are 1 without it."""
    row: dict[str, Any] = {"policy": "trial", "lever": lever, "staff_group": group, "change_percent": -20.0}
    policies = services()["workforce_policies"].iloc[:1].assign(**row, from_year=2027)
    scenario = read_scenarios(services()["scenarios"])[0].model_copy(update={"workforce_policy": "trial"})
    made = policy(tables(workforce_policies=policies), scenario, UNITS, YEARS)
    return {name: np.array(getattr(made, name)) for name in ("leaving", "joining", "participation")}


def fifth_less(units: slice) -> np.ndarray:
    ratio = np.ones((len(YEARS), len(UNITS)))
    ratio[YEARS >= 2027, units] = 0.8
    return ratio


@pytest.mark.parametrize(("group", "units"), [("all", slice(None)), ("nurses", slice(0, 1))])
def test_leavers_and_participation_change_alone(group: str, units: slice) -> None:
    for lever, name in (("leavers", "leaving"), ("participation", "participation")):
        made = changed_by(lever, group)
        assert made.pop(name) == pytest.approx(fifth_less(units)), lever
        assert all((ratio == 1).all() for ratio in made.values()), lever


@pytest.mark.parametrize("source", SOURCES)
def test_joiners_of_one_source_change_alone(source: str) -> None:
    lever = "joiners_from_training" if source == "training" else f"joiners_{source}"
    made = changed_by(lever, "gps")
    joining = made.pop("joining")
    assert joining[:, :, SOURCES.index(source)] == pytest.approx(fifth_less(slice(1, 2)))
    assert (np.delete(joining, SOURCES.index(source), axis=2) == 1).all()
    assert all((ratio == 1).all() for ratio in made.values())


def test_domestic_joiners_grow_with_people_of_working_age_of_the_place_and_for_a_trust_of_the_system() -> (
    None
):
    people = services()["population_single_year"]
    places = services()["places"]
    councils = list(places.loc[places["kind"] == "place", "place"])
    # Each place by another rate, so that one cannot stand in for another.
    rate = people["place"].map({place: 0.01 * number for number, place in enumerate(councils, start=1)})
    moved = people.assign(principal=people["principal"] * (1 + rate.fillna(0)) ** (people["year"] - 2024))
    given = tables(population_single_year=moved)
    growth = domestic_growth(given, UNITS, YEARS)["local_plan"]
    of_working_age = given.people_of_working_age.loc["local_plan"].loc[list(YEARS)]
    for column, area in enumerate((given.system, "E06000032")):
        wanted = of_working_age[area] / of_working_age[area].iloc[0]
        assert growth[:, column] / growth[0, column] == pytest.approx(wanted.to_numpy())
    assert np.abs(growth[-1, 0] / growth[-1, 1] - 1) > 1e-3


def test_recruitment_from_abroad_falls_in_social_care_alone_and_the_rest_joins_as_before() -> None:
    flows = services()["workforce_flows"]
    joined = flows.pivot_table("principal", ["area", "staff_group", "year"], "flow")
    for (area, group), rows in joined.groupby(["area", "staff_group"]):
        abroad = rows["joiners_international"].to_numpy()
        falls = group == "adult_social_care_staff"
        path = np.array([0.7, 0.4, 0.4] if falls else [1.0, 1.0, 1.0])
        assert abroad[:3] == pytest.approx(abroad[0] / path[0] * path), (area, group)
        back = rows["joiners_return"].to_numpy()
        assert back[:3] == pytest.approx(np.full(3, back[0])), (area, group)


def test_joiners_of_social_care_s_base_year_are_england_s_of_2024_25() -> None:
    """50,000 from abroad and, of those in the country, the mean of two years' balance, on 134,000 leavers."""
    known = Assumptions(services()["assumptions"])
    leaving = known.value("workforce.leaver_rate_adult_social_care_staff") / 100
    per_leaver = known.value("workforce.joiners_per_leaver_adult_social_care_staff")
    abroad = known.value("workforce.joiners_from_international_adult_social_care_staff") / 100 * per_leaver
    leavers = {year: leaving * posts for year, posts in (("2023/24", 1_670_000), ("2024/25", 1_574_000))}
    assert abroad == pytest.approx(50_000 / leavers["2024/25"], abs=0.002)
    in_country = {
        "2023/24": 1 + (70_000 - 105_000) / leavers["2023/24"],
        "2024/25": 1 + (52_000 - 50_000) / leavers["2024/25"],
    }
    assert per_leaver - abroad == pytest.approx(np.mean(list(in_country.values())), abs=0.01)
    _, low, high = known.range("workforce.joiners_per_leaver_adult_social_care_staff")
    ends = np.array([low, high]) / per_leaver * (per_leaver - abroad)
    assert ends == pytest.approx(sorted(in_country.values()), abs=0.01)


def test_what_social_care_recruits_from_abroad_is_drawn_apart_from_other_groups() -> None:
    settings = RunSettings(draws=300)
    units = [("E06000032", "adult_social_care", "adult_social_care_staff"), UNITS[1]]
    drawn = supply_draws(tables(), units, "place", 5, settings).by_source[..., SOURCES.index("international")]
    low, high = np.quantile(drawn[1:, 0], [0.1, 0.9])
    assert low == pytest.approx(0.4, rel=0.2)
    assert high == pytest.approx(2.5, rel=0.2)
    assert abs(np.corrcoef(drawn[1:].T)[0, 1]) < 0.2


def test_turnover_of_a_place_moves_its_care_leavers_and_nobody_else_s() -> None:
    """Bedford's staff leave their role at 26.4 % a year, England's at 23.7 %; 8.5 % leave the sector."""
    units = [
        ("E06000055", "adult_social_care", "adult_social_care_staff"),
        ("E06000032", "adult_social_care", "adult_social_care_staff"),
        ("E06000055", "community", "community_staff"),
    ]
    leaving = supply_base(tables(), units, YEARS).leaver_percent
    usual = tables().known.value("workforce.leaver_rate_adult_social_care_staff")
    assert leaving[:2] == pytest.approx([usual * 26.4 / 23.7, usual * 23.2 / 23.7])
    none = services()["place_staff_rates"].iloc[:0]
    assert supply_base(tables(place_staff_rates=none), units, YEARS).leaver_percent == pytest.approx(
        [usual, usual, leaving[2]]
    )


def test_only_trusts_recruit_more_or_less_than_all_others_in_a_year_and_their_groups_do_so_together() -> None:
    units = [("RD8", "acute", "nurses"), ("RD8", "acute", "doctors"), UNITS[1]]
    joining = np.log(supply_draws(tables(), units, "provider", 6, RunSettings(draws=400)).joining[1:])
    turns = np.diff(joining, axis=1)
    nurses, doctors, gps = (turns[:, :, unit].ravel() for unit in range(3))
    assert nurses.std() > 2 * gps.std()
    assert np.corrcoef(nurses, doctors)[0, 1] > 0.7
    assert abs(np.corrcoef(nurses, gps)[0, 1]) < 0.1
