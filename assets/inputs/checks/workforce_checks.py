"""What is wrong with the inputs of the workforce stage beyond a single table, told before a run starts.

Names that stand in no list, shares that do not add up, scenarios that ask for what is not there, and the
files of recorded staff. What a row alone shows is declared in the registry.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path

import pandas as pd

from assets.inputs.assumptions import Assumptions
from assets.inputs.scenarios import Scenario
from assets.official_files.staff_file_layouts import FOLDER
from assets.official_files.staff_files import NAMING, known_names, read_folder
from assets.workforce.norm_matrices import RECORDED
from assets.workforce.planning.planning_checks import TABLES as PLANNING_TABLES
from assets.workforce.planning.planning_checks import planning_findings
from assets.workforce.posts_and_staff import shared_ends, vacancy_terms
from assets.workforce.supplied_staff import POLICY_FREE
from housing_trajectories.findings import BadInput, Finding
from models.workforce.staffing_norms import shares_add_up

FIRST_ROW = 2
"""Of a file, under its header."""
EVERY = "all"
_OF_A_GROUP = (
    "participation",
    "joiners_from_training",
    "joiners_from_international",
    "joiners_from_return",
)
"""Assumptions of every staff group, by the first part of their ids."""
_TABLES = (
    *NAMING,
    *PLANNING_TABLES,
    "place_staff_rates",
    "services",
    "shared_trusts",
    "staffing_norms",
    "skill_mix",
    "staff_age_profiles",
    "workforce_policies",
)
_ENDS_AGREE = 0.02
"""How far the ends of a sector's level may be from those of the shares in shared_trusts together."""


def workforce_findings(
    tables: Mapping[str, pd.DataFrame], scenarios: Sequence[Scenario], data: Path
) -> list[Finding]:
    """All findings; none while one of the tables itself cannot be read."""
    if not {*_TABLES, "assumptions"} <= set(tables):
        return []
    groups = set(tables["staff_groups"]["staff_group"])
    pairs = set(tables["staff_groups"][["sector", "staff_group"]].itertuples(index=False, name=None))
    services = set(tables["services"]["service"])
    findings: list[Finding] = []
    for name in ("staffing_norms", "skill_mix"):
        rows = tables[name][["sector", "staff_group", "service"]].itertuples(index=False, name=None)
        for row, (sector, group, service) in enumerate(rows, start=FIRST_ROW):
            if (sector, group) not in pairs:
                found, wanted = f"{group} of {sector}", "a staff group of staff_groups.csv"
                findings.append(Finding(f"{name}.csv", row, "staff_group", found, wanted))
            if service not in services:
                findings.append(
                    Finding(f"{name}.csv", row, "service", str(service), "a service of services.csv")
                )
    norms = set(tables["staffing_norms"][["sector", "staff_group"]].itertuples(index=False, name=None))
    for sector, group in sorted(pairs - norms):
        found, wanted = f"no row for {group} of {sector}", "a norm for each staff group of staff_groups.csv"
        findings.append(Finding("staffing_norms.csv", None, "staff_group", found, wanted))
    findings += _skill_mix(tables["skill_mix"])
    findings += _profiles(tables["staff_age_profiles"])
    findings += _policies(tables["workforce_policies"], groups, Assumptions(tables["assumptions"]))
    findings += _scenarios(scenarios, tables)
    findings += _terms(Assumptions(tables["assumptions"]), pairs)
    findings += _place_rates(tables["place_staff_rates"], tables["staff_groups"])
    findings += _shares(tables["shared_trusts"], Assumptions(tables["assumptions"]))
    findings += planning_findings(tables, pairs)
    try:
        read_folder(data / FOLDER, known_names(tables))
    except BadInput as error:
        findings += error.findings
    return findings


def _skill_mix(frame: pd.DataFrame) -> list[Finding]:
    """Shares of a service that are not all of it, phases that differ, groups without a recorded share."""
    findings = []
    numbered = frame.assign(row=range(FIRST_ROW, FIRST_ROW + len(frame)))
    for (mix, service), rows in numbered.groupby(["skill_mix", "service"]):
        if not shares_add_up(rows["percent"].to_numpy()):
            found = f"{rows['percent'].sum():g} % of {service} in {mix}"
            findings.append(Finding("skill_mix.csv", int(rows["row"].iloc[-1]), "percent", found, "100 %"))
    recorded = numbered[numbered["skill_mix"] == RECORDED]
    known = set(recorded[["service", "staff_group"]].itertuples(index=False, name=None))
    for mix, rows in numbered[numbered["skill_mix"] != RECORDED].groupby("skill_mix"):
        row = int(rows["row"].iloc[0])
        phases = rows[["before_year", "full_year"]].drop_duplicates()
        if len(phases) != 1 or phases.isna().any().any():
            wanted = "the same before_year and full_year in every row of a skill mix"
            findings.append(Finding("skill_mix.csv", row, "before_year", f"{len(phases)} in {mix!s}", wanted))
        elif phases["before_year"].iloc[0] >= phases["full_year"].iloc[0]:
            found = f"{phases['before_year'].iloc[0]:g} to {phases['full_year'].iloc[0]:g}"
            findings.append(Finding("skill_mix.csv", row, "full_year", found, "a year after before_year"))
        for position, service, group in rows[["row", "service", "staff_group"]].to_numpy():
            if (service, group) not in known:
                found = f"{group!s} in {service!s}, which has no recorded share"
                findings.append(
                    Finding("skill_mix.csv", int(position), "staff_group", found, "a group of recorded")
                )
    return findings


