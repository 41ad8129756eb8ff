"""`--area` on the commands: which inputs and outputs it names, and what it does not go together with."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Any

import click
import pytest
import yaml

from assets.areas.area_folder import read_area
from assets.inputs.defaults import DATA_DIRECTORY
from pipelines import ROOT
from pipelines.__main__ import main
from pipelines.commands import options
from pipelines.nightly.run_lock import holder, run_lock

CENTRAL_EAST = "E54000065"


@click.command()
@options.settings_options
@options.outputs_option
def command(settings: dict[str, Any], outputs: Path) -> int:
    """A command that only says what it was told."""
    print(yaml.safe_dump({**settings, "outputs": str(outputs)}))
    return 0


@pytest.fixture
def told(tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> Any:
    """What a command is told for some arguments: settings and outputs, and what was said before."""
    for name in ("PLACECAST_DATA", "PLACECAST_AREA", "PLACECAST_TRAJECTORIES", "DAGSTER_HOME"):
        monkeypatch.setenv(name, "")  # so that what a command sets is taken back
        monkeypatch.delenv(name)

    def run(*arguments: str) -> tuple[dict[str, Any], str]:
        monkeypatch.setenv("PLACECAST_OUTPUTS", str(tmp_path / "outputs"))
        command.main(list(arguments), standalone_mode=False)
        said, found, rest = capsys.readouterr().out.rpartition("data_directory:")
        return yaml.safe_load(found + rest), said

    return run


def test_without_an_area_all_is_as_ever(told: Any, tmp_path: Path) -> None:
    found, said = told()
    assert (found["data_directory"], found["outputs"]) == (str(DATA_DIRECTORY), str(tmp_path / "outputs"))
    assert said == ""


def test_an_area_has_inputs_and_outputs_of_its_own(told: Any, tmp_path: Path) -> None:
    found, said = told("--area", "E06000031")
    outputs = tmp_path / "outputs" / "areas" / "e06000031"
    assert found["outputs"] == str(outputs)
    assert found["data_directory"] == str(outputs / "area")
    assert found["trajectories_directory"] == ""
    area = read_area(outputs / "area")
    assert (area.name, area.code, area.authorities) == ("Peterborough", "AREA-E06000031", ("E06000031",))
    assert said == f"Peterborough (AREA-E06000031), 1 authority; outputs: {outputs}\n"


def test_what_a_board_leaves_out_is_said(told: Any) -> None:
    _, said = told("--area", CENTRAL_EAST)
    assert "NHS Central East ICB (E54000065), 20 authorities" in said
    assert "6,952 people too few." in said


def test_outputs_that_are_named_are_taken_as_they_are(told: Any, tmp_path: Path) -> None:
    found, _ = told("--area", "Peterborough", "--outputs", str(tmp_path / "here"))
    assert found["outputs"] == str(tmp_path / "here")
    assert found["data_directory"] == str(tmp_path / "here" / "area")


def test_the_default_area_named_is_the_default(told: Any, tmp_path: Path) -> None:
    for text in ("blmk", str(DATA_DIRECTORY)):
        found, _ = told("--area", text)
        assert found["outputs"] == str(tmp_path / "outputs")
        assert found["data_directory"] == str(DATA_DIRECTORY)


def test_a_folder_is_read_where_it_stands(told: Any, tmp_path: Path) -> None:
    folder = tmp_path / "mine"
    folder.mkdir()
    (folder / "area.yaml").write_text("name: Mine\ncode: Our-1\nauthorities: [E06000031]\n", "utf-8")
    found, said = told("--area", str(folder))
    assert f"Mine (Our-1), 1 authority; own figures: {folder}; outputs: " in said
    assert found["data_directory"] == str(folder)
    assert found["outputs"] == str(tmp_path / "outputs" / "areas" / "our-1")


def test_trajectories_of_the_default_area_are_not_anothers(
    told: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    own, _ = told("--area", "E06000031", "--trajectories", str(tmp_path))
    assert own["trajectories_directory"] == str(tmp_path)
    default = next(each for each in command.params if each.name == "trajectories")
    monkeypatch.setattr(default, "default", tmp_path)
    assert told()[0]["trajectories_directory"] == str(tmp_path)
    assert told("--area", "E06000031")[0]["trajectories_directory"] == ""


def test_data_goes_before_an_area_of_the_environment_and_not_with_one(
    told: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with pytest.raises(options.NoArea, match="--area and --data: found both; expected one of them"):
        told("--area", "E06000031", "--data", str(tmp_path))
    monkeypatch.setenv("PLACECAST_AREA", "E06000031")
    assert told("--data", str(tmp_path))[0]["data_directory"] == str(tmp_path)
    assert told()[0]["outputs"].endswith("areas/e06000031")
    monkeypatch.setenv("PLACECAST_AREA", "E06000031")
    monkeypatch.setenv("PLACECAST_DATA", str(tmp_path))
    with pytest.raises(options.NoArea, match="PLACECAST_AREA and PLACECAST_DATA: found both"):
        told()
    assert told("--area", "E06000032")[0]["outputs"].endswith("areas/e06000032")


@pytest.mark.parametrize(
    "arguments",
    [
        ["forecast"],
        ["night"],
        ["doctor"],
        ["contribution", "SITE"],
        ["ages", "--from", "0", "--to", "4"],
        ["sensitivity"],
        ["releases", "list"],
        ["releases", "rollback"],
        ["rebuild"],
        ["inputs-status"],
        ["summary"],
        ["watch"],
        ["ui"],
    ],
)
def test_every_command_refuses_what_is_no_area_in_one_sentence(
    arguments: list[str], capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    assert main([*arguments, "--outputs", str(tmp_path), "--area", "E07000004"]) == 2
    shown = capsys.readouterr()
    expected = "its successor E06000060 (Buckinghamshire)"
    assert (shown.out, shown.err) == (
        "",
        f"AREA: found E07000004, the former code of Aylesbury Vale; expected {expected}\n",
    )
    assert list(tmp_path.iterdir()) == []


def test_two_areas_run_at_once_and_one_area_once(told: Any) -> None:
    folders = [Path(told("--area", code)[0]["outputs"]) for code in ("E06000031", "E06000032", "e06000031")]
    assert folders[0] == folders[2]
    with run_lock(folders[0], "one", wait_seconds=0), run_lock(folders[1], "another", wait_seconds=0):
        held = [running.what for folder in folders if (running := holder(folder))]
    assert held == ["one", "another", "one"]
    first, second = ((folder / "area" / "area.yaml").read_text(encoding="utf-8") for folder in folders[:2])
    assert first != second


def test_dagsters_own_processes_find_the_area_with_a_history_of_its_own(
    told: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    home = tmp_path / "dagster"
    home.mkdir()
    (home / "dagster.yaml").write_text("telemetry: {enabled: false}\n", encoding="utf-8")
    monkeypatch.setenv("DAGSTER_HOME", str(home))
    monkeypatch.setenv("PLACECAST_AREA", "E06000031")
    found, _ = told()
    own = home / "areas" / "e06000031"
    assert (own / "dagster.yaml").read_bytes() == (home / "dagster.yaml").read_bytes()
    names = ("DAGSTER_HOME", "PLACECAST_AREA", "PLACECAST_DATA", "PLACECAST_OUTPUTS")
    assert [os.environ.get(name) for name in names] == [
        str(own),
        None,
        found["data_directory"],
        found["outputs"],
    ]


def test_the_default_area_keeps_the_history_there_is(
    told: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("DAGSTER_HOME", str(tmp_path))
    told("--area", "blmk")
    assert os.environ["DAGSTER_HOME"] == str(tmp_path)


def test_every_target_of_make_hands_the_area_over_as_a_variable() -> None:
    recipes = (ROOT / "Makefile").read_text(encoding="utf-8")
    targets = "forecast night doctor contribution ages sensitivity releases rollback rebuild inputs-status ui"
    for target in targets.split(" "):
        recipe = recipes.partition(f"\n{target}: $(READY)")[2].partition("\n\n")[0]
        assert "$(OF_AREA)" in recipe, target
    assert '"$$AREA"' in recipes
    assert "$(AREA)" not in recipes
