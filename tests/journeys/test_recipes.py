"""docs/extending.md followed step by step in a copy of the project, which then runs."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pandas as pd
import pytest

from tests.conftest import ROOT
from tests.journeys.running import Run, give_fits

STEP = re.compile(
    r"^(?P<verb>Append to|Create|Insert in) `(?P<path>[^`]+)`(?: before `(?P<mark>[^`]+)`)?[^\n]*:\n\n"
    r"```\w+\n(?P<text>.*?)^```$",
    re.MULTILINE | re.DOTALL,
)
COPIED = ("assets", "data", "docs", "housing_trajectories", "models", "pipelines", "requirements.lock")
LUTON = "E06000032"


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
def release(main_run: Run, copy: Path) -> Path:
    give_fits(main_run, copy / "outputs")
    run(copy, "forecast", "--outputs", str(copy / "outputs"), "--draws", "4")
    return copy / "outputs" / "current"


def test_a_service_needs_at_most_three_files() -> None:
    text = (ROOT / "docs" / "extending.md").read_text(encoding="utf-8")
    section = re.split(r"^## ", text, flags=re.MULTILINE)[1]
    assert section.startswith("Add a service")
    assert 1 <= len({step["path"] for step in STEP.finditer(section)}) <= 3


def test_what_the_recipes_add_is_in_the_release(release: Path) -> None:
    def luton(name: str, column: str, value: str) -> pd.DataFrame:
        table = pd.read_parquet(release / f"{name}.parquet")
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
