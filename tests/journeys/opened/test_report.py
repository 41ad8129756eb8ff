"""The report in a real browser: every control, the numbers of Parquet, no script from a name, no barrier."""

from __future__ import annotations

import csv
import re
import shutil
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pandas as pd
import pytest

from assets.inputs.settings import RunSettings
from assets.publication.release_stage import publish
from assets.publication.report import rests_on
from assets.publication.report.backtest_shown import backtests
from assets.publication.report.rests_on import resting_on
from tests.assets.publication.made_releases import FORMULA, PLACE, SCRIPT, documents, tables
from tests.journeys.report_page import DRAWN, PATIENCE, Page
from tests.journeys.running import Run


@pytest.fixture(scope="module")
def release(main_run: Run) -> Path:
    return (main_run.outputs / "current").resolve()


@pytest.fixture(scope="module")
def doctored(tmp_path_factory: pytest.TempPathFactory, main_run: Run) -> Path:
    outputs = tmp_path_factory.mktemp("doctored")
    shutil.copytree(main_run.outputs / "fits", outputs / "fits")
    failed = {
        "asset": "population",
        "check": "as_declared",
        "passed": False,
        "severity": "WARN",
        "description": SCRIPT,
    }
    return publish(
        tables(),
        RunSettings(outputs_directory=str(outputs), code_version="abc"),
        run_id="doctored",
        checks=[failed],
        documents=documents(),
        now=datetime(2026, 11, 22, 12, tzinfo=UTC),
    )


@pytest.fixture(scope="module")
def page(browser: Any, release: Path) -> Iterator[Page]:
    opened = Page(browser, release)
    yield opened
    opened.page.close()


GAP_ROWS = (
    "tables => tables.flatMap(table => [...table.tBodies[0].rows].map(row =>"
    " [...row.cells].map(cell => cell.innerText.replace(/\\s+/g, ' ').trim())))"
)
"""The cells of the first screen's tables as they are read."""


def shown(text: str) -> float:
    return float(text.replace(",", ""))


def picked(frame: pd.DataFrame, **where: object) -> pd.Series:
    for column, value in where.items():
        frame = frame[frame[column] == value]
    assert len(frame) == 1, where
    return frame.iloc[0]


def test_it_opens_from_disk_asks_the_network_for_nothing_and_draws_every_chart(page: Page) -> None:
    assert all(url.startswith(("file:", "blob:", "data:")) for url in page.asked), page.asked
    assert page.wrong == []
    assert page.page.locator("#trouble").is_hidden()
    drawn = page.page.locator(".plot:not([hidden]) svg").count()
    assert drawn == page.page.locator(".plot:not([hidden])").count() >= 8


def test_it_can_be_mailed(release: Path) -> None:
    assert (release / "report.html").stat().st_size <= 5_000_000


def test_the_first_screen_shows_what_parquet_holds(page: Page, main_run: Run) -> None:
    where = {"scenario": "local_plan", "place": "E54000024", "year": 2035}
    population = main_run.table("population")
    expected = [
        picked(population, **where, sex="persons", age_band="all"),
        picked(population, **where, sex="persons", age_band="65+"),
        picked(main_run.table("households"), **where, measure="dwellings"),
    ]
    tiles = page.page.locator("ul.tiles li").all_inner_texts()
    assert len(tiles) == len(expected)
    for tile, row in zip(tiles, expected, strict=True):
        assert f"{row['principal']:,.0f}" in tile
        assert f"({row['p10']:,.0f} to {row['p90']:,.0f})" in tile
    assert "old" in page.page.locator("#age").inner_text()


