"""What is wrong in options, budgets of premises and the fields of the pipeline, told before a run starts."""

from __future__ import annotations

from collections.abc import Mapping

import pandas as pd

from assets.estates.choices.option_terms import EXISTING_M2, NOTHING, TIME
from assets.inputs.assumptions import Assumptions
from assets.inputs.csv_reading import numbered
from housing_trajectories.findings import BadInput, Finding

_COST_UNITS = {"existing_area": "room gained", "added_area": "m2 gained", "new_area": "m2 gained"}
_OPTIONS, _BUDGETS, _FIELDS = "estate_options.csv", "premises_budgets.csv", "pipeline_fields.csv"


def choice_findings(tables: Mapping[str, pd.DataFrame]) -> list[Finding]:
    """Options that contradict themselves, budgets with years missing, fields of areas that there are not."""
    if not {"estate_options", "premises_budgets", "pipeline_fields", "assumptions"} <= set(tables):
        return []
    try:
        known = Assumptions(tables["assumptions"])
        first, last = (
            int(known.value(f"estates.{name}")) for name in ("first_decision_year", "option_plan_year")
        )
        ends = [int(known.value(f"demand.{name}")) for name in ("base_year", "last_year")]
    except BadInput as error:
        return list(error.findings)
    findings = [
        finding
        for row, values in numbered(tables["estate_options"])
        for finding in _of_option(row, values, last - first)
    ]
    if not (ends[0] < last <= ends[1] and first <= last):
        wanted = f"a projected year from {max(first, ends[0] + 1)} to {ends[1]}"
        findings.append(Finding("assumptions.csv", None, "id estates.option_plan_year", str(last), wanted))
        return findings
    findings += _budgets(tables["premises_budgets"], first, last)
    if "neighbourhood_teams" in tables:
        hubs = set(tables["hub_positions"]["hub"]) if "hub_positions" in tables else set()
        findings += unknown_areas(
            tables["pipeline_fields"], set(tables["neighbourhood_teams"]["team"]) | hubs
        )
    return findings


def _of_option(row: int, option: Mapping[str, object], years: int) -> list[Finding]:
    """An option's bias in order, costs of the unit that its change has, a ceiling where it needs one."""
    changes, unit = str(option["changes"]), str(option["cost_unit"])
    bias = [float(str(option[f"bias_{end}percent"])) for end in ("low_", "", "high_")]
    found = []
    if any(value == value for value in bias) and not bias[0] <= bias[1] <= bias[2]:
        said = ", ".join(f"{value:g}" for value in bias)
        found.append(Finding(_OPTIONS, row, "bias_percent", said, "low ≤ middle ≤ high, or none of them"))
    wanted = "room gained" if changes in TIME else _COST_UNITS.get(changes, "")
    if (changes == NOTHING and unit not in ("none", EXISTING_M2)) or (changes != NOTHING and unit != wanted):
        expected = wanted or f"none or {EXISTING_M2}"
        found.append(Finding(_OPTIONS, row, "cost_unit", unit, f"{expected}, as it changes {changes}"))
    if changes in (*TIME, "existing_area", "added_area") and not float(str(option["ceiling"])) > 0:
        found.append(Finding(_OPTIONS, row, "ceiling", "none", f"a ceiling above 0, as it changes {changes}"))
    lead = int(str(option["lead_time_years"]))
    if lead > years:
        found.append(
            Finding(
                _OPTIONS, row, "lead_time_years", str(lead), f"at most {years}: to open by the plan's year"
            )
        )
    return found


def _budgets(budgets: pd.DataFrame, first: int, last: int) -> list[Finding]:
    """A line that is given must be given for every year from the first decision to the plan's year."""
    return [
        Finding(
            _BUDGETS, None, "year", f"no row of {line} for {year}", f"a row for each year {first} to {last}"
        )
        for line, rows in budgets.groupby("line", sort=True)
        for year in range(first, last + 1)
        if year not in set(rows["year"])
    ]


def unknown_areas(fields: pd.DataFrame, areas: set[str]) -> list[Finding]:
    """Rows of the pipeline's fields whose area is no neighbourhood team or hub."""
    return [
        Finding(_FIELDS, row, "area", str(values["area"]), "the code of a neighbourhood team or hub")
        for row, values in numbered(fields)
        if values["area"] not in areas
    ]
