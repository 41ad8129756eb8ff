"""The method's pages: their sections in one order, their weaknesses those of the data, their links whole."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from assets.inputs.csv_reading import read_table
from assets.tables.declarations import INPUT_TABLES, PROMISED
from tests.conftest import ROOT

METHOD = ROOT / "docs" / "method"
PAGES = sorted(METHOD.glob("*.md"))
PARTS = ["What", "Why", "Formula", "Source", "Weakness"]
HEADING = re.compile(r"^(#+) (.+)$", re.MULTILINE)
LINK = re.compile(r"\]\(([^()\s]+)\)")
ROWS = read_table(INPUT_TABLES["weaknesses"], ROOT / "data" / "weaknesses.csv", places=None)
OF_AN_AREA = read_table(
    INPUT_TABLES["weaknesses"], ROOT / "data" / "areas" / "blmk" / "weaknesses.csv", places=None
)


def text_of(page: Path) -> str:
    """A page without its blocks of code, in which # and ]( mean something else."""
    text = page.read_text(encoding="utf-8")
    return re.sub(r"^```.*?^```", "", text, flags=re.MULTILINE | re.DOTALL)


def anchor(heading: str) -> str:
    """The name by which a link leads to a heading."""
    return re.sub(r"[^\w\- ]", "", heading.lower()).replace(" ", "-")


def anchors(page: Path) -> set[str]:
    return {anchor(title) for _, title in HEADING.findall(text_of(page))}


def said_to_be_weak(page: Path) -> list[tuple[str, str]]:
    """Items under headings Weakness, each with its topic: the section, or the page where it has but one."""
    text = text_of(page)
    found = []
    topic = title = text.splitlines()[0].removeprefix("# ").split(":")[0]
    for part in re.split(r"^(?=#+ )", text, flags=re.MULTILINE):
        heading, _, body = part.partition("\n")
        if heading.startswith("## "):
            topic = title if heading[3:] in PARTS else heading[3:]
        if heading.lstrip("# ") == "Weakness":
            items = re.split(r"^- ", body.replace("`", ""), flags=re.MULTILINE)[1:]
            found += [(topic, " ".join(item.split())) for item in items]
    return found


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.stem)
def test_a_page_names_the_weaknesses_of_the_data_and_no_others(page: Path) -> None:
    rows = ROWS[ROWS["page"] == page.stem]
    expected = [
        (str(row["topic"]), f"{row['weakness']} *Effect:* {row['effect']}") for row in rows.to_dict("records")
    ]
    assert expected
    assert said_to_be_weak(page) == expected


def test_the_weaknesses_of_an_area_s_own_figures_stand_under_topics_of_the_pages() -> None:
    titles = {(page.stem, title) for page in PAGES for _, title in HEADING.findall(text_of(page))}
    assert len(OF_AN_AREA) > 0
    assert set(OF_AN_AREA[["page", "topic"]].itertuples(index=False, name=None)) <= titles


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.stem)
def test_every_topic_reads_what_why_formula_source_weakness(page: Path) -> None:
    headings = HEADING.findall(text_of(page))
    if "What" in [title for marks, title in headings if marks == "##"]:
        assert [title for marks, title in headings if marks == "##"] == PARTS
        return
    topics = re.split(r"^## ", text_of(page), flags=re.MULTILINE)[1:]
    told = [[title for _, title in HEADING.findall(topic)] for topic in topics]
    assert all(titles == PARTS for titles in told if set(titles) & set(PARTS))
    assert sum(titles == PARTS for titles in told) >= 3


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.stem)
def test_the_list_at_the_top_leads_to_every_section(page: Path) -> None:
    top = text_of(page).split("\n## ")[0]
    linked = {link.removeprefix("#") for link in LINK.findall(top)}
    sections = {anchor(title) for marks, title in HEADING.findall(text_of(page)) if marks == "##"}
    assert sections <= linked


@pytest.mark.parametrize(
    "page", [ROOT / "README.md", *sorted((ROOT / "docs").rglob("*.md"))], ids=lambda page: page.name
)
def test_every_link_of_the_docs_leads_somewhere(page: Path) -> None:
    for link in LINK.findall(re.sub(r"`[^`\n]*`", "", text_of(page))):
        if link.startswith("http"):
            continue
        file, _, part = link.partition("#")
        target = (page.parent / file).resolve() if file else page
        assert target.exists(), link
        assert not part or part in anchors(target), link


def test_the_modules_that_pages_name_are_there() -> None:
    modules = [
        path.relative_to(ROOT).as_posix()
        for package in ("assets", "benchmarks", "housing_trajectories", "models", "pipelines", "tests")
        for path in (ROOT / package).rglob("*.py")
    ]
    for page in [ROOT / "README.md", ROOT / "CONTRIBUTING.md", *sorted((ROOT / "docs").rglob("*.md"))]:
        if page.name == "extending.md":
            continue  # Its recipes make modules; a test follows them.
        for name in re.findall(r"`([\w/]+\.py)", page.read_text(encoding="utf-8")):
            assert any(f"/{module}".endswith(f"/{name}") for module in modules), f"{page.name} names {name}"


def test_the_list_of_a_releases_files_names_only_tables_that_are_published() -> None:
    rows = [
        line for line in text_of(ROOT / "docs" / "release_files.md").splitlines() if line.startswith("| ")
    ]
    named = {name for line in rows for name in re.findall(r"`([a-z_]+)`", line)}
    assert len(named) > 40
    assert named <= set(PROMISED)
