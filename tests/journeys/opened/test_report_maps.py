"""The report's map in a real browser: areas and points against Parquet, links, no script from a name."""

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
from assets.publication.report.report_page import page as page_of
from assets.publication.report.report_page import stamped
from assets.tables.declarations import INPUT_TABLES
from tests.assets.publication.made_releases import FORMULA, PLACE, SCRIPT, documents, tables
from tests.journeys.report_page import Page
from tests.journeys.running import Run

ROOMS, FLOOR = "gp_consulting_rooms", "primary_care_gross_internal_area"
SHAPES = "#figure-map .plot g.mark-shape.layer_0_marks path"
MARKS = "#figure-map .plot g.mark-symbol.layer_2_marks path"


@pytest.fixture(scope="module")
def release(main_run: Run) -> Path:
    return (main_run.outputs / "current").resolve()


@pytest.fixture(scope="module")
def page(browser: Any, release: Path) -> Iterator[Page]:
    opened = Page(browser, release)
    yield opened
    opened.page.close()


@pytest.fixture(autouse=True)
def as_opened(page: Page) -> Iterator[None]:
    yield
    for control, value in (
        ("place", "E54000024"),
        ("scenario", "local_plan"),
        ("year", "2035"),
        ("map_measure", "growth"),
        ("map_marks", "sites"),
    ):
        if page.page.locator(f"#{control}").input_value() != value:
            page.choose(control, value)


def shown(text: str) -> float:
    return float(text.replace(",", ""))


def listed(page: Page, figure: str = "map") -> dict[str, dict[str, str]]:
    """Rows of a figure's table by code, or by name where it has none, as headings and cells."""
    heading, *rows = page.rows(figure)
    found = [dict(zip(heading, row, strict=True)) for row in rows]
    return {row.get("Code") or f"{row['Kind']}: {row['Name']}": row for row in found}


def people(run: Run, ages: str, scenario: str = "local_plan") -> pd.DataFrame:
    return run.table("neighbourhood_population").query(f"age_band == '{ages}' and scenario == '{scenario}'")


def compared(row: dict[str, str], before: pd.Series, after: pd.Series, what: str) -> None:
    assert shown(row[f"{what}, 2024"]) == round(before["principal"])
    assert shown(row[f"{what}, {after['year']}"]) == round(after["principal"])
    assert [shown(row[end]) for end in ("from", "to")] == [round(after["p10"]), round(after["p90"])]
    growth = 100 * round(after["principal"]) / round(before["principal"]) - 100
    assert shown(row["Growth, %"]) == pytest.approx(growth, abs=0.051)


@pytest.mark.parametrize(
    ("measure", "ages", "what"), [("growth", "all", "People"), ("older_growth", "65+", "People 65+")]
)
def test_growth_of_every_neighbourhood_is_that_of_parquet(
    page: Page, main_run: Run, measure: str, ages: str, what: str
) -> None:
    page.choose("map_measure", measure)
    page.choose("scenario", "slow_delivery")
    page.choose("year", "2041")
    rows = listed(page)
    wanted = people(main_run, ages, "slow_delivery").set_index(["neighbourhood", "year"], drop=False)
    assert set(rows) == set(wanted["neighbourhood"])
    for code, row in rows.items():
        compared(row, wanted.loc[(code, 2024)], wanted.loc[(code, 2041)], what)
    order = [shown(row["Growth, %"]) for row in rows.values()]
    assert order == sorted(order, reverse=True)


def test_a_place_has_its_own_neighbourhoods_and_sites_alone(page: Page, main_run: Run) -> None:
    page.choose("place", PLACE)
    own = set(people(main_run, "all").query(f"place == '{PLACE}'")["neighbourhood"])
    assert set(listed(page)) == own
    assert page.page.locator(SHAPES).count() == len(own)
    assert {row["Place"] for row in listed(page, "map_points").values()} == {"Milton Keynes"}