def test_it_leads_with_the_gaps_of_buildings_and_staff_and_when_they_open(page: Page, main_run: Run) -> None:
    page.page.locator("#summary details").evaluate_all("all => all.forEach(one => one.open = true)")
    rows = page.page.locator("#summary table.gaps").evaluate_all(GAP_ROWS)
    where = {"scenario": "local_plan", "year": 2035}
    beds = main_run.table("provider_estates")
    rooms = main_run.table("local_estates").query("facility == 'gp_consulting_rooms'")
    outside = main_run.table("workforce").query("staff_group == 'all_outside_hospital'")
    trusts = main_run.table("provider_workforce").query("staff_group == 'all'")
    expected = [
        ("General and acute beds", "Bedfordshire Hospitals", picked(
            beds, **where, provider="RC9", facility="general_acute_beds", measure="gap")),
        ("Maternity beds", "Milton Keynes University Hospital", picked(
            beds, **where, provider="RD8", facility="maternity_beds", measure="gap")),
        ("GP consulting rooms", "Luton", picked(
            rooms, **where, area_kind="place", area="E06000032", measure="gap")),
        ("Staff outside hospitals", "Milton Keynes", picked(
            outside, **where, place=PLACE, sector="all", measure="gap_wte")),
        ("All staff", "Bedfordshire Hospitals", picked(
            trusts, **where, provider="RC9", measure="gap_wte")),
    ]  # fmt: skip
    for what, area, row in expected:
        [cells] = [cells for cells in rows if cells[0].startswith(what) and cells[0].endswith(area)]
        low, high = (f"{row[end]:,.0f}".replace("-", "\u2212") for end in ("p10", "p90"))
        assert f"{low} to {high} {row['unit']}" in cells[2]
        word = "short" if round(row["principal"]) > 0 else "to spare"
        assert f"{abs(row['principal']):,.0f} {word}" in cells[2]
    # A place each for rooms, a place or trust each for staff, and every kind of bed whose number is known.
    assert len([cells for cells in rows if cells[0].startswith("GP consulting rooms")]) == 4
    assert len([cells for cells in rows if "taff" in cells[0]]) == 6
    [cells] = [cells for cells in rows if cells[0].startswith("Staff") and cells[0].endswith(" Keynes")]
    short = main_run.table("workforce_shortage").query(
        f"scenario == 'local_plan' and area == '{PLACE}' and staff_group == 'all_outside_hospital'"
    )
    first = int(short.loc[short["probability"] >= 0.5, "year"].min())
    assert f"{first}/{(first + 1) % 100:02d}" in cells[1]


def test_it_shows_growth_with_and_without_growth_beyond_demography(page: Page, main_run: Run) -> None:
    rows = page.page.locator("#summary table[aria-label='Growth of demand']").evaluate_all(GAP_ROWS)
    grown = main_run.table("growth_beyond_demography")
    for service, name in (("ae_attendances", "A&E attendances"), ("gp_appointments", "GP appointments")):
        row = picked(grown, place="E54000024", service=service, year=2035)
        [cells] = [cells for cells in rows if cells[0].startswith(name)]
        assert shown(cells[1]) == round(row["base_value"])
        assert cells[2].startswith(f"{row['principal']:,.0f} ({row['p10']:,.0f} to {row['p90']:,.0f})")
        assert cells[3:] == [f"{row['growth_percent']:+.0f} %", f"{row['growth_without_percent']:+.0f} %"]


def test_one_line_says_how_old_the_evidence_is_and_a_click_what_it_is(page: Page, main_run: Run) -> None:
    inputs = main_run.table("area_inputs").dropna(subset="vintage")
    assert "2018" in set(inputs.loc[inputs["input"] == "past_components_of_change", "vintage"])
    block = page.page.locator("#evidence-age")
    [line] = block.locator("p").all_inner_texts()
    assert line.startswith("Evidence: newest 2026, oldest that matters 2018 (")
    assert "Components of population change" in line
    listed_rows = block.locator("table tbody tr").count()
    assert listed_rows > 20
    assert block.locator("table").is_hidden() != block.locator("details").first.evaluate("one => one.open")


def test_the_first_sentence_is_on_the_first_screen_and_the_gaps_fit_two(browser: Any, release: Path) -> None:
    opened = Page(browser, release)
    lead = opened.page.locator("#summary .lead").evaluate("one => one.getBoundingClientRect().bottom")
    assert lead < 900
    first = opened.page.locator("#summary table.gaps").first
    begin = first.evaluate("one => one.getBoundingClientRect().top")
    end = opened.page.locator("#evidence-age").evaluate("one => one.getBoundingClientRect().top")
    assert 0 < end - begin < 1500
    opened.page.close()


