"""Which sheets there are: named for people, one for each table, long tables shortened and said to be."""

from __future__ import annotations

from pathlib import Path

import pandas as pd
import pytest

from assets.dimensions.relationships import DIMENSIONS
from assets.publication import workbook_sheets
from assets.publication.workbook_sheets import Absent, WorkbookSheet, beside_codes, narrowed, sheets
from assets.tables.declarations import PROMISED
from assets.tables.declarations.loading import content
from tests.assets.publication.made_releases import tables

GIVEN = content(Path(workbook_sheets.__file__).with_suffix(".yaml"))


def lines() -> dict[str, str]:
    groups = [*GIVEN["groups"].values(), GIVEN["elsewhere"]]
    return {name: line for group in groups for name, line in group.items()}


def test_sheet_names_are_short_and_each_is_there_once() -> None:
    names = [told["sheet"] for told in GIVEN["headlines"].values()]
    names += [line.split(" | ")[0] for line in lines().values()]
    assert [name for name in names if len(name) > 31 or set(name) & set("[]:*?/\\'")] == []
    assert (
        len({name.lower() for name in names} | {"start here", "notes", "data dictionary"}) == len(names) + 3
    )


def test_every_released_table_has_a_place_in_the_workbook() -> None:
    cut = {
        table
        for told in GIVEN["headlines"].values()
        for table in (told["from"].values() if isinstance(told["from"], dict) else [told["from"]])
    }
    assert cut <= set(PROMISED)
    assert {*lines(), *cut, *DIMENSIONS} == set(PROMISED)
    assert all(2 <= len(line.split(" | ")) <= 3 for line in lines().values())


def test_every_column_of_a_headline_is_one_of_its_table_or_made_of_it() -> None:
    made = {"mid_year", "financial_year", "assumption_note", "assumption_unit", "required", "existing", "gap"}
    for name, told in GIVEN["headlines"].items():
        pairs = [
            each.strip().partition(" as ") for each in told.get("columns", "").split(",") if each.strip()
        ]
        headings = [(heading or column).lower() for column, _, heading in pairs]
        assert len(set(headings)) == len(headings), name
        shown = {column for column, _, _ in pairs}
        for chart in told.get("charts", ()):
            used = {chart["x"], *chart["values"].split(), *chart.get("lines", "").split()}
            assert used <= shown, (name, chart["title"])
        sources = told["from"].values() if isinstance(told["from"], dict) else [told["from"]]
        known = {each.name for source in sources for each in workbook_sheets.DECLARED[source].columns}
        unknown = {
            column
            for column in shown - known - made
            if not column.endswith("_name")
            and not column.startswith(("required_", "existing_", "gap_", "area"))
        }
        assert unknown == set(), name


def test_a_table_that_nobody_named_has_a_sheet_of_its_own_name() -> None:
    given = {"a_table_of_tomorrow": pd.DataFrame({"value": [1.0]})}
    workbook_sheets.DECLARED["a_table_of_tomorrow"] = workbook_sheets.DECLARED["local_rates"]
    try:
        (made,) = sheets(given)
    finally:
        del workbook_sheets.DECLARED["a_table_of_tomorrow"]
    assert isinstance(made, WorkbookSheet)
    assert (made.title, made.name) == ("A table of tomorrow", "a_table_of_tomorrow")


def test_a_table_without_rows_has_no_sheet_and_says_why() -> None:
    empty = {"dental_contracts": pd.DataFrame(columns=["contract"]), "trust_sites": pd.DataFrame()}
    made = {each.name: each for each in sheets(empty)}
    assert all(isinstance(each, Absent) for each in made.values())
    assert made["dental_contracts"].why == "No rows. No dental contracts were among the inputs."
    assert made["trust_sites"].why == "No rows. This release has none."


def long(scenarios: tuple[str, ...], codes: int) -> pd.DataFrame:
    return pd.DataFrame(
        [
            {"scenario": scenario, "place": f"p{number}", "year": year, "principal": 1.0}
            for scenario in scenarios
            for number in range(codes)
            for year in range(2021, 2051)
        ]
    )


