"""A new area's folder: what is in it, and that it changes nothing until it is filled in."""

from __future__ import annotations

from pathlib import Path

import pandas as pd
import pytest

from assets.areas.area_folder import read_area, write_area
from assets.areas.area_selection import select
from assets.areas.composing import composed
from assets.areas.new_area import RESTS_ON, TO_FILL_IN, new_area, slug
from assets.tables.declarations import INPUT_TABLES
from assets.tables.parquet import write_frame
from housing_trajectories.findings import BadInput
from pipelines.__main__ import main

PETERBOROUGH = "E06000031"


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """An overlay of Peterborough, as the command writes it."""
    folder = tmp_path_factory.mktemp("new") / "peterborough"
    new_area(select(PETERBOROUGH), "Mine", folder, folder.parent / "outputs")
    return folder


def contents(folder: Path) -> dict[str, bytes]:
    return {path.relative_to(folder).as_posix(): path.read_bytes() for path in folder.rglob("*.*")}


def test_it_has_the_selection_and_a_header_of_each_table(folder: Path) -> None:
    area = read_area(folder)
    assert (area.name, area.code, area.authorities) == (
        "Mine",
        f"AREA-{PETERBOROUGH}",
        (PETERBOROUGH,),
    )
    assert area.trajectories == folder / "trajectories"
    for name in TO_FILL_IN:
        header = (folder / f"{name}.csv").read_text(encoding="utf-8")
        assert header == ",".join(INPUT_TABLES[name].column_names) + "\n"


def test_headers_alone_change_no_byte_of_the_inputs_and_a_row_stands_in_place_of_englands(
    folder: Path, tmp_path: Path
) -> None:
    bare = tmp_path / "bare"
    write_area(bare, "Mine", f"AREA-{PETERBOROUGH}", [PETERBOROUGH])
    data, trajectories = composed(folder, tmp_path / "filled_in")
    expected, expected_trajectories = composed(bare, tmp_path / "of_england")
    assert contents(data) == contents(expected)
    assert contents(trajectories) == contents(expected_trajectories)
    assert (data / "premises.csv").read_bytes().count(b"\n") > 10

    row = dict.fromkeys(INPUT_TABLES["gp_workforce_and_patients"].column_names, "placecast")
    row |= {"place": PETERBOROUGH, "registered_patients": "250000", "gp_fte": "130"}
    content = ",".join(row) + "\n" + ",".join(row.values()) + "\n"
    (bare / "gp_workforce_and_patients.csv").write_text(content, encoding="utf-8")
    composed(bare, tmp_path / "of_england")
    found = pd.read_csv(expected / "gp_workforce_and_patients.csv")
    assert found[["place", "registered_patients"]].to_numpy().tolist() == [[PETERBOROUGH, 250000]]
    levels = pd.read_csv(expected / "area_inputs.csv").set_index(["unit", "input"])["level"]
    assert levels[(PETERBOROUGH, "gp_workforce_and_patients")] == "local"
    assert levels[(PETERBOROUGH, "population_estimates")] == "published"


def test_it_says_what_is_missing_and_what_is_national_the_weakest_first(folder: Path) -> None:
    page = (folder / RESTS_ON).read_text(encoding="utf-8")
    assert f"`trajectories/{PETERBOROUGH}.csv`" in page
    assert "- `estate_schemes.csv`: schemes" in page
    rows = [line.split(" | ") for line in page.splitlines() if line.startswith("| ")][1:]
    rungs = [row[1] for row in rows]
    assert rungs == sorted(
        rungs,
        key=lambda rung: ["no figure", "England's figure", "England's rate", "made of", "published"].index(
            " ".join(rung.split()[:2]) if not rung.startswith("published") else "published"
        ),
    )
    assert "gp_workforce_and_patients" in {row[0].removeprefix("| ") for row in rows}
    assert "Not measured yet" in page


def test_what_a_release_has_measured_stands_in_it(tmp_path: Path) -> None:
    release = tmp_path / "outputs" / "releases" / "20260101T000000Z-aaaaaaaa"
    release.mkdir(parents=True)
    (release / "manifest.json").write_text('{"tables": {}, "inputs": {}}', encoding="utf-8")
    (release.parent.parent / "current").symlink_to(release)
    rows = pd.DataFrame(
        {
            "headline": ["population", "beds", "beds"],
            "place": "X",
            "year": 2040,
            "assumption": ["migration", "migration", "length_of_stay"],
            "method": "variance",
            "share_of_variance": [0.8, 0.2, 0.5],
        }
    )
    write_frame(rows, release / "sensitivity.parquet")
    new_area(select(PETERBOROUGH), "Mine", tmp_path / "p", tmp_path / "outputs")
    page = (tmp_path / "p" / RESTS_ON).read_text(encoding="utf-8")
    assert page.index("| migration | 50% |") < page.index("| length_of_stay | 25% |")
    assert release.name in page


def test_nothing_is_written_over(folder: Path) -> None:
    before = contents(folder)
    with pytest.raises(BadInput, match="something there already; expected a folder that is empty"):
        new_area(select(PETERBOROUGH), "P", folder, folder.parent)
    assert contents(folder) == before


@pytest.mark.parametrize(
    ("name", "expected"),
    [("Greater Peterborough", "greater-peterborough"), ("../../etc", "etc"), ("!!", ""), ("Ä 1", "1")],
)
def test_a_name_makes_a_safe_folder(name: str, expected: str) -> None:
    assert slug(name) == expected


def test_the_command_refuses_in_a_sentence(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    asked = ["new-area", "--name", "!!", "--area", PETERBOROUGH, "--folder", str(tmp_path / "x")]
    assert main(asked) == 1
    assert main([*asked, "--name", "X", "--area", "E07000004"]) == 1
    shown = capsys.readouterr().out.splitlines()
    assert shown[0] == "NAME: found '!!'; expected a name with letters or figures"
    assert "its successor E06000060 (Buckinghamshire)" in shown[1]
    assert len(shown) == 2
    assert not (tmp_path / "x").exists()


def test_areas_are_found_by_name_code_former_name_and_what_they_contain(
    capsys: pytest.CaptureFixture[str],
) -> None:
    assert main(["areas", "--find", "bedfordshire, luton"]) == 0
    screen = capsys.readouterr().out
    assert "E38000249 M1J4Y NHS Central East ICB - M1J4Y" in screen
    assert "E54000024 QHG   NHS Bedfordshire, Luton and Milton Keynes ICB" in screen
    assert "2022-07 to 2026-03; successor: NHS Central East ICB (E54000065); sub-ICBs: M1J4Y" in screen
    assert main(["areas", "--find", "e07000004"]) == 0
    assert "successor: Buckinghamshire (E06000060)" in capsys.readouterr().out
    assert main(["areas", "--find", "E06000060"]) == 0
    assert "NHS Thames Valley ICB (99% of its LSOAs), NHS Central East ICB (1%" in capsys.readouterr().out
    assert main(["areas", "--find", "Atlantis"]) == 1
    assert "No authority, sub-ICB or ICB" in capsys.readouterr().out
    assert main(["areas"]) == 0
    assert f"{296 + 36 + 106 + 50 + 13 + 1} found" in capsys.readouterr().out
