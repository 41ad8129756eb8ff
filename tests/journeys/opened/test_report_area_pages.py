"""Pages of areas in a real browser: values of Parquet, one sheet each, found without a mouse, no barrier."""

from __future__ import annotations

import re
import shutil
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pandas as pd
import pytest

from assets.inputs.settings import RunSettings
from assets.publication.release_stage import publish
from tests.assets.publication.made_releases import SCRIPT, documents, tables
from tests.journeys.report_page import DRAWN, PATIENCE, Page
from tests.journeys.running import Run

YEAR = 2035
NEIGHBOURHOOD, TEAM, HUB = "E02003482", "E06000042-N06", "mk_east_hub"
PLACE, SYSTEM, TRUST, SITE = "E06000042", "E54000024", "RD8", "RC971"
FLOOR = "primary_care_gross_internal_area"
Table = Callable[[str], pd.DataFrame]


@pytest.fixture(scope="module")
def release(main_run: Run) -> Path:
    return (main_run.outputs / "current").resolve()


@pytest.fixture(scope="module")
def page(browser: Any, release: Path) -> Iterator[Page]:
    opened = Page(browser, release)
    yield opened
    assert opened.wrong == []
    opened.page.close()


def to(page: Page, code: str) -> None:
    """Go to an area's page by its address."""
    page.page.evaluate("code => { location.hash = `area-${encodeURIComponent(code)}`; }", code)
    page.page.wait_for_function("code => document.getElementById('area').dataset.code === code", arg=code)


def rows(page: Page, title: str) -> list[list[str]]:
    """The rows of the part whose title begins so, its headings first."""
    script = """title => {
        const part = [...document.querySelectorAll(".area-part")].find((each) =>
            each.querySelector("h3").textContent.startsWith(title));
        return [...part.querySelectorAll("tr")].map((row) => [...row.cells].map((cell) => cell.textContent));
    }"""
    found: list[list[str]] = page.page.evaluate(script, title)
    return found


def row(page: Page, title: str, first: str) -> list[str]:
    every = rows(page, title)
    found = [each for each in every if each[0] == first] or [
        each for each in every if each[0].startswith(first)
    ]
    assert len(found) == 1, (first, rows(page, title))
    return found[0]


def picked(frame: pd.DataFrame, **where: object) -> pd.Series:
    if "scenario" in frame:
        where = {"scenario": "local_plan", **where}
    for column, value in where.items():
        frame = frame[frame[column] == value]
    assert len(frame) == 1, where
    return frame.iloc[0]


def told(value: float, decimals: int = 0) -> str:
    return f"{value:,.{decimals}f}".replace("-", "−")


def ranged(found: pd.Series, decimals: int = 0) -> str:
    return (
        f"{told(found['principal'], decimals)} "
        f"({told(found['p10'], decimals)} to {told(found['p90'], decimals)})"
    )


def test_a_neighbourhoods_page_shows_what_parquet_holds(page: Page, main_run: Run) -> None:
    to(page, NEIGHBOURHOOD)
    people = picked(
        main_run.table("neighbourhood_population"),
        neighbourhood=NEIGHBOURHOOD, year=YEAR, age_band="all",
    )  # fmt: skip
    found = row(page, "People by age", "All")
    headings = rows(page, "People by age")[0]
    assert found[headings.index(f"mid-{YEAR}")] == told(people["principal"])
    assert found[headings.index("80 % range")] == f"{told(people['p10'])} to {told(people['p90'])}"
    homes = picked(main_run.table("neighbourhood_homes"), msoa=NEIGHBOURHOOD, year=2030)
    at = rows(page, "Homes by site")[0].index("2030/31")
    assert row(page, "Homes by site", "All homes")[at] == told(homes["homes"])
    local = main_run.table("local_estates")
    local = local[local["area"] == NEIGHBOURHOOD]
    space = row(page, "General practice: required", "Gross internal area, m², 2035/36")
    assert space[1:4] == [
        ranged(picked(local, facility=FLOOR, year=YEAR, measure=measure))
        for measure in ("required", "existing", "gap")
    ]
    assert "not validated" in page.page.locator("#area-page").inner_text()


