"""The shipped scenarios say in their titles what they are: a requirement is not taken for a forecast."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from assets.inputs.scenarios import Scenario, change_findings, load_scenarios
from housing_trajectories.delivery.changed_homes import HomesChange
from housing_trajectories.findings import BadInput
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


PLANNED = {"E06000042": ["MK-EAST"], "E06000055": []}


def changed(**keys: Any) -> Scenario:
    known = load_scenarios(DATA / "scenarios")[0].model_dump()
    return Scenario.model_validate({**known, "name": "what_if", **keys})


def test_changes_of_known_sites_and_assumptions_are_taken() -> None:
    scenario = changed(
        homes=[
            {"place": "E06000042", "site": "MK-EAST", "years_later": 2, "homes_percent": -30},
            {"place": "E06000055", "site": "all", "homes_percent": 10},
            {"place": "E06000055", "site": "remainder", "homes_percent": 10},
        ],
        assumptions={"estates.gp_room_hours": 3000},
    )
    assert change_findings([scenario], PLANNED) == []
    assert scenario.homes_changes("E06000042") == [HomesChange("MK-EAST", 2, -30)]


@pytest.mark.parametrize(
    ("keys", "found", "expected"),
    [
        ({"homes": [{"place": "E06000099", "site": "all"}]}, "E06000099", "E06000042, E06000055"),
        ({"homes": [{"place": "E06000042", "site": "MK-WEST"}]}, "MK-WEST", "all, MK-EAST"),
        ({"homes": [{"place": "E06000042", "site": "all"}] * 2}, "all of E06000042 again", "one entry"),
        ({"assumptions": {"estates.gp_room_hour": 3000}}, "estates.gp_room_hour", "estates.gp_room_hours"),
        ({"assumptions": {"estates.gp_room_hours": 20}}, "20", "from 500 to 8760"),
        ({"assumptions": {"estates.gp_room_hours": 3000}, "name": "local_plan"}, "changes", "none"),
        (
            {"homes": [{"place": "E06000042", "site": "all"}], "population": "trend"},
            "changes",
            "housing_led",
        ),
    ],
)
def test_a_change_that_names_nothing_known_is_told(keys: dict[str, Any], found: str, expected: str) -> None:
    findings = change_findings([changed(**keys)], PLANNED)
    assert len(findings) == 1
    assert findings[0].file == f"{keys.get('name', 'what_if')}.yaml"
    assert findings[0].found == found
    assert expected in findings[0].expected


def test_a_number_of_no_sense_stops_with_its_file_and_key(tmp_path: Path) -> None:
    text = (DATA / "scenarios" / "local_plan.yaml").read_text(encoding="utf-8")
    more = "homes:\n- {place: E06000042, site: all, homes_percent: -120}\n"
    (tmp_path / "local_plan.yaml").write_text(text + more, encoding="utf-8")
    with pytest.raises(BadInput, match=r"homes\.0\.homes_percent.*-120"):
        load_scenarios(tmp_path)