def _profiles(frame: pd.DataFrame) -> list[Finding]:
    findings = []
    numbered = frame.assign(row=range(FIRST_ROW, FIRST_ROW + len(frame)))
    for (of, profile), rows in numbered.groupby(["of", "profile"]):
        if not shares_add_up(rows["percent"].to_numpy()):
            found = f"{rows['percent'].sum():g} % in {profile} of {of}"
            findings.append(
                Finding("staff_age_profiles.csv", int(rows["row"].iloc[-1]), "percent", found, "100 %")
            )
    return findings


def _policies(frame: pd.DataFrame, groups: set[str], known: Assumptions) -> list[Finding]:
    """Unknown groups, and years in which nothing would change or everything had."""
    first, last = (int(known.value(f"demand.{name}")) for name in ("base_year", "last_year"))
    findings = []
    rows = frame[["policy", "staff_group", "from_year"]].itertuples(index=False, name=None)
    for row, (policy, group, year) in enumerate(rows, start=FIRST_ROW):
        if group not in {*groups, EVERY}:
            findings.append(
                Finding("workforce_policies.csv", row, "staff_group", str(group), "a staff group, or all")
            )
        if not first < year <= last:
            wanted = f"a projected year, {first + 1} to {last}"
            findings.append(Finding("workforce_policies.csv", row, "from_year", str(year), wanted))
        if policy == POLICY_FREE:
            wanted = "another name: in a scenario none means no policy"
            findings.append(Finding("workforce_policies.csv", row, "policy", str(policy), wanted))
    return findings


def _terms(known: Assumptions, pairs: set[tuple[str, str]]) -> list[Finding]:
    """Rows of assumptions.csv that each staff group and sector needs, and that are not there."""
    values, ranges = set[str](), set[str]()
    for sector, group in pairs:
        values |= {f"workforce.{name}_{group}" for name in _OF_A_GROUP}
        values |= {f"workforce.move_rate_{sector}", *vacancy_terms(sector, group)}
        ranges |= {f"workforce.{name}_{group}" for name in ("leaver_rate", "joiners_per_leaver")}
        ranges.add(f"workforce.level_{sector}")
    findings: list[Finding] = []
    for ask, names in ((known.value, values - ranges), (known.range, ranges)):
        for name in sorted(names):
            try:
                ask(name)
            except BadInput as error:
                findings += error.findings
    return findings


def _place_rates(frame: pd.DataFrame, groups: pd.DataFrame) -> list[Finding]:
    """Rates of groups that places do not have, and a turnover with nothing of England's beside it."""
    of_places = set(groups.loc[groups["calibrated_on"] != "providers", "staff_group"])
    findings = []
    rows = frame[["staff_group", "measure", "england_percent"]].itertuples(index=False, name=None)
    for row, (group, measure, england) in enumerate(rows, start=FIRST_ROW):
        if group not in of_places:
            wanted = f"one of {', '.join(sorted(of_places))}"
            findings.append(Finding("place_staff_rates.csv", row, "staff_group", str(group), wanted))
        if measure == "turnover" and pd.isna(england):
            wanted = "England's turnover in the same count"
            findings.append(Finding("place_staff_rates.csv", row, "england_percent", "nothing", wanted))
    return findings


def _shares(frame: pd.DataFrame, known: Assumptions) -> list[Finding]:
    """Shares outside their range, and a level drawn within other ends than those of the sector's shares."""
    findings = []
    columns = ["low_percent", "share_percent", "high_percent"]
    for row, (low, share, high) in enumerate(frame[columns].itertuples(index=False), start=FIRST_ROW):
        if not low <= share <= high:
            found, wanted = f"{low:g}, {share:g}, {high:g}", "low_percent ≤ share_percent ≤ high_percent"
            findings.append(Finding("shared_trusts.csv", row, "share_percent", found, wanted))
    for sector, ends in shared_ends(frame).items():
        try:
            _, *drawn = known.range(f"workforce.level_{sector}")
        except BadInput:
            continue  # told with the other terms of a sector
        if max(abs(end - of) for end, of in zip(drawn, ends, strict=True)) > _ENDS_AGREE:
            found = f"low {drawn[0]:g} and high {drawn[1]:g}"
            wanted = f"{ends[0]:.3f} and {ends[1]:.3f}, the ends of its shares in shared_trusts.csv"
            findings.append(Finding("assumptions.csv", None, f"id workforce.level_{sector}", found, wanted))
    return findings


def _scenarios(scenarios: Sequence[Scenario], tables: Mapping[str, pd.DataFrame]) -> list[Finding]:
    """Scenarios that name a skill mix or a policy that is not there."""
    mixes = sorted(set(tables["skill_mix"]["skill_mix"]))
    policies = [POLICY_FREE, *sorted(set(tables["workforce_policies"]["policy"]))]
    findings = []
    for scenario in scenarios:
        for column, value, names, file in (
            ("skill_mix", scenario.skill_mix, mixes, "skill_mix.csv"),
            ("workforce_policy", scenario.workforce_policy, policies, "workforce_policies.csv"),
        ):
            if value not in names:
                wanted = f"one of {', '.join(names)} ({file})"
                findings.append(Finding(f"{scenario.name}.yaml", None, column, value, wanted))
    return findings
