"""Input tables are refused with one sentence that says where and what, and nothing is filled in."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from assets.inputs.csv_reading import read_table
from assets.tables.declarations import INPUT_TABLES
from assets.tables.declarations.declaration import Column, Table
from housing_trajectories.findings import BadInput

BASE = Table(
    name="base",
    description="Base population",
    keys=("place", "age_band"),
    columns=(
        Column("place", "text", "GSS code"),
        Column("age_band", "text", "Age band", allowed=("0-4", "5-9")),
        Column("population", "integer", "People", unit="persons", minimum=0),
        Column("share", "number", "Share", nullable=True, minimum=0, maximum=1),
    ),
    stage="population",
)
PLACES = ("E06000032", "E06000055")


def written(folder: Path, text: str | bytes) -> Path:
    path = folder / "base.csv"
    path.write_bytes(text if isinstance(text, bytes) else text.encode())
    return path


def sentence(folder: Path, text: str | bytes) -> str:
    with pytest.raises(BadInput) as refused:
        read_table(BASE, written(folder, text), PLACES)
    message = str(refused.value)
    assert "\n" not in message
    return message


def test_a_good_file_is_read_in_declared_column_order_with_declared_types(tmp_path: Path) -> None:
    path = written(tmp_path, "population,place,share,age_band\n12,E06000032,,0-4\n0,E06000032,0.5,5-9\n")
    frame = read_table(BASE, path, PLACES)
    assert list(frame.columns) == ["place", "age_band", "population", "share"]
    assert frame["population"].tolist() == [12, 0]
    assert frame["share"].isna().tolist() == [True, False]
    assert frame.dtypes.astype(str).tolist() == ["str", "str", "int64", "float64"]


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("place,age_band,share\nE06000032,0-4,\n", ["row 1", "column population", "no such column"]),
        (
            "place,age_band,population,share\nE06000032,0-4,1o5,\n",
            ["row 2", "column population", "'1o5'", "a whole number of at least 0"],
        ),
        (
            "place,age_band,population,share\nE06000033,0-4,1,\n",
            ["row 2", "column place", "'E06000033'", "a GSS code of places.csv", "E06000055"],
        ),
        (
            "place,age_band,population,share\nE06000032,5-9,1,\nE06000032,0-4,-3,\n",
            ["row 3", "column population", "'-3'", "at least 0"],
        ),
        (
            "place,age_band,population,share\nE06000032,0-4,1,\n\nE06000032,0-4,2,\n",
            ["row 4", "age_band 0-4 a second time", "first in row 2"],
        ),
        ("place,age_band,population,share\nE06000032,0-5,1,\n", ["age_band", "'0-5'", "one of 0-4, 5-9"]),
        ("place,age_band,population,share\nE06000032,0-4,,\n", ["population", "an empty cell", "a value"]),
        ("place,age_band,population,share\nE06000032,0-4,1\n", ["row 2", "3 cells", "4 cells"]),
        ("place,age_band,population,share\nE06000032,0-4,1,nan\n", ["share", "'nan'", "a number"]),
        (
            "place,age_band,population,share\nE06000032,0-4,9223372036854775808,\n",
            ["population", "whole number"],
        ),
        ("place,age_band,population,share,x\nE06000032,0-4,1,,\n", ["column x", "an unknown column"]),
        ("place,age_band,population,share\n", ["no rows"]),
        ("", ["an empty file"]),
        (b"place,age_band\nLut\xf3n,0-4\n", ["row 2", "byte 0xf3", "CSV UTF-8"]),
    ],
)
def test_a_wrong_file_is_refused_with_file_row_column_found_and_expected(
    tmp_path: Path, text: str | bytes, said: list[str]
) -> None:
    message = sentence(tmp_path, text)
    assert message.startswith("base.csv")
    for words in said:
        assert words in message


def test_a_missing_file_is_refused_by_name(tmp_path: Path) -> None:
    with pytest.raises(BadInput, match=r"base\.csv: found no such file"):
        read_table(BASE, tmp_path / "base.csv", PLACES)


def test_all_findings_of_a_file_are_kept_and_shown(tmp_path: Path) -> None:
    text = "place,age_band,population,share\nE06000032,0-4,a,\nE06000032,5-9,b,2\n"
    with pytest.raises(BadInput, match=r"row 2.*row 3.*column share") as refused:
        read_table(BASE, written(tmp_path, text), PLACES)
    assert [finding.row for finding in refused.value.findings] == [2, 3, 3]


@given(st.text(max_size=30))
def test_no_cell_is_ever_read_as_a_number_it_does_not_say(
    tmp_path_factory: pytest.TempPathFactory, cell: str
) -> None:
    path = tmp_path_factory.mktemp("cells") / "base.csv"
    quoted = '"' + cell.replace('"', '""') + '"'
    path.write_text(f"place,age_band,population,share\nE06000032,0-4,{quoted},\n", encoding="utf-8")
    try:
        frame = read_table(BASE, path, PLACES)
    except BadInput:
        return
    assert frame["population"].iloc[0] == int(cell.strip())


def test_a_combination_that_is_missing_is_a_hole_not_a_zero(tmp_path: Path) -> None:
    whole = replace(BASE, complete=("place", "age_band"))
    rows = "E06000032,0-4,1,\nE06000032,5-9,1,\nE06000055,0-4,1,\n"
    path = written(tmp_path, "place,age_band,population,share\n" + rows)
    with pytest.raises(BadInput, match="no row for place E06000055, age_band 5-9"):
        read_table(whole, path, PLACES)
    with pytest.raises(
        BadInput, match=r"no row for place E06000042; .*no row for place E06000055, age_band 5-9"
    ):
        read_table(whole, path, PLACES, councils=[*PLACES, "E06000042"])
    path = written(tmp_path, "place,age_band,population,share\n" + rows + "E06000055,5-9,1,\n")
    assert len(read_table(whole, path, PLACES, councils=PLACES)) == 4


def test_a_column_that_may_be_left_out_reads_as_empty_and_no_other_may_be(tmp_path: Path) -> None:
    table = INPUT_TABLES["site_neighbourhoods"]
    path = tmp_path / "site_neighbourhoods.csv"
    path.write_text(
        "place,site_reference,msoa,evidence_grade,note\nE06000042,S1,E02003482,C,\n", encoding="utf-8"
    )
    read = read_table(table, path, None)
    assert list(read.columns) == table.column_names
    assert read.loc[0, "msoa"] == "E02003482"
    assert read[["latitude", "longitude"]].isna().all(axis=None)
    path.write_text("place,msoa,evidence_grade,note\nE06000042,E02003482,C,\n", encoding="utf-8")
    with pytest.raises(BadInput, match="row 1, column site_reference: found no such column"):
        read_table(table, path, None)
