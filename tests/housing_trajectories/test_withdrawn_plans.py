"""Plans that were withdrawn or have expired: in the register of plans, in a council's file, in a scenario."""

from __future__ import annotations

import shutil
from pathlib import Path

import pandas as pd
import pytest

from assets.inputs.csv_reading import read_table
from assets.inputs.scenarios import load_scenarios, with_plans_told
from assets.tables.declarations import INPUT_TABLES
from housing_trajectories import read
from housing_trajectories.delivery.selection import plan_in_force, rows_in_scenario
from housing_trajectories.findings import BadInput
from housing_trajectories.schema import Trajectory
from tests.shipped import DATA

BEDFORD, MILTON_KEYNES = "E06000055", "E06000042"
PLAN_2040 = "Bedford Borough Local Plan 2040 (submission)"


@pytest.fixture
def data(root: Path, tmp_path: Path) -> Path:
    """The shipped data, in which the draft plan of Bedford was withdrawn."""
    shutil.copytree(DATA, tmp_path / "data")
    register(tmp_path / "data", f"{PLAN_2040},", ",draft,", ",withdrawn,")
    return tmp_path / "data"


def register(data: Path, of: str, old: str, new: str) -> pd.DataFrame:
    """The register of plans with a word changed in the rows that hold another, as read."""
    path = data / "local_plan_requirements.csv"
    lines = path.read_text(encoding="utf-8").splitlines()
    changed = [line.replace(old, new) if of in line else line for line in lines]
    assert changed != lines or old == new
    path.write_text("\n".join(changed) + "\n", encoding="utf-8")
    return read_table(INPUT_TABLES["local_plan_requirements"], path, None)


def said(trajectory: Trajectory) -> list[str]:
    return [finding.found for finding in trajectory.findings if finding.issue == "plan was withdrawn"]


def test_homes_of_a_plan_withdrawn_in_the_register_do_not_count_and_are_said(root: Path, data: Path) -> None:
    file = root / "housing_trajectories" / "blmk" / "bedford.csv"
    before, after = read(file, BEDFORD), read(file, BEDFORD, data=data)
    drafts = before.table["plan_status"].eq("draft")
    assert drafts.any()
    pd.testing.assert_frame_equal(after.usable().table, before.table[~drafts].reset_index(drop=True))
    for plans in ("adopted", "draft"):
        rows = rows_in_scenario(after.table, plans)
        assert (
            rows["planned_net_dwellings"].sum()
            == rows_in_scenario(before.table, "adopted")["planned_net_dwellings"].sum()
        )
    (sentence,) = said(after)
    assert sentence.endswith(f"homes: {PLAN_2040}")
    assert not said(before)
    other = root / "housing_trajectories" / "blmk" / "milton_keynes.csv"
    assert not said(read(other, MILTON_KEYNES, data=data))


def test_a_plan_that_a_file_itself_says_was_withdrawn_does_not_count(tmp_path: Path) -> None:
    path = tmp_path / "luton.csv"
    path.write_text(
        "Plan,Plan status,Site Ref,Site Name,Net Dwellings,2025/26,2026/27\n"
        "Local Plan,adopted,A,Mill,20,10,10\n"
        "Plan 2040,Withdrawn 2025,B,Yard,50,20,30\n",
        encoding="utf-8",
    )
    trajectory = read(path).usable()
    assert set(trajectory.table["site_reference"]) == {"A"}
    assert said(trajectory) == ["1 row of a plan that was withdrawn, 50 homes: Plan 2040"]
    path.write_text(
        "Plan status,Site Ref,Site Name,Net Dwellings,2025/26\nwithdrawn,B,Yard,50,50\n", encoding="utf-8"
    )
    trajectory = read(path)
    assert [finding.issue for finding in trajectory.errors]


def test_a_withdrawn_plan_is_none_and_an_expired_one_counts_for_lack_of_another(data: Path) -> None:
    requirements = register(data, "Luton Local Plan,", ",adopted,", ",expired,").to_dict("records")
    assert plan_in_force(BEDFORD, requirements, "draft") is None
    plan = plan_in_force("E06000032", requirements, "adopted")
    assert plan is not None
    assert (plan.name, plan.last_year) == ("Luton Local Plan", 2030)
    plan = plan_in_force(BEDFORD, requirements, "adopted")
    assert plan is not None
    assert plan.name == "Bedford Borough Local Plan 2030"
    gone = register(data, "Luton Local Plan,", ",expired,", ",withdrawn,").to_dict("records")
    with pytest.raises(BadInput, match="no adopted plan of E06000032"):
        plan_in_force("E06000032", gone, "adopted")


def test_a_scenario_says_which_plans_are_no_longer(data: Path) -> None:
    register(data, "MK City Plan", ",draft,", ",withdrawn,")
    requirements = register(data, "Luton Local Plan,", ",adopted,", ",expired,")
    scenarios = load_scenarios(data / "scenarios")
    names = {BEDFORD: "Bedford", MILTON_KEYNES: "Milton Keynes", "E06000032": "Luton"}
    told = {each.name: each for each in with_plans_told(scenarios, requirements, names)}
    words = {each.name: told[each.name].description.removeprefix(each.description) for each in scenarios}
    expired = " Luton Local Plan of Luton has expired and counts for lack of another."
    assert words["draft_plans"] == (
        f" MK City Plan 2050 (draft) of Milton Keynes was withdrawn, so Milton Keynes stays with its adopted "
        f"plan. {PLAN_2040} of Bedford was withdrawn, so Bedford stays with its adopted plan." + expired
    )
    assert words["local_plan"] == expired
    assert words["trend"] == ""


def test_the_scenario_of_draft_plans_says_what_is_known_of_each(root: Path) -> None:
    requirements = pd.read_csv(DATA / "local_plan_requirements.csv")
    scenarios = load_scenarios(DATA / "scenarios")
    names = {BEDFORD: "Bedford", MILTON_KEYNES: "Milton Keynes"}
    told = with_plans_told(scenarios, requirements, names)
    changed = [(new, old) for new, old in zip(told, scenarios, strict=True) if new != old]
    ((new, old),) = changed
    assert new.name == "draft_plans"
    words = new.description.removeprefix(old.description)
    assert words.startswith(" MK City Plan 2050 (draft) of Milton Keynes is not adopted as of 2025-11-07: ")
    assert f" {PLAN_2040} of Bedford is not adopted as of 2025-10-09: submitted on 2023-01-12" in words
    assert words.count(PLAN_2040) == 1
    assert "the inspector recommended on 2025-06-10 that it be withdrawn" in words