@pytest.mark.parametrize("kind", ["team", "neighbourhood"])
@pytest.mark.parametrize("facility", [ROOMS, FLOOR])
def test_gaps_and_their_chance_are_those_of_parquet(
    page: Page, main_run: Run, facility: str, kind: str
) -> None:
    page.choose("map_measure", f"{facility}|gap")
    page.choose("map_areas", kind)
    rows = listed(page)
    table = main_run.table("local_estates").query(
        f"area_kind == '{kind}' and facility == '{facility}' and year == 2035"
    )
    wanted = table.set_index(["area", "measure"])
    unit, near = ("rooms", 0.051) if facility == ROOMS else ("m²", 0.56)
    known = {code: row for code, row in rows.items() if row["Gap"] != "no general practice stands here"}
    assert set(known) == set(table["area"])
    for code, row in known.items():
        gap = wanted.loc[(code, "gap")]
        for heading, value in (("Gap", "principal"), ("from", "p10"), ("to", "p90")):
            assert shown(row[heading]) == pytest.approx(gap[value], abs=near)
        for heading, measure in ((f"Required, {unit}", "required"), ("Existing", "existing")):
            assert shown(row[heading]) == pytest.approx(wanted.loc[(code, measure), "principal"], abs=near)
        assert shown(row["Chance of a gap, %"]) == pytest.approx(100 * gap["probability_short"], abs=0.51)
        first = gap["first_year_short"]
        assert row["First year over capacity"].startswith("not by" if pd.isna(first) else f"{first:.0f}/")
    assert len(rows) == (len(known) if kind == "team" else people(main_run, "all")["neighbourhood"].nunique())
    said = page.page.locator("#figure-map .says").inner_text()
    gaps = table[table["measure"] == "gap"]
    open_gaps = ((gaps["p10"] <= 0) & (gaps["p90"] >= 0)).sum()
    assert f"In {open_gaps} of {len(gaps)} " in said or abs(gaps[["p10", "p90"]]).min().min() < 0.05


def test_first_years_over_capacity_come_earliest_first(page: Page, main_run: Run) -> None:
    page.choose("map_measure", f"{ROOMS}|first")
    page.choose("map_areas", "team")
    wanted = main_run.table("local_estates").query(
        f"area_kind == 'team' and facility == '{ROOMS}' and year == 2035 and measure == 'gap'"
    )
    first = wanted.set_index("area")["first_year_short"].fillna(9999).astype(int)
    found = [first[code] for code in listed(page)]
    assert found == sorted(first)


def test_housing_sites_show_the_homes_still_to_come(page: Page, main_run: Run) -> None:
    delivery = main_run.table("housing_delivery").query("scenario == 'local_plan'")
    sites = delivery[(delivery["year"] >= 2024) & (delivery["year"] <= 2035)]
    wanted = sites.groupby(["site_name", "planning_status"])["principal"].sum()
    rows = listed(page, "map_points")
    assert len(rows) > 10
    for row in rows.values():
        homes = shown(row["Size"].removesuffix(" homes"))
        assert homes == pytest.approx(wanted[row["Name"], row["Status"]], abs=0.51)
    positive = sum(not row["Size"].startswith("0 ") for row in rows.values())
    marks = page.page.locator(MARKS).evaluate_all(
        "all => all.map(each => [each.__data__.datum.homes, each.getBoundingClientRect().width])"
    )
    assert len(marks) == positive
    large = sorted(marks)[-3:]
    assert [width for _, width in large] == sorted(width for _, width in large)
    page.choose("scenario", "trend")
    assert listed(page, "map_points") == {}


def test_buildings_show_their_gap_and_their_status(page: Page, main_run: Run) -> None:
    page.choose("map_marks", "buildings")
    rows = listed(page, "map_points")
    local = main_run.table("local_estates").query(
        f"facility == '{ROOMS}' and year == 2035 and measure == 'gap'"
    )
    for kind, name in (("practice", "General practice"), ("hub", "Hub")):
        wanted = local[local["area_kind"] == kind].set_index("area_name")
        assert len(wanted)
        for area, gap in wanted.iterrows():
            row = rows[f"{name}: {area}"]
            told = re.search(
                r"gap (\S+) rooms \(80 % interval (\S+) to (\S+)\), chance of a gap (\d+) %",
                row["What it says"],
            )
            assert told, row
            values = [gap[value] for value in ("principal", "p10", "p90")]
            assert [shown(text) for text in told.groups()[:3]] == pytest.approx(values, abs=0.051)
            chance = gap["probability_short"]
            status = "likely short" if chance >= 0.8 else "likely enough" if chance < 0.2 else "may be short"
            assert row["Status"].startswith(status)
    trusts = main_run.table("trust_sites")
    lost = trusts[trusts["latitude"].isna()]
    said = page.page.locator("#figure-map_points .says").inner_text()
    assert len(lost)
    for name in lost["site_name"]:
        assert name in said
        assert rows[f"Trust site: {name}"]["What it says"].endswith("not on the map")


