"""docs/extending.md followed step by step in a copy of the project, which then runs on councils' files."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

import pandas as pd
import pytest

from housing_trajectories.__main__ import main as trajectories_command
from tests.conftest import ROOT
from tests.journeys.report_page import Page
from tests.journeys.running import Run, give_fits

STEP = re.compile(
    r"^(?P<verb>Append to|Create|Insert in) `(?P<path>[^`]+)`(?: before `(?P<mark>[^`]+)`)?[^\n]*:\n\n"
    r"```\w+\n(?P<text>.*?)^```$",
    re.MULTILINE | re.DOTALL,
)
COPIED = ("assets", "data", "docs", "housing_trajectories", "models", "pipelines", "requirements.lock")
LUTON = "E06000032"
CORPUS = ROOT / "tests" / "housing_trajectories" / "corpus"
OWN_FILES = {
    "luton.csv": "plain_three_sites.csv",
    "milton_keynes.csv": "outside_plan.csv",
    "bedford.csv": "care_homes_and_students.csv",
    "central_bedfordshire.csv": "windfall_and_lapse.csv",
}


@pytest.fixture(scope="module")
def copy(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The project with every step of the page done."""
    folder = tmp_path_factory.mktemp("copy")
    for name in COPIED:
        source = ROOT / name
        (shutil.copytree if source.is_dir() else shutil.copy2)(source, folder / name)
    text = (ROOT / "docs" / "extending.md").read_text(encoding="utf-8")
    steps = list(STEP.finditer(text))
    assert len(steps) == text.count("```") // 2, "every block of the page is a step"
    for step in steps:
        path = folder / step["path"]
        if step["verb"] == "Create":
            assert not path.exists(), path
            path.write_text(step["text"], encoding="utf-8")
            continue
        before = path.read_text(encoding="utf-8")
        if step["verb"] == "Append to":
            path.write_text(before + step["text"], encoding="utf-8")
        else:
            assert before.count(step["mark"]) == 1, f"{step['mark']} in {path}"
            path.write_text(before.replace(step["mark"], step["text"] + step["mark"]), encoding="utf-8")
    return folder


def run(folder: Path, *command: str) -> str:
    environment = {name: value for name, value in os.environ.items() if not name.startswith("PLACECAST_")}
    done = subprocess.run(
        [sys.executable, "-W", "ignore", "-m", "pipelines", *command],
        cwd=folder,
        env={**environment, "DAGSTER_HOME": "", "PYTHONHASHSEED": "0"},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


@pytest.fixture(scope="module")
def own_files(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Four councils' own files; one of them told what its years mean, one written anew by `convert`."""
    made = tmp_path_factory.mktemp("own_files") / "trajectories"
    made.mkdir()
    for name, source in OWN_FILES.items():
        shutil.copyfile(CORPUS / source, made / name)
    assert trajectories_command(["check", str(made / "luton.csv"), "--plan-period", "2011/12-2027/28"]) == 0
    tidy = made / "central_bedfordshire.csv"
    assert trajectories_command(["convert", str(tidy), "--to", str(tidy)]) == 0
    return made


@pytest.fixture(scope="module")
def own_run(main_run: Run, copy: Path, own_files: Path) -> Run:
    """The copy's forecast on the councils' own files."""
    outputs = copy / "outputs"
    give_fits(main_run, outputs)
    at = ["--outputs", str(outputs), "--trajectories", str(own_files)]
    return Run(0, run(copy, "forecast", *at, "--draws", "4"), outputs)


def test_a_service_needs_at_most_three_files() -> None:
    text = (ROOT / "docs" / "extending.md").read_text(encoding="utf-8")
    section = re.split(r"^## ", text, flags=re.MULTILINE)[1]
    assert section.startswith("Add a service")
    assert 1 <= len({step["path"] for step in STEP.finditer(section)}) <= 3


def test_what_the_recipes_add_is_in_the_release(own_run: Run) -> None:
    def luton(name: str, column: str, value: str) -> pd.DataFrame:
        table = own_run.table(name)
        area = next(each for each in ("place", "area") if each in table)
        own = (table[column] == value) & (table["scenario"] == "slow_with_new_models")
        return table[own & (table[area] == LUTON)]

    contacts = luton("demand", "service", "podiatry_contacts")
    assert contacts.loc[contacts["year"] == 2030, "principal"].item() == pytest.approx(12_000, rel=0.25)
    rooms = luton("estates", "facility", "podiatry_rooms")
    required = rooms[(rooms["year"] == 2030) & (rooms["measure"] == "required")]["principal"].item()
    demanded = contacts.loc[contacts["year"] == 2030, "principal"].item()
    assert required == pytest.approx(demanded * 30 / 60 / (1900 * 0.70), rel=1e-6)
    staff = luton("workforce", "staff_group", "podiatrists")
    assert (staff.loc[staff["measure"] == "supply_wte", "principal"] > 0).all()


def test_the_reader_of_the_recipe_reads_a_file_and_holds_its_total(copy: Path) -> None:
    file = copy / "stock.csv"
    file.write_text("AREA,YEAR,DWELLINGS\nE06000032,2025,85000\nE07000008,2025,60000\nTOTAL,2025,145000\n")
    said = run(copy, "read-official-file", str(file))
    assert "Dwelling stock" in said
    assert "1 totals of dwellings hold" in said


def test_the_homes_page_shows_the_three_sites_of_a_councils_plain_file(browser: Any, own_run: Run) -> None:
    page = Page(browser, (own_run.outputs / "current").resolve())
    page.choose("place", "E06000032")
    sites = {row[0]: row[1:] for row in page.rows("sites")[1:]}
    planned = {name: sites[name][0] for name in ("Power Court", "High Town", "Vauxhall Way")}
    assert planned == {"Power Court": "1,200", "High Town": "400", "Vauxhall Way": "600"}
    assert not page.wrong


def test_the_release_follows_what_check_was_told_of_a_file(own_run: Run) -> None:
    delivery = own_run.table("housing_delivery")
    luton = delivery[delivery["place"].eq("E06000032") & delivery["scenario"].eq("local_plan")]
    beyond = luton[luton["site_reference"].eq("LU1") & luton["phasing_basis"].eq("beyond_plan")]
    # The plan known of Luton ends with 2030/31; the file was said to be of a plan that ends with 2027/28.
    assert beyond["year"].min() == 2028
    assert "trajectories/luton.csv.reading.yaml" in set(own_run.table("input_files")["id"])


def test_bedrooms_of_care_homes_and_students_house_no_household(own_run: Run) -> None:
    bedford = own_run.working_table("housing_trajectories/E06000055")
    assert bedford["communal_bedrooms"].sum() == 106
    assert bedford["student_bedrooms"].sum() == 520
    none = bedford[bedford["communal_bedrooms"].gt(0) | bedford["student_bedrooms"].gt(0)]
    assert none["planned_net_dwellings"].eq(0).all()