def test_a_teams_page_shows_its_options_and_their_cost(page: Page, main_run: Run) -> None:
    to(page, TEAM)
    option = picked(main_run.table("estates_options"), area=TEAM, option="new_build")
    found = row(page, "Options for the gap", str(option["option_name"]))
    assert found[2] == told(option["m2_gained"])
    assert found[3].startswith(f"£{told(round(option['capital_gbp'], -3))}")
    assert found[5] == f"£{told(round(option['net_present_cost_gbp'], -3))}"
    members = main_run.table("neighbourhood_teams").query("team == @TEAM")["msoa"]
    people = main_run.table("neighbourhood_population")
    people = people[people["neighbourhood"].isin(members) & (people["scenario"] == "local_plan")]
    people = people[(people["year"] == YEAR) & (people["age_band"] == "85+")]
    assert row(page, "People by age", "85+")[3] == told(people["principal"].sum())
    assert page.page.locator(".area-map .area-own").count() == len(members)
    assert page.page.locator(".area-parts a[href^='#area-E02']").count() == len(members)


def test_a_hubs_page_shows_its_gap_and_what_is_secured(page: Page, main_run: Run) -> None:
    to(page, HUB)
    local = main_run.table("local_estates").query("area == @HUB")
    gap = picked(local, facility=FLOOR, year=YEAR, measure="gap")
    assert row(page, "General practice: required", "Gross internal area, m², 2035/36")[3] == ranged(gap)
    secured = [" ".join(each) for each in rows(page, "Secured money")]
    assert any("1,080 m²" in each and "sum not on the register" in each for each in secured)
    assert all("not on the register" in each for each in secured[1:])


def test_a_places_page_shows_demand_staff_and_capital(page: Page, main_run: Run) -> None:
    to(page, PLACE)
    demand = picked(main_run.table("demand"), place=PLACE, service="gp_appointments", year=YEAR)
    assert row(page, "Demand", "GP appointments")[2] == ranged(demand)
    staff = picked(main_run.table("workforce"), place=PLACE, year=YEAR, staff_group="gps", measure="gap_wte")
    assert row(page, "Staff", "GPs")[3] == ranged(staff)
    capital = main_run.table("capital_requirement")
    capital = capital[(capital["scenario"] == "local_plan") & (capital["place"] == PLACE)]
    capital = capital[(capital["facility"] == FLOOR) & capital["year"].between(2025, YEAR)]
    assert rows(page, "Capital")[0][1] == "2025/26 to 2035/36"
    assert row(page, "Capital", "Primary care floor")[1] == f"£{told(round(capital['principal'].sum(), -3))}"


def test_a_trusts_page_shows_beds_and_staff_and_its_sites_lead_on(page: Page, main_run: Run) -> None:
    to(page, TRUST)
    estates = main_run.table("provider_estates")
    beds = [
        picked(estates, provider=TRUST, facility="general_acute_beds", year=YEAR, measure=measure)
        for measure in ("required", "existing", "gap")
    ]
    found = row(page, "Beds of the trust", "General and acute beds")
    assert found[0:1] == ["General and acute beds"]
    assert found[1:4] == [ranged(beds[0]), told(beds[1]["principal"]), ranged(beds[2])]
    staff = picked(
        main_run.table("provider_workforce"),
        provider=TRUST, year=YEAR, staff_group="nurses", measure="gap_wte",
    )  # fmt: skip
    assert row(page, "Staff", "Nurses")[3] == ranged(staff)
    page.page.get_by_role("link", name="Milton Keynes Hospital", exact=True).click()
    page.page.wait_for_function("document.getElementById('area').dataset.code === 'RD816'")
    site = picked(main_run.table("trust_sites"), site_code="RD816")
    assert row(page, "The site as returned", "Gross")[1] == f"{told(site['gross_internal_area_m2'])} m²"
    assert row(page, "On the register", "Outpatient rooms")[1] == "not known"