def test_every_choice_changes_its_table_to_the_rows_chosen(page: Page, main_run: Run) -> None:
    page.choose("place", PLACE)
    page.choose("scenario", "slow_delivery")
    page.choose("band", "65+")
    page.choose("year", "2040")
    rows = page.rows("people")
    row = next(row for row in rows if row[0] == "mid-2040")
    expected = picked(
        main_run.table("population"),
        scenario="slow_delivery",
        place=PLACE,
        year=2040,
        sex="persons",
        age_band="65+",
    )
    assert [shown(text) for text in row[1:4]] == [
        round(expected[name]) for name in ("principal", "p10", "p90")
    ]

    pyramid = page.rows("pyramid")
    female = picked(
        main_run.table("population"),
        scenario="slow_delivery",
        place=PLACE,
        year=2040,
        sex="female",
        age_band="30-34",
    )
    row = next(row for row in pyramid if row[0] == "30-34")
    assert shown(row[pyramid[0].index("Female, 2040")]) == round(female["principal"])

    page.choose("service", "gp_appointments")
    row = next(row for row in page.rows("demand") if row[0] == "2040/41")
    demand = picked(
        main_run.table("demand"), scenario="slow_delivery", place=PLACE, year=2040, service="gp_appointments"
    )
    assert shown(row[1]) == round(demand["principal"])
    assert shown(page.rows("drivers")[-1][1]) == round(demand["principal"])

    page.choose("facility", "place||gp_consulting_rooms")
    row = next(row for row in page.rows("estates") if row[0] == "2040/41")
    rooms = picked(
        main_run.table("estates"),
        scenario="slow_delivery",
        place=PLACE,
        year=2040,
        facility="gp_consulting_rooms",
        measure="required",
    )
    assert shown(row[1]) == pytest.approx(rooms["principal"], abs=0.051)

    row = next(row for row in page.rows("delivery") if row[0] == "2030/31")
    homes = picked(
        main_run.table("housing_delivery"),
        scenario="slow_delivery",
        place=PLACE,
        site_reference="all",
        year=2030,
    )
    assert [shown(row[1]), shown(row[4])] == [
        round(homes["principal"]),
        round(homes["planned_net_dwellings"]),
    ]
    # What is out of sight follows too: a printed page must not show another place.
    name = page.page.locator("#figure-neighbourhood .title").inner_text()
    areas = main_run.table("neighbourhood_population").query(f"place == '{PLACE}'")
    areas = areas[["neighbourhood_name", "neighbourhood"]].drop_duplicates()
    assert name.split(",")[0] in {f"People of {words} ({code})" for words, code in areas.to_numpy()}
    page.choose("place", "E54000024")
    page.choose("scenario", "local_plan")
    page.choose("band", "all")


def test_the_people_of_chosen_ages_stand_beside_parquet(page: Page, main_run: Run) -> None:
    page.choose("place", PLACE)
    page.page.fill("#from", "65")
    page.page.fill("#to", "90")
    page.page.locator("#to").dispatch_event("change")
    row = next(row for row in page.rows("ages") if row[0] == "mid-2040")
    band = picked(
        main_run.table("population"),
        scenario="local_plan",
        place=PLACE,
        year=2040,
        sex="persons",
        age_band="65+",
    )
    assert shown(row[1]) == pytest.approx(band["principal"], abs=1)
    width = band["p90"] - band["p10"]
    assert shown(row[2]) == pytest.approx(band["p10"], abs=0.1 * width)
    assert shown(row[3]) == pytest.approx(band["p90"], abs=0.1 * width)
    page.page.fill("#from", "95")
    page.page.locator("#from").dispatch_event("change")
    assert "0 to 90" in page.page.locator("#ages-wrong").inner_text()
    page.page.fill("#from", "18")
    page.page.locator("#from").dispatch_event("change")
    page.choose("place", "E54000024")


def test_a_charts_data_can_be_taken_away_as_csv(page: Page, tmp_path: Path) -> None:
    rows = page.rows("demand")
    with page.page.expect_download() as waiting:
        page.page.locator("#figure-demand .download").click()
    path = tmp_path / "chart.csv"
    waiting.value.save_as(path)
    with path.open(encoding="utf-8-sig", newline="") as handle:
        taken = list(csv.reader(handle))
    assert taken == [[re.sub(r"(?<=\d),(?=\d)", "", cell) for cell in row] for row in rows]


