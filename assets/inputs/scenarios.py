"""Scenarios: what a scenario file may say, and the scenarios of a run in their order."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from pathlib import Path
from typing import Literal

import pandas as pd
import yaml
from pydantic import BaseModel, ConfigDict, Field, ValidationError

from housing_trajectories.delivery.changed_homes import EVERY_SITE, HomesChange
from housing_trajectories.findings import BadInput, Finding
from housing_trajectories.schema import EXPIRED, REMAINDER_REFERENCE, WITHDRAWN

PRINCIPAL = "local_plan"
"""The scenario that summaries and comparisons show."""
WITHOUT_ADDED_GROWTH = "demographic_growth_only"
"""The same without growth beyond demography, where a run has it."""


CHANGEABLE = {
    "estates.gp_room_hours": (500.0, 8760.0),
    "estates.gp_room_utilisation": (10.0, 100.0),
    "estates.community_clinic_hours": (500.0, 8760.0),
    "estates.community_clinic_utilisation": (10.0, 100.0),
    "estates.occupancy_general_acute": (50.0, 100.0),
    "estates.net_new_share_practice": (0.0, 1.0),
    "estates.net_new_share_hospital": (0.0, 1.0),
    "workforce.productivity_change": (-5.0, 5.0),
}
"""Assumptions that a scenario may change, with the least and the most it may say. The stages that use them
work them out scenario by scenario (`assets.tables.by_scenario`)."""


class SiteHomes(BaseModel):
    """Homes of a site, or of `all` of a place, so many years later and so many per cent more than they would
    be; -100 leaves the site out."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    place: str
    site: str
    years_later: int = Field(default=0, ge=-25, le=25)
    homes_percent: float = Field(default=0.0, ge=-100, le=1000)


class Scenario(BaseModel):
    """One scenario. `population` says what drives migration, `delivery` how planned homes come about,
    `plans` whether plans not yet adopted count, `mitigation` which models of care apply. `health_status`,
    `length_of_stay` and `non_demographic_growth` are `principal` or a variant whose rows assumptions.csv has
    (`demand.length_of_stay_elective_<variant>`), growth also `none`. `skill_mix` names a matrix of
    skill_mix.csv, `workforce_policy` the changes of workforce_policies.csv; without them the recorded skill
    mix and today's joining and leaving go on. `homes` changes what is delivered of sites, `assumptions`
    gives other central values of those in CHANGEABLE."""

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
    homes: tuple[SiteHomes, ...] = ()
    assumptions: dict[str, float] = Field(default_factory=dict)

    @property
    def changed(self) -> bool:
        """Whether it changes homes or assumptions of what its other keys say."""
        return bool(self.homes or self.assumptions)

    def homes_changes(self, place: str) -> list[HomesChange]:
        """The changes of a place's homes."""
        return [
            HomesChange(each.site, each.years_later, each.homes_percent)
            for each in self.homes
            if each.place == place
        ]


def load_scenarios(directory: Path, *, principal: bool = True) -> list[Scenario]:
    """The scenarios of a folder, one a YAML file, in the order they give themselves.

    The principal one must be among them, unless `principal` is not asked for.
    """
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
    if principal and PRINCIPAL not in {scenario.name for scenario in scenarios}:
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


def change_findings(scenarios: Iterable[Scenario], planned: Mapping[str, Collection[str]]) -> list[Finding]:
    """What is wrong with the changes that scenarios make; `planned` holds the sites of each place."""
    findings = []

    def found(scenario: Scenario, key: str, what: str, expected: str) -> None:
        findings.append(Finding(f"{scenario.name}.yaml", None, key, what, expected))

    for scenario in scenarios:
        if scenario.changed and scenario.name == PRINCIPAL:
            found(scenario, "homes, assumptions", "changes", "none in the scenario others are compared with")
        if scenario.homes and scenario.population != "housing_led":
            found(scenario, "homes", "changes", "population: housing_led, for homes to bring people")
        seen = set()
        for number, change in enumerate(scenario.homes, start=1):
            key = f"homes, entry {number}"
            if change.place not in planned:
                found(scenario, f"{key}, place", change.place, f"one of {', '.join(sorted(planned))}")
            elif change.site not in {*planned[change.place], EVERY_SITE, REMAINDER_REFERENCE}:
                known = ", ".join(sorted(planned[change.place]))
                found(scenario, f"{key}, site", change.site, f"a site of {change.place}: all, {known}")
            if (change.place, change.site) in seen:
                found(scenario, key, f"{change.site} of {change.place} again", "one entry a site")
            seen.add((change.place, change.site))
        for name, value in scenario.assumptions.items():
            if name not in CHANGEABLE:
                found(scenario, "assumptions", name, f"one of {', '.join(CHANGEABLE)}")
            elif not CHANGEABLE[name][0] <= value <= CHANGEABLE[name][1]:
                low, high = CHANGEABLE[name]
                found(scenario, f"assumptions, {name}", f"{value:g}", f"a number from {low:g} to {high:g}")
    return findings


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
