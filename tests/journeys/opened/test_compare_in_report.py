"""The report's part that compares, in a real browser: numbers of Parquet, signs, and what is not known."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any

import pandas as pd
import pytest

from assets.inputs.settings import RunSettings
from assets.publication.release_stage import publish
from tests.assets.publication.made_releases import NAMES, PLACE, SCRIPT, SYSTEM, documents, tables
from tests.journeys.report_page import Page
from tests.journeys.running import Run

VALUES = ["value", "compared_value", "principal", "p10", "p90"]


@pytest.fixture(scope="module")
def made() -> dict[str, pd.DataFrame]:
    """A release whose differences are those of its values, and which remembers the last release."""
    whole = tables()
    values = whole["headline_draws"].set_index(["scenario", "area", "quantity", "year"])["principal"]
    differences = whole["scenario_differences"]
    for side, column in (("scenario", "value"), ("compared_with", "compared_value")):
        at = pd.MultiIndex.from_frame(differences[[side, "area", "quantity", "year"]])
        differences[column] = values.reindex(at).to_numpy()
    differences["principal"] = differences["value"] - differences["compared_value"]
    spread = 3.0 + 2.0 * pd.Series(range(len(differences)))
    differences["p10"] = differences["principal"] - spread
    differences["p90"] = differences["principal"] + 5 * spread
    rows = [
        {
            "headline": headline,
            "place": place,
            "year": year,
            "cause": cause,
            "place_name": NAMES[place],
            "unit": "persons",
            "previous": None if headline == "homes" else previous + year,
            "current": previous + year + change,
            "change": change,
            "sentence": f"A sentence {SCRIPT}",
        }
        for cause in ("data/x.csv", "total")
        for headline, previous, change in (("population", 1000.0, -12.5), ("homes", 500.0, 3.0))
        for place in (PLACE, SYSTEM)
        for year in (2030, 2035, 2040)
    ]
    return {**whole, "release_changes": pd.DataFrame(rows)}


@pytest.fixture(scope="module")
def page(
    browser: Any, made: dict[str, pd.DataFrame], tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Page]:
    outputs = tmp_path_factory.mktemp("made")
    settings = RunSettings(outputs_directory=str(outputs), code_version="abc", draws=21)
    moment = datetime(2026, 11, 22, 12, tzinfo=UTC)
    release = publish(made, settings, run_id="made", checks=[], documents=documents(), now=moment)
    opened = Page(browser, release)
    yield opened
    opened.page.close()


def amount(text: str) -> float:
    return float(text.replace(",", "").replace("−", "-"))


def compared(page: Page, **choices: object) -> dict[str, list[str]]:
    """The rows of the part by what they are of, after the choices; the heading row is of `What`."""
    for control, value in choices.items():
        page.choose(control, str(value))
    return {row[0]: row[1:] for row in page.rows("compare")}


def test_a_difference_has_both_values_and_its_interval_and_sides_swap_the_sign(
    page: Page, made: dict[str, pd.DataFrame]
) -> None:
    row = made["scenario_differences"].set_index(["area", "quantity", "year"]).loc[PLACE, "people", 2035]
    straight = compared(page, scenario="trend", beside="local_plan", place=PLACE, year=2035)
    (name,) = (name for name in straight if name.startswith("People"))
    assert name == f"People {SCRIPT}"
    shown = [amount(text) for text in straight[name][1:6]]
    assert shown == pytest.approx([round(row[each]) for each in VALUES], abs=1)
    assert amount(straight[name][6]) == pytest.approx(
        100 * row["principal"] / row["compared_value"], abs=0.05
    )
    swapped = compared(page, scenario="local_plan", beside="trend")[name]
    there = [amount(text) for text in swapped[1:6]]
    assert there == [shown[1], shown[0], -shown[2], -shown[4], -shown[3]]


def test_against_itself_nothing_differs_and_a_gap_has_no_share(page: Page) -> None:
    rows = compared(page, scenario="trend", beside="trend", place=SYSTEM, year=2030)
    people = rows[f"People {SCRIPT}"]
    assert people[1] == people[2]
    assert people[3:] == ["0", "0", "0", "0.0"]
    assert rows["Rooms, gap"][3:] == ["0.0", "0.0", "0.0", ""]


def test_a_year_between_says_which_is_shown_and_no_choice_compares_nothing(page: Page) -> None:
    compared(page, scenario="trend", beside="local_plan", year=2050)
    says = page.page.locator("#figure-compare .says")
    assert "kept for 2030, 2035: the nearest to 2050 is shown" in says.inner_text()
    assert page.page.locator("#figure-compare .title").inner_text().endswith("2035")
    page.choose("beside", "")
    assert "Choose a scenario" in says.inner_text()
    assert page.rows("compare") == [[""]]


def test_the_last_release_is_a_choice_without_an_interval(page: Page) -> None:
    rows = compared(page, scenario="trend", beside="last release", place=PLACE, year=2035)
    assert rows == {
        "What": ["Unit", "This release", "Last release", "Difference"],
        "People": ["persons", "3,022.5", "3,035.0", "−12.5"],
    }
    says = page.page.locator("#figure-compare .says").inner_text()
    assert "The interval of these differences is not known here" in says
    assert page.page.locator("#figure-compare .plot").is_hidden()
    assert len(page.rows("people")[0]) == 4, "no line for a release in other charts"
    assert page.wrong == []


def test_the_page_of_a_run_shows_what_parquet_holds(browser: Any, main_run: Run) -> None:
    opened = Page(browser, (main_run.outputs / "current").resolve())
    table = main_run.table("scenario_differences")
    for ours, theirs, area, year in (
        ("plan_on_schedule", "local_plan", "E06000042", 2040),
        ("new_models_of_care", "trend", "E54000024", 2030),
    ):
        rows = compared(opened, scenario=ours, beside=theirs, place=area, year=year)
        found = table.query(
            "scenario == @ours and compared_with == @theirs and area == @area and year == @year"
        )
        assert len(found) > 25
        for row in found.to_dict("records"):
            by = 1e6 if row["unit"] == "GBP" else 1.0
            shown = [amount(text) for text in rows[row["quantity_name"]][1:6]]
            assert shown == pytest.approx([row[each] / by for each in VALUES], abs=0.56), row["quantity"]
    last = [
        option for option in opened.page.locator("#beside option").all_inner_texts() if "release" in option
    ]
    assert last == [], "a first release has none before it"
    assert opened.wrong == []
    opened.page.close()
