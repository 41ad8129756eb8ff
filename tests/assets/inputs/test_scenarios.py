"""The shipped scenarios say in their titles what they are: a requirement is not taken for a forecast."""

from __future__ import annotations

from pathlib import Path

from assets.inputs.scenarios import load_scenarios
from tests.shipped import DATA


def test_a_plan_on_schedule_is_said_to_be_the_remaining_requirement_and_why_it_is_low(root: Path) -> None:
    told = {each.name: each for each in load_scenarios(DATA / "scenarios")}
    on_schedule, slow = told["plan_on_schedule"], told["slow_delivery"]
    assert "Remaining requirement" in on_schedule.title
    assert "not a forecast" in on_schedule.description
    assert "can be lower than slow_delivery" in on_schedule.description
    assert "plan_on_schedule can be lower" in slow.description


def test_titles_are_different_and_fit_a_line(root: Path) -> None:
    titles = [each.title for each in load_scenarios(DATA / "scenarios")]
    assert len(set(titles)) == len(titles)
    assert max(map(len, titles)) <= 70