def test_colours_follow_the_numbers_and_the_legend_counts_them(page: Page, main_run: Run) -> None:
    rows = listed(page)
    script = "all => all.map(each => [each.__data__.datum.to, each.getAttribute('fill')])"
    drawn = [
        (to.removeprefix("#area-"), colour) for to, colour in page.page.locator(SHAPES).evaluate_all(script)
    ]
    assert {code for code, _ in drawn} == set(rows)
    fill = dict(drawn)
    ordered = [fill[code] for code in rows]
    changes = [one for one, other in zip(ordered, [None, *ordered], strict=False) if one != other]
    assert len(changes) == len(set(ordered)) >= 3
    counts = re.findall(r"\((\d+)\)", page.page.locator("#map-legend ul").first.inner_text())
    assert sum(map(int, counts)) == len(rows)
    assert {ordered.count(colour) for colour in changes} <= set(map(int, counts))


def test_areas_without_a_practice_are_hatched_and_said_to_have_none(page: Page) -> None:
    page.choose("map_measure", f"{ROOMS}|chance")
    page.choose("map_areas", "neighbourhood")
    empty = [row for row in listed(page).values() if row["Gap"] == "no general practice stands here"]
    assert empty
    hatched = page.page.locator(f"{SHAPES}[fill='url(#map-unknown)']")
    assert hatched.count() == len(empty)
    assert f"no general practice stands here ({len(empty)})" in page.page.locator("#map-legend").inner_text()


def test_every_area_lies_within_the_map_and_covers_a_part_of_it(page: Page) -> None:
    """A ring wound the wrong way round would cover all the rest of the world."""
    page.settle("map")
    script = (
        "all => all.map(each => { const box = each.getBoundingClientRect(); return box.width * box.height; })"
    )
    areas = page.page.locator(SHAPES).evaluate_all(script)
    plot = page.page.locator("#figure-map .plot svg").bounding_box()
    assert plot is not None
    assert all(0 < area < 0.2 * plot["width"] * plot["height"] for area in areas)


def test_areas_and_sites_are_drawn_where_the_inputs_have_them(page: Page, main_run: Run) -> None:
    page.settle("map")
    corners = main_run.working_table("small_area_boundaries")
    wanted = {
        f"#area-{msoa}": {
            (round(x, 4), round(y, 4)) for x, y in zip(own["longitude"], own["latitude"], strict=True)
        }
        for msoa, own in corners.groupby("msoa")
    }
    script = (
        "all => all.map(each => [each.__data__.datum.to, each.__data__.datum.geometry.coordinates.flat(2)])"
    )
    drawn = page.page.locator(SHAPES).evaluate_all(script)
    assert {to: {tuple(corner) for corner in found} for to, found in drawn} == wanted
    sites = main_run.working_table("site_neighbourhoods").set_index("site_reference")
    marks = page.page.locator(MARKS).evaluate_all(
        "all => all.flatMap(each => each.__data__.datum.members.map("
        "site => [site.site_reference, each.__data__.datum.longitude, each.__data__.datum.latitude]))"
    )
    assert len(marks) > 10
    for site, longitude, latitude in marks:
        assert (longitude, latitude) == pytest.approx(
            tuple(sites.loc[site, ["longitude", "latitude"]]), abs=6e-5
        )


def test_borders_are_those_of_places_or_of_teams(page: Page) -> None:
    sides = "path => (path.getAttribute('d').match(/M/g) ?? []).length"
    borders = page.page.locator("#figure-map .plot g.layer_1_marks path")
    page.settle("map")
    of_places = borders.evaluate(sides)
    page.choose("map_measure", f"{ROOMS}|gap")
    page.choose("map_areas", "team")
    page.settle("map")
    of_teams = borders.evaluate(sides)
    corners = page.page.locator(SHAPES).evaluate_all(
        "all => all.reduce((sum, each) => sum + each.__data__.datum.geometry.coordinates.flat(1)"
        ".reduce((sides, ring) => sides + ring.length - 1, 0), 0)"
    )
    assert 0 < of_places < of_teams < corners / 2