def test_a_long_table_holds_the_principal_scenario_with_all_its_years() -> None:
    frame = long(("local_plan", "trend"), 5)
    held, words = narrowed(frame, 200, 200)
    assert set(held["scenario"]) == {"local_plan"}
    assert set(held["year"]) == set(range(2021, 2051))
    assert words == "150 of 300 rows: scenario local_plan, all years. All rows are in Parquet and CSV."
    whole, words = narrowed(frame, 300, 300)
    assert (len(whole), words) == (300, "All 300 rows.")


def test_a_table_too_long_for_that_holds_every_fifth_year_and_says_so() -> None:
    held, words = narrowed(long(("local_plan", "trend"), 10), 80, 80)
    assert set(held["year"]) == {2021, 2025, 2030, 2035, 2040, 2045, 2050}
    assert words.startswith("70 of 600 rows: scenario local_plan, all years; the first year and every fifth")


def test_a_long_table_of_areas_keeps_the_system_s_rows() -> None:
    rows = pd.DataFrame({"area_kind": ["place"] * 2000 + ["system"] * 100, "year": 2030})
    held, said = narrowed(rows, 1500, 1500)
    assert (len(held), "area_kind system" in said) == (100, True)


def test_a_workbook_of_many_areas_is_shortened_as_a_whole(monkeypatch: pytest.MonkeyPatch) -> None:
    given = {"households": long(("local_plan",), 400).assign(measure="dwellings")}
    (made,) = sheets(given)
    assert isinstance(made, WorkbookSheet)
    assert len(made.frame) == 12_000
    monkeypatch.setattr(workbook_sheets, "MOST_CELLS", 30_000)
    (made,) = sheets(given)
    assert isinstance(made, WorkbookSheet)
    assert len(made.frame) == 400 * 7
    assert "every fifth" in made.said


def test_names_and_years_stand_beside_codes() -> None:
    given = {
        "dim_place": pd.DataFrame({"place": ["E1"], "place_name": ["Luton"]}),
        "dim_service": pd.DataFrame({"service": ["births"], "service_name": ["Births"]}),
        "assumptions": pd.DataFrame({"id": ["a.b"], "unit": ["%"], "note": ["why"]}),
        "housing_delivery": pd.DataFrame({"site_reference": ["S1"], "site_name": ["East"]}),
    }
    rows = pd.DataFrame(
        {
            "place": ["E1", "E2"],
            "year": [2024, 2025],
            "service": ["births", None],
            "assumption": ["a.b", "c.d"],
            "site_reference": ["S1", "S2"],
            "origin": ["E1", "outside"],
        }
    )
    found = beside_codes(rows, "demand", given)
    assert list(found)[:6] == ["place", "place_name", "year", "financial_year", "service", "service_name"]
    assert found["place_name"].tolist() == ["Luton", "E2"], "a code without a name stands for itself"
    assert found["financial_year"].tolist() == ["2024/25", "2025/26"]
    assert found["service_name"].isna().tolist() == [False, True]
    assert found["assumption_note"].tolist() == ["why", ""]
    assert found["site_name"].tolist() == ["East", "S2"]
    assert found["origin_name"].tolist() == ["Luton", "outside"]
    assert "year" in beside_codes(rows, "population", given)
    assert beside_codes(rows, "population", given)["mid_year"].tolist() == ["mid-2024", "mid-2025"]


def test_every_line_of_a_chart_is_one_thing_in_the_order_of_years() -> None:
    made = [each for each in sheets(tables()) if isinstance(each, WorkbookSheet) and each.charts]
    assert made
    for sheet in made:
        for line in (line for chart in sheet.charts for line in chart.series):
            rows = sheet.frame.iloc[line.first : line.last + 1]
            assert rows[line.x].is_unique
            assert rows[line.x].is_monotonic_increasing