def listed(page: Page) -> list[str]:
    """Ids of the assumptions that can be seen."""
    script = "rows => rows.filter(row => row.checkVisibility()).map(row => row.id.replace('assumption-', ''))"
    found: list[str] = page.page.locator("#assumptions tr[data-at]").evaluate_all(script)
    return found


def test_two_clicks_lead_from_a_number_to_its_own_assumptions_and_from_there_to_their_source(
    page: Page, main_run: Run
) -> None:
    assumptions = main_run.table("assumptions").set_index("id")
    bases = ["population", "population", "housing_delivery"]
    links = page.page.locator("ul.tiles a.behind-it")
    assert [link.get_attribute("data-basis") for link in links.all()] == bases
    gaps = page.page.locator("#summary table.gaps a.behind-it")
    bases += [str(link.get_attribute("data-basis")) for link in gaps.all() if link.is_visible()]
    known = rests_on.bases(tables_of(main_run))
    assert (
        {"facility|general_acute_beds", "staff|all|all", "service|ae_attendances"} <= set(bases) <= set(known)
    )
    links = page.page.locator("ul.tiles a.behind-it, #summary table.gaps a.behind-it:visible")
    for link, basis in zip(links.all(), bases, strict=False):
        link.click()
        own = listed(page)
        assert set(own) == resting_on(rests_on.bases(tables_of(main_run)), basis)
        assert 0 < len(own) < len(assumptions)
        assert f"{len(own)} assumptions used by: " in page.page.locator("#narrowed").inner_text()
        first = page.page.locator(f"[id='assumption-{own[0]}'] a[href^='#source-']")
        source = assumptions.loc[own[0], "source_id"]
        first.click()
        assert page.page.evaluate("location.hash") == f"#source-{source}"
        assert page.page.locator(f"[id='source-{source}']").is_visible()

    page.choose("service", "gp_appointments")
    page.settle("demand")
    page.page.locator("#figure-demand a.behind-it").click()
    assert "demand.gp_appointments_per_patient" in listed(page)
    assert "demand.infant_ae_attendances" not in listed(page)
    page.page.locator("#all-assumptions").click()
    assert page.page.locator("#assumptions tr[data-at]:not([hidden])").count() == len(assumptions)


def test_no_link_of_the_page_leads_nowhere(page: Page) -> None:
    links = page.page.locator('a[href^="#"]').evaluate_all(
        "all => all.map(a => a.getAttribute('href').slice(1))"
    )
    missing = page.page.evaluate("names => names.filter(name => !document.getElementById(name))", links)
    # Pages of areas are made when they are asked for: #area lists every one.
    page.page.evaluate("location.hash = 'area'")
    listed_there = page.page.locator("#area-page a").evaluate_all("all => all.map(a => a.hash.slice(1))")
    page.page.evaluate("location.hash = 'summary'")
    page.page.wait_for_selector(DRAWN, timeout=PATIENCE)
    assert set(missing) <= set(listed_there), set(missing) - set(listed_there)
    sources = page.page.locator("#assumptions tr[data-at]").evaluate_all(
        "rows => rows.filter(row => !row.querySelector('a[href^=\"#source-\"]')).length"
    )
    assert sources == 0
    script = "all => all.map(a => a.dataset.basis)"
    led = set(page.page.locator("a.behind-it").evaluate_all(script))
    known = page.page.evaluate(
        "Object.keys(JSON.parse(document.getElementById('setting').textContent).bases)"
    )
    assert led <= set(known), led - set(known)


def tables_of(run: Run) -> dict[str, pd.DataFrame]:
    names = ("assumptions", "services", "workforce", "estates", "provider_estates", "neighbourhood_estates")
    return {name: run.table(name) for name in (*names, "capacity_breach")}


