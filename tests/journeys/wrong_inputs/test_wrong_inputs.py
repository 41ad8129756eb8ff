"""A wrong file ends the run with one message that says where, and readers keep the last release."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Mapping
from pathlib import Path

import pytest

from assets.inputs.input_tables import check_every_input
from assets.inputs.settings import RunSettings
from housing_trajectories.findings import BadInput
from tests.journeys.running import Run
from tests.shipped import DATA, TRAJECTORIES

Change = Callable[[str], str | None]
RunWith = Callable[[Mapping[str, Change]], Run]


def replaced(old: str, new: str, count: int = 1) -> Change:
    def change(text: str) -> str:
        assert old in text, f"the file no longer holds {old!r}"
        return text.replace(old, new, count)

    return change


def first_row_twice(text: str) -> str:
    lines = text.splitlines(keepends=True)
    return "".join([*lines[:2], lines[1], *lines[2:]])


CASES: list[tuple[str, str, Change, list[str]]] = [
    ("a missing figures file", "data/official_projections.csv", lambda _: None, ["no such file"]),
    ("a missing trajectory", "trajectories/luton.csv", lambda _: None, ["luton.csv", "no such file"]),
    (
        "a missing column",
        "data/census_based_population.csv",
        replaced("age_band", "ages"),
        ["row 1", "column age_band", "no such column"],
    ),
    (
        "a letter where a number belongs",
        "data/census_based_population.csv",
        replaced("1561", "15b1"),
        ["column population", "'15b1'", "a whole number"],
    ),
    (
        "an unknown GSS code",
        "data/census_based_population.csv",
        replaced("E06000032", "E06000099"),
        ["column place", "'E06000099'", "a GSS code of places.csv"],
    ),
    (
        "an age band twice",
        "data/census_based_population.csv",
        first_row_twice,
        ["row 3", "a second time", "first in row 2"],
    ),
    (
        "a negative stock",
        "data/dwelling_stock.csv",
        replaced("E06000032,2001,72550", "E06000032,2001,-72550"),
        ["row ", "column dwellings", "'-72550'", "at least 1"],
    ),
    (
        "an assumption without a source",
        "data/assumptions.csv",
        replaced(",placecast,C,", ",nobody,C,"),
        ["column source_id", "nobody", "sources.yaml"],
    ),
    (
        "an assumption outside its own range",
        "data/assumptions.csv",
        replaced("demand.level_ae_attendances,1,0.98,1.02", "demand.level_ae_attendances,1,1.01,1.02"),
        ["demand.level_ae_attendances", "low 1.01, value 1, high 1.02"],
    ),
    (
        "people who are not in the published total",
        "data/census_based_population.csv",
        replaced("E06000032,2021,female,0,1561", "E06000032,2021,female,0,15610"),
        ["238,875 people of E06000032 in 2021", "224,826"],
    ),
    ("no principal scenario", "data/scenarios/local_plan.yaml", lambda _: None, ["no local_plan.yaml"]),
    (
        "a scenario that says what it may not",
        "data/scenarios/trend.yaml",
        replaced("population: trend", "population: shrinking"),
        ["trend.yaml", "column population", "shrinking", "'housing_led' or 'trend'"],
    ),
    (
        "a trajectory outside its folder",
        "data/places.csv",
        replaced("luton.csv", "../luton.csv"),
        ["../luton.csv", "inside the folder of trajectories"],
    ),
    (
        "no system",
        "data/places.csv",
        replaced(",system,", ",place,"),
        ["0 systems", "one row of kind system"],
    ),
    (
        "a letter in a trajectory",
        "trajectories/luton.csv",
        replaced(",1146,", ",11q6,"),
        ["luton.csv", "11q6"],
    ),
]


AT_THE_COMMAND_LINE = (
    "a missing figures file",
    "a scenario that says what it may not",
    "a letter in a trajectory",
)


@pytest.mark.parametrize(("file", "change", "said"), [case[1:] for case in CASES], ids=[c[0] for c in CASES])
def test_a_wrong_input_is_named(tmp_path: Path, file: str, change: Change, said: list[str]) -> None:
    folders = {"data": DATA, "trajectories": TRAJECTORIES}
    for name, source in folders.items():
        shutil.copytree(source, tmp_path / name)
    path = tmp_path / file
    text = change(path.read_text(encoding="utf-8"))
    if text is None:
        path.unlink()
    else:
        path.write_text(text, encoding="utf-8")
    data, trajectories = (str(tmp_path / name) for name in folders)
    with pytest.raises(BadInput) as refused:
        check_every_input(RunSettings(data_directory=data, trajectories_directory=trajectories))
    for words in [file.split("/")[-1], *said]:
        assert words in str(refused.value)


@pytest.mark.parametrize(
    ("file", "change", "said"),
    [case[1:] for case in CASES if case[0] in AT_THE_COMMAND_LINE],
    ids=AT_THE_COMMAND_LINE,
)
def test_the_command_line_names_it_and_nothing_is_published(
    run_with: RunWith, file: str, change: Change, said: list[str]
) -> None:
    run = run_with({file: change})
    assert run.exit_code == 1
    assert (run.outputs / "current").resolve().name == "earlier"
    assert [path.name for path in (run.outputs / "releases").iterdir()] == ["earlier"]
    refused = [line for line in run.screen.splitlines() if line.startswith("Not published.")]
    assert len(refused) == 1
    for words in [file.split("/")[-1], *said]:
        assert words in refused[0], refused[0]
    assert "Traceback" not in run.screen
    assert "Readers still see the last release: earlier" in run.screen