def back(page: Page) -> None:
    page.page.locator("#area-back").click()
    page.settle("map")


def test_a_click_and_the_table_lead_to_the_page_of_a_neighbourhood(page: Page, main_run: Run) -> None:
    named = people(main_run, "all").drop_duplicates("neighbourhood").set_index("neighbourhood")
    page.settle("map")
    shape = page.page.locator(SHAPES).nth(5)
    code = shape.evaluate("each => each.__data__.datum.to").removeprefix("#area-")
    shape.dispatch_event("click")
    heading = page.page.locator("#area-h")
    assert heading.inner_text() == f"{named.loc[code, 'neighbourhood_name']} ({code})"
    back(page)
    page.page.locator("#figure-map details.behind summary").click()
    code = page.page.locator("#figure-map table tbody tr td").first.inner_text()
    page.page.locator("#figure-map table tbody th a").first.focus()
    page.page.keyboard.press("Enter")
    assert heading.inner_text() == f"{named.loc[code, 'neighbourhood_name']} ({code})"
    back(page)
    page.page.locator("#figure-map details.behind summary").click()


def test_every_link_of_the_map_leads_to_a_page_of_its_name(page: Page) -> None:
    for measure in ("growth", f"{ROOMS}|gap"):
        page.choose("map_measure", measure)
        page.choose("map_marks", "sites and buildings")
        for figure in ("map", "map_points"):
            page.settle(figure)
            script = "all => all.map(a => [a.getAttribute('href'), a.closest('tr').cells[0].textContent])"
            links = page.page.locator(f"#figure-{figure} table tbody th a").evaluate_all(script)
            assert len(links) >= 20
        for href, name in links[:3]:
            page.page.evaluate("to => { location.hash = to; }", href)
            page.page.wait_for_function(
                "to => document.getElementById('area').dataset.code === to", arg=href.removeprefix("#area-")
            )
            assert page.page.locator("#area-h").inner_text() != "No page for this area", name
            back(page)


def test_the_page_of_an_area_has_a_map_with_the_area_marked(page: Page) -> None:
    code = "E02003482"
    page.page.evaluate("to => { location.hash = to; }", f"#area-{code}")
    page.page.wait_for_selector("#area-page .area-map svg .area-own", state="attached")
    drawn = page.page.locator("#area-page .area-map svg path").evaluate_all(
        "paths => paths.map((path) => [path.getAttribute('class'), path.dataset.to])"
    )
    assert [to for kind, to in drawn if kind == "area-own"] == [code]
    beside = page.page.locator("#area-page .area-map svg .area-other").last
    to = beside.get_attribute("data-to")
    beside.dispatch_event("click")
    page.page.wait_for_function("to => document.getElementById('area').dataset.code === to", arg=to)
    back(page)


def test_the_map_s_numbers_can_be_taken_away_as_csv(page: Page, tmp_path: Path) -> None:
    rows = page.rows("map")
    with page.page.expect_download() as waiting:
        page.page.locator("#figure-map .download").click()
    path = tmp_path / "map.csv"
    waiting.value.save_as(path)
    with path.open(encoding="utf-8-sig", newline="") as handle:
        taken = list(csv.reader(handle))
    assert taken == [[re.sub(r"(?<=\d),(?=\d)", "", cell) for cell in row] for row in rows]


def test_the_boundaries_say_whose_they_are(page: Page) -> None:
    text = page.page.locator("#map-source").inner_text()
    assert "middle layer super output areas of 2021" in text
    assert "Contains OS data © Crown copyright and database right" in text