def test_an_area_is_found_by_name_and_left_again_without_a_mouse(page: Page) -> None:
    page.page.evaluate("location.hash = 'buildings'")
    page.page.wait_for_selector(DRAWN, timeout=PATIENCE)
    page.page.locator("nav.contents a[href='#area']").focus()
    page.page.keyboard.press("Enter")
    page.page.wait_for_function("document.activeElement.id === 'area-h'")
    assert page.page.locator("#summary").is_hidden()
    while page.page.evaluate("document.activeElement.id") != "area-search":
        page.page.keyboard.press("Tab")
    page.page.keyboard.type("bow brick")
    assert "2 found" in page.page.locator("#area-matches").inner_text()
    page.page.keyboard.press("Enter")
    page.page.wait_for_function("document.getElementById('area').dataset.code !== ''")
    assert page.page.locator("#area-h").inner_text().startswith("Bow Brickhill & Woburn Sands")
    assert page.page.evaluate("document.activeElement.id") == "area-h"
    assert page.page.title().startswith("Bow Brickhill & Woburn Sands")
    page.page.go_back()
    page.page.wait_for_function("document.getElementById('area').dataset.code === ''")
    page.page.go_back()
    page.page.locator("#buildings").wait_for(state="visible")
    assert page.page.locator("#area").is_hidden()
    page.page.wait_for_selector(DRAWN, timeout=PATIENCE)


def test_the_way_back_and_to_the_assumptions_leads_into_the_report(page: Page) -> None:
    to(page, TEAM)
    page.page.locator(".area-part a.behind-it[data-basis=estates_options]").click()
    page.page.locator("#assumptions").wait_for(state="visible")
    assert "Options for the gap" in page.page.locator("#narrowed").inner_text()
    to(page, TEAM)
    page.page.locator("#area-back").click()
    page.page.locator("#assumptions").wait_for(state="visible")
    assert page.page.locator("#area").is_hidden()
    page.page.locator("#all-assumptions").click()


@pytest.mark.parametrize("code", ["E02999999", "<img src=x onerror=alert(1)>", "%", "__proto__"])
def test_an_address_of_no_area_says_so_in_words(page: Page, code: str) -> None:
    page.page.evaluate("code => { location.hash = `area-${code}`; }", code)
    page.page.wait_for_function("document.getElementById('area-h').textContent === 'No page for this area'")
    said = page.page.locator("#area-page").inner_text()
    assert "This release has no area with the code" in said
    assert page.page.locator("#area-page img").count() == 0
    page.page.get_by_role("link", name="All areas").click()
    page.page.wait_for_function("document.querySelectorAll('#area-page details').length > 3")


def test_a_page_of_each_kind_is_one_sheet_of_paper(page: Page) -> None:
    for code in (NEIGHBOURHOOD, TEAM, HUB, PLACE, SYSTEM, TRUST, SITE, "E06000056", "dunstable_hub"):
        to(page, code)
        printed = page.page.pdf(prefer_css_page_size=True)
        assert len(re.findall(rb"/Type\s*/Page\b", printed)) == 1, code


@pytest.mark.parametrize("width", [1280, 768, 390])
def test_axe_finds_no_barrier_on_a_page(browser: Any, release: Path, width: int) -> None:
    from axe_playwright_python.sync_playwright import Axe

    opened = Page(browser, release, width)
    for code in ("", TEAM, TRUST):
        opened.page.evaluate(f"location.hash = 'area{'-' * bool(code)}{code}'")
        opened.page.wait_for_function(f"document.getElementById('area').dataset.code === '{code}'")
        result = Axe().run(opened.page, options={"runOnly": ["wcag2a", "wcag2aa", "wcag21aa", "wcag22aa"]})
        assert result.violations_count == 0, (code, result.generate_report())
        assert opened.page.evaluate("document.documentElement.scrollWidth") <= width
    opened.page.close()


def test_names_from_a_file_are_inert_on_a_page(browser: Any, main_run: Run, tmp_path: Path) -> None:
    shutil.copytree(main_run.outputs / "fits", tmp_path / "fits")
    doctored = publish(
        tables(),
        RunSettings(outputs_directory=str(tmp_path), code_version="abc"),
        run_id="doctored",
        checks=[],
        documents=documents(),
        now=datetime(2026, 11, 22, 12, tzinfo=UTC),
    )
    opened = Page(browser, doctored)
    to(opened, "E02000001")
    assert SCRIPT in opened.page.locator("#area-h").inner_text()
    opened.page.fill("#area-search", "script")
    assert SCRIPT in opened.page.locator("#area-found").inner_text()
    assert opened.page.locator("#area script, #area img").count() == 0
    assert opened.wrong == []
    opened.page.close()
