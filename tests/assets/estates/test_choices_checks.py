"""Wrong options, budgets and fields of the pipeline: the file, the row, what is there, what is expected."""

from __future__ import annotations

import pandas as pd
import pytest

from assets.estates.choices.choices_checks import choice_findings
from assets.inputs.csv_reading import read_table
from assets.tables.declarations import INPUT_TABLES
from tests.shipped import DATA

NAMES = ("estate_options", "premises_budgets", "pipeline_fields", "assumptions")
OPTION, LINES = "estate_options", "premises_budgets"
WRONG = {
    "bias upside down": (OPTION, 8, "bias_percent", 30.0, "2, 30, 24; expected low ≤ middle ≤ high"),
    "a lever priced by the m2": (
        OPTION,
        4,
        "cost_unit",
        "m2 gained",
        "found m2 gained; expected room gained, as",
    ),
    "a building priced by the room": (
        OPTION,
        9,
        "cost_unit",
        "room gained",
        "expected m2 gained, as it changes",
    ),
    "a lever without a ceiling": (
        OPTION,
        6,
        "ceiling",
        float("nan"),
        "found none; expected a ceiling above 0",
    ),
    "an option that opens too late": (OPTION, 9, "lead_time_years", 12, "found 12; expected at most 9"),
    "a year without a budget": (
        LINES,
        5,
        "year",
        2024,
        "premises_budgets.csv, column year: found no row of capital",
    ),
}


def shipped() -> dict[str, pd.DataFrame]:
    return {name: read_table(INPUT_TABLES[name], DATA / f"{name}.csv", places=None) for name in NAMES}


def told(tables: dict[str, pd.DataFrame]) -> list[str]:
    return [finding.refusal() for finding in choice_findings(tables)]


def test_shipped_options_budgets_and_fields_are_right() -> None:
    assert told(shipped()) == []


@pytest.mark.parametrize(("table", "row", "column", "value", "said"), WRONG.values(), ids=list(WRONG))
def test_what_is_wrong_is_told_with_its_file_and_row(
    table: str, row: int, column: str, value: object, said: str
) -> None:
    tables = shipped()
    tables[table].loc[row - 2, column] = value
    (found,) = told(tables)
    assert said in found
    assert found.startswith(f"{table}.csv, row {row}, column" if table == OPTION else f"{table}.csv, column")


def test_a_plan_s_year_is_projected_and_fields_are_of_a_team() -> None:
    tables = shipped()
    tables["assumptions"].loc[tables["assumptions"]["id"] == "estates.option_plan_year", "value"] = 2070
    assert "id estates.option_plan_year: found 2070; expected a projected year" in told(tables)[0]
    tables = shipped()
    tables["neighbourhood_teams"] = pd.DataFrame({"team": ["E06000042-N01"]})
    tables["pipeline_fields"] = pd.DataFrame({"area": ["E06000042-N01", "E06000042-N99"]})
    (found,) = told(tables)
    assert found.startswith("pipeline_fields.csv, row 3, column area: found E06000042-N99; expected the code")
