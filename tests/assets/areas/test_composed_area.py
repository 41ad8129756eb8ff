"""What an area's folder may say, and what its composed inputs make of it before anything runs."""

from __future__ import annotations

import csv
from pathlib import Path

import pytest

from assets.areas.composing import composed
from housing_trajectories.findings import BadInput


def area(folder: Path, code: str, authorities: str) -> Path:
    folder.mkdir(exist_ok=True)
    (folder / "area.yaml").write_text(f"name: Mine\ncode: {code}\nauthorities: [{authorities}]\n", "utf-8")
    return folder


def test_a_former_code_is_refused_before_anything_is_composed(tmp_path: Path) -> None:
    with pytest.raises(BadInput, match=r"area\.yaml, column authorities.*its successor E06000060"):
        composed(area(tmp_path / "mine", "mine", "E06000031, E07000004"), tmp_path)
    assert not (tmp_path / "composed" / "data").exists()


def test_people_on_the_wrong_side_of_a_board_stand_among_the_weaknesses(tmp_path: Path) -> None:
    data, _ = composed(area(tmp_path / "mine", "E38000170", "E08000014"), tmp_path)
    with (data / "weaknesses.csv").open(encoding="utf-8", newline="") as file:
        rows = [row for row in csv.DictReader(file) if row["topic"] == "The area's boundary"]
    assert [row["weakness"][:41] for row in rows] == ["41.4% of the LSOAs of Sefton (E08000014),"]
    with (data / "area_inputs.csv").open(encoding="utf-8", newline="") as file:
        assert ("all", "weaknesses") in {(row["unit"], row["input"]) for row in csv.DictReader(file)}
    told = {}
    for name in ("msoa_population", "small_area_deprivation"):
        with (data / f"{name}.csv").open(encoding="utf-8", newline="") as file:
            told[name] = {row["msoa"] for row in csv.DictReader(file)}
    assert told["msoa_population"] == told["small_area_deprivation"] != set()


@pytest.mark.parametrize(
    ("table", "rows", "said"),
    [
        (
            "net_additional_dwellings",
            "place,year,net_additional_dwellings,release\nE06000031,2020,900,x\nE06000032,2020,900,x\n",
            r"net_additional_dwellings\.csv, row 3, column place: found 'E06000032'; expected a GSS code of",
        ),
        (
            "net_additional_dwellings",
            "place,year,net_additional_dwellings,release\nE06000031,2020,many,x\n",
            r"net_additional_dwellings\.csv, row 2, column net_additional_dwellings: found 'many'",
        ),
        (
            "net_additional_dwellings",
            "place,year,net_additional_dwellings,release\nE06000031,2020,900,2024-11\n",
            r"Local Plan: no net additions recorded for \[2016.*expected every year of a plan up to now",
        ),
        ("net_additional_dwellings", "place,year\nE06000031,2020\n", r"net_additional_dwellings\.csv"),
        ("places", "place\nE06000031\n", r"places\.csv"),
    ],
)
def test_own_rows_that_make_no_trajectory_are_refused_by_file_and_row(
    tmp_path: Path, table: str, rows: str, said: str
) -> None:
    folder = area(tmp_path / "mine", "mine", "E06000031")
    (folder / f"{table}.csv").write_text(rows, "utf-8")
    with pytest.raises(BadInput, match=said):
        composed(folder, tmp_path)
    assert not (tmp_path / "composed" / "data").exists()