@pytest.mark.parametrize("width", [1280, 768, 390])
def test_axe_finds_no_barrier_on_the_map_and_nothing_is_cut_off(
    browser: Any, release: Path, width: int
) -> None:
    from axe_playwright_python.sync_playwright import Axe

    opened = Page(browser, release, width)
    opened.choose("map_measure", f"{ROOMS}|gap")
    opened.choose("map_marks", "sites and buildings")
    opened.settle("map")
    opened.page.locator("#figure-map details.behind summary").click()
    result = Axe().run(
        opened.page, context="#maps", options={"runOnly": ["wcag2a", "wcag2aa", "wcag21aa", "wcag22aa"]}
    )
    assert result.violations_count == 0, result.generate_report()
    assert opened.page.evaluate("document.documentElement.scrollWidth") <= width
    box = opened.page.locator("#figure-map .plot svg").bounding_box()
    assert box is not None
    assert box["width"] >= 0.5 * min(width, 1088)
    opened.page.close()


def test_the_map_prints_with_its_legend_and_without_its_choices(browser: Any, release: Path) -> None:
    opened = Page(browser, release)
    opened.page.emulate_media(media="print")
    assert opened.page.locator("#figure-map .plot svg").is_visible()
    assert opened.page.locator("#map-legend").is_visible()
    assert opened.page.locator("#map_measure").is_hidden()
    assert "grows by" in opened.page.locator("#map-legend").inner_text()
    opened.page.close()


def test_no_name_on_the_map_runs(browser: Any, main_run: Run, tmp_path: Path) -> None:
    shutil.copytree(main_run.outputs / "fits", tmp_path / "fits")
    release = publish(
        tables(),
        RunSettings(outputs_directory=str(tmp_path), code_version="abc"),
        run_id="doctored",
        checks=[],
        documents=documents(),
        now=datetime(2026, 11, 22, 12, tzinfo=UTC),
    )
    opened = Page(browser, release)
    opened.choose("map_marks", "sites and buildings")
    names = {row[0] for row in opened.rows("map_points")[1:]}
    assert names == {SCRIPT, FORMULA}
    assert SCRIPT in opened.rows("map")[1][0]
    # The smallest mark, which lies on top, is the practice.
    opened.page.locator(MARKS).last.hover(force=True)
    assert opened.page.locator("#hover").text_content().startswith(FORMULA)
    opened.page.locator(SHAPES).first.hover(force=True, position={"x": 20, "y": 20})
    assert SCRIPT in opened.page.locator("#hover").text_content()
    assert opened.wrong == []
    assert opened.page.locator("main script, #hover script, #maps script").count() == 0
    opened.page.close()


def test_a_trust_site_outside_the_area_stands_in_the_table_alone(
    browser: Any, main_run: Run, tmp_path: Path
) -> None:
    shutil.copytree(main_run.outputs / "fits", tmp_path / "fits")
    sites = pd.DataFrame(
        [
            {"site_code": "A", "site_name": "Within", "latitude": 52.05, "longitude": -0.7},
            {"site_code": "B", "site_name": "Far away", "latitude": 53.0, "longitude": 1.0},
        ]
    ).assign(
        place=PLACE, provider="RD8", trust_name="Trust", site_type="Community hospital",
        gross_internal_area_m2=5.0, placed_by="postcode",
    )  # fmt: skip
    for column in INPUT_TABLES["trust_sites"].columns:
        if column.name not in sites:
            sites[column.name] = "text" if column.kind == "text" else 1.0
    needed, settings = documents(), RunSettings(outputs_directory=str(tmp_path), code_version="abc")
    text = page_of(
        {**tables(), "trust_sites": sites}, needed.places, settings, [], scenarios=needed.scenarios,
        age_patterns=needed.age_patterns, geography=needed.geography,
    )  # fmt: skip
    (tmp_path / "report.html").write_text(stamped(text, "r", datetime(2026, 11, 22, tzinfo=UTC)), "utf-8")
    opened = Page(browser, tmp_path)
    opened.choose("map_marks", "buildings")
    told = {row["Name"]: row["What it says"] for row in listed(opened, "map_points").values()}
    assert told["Far away"].endswith("outside the area, not on the map")
    assert "not on the map" not in told["Within"]
    names = opened.page.locator(MARKS).evaluate_all("all => all.map(each => each.__data__.datum.name)")
    assert "Within" in names
    assert "Far away" not in names
    said = opened.page.locator("#figure-map_points .says").inner_text()
    assert "Outside the area, in the table only: Far away." in said
    opened.page.close()
