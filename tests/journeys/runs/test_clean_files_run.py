"""Whatever `check` calls clean runs: every file of the corpus without an error, for one place, through
housing delivery and the population stage, each table as declared and no home lost.
"""

from __future__ import annotations

from functools import cache
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from assets.inputs.csv_reading import read_table
from assets.inputs.settings import RunSettings
from assets.population.population_figures import PopulationInputs
from assets.population.population_run import PopulationRun
from assets.tables.by_place import ByPlace
from assets.tables.declarations import INPUT_TABLES, TABLES
from housing_trajectories import read
from housing_trajectories.rows.tidy_table import write_tidy
from housing_trajectories.schema import Trajectory
from tests.assets.housing_run import HousingRun, scenario_rows
from tests.conftest import ROOT
from tests.housing_trajectories.corpus_workbooks import WORKBOOKS
from tests.shipped import DATA

CORPUS = ROOT / "tests" / "housing_trajectories" / "corpus"
PLACES = ("E06000032", "E06000042", "E06000055", "E06000056")
SCENARIOS = ("local_plan", "draft_plans")
"""Adopted plans and drafts; the others differ in numbers, take homes as planned, or ask for none at all."""
DRAWS = 2
FIRST_OPEN_YEAR, LAST_YEAR = 2024, 2051


STAGES: dict[str, HousingRun] = {}
"""The housing stage of the file in hand, by place: the population stage reads its homes from here."""


@cache
def population() -> PopulationRun:
    """The population stage over whatever homes stand in STAGES, of the scenario that takes every site."""
    names = (*PopulationInputs.__annotations__, "assumptions")
    tables = {name: read_table(INPUT_TABLES[name], DATA / f"{name}.csv", None) for name in names}
    return PopulationRun(
        PopulationInputs(**{name: tables[name] for name in PopulationInputs.__annotations__}),
        tables["assumptions"],
        scenario_rows(SCENARIOS[-1:]),
        ByPlace(PLACES, lambda place: STAGES[place].draws[place]),
        FIRST_OPEN_YEAR,
        RunSettings(draws=DRAWS),
        trajectories=ByPlace(PLACES, lambda place: STAGES[place].trajectories[place]),
    )


@cache
def for_one_place(path: Path) -> tuple[str, Trajectory]:
    """The file read for the one of our places it names, Luton where it names none."""
    named = [place for place in read(path).table["place"].unique() if place in PLACES]
    place = named[0] if len(named) == 1 else PLACES[0]
    return place, read(path, place)


def keeps_its_declaration(name: str, frame: pd.DataFrame) -> None:
    declared = TABLES[name]
    assert list(frame.columns) == declared.column_names
    assert not frame.duplicated(list(declared.keys)).any()
    for column in declared.columns:
        values = frame[column.name]
        assert column.nullable or not values.isna().any(), f"{name}.{column.name}"
        assert column.allowed is None or set(values.dropna()) <= set(column.allowed), f"{name}.{column.name}"


def run_if_clean(path: Path) -> bool:
    """Whether the file is clean; where it is, it must run to people, which this asserts."""
    place, trajectory = for_one_place(path)
    if trajectory.errors:
        return False
    stage = HousingRun(DRAWS, path.parent, [place], {place: path.name}, SCENARIOS)
    keeps_its_declaration("housing_trajectories", stage.trajectories[place])
    keeps_its_declaration("housing_lateness", stage.lateness)
    keeps_its_declaration("housing_delivery", stage.table)
    no_home_is_lost(trajectory.table, stage.trajectories[place])
    STAGES[place] = stage
    for _, projection in population().projections(place, DRAWS):
        assert np.isfinite(projection.population).all()
        assert (projection.population >= 0).all()
    return True


def no_home_is_lost(given: pd.DataFrame, run: pd.DataFrame) -> None:
    """Homes and bedrooms of open years are those the file gives; what the plan closes stands apart."""
    columns = ["planned_net_dwellings", "communal_bedrooms", "student_bedrooms"]
    stated, taken = (
        frame[
            frame["year"].between(FIRST_OPEN_YEAR, LAST_YEAR)
            & frame["site_name"].ne("Not stated by the council")
        ]
        for frame in (given, run)
    )
    by = ["year"]
    expected = stated.groupby(by)[columns].sum()
    pd.testing.assert_frame_equal(taken.groupby(by)[columns].sum(), expected)


@pytest.fixture(scope="module")
def corpus(tmp_path_factory: pytest.TempPathFactory) -> list[Path]:
    """Every file of the corpus, workbooks written anew."""
    folder = tmp_path_factory.mktemp("workbooks")
    workbooks = [folder / f"{name}.xlsx" for name in sorted(WORKBOOKS)]
    for path in workbooks:
        WORKBOOKS[path.stem](path)
    files = (path for path in CORPUS.glob("*.csv") if not path.name.endswith(".findings.csv"))
    return [*sorted(files), *workbooks]


def test_every_clean_file_of_the_corpus_runs_to_people(corpus: list[Path]) -> None:
    clean, broken = [], {}
    for path in corpus:
        try:
            if run_if_clean(path):
                clean.append(path.name)
        except Exception as error:
            broken[path.name] = f"{type(error).__name__}: {error}"
    assert not broken
    assert len(clean) >= 90


def test_what_convert_writes_of_a_clean_file_is_clean_and_the_same(
    corpus: list[Path], tmp_path: Path
) -> None:
    other = {}
    for path in corpus:
        place, trajectory = for_one_place(path)
        if trajectory.errors:
            continue
        tidy = tmp_path / f"{path.stem}.csv"
        write_tidy(trajectory, tidy)
        again = read(tidy, place)
        if again.errors or not again.table.equals(trajectory.table):
            other[path.name] = [error.sentence() for error in again.errors] or "another table"
    assert not other
