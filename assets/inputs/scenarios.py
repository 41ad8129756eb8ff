"""Scenarios: what a scenario file may say, and the scenarios of a run in their order."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Literal

import pandas as pd
import yaml
from pydantic import BaseModel, ConfigDict, ValidationError

from housing_trajectories.findings import BadInput, Finding
from housing_trajectories.schema import EXPIRED, WITHDRAWN

PRINCIPAL = "local_plan"
"""The scenario that summaries and comparisons show."""
WITHOUT_ADDED_GROWTH = "demographic_growth_only"
"""The same without growth beyond demography, where a run has it."""


class Scenario(BaseModel):
    """One scenario. `population` says what drives migration, `delivery` how planned homes come about,
    `plans` whether plans not yet adopted count, `mitigation` which models of care apply. `health_status`,
    `length_of_stay` and `non_demographic_growth` are `principal` or a variant whose rows assumptions.csv has
    (`demand.length_of_stay_elective_<variant>`), growth also `none`. `skill_mix` names a matrix of
    skill_mix.csv, `workforce_policy` the changes of workforce_policies.csv; without them the recorded skill
    mix and today's joining and leaving go on."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    name: str
    order: int
    title: str
    description: str
    population: Literal["housing_led", "trend"]
    delivery: Literal["calibrated", "on_schedule", "slow"]
    plans: Literal["adopted", "draft"]
    mitigation: Literal["none", "new_models_of_care"]
    health_status: str = "principal"
    length_of_stay: str = "principal"
    non_demographic_growth: str = "principal"
    skill_mix: str = "recorded"
    workforce_policy: str = "none"


def load_scenarios(directory: Path) -> list[Scenario]:
    """The scenarios of a folder, one a YAML file, in the order they give themselves."""
    paths = sorted(directory.glob("*.yaml"))
    if not paths:
        raise BadInput(
            [Finding(f"{directory.name}/", None, None, "no scenario", "one YAML file per scenario")]
        )
    scenarios = []
    for path in paths:
        try:
            scenario = Scenario.model_validate(yaml.safe_load(path.read_text(encoding="utf-8")))
        except yaml.YAMLError as error:
            raise BadInput([Finding(path.name, None, None, str(error), "a YAML mapping")]) from None
        except ValidationError as error:
            raise BadInput(
                [
                    Finding(
                        path.name,
                        None,
                        ".".join(map(str, item["loc"])) or None,
                        repr(item.get("input"))[:60],
                        f"one of {', '.join(Scenario.model_fields)}"
                        if item["type"] == "extra_forbidden"
                        else item["msg"].removeprefix("Input should be "),
                    )
                    for item in error.errors()
                ]
            ) from None
        if scenario.name != path.stem:
            raise BadInput([Finding(path.name, None, "name", scenario.name, f"the file's name, {path.stem}")])
        scenarios.append(scenario)
    if PRINCIPAL not in {scenario.name for scenario in scenarios}:
        raise BadInput(
            [
                Finding(
                    f"{directory.name}/",
                    None,
                    None,
                    f"no {PRINCIPAL}.yaml",
                    "the principal scenario, which others are compared with",
                )
            ]
        )
    return sorted(scenarios, key=lambda scenario: (scenario.order, scenario.name))


def with_plans_told(
    scenarios: list[Scenario], requirements: pd.DataFrame, names: Mapping[str, str]
) -> list[Scenario]:
    """The scenarios, with what their plans are: drafts and what is known of them, withdrawn, expired."""
    by_place = requirements.groupby("place", sort=False)
    drafts, withdrawn, expired = [], [], []
    for place, rows in by_place:
        name, statuses = names.get(str(place), str(place)), set(rows["plan_status"])
        for plan, steps in rows[rows["plan_status"] == "draft"].groupby("plan", sort=False):
            day, note = steps[["as_of", "note"]].iloc[0]
            known = "".join([f" as of {day}" if pd.notna(day) else "", f": {note}" if pd.notna(note) else ""])
            drafts.append(f"{plan} of {name} is not adopted{known}.")
        for plan in dict.fromkeys(rows.loc[rows["plan_status"] == WITHDRAWN, "plan"]):
            stays = "" if "draft" in statuses else f", so {name} stays with its adopted plan"
            withdrawn.append(f"{plan} of {name} was withdrawn{stays}.")
        for plan in dict.fromkeys(rows.loc[rows["plan_status"] == EXPIRED, "plan"]):
            stays = "" if "adopted" in statuses else " and counts for lack of another"
            expired.append(f"{plan} of {name} has expired{stays}.")
    told = {"adopted": expired, "draft": [*drafts, *withdrawn, *expired]}
    return [
        each.model_copy(update={"description": " ".join([each.description, *told[each.plans]])})
        if each.population == "housing_led"
        else each
        for each in scenarios
    ]


def scenario_table(scenarios: list[Scenario]) -> pd.DataFrame:
    """The scenarios as the table that passes between stages."""
    return pd.DataFrame(
        {
            "scenario": [scenario.name for scenario in scenarios],
            "definition_json": [scenario.model_dump_json() for scenario in scenarios],
        },
        dtype="str",
    )


def read_scenarios(frame: pd.DataFrame) -> list[Scenario]:
    """The scenarios of the run, the principal one first."""
    return [Scenario.model_validate_json(text) for text in frame["definition_json"]]
