"""Councils' own files, as they send them, through the whole forecast to a release a reader opens."""

from __future__ import annotations

import shutil
from pathlib import Path
from typing import Any

import pytest

from housing_trajectories.__main__ import main as trajectories_command
from tests.conftest import ROOT
from tests.journeys.report_page import Page
from tests.journeys.running import Run, give_fits, run_forecast

CORPUS = ROOT / "tests" / "housing_trajectories" / "corpus"
OWN_FILES = {
    "luton.csv": "plain_three_sites.csv",
    "milton_keynes.csv": "outside_plan.csv",
    "bedford.csv": "care_homes_and_students.csv",
    "central_bedfordshire.csv": "windfall_and_lapse.csv",
}


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
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
def own_run(main_run: Run, folder: Path, tmp_path_factory: pytest.TempPathFactory) -> Run:
    with pytest.MonkeyPatch.context() as monkeypatch:
        outputs = tmp_path_factory.mktemp("own_outputs")
        give_fits(main_run, outputs)
        run = run_forecast(monkeypatch, outputs, "--trajectories", str(folder))
    assert run.exit_code == 0, run.screen
    return run


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