def test_labels_stand_at_the_ends_of_their_lines(page: Page) -> None:
    """A label further from its line's end than a line of text has nothing to push it there."""
    page.settle("workforce")
    script = """() => {
        const plot = document.querySelector("#figure-workforce .plot svg");
        const box = (node) => node.getBoundingClientRect();
        const named = (n) => ["Required", "Supply"].includes(n.textContent);
        const text = [...plot.querySelectorAll("g.mark-text text")].filter(named);
        const lines = [...plot.querySelectorAll("g.mark-line path")].map(box);
        return text.map((n) => [n.textContent, box(n).left - Math.max(...lines.map((l) => l.right))]);
    }"""
    found = page.page.evaluate(script)
    assert {name for name, _ in found} == {"Required", "Supply"}
    assert all(0 <= right < 60 for _, right in found), found


def test_the_printed_report_is_a_few_pages_with_its_tables_folded(browser: Any, release: Path) -> None:
    opened = Page(browser, release)
    opened.page.emulate_media(media="print")
    printed = opened.page.pdf(format="A4")
    assert 6 <= len(re.findall(rb"/Type\s*/Page\b", printed)) <= 28
    opened.page.close()


def test_the_page_of_accuracy_says_how_many_of_ten_held_and_who_lives_where(
    page: Page, main_run: Run
) -> None:
    [held] = [
        one for one in backtests({"backtest_scores": main_run.table("backtest_scores")}) if one["points"]
    ]
    text = page.page.locator("#accuracy").inner_text()
    assert all(point in text for point in held["points"])
    core20 = picked(
        main_run.table("population_by_deprivation"),
        scenario="local_plan", place="E54000024", year=2035, quintile=1, measure="people_65_plus",
    )  # fmt: skip
    shown_there = page.page.locator("#deprivation").inner_text()
    assert f"{core20['principal']:,.0f} ({core20['share_percent']:.0f} %)" in shown_there
    assert "Ethnic groups are not projected" in shown_there


def test_every_known_weakness_is_said_with_its_effect(page: Page, main_run: Run) -> None:
    text = page.page.locator("#accuracy").inner_text()
    rows = main_run.table("weaknesses")
    assert len(rows)
    for row in rows.to_dict("records"):
        assert f"{row['topic']}. {row['weakness']} {row['effect']}" in text


@pytest.mark.parametrize("width", [1280, 390])
def test_axe_finds_no_barrier(browser: Any, release: Path, width: int) -> None:
    from axe_playwright_python.sync_playwright import Axe

    opened = Page(browser, release, width)
    result = Axe().run(opened.page, options={"runOnly": ["wcag2a", "wcag2aa", "wcag21aa", "wcag22aa"]})
    assert result.violations_count == 0, result.generate_report()
    widest = opened.page.evaluate("document.documentElement.scrollWidth")
    assert widest <= width
    opened.page.close()


def test_without_scripts_the_first_numbers_and_the_method_stand(browser: Any, release: Path) -> None:
    context = browser.new_context(java_script_enabled=False)
    opened = context.new_page()
    opened.goto((release / "report.html").as_uri())
    assert opened.locator("ul.tiles li").count() == 3
    assert opened.locator("#summary table.gaps").count() >= 3
    assert opened.get_by_text("The charts need JavaScript").is_visible()
    assert opened.locator("#place").is_hidden()
    context.close()


def test_names_from_a_councils_file_are_inert_wherever_they_are_shown(browser: Any, doctored: Path) -> None:
    opened = Page(browser, doctored)
    opened.choose("place", PLACE)
    sites = opened.rows("sites")
    assert {row[0] for row in sites[1:]} == {SCRIPT, FORMULA}
    assert opened.wrong == []
    text = opened.page.locator("main").inner_text()
    assert SCRIPT in text
    assert opened.page.locator("main script, main a[href*='example.org']").count() == 0
    with opened.page.expect_download() as waiting:
        opened.page.locator("#figure-sites .download").click()
    taken = Path(waiting.value.path()).read_text(encoding="utf-8-sig")
    assert "'=HYPERLINK" in taken
    opened.page.close()


def test_a_check_that_did_not_pass_stands_on_the_first_screen(browser: Any, doctored: Path) -> None:
    opened = Page(browser, doctored)
    assert "1 of 1 checks did not pass" in opened.page.locator("#summary").inner_text()
    assert opened.page.locator("#age").inner_text().strip().startswith("It is")
    opened.page.close()
